"""How the author of a document writes: numbers, sums, transposes, and what needs braces."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise

from gradcheck.documents.correcting.edits import Piece
from gradcheck.documents.correcting.numerals import Numerals
from gradcheck.documents.correcting.sizing import without_sizing
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.reading.parts import Part
from gradcheck.documents.reading.source import Kind

_MATHEMATICS = (Kind.DISPLAY, Kind.INLINE)


class Author:
    """The document as written, and one part of a chain in it."""

    def __init__(self, spelling: Spelling, collected: Collected, part: Part) -> None:
        self.spelling, self.collected, self.part = spelling, collected, part

    def text(self, tree: s.Syntax) -> str:
        """How the author spells ``tree``."""
        return self.spelling.of(tree)

    @property
    def collected_trees(self) -> Iterator[s.Syntax]:
        """Every formula of the document."""
        parts = (p for c in self.collected.chains for p in c.parts)
        return (p.tree for p in parts if isinstance(p.tree, s.Syntax))

    @cached_property
    def numerals(self) -> Numerals:
        """How the document spells numbers."""
        return Numerals(self.mathematics)

    @cached_property
    def mathematics(self) -> str:
        """All the mathematics of the document."""
        return " ".join(r.text for r in self.spelling.source.regions if r.kind in _MATHEMATICS)

    def sum_over(self, letter: str, bound: str) -> str:
        """A sum sign over ``letter`` as the document writes it elsewhere, else with its bound."""
        for chain in self.collected.chains:
            for tree in (p.tree for p in chain.parts if isinstance(p.tree, s.Syntax)):
                for node in s.walk(tree):
                    if isinstance(node, s.Big) and node.kind == "sum" and len(node.binders) == 1:
                        binder = node.binders[0]
                        if binder.letter == letter and not binder.excluded:
                            return without_sizing(self.spelling.between(node.start, node.body.start))
        return rf"\sum_{{{letter}=1}}^{{{bound}}}" if bound else rf"\sum_{letter}"

    @cached_property
    def transpose(self) -> str:
        """How the document spells a transpose."""
        spelled = [t for c in self.collected.chains for p in c.parts for t in p.tokens]
        pairs = pairwise(spelled)
        counted = Counter(b.value for a, b in pairs if a.is_("^") and b.value in ("T", "\\top"))
        return "^" + (counted.most_common(1)[0][0] if counted else "T")

    def is_braced(self, tree: s.Syntax) -> bool:
        """Whether a quantity stands in braces of its own."""
        tokens = self.part.tokens
        at = bisect_left([t.start for t in tokens], tree.start)
        return tokens[at].is_("{") or (at > 0 and tokens[at - 1].is_("{"))

    def unit(self, tree: s.Syntax, latex: str) -> Piece:
        """The piece that writes ``latex`` for a script or an argument, in braces where TeX wants them."""
        if self.is_braced(tree):
            return Piece(tree.start, tree.end, latex)
        return self.wrapped(tree.start, tree.end, latex)

    def wrapped(self, start: int, end: int, latex: str) -> Piece:
        """The same for a stretch without braces: a single token stays without."""
        tokens = self.part.tokens
        at = bisect_left([t.start for t in tokens], start)
        braced = at > 0 and tokens[at - 1].is_("{")
        single = len(latex) == 1 or (latex[0] == "\\" and latex[1:].isalpha())
        return Piece(start, end, latex if braced or single else f"{{{latex}}}")
