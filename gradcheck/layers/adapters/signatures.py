"""What a callable of the user's asks for, and calling it with what there is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.call_signatures import arranged, signature_of
from gradcheck.layers.target import MISSING, Parameter

_EMPTY = inspect.Parameter.empty
_NAMED = (
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
    inspect.Parameter.KEYWORD_ONLY,
)


def asked(function: Callable[..., Any], group: str = "forward") -> tuple[Parameter, ...]:
    """The inputs of a callable; if it takes only ``*inputs``, these count as one input."""
    try:
        found = list(signature_of(function).parameters.values())
    except (TypeError, ValueError):
        return ()
    named = [p for p in found if p.kind in _NAMED]
    series = [p for p in found if p.kind is inspect.Parameter.VAR_POSITIONAL]
    chosen = named or ([] if group == "constructor" else series)
    return tuple(Parameter(p.name, _or_missing(p.default), _or_none(p.annotation), group) for p in chosen)


def required(function: Callable[..., Any]) -> list[str]:
    """The names of the inputs without a default."""
    return [p.name for p in asked(function) if p.default is MISSING]


def called(phase: str, function: Callable[..., Any], given: Mapping[str, Any]) -> Any:
    """Call with these inputs by their names. Raises LayerRaised.

    >>> called("forward", lambda x, *, scale: scale * x, {"scale": 2, "x": 3})
    6
    """
    args, keywords = arranged(inspect.signature(function), given) if given else ([], {})
    with blamed(phase):
        return function(*args, **keywords)


def _or_missing(default: Any) -> Any:
    return MISSING if default is _EMPTY else default


def _or_none(annotation: Any) -> Any:
    return None if annotation is _EMPTY else annotation
