"""A failure as the command prints it, in what pytest asks of a failure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradcheck.items import Item
from gradcheck.report.item_text import item_text
from gradcheck.terminal import PAGE

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter


@dataclass(frozen=True, slots=True)
class Crash:
    """The failure in one line, and where it is."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Told:
    """A failure; a terminal decides on its colours and its width, and elsewhere it is plain.

    ``brief`` says that the one line is enough on a terminal.
    """

    item: Item
    sources: Mapping[str, str]
    verbosity: int
    place: str
    brief: bool = False

    @property
    def reprcrash(self) -> Crash:
        """What stands for it where there is one line."""
        return Crash(self.place, self.item.reason)

    def __str__(self) -> str:
        return self._text(False, PAGE)

    def toterminal(self, writer: TerminalWriter) -> None:
        """Print it."""
        if self.brief:
            return
        on = writer.hasmarkup
        writer.line(self._text(on, max(40, writer.fullwidth) if on else PAGE))

    def _text(self, color: bool, width: int) -> str:
        said = item_text(self.item, self.sources, color=color, width=width, verbosity=self.verbosity)
        return said or self.item.reason
