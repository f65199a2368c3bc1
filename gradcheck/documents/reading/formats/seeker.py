"""The next occurrence of a pattern, remembered, so that a thousand openers cost one search."""

from __future__ import annotations

import re

Span = tuple[int, int]


class Seeker:
    """Answers "where is the next X from here" over one text in linear time altogether.

    The last answer to each pattern holds for every later question up to it. This needs patterns
    that match at a place or not irrespective of where the search began, and it makes text with many
    openers and no closer, which would be quadratic otherwise, as cheap as any other.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._known: dict[re.Pattern[str], tuple[int, Span | None]] = {}

    def next(self, pattern: re.Pattern[str], start: int) -> Span | None:
        """The span of the first match (of its last group, if it has any) from ``start`` on."""
        asked, span = self._known.get(pattern, (len(self.text) + 1, None))
        if asked > start or (span is not None and span[0] < start):
            span = self._search(pattern, start)
            self._known[pattern] = (start, span)
        return span

    def _search(self, pattern: re.Pattern[str], start: int) -> Span | None:
        found = pattern.search(self.text, start)
        return found.span(pattern.groups) if found else None
