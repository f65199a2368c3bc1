"""What a layer computes, in words: the formula of the document, and what the layer has otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.bridge.binding import Binding
from gradcheck.bridge.paper import Formula
from gradcheck.bridge.samples import Sample
from gradcheck.documents.correcting.edits import Edit, Piece, merged, ordered, spaced
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.reading import syntax as s
from gradcheck.model import Implemented

_LONGEST = 70
"""The most characters of a formula that are quoted within a sentence."""


def implemented(
    formula: Formula, edit: Edit | None = None, through: Implemented | None = None, remedy: str = ""
) -> Implemented:
    """The formula that is computed, as printed or edited, or through another that is."""
    spelling, source = formula.paper.spelling, formula.paper.source
    start, end = formula.span
    printed = spelling.between(start, end)
    pieces = merged(ordered(map(spelling.sized, edit.pieces))) if edit is not None else []
    return Implemented(
        path=formula.paper.path,
        place=source.place(start, end),
        label=formula.label,
        latex=printed,
        verdict=formula.judgement.verdict,
        edit=_difference(formula, pieces) if pieces else "",
        changes=tuple(map(spelling.change, pieces)),
        computed=_applied(spelling, start, end, pieces),
        remedy=remedy,
        through=through,
    )


def _difference(formula: Formula, pieces: Sequence[Piece]) -> str:
    """The edit in words, with enough around it to be told apart."""
    spelling = formula.paper.spelling
    tree = formula.judge.chain.parts[formula.at].tree
    assert isinstance(tree, s.Syntax)
    if len(pieces) == 1:
        piece = pieces[0]
        old = spelling.between(piece.start, piece.end).strip()
        if not piece.latex.strip():
            return f"without `{_short(old)}`"
        if any((n.start, n.end) == (piece.start, piece.end) for n in s.walk(tree)) and not old.isdigit():
            return f"with `{_short(old)}` replaced by `{_short(piece.latex.strip())}`"
    start, end = pieces[0].start, max(p.end for p in pieces)
    around = [n for n in s.walk(tree) if n.start <= start and end <= n.end and n.end - n.start > end - start]
    for node in sorted(around, key=lambda n: n.end - n.start):
        before = spelling.between(node.start, node.end)
        after = _applied(spelling, node.start, node.end, pieces)
        if before.strip() and after.strip() and len(before) + len(after) <= 2 * _LONGEST:
            return f"with `{before.strip()}` replaced by `{after.strip()}`"
    return "with " + ", and ".join(_one(spelling, p) for p in pieces)


def _one(spelling: Spelling, piece: Piece) -> str:
    old, new = spelling.between(piece.start, piece.end).strip(), piece.latex.strip()
    if old and new:
        return f"`{_short(old)}` replaced by `{_short(new)}`"
    if old:
        return f"`{_short(old)}` left out"
    following = spelling.after(piece.start)[:20].strip()
    return f"`{_short(new)}` inserted before `{following}…`"


def _short(latex: str) -> str:
    return latex if len(latex) <= _LONGEST else f"{latex[: _LONGEST - 1]}…"


def _applied(spelling: Spelling, start: int, end: int, pieces: Sequence[Piece]) -> str:
    """The source from ``start`` to ``end`` with the pieces written into it."""
    text, at = "", start
    for piece in pieces:
        text += spelling.between(at, piece.start)
        text += spaced(text[-40:], piece.latex, spelling.after(piece.end)[:1])
        at = piece.end
    return text + spelling.between(at, end)


def described(binding: Binding, sample: Sample) -> str:
    """Which array is which symbol, and along which axes the formulas are meant once per position."""
    graph = binding.cut.graph
    parts = []
    for tensor, fit in binding.fits.items():
        sizes = graph.sizes(tensor)
        axes = [f"{size} along axis {axis}" for size, axis in zip(sizes, fit.own, strict=True)]
        several = sample.arrays[fit.array].ndim > 1
        parts.append(f"{fit.array} is {tensor}" + (f" ({', '.join(axes)})" if axes and several else ""))
    parts += [f"{tensor} is {number:g}" for tensor, number in binding.numbers.items()]
    copies = [str(axis) for axis in binding.output.copies]
    if copies:
        parts.append(f"once for each position along axis {' and '.join(copies)} of the output")
    return ", ".join(parts)
