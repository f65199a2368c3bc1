"""TeX and LaTeX: the body's mathematics and headings; the preamble, with its macros, as prose."""

from __future__ import annotations

import re
from functools import cached_property

from gradcheck.documents.reading.formats.flow import Flow
from gradcheck.documents.reading.formats.mathematics import OPENERS, MathFinder
from gradcheck.documents.reading.formats.seeker import Seeker
from gradcheck.documents.reading.formats.tex_comments import take_out_comments
from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View

_LEVELS = {
    "title": 0,
    "part": 1,
    "chapter": 1,
    "section": 1,
    "subsection": 2,
    "subsubsection": 3,
    "paragraph": 4,
    "subparagraph": 5,
}
_OPTION = r"(?:\[[^\]\n]*\]\s*)?"
_HEADING = rf"\\(?P<heading>{'|'.join(_LEVELS)})\*?\s*{_OPTION}(?=\{{)"
# The replacement text of a macro is not mathematics of the document, though it may hold dollars.
_MACRO = (
    r"(?P<macro>\\(?:(?:re|provide)?newcommand|DeclareMathOperator|newenvironment)\*?\s*"
    r"(?:\{\s*\\?[A-Za-z@]+\s*\}|\\[A-Za-z@]+)\s*" + 2 * _OPTION + r"(?=\{)"
    r"|\\[gex]?def\s*\\[A-Za-z@]+[^{\n]*(?=\{))"
)
_BODY = re.compile(
    rf"{_HEADING}|{_MACRO}|(?P<finish>\\end\{{document\}})|{OPENERS}|(?P<escape>\\[^\n])", re.MULTILINE
)
_PREAMBLE = re.compile(rf"\\(?P<heading>title)\s*{_OPTION}(?=\{{)|(?P<escape>\\[^\n])")
_BEGIN_DOCUMENT = re.compile(r"(?<!\\)\\begin\{document\}")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_BETWEEN_GROUPS = re.compile(r"\s*(?=\{)")


class _TexReader:
    def __init__(self, view: View) -> None:
        self._text = view.text
        self._flow = Flow(view)
        self._finder = MathFinder(Seeker(view.text), markdown=False)

    def read(self) -> list[Region]:
        begin = _BEGIN_DOCUMENT.search(self._text)
        at = 0
        if begin:
            self._read_preamble(begin.start())
            # Two regions, so that what stands in the preamble never touches the body's first words.
            self._flow.claim(begin.start(), begin.end())
            at = begin.end()
        while token := _BODY.search(self._text, at):
            if token["finish"]:
                self._flow.claim(token.start(), len(self._text))
                break
            at = self._pass(token)
        return self._flow.finish()

    def _read_preamble(self, end: int) -> None:
        at = 0
        while token := _PREAMBLE.search(self._text, at, end):
            at = self._read_heading(token, end) if token["heading"] else token.end()

    def _pass(self, token: re.Match[str]) -> int:
        if token["heading"]:
            return self._read_heading(token, len(self._text))
        if token["macro"]:
            return self._after_groups(token.end())
        if token["escape"]:
            return token.end()
        found = self._finder.find(token)
        if found is None:
            return token.end()
        self._flow.claim(found.start, found.end, found.region(self._flow.view))
        return found.end

    def _read_heading(self, token: re.Match[str], limit: int) -> int:
        close = self._group_ends.get(token.end())
        if close is None or close >= limit:
            return token.end()
        start, end = self._flow.view.trimmed(token.end() + 1, close)
        level = _LEVELS[token["heading"]]
        self._flow.claim(
            token.start(), close + 1, self._flow.view.region(Kind.HEADING, start, end, level=level)
        )
        return close + 1

    def _after_groups(self, at: int) -> int:
        """Pass over the braced groups that follow one another here."""
        while (group := _BETWEEN_GROUPS.match(self._text, at)) and group.end() in self._group_ends:
            at = self._group_ends[group.end()] + 1
        return at

    @cached_property
    def _group_ends(self) -> dict[int, int]:
        """The closing brace of every group, by its opening one."""
        ends: dict[int, int] = {}
        begun: list[int] = []
        for brace in _BRACE.finditer(self._text):
            if brace.group() == "{":
                begun.append(brace.start())
            elif brace.group() == "}" and begun:
                ends[begun.pop()] = brace.start()
        return ends


def read_tex(view: View) -> list[Region]:
    """The regions of a TeX file, in the order of the source."""
    body, readings = take_out_comments(view)
    regions = _TexReader(body).read() + readings
    return sorted(regions, key=lambda region: region.offsets[0])
