"""Web pages: TeX as MathJax would find it in the text, in scripts, and in MathML annotations."""

from __future__ import annotations

import re

from gradcheck.documents.reading.formats.flow import Flow
from gradcheck.documents.reading.formats.html_text import PageText
from gradcheck.documents.reading.formats.mathematics import OPENERS, MathFinder
from gradcheck.documents.reading.formats.seeker import Seeker
from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View

_TOKEN = re.compile(rf"{OPENERS}|(?P<escape>\\[^\n])")
_MATHEMATICS = (Kind.DISPLAY, Kind.INLINE)


def read_html(view: View) -> list[Region]:
    """The regions of a page in order; where TeX and its rendering stand side by side, only the first."""
    page = PageText(view)
    flow = Flow(page.shown)
    finder = MathFinder(Seeker(page.shown.text), markdown=True)
    at = 0
    for start, end, region in _landmarks(page):
        if start < at:  # mathematics in a heading belongs to the heading
            continue
        _read_text(flow, finder, at, start)
        flow.claim(start, end, *([region] if region else []))
        at = end
    _read_text(flow, finder, at, len(page.shown.text))
    return _without_renderings(flow.finish(), {id(region) for _, region in page.embedded})


def _landmarks(page: PageText) -> list[tuple[int, int, Region | None]]:
    """What the markup alone says the nature of: headings, and embedded TeX, by place in the shown text."""
    marks: list[tuple[int, int, Region | None]] = [(at, at, region) for at, region in page.embedded]
    for start, end, level in page.headings:
        words = page.shown.trimmed(start, end)
        heading = page.shown.region(Kind.HEADING, *words, level=level) if words[0] < words[1] else None
        marks.append((start, end, heading))
    return sorted(marks, key=lambda mark: mark[:2])


def _read_text(flow: Flow, finder: MathFinder, start: int, end: int) -> None:
    at = start
    while token := _TOKEN.search(flow.view.text, at, end):
        found = None if token["escape"] else finder.find(token)
        at = found.end if found else token.end()
        # A heading interrupts mathematics that was never closed.
        if found and found.end <= end:
            flow.claim(found.start, found.end, found.region(flow.view))


def _without_renderings(regions: list[Region], marked_up: set[int]) -> list[Region]:
    """Drop the second of two neighbouring regions that say the same, one embedded and one shown."""
    kept: list[Region] = []
    for region in regions:
        last = kept[-1] if kept else None
        if last and _say_the_same(last, region) and (id(last) in marked_up) != (id(region) in marked_up):
            continue
        kept.append(region)
    return kept


def _say_the_same(one: Region, other: Region) -> bool:
    if one.kind not in _MATHEMATICS or other.kind not in _MATHEMATICS:
        return False
    return "".join(one.text.split()) == "".join(other.text.split())
