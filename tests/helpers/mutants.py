"""Mistakes that people make when they write derivations by hand, made on purpose in right equations.

Every kind is a function that lists the edits of its kind that a right side offers, on the text that the
author wrote. Which of them are mistakes is for the checker to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import mutants_functions as functions
import mutants_indices as indices
import mutants_layout as layout
import mutants_names as names
import mutants_values as values
from mutants_side import Edit, Kind, Side

COMMON: tuple[Kind, ...] = (
    values.lost_minus, values.plus_for_minus, values.lost_term, values.lost_factor, values.lost_two,
    values.other_exponent, values.exponent_sign, values.lost_exponent, layout.upside_down,
    layout.moved_bracket, values.swapped_parts, names.other_symbol, names.lost_accent, names.lost_size,
    names.size_less_one,
    indices.other_index, indices.other_bound, indices.lost_sum, names.other_derivative, names.lost_partial,
    functions.lost_transpose, functions.swapped_factors, functions.lost_delta, functions.sibling_function,
)  # fmt: skip
RARER: tuple[Kind, ...] = (
    values.added_minus, layout.lost_numerator, layout.lost_denominator, values.repeated_factor,
    values.other_number, values.added_square, values.outer_square, layout.factor_below, layout.factor_above,
    layout.lost_root, layout.added_root, layout.lost_brackets,
    names.added_hat, names.added_size, names.other_size, indices.swapped_indices, indices.lost_index,
    indices.shifted_index, indices.added_sum, indices.other_sum_index, names.other_numerator,
    names.upside_down_derivative, functions.added_transpose, functions.matrix_for_elementwise,
    functions.lost_function,
    functions.lost_prime, functions.other_comparison, functions.strict_comparison, functions.swapped_cases,
)  # fmt: skip
KINDS: dict[str, Kind] = {kind.__name__: kind for kind in (*COMMON, *RARER)}
_WEIGHT = {kind.__name__: 3 if kind in COMMON else 1 for kind in KINDS.values()}


@dataclass(frozen=True)
class Mistake:
    """An edit and the kind of mistake that it is."""

    kind: str
    edit: Edit


def mistakes(side: Side) -> dict[str, list[Edit]]:
    """Every edit that a right side offers, by kind."""
    found = {name: list(kind(side)) for name, kind in KINDS.items()}
    return {name: edits for name, edits in found.items() if edits}


def drawn(side: Side, random: Random) -> Mistake | None:
    """One edit: first its kind, the common ones more often, then which; None where nothing is offered."""
    offered = mistakes(side)
    return _one(offered, random) if offered else None


def drawn_two(side: Side, random: Random) -> tuple[Mistake, Mistake] | None:
    """Two edits of different kinds that do not touch."""
    offered = mistakes(side)
    if len(offered) < 2:
        return None
    one = _one(offered, random)
    two = _one({kind: edits for kind, edits in offered.items() if kind != one.kind}, random)
    return (one, two) if _apart(one.edit, two.edit) else None


def _one(offered: dict[str, list[Edit]], random: Random) -> Mistake:
    kinds = sorted(offered)
    (kind,) = random.choices(kinds, [_WEIGHT[k] for k in kinds])
    return Mistake(kind, random.choice(offered[kind]))


def _apart(one: Edit, two: Edit) -> bool:
    """Whether two edits leave something between them that both keep."""
    return all(a.end < b.start or b.end < a.start for a in one for b in two)
