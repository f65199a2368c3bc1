"""Where mathematics that begins with a TeX delimiter ends, also when its author forgot to close it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from gradcheck.documents.reading.formats.seeker import Seeker, Span
from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View

_DISPLAY_ENVIRONMENTS = (
    "equation|align|gather|multline|eqnarray|flalign|alignat|xalignat|xxalignat|displaymath|dmath|dgroup|"
    "IEEEeqnarray|aligned|alignedat|gathered|split|cases|dcases|rcases|array|[bBpvV]?matrix|smallmatrix|math"
)
# Alternatives of a scanner's expression; the name of the group says which delimiter it is.
OPENERS = (
    r"(?P<bracket>\\\[)|(?P<paren>\\\()"
    rf"|(?P<environment>\\begin\{{(?:{_DISPLAY_ENVIRONMENTS})\*?\}})"
    r"|(?P<display>\$\$)|(?P<dollar>\$)"
)
# Markdown's own: backslashes doubled against Markdown, and GitHub's $`…`$.
MARKDOWN_OPENERS = r"(?P<bracket2>\\\\\[)|(?P<paren2>\\\\\()|(?P<ticked>\$`(?!`))|" + OPENERS

_EVEN = r"(?<!\\)(?:\\\\)*"  # an even number of backslashes: what follows is not escaped
_CLOSERS = {
    "display": re.compile(_EVEN + r"(\$\$)"),
    "dollar": re.compile(_EVEN + r"(\$)"),
    "bracket": re.compile(_EVEN + r"(\\\])"),
    "paren": re.compile(_EVEN + r"(\\\))"),
    "bracket2": re.compile(r"\\\\\]"),
    "paren2": re.compile(r"\\\\\)"),
    "ticked": re.compile(r"`\$"),
}
BLANK_LINE = re.compile(r"\n(?=[ \t]*(?:\n|\Z))")
_LINE_END = re.compile(r"\n")
_ENVIRONMENT_EDGE = re.compile(_EVEN + r"\\(begin|end)\{([A-Za-z]+\*?)\}")

# A line of words is not mathematics: it shows that the display above it was never closed.
_PLAIN = r"(?:[^\w\n\\{}^=&$<>+/|%]|\d)"
_LETTER = r"[^\W\d_]"
_WORD = rf"(?:{_PLAIN}|\b{_LETTER}\b)*+{_LETTER}{{2,}}+"
_WORDS_TO_THE_END = rf"(?:{_LETTER}|{_PLAIN})*+$"
_PROSE_LINE = re.compile(
    rf"^(?:\#{{1,6}}[ ].*"
    rf"|(?<=\n\n){_WORD}{_WORDS_TO_THE_END}"
    rf"|(?:{_WORD}){{3}}{_WORDS_TO_THE_END}"
    r"|[^\n{}$]*+\$[^$\n]++\$(?!\$)(?:[^\n{}$]|\$[^$\n]++\$)*+$)",
    re.MULTILINE,
)
_LOOKS_MATHEMATICAL = re.compile(r"[\\^_=<>+]")
_COMMAND = re.compile(r"[\\_^=]")


@dataclass(frozen=True)
class Found:
    """Mathematics at ``text[start:end]``, of which ``inner`` is what stands between the delimiters."""

    kind: Kind
    start: int
    inner: Span
    end: int
    unclosed: bool = False

    def region(self, view: View, kind: Kind | None = None, label: str | None = None) -> Region:
        """The region of the view that this is, as ``kind`` if the surroundings decide otherwise."""
        return view.region(kind or self.kind, *self.inner, label=label, unclosed=self.unclosed)


class MathFinder:
    """Follows delimiters in one text. ``markdown`` adds its rules about money and escaped brackets."""

    def __init__(self, seeker: Seeker, *, markdown: bool) -> None:
        self._seeker = seeker
        self._text = seeker.text
        self._markdown = markdown

    def find(self, opener: re.Match[str]) -> Found | None:
        """The mathematics that this match of OPENERS begins, or None if it is ordinary text."""
        name = opener.lastgroup or ""
        if name == "environment":
            return self._find_environment(opener)
        if name == "display":
            return self._find_display(opener)
        if name in ("bracket", "bracket2"):
            return self._find_bracket(opener)
        return self._find_inline(opener)

    def _find_environment(self, opener: re.Match[str]) -> Found:
        kind = Kind.INLINE if opener.group() == r"\begin{math}" else Kind.DISPLAY
        end = self._environment_ends.get(opener.start())
        if end is None:
            return self._unclosed(opener.start(), opener.start(), opener.end())
        return Found(kind, opener.start(), (opener.start(), end), end)

    @cached_property
    def _environment_ends(self) -> dict[int, int]:
        """Where the environment that begins at an offset ends; nothing for one that is not closed."""
        ends: dict[int, int] = {}
        open_ones: dict[str, list[int]] = {}
        for edge in _ENVIRONMENT_EDGE.finditer(self._text):
            begun = open_ones.setdefault(edge[2], [])
            if edge[1] == "begin":
                begun.append(edge.start(1) - 1)
            elif begun:
                ends[begun.pop()] = edge.end()
        return ends

    def _find_display(self, opener: re.Match[str]) -> Found:
        inner = opener.end()
        close = self._seeker.next(_CLOSERS["display"], inner)
        if close is None or self._runs_into_prose(inner, close[0]):
            return self._unclosed(opener.start(), inner, inner)
        return Found(Kind.DISPLAY, opener.start(), (inner, close[0]), close[1])

    def _find_bracket(self, opener: re.Match[str]) -> Found | None:
        inner = opener.end()
        close = self._seeker.next(_CLOSERS[opener.lastgroup or ""], inner)
        if self._markdown and self._is_escaped_bracket(opener.start(), inner, close):
            return None
        if close is None or self._runs_into_prose(inner, close[0]):
            return self._unclosed(opener.start(), inner, inner) if self._is_display(inner) else None
        return Found(Kind.DISPLAY, opener.start(), (inner, close[0]), close[1])

    def _is_display(self, inner: int) -> bool:
        """Whether an unclosed bracket begins mathematics; in Markdown ``\\[ ]`` is just text."""
        if not self._markdown:
            return True
        rest = self._line_rest(inner)
        return not rest.strip() or bool(_LOOKS_MATHEMATICAL.search(rest))

    def _is_escaped_bracket(self, start: int, inner: int, close: Span | None) -> bool:
        """Markdown writes a literal bracket so: "see \\[1\\]", "\\[ \\] to do"."""
        if close is not None and self._are_on_one_line(inner, close[0]):
            if self._opens_line(start):
                return not self._text[inner : close[0]].strip()
            return not _LOOKS_MATHEMATICAL.search(self._text, inner, close[0])
        return not self._opens_line(start) and (
            close is None or self._prose_before(inner, close[0]) is not None
        )

    def _are_on_one_line(self, start: int, end: int) -> bool:
        line_end = self._seeker.next(_LINE_END, start)
        return line_end is None or line_end[0] >= end

    def _find_inline(self, opener: re.Match[str]) -> Found | None:
        inner = opener.end()
        close = self._seeker.next(_CLOSERS[opener.lastgroup or ""], inner)
        blank = self._seeker.next(BLANK_LINE, inner)
        if close is None or close[0] == inner or (blank is not None and blank[0] < close[0]):
            return None
        if self._markdown and opener.lastgroup == "dollar" and self._is_money(inner, close):
            return None
        return Found(Kind.INLINE, opener.start(), (inner, close[0]), close[1])

    def _is_money(self, inner: int, close: Span) -> bool:
        """Pandoc's rule, "$5 and $6"; spaces at the sides are forgiven where a TeX command is inside."""
        text = self._text
        if "`" in text[inner : close[0]] or text[close[1] : close[1] + 1].isdigit():
            return True
        loose = text[inner].isspace() or text[close[0] - 1].isspace()
        return loose and not _COMMAND.search(text, inner, close[0])

    def _runs_into_prose(self, inner: int, close: int) -> bool:
        """Whether a whole line of words stands before the closer: then it closes something else."""
        prose = self._prose_before(inner, close)
        if prose is None:
            return False
        # Words inside braces are an argument of \text.
        return self._text.count("{", inner, prose[0]) <= self._text.count("}", inner, prose[0])

    def _prose_before(self, start: int, end: int) -> Span | None:
        prose = self._seeker.next(_PROSE_LINE, start)
        return prose if prose is not None and prose[1] <= end else None

    def _unclosed(self, start: int, inner: int, searched: int) -> Found:
        """Take what stands up to the next blank line, or line of words, and read on after it."""
        stops = (self._seeker.next(BLANK_LINE, searched), self._seeker.next(_PROSE_LINE, searched))
        end = min((stop[0] for stop in stops if stop), default=len(self._text))
        return Found(Kind.DISPLAY, start, (inner, end), end, unclosed=True)

    def _opens_line(self, at: int) -> bool:
        """Whether only a little white space or a list marker stands before this on its line."""
        before = self._text[max(0, at - 20) : at].rpartition("\n")
        return (bool(before[1]) or at <= 20) and not before[2].strip(" \t-*+>0123456789.)")

    def _line_rest(self, at: int) -> str:
        end = self._seeker.next(_LINE_END, at)
        return self._text[at : end[0] if end else len(self._text)]
