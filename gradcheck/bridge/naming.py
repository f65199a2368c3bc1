"""What a layer computes, in words: the formula of the document, and what the layer has otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.bridge.binding import Binding
from gradcheck.bridge.paper import Formula
from gradcheck.bridge.samples import Sample
from gradcheck.documents.correcting.edits import Edit, Piece, merged, ordered, spaced
from gradcheck.documents.correcting.sizing import length_before
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.reading import syntax as s
from gradcheck.model import Implemented

_LONGEST, _NEAR, _BRIEF = 70, 36, 2
"""The most characters of a formula that are quoted within a sentence, and of what follows a change; and how
many are so few that what follows has to be told."""
_COMPOSITE = (s.Total, s.Product, s.Big, s.Fraction_, s.Power, s.Group)


def implemented(
    formula: Formula, edit: Edit | None = None, through: Implemented | None = None, remedy: str = ""
) -> Implemented:
    """The formula that is computed, as printed or edited, or through another that is."""
    spelling, source = formula.paper.spelling, formula.paper.source
    start, end = formula.span
    start -= length_before(spelling.before(start))
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
        new = piece.latex.strip()
        if not new:
            return "without " + _one(formula, piece).replace(" left out", "")
        if old and len(new) > _NEAR and (added := _around(old, new)):
            return f"with {added}"
        exact = [n for n in s.walk(tree) if (n.start, n.end) == (piece.start, piece.end)]
        if exact and not isinstance(exact[0], s.Number):
            return f"with `{_short(old)}` replaced by `{_short(new)}`"
    start, end = pieces[0].start, max(p.end for p in pieces)
    around = [n for n in s.walk(tree) if n.start <= start and end <= n.end and isinstance(n, _COMPOSITE)]
    longest = _LONGEST if any(spelling.between(p.start, p.end).strip() for p in pieces) else _NEAR
    for node in sorted(around, key=lambda n: n.end - n.start):
        if node.end - node.start > end - start:
            before = spelling.between(node.start, node.end)
            after = _applied(spelling, node.start, node.end, pieces)
            if max(len(before), len(after)) <= longest:
                return f"with `{before.strip()}` replaced by `{after.strip()}`"
    return "with " + ", and ".join(_one(formula, p) for p in pieces)


def _one(formula: Formula, piece: Piece) -> str:
    spelling, (start, end) = formula.paper.spelling, formula.span
    old, new = spelling.between(piece.start, piece.end).strip(), piece.latex.strip()
    following = _short(spelling.between(piece.end, max(piece.end, end)).strip(), _NEAR)
    if not following:
        preceding = _short(spelling.between(start, piece.start).strip(), _LONGEST)
        return f"`{_short(new)}` after `{preceding}`" if new else f"`{_short(old)}` left out"
    if old and new:
        where = f" before `{following}`" if len(old) <= _BRIEF else ""
        return f"`{_short(old)}` replaced by `{_short(new)}`{where}"
    if old:
        return f"`{_short(old)}` left out" + (f" before `{following}`" if len(old) <= _BRIEF else "")
    return f"`{_short(new)}` inserted before `{following}`"


def _around(old: str, new: str) -> str:
    """What stands before and after something that was there already; "" where it is not."""
    before, kept, after = new.partition(old)
    if not kept or before.count("{") != before.count("}"):
        return ""
    said = f"`{before.strip()}` inserted before `{_short(old, _NEAR)}`" if before.strip() else ""
    if after.strip():
        said += f"{', and ' if said else ''}`{after.strip()}` inserted after `{_short(old, _NEAR)}`"
    return said


def _short(latex: str, longest: int = _LONGEST) -> str:
    return latex if len(latex) <= longest else f"{latex[: longest - 1]}…"


def _applied(spelling: Spelling, start: int, end: int, pieces: Sequence[Piece]) -> str:
    """The source from ``start`` to ``end`` with the pieces written into it."""
    text, at = "", min(start, *(p.start for p in pieces), start)
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
