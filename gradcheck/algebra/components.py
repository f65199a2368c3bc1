"""The building blocks of the normal form: atoms, and connected contractions of atoms.

A *component* is either one atom ``head[indices]`` whose indices are all free, or a
*contraction*: atoms that share summed indices, all of them connected, such as
``Σ_j x_j g_j``. Contractions are labelled canonically, so that two of them are the same
object exactly when they are the same sum with the bound indices renamed.

Indices are strings: ``i`` a name, ``=3`` a fixed position, ``=$N`` the last position
along N, ``~0 ~1 …`` bound inside a contraction, ``?0 ?1 …`` a template's parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import count
from typing import Any

Exponent = int | Fraction
Atom = tuple[str, tuple[str, ...], Exponent]

DELTA = "d"
MAX_LABELLINGS = 5000


class TooComplex(Exception):
    """The expression is beyond what the algebra undertakes; the claim stays undecided."""


class Component:
    """An interned atom or contraction; compare with ``is``.

    ``atoms`` holds one entry with exponent 1 for an atom. ``sizes`` are the sizes of the
    bound indices, empty for an atom. ``deps`` are the heads it depends on, also inside
    the arguments of functions.
    """

    __slots__ = ("atoms", "deps", "free", "id", "sizes")

    def __init__(
        self,
        ident: int,
        atoms: tuple[Atom, ...],
        sizes: tuple[str, ...],
        deps: frozenset[str],
    ) -> None:
        self.id = ident
        self.atoms = atoms
        self.sizes = sizes
        self.deps = deps
        self.free = frozenset(i for _, idx, _ in atoms for i in idx if i[0] != "~")

    @property
    def head(self) -> str:
        """The head of an atom; a contraction's first head."""
        return self.atoms[0][0]

    @property
    def indices(self) -> tuple[str, ...]:
        """The indices of an atom."""
        return self.atoms[0][1]

    @property
    def is_delta(self) -> bool:
        return not self.sizes and self.head == DELTA


class ComponentTable:
    """Interns components and hands out fresh index names."""

    def __init__(self) -> None:
        self._atoms: dict[tuple[str, tuple[str, ...]], Component] = {}
        self._contractions: dict[tuple[tuple[str, ...], tuple[Atom, ...]], Component] = {}
        self._raw: dict[object, Component] = {}
        self._fresh = count()
        self.by_id: list[Component] = []
        self.deps_of_head: dict[str, frozenset[str]] = {}

    def fresh(self) -> str:
        """An index name used nowhere else."""
        return f"%{next(self._fresh)}"

    def atom(self, head: str, indices: tuple[str, ...] = ()) -> Component:
        """The component of a single atom."""
        key = (head, indices)
        found = self._atoms.get(key)
        if found is None:
            found = self._atoms[key] = self._new(((head, indices, 1),), ())
        return found

    def contraction(self, bound: dict[str, str], atoms: Sequence[Atom]) -> Component:
        """The contraction of ``atoms`` over the indices ``bound`` (name to size).

        Raises `TooComplex` if its symmetries are too many to label.
        """
        merged = _merge(atoms)
        order = tuple(bound)
        raw = (order, tuple(bound.values()), tuple(merged))
        found = self._raw.get(raw)
        if found is None:
            key = canonical(bound, merged)
            found = self._contractions.get(key)
            if found is None:
                found = self._contractions[key] = self._new(key[1], key[0])
            self._raw[raw] = found
        return found

    def _new(self, atoms: tuple[Atom, ...], sizes: tuple[str, ...]) -> Component:
        deps = frozenset(h for h, _, _ in atoms).union(
            *(self.deps_of_head.get(h, frozenset()) for h, _, _ in atoms)
        )
        component = Component(len(self.by_id), atoms, sizes, deps)
        self.by_id.append(component)
        return component


def _merge(atoms: Iterable[Atom]) -> list[Atom]:
    """Equal atoms united, their exponents added, in a fixed order; steps are idempotent."""
    exponents: dict[tuple[str, tuple[str, ...]], Exponent] = {}
    for head, indices, exponent in atoms:
        key = (head, indices)
        exponents[key] = exponents.get(key, 0) + exponent
    return sorted((h, idx, 1 if h[0] == "S" else e) for (h, idx), e in exponents.items() if e != 0)


def canonical(bound: dict[str, str], atoms: Sequence[Atom]) -> tuple[tuple[str, ...], tuple[Atom, ...]]:
    """The smallest relabelling of ``bound`` as ``~0 ~1 …``, found by colour refinement."""
    names = list(bound)
    if len(names) == 1:
        return (bound[names[0]],), _relabelled(atoms, {names[0]: "~0"})
    touching: dict[str, list[Atom]] = {n: [a for a in atoms if n in a[1]] for n in names}
    first = _ranks({n: (bound[n],) for n in names})
    best: list[tuple[tuple[str, ...], tuple[Atom, ...]]] = []
    budget = [MAX_LABELLINGS]

    def search(colours: dict[str, int]) -> None:
        colours = _refine(colours, touching)
        cells: dict[int, list[str]] = {}
        for name in names:
            cells.setdefault(colours[name], []).append(name)
        split = next((cells[c] for c in sorted(cells) if len(cells[c]) > 1), None)
        if split is None:
            _keep_smaller(best, colours, bound, atoms, budget)
            return
        for name in split:
            search({**{n: 2 * c + 1 for n, c in colours.items()}, name: 2 * colours[name]})

    search(first)
    return best[0]


def _keep_smaller(
    best: list[tuple[tuple[str, ...], tuple[Atom, ...]]],
    colours: dict[str, int],
    bound: dict[str, str],
    atoms: Sequence[Atom],
    budget: list[int],
) -> None:
    budget[0] -= 1
    if budget[0] < 0:
        raise TooComplex("a sum with too many symmetric indices")
    order = sorted(bound, key=colours.__getitem__)
    labels = {name: f"~{k}" for k, name in enumerate(order)}
    candidate = (tuple(bound[n] for n in order), _relabelled(atoms, labels))
    if not best or candidate < best[0]:
        best[:] = [candidate]


def _refine(colours: dict[str, int], touching: dict[str, list[Atom]]) -> dict[str, int]:
    """Split colours by what each index touches until nothing changes."""
    while True:
        signature = {
            name: (
                colours[name],
                tuple(
                    sorted(
                        (h, _key(e), tuple(_colour(i, name, colours) for i in idx))
                        for h, idx, e in touching[name]
                    )
                ),
            )
            for name in colours
        }
        refined = _ranks(signature)
        if len(set(refined.values())) == len(set(colours.values())):
            return refined
        colours = refined


def _colour(index: str, own: str, colours: dict[str, int]) -> tuple[int, str]:
    if index == own:
        return (-1, "")
    colour = colours.get(index)
    return (-2, index) if colour is None else (colour, "")


def _key(exponent: Exponent) -> tuple[int, int]:
    return exponent.numerator, exponent.denominator


def _ranks(signature: Mapping[str, Any]) -> dict[str, int]:
    ranks = {s: k for k, s in enumerate(sorted(set(signature.values())))}
    return {name: ranks[s] for name, s in signature.items()}


def _relabelled(atoms: Sequence[Atom], labels: dict[str, str]) -> tuple[Atom, ...]:
    return tuple(sorted((h, tuple(labels.get(i, i) for i in idx), e) for h, idx, e in atoms))
