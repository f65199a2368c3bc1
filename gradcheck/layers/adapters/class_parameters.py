"""Which of the arrays that an object holds are its parameters, and what they are called."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.class_source import ClassSource
from gradcheck.layers.adapters.places import ABSENT, Place, read, shown, walk
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.naming import gradient_of

_DECLARED = re.compile(
    r"_*(\w+_)?(params?|parameters?|weights?|wts|learnables?|trainables?|trainable_variables|p)_*",
    re.IGNORECASE,
)
_GRADIENTS = re.compile(
    r"_*(d_?)?(\w+_)?(grads?|gradients?|derivs?|derivatives|dparams?|d_params|g|deltas?)(_\w+)?_*",
    re.IGNORECASE,
)
_BOXED = re.compile(r"_*(data|values?|val|array|param|parameter|weights?|w|v|theta)_*", re.IGNORECASE)
_BOX_GRADIENT = re.compile(
    r"_*(d|dw|d_?(data|values?|param|weights?)|g|grads?|gradients?|diff|delta)_*", re.IGNORECASE
)
_LAYER_METHODS = ("forward", "backward", "forward_pass", "fprop", "propagate", "feedforward", "__call__")
_RUNNING = re.compile(
    r"_*(running|moving|run|mov)\w*|\w+_(running|moving|ema|avg|mov|run)"
    r"|_*(ema|pop|population|global|test|inference|eval|avg|average)_?(means?|mu|vars?|variances?|stds?|sigma)\w*",
    re.IGNORECASE,
)
_STATISTICS_KEPT = re.compile(r"_*(?!(w|b|weights?|bias)_)\w+_(means?|vars?|variances?)_*", re.IGNORECASE)
_STATISTIC = re.compile(
    r"_*(\w+_)?(means?|vars?|variances?|std|stds?|mu|sigma|mask|count|n|eps)(_\w+)?_*", re.IGNORECASE
)
_ACTIVATION = re.compile(
    r"_*([xyzahcs]|(x|h|c|a|z)_?(\w|prev|next|last|hat|t)|out|outputs?|inputs?|data|loss|(last|prev|next)_\w+|\w+_(prev|last))_*",
    re.IGNORECASE,
)
_OPTIMIZER = re.compile(
    r"_*(\w+_)?(optim\w*|opt|solver|updater|velocit\w+|momentums?|caches?|history)_*", re.IGNORECASE
)
_USUAL = re.compile(
    r"_*((weights?|bias(es)?|kernels?|filters?|gamma|beta|theta|alpha|embeddings?|phi)(_?\d+|_?\w{1,3}|_\w+)?"
    r"|[wb](_?\d+|_\w{1,4}|[xhifocgqkvy]{1,2})?|[WUVR]_?\w{0,4})_*"
)


@dataclass(frozen=True, slots=True)
class Held:
    """A parameter: its name and the places where the object holds the very same array."""

    name: str
    places: tuple[Place, ...]

    def value(self, root: object) -> Any:
        """The array that the object holds now."""
        return read(root, self.places[0])


def is_running(place: Place) -> bool:
    """Whether a place is called like a statistic that is carried from call to call.

    >>> from gradcheck.layers.adapters.places import attribute
    >>> is_running(attribute("running_mean")), is_running(attribute("W"))
    (True, False)
    """
    names = [step.key for step in place if isinstance(step.key, str)]
    return any(_RUNNING.fullmatch(n) or _STATISTICS_KEPT.fullmatch(n) for n in names)


def is_gradients(name: object) -> bool:
    """Whether something is called like a collection of gradients."""
    return isinstance(name, str) and _GRADIENTS.fullmatch(name) is not None


def is_box_gradient(name: object) -> bool:
    """Whether an attribute of a parameter object is called like its gradient."""
    return isinstance(name, str) and _BOX_GRADIENT.fullmatch(name) is not None


def is_box(place: Place, root: object) -> bool:
    """Whether a place is the value inside a parameter object, which has its gradient beside it."""
    last = place[-1]
    if len(place) < 2 or not last.is_attribute or not _BOXED.fullmatch(last.key):
        return False
    beside = read(root, place[:-1])
    if any(hasattr(beside, method) for method in _LAYER_METHODS):
        return False
    return any(_BOX_GRADIENT.fullmatch(n) for n in dir(beside) if n != last.key)


def token(place: Place, root: object) -> str:
    """The name under which a value is known, "" for an entry of a list."""
    steps = place[:-1] if is_box(place, root) else place
    return steps[-1].key if isinstance(steps[-1].key, str) else ""


def held_parameters(
    root: object,
    source: ClassSource,
    inputs: Collection[str],
    given: Mapping[str, Any],
    declared: Sequence[Any] = (),
    caches: Collection[Place] = (),
) -> tuple[Held, ...]:
    """The parameters of an object, in the order in which it holds them.

    ``inputs`` are the names of the forward's own arguments, ``given`` what the constructor was given,
    ``declared`` the arrays that the object itself says to be its parameters, ``caches`` places that are none.
    """
    groups: dict[int, list[Place]] = {}
    arrays: dict[int, Any] = {}
    for place, value in walk(root):
        is_cache = any(place[:n] in caches for n in range(1, len(place) + 1))
        if isinstance(value, np.ndarray) and is_float(value) and value.size and not is_cache:
            groups.setdefault(id(value), []).append(place)
            arrays[id(value)] = value
    tokens = {token(p, root) for places in groups.values() for p in places}
    chosen = [
        (key, places)
        for key, places in groups.items()
        if not any(_is_other(p, root, tokens, inputs) for p in places)
        and (any(_is_parameter(p, root, source) for p in places) or any(arrays[key] is d for d in declared))
    ]
    return _named([(places, arrays[key]) for key, places in chosen], root, source, inputs, given)


def _is_other(place: Place, root: object, tokens: Collection[str], inputs: Collection[str]) -> bool:
    """Whether a place holds a gradient, a statistic, an input or what belongs to an optimizer."""
    names = [step.key for step in place if isinstance(step.key, str)]
    holders = [s.key for s in (place[:-2] if is_box(place, root) else place[:-1])]
    last = token(place, root)
    others = {t for t in tokens if t and t != last}
    return (
        is_running(place)
        or any(_OPTIMIZER.fullmatch(n) for n in names)
        or any(is_gradients(n) for n in holders)
        or (bool(last) and (last in inputs or _is_gradient(last, others)))
        or (
            len(place) > 1
            and not is_box(place, root)
            and is_box_gradient(names[-1])
            and _has_box(place, root)
        )
    )


def _is_gradient(name: str, others: Collection[str]) -> bool:
    found = gradient_of(name, others)
    return (found is not None and found.lower() not in ("x", "input")) or name.lower() in ("dx", "dout")


def _has_box(place: Place, root: object) -> bool:
    beside = read(root, place[:-1])
    return any(_BOXED.fullmatch(n) for n in getattr(beside, "__dict__", {}))


def _is_parameter(place: Place, root: object, source: ClassSource) -> bool:
    if is_box(place, root):
        return True
    if any(isinstance(s.key, str) and _DECLARED.fullmatch(s.key) for s in place[:-1]):
        return True
    name = token(place, root)
    if not name:
        return False
    if _USUAL.fullmatch(name):
        return True
    if _STATISTIC.fullmatch(name) or _ACTIVATION.fullmatch(name):
        return False
    return any(gradient_of(w, [name]) for w in source.words)


def _named(
    groups: Iterable[tuple[list[Place], Any]],
    root: object,
    source: ClassSource,
    inputs: Collection[str],
    given: Mapping[str, Any],
) -> tuple[Held, ...]:
    found: list[Held] = []
    for places, array in groups:
        ordered = sorted(places, key=lambda p: (not token(p, root), len(p)))
        given_as = [n for n, v in given.items() if v is array]
        name = _name(ordered, root, source, given_as)
        taken = {h.name for h in found} | set(inputs)
        if name in taken:
            name = next(n for n in (shown(ordered[0]), f"self.{shown(ordered[0])}") if n not in taken)
        found.append(Held(name, tuple(ordered)))
    return tuple(found)


def _name(places: Sequence[Place], root: object, source: ClassSource, given_as: Sequence[str]) -> str:
    first = places[0]
    steps = first[:-1] if is_box(first, root) else first
    if len(steps) == 1 or (len(steps) == 2 and not steps[1].is_attribute and token(first, root)):
        return token(first, root)
    if given_as:
        return given_as[0]
    if len(steps) == 2 and isinstance(steps[1].key, int):
        names = source.entries_of(str(steps[0].key))
        container = read(root, steps[:1])
        if container is not ABSENT and len(names) == len(container):
            return names[steps[1].key]
    return shown(steps)
