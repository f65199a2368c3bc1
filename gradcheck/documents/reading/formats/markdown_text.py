"""Running Markdown text: mathematics claimed; code, links, tags and comments passed over."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property

from gradcheck.documents.reading.formats.flow import Flow
from gradcheck.documents.reading.formats.mathematics import BLANK_LINE, MARKDOWN_OPENERS, Found, MathFinder
from gradcheck.documents.reading.formats.seeker import Seeker
from gradcheck.documents.reading.formats.standing import LineSense

_ATTRIBUTE = r"""\s++[A-Za-z_:@][\w:.@-]*+(?:\s*+=\s*+(?:"[^"\n]*+"|'[^'\n]*+'|[^\s"'=<>`]++))?+"""
_PASSED_OVER = (
    r"https?://[^\s<>)\]]*+"  # an address
    r"|<[A-Za-z][A-Za-z0-9+.-]*+:[^\s<>]*+>"  # <address>
    rf"|</?[A-Za-z][A-Za-z0-9-]*+(?:{_ATTRIBUTE})*+\s*+/?>"  # a tag
    r"|\]\([ \t]*+(?:<[^<>\n]*+>|[^\s()]++(?:\([^\s()]*+\)[^\s()]*+)*+)"  # the target of a link
)
_TOKEN = re.compile(
    r"(?P<newline>\n)"
    rf"|{MARKDOWN_OPENERS}"
    r"|(?P<escape>\\[^\n])"
    r"|(?P<code>`+)"
    r"|(?P<comment><!--)"
    r"|<(?P<opaque>pre|code|script|style|textarea)\b"
    rf"|(?P<passed>{_PASSED_OVER})"
)
_TICKS = re.compile(r"`+")
_COMMENT_END = re.compile(r"-->")
_OPAQUE_ENDS = {
    name: re.compile(rf"</{name}\s*>", re.IGNORECASE)
    for name in ("pre", "code", "script", "style", "textarea")
}
_LABEL = re.compile(r"[ \t]*\{#([\w:.-]+)[^}\n]*\}")


class RunningText:
    """Reads lines that are not blocks, and claims their mathematics in a flow."""

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._text = flow.view.text
        self._seeker = Seeker(self._text)
        self._finder = MathFinder(self._seeker, markdown=True)
        self._lines = LineSense(self._text)

    def read_line(self, at: int) -> int:
        """Read to the end of the line, or of what begins on it; return where the next line starts."""
        while token := _TOKEN.search(self._text, at):
            if token.lastgroup == "newline":
                return token.end()
            at = self._pass(token)
        return len(self._text)

    def _pass(self, token: re.Match[str]) -> int:
        """Deal with what begins at this token; return where to read on."""
        match token.lastgroup:
            case "escape" | "passed":
                return token.end()
            case "code":
                return self._code_end(token)
            case "comment":
                return self._leave_out(token, _COMMENT_END)
            case "opaque":
                return self._leave_out(token, _OPAQUE_ENDS[token["opaque"]])
            case _:
                found = self._finder.find(token)
                return self._claim(found) if found else self._after_literal(token)

    def _after_literal(self, token: re.Match[str]) -> int:
        # After a lone dollar a code span may begin: $`…
        return token.start() + 1 if token.lastgroup == "ticked" else token.end()

    def _claim(self, found: Found) -> int:
        view, kind = self._flow.view, found.kind
        label = None
        end = found.end
        if self._text.startswith("$$", found.start):
            kind = self._lines.kind_of(found)
            if label_mark := _LABEL.match(self._text, end):
                label, end = label_mark[1], label_mark.end()
        self._flow.claim(found.start, end, found.region(view, kind, label))
        return end

    def _leave_out(self, token: re.Match[str], closer: re.Pattern[str]) -> int:
        """Leave out a comment or a block of code; one that is never closed is text."""
        close = self._seeker.next(closer, token.end())
        if close is None:
            return token.end()
        self._flow.claim(token.start(), close[1])
        return close[1]

    def _code_end(self, token: re.Match[str]) -> int:
        """The end of a code span, closed in the same paragraph by as many ticks as opened it."""
        runs = self._tick_runs.get(len(token.group()), [])  # none if an escape cut a longer run
        following = bisect_left(runs, token.end())
        blank = self._seeker.next(BLANK_LINE, token.end())
        if following == len(runs) or (blank and blank[0] < runs[following]):
            return token.end()
        return runs[following] + len(token.group())

    @cached_property
    def _tick_runs(self) -> dict[int, list[int]]:
        """Where the runs of n backticks begin, by n."""
        runs: dict[int, list[int]] = {}
        for run in _TICKS.finditer(self._text):
            runs.setdefault(len(run.group()), []).append(run.start())
        return runs
