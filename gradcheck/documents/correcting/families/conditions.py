"""Conditions: ≥ for >, the other sign, values of cases exchanged."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_SIGNS = {">": r">", "<": r"<", ">=": r"\geq", "<=": r"\leq", "=": "=", "!=": r"\neq"}
_TRIED = {
    ">": ("<",),
    "<": (">",),
    ">=": (">", "<="),
    "<=": ("<", ">="),
    "=": ("!=",),
    "!=": ("=",),
}
"""A strict sign is never made one that includes the tie: that would choose a slope at a kink."""


def strict_edits(bench: Workbench) -> Iterator[Edit]:
    """Every comparison that includes the tie, without it."""
    for node in s.walk(bench.tree):
        if isinstance(node, s.Compare) and node.sign in (">=", "<="):
            yield from (e for e in _turned(bench, node) if e.pieces[0].latex == node.sign[0])


def condition_edits(bench: Workbench) -> Iterator[Edit]:
    """Every comparison turned, its sides' constants exchanged, the values of cases exchanged."""
    for node in s.walk(bench.tree):
        if isinstance(node, s.Compare):
            yield from _turned(bench, node)
            yield from _other_sides(bench, node)
        elif isinstance(node, s.Cases):
            for a, b in zip(node.rows, node.rows[1:], strict=False):
                one, two = bench.text(a[0]), bench.text(b[0])
                pieces = (Piece(a[0].start, a[0].end, two), Piece(b[0].start, b[0].end, one))
                yield Edit(pieces, f"`{one}` and `{two}` should be exchanged", 1.2)


def _turned(bench: Workbench, node: s.Compare) -> Iterator[Edit]:
    token = next((t for t in bench.part.tokens if node.left.end <= t.start < node.right.start), None)
    if token is None:
        return
    for sign in _TRIED.get(node.sign, ()):
        latex = _SIGNS[sign]
        words = f"`{bench.text(node)}` should have `{latex}`"
        yield Edit((Piece(token.start, token.end, latex),), words, 1.0 if set(sign) & set(node.sign) else 1.2)


def _other_sides(bench: Workbench, node: s.Compare) -> Iterator[Edit]:
    """Another number on one side, an exponent that should not be there."""
    for side in (node.left, node.right):
        text = bench.text(side)
        if isinstance(side, s.Number):
            for other in ("0", "1", "-1", "2"):
                if other != text:
                    yield Edit((Piece(side.start, side.end, other),), f"`{text}` should be `{other}`", 1.1)
        elif isinstance(side, s.Symbol) and side.sup is not None and "^" in text:
            bare = text[: text.rindex("^")]
            yield Edit((Piece(side.start, side.end, bare),), f"`{text}` should be `{bare}`", 1.2)
        if text != "0":
            yield Edit((Piece(side.start, side.start, "-"),), f"a minus is missing before `{text}`", 1.35)
