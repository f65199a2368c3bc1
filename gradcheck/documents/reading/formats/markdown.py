"""Markdown and plain text, block by block: fences, quotes, headings, code; running text between."""

from __future__ import annotations

import re

from gradcheck.documents.reading.formats.flow import Flow
from gradcheck.documents.reading.formats.markdown_text import RunningText
from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View

_FRONT_MATTER = re.compile(r"(---|\+\+\+)[ \t]*\n(?:[^\n]*+\n)*?(?:\1|\.\.\.)[ \t]*(?:\n|\Z)")
_FRONT_TITLE = re.compile(r"^title[ \t]*[:=][ \t]*([\"']?)([^\n]*?)\1[ \t]*$", re.MULTILINE)
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)[^\n]*\S")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")
_QUOTE_LINE = re.compile(r"[ \t]*>[^\n]*(?:\n|\Z)")
_QUOTE_MARK = re.compile(r"[ \t]*> ?")
_FENCE_EDGE = re.compile(r"^[ \t]*(`{3,}|~{3,})[ \t]*$", re.MULTILINE)
_OPTION_LINE = re.compile(r"[ \t]*:(\w+):[ \t]*([^\n]*)\n")
_MARKED_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]", re.MULTILINE)
_HAS_DISPLAY = re.compile(r"\$\$|\\\[|\\begin\{")
_NOT_A_TITLE = re.compile(r"\$\$|\\\[|\\begin\{|[ \t]*(?:[-*+>|]|\d{1,9}[.)])[ \t]|[ \t]*[|<]")
_BLOCK = re.compile(
    r"(?P<blank>[ \t]*(?:\n|\Z))"
    r"|[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?"
    r"(?P<fence>`{3,}(?=[^`\n]*(?:\n|\Z))|~{3,})(?P<info>[^\n]*)(?:\n|\Z)"
    r"|(?P<quote>[ \t]*>)"
    r"|(?P<atx> {0,3}(?P<marks>\#{1,6})(?=[ \t\n]|\Z)(?P<words>[^\n]*?)"
    r"(?:[ \t]+\#+)?[ \t]*(?:\{\#[^}\n]*\})?[ \t]*)(?:\n|\Z)"
    r"|(?P<reference> {0,3}\[(?!\^)[^\]\n]+\]:[^\n]*(?:\n|\Z))"
    r"|(?P<setext> {0,3}(?P<title>\S[^\n]*)\n {0,3}(?P<rule>={3,}|-{3,})[ \t]*(?:\n|\Z))"
    r"|(?P<numbered>(?P<number>\d{1,3}(?:\.\d{1,3}){1,4}|\d{1,3}(?=\.))\.?[ \t]+(?P<name>[^\n]*))"
)
_SECTION_NAME = re.compile(r"[^\W\d_][^$\\`\n]*")
_LONGEST_SECTION_NAME = 8  # words; what is longer is the sentence of a list item
_DEEPEST_QUOTE = 16


class MarkdownReader:
    """Walks the lines of one Markdown text (a file, a quotation, a notebook cell)."""

    def __init__(self, view: View, *, numbered_sections: bool = False, depth: int = 0) -> None:
        self._view = view
        self._text = view.text
        self._flow = Flow(view)
        self._running = RunningText(self._flow)
        self._numbered_sections = numbered_sections
        self._depth = depth  # of quotations around this text
        self._in_list = False
        self._after_blank = True

    def read(self, start: int = 0) -> list[Region]:
        """The regions of the text from a line's start on, in order."""
        at = start
        while at < len(self._text):
            at = self._read_line(at)
        return self._flow.finish()

    def read_file(self) -> list[Region]:
        """The regions of a whole file, which may begin with front matter; its title is the document's."""
        front = _FRONT_MATTER.match(self._text)
        if front is None:
            return self.read()
        title = _FRONT_TITLE.search(self._text, 0, front.end())
        regions = [self._view.region(Kind.HEADING, *title.span(2))] if title and title[2] else []
        self._flow.claim(0, front.end(), *regions)
        return self.read(front.end())

    def _read_line(self, at: int) -> int:
        """Read the block or the line of running text that begins here; return where the next one does."""
        code = _INDENTED.match(self._text, at)
        if code and self._after_blank and not self._in_list:
            self._flow.claim(at, code.end())
            return self._next_line(code.end())
        block = _BLOCK.match(self._text, at)
        if block and block["blank"] is not None:
            self._after_blank = True
            return max(block.end(), at + 1)
        self._note_list(at)
        end = self._read_block(block, at) if block else None
        self._after_blank = False
        return end if end is not None else self._running.read_line(at)

    def _note_list(self, at: int) -> None:
        if _ITEM.match(self._text, at):
            self._in_list = True
        elif self._after_blank and self._text[at] not in " \t":
            self._in_list = False

    def _read_block(self, block: re.Match[str], at: int) -> int | None:
        """Where the block ends, or None if it is running text after all."""
        if block["fence"]:
            return self._read_fence(block)
        if block["quote"]:
            return self._read_quote(at) if self._depth < _DEEPEST_QUOTE else None
        if block["atx"]:
            return self._read_heading(block, "words", len(block["marks"]))
        if block["setext"]:
            return self._read_setext(block, at)
        if block["numbered"]:
            return self._read_numbered(block)
        return block.end()

    def _read_fence(self, block: re.Match[str]) -> int:
        start = block.end()
        close = next((edge for edge in _FENCE_EDGE.finditer(self._text, start) if _closes(edge, block)), None)
        stop = close.start() if close else len(self._text)
        end = self._next_line(close.end()) if close else stop
        info = block["info"].strip().strip("{}").lower().split(maxsplit=1)
        kind = {"math": Kind.DISPLAY, "gradcheck": Kind.READING}.get(info[0].rstrip("}") if info else "")
        label = None
        while kind is Kind.DISPLAY and (option := _OPTION_LINE.match(self._text, start, stop)):
            start, label = option.end(), option[2].strip() if option[1] == "label" else label
        regions = [self._view.region(kind, start, stop, label=label, unclosed=not close)] if kind else []
        self._flow.claim(block.start(), end, *regions)
        return end

    def _read_quote(self, at: int) -> int:
        """Read the quoted lines as a text of their own, without as many marks as the first one has."""
        depth = self._strip_marks(at, _DEEPEST_QUOTE)[1]
        spans = []
        end = at
        while end < len(self._text) and (line := _QUOTE_LINE.match(self._text, end)):
            spans.append((self._strip_marks(end, depth)[0], line.end()))
            end = line.end()
        self._flow.claim(at, end, *MarkdownReader(self._view.keep(spans), depth=self._depth + 1).read())
        return end

    def _strip_marks(self, at: int, most: int) -> tuple[int, int]:
        """Where a quoted line's words begin, and how many marks stand before it."""
        depth = 0
        while depth < most and (mark := _QUOTE_MARK.match(self._text, at)):
            at, depth = mark.end(), depth + 1
        return at, depth

    def _read_heading(self, block: re.Match[str], group: str, level: int) -> int:
        """Claim a heading; a displayed equation on its line is left to be read as running text."""
        start, end = block.span(group)
        display = _HAS_DISPLAY.search(self._text, start, end)
        stop = display.start() if display else block.end()
        start, end = self._view.trimmed(start, min(end, stop))
        regions = [self._view.region(Kind.HEADING, start, end, level=level)] if end > start else []
        self._flow.claim(block.start(), stop, *regions)
        return self._running.read_line(stop) if display else stop

    def _read_setext(self, block: re.Match[str], at: int) -> int | None:
        if _NOT_A_TITLE.search(block["title"]) and (
            _NOT_A_TITLE.match(block["title"]) or _HAS_DISPLAY.search(block["title"])
        ):
            return None
        return self._read_heading(block, "title", 1 if block["rule"][0] == "=" else 2)

    def _read_numbered(self, block: re.Match[str]) -> int | None:
        """A section of plain text, "2. Softmax"; also "1. Linear. $W = …$", whose maths is not its title."""
        name = _SECTION_NAME.match(block["name"])
        if name is None or not self._numbered_sections or not self._stands_alone(block):
            return None
        words = name.group().rstrip()
        alone = name.end() == len(block["name"])
        if not words[0].isupper() or len(words.split()) > _LONGEST_SECTION_NAME:
            return None
        if words.endswith((",", ";", ":", ".")) if alone else not words.endswith((".", ":")):
            return None
        start = block.start("name")
        heading = self._view.region(
            Kind.HEADING, start, start + len(words), level=block["number"].count(".") + 1
        )
        self._in_list = False
        self._flow.claim(block.start(), start + len(words), heading)
        return self._running.read_line(start + len(words))

    def _stands_alone(self, block: re.Match[str]) -> bool:
        after = _BLOCK.match(self._text, min(block.end() + 1, len(self._text)))
        return self._after_blank and after is not None and after["blank"] is not None

    def _next_line(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1


def _closes(edge: re.Match[str], block: re.Match[str]) -> bool:
    return edge[1].startswith(block["fence"])


def read_markdown(view: View) -> list[Region]:
    """The regions of a Markdown file; lines like "2. Softmax" are list items if it marks headings."""
    return MarkdownReader(view, numbered_sections=not _MARKED_HEADING.search(view.text)).read_file()


def read_plain_text(view: View) -> list[Region]:
    """The regions of a text file: Markdown in which lines like "2. Softmax" are headings."""
    return MarkdownReader(view, numbered_sections=True).read_file()
