"""From a derivation to a program that is ready to be written: stable, without repetitions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gradcheck.algebra.expr import Expr, Num, Ref, Var, free_indices, mapped, rename, walk
from gradcheck.derive.code.canonical import Fresh
from gradcheck.derive.code.choices import with_choices
from gradcheck.derive.code.definitions import Definition, Program, needed
from gradcheck.derive.code.exponentials import stabilised
from gradcheck.derive.code.programs import PER_LOSS, program_of
from gradcheck.derive.code.sharing import shared
from gradcheck.derive.code.tidying import coefficient, tidy
from gradcheck.derive.derivation import Derivation


def prepared(derivation: Derivation) -> Program:
    """The program of a derivation. Raises CannotDerive."""
    fresh = Fresh()
    program = stabilised(program_of(derivation, fresh), fresh)
    found = {n: replace(d, body=with_choices(d.body)) for n, d in program.definitions.items()}
    program = replace(program, definitions=found)
    return _without_detours(shared(_without_detours(program, fresh), fresh), fresh)


def _without_detours(program: Program, fresh: Fresh) -> Program:
    """The program with definitions put in where a name only stands in the way.

    That is a definition that is another tensor or a number, one that does not have all its indices, and
    the gradient of a loss that is only used once, to be multiplied by the upstream gradient.
    """
    found = needed(program.definitions, program.wanted)
    uses = [p.name for d in found.values() for p in walk(d.body) if isinstance(p, Ref)]

    def is_detour(definition: Definition) -> bool:
        if definition.largest:
            return False
        if definition.name.startswith(PER_LOSS) and uses.count(definition.name) == 1:
            return any(PER_LOSS + name == definition.name for name in program.gradients.values())
        missing = set(definition.params) - free_indices(definition.body)
        return bool(missing) or isinstance(coefficient(definition.body)[1], Num | Var | Ref)

    done: dict[str, Definition] = {}
    put = _putting(done, fresh, is_detour)
    for name, definition in found.items():
        done[name] = replace(definition, body=tidy(mapped(definition.body, put)))
    return replace(program, definitions=needed(done, program.wanted))


def _putting(
    done: dict[str, Definition], fresh: Fresh, is_detour: Callable[[Definition], bool]
) -> Callable[[Expr], Expr]:
    def put(part: Expr) -> Expr:
        definition = done.get(part.name) if isinstance(part, Ref) else None
        if definition is None or not isinstance(part, Ref) or not is_detour(definition):
            return part
        return rename(fresh.apart(definition.body), dict(zip(definition.params, part.indices, strict=True)))

    return put
