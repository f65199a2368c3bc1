"""Points where two sides differ: small sizes, small values, both sides worked out exactly."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

from gradcheck.algebra import exact
from gradcheck.algebra import expr as e
from gradcheck.algebra.poly import Poly
from gradcheck.model import Counterexample


def small_values(
    left: Poly, right: Poly, sizes: dict[str, int], graph: e.Graph, attempt: int, seed: int
) -> dict[str, dict[tuple[int, ...], Fraction]]:
    """Small whole numbers for every tensor that occurs, halves from the second round on."""
    import random

    chooser = random.Random(seed * 1000 + attempt)
    heads = sorted(h[2:] for h in left.deps() | right.deps() if h[:2] == "v:")
    pool = [1, 2, 3, -1, 2, 4] if attempt % 3 < 2 else [1, 2, 3, 4, 5]
    positive = attempt % 3 == 2 or attempt > 12
    values: dict[str, dict[tuple[int, ...], Fraction]] = {}
    for name in heads:
        axes = _axes(name, graph)
        entries = {}
        for at in product(*(range(1, sizes[s] + 1) for s in axes)):
            number = Fraction(chooser.choice(pool))
            if attempt > 6:
                number /= chooser.choice([1, 2, 4])
            entries[at] = abs(number) if positive or not axes else number
        values[name] = entries
    return values


def normalise(entries: dict[tuple[int, ...], Fraction]) -> None:
    """Make the entries along the last axis positive, with sum 1."""
    totals: dict[tuple[int, ...], Fraction] = {}
    for at, number in entries.items():
        totals[at[:-1]] = totals.get(at[:-1], Fraction(0)) + abs(number)
    for at, number in entries.items():
        entries[at] = abs(number) / totals[at[:-1]]


def _axes(name: str, graph: e.Graph) -> tuple[str, ...]:
    if name in graph.leaves or name in graph.nodes:
        return graph.sizes(name)
    for loss, roots in graph.roots.items():
        for node in roots:
            if e.upstream(loss, node) == name:
                return graph.sizes(node)
    raise KeyError(name)


def positions(index_sizes: tuple[tuple[str, str], ...], sizes: dict[str, int]) -> Iterator[dict[str, int]]:
    names = [n for n, _ in index_sizes]
    ranges = [range(1, min(sizes[s], 3) + 1) for _, s in index_sizes]
    for count, at in enumerate(product(*ranges)):
        if count > 80:
            return
        yield dict(zip(names, at, strict=True))


def difference(left: Poly, right: Poly, place: exact.Place) -> tuple[exact.Number, exact.Number] | None:
    """Both sides, if they exist there and differ beyond any doubt."""
    try:
        a, b = exact.value(left, place), exact.value(right, place)
    except (ArithmeticError, ValueError, LookupError):
        return None
    return (a, b) if exact.differ(a, b) else None


def written(
    found: tuple[exact.Number, exact.Number],
    sizes: dict[str, int],
    values: dict[str, dict[tuple[int, ...], Fraction]],
    at: dict[str, int],
    left: Poly,
    right: Poly,
) -> Counterexample:
    used = {h[2:] for h in left.deps() | right.deps()}
    return Counterexample(
        dict(sorted(sizes.items())),
        {name: _nested(entries) for name, entries in sorted(values.items()) if name in used},
        exact.shown(found[1]),
        exact.shown(found[0]),
        {name: at[name] for name in sorted(at) if not name.startswith("α")}
        | {f"axis {k}": at[name] for k, name in enumerate((n for n in at if n.startswith("α")), 1)},
    )


def _nested(entries: dict[tuple[int, ...], Fraction], prefix: tuple[int, ...] = ()) -> str:
    """A tensor's entries as nested brackets."""
    if () in entries:
        return str(entries[()])
    depth = len(prefix)
    rank = len(next(iter(entries)))
    if depth == rank:
        return str(entries[prefix])
    heads = sorted({k[depth] for k in entries if k[:depth] == prefix})
    return "[" + ", ".join(_nested(entries, (*prefix, h)) for h in heads) + "]"
