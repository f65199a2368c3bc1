"""What each parameter of a class's second method is given, read off its name."""

from __future__ import annotations

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.layers.naming import gradient_of, is_cache, is_upstream
from gradcheck.layers.target import MISSING, Parameter

_RATE = re.compile(r"_?(lr|l_?rate|learning_?(rate|speed|step)|learn_?rate|step_?size)", re.IGNORECASE)
_LATER_RATE = re.compile(r"alpha|eta|epsilon", re.IGNORECASE)
_OPTIMIZER = re.compile(r"_?(opt|optim|optimi[sz]er|optimi[sz]ers|solver|updater)(_obj\w*)?", re.IGNORECASE)
_INPUT = re.compile(
    r"x|z|a|inp|inputs?|input_?(data|tensor)|data|a_prev|prev(_a)?|h_prev|layer_input", re.IGNORECASE
)
_BARE = re.compile(
    r"out|outputs?|y|z|h|a|o|s|l|v|next|top|logits|scores|probs|values?|activated|activations?|"
    r"y_?(hat|pred)|p|preds?|sigmoid_x|f_?x|fx|t|x",
    re.IGNORECASE,
)
_UPSTREAM_STATE = re.compile(r"(d|grad_|d_)(h|c|s|a|z|o)_?(next|prev|t|out|n|s)?", re.IGNORECASE)
_LIKE_UPSTREAM = re.compile(
    r"_?(d|g|v|u|ct|up|delta).*|.*(grad|gradient|bar|diff|ct|tangent)s?_?\d*", re.IGNORECASE
)
_TARGET = re.compile(
    r"(y_?)?(true|truth|targets?|labels?|actuals?|expected|desired|gt|t)|(target|label)_\w+|ground_?truth|"
    r"one_?hot(_\w+)?|targs?|real|answers?|reference",
    re.IGNORECASE,
)
_PREDICTION = re.compile(
    r"(y_?)?(hat|preds?|predicted|predictions?|probs?|probabilit\w+|logits?|scores?|estimates?|estimated|outputs?|out)|"
    r"p|a|aL|output_\w+|prediction_\w+|input(s|_\w+)?|x|z|h",
    re.IGNORECASE,
)


class Given(enum.Enum):
    """The kinds of things that a second method may ask for.

    EXTRA has to come from the user; PREDICTION is what a loss has itself made of its input, if anything.
    """

    UPSTREAM = "upstream"
    INPUT = "input"
    OUTPUT = "output"
    RETURNED = "returned"
    CACHE = "cache"
    RATE = "rate"
    OPTIMIZER = "optimizer"
    EXTRA = "extra"
    PREDICTION = "prediction"


@dataclass(frozen=True, slots=True)
class Role:
    """What the parameter ``name`` is given; ``of`` is the input or the returned value that it stands for."""

    name: str
    given: Given
    of: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Facts about the pair that decide between readings of a name.

    ``inputs`` are the forward's parameters, ``returned`` the names in its return statement;
    ``has_memory`` tells whether the second method uses what the forward left in the object.
    """

    inputs: tuple[str, ...]
    returned: tuple[str, ...] = ()
    is_derivative: bool = False
    has_memory: bool = True


def roles(parameters: Sequence[Parameter], reading: Reading) -> tuple[Role, ...]:
    """What each parameter of the second method is given; those left at their default are not named.

    >>> read = Reading(inputs=("x",))
    >>> [r.given.value for r in roles([Parameter("grad"), Parameter("lr"), Parameter("x")], read)]
    ['upstream', 'rate', 'input']
    """
    found = [_role(p, reading, i) for i, p in enumerate(parameters)]
    found = _with_upstream(found, reading)
    return tuple(r for r in found if r is not None)


def is_rate(name: str) -> bool:
    """Whether a parameter is called like a learning rate."""
    return _RATE.fullmatch(name) is not None


def is_optimizer(name: str) -> bool:
    """Whether a parameter is called like an optimizer."""
    return _OPTIMIZER.fullmatch(name) is not None


def is_target(name: str) -> bool:
    """Whether an input is called like what a prediction is compared with."""
    return _TARGET.fullmatch(name) is not None


def prediction_of(inputs: Sequence[str]) -> str:
    """The input of a loss that is differentiable.

    >>> prediction_of(["y", "p"]), prediction_of(["y", "t"]), prediction_of(["x", "y"])
    ('p', 'y', 'x')
    """
    others = [n for n in inputs if not is_target(n)]
    named = [n for n in others if _PREDICTION.fullmatch(n)]
    return (named or others or list(inputs))[0]


def _role(parameter: Parameter, reading: Reading, position: int) -> Role | None:
    name = parameter.name
    if name in reading.inputs:
        is_optional = parameter.default is None and reading.has_memory
        return None if is_optional else Role(name, Given.INPUT, name)
    if is_rate(name) or name == "rate" or (position and _LATER_RATE.fullmatch(name)):
        return None if parameter.default is None else Role(name, Given.RATE)
    if is_optimizer(name):
        return Role(name, Given.OPTIMIZER)
    if name in reading.returned:
        return Role(name, Given.RETURNED, name)
    if is_cache(name):
        return Role(name, Given.CACHE)
    is_named = is_upstream(name) or _UPSTREAM_STATE.fullmatch(name) or gradient_of(name, reading.returned)
    if is_named and not _BARE.fullmatch(name):
        return Role(name, Given.UPSTREAM)
    return Role(name, Given.EXTRA) if parameter.default is MISSING else None


def _with_upstream(found: list[Role | None], reading: Reading) -> list[Role | None]:
    """Decide what nameless parameters stand for, once it is known whether there is an upstream."""
    if not any(r is not None and r.given is Given.UPSTREAM for r in found):
        place = _upstream_place(found, reading)
        if place is not None:
            role = found[place]
            assert role is not None
            found[place] = Role(role.name, Given.UPSTREAM)
    if _is_one_for_each_output(found, reading):
        found = [replace(r, given=Given.UPSTREAM) if r is not None and _is_open(r) else r for r in found]
    return [_resolved(r, reading) for r in found]


def _is_one_for_each_output(found: list[Role | None], reading: Reading) -> bool:
    """Whether there are as many upstream gradients and the like as the forward returns values."""
    names = [r.name for r in found if r is not None and _is_open(r)]
    is_as_many = len(names) == len(reading.returned) > 1
    return is_as_many and not reading.is_derivative and all(_LIKE_UPSTREAM.fullmatch(n) for n in names)


def _is_open(role: Role) -> bool:
    return role.given in (Given.UPSTREAM, Given.EXTRA)


def _upstream_place(found: list[Role | None], reading: Reading) -> int | None:
    """The first parameter that can only be the upstream gradient, although it is not called like one."""
    if reading.is_derivative:
        return None
    extra = [i for i, r in enumerate(found) if r is not None and r.given is Given.EXTRA]
    own = [i for i, r in enumerate(found) if r is not None and r.given in (Given.INPUT, Given.RETURNED)]
    if extra:
        return extra[0]
    is_alone = len(own) == 1 and len(reading.inputs) == 1 and reading.has_memory
    return own[0] if is_alone else None


def _resolved(role: Role | None, reading: Reading) -> Role | None:
    """An unknown name is the only input, or the output, if it is called like one."""
    if role is None or role.given is not Given.EXTRA:
        return role
    if len(reading.inputs) == 1 and (_INPUT.fullmatch(role.name) or reading.is_derivative):
        return replace(role, given=Given.INPUT, of=reading.inputs[0])
    if _BARE.fullmatch(role.name) or is_upstream(role.name):
        return replace(role, given=Given.OUTPUT)
    return role
