"""Right equations of documents, each with its right side in the source, and the verdict after an edit."""

from __future__ import annotations

import html
import json
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mutants_side import Edit, Side, Splice, Vocabulary, spliced, vocabulary

from gradcheck.documents.check import judge_all
from gradcheck.documents.judging.judgements import Judged
from gradcheck.documents.reading.collect import collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import Kind, Region, Source, UnreadableDocument
from gradcheck.documents.symbols.topics import parts_of
from gradcheck.model import Verdict
from gradcheck.options import Options

ROOT = Path(__file__).parents[2]
ALGEBRA = Options(engines=("algebra",))


@dataclass(frozen=True)
class Equation:
    """A claim that holds: the sign's offset in the source, and its right side in one region.

    ``lefts`` are what the chain begins with and what stands just before the sign.
    """

    document: Document
    sign: int
    region: Region
    start: int
    end: int
    lefts: tuple[str, ...] = ()

    @cached_property
    def side(self) -> Side:
        return Side(self.region.text, self.start, self.end, self.document.words)

    @property
    def right(self) -> str:
        return self.region.text[self.start : self.end]

    @property
    def stretch(self) -> tuple[int, int]:
        """Where the right side stands in the source."""
        return self.region.offsets[self.start], self.region.offsets[self.end]

    def edited(self, edit: Edit) -> str:
        """The source after an edit of the region's text."""
        path, offsets = self.document.path, self.region.offsets
        moved = (Splice(offsets[s.start], offsets[s.end], written(path, s.new)) for s in edit)
        return spliced(self.document.text, moved)


@dataclass(frozen=True)
class Document:
    """A document with its text as it stands in the file."""

    path: str
    text: str

    @cached_property
    def source(self) -> Source:
        return read_source(self.path, self.text.encode())

    @cached_property
    def words(self) -> Vocabulary:
        regions = self.source.regions
        return vocabulary(r.text for r in regions if r.kind in (Kind.DISPLAY, Kind.INLINE))

    @cached_property
    def equations(self) -> tuple[Equation, ...]:
        """Every claim that holds and whose right side is in one display, but for claims about shapes."""
        found = []
        claims = judged(self.path, self.text)
        firsts = {claim.key[0]: claim for claim in reversed(claims)}
        for claim in claims:
            sign = claim.sign_start
            region = next((r for r in self.source.regions if r.offsets[0] <= sign < r.offsets[-1]), None)
            holds = claim.judgement.verdict is Verdict.HOLDS and claim.key[0] >= 0
            if holds and region is not None and region.kind is Kind.DISPLAY:
                start, stop = (bisect_left(region.offsets, at) for at in (claim.sign_end, claim.end))
                start += len(region.text[start:stop]) - len(region.text[start:stop].lstrip("} \n&"))
                if start < stop < len(region.offsets):
                    lefts = tuple(
                        unwritten(self.path, self.text[c.start : c.before_end])
                        for c in (firsts[claim.key[0]], claim)
                    )
                    found.append(Equation(self, sign, region, start, stop, lefts))
        return tuple(found)


def corpus(folders: Iterable[Path] = (ROOT / "derivations", ROOT / "tests" / "corpus")) -> list[Document]:
    """The documents of some folders that have right equations, in the order of their paths."""
    paths = [p for folder in folders for p in sorted(folder.rglob("*")) if p.is_file()]
    kept = (p for p in paths if p.suffix in (".md", ".tex", ".rst", ".html", ".ipynb", ".txt"))
    found = [Document(str(p), p.read_bytes().decode()) for p in kept]
    return [d for d in found if d.equations]


def judged(path: str, text: str) -> list[Judged]:
    """Every claim of a document with its verdict. Nothing is corrected."""
    source = read_source(path, text.encode())
    collected = collect(source)
    return judge_all(collected, parts_of(collected), ALGEBRA)


def verdict_at(path: str, text: str, sign: int) -> Verdict | None:
    """What is said of the claim whose sign stands at an offset; None where there is none."""
    try:
        found = judged(path, text)
    except UnreadableDocument:
        return None
    return next((claim.judgement.verdict for claim in found if claim.sign_start == sign), None)


def written(path: str, latex: str) -> str:
    """LaTeX as the format of a document writes it."""
    if path.endswith(".ipynb"):
        return json.dumps(latex, ensure_ascii=False)[1:-1]
    return html.escape(latex, quote=False) if path.endswith((".html", ".htm")) else latex


def unwritten(path: str, text: str) -> str:
    """A stretch of a file as LaTeX."""
    if path.endswith(".ipynb"):
        return re.sub(r"\\([\\\"n])", lambda m: "\n" if m[1] == "n" else m[1], text)
    return html.unescape(text) if path.endswith((".html", ".htm")) else text
