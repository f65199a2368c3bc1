"""What TeX itself never reads, taken out first: comments, verbatim text, ``\\iffalse`` parts."""

from __future__ import annotations

import re

from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View

_TOKEN = re.compile(
    r"(?P<reading>^[ \t]*%[ \t]*gradcheck(?:[ \t][^\n]*)?"
    r"(?:\n[ \t]*%[ \t]*gradcheck(?:[ \t][^\n]*)?)*+(?:\n|\Z))"
    r"|(?P<line>^[ \t]*%[^\n]*(?:\n|\Z))"  # with its end: it must not look like a blank line
    r"|(?P<comment>%[^\n]*)"
    r"|\\(?P<verb>verb|lstinline)\*?(?P<quote>[^\sA-Za-z*\[{])"
    r"|\\begin\{(?P<block>verbatim|Verbatim|lstlisting|minted|comment|alltt|filecontents)(?P<star>\*?)\}"
    r"|(?P<false>\\iffalse\b)"
    r"|\\[^\n]",
    re.MULTILINE,
)
_READING_LINE = re.compile(r"^[ \t]*%[ \t]*gradcheck[ \t]?([^\n]*\n?)", re.MULTILINE)
_CONDITIONAL_END = re.compile(r"\\(?:fi|else)\b")


def take_out_comments(view: View) -> tuple[View, list[Region]]:
    """The view without them, and the readings declared in comments that begin with ``%gradcheck``."""
    spans = []
    readings = []
    done = at = 0
    while token := _TOKEN.search(view.text, at):
        at = _end_of(token)
        if token.group(0)[0] == "\\" and at == token.end():
            continue
        if token["reading"] is not None:
            readings.append(_reading(view, *token.span()))
        spans.append((done, token.start()))
        done = at
    spans.append((done, len(view.text)))
    return view.keep(spans), readings


def _end_of(token: re.Match[str]) -> int:
    """Where that ends which TeX does not read; a block that is never closed runs to the end."""
    text = token.string
    if token["verb"]:
        line_end = text.find("\n", token.end())
        close = text.find(token["quote"], token.end(), line_end if line_end >= 0 else len(text))
        return close + 1 if close >= 0 else token.end()
    if token["block"]:
        closer = f"\\end{{{token['block']}{token['star']}}}"
        close = text.find(closer, token.end())
        return close + len(closer) if close >= 0 else len(text)
    if token["false"]:
        end = _CONDITIONAL_END.search(text, token.end())
        return end.end() if end else len(text)
    return token.end()


def _reading(view: View, start: int, end: int) -> Region:
    lines = [line.span(1) for line in _READING_LINE.finditer(view.text, start, end)]
    kept = view.keep(lines)
    return kept.region(Kind.READING, 0, len(kept.text))
