"""The regions of a text as a scanner claims them, with whatever it leaves unclaimed as prose."""

from __future__ import annotations

from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View


class Flow:
    """Collects regions from left to right; a stretch between two claims becomes PROSE."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.regions: list[Region] = []
        self._claimed = 0

    def claim(self, start: int, end: int, *regions: Region) -> None:
        """``text[start:end]`` holds these regions (none: it is left out) and is not prose."""
        self._add_prose(start)
        self.regions.extend(regions)
        self._claimed = end

    def finish(self) -> list[Region]:
        """All the regions, the prose after the last claim included."""
        self._add_prose(len(self.view.text))
        return self.regions

    def _add_prose(self, end: int) -> None:
        if self.view.text[self._claimed : end].strip():
            self.regions.append(self.view.region(Kind.PROSE, self._claimed, end))
