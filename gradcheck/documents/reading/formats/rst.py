"""reStructuredText: math directives and roles, underlined headings; literal blocks and comments skipped."""

from __future__ import annotations

import re

from gradcheck.documents.reading.formats.flow import Flow
from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View

_LINE = re.compile(r"([ \t]*)([^\n]*)(?:\n|\Z)")
_DIRECTIVE = re.compile(r"[ \t]*\.\. ([\w:-]+)::(?:[ \t]+|(?=\n|\Z))([^\n]*)")
_EXPLICIT = re.compile(r"[ \t]*\.\.(?:[ \t]|(?=\n|\Z))([^\n]*)")
_OPTION = re.compile(r"[ \t]+:([\w-]+):[ \t]*([^\n]*)(?:\n|\Z)")
_ADORNMENT = re.compile(r"([!-/:-@\[-`{-~])\1{2,}[ \t]*(?:\n|\Z)")
_PART = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_INLINE = re.compile(r":math:`((?:[^`\\]++|\\[\s\S])++)`|``[\s\S]*?``|\\[\s\S]|`[^`\n]*`")
_UNREAD = {
    "code",
    "code-block",
    "sourcecode",
    "parsed-literal",
    "literalinclude",
    "raw",
    "highlight",
    "doctest",
}


class _RstReader:
    def __init__(self, view: View) -> None:
        self._view = view
        self._text = view.text
        self._flow = Flow(view)
        self._adornments: list[str] = []
        self._after_blank = True

    def read(self) -> list[Region]:
        at = 0
        while at < len(self._text):
            at = self._read_block(at)
        return self._flow.finish()

    def _read_block(self, at: int) -> int:
        """Read what begins on this line; return where the next block or paragraph starts."""
        if directive := _DIRECTIVE.match(self._text, at):
            return self._read_directive(directive)
        if explicit := _EXPLICIT.match(self._text, at):
            return self._read_explicit(explicit)
        if self._text.startswith(">>> ", at):
            return self._skip(at, self._paragraph_end(at))
        return self._read_heading(at) or self._read_paragraph(at)

    def _read_directive(self, directive: re.Match[str]) -> int:
        start, end = directive.start(), self._block_end(directive.start())
        name, argument = directive[1], directive[2].strip()
        if name == "math":
            return self._read_math(directive, end)
        if name == "gradcheck" or (name in _UNREAD and argument == "gradcheck"):
            body = self._after_line(directive.end())
            self._flow.claim(start, end, self._view.region(Kind.READING, body, end))
            return end
        if name in _UNREAD:
            return self._skip(start, end)
        # A note, a figure: its name is not prose, its argument and its body are.
        return self._skip(start, directive.start(2))

    def _read_math(self, directive: re.Match[str], end: int) -> int:
        """Parts separated by blank lines are equations of their own; so is an argument."""
        body = self._after_line(directive.end())
        label = None
        while option := _OPTION.match(self._text, body, end):
            body, label = option.end(), option[2].strip() if option[1] in ("label", "name") else label
        spans = [directive.span(2)] if directive[2].strip() else []
        spans.extend(part.span() for part in _PART.finditer(self._text, body, end))
        if directive[2].strip() and body == self._after_line(directive.end()) and len(spans) > 1:
            spans = self._join_argument(spans)
        regions = [self._view.region(Kind.DISPLAY, *self._view.trimmed(*span), label=label) for span in spans]
        self._flow.claim(directive.start(), end, *regions)
        return end

    def _join_argument(self, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """An equation may begin on the directive's line and go on in the next without a blank line."""
        (start, end), following, *rest = spans
        gap = self._text[end : following[0]]
        return [(start, following[1]), *rest] if gap.count("\n") == 1 else spans

    def _read_explicit(self, explicit: re.Match[str]) -> int:
        """Skip a comment, a target or a substitution; footnotes are read, they hold words."""
        start = explicit.start()
        if explicit[1].startswith("[") and "]" in explicit[1]:
            return self._read_inline(explicit.start(1), self._after_line(start))
        return self._skip(start, self._block_end(start))

    def _read_heading(self, at: int) -> int | None:
        overline = _ADORNMENT.match(self._text, at)
        start = overline.end() if overline else at
        title_end = self._after_line(start)
        underline = _ADORNMENT.match(self._text, title_end)
        words = self._view.trimmed(start, title_end)
        if underline is None or words[0] == words[1] or not (overline or self._text[start] not in " \t"):
            return None
        if overline and overline[1] != underline[1]:
            return None
        level = self._level(underline[1] + ("/" if overline else ""))
        self._flow.claim(at, underline.end(), self._view.region(Kind.HEADING, *words, level=level))
        return underline.end()

    def _level(self, adornment: str) -> int:
        """Headings rank in the order in which their adornments first appear."""
        if adornment not in self._adornments:
            self._adornments.append(adornment)
        return 1 + self._adornments.index(adornment)

    def _read_paragraph(self, at: int) -> int:
        end = self._paragraph_end(at)
        self._read_inline(at, end)
        if self._text[at:end].rstrip().endswith("::"):
            return self._skip_literal(at, end)
        return end

    def _skip_literal(self, at: int, end: int) -> int:
        """Skip the indented block that "::" announces."""
        following = end
        while following < len(self._text) and self._text[following] == "\n":
            following += 1
        indented = self._indent(following) > self._indent(at)
        return self._skip(end, self._block_end(following, self._indent(at))) if indented else end

    def _read_inline(self, start: int, end: int) -> int:
        for token in _INLINE.finditer(self._text, start, end):
            if token[1] is not None:
                self._flow.claim(*token.span(), self._view.region(Kind.INLINE, *token.span(1)))
        return end

    def _skip(self, start: int, end: int) -> int:
        self._flow.claim(start, end)
        return end

    def _paragraph_end(self, at: int) -> int:
        """The end of the lines up to a blank one, a directive or a heading."""
        at = self._after_line(at)
        while at < len(self._text):
            line = _LINE.match(self._text, at)
            if line is None or not line[2] or line[2].startswith(".. ") or self._is_title(at):
                break
            at = line.end()
        return at

    def _is_title(self, at: int) -> bool:
        return bool(_ADORNMENT.match(self._text, self._after_line(at)))

    def _block_end(self, at: int, indent: int | None = None) -> int:
        """The end of the lines that stand deeper than the first one (or than ``indent``)."""
        depth = self._indent(at) if indent is None else indent
        end = at = self._after_line(at)
        while at < len(self._text) and (line := _LINE.match(self._text, at)):
            if line[2] and len(line[1]) <= depth:
                break
            at = line.end()
            end = at if line[2] else end
        return end

    def _indent(self, at: int) -> int:
        line = _LINE.match(self._text, at)
        return len(line[1]) if line else 0

    def _after_line(self, at: int) -> int:
        end = self._text.find("\n", at)
        return len(self._text) if end < 0 else end + 1


def read_rst(view: View) -> list[Region]:
    """The regions of a reStructuredText file."""
    return _RstReader(view).read()
