"""Inputs to check the generated code at: shapes that fit, no two sizes alike, values in the domain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from gradcheck.algebra.expr import Last, Ref, Var, walk
from gradcheck.derive.code.definitions import Program
from gradcheck.derive.code.domains import Domains, domains_of

_LENGTHS = ((4, 3, 5, 2, 6, 7, 8, 9), (3, 5, 2, 7, 4, 6, 9, 8))
_EPSILON = ("1e-5", "1e-3")
_NUMBERS = ("0.7", "0.4")
_ABOVE_SIZES = 50
"""The checker takes a bound of integers that is a length of an axis for that length."""


def cases_of(
    program: Program, normalised: Collection[str], name: Callable[[str], str], returns_none: bool
) -> list[list[str]]:
    """Two cases, each the items of a dictionary from parameters to specifications of `gradcheck layer`.

    The checker wants the gradient of every float array for which the backward ``returns_none``, and of
    those that an output with axes depends on: what is held fixed is then drawn from whole numbers.
    """
    whole = returns_none or any(program.sizes(output) for output in program.outputs)
    domains = domains_of(program)
    lines = []
    for number in range(len(_LENGTHS)):
        lengths = _lengths(program, number)
        case = dict(_case(program, domains, normalised, lengths, number, whole))
        lines.append([f'"{name(n)}": {value}' for n, value in case.items()])
    return lines


def guard_of(program: Program, domains: Domains, name: str) -> str | None:
    """The usual value of a number that only keeps something away from 0; None for any other input."""
    return _EPSILON[0] if name in program.scalar_parameters and name in domains.guards else None


def _case(
    program: Program,
    domains: Domains,
    normalised: Collection[str],
    lengths: Mapping[str, int],
    number: int,
    whole: bool,
) -> Iterator[tuple[str, str]]:
    for name in program.inputs:
        shape = [lengths[s] for s in program.shapes[name]]
        guard = guard_of(program, domains, name)
        if guard is not None:
            if number:
                yield name, _EPSILON[number]
        elif name in program.scalar_parameters:
            yield name, _NUMBERS[number]
        else:
            yield name, f'"{_spec(program, domains, name in normalised, name, shape, number, whole)}"'


def _spec(
    program: Program,
    domains: Domains,
    normalised: bool,
    name: str,
    shape: list[int],
    number: int,
    whole: bool,
) -> str:
    sizes = ", ".join(map(str, shape))
    comma = ", " if sizes else ""
    if name in program.fixed and whole:
        return _whole_numbers(domains, normalised, name, sizes)
    if normalised and shape:
        is_label = name in program.fixed and name not in domains.positive and number == 0
        return f"{'onehot' if is_label else 'simplex'}({sizes})"
    if name in domains.below_one or (name in domains.positive and name in domains.complemented):
        return f"uniform({sizes}{comma}low=0.1, high=0.9)"
    if name in domains.positive:
        return f"uniform({sizes}{comma}low=0.5, high=2)"
    if name in program.fixed and name in domains.complemented:
        return f"uniform({sizes}{comma}low=0, high=1)"
    return f"normal({sizes})"


def _whole_numbers(domains: Domains, normalised: bool, name: str, sizes: str) -> str:
    if name in domains.positive:
        return f"integers(1, {_ABOVE_SIZES}, {sizes})"
    return f"onehot({sizes})" if normalised else f"bernoulli({sizes}, p=0.5)"


def _lengths(program: Program, number: int) -> dict[str, int]:
    """A length for each size, none twice, and long enough for every position that is written as a number."""
    least = _positions(program)
    free = [*_LENGTHS[number], *range(10, 40)]
    found: dict[str, int] = {}
    for size in dict.fromkeys(s for name in program.inputs for s in program.shapes[name]):
        length = next(n for n in free if n >= least.get(size, 2))
        free.remove(length)
        found[size] = length
    return found


def _positions(program: Program) -> dict[str, int]:
    least: dict[str, int] = {}
    for definition in program.definitions.values():
        for part in walk(definition.body):
            if isinstance(part, Var | Ref):
                for index, size in zip(part.indices, program.sizes(part.name), strict=True):
                    if isinstance(index, int):
                        least[size] = max(index, least.get(size, 2))
                    elif isinstance(index, Last):
                        least.setdefault(size, 2)
    return least
