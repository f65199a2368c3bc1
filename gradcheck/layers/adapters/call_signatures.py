"""From a signature to the inputs that are asked for, and from their values back to a call."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from gradcheck.layers.target import MISSING, Parameter

_SPREAD = inspect.Parameter.VAR_POSITIONAL
_KEYWORDS = inspect.Parameter.VAR_KEYWORD


def signature_of(function: Callable[..., Any]) -> inspect.Signature:
    """The signature, with annotations evaluated where that can be. Raises ValueError if there is none."""
    try:
        return inspect.signature(function, eval_str=True)
    except Exception:
        return inspect.signature(function)


def without_first(signature: inspect.Signature) -> inspect.Signature:
    """The signature without ``self`` or ``ctx``; a ``*args`` in first place takes that in and stays.

    >>> str(without_first(inspect.signature(lambda ctx, x, eps=1e-5: x)))
    '(x, eps=1e-05)'
    """
    parameters = list(signature.parameters.values())
    return signature.replace(parameters=parameters[1:] if parameters[0].kind is not _SPREAD else parameters)


def parameters_of(signature: inspect.Signature, group: str = "forward") -> tuple[Parameter, ...]:
    """One parameter for each in the signature; ``*args`` is one whose value is a tuple, ``**kwargs`` none."""
    return tuple(_parameter(p, group) for p in signature.parameters.values() if p.kind is not _KEYWORDS)


def _parameter(parameter: inspect.Parameter, group: str) -> Parameter:
    default = () if parameter.kind is _SPREAD else parameter.default
    return Parameter(
        parameter.name,
        MISSING if default is inspect.Parameter.empty else default,
        None if parameter.annotation is inspect.Parameter.empty else parameter.annotation,
        group,
    )


def arranged(
    signature: inspect.Signature, values: Mapping[str, object]
) -> tuple[list[object], dict[str, object]]:
    """The positional and keyword arguments of a call; what comes after one left out is given by keyword.

    >>> arranged(inspect.signature(lambda x, p=0.5, *, q=1, r=2: x), {"x": 3, "r": 4})
    ([3], {'r': 4})
    """
    args: list[object] = []
    keywords: dict[str, object] = {}
    gap = False
    for parameter in signature.parameters.values():
        if parameter.name not in values:
            gap = gap or parameter.kind is not _SPREAD
        elif parameter.kind is _SPREAD:
            args += spread(values[parameter.name])
        elif parameter.kind is inspect.Parameter.KEYWORD_ONLY or gap:
            keywords[parameter.name] = values[parameter.name]
        else:
            args.append(values[parameter.name])
    return args, keywords


def spread(value: object) -> list[object]:
    """The values of a ``*args``; a single array stands for itself."""
    return list(value) if isinstance(value, tuple | list) else [value]
