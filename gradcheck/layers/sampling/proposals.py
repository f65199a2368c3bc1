"""Complete guesses at the inputs of a layer, from the names of its parameters, the most plausible first.

The caller tries one after the other; a wrong guess costs no more than an exception in the layer.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from gradcheck.layers.sampling.annotations import Hint, hint_of
from gradcheck.layers.sampling.dimensions import annotated
from gradcheck.layers.sampling.families import COMMON_CELLS, FAMILIES, OTHER_CELLS, Family
from gradcheck.layers.sampling.hints import fitting, unknown_cell
from gradcheck.layers.sampling.precision import common_precision, with_precision
from gradcheck.layers.sampling.roles import is_array_name, is_filled_in_later, roles_of
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.sampling.symbols import Sizes, completed
from gradcheck.layers.sampling.templates import Template, shape_of, templates
from gradcheck.layers.target import MISSING, Parameter

MOST = 400
"""Candidates in all."""

_PER_ANNOTATION = 60
_TRIED = 4000
COMMON_COST, ELSEWHERE_COST, UNKNOWN_COST = 1, 12, 16

Value = Spec | Fixed
Choice = dict[str, Value]
OMITTED = Template("")
"""Stands for a parameter that keeps its default."""

UNRELATED = Template("…")
"""Stands for a given value about which a family says nothing."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter that needs a value, or may have one."""

    parameter: Parameter
    roles: tuple[str, ...]
    hint: Hint | None
    value: Value | None

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.parameter.default is not MISSING and self.value is None


def propose(parameters: Sequence[Parameter], given: Mapping[str, Value]) -> Iterator[Choice]:
    """Assignments of a value to every parameter that needs one, lazily, each once, at most ``MOST``.

    Given values are used as they are, and the sizes of the others agree with them. A parameter with a
    default keeps it, unless it is given or the default is None and the name is that of an array.

    >>> next(propose([Parameter("x"), Parameter("w"), Parameter("b")], {}))
    {'x': normal(4, 3), 'w': normal(3, 5), 'b': normal(5)}
    >>> from gradcheck.layers.sampling.grammar import parse
    >>> next(propose([Parameter("x"), Parameter("w")], {"x": parse("normal(64, 32)")}))
    {'x': normal(64, 32), 'w': normal(32, 5)}
    """
    return islice(_once(_all(parameters, given)), MOST)


def _once(choices: Iterable[Choice]) -> Iterator[Choice]:
    seen: set[tuple[tuple[str, str], ...]] = set()
    for choice in choices:
        key = tuple((name, str(value)) for name, value in choice.items())
        if key not in seen:
            seen.add(key)
            yield choice


def _all(parameters: Sequence[Parameter], given: Mapping[str, Value]) -> Iterator[Choice]:
    for arrays in annotated(parameters, given):
        yield from islice(_guessed(parameters, {**given, **arrays}), _PER_ANNOTATION)
    yield from _guessed(parameters, given)


def _guessed(parameters: Sequence[Parameter], given: Mapping[str, Value]) -> Iterator[Choice]:
    """The guesses of all families that apply, in the order of their costs."""
    slots = _with_an_input([slot for p in parameters if (slot := _slot(p, given))])
    roles = {role for slot in slots for role in slot.roles}
    applicable = [family for family in FAMILIES if family.applies(roles)]
    defaults = [roles_of(p) for p in parameters if p.name not in {slot.parameter.name for slot in slots}]
    ranked = (_of_family(f, slots, rank + _strange(f, defaults)) for rank, f in enumerate(applicable))
    precision = common_precision(given.values())
    for _, choice in heapq.merge(*ranked, key=lambda item: item[0]):
        made = {name: with_precision(v, precision) for name, v in choice.items() if name not in given}
        order = dict.fromkeys([*choice, *given])
        yield {name: given[name] if name in given else made[name] for name in order}


def _with_an_input(slots: Sequence[Slot]) -> list[Slot]:
    """The first parameter of the forward is the input, where no name says which one is."""
    first = next((s for s in slots if s.parameter.group == "forward"), None)
    if first is None or any("x" in slot.roles for slot in slots):
        return list(slots)
    return [replace(s, roles=(*s.roles, "x")) if s is first else s for s in slots]


def _strange(family: Family, defaults: Iterable[tuple[str, ...]]) -> int:
    """What it costs that a parameter, though it keeps its default, does not belong to a family: a stride."""
    telling = [roles for roles in defaults if any(role in OTHER_CELLS for role in roles)]
    return ELSEWHERE_COST * sum(not any(role in family.cells for role in roles) for roles in telling)


def _slot(parameter: Parameter, given: Mapping[str, Value]) -> Slot | None:
    hint = hint_of(parameter.annotation)
    is_array = hint.kind in _ARRAY_KINDS if hint else is_array_name(parameter)
    needed = parameter.default is MISSING or (parameter.default is None and is_array)
    if not needed and not is_filled_in_later(parameter) and parameter.name not in given:
        return None
    return Slot(parameter, roles_of(parameter), hint, given.get(parameter.name))


_ARRAY_KINDS = frozenset({"array", "floats", "integers", "booleans"})


def _of_family(family: Family, slots: Sequence[Slot], rank: int) -> Iterator[tuple[int, Choice]]:
    """The guesses of one family, each with its cost."""
    cells = [_cell(family, slot) for slot in slots]
    if not all(alternatives for alternatives, _ in cells):
        return
    base = rank + sum(cost for _, cost in cells)
    for places in islice(_cheapest_first([len(alternatives) for alternatives, _ in cells]), _TRIED):
        picked = [alternatives[place] for (alternatives, _), place in zip(cells, places, strict=True)]
        choice = _filled(family, slots, picked)
        if choice is not None:
            yield base + sum(places), choice


def _cell(family: Family, slot: Slot) -> tuple[Sequence[Template], int]:
    """The alternatives for a slot, and what it costs that the family does not know its role."""
    tables = ((family.cells, 0), (COMMON_CELLS, COMMON_COST), (OTHER_CELLS, ELSEWHERE_COST))
    known = ((table[role], cost) for table, cost in tables for role in slot.roles if role in table)
    cell, cost = next(known, ("", UNKNOWN_COST))
    if slot.value is not None:
        return _for_given(slot.value, cell), 0 if cell or shape_of(slot.value) is None else ELSEWHERE_COST
    found = fitting(templates(cell), slot.hint) if cell else ()
    if not found:
        found, cost = templates(unknown_cell(slot.hint, slot.parameter.group)), UNKNOWN_COST
    return _with_omission(found, slot), cost


def _with_omission(found: Sequence[Template], slot: Slot) -> Sequence[Template]:
    if not slot.optional:
        return found
    return (OMITTED, *found) if is_filled_in_later(slot.parameter) else (*found, OMITTED)


def _for_given(value: Value, cell: str) -> Sequence[Template]:
    """The templates that a given value may stand in for, those of its own kind of numbers first."""
    if not cell:
        return (UNRELATED,)
    fits = [t for t in templates(cell) if t.sizes_from(value, {}) is not None]
    return sorted(fits, key=lambda t: _is_integer(value) != (t.kind == "integers"))


def _is_integer(value: Value) -> bool:
    return isinstance(value, Spec) and value.dtype.kind in "iu"


def _filled(family: Family, slots: Sequence[Slot], picked: Sequence[Template]) -> Choice | None:
    """The values of one guess, or None if the given ones contradict it."""
    known: Sizes | None = {}
    for slot, template in zip(slots, picked, strict=True):
        if slot.value is not None and template is not UNRELATED and known is not None:
            known = template.sizes_from(slot.value, known)
    if known is None:
        return None
    sizes = completed(known, [s for t in picked for s in t.symbols], family.sizes)
    pairs = [(s, t) for s, t in zip(slots, picked, strict=True) if t is not OMITTED]
    try:
        if any(_contradicts(slot, template, sizes) for slot, template in pairs):
            return None
        return {s.parameter.name: s.value if s.value is not None else t.filled(sizes) for s, t in pairs}
    except SpecError:  # such as a matrix too large for the sizes that are given
        return None


def _contradicts(slot: Slot, template: Template, sizes: Sizes) -> bool:
    """Whether a given array has another shape than its template; only sums of sizes get this far."""
    shape = shape_of(slot.value) if slot.value is not None else None
    return shape is not None and bool(template.kind) and shape_of(template.filled(sizes)) != shape


def _cheapest_first(lengths: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way of picking one of each, in the order of the sum of the places.

    >>> list(_cheapest_first([2, 2]))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    for total in range(sum(length - 1 for length in lengths) + 1):
        yield from _with_sum(lengths, total)


def _with_sum(lengths: Sequence[int], total: int) -> Iterator[tuple[int, ...]]:
    if not lengths:
        yield from [()] if total == 0 else []
        return
    room = sum(length - 1 for length in lengths[1:])
    for first in range(max(0, total - room), min(total, lengths[0] - 1) + 1):
        for rest in _with_sum(lengths[1:], total - first):
            yield (first, *rest)
