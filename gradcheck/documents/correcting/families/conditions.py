"""Conditions: ≥ for >, the other sign, values of cases exchanged."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s

_SIGNS = {">": r">", "<": r"<", ">=": r"\geq", "<=": r"\leq", "=": "=", "!=": r"\neq"}
_TRIED = {
    ">": (">=", "<", "<="),
    "<": ("<=", ">", ">="),
    ">=": (">", "<=", "<"),
    "<=": ("<", ">=", ">"),
    "=": ("!=",),
    "!=": ("=",),
}


def condition_edits(bench: Workbench) -> Iterator[Edit]:
    """Every comparison turned, its sides' constants exchanged, the values of cases exchanged."""
    for node in s.walk(bench.tree):
        if isinstance(node, s.Compare):
            yield from _turned(bench, node)
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
