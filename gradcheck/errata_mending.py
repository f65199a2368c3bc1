"""Tries the corrections of a ledger: the document is checked again with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from gradcheck import rules
from gradcheck.changes import Edit, SourceText, applied, touch
from gradcheck.errata import Entry
from gradcheck.errata_matching import Mends
from gradcheck.inputs import Input
from gradcheck.model import Document, Trouble
from gradcheck.rules import Severity

Check = Callable[[Input], Document | Trouble]
"""How a document is checked."""


def by_checking(sources: Mapping[str, str], check: Check) -> Mends:
    """Whether each correction, put into its document, leaves no error where the formula stood."""

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
    wrong = _wrong_offsets(corrected, result)
    answers, shift = {}, 0
    for edit in edits:
        start = edit.start + shift
        answers[edit] = not any(start <= at < start + len(edit.new) for at in wrong)
        shift += len(edit.new) - (edit.end - edit.start)
    return answers


def _wrong_offsets(source: SourceText, document: Document) -> list[int]:
    """Where the errors of a document stand."""
    places = [(claim.code, claim.place) for claim in document.claims]
    places += [(remark.code, remark.place) for claim in document.claims for remark in claim.remarks]
    return [
        source.offset(place.line, place.column)
        for code, place in places
        if code and rules.get(code).severity in (Severity.ERROR, Severity.BUG)
    ]
