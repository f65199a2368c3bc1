"""A part of a page whose length is limited: entries are left out from the end, and counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradcheck.report.style import plural

_REST = 200  # bytes, more than the sentence takes that says how many are left out


@dataclass(frozen=True, slots=True)
class Section:
    """A heading or the head of a table, and the entries below it: each a ``noun``, several ``many``."""

    head: str
    entries: Sequence[str]
    noun: str
    many: str

    def fitted(self, room: int) -> str:
        """The section in at most ``room`` bytes of UTF-8; "" if it is empty.

        >>> print(Section("### Letters\\n", ["- a\\n", "- b\\n"], "letter", "letters").fitted(220))
        ### Letters
        - a
        - b
        """
        if not self.entries:
            return ""
        kept, used = [], size(self.head) + _REST
        for entry in self.entries:
            used += size(entry)
            if used > room:
                break
            kept.append(entry)
        return "".join([self.head, *kept, self._left_out(len(self.entries) - len(kept))])

    def _left_out(self, count: int) -> str:
        if not count:
            return ""
        what = plural(count, f"more {self.noun} is", f"more {self.many} are")
        return f"\n**{what} left out**: the summary would be too long.\n"


def size(text: str) -> int:
    """How many bytes a text takes."""
    return len(text.encode())
