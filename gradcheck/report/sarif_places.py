"""Places as SARIF names them: a file by its URI, a stretch of it by lines and columns, with its text."""

from __future__ import annotations

import posixpath
import re
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from gradcheck.changes import SourceText
from gradcheck.model import Place

ROOT = "%SRCROOT%"
"""The directory that relative URIs are relative to, by the name that GitHub and CodeQL give it."""

LONGEST_SNIPPET = 1000
"""No longer text is quoted: a snippet that is cut would not be what stands there."""

_DRIVE = re.compile(r"[A-Za-z]:/")
_OUTSIDE = re.compile(r"\.\.(/|$)")


def artifact(path: str) -> dict[str, Any]:
    r"""A file by its URI, relative to the root where it is inside.

    >>> artifact("my notes/50%.md")
    {'uri': 'my%20notes/50%25.md', 'uriBaseId': '%SRCROOT%'}
    >>> artifact("/home/me/a.md"), artifact("../b.md")
    ({'uri': 'file:///home/me/a.md'}, {'uri': '../b.md'})
    """
    name = PurePath(path).as_posix()
    if _DRIVE.match(name):
        return {"uri": f"file:///{name[:2]}{_quoted(name[2:])}"}
    if name.startswith("/"):
        return {"uri": f"file:{_quoted(name) if name.startswith('//') else f'//{_quoted(name)}'}"}
    name = posixpath.normpath(name)
    inside = not _OUTSIDE.match(name)
    return {"uri": _quoted(name), **({"uriBaseId": ROOT} if inside else {})}


def region(place: Place) -> dict[str, int]:
    """A stretch of one line; SARIF's columns begin with 1 and end behind the last character, as ours do."""
    line, column = max(1, place.line), max(1, place.column)
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": line,
        "endColumn": max(column, place.end_column),
    }


def whole_line(line: int) -> dict[str, int]:
    """A line by its number, where no more is known."""
    return {"startLine": max(1, line), "endLine": max(1, line)}


def physical(source: SourceText, place: Place, also: Place | None = None) -> dict[str, Any]:
    """A stretch of a file with its text, and around it the lines up to those of another place."""
    found: dict[str, Any] = {"artifactLocation": artifact(source.path), "region": region(place)}
    if text := stretch(source, place):
        found["region"]["snippet"] = {"text": text}
    first, last = sorted((place.line, (also or place).line))
    lines = "\n".join(source.lines[first - 1 : last])
    if 0 < first <= last <= len(source.lines) and 0 < len(lines) <= LONGEST_SNIPPET:
        found["contextRegion"] = {"startLine": first, "endLine": last, "snippet": {"text": lines}}
    return found


def stretch(source: SourceText, place: Place) -> str:
    """What stands at a place; "" where the text is not at hand, or longer than a snippet."""
    if not 0 < place.line <= len(source.lines):
        return ""
    text = source.lines[place.line - 1][max(0, place.column - 1) : max(0, place.end_column - 1)]
    return text if len(text) <= LONGEST_SNIPPET else ""


def _quoted(path: str) -> str:
    """Percent-encoded; bytes of a name that are no UTF-8 become themselves again."""
    try:
        return quote(path.encode("utf-8", "surrogateescape"), safe="/")
    except UnicodeEncodeError:  # surrogates that stand for no byte
        return quote(path.encode("utf-8", "replace"), safe="/")
