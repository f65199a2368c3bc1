"""Sums are the same object exactly when one is the other with its bound indices renamed."""

from __future__ import annotations

from itertools import permutations, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.algebra.components import Atom, ComponentTable, TooComplex, canonical

PLAIN = settings(max_examples=150, deadline=None, derandomize=True, database=None)
BOUND = ("p", "q", "r", "s")
edges = st.lists(st.tuples(st.sampled_from(BOUND), st.sampled_from([*BOUND, "i"])), min_size=1, max_size=6)


def atoms_of(pairs: list[tuple[str, str]]) -> list[Atom]:
    """A product of entries of one matrix, equal factors united."""
    return sorted(("v:w", pair, pairs.count(pair)) for pair in set(pairs))


def bound_of(pairs: list[tuple[str, str]]) -> dict[str, str]:
    return {n: "m" for pair in pairs for n in pair if n in BOUND}


def renamed(pairs: list[tuple[str, str]], names: dict[str, str]) -> list[tuple[str, str]]:
    return [(names.get(a, a), names.get(b, b)) for a, b in pairs]


@PLAIN
@given(edges, st.permutations(BOUND), st.integers(0, 99))
def test_renaming_bound_indices_changes_nothing(
    pairs: list[tuple[str, str]], order: list[str], seed: int
) -> None:
    """Any permutation of the bound names, and of the factors."""
    other = renamed(pairs, dict(zip(BOUND, order, strict=True)))
    Random(seed).shuffle(other)
    assert canonical(bound_of(pairs), atoms_of(pairs)) == canonical(bound_of(other), atoms_of(other))


@PLAIN
@given(edges, edges)
def test_different_sums_have_different_labels(one: list[tuple[str, str]], two: list[tuple[str, str]]) -> None:
    """The same labels if and only if some bijection of the bound names makes one of the other."""
    here, there = bound_of(one), bound_of(two)
    related = len(here) == len(there) and any(
        atoms_of(renamed(one, dict(zip(here, names, strict=True)))) == atoms_of(two)
        for names in permutations(there)
    )
    assert (canonical(here, atoms_of(one)) == canonical(there, atoms_of(two))) == related


def test_sizes_tell_indices_apart() -> None:
    """A sum over m and one over k are two, whatever the letters."""
    atoms: list[Atom] = [("v:x", ("p",), 1), ("v:y", ("q",), 1), ("v:w", ("p", "q"), 1)]
    assert canonical({"p": "m", "q": "k"}, atoms) != canonical({"p": "k", "q": "m"}, atoms)


def test_too_many_symmetries_are_refused() -> None:
    """A complete graph on nine indices has too many labellings; the claim stays open."""
    names = [f"p{n}" for n in range(9)]
    atoms: list[Atom] = [("v:w", (a, b), 1) for a, b in product(names, names) if a != b]
    with pytest.raises(TooComplex):
        canonical(dict.fromkeys(names, "m"), sorted(atoms))


def test_components_are_interned() -> None:
    """Equal atoms and equal contractions are one object; free indices are remembered."""
    table = ComponentTable()
    assert table.atom("v:x", ("i",)) is table.atom("v:x", ("i",))
    assert table.atom("v:x", ("i",)) is not table.atom("v:x", ("j",))
    one = table.contraction({"p": "m"}, [("v:x", ("p",), 1), ("v:w", ("p", "i"), 1)])
    two = table.contraction({"z": "m"}, [("v:w", ("z", "i"), 1), ("v:x", ("z",), 1)])
    assert one is two
    assert one.free == {"i"}
    assert one.deps == {"v:x", "v:w"}


def test_equal_factors_are_united() -> None:
    """x_p x_p is x_p squared, and a factor with its inverse is nothing."""
    table = ComponentTable()
    twice = table.contraction({"p": "m"}, [("v:x", ("p",), 1), ("v:x", ("p",), 1)])
    assert twice is table.contraction({"p": "m"}, [("v:x", ("p",), 2)])
    cancelled = table.contraction({"p": "m"}, [("v:x", ("p",), 1), ("v:x", ("p",), -1), ("v:g", ("p",), 1)])
    assert cancelled is table.contraction({"p": "m"}, [("v:g", ("p",), 1)])
