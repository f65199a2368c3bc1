"""Entries for the ledger of errata, to paste: one for each formula with an error that it does not list."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gradcheck.changes import SourceText, applied
from gradcheck.findings import Finding, findings
from gradcheck.model import Document, Place
from gradcheck.quotations import occurrences, words
from gradcheck.rules import Severity

_LINES_AROUND = 12
"""How many lines before and after its own a quotation may take to be the only one of its kind."""


_MARKS = frozenset({"$", r"\[", r"\]", r"\(", r"\)"})
"""What only begins and ends mathematics."""


@dataclass(slots=True)
class _Draft:
    """An entry in the making: what is quoted, the findings in it, and the correction of the first."""

    formula: str
    codes: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    corrections: list[str | None] = field(default_factory=list)


def entries_for(documents: Iterable[Document], sources: Mapping[str, str], directory: Path) -> str:
    """The entries for all new errors, in TOML; documents are named from a directory, the ledger's."""
    blocks = []
    for document in documents:
        source = SourceText(document.path, sources.get(document.path, ""))
        path = os.path.relpath(os.path.realpath(document.path), os.path.realpath(directory))
        blocks += [_block(Path(path).as_posix(), draft) for draft in _drafts(document, source)]
    return "\n".join(blocks)


def _drafts(document: Document, source: SourceText) -> Iterator[_Draft]:
    drafts: dict[str, _Draft] = {}
    for finding in sorted(findings(document), key=lambda f: (f.place.line, f.place.column)):
        if finding.severity is Severity.ERROR:
            formula = quotation(source, finding)
            draft = drafts.setdefault(formula, _Draft(formula))
            if finding.code not in draft.codes:
                draft.codes.append(finding.code)
                draft.reasons.append(finding.message)
            draft.corrections.append(_corrected(source, finding, formula))
    yield from drafts.values()


def quotation(source: SourceText, finding: Finding) -> str:
    """The text by which the ledger finds a formula again: the relation, its line, or the lines around it."""
    for candidate in _candidates(source, finding.place, finding.claim.latex):
        found = occurrences(source, candidate)
        if len(found) == 1:
            at = source.offset(finding.place.line, finding.place.column)
            if found[0][0] <= at < found[0][1]:
                return candidate
    return finding.claim.latex


def _candidates(source: SourceText, place: Place, latex: str) -> Iterator[str]:
    """The relation, unless it begins on an earlier line, which belongs to another; then lines."""
    if any(source.starts[place.line - 1] <= start for start, _ in occurrences(source, latex)):
        yield latex
    for more in range(_LINES_AROUND):
        first = max(0, place.line - 1 - more)
        last = min(len(source.lines), place.line + more)
        start = source.starts[first]
        end = source.starts[last - 1] + len(source.lines[last - 1])
        yield _trimmed(source, start, end)


def _trimmed(source: SourceText, start: int, end: int) -> str:
    """What a stretch of the file stands for, without the layout at its ends."""
    inside = [w for w in words(source) if start <= w.start and w.end <= end]
    while inside and inside[0].text in _MARKS:
        inside.pop(0)
    while inside and inside[-1].text in _MARKS:
        inside.pop()
    return source.as_latex(inside[0].start, inside[-1].end) if inside else ""


def _corrected(source: SourceText, finding: Finding, formula: str) -> str | None:
    """What is quoted with the best correction in it; None if that is not proved, or reaches farther."""
    found = occurrences(source, formula)
    if not finding.is_mended or len(found) != 1:
        return None
    ((start, end),) = found
    edits = source.edits(finding.corrections[0].changes)
    if not all(start <= edit.start and edit.end <= end for edit in edits):
        return None
    after = SourceText(source.path, applied(source.text, edits))
    return after.as_latex(start, end + len(after.text) - len(source.text))


def _block(document: str, draft: _Draft) -> str:
    codes = json.dumps(draft.codes if len(draft.codes) > 1 else draft.codes[0])
    rows = [f"document = {_quoted(document)}", f"formula = {_quoted(draft.formula)}", f"code = {codes}"]
    if len(draft.corrections) == 1 and draft.corrections[0] is not None:
        rows.append(f"correction = {_quoted(draft.corrections[0])}")
    rows.append(f"reason = {_quoted('; '.join(draft.reasons))}")
    return "\n".join(["[[erratum]]", *rows, ""])


def _quoted(text: str) -> str:
    r"""A text as TOML writes it, without escapes where that can be.

    >>> print(_quoted(r"x' = \frac"), _quoted(r"\frac"), _quoted('say "a"'))
    '''x' = \frac''' '\frac' "say \"a\""
    """
    escaped = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
    if "\\" not in text and "\n" not in text:
        return escaped
    if "'''" in text or text.endswith("'") or any(c < " " and c not in "\n\t" for c in text):
        return escaped
    if "'" not in text and "\n" not in text:
        return f"'{text}'"
    return "'''" + ("\n" if "\n" in text else "") + text + "'''"
