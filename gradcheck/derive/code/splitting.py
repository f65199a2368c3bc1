"""A program as two functions: what the forward computes, what the backward, and what is kept between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gradcheck.algebra.expr import Ref, Sum, mapped, rename, walk
from gradcheck.derive.code.definitions import Definition, Program, needed
from gradcheck.derive.code.tidying import as_power, coefficient, tidy


@dataclass(frozen=True)
class Halves:
    """``cache`` names inputs and forward definitions that the backward needs."""

    forward: tuple[Definition, ...]
    backward: tuple[Definition, ...]
    cache: tuple[str, ...]


def split(program: Program) -> Halves:
    """The two halves; what the forward does not need itself is left to the backward."""
    ahead = needed(program.definitions, program.outputs)
    everything = needed(program.definitions, program.gradients.values())
    back = {name: d for name, d in everything.items() if name not in ahead}
    mentioned = {name for d in back.values() for name in d.needs} | set(program.gradients.values())
    given = set(program.upstream.values())
    kept = [name for name in (*program.inputs, *ahead) if name in mentioned and name not in given]
    named = {*kept, *program.wanted}
    return Halves(_without_single(ahead, named), _without_single(back, named), tuple(kept))


def _without_single(half: Mapping[str, Definition], named: set[str]) -> tuple[Definition, ...]:
    """A function's definitions, those put in where they are needed that are large and needed just once.

    An array without a name can be overwritten by what is computed from it, which NumPy does: a name
    costs the memory of a new one.
    """
    found = dict(half)
    for name, definition in half.items():
        users = [d for d in found.values() if name in d.needs]
        if name in named or len(users) != 1 or not _is_elementwise(definition):
            continue
        changed = _put_in(definition, users[0])
        if changed is not None:
            found[users[0].name] = changed
            del found[name]
    return tuple(found.values())


def _is_elementwise(definition: Definition) -> bool:
    is_sum = isinstance(coefficient(definition.body)[1], Sum)
    return len(definition.params) > 1 and not definition.largest and not is_sum


def _put_in(definition: Definition, user: Definition) -> Definition | None:
    """The user with the definition in place; None where that would compute it more than once."""
    mentions = [p for p in walk(user.body) if isinstance(p, Ref) and p.name == definition.name]
    summed = [p for part in walk(user.body) if isinstance(part, Sum) for p in walk(part.body)]
    raised = [as_power(part)[0] for part in walk(user.body) if as_power(part)[1] > 2]
    if len(mentions) != 1 or any(p == mentions[0] for p in [*summed, *raised]) or user.largest:
        return None
    letters = dict(zip(definition.params, mentions[0].indices, strict=True))
    body = rename(definition.body, letters)
    put = mapped(user.body, lambda part: body if part == mentions[0] else part)
    return replace(user, body=tidy(put))
