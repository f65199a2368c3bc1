"""What a second method means: a backward, a derivative or the gradient of a loss, and of which arguments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.layers.adapters.backward_roles import Given, Reading, Role, is_target, prediction_of, roles
from gradcheck.layers.adapters.class_calling import Result
from gradcheck.layers.adapters.class_methods import Kind, MethodPair
from gradcheck.layers.adapters.signatures import asked
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import MISSING, Parameter

_LOSS = re.compile(r"loss|entropy|cost|criterion|mse|mae|bce|nll|error|hinge|huber", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One way of reading a pair of methods; ``also`` are others, tried if this one does not hold."""

    roles: tuple[Role, ...]
    result: Result
    note: str = ""
    also: tuple[Meaning, ...] = ()


def own_parameters(pair: MethodPair, name: str, group: str = "forward") -> tuple[Parameter, ...]:
    """The inputs of a method without self."""
    if pair.is_property and name == pair.backward:
        return ()
    return asked(pair.bound(name), group)


def meaning(pair: MethodPair) -> Meaning:
    """How the second method is to be called and what to make of its result."""
    if pair.kind is Kind.OWN:
        return Meaning((), Result.OWN)
    forward = own_parameters(pair, pair.forward)
    backward = own_parameters(pair, pair.backward)
    needed = [p.name for p in forward if p.default is MISSING]
    reading = Reading(
        tuple(p.name for p in forward),
        returned_names(pair.function(pair.forward)),
        pair.kind is Kind.DERIVATIVE,
        _has_memory(pair),
    )
    found = roles(backward, reading)
    if any(r.given is Given.UPSTREAM for r in found):
        return _pulled(pair, found, backward, needed)
    if len(needed) > 1 or (not found and pair.kind is Kind.BACKWARD):
        return Meaning(found, Result.LOSS)
    return _slope(pair, found)


def trains(pair: MethodPair) -> bool:
    """Whether the second method goes through a whole training step, such as ``backprop(x, y)``.

    It compares the output with a target of which the forward knows nothing: there is no loss to difference.
    """
    if pair.kind is Kind.OWN:
        return False
    forward = {p.name for p in own_parameters(pair, pair.forward)}
    own = [p.name for p in own_parameters(pair, pair.backward) if p.name not in forward]
    targets = [n for n in own if n.lower() in ("y", "y_batch") or (is_target(n) and len(n) > 1)]
    strong = [
        r for r in meaning(pair).roles if r.given is Given.UPSTREAM and r.name not in (*targets, "x", "X")
    ]
    return bool(targets) and not strong and not (len(own) == 1 and targets == ["y"])


def fixed_inputs(pair: MethodPair, result: Result) -> set[str]:
    """The inputs that are not differentiable by their meaning: the targets of a loss, masks."""
    names = [p.name for p in own_parameters(pair, pair.forward)]
    masks = {n for n in names if "mask" in n.lower()}
    if result in (Result.LOSS, Result.OWN) and len(names) > 1:
        return {n for n in names if n != prediction_of(names)}
    if _is_loss(pair) and len(names) > 1:
        return masks | {n for n in names if is_target(n)}
    return masks


def _pulled(
    pair: MethodPair, found: tuple[Role, ...], backward: Sequence[Parameter], needed: Sequence[str]
) -> Meaning:
    """A backward with an upstream gradient; a loss whose upstream may be left out is called without."""
    upstream = next(r for r in found if r.given is Given.UPSTREAM)
    default = next(p.default for p in backward if p.name == upstream.name)
    if isinstance(default, int | float) or (default is None and len(needed) > 1):
        return Meaning(tuple(r for r in found if r is not upstream), Result.LOSS)
    if _is_prediction(pair, upstream, found, needed):
        prediction = replace(upstream, given=Given.PREDICTION, of=prediction_of(needed))
        return Meaning(tuple(prediction if r is upstream else r for r in found), Result.LOSS)
    return Meaning(found, Result.GRADIENT)


def _is_prediction(pair: MethodPair, upstream: Role, found: Sequence[Role], needed: Sequence[str]) -> bool:
    """Whether the ``dvalues`` of a loss's ``backward(dvalues, y_true)`` are really its predictions."""
    has_target = any(r.given is Given.INPUT and is_target(r.of) for r in found)
    is_loss = _is_loss(pair) and len(needed) > 1
    return is_loss and has_target and re.fullmatch(r"d_?(values|preds?|inputs?)", upstream.name) is not None


def _is_loss(pair: MethodPair) -> bool:
    """Whether a class or one of its bases is called like a loss."""
    return any(_LOSS.search(base.__name__) for base in pair.owner.__mro__)


def _slope(pair: MethodPair, found: tuple[Role, ...]) -> Meaning:
    """A derivative of one argument: at the input, or as some write it, at the output."""
    if len(found) != 1 or found[0].given not in (Given.INPUT, Given.OUTPUT):
        return Meaning(found, Result.SLOPE)
    role = found[0]
    needed = [p.name for p in own_parameters(pair, pair.forward)]
    at_input = Meaning((replace(role, given=Given.INPUT, of=needed[0]),), Result.SLOPE)
    at_output = Meaning(
        (replace(role, given=Given.OUTPUT),),
        Result.SLOPE,
        f"{pair.backward} takes the output of {pair.forward}, not its input",
    )
    as_backward = Meaning((replace(role, given=Given.UPSTREAM),), Result.GRADIENT)
    if pair.kind is Kind.BACKWARD:
        return replace(at_input, also=(at_output, as_backward))
    return (
        replace(at_output, also=(at_input,))
        if role.given is Given.OUTPUT
        else replace(at_input, also=(at_output,))
    )


def _has_memory(pair: MethodPair) -> bool:
    """Whether the second method reads what the first one leaves in the object."""
    source = pair.source
    if pair.backward not in source.methods:
        return True
    return bool(set(source.reads(pair.backward)) & set(source.writes(pair.forward)))
