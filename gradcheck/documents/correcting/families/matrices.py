"""Matrices: a transpose too many or too few, factors in the wrong order, a product of the wrong kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.spots import Spot
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import is_transpose


def matrix_edits(bench: Workbench, places: list[Spot]) -> Iterator[Edit]:
    """For products of arrays: every single transpose, every neighbours' order, both together."""
    if not bench.meaning.matrix_mode:
        return
    for spot in places:
        node = spot.node
        if spot.role != "factor" and not isinstance(node, s.Product):
            yield from _transposed(bench, node)
        if isinstance(node, s.Fraction_):
            pieces = (
                bench.unit(node.numerator, bench.text(node.denominator)),
                bench.unit(node.denominator, bench.text(node.numerator)),
            )
            yield Edit(pieces, f"`{bench.text(node)}` should be upside down", 1.35)
        if isinstance(node, s.Product):
            for factor in node.factors:
                yield from _transposed(bench, factor)
            yield from _reordered(bench, node)
            yield from _symmetrised(bench, node)
            yield from _joined(bench, node)


def _symmetrised(bench: Workbench, node: s.Product) -> Iterator[Edit]:
    """``(A + A^T) x`` for ``2 A x``, which is right for a symmetric A only."""
    for number, matrix in pairwise(node.factors):
        if (
            isinstance(number, s.Number)
            and number.value == 2
            and isinstance(matrix, s.Symbol)
            and matrix.sup is None
        ):
            text = bench.text(matrix)
            latex = f"({text} + {text}{bench.transpose})"
            words = f"`{bench.spelling.between(number.start, matrix.end)}` should be `{latex}`"
            yield Edit((Piece(number.start, matrix.end, latex),), words, 1.1)


def _transposed(bench: Workbench, node: s.Syntax) -> Iterator[Edit]:
    piece = _transpose(bench, node)
    if piece is not None:
        added = "^" in piece.latex
        text = bench.text(node)
        yield Edit((piece,), f"`{text}` should {'' if added else 'not '}be transposed", 1.0)


def _transpose(bench: Workbench, node: s.Syntax) -> Piece | None:
    """The piece that adds or takes away a transpose."""
    if isinstance(node, s.Symbol):
        resolved, text = bench.meaning.names.resolve(node), bench.text(node)
        if is_transpose(node.sup):
            assert node.sup is not None
            return Piece(*_script(bench, node.sup), "")
        if resolved.transposed and isinstance(node.sup, s.Product):
            mark = node.sup.factors[1]
            return Piece(mark.start, mark.end, "")
        if resolved.power is not None or node.primes:
            return None
        if node.sup is None or text.startswith("{"):
            return Piece(node.end, node.end, bench.transpose)
        return Piece(node.start, node.end, f"{{{text}}}{bench.transpose}")
    elif isinstance(node, s.Power) and is_transpose(node.exponent):
        return Piece(node.base.end, node.end, "")
    elif isinstance(node, (s.Group, s.Derivative)):
        return Piece(node.end, node.end, bench.transpose)
    return None


def _script(bench: Workbench, sup: s.Syntax) -> tuple[int, int]:
    """Where a superscript stands, with its caret and braces."""
    tokens = bench.part.tokens
    at = next(k for k, t in enumerate(tokens) if t.start == sup.start)
    first = last = at
    if tokens[at - 1].is_("{"):
        first, last = at - 1, at + 1
    return tokens[first - 1].start, max(tokens[last].end, sup.end)


@dataclass(frozen=True)
class _Unit:
    """A factor, or a gradient in code's spelling, ``dW``, that stands for one."""

    start: int
    end: int
    node: s.Syntax


def _units(bench: Workbench, node: s.Product) -> list[_Unit]:
    """The factors of a product, a ``d`` or ``δ`` joined with the symbol that it touches."""
    units: list[_Unit] = []
    for factor in node.factors:
        last = units[-1].node if units else None
        if isinstance(last, s.Symbol) and last.name in ("d", "\\delta") and last.end == factor.start:
            units[-1] = _Unit(units[-1].start, factor.end, factor)
        else:
            units.append(_Unit(factor.start, factor.end, factor))
    return [_Unit(*bench.spelling.whole(u.start, u.end), u.node) for u in units]


def _reordered(bench: Workbench, node: s.Product) -> Iterator[Edit]:
    """Neighbours exchanged, with every choice of transposes for the two."""
    units = _units(bench, node)
    for a, b in pairwise(units):
        one, two = _forms(bench, a), _forms(bench, b)
        whole = bench.spelling.between(a.start, b.end)
        for (latex_a, changes_a), (latex_b, changes_b) in product(one, two):
            pieces = (Piece(a.start, a.end, latex_b), Piece(b.start, b.end, latex_a))
            words = f"`{whole}` should be `{latex_b} {latex_a}`"
            yield Edit(
                pieces, words, (0.95 if bench.printed is None else 1.05) + 0.3 * (changes_a + changes_b)
            )
        for (latex_a, changes_a), (latex_b, changes_b) in product(one, two):
            if changes_a and changes_b:
                pieces = (Piece(a.start, a.end, latex_a), Piece(b.start, b.end, latex_b))
                yield Edit(pieces, f"`{whole}` should be `{latex_a} {latex_b}`", 1.7)


def _forms(bench: Workbench, unit: _Unit) -> list[tuple[str, int]]:
    """A factor as it stands and transposed, with the number of changes."""
    text = bench.spelling.between(unit.start, unit.end)
    piece = _transpose(bench, unit.node)
    if piece is None:
        return [(text, 0)]
    changed = bench.spelling.with_parts(unit.start, unit.end, [(piece.start, piece.end, piece.latex)])
    return [(text, 0), (changed, 1)]


def _joined(bench: Workbench, node: s.Product) -> Iterator[Edit]:
    """``⊙`` for a matrix product, and the other way round."""
    for a, b in pairwise(_units(bench, node)):
        between = bench.spelling.between(a.end, b.start).strip()
        latex = " " if between in ("\\odot", "\\circ", "*") else r" \odot "
        one, two = bench.spelling.between(a.start, a.end), bench.spelling.between(b.start, b.end)
        words = f"`{one}` and `{two}` should be multiplied "
        words += "as matrices" if latex == " " else "entry by entry"
        yield Edit((Piece(a.end, b.start, latex),), words, 1.1)
