"""Proved corrections as SARIF's fixes, which an editor applies at a click."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from gradcheck.changes import Edit, SourceText
from gradcheck.model import Change, Correction
from gradcheck.report.sarif_places import artifact
from gradcheck.report.sarif_words import one_line
from gradcheck.report.suggestion import in_words

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def fixes(source: SourceText, corrections: Sequence[Correction]) -> Iterator[dict[str, Any]]:
    """The proved corrections, the best first: nobody checks what an editor applies."""
    for correction in corrections:
        if correction.proved and (replacements := _replacements(source, correction.changes)):
            yield {
                "description": {"text": one_line(in_words(correction))},
                "artifactChanges": [
                    {"artifactLocation": artifact(source.path), "replacements": replacements}
                ],
            }


def _replacements(source: SourceText, changes: Sequence[Change]) -> list[dict[str, Any]]:
    """The changes, spelled as the file spells; none where the text is not at hand or would be spoilt."""
    try:
        edits = source.edits(changes)
    except ValueError:
        return []
    if any(_SURROGATE.search(edit.new) for edit in edits) or not all(_is_plain(source, c) for c in changes):
        return []
    return [_replacement(change, edit) for change, edit in zip(changes, edits, strict=True)]


def _is_plain(source: SourceText, change: Change) -> bool:
    """Whether everybody counts the columns of a change alike.

    VS Code counts UTF-16 code units, whatever ``columnKind`` says, and would write at another place.
    """
    starts = ((change.line, change.column), (change.end_line, change.end_column))
    return not any(_BEYOND.search(source.lines[line - 1], 0, column - 1) for line, column in starts)


def _replacement(change: Change, edit: Edit) -> dict[str, Any]:
    deleted = {
        "startLine": change.line,
        "startColumn": change.column,
        "endLine": change.end_line,
        "endColumn": change.end_column,
    }
    inserted = {"insertedContent": {"text": edit.new}} if edit.new else {}
    return {"deletedRegion": deleted, **inserted}
