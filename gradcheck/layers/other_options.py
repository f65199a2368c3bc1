"""Options other than the ones that were asked for: numbers moved a little, the other texts that are known."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, TypeGuard

from gradcheck.layers.compared import compared_texts
from gradcheck.layers.job import Choice
from gradcheck.layers.sampling.roles import roles_of
from gradcheck.layers.sampling.specs import Fixed
from gradcheck.layers.target import Parameter, Subject

_TINY = 1e-3
_HELD = re.compile(
    r"lr|(.*_)?(rate|decay)|momentum|p|keep.*|(.*_)?prob.*|(.*_)?drop.*|(.*_)?seed|(is_?)?train(ing)?(_mode)?"
    r"|mode|is_test|deriv.*|(return_|compute_|with_)?grads?",
    re.IGNORECASE,
)
_HELD_ROLES = frozenset({"lr", "momentum", "rate", "seed", "training", "mode", "reg"})
"""A rate makes the layer random, and a penalty is often in the gradient alone."""

_REAL = re.compile(r"alpha|beta|gamma|temperature|tau|(negative_?)?slope|margin|delta", re.IGNORECASE)
"""Names of real numbers, even where a whole one is given."""


def other_options(subject: Subject, choice: Choice) -> Iterator[tuple[str, dict[str, Any]]]:
    """The inputs with one option changed, each with its name, such as ``alpha=0.81``."""
    for parameter in subject.parameters:
        given = choice.get(parameter.name)
        value = given.value if isinstance(given, Fixed) else parameter.default
        if (given is None or isinstance(given, Fixed)) and not _is_held(parameter):
            for other in _others(subject, parameter.name, value):
                yield f"{parameter.name}={other!r}", {**choice, parameter.name: Fixed(other)}


def _is_held(parameter: Parameter) -> bool:
    return bool(_HELD.fullmatch(parameter.name)) or not _HELD_ROLES.isdisjoint(roles_of(parameter))


def _others(subject: Subject, name: str, value: object) -> Iterator[float | str]:
    if isinstance(value, str):
        yield from _other_texts(subject, name, value)
    elif _is_real(value, name) and isfinite(value) and (value == 0 or abs(value) >= _TINY):
        yield float(f"{0.7 * value + 0.11:.6g}")


def _is_real(value: object, name: str) -> TypeGuard[float]:
    return isinstance(value, float) or (type(value) is int and bool(_REAL.fullmatch(name)))


def _other_texts(subject: Subject, name: str, value: str) -> Iterator[str]:
    """What else the forward knows, if the backward is told which it was."""
    forward, backward = _functions(subject)
    if forward is not None and backward is not None and name in _names(backward):
        yield from (text for text in compared_texts(forward, name) if text.lower() != value.lower())


def _functions(subject: Any) -> tuple[Callable[..., Any] | None, Callable[..., Any] | None]:
    """The forward and the backward, which may be one function; None for what is not one."""
    held = getattr(subject, "layer", subject)
    alone = getattr(held, "function", None)
    found = getattr(held, "forward", alone), getattr(held, "backward", alone)
    return found if all(map(callable, found)) else (None, None)


def _names(function: Callable[..., Any]) -> tuple[str, ...]:
    try:
        return tuple(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return ()
