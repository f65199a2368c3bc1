"""A correction for programs: one stretch that holds all of its changes, and each change by itself."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from gradcheck.changes import SourceText
from gradcheck.model import Change, Correction


def correction_payload(correction: Correction, source: SourceText) -> dict[str, Any]:
    """The correction; its own stretch reaches from the first change to the last."""
    return {
        "edit": correction.edit,
        "latex": _whole(correction.changes, source),
        **_stretch(correction.changes[0], correction.changes[-1]),
        "proved": correction.proved,
        "scope": correction.scope,
        "changes": [{**_stretch(c, c), "latex": c.latex} for c in correction.changes],
    }


def _stretch(first: Change, last: Change) -> dict[str, int]:
    return {
        "line": first.line,
        "column": first.column,
        "end_line": last.end_line,
        "end_column": last.end_column,
    }


def _whole(changes: Sequence[Change], source: SourceText) -> str:
    """The LaTeX from the first change to the last, with what stands unchanged between them."""
    pieces = [changes[0].latex]
    for before, after in pairwise(changes):
        start = source.offset(before.end_line, before.end_column)
        pieces += [source.as_latex(start, source.offset(after.line, after.column)), after.latex]
    return "".join(pieces)
