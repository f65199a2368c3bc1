"""Tries the corrections of a ledger: the document is checked again with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from gradcheck import rules
from gradcheck.changes import Edit, SourceText, applied, touch
from gradcheck.errata import Entry
from gradcheck.errata_matching import Mends
from gradcheck.inputs import Input
from gradcheck.model import Document, Trouble
from gradcheck.rules import Severity

_BLANK_LINE = re.compile(r"\n\s*\n")

Check = Callable[[Input], Document | Trouble]
"""How a document is checked."""


def by_checking(sources: Mapping[str, str], check: Check) -> Mends:
    """Whether each correction, put into its document, leaves nothing wrong or open where it stands."""

    def mends(document: Document, quoted: Sequence[tuple[Entry, int, int]]) -> list[bool]:
        source = SourceText(document.path, sources[document.path])
        edits = [_edit(source, entry, start, end) for entry, start, end in quoted]
        different = sorted(set(edits), key=lambda edit: edit.start)
        if any(touch([one], [two]) for one, two in pairwise(different)):
            alone = {edit: _mended(source, [edit], check)[edit] for edit in different}
            return [alone[edit] for edit in edits]
        together = _mended(source, different, check)
        return [together[edit] for edit in edits]

    return mends


def _edit(source: SourceText, entry: Entry, start: int, end: int) -> Edit:
    assert entry.correction is not None
    return Edit(start, end, source.spelled(entry.correction.strip(), start))


def _mended(source: SourceText, edits: Sequence[Edit], check: Check) -> dict[Edit, bool]:
    """For each edit whether nothing is wrong in it once all of them are made."""
    corrected = SourceText(source.path, applied(source.text, edits))
    result = check(Input(source.path, corrected.text.encode("utf-8", "surrogatepass")))
    if isinstance(result, Trouble):
        return dict.fromkeys(edits, False)
    answers, shift = {}, 0
    for edit in edits:
        start = edit.start + shift
        answers[edit] = _is_right(corrected, result, start, start + len(edit.new))
        shift += len(edit.new) - (edit.end - edit.start)
    return answers


def _is_right(source: SourceText, document: Document, start: int, end: int) -> bool:
    """Whether there are claims in a stretch, or one before it in its block, and nothing fails them."""
    signs = sorted(
        (source.offset(c.place.line, c.place.column), number) for number, c in enumerate(document.claims)
    )
    inside = [number for at, number in signs if start <= at < end]
    before = [n for at, n in signs if at < start and not _BLANK_LINE.search(source.text, at, start)]
    concerned = [document.claims[number] for number in inside or before[-1:]]
    codes = [code for c in concerned for code in (c.code, *(r.code for r in c.remarks)) if code]
    return bool(concerned) and all(rules.get(code).severity is Severity.NOTE for code in codes)
