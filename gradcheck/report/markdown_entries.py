"""One finding as an entry of a Markdown list: what and where, then facts, the correction, the command."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gradcheck.changes import SourceText
from gradcheck.model import Correction
from gradcheck.report.entries import Entry
from gradcheck.report.markdown_text import code, fenced, prose
from gradcheck.report.ruler import Ruler
from gradcheck.report.suggestion import changed_lines, first_shown

_MOST_NOTES = 12
_CELLS = 240  # of a line in a diff: more than a page is wide, and less than a formula can be long
_MOST_LINES = 40
_LONGEST_COMMAND = 1000


def full_entry(entry: Entry) -> str:
    """A finding with everything that helps to understand and mend it."""
    rows = [f"- **{entry.severity.value}** {_place(entry)}: {prose(entry.message)}"]
    rows += [f"  - note: {_lines(fact)}" for fact in entry.facts[:_MOST_NOTES] if fact.strip()]
    rows += [f"  - help: {_lines(entry.remedy)}"] if entry.remedy else []
    if entry.correction is not None:
        rows += [f"    {row}".rstrip() for row in _change(entry.source, entry.correction)]
    if 0 < len(entry.command) <= _LONGEST_COMMAND:
        rows.append(f"  - check just this one: {code(entry.command)}")
    return "".join(f"{row}\n" for row in rows)


def short_entry(entry: Entry) -> str:
    """A finding on one line, with what the project says of it."""
    said = ""
    if entry.acceptance is not None:
        reason = prose(entry.acceptance.reason) or "none given"
        said = f"; reason: {reason} ({code(entry.acceptance.where)})"
    return f"- {_place(entry)}: {prose(entry.message)}{said}\n"


def _place(entry: Entry) -> str:
    return f"{code(entry.where)} {code(entry.code)}".rstrip()


def _lines(text: str) -> str:
    """A text that may have several lines."""
    return "<br>".join(prose(line) for line in text.splitlines()[:_MOST_NOTES] if line.strip())


def _change(source: SourceText, correction: Correction) -> list[str]:
    rows = list(islice(diff(source, correction), _MOST_LINES + 1))
    if not rows:
        return []
    shown = rows[:_MOST_LINES] + ["…"] * (len(rows) > _MOST_LINES)
    return ["<details><summary>the change</summary>", "", *fenced(shown, "diff"), "", "</details>"]


def diff(source: SourceText, correction: Correction) -> Iterator[str]:
    """The lines that a correction changes in the form of ``diff -U0``, long ones cut around the change."""
    grown = 0
    for rows in changed_lines(source, correction):
        removed = [row for row in rows if row.sign == "-"]
        added = len(rows) - len(removed)
        start = removed[0].number
        yield f"@@ -{start},{len(removed)} +{start + grown},{added} @@"
        for row in rows:
            first = first_shown(row, rows, _CELLS)
            yield row.sign + "".join(text for text, _ in Ruler(row.line).pieces(first, _CELLS))
        grown += added - len(removed)
