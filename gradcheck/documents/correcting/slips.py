"""Corrections of slips: what is malformed, and was read charitably, written as it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from gradcheck.documents.correcting.canonical import canonical
from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.families.implicit import implicit_edits
from gradcheck.documents.correcting.families.symbols import dressed, fits, reindexed
from gradcheck.documents.correcting.offers import Offers
from gradcheck.documents.correcting.sizing import length_before
from gradcheck.documents.correcting.workbench import Reread, Workbench
from gradcheck.documents.judging.equations import EVERY_SIZE
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.vocabulary import OPENERS

Slip = tuple[str, str, int, int]


def mended(bench: Workbench, slip: Slip) -> tuple[Edit, str] | None:
    """The first edit after which the slip is gone and the claim says what it said, with its scope."""
    code, _, start, end = slip
    for edit in _EDITS.get(code, _nothing)(bench, start, end):
        found = bench.reread(edit)
        if found is not None and _count(found.slips, code) <= max(0, bench.slips.count(code) - 1):
            scope = _says_the_same(bench, found)
            if scope is not None:
                return edit, scope
    return None


def _count(slips: Iterable[str], code: str) -> int:
    return sum(x == code for x in slips)


def _says_the_same(bench: Workbench, found: Reread) -> str | None:
    """The scope in which the edited claim is right, or means what it meant."""
    before = bench.printed
    if before is not None and before.value is not None and found.value is not None:
        if canonical(before.value.expr) == canonical(found.value.expr):
            return EVERY_SIZE
        if tuple(canonical(q.right) for q in before.equations) == found.key:
            return EVERY_SIZE
    return bench.proved(found) if bench.fits(found) else None


def _nothing(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    yield from ()


def _differential(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    """D401: the ∂ that is missing below the line."""
    nodes = [n for n in s.walk(bench.tree) if isinstance(n, s.Derivative) and n.start <= start < n.end]
    sign = "d" if nodes and nodes[-1].sign == "d" else r"\partial "
    yield Edit((Piece(start, start, sign),), f"a `{sign.strip()}` is missing", 1.0)


def _bound(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    """D402: the bound that contradicts the index."""
    offers = Offers(bench)
    bounds = [n.upper for n in s.walk(bench.tree) if isinstance(n, s.Binder) and n.upper is not None]
    for bound in sorted(bounds, key=lambda b: b.start != start):
        text = bench.text(bound)
        for latex in offers.sizes.values():
            if latex != text:
                words = f"the bound `{text}` of the sum should be `{latex}`"
                yield Edit((bench.unit(bound, latex),), words, 1.0)


def _index(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    """D403: the index that is left out."""
    offers = Offers(bench)
    nodes = [n for n in s.walk(bench.tree) if isinstance(n, s.Symbol)]
    inside = [n for n in nodes if start < n.end and n.start < end] or nodes
    for node in inside:
        yield from reindexed(bench, offers, node)
    yield from implicit_edits(bench, offers)


def _alias(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    """D406: what stands for a defined symbol, everywhere in the line."""
    offers = Offers(bench)
    nodes = [n for n in s.walk(bench.tree) if isinstance(n, s.Symbol)]
    stranger = next((offers.names.resolve(n).name for n in nodes if n.start == start), None)
    alike = [n for n in nodes if offers.names.resolve(n).name == stranger]
    for name, other in offers.occurrences.items():
        if name != stranger and all(fits(offers, n, other) for n in alike):
            pieces = tuple(Piece(n.start, n.end, dressed(bench, offers, n, other)) for n in alike)
            yield Edit(pieces, f"`{stranger}` should be `{name}`", 1.0)


def _bracket(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    """D405: the bracket that is never closed, or closed by one of another kind."""
    group = next((n for n in s.walk(bench.tree) if isinstance(n, s.Group) and n.start == start), None)
    if group is None:
        return
    closer = OPENERS.get(group.bracket, ")")
    before = bench.spelling.before(group.start)
    size = before[len(before) - length_before(before) :].strip()
    size = (
        size.replace("left", "right")
        if "left" in size
        else size.replace("l", "r")
        if size.endswith("l")
        else size
    )
    closing = size + closer
    words = f"`{bench.text(group)[:1]}` should be closed by `{closer}`"
    last = group.items[-1].end
    if group.end > last:
        yield Edit((Piece(last, group.end, closing),), words, 1.0)
    for at in dict.fromkeys((last, group.end, bench.tree.end)):
        yield Edit((Piece(at, at, closing),), words, 1.0)


def _operator(bench: Workbench, start: int, end: int) -> Iterator[Edit]:
    """D407: the brackets around what an operator acts on."""
    for node in s.walk(bench.tree):
        if isinstance(node, s.Derivative) and isinstance(node.of, s.Total) and node.of.start == start:
            text = bench.text(node.of)
            pieces = (Piece(start, start, r"\left("), Piece(node.of.end, node.of.end, r"\right)"))
            yield Edit(pieces, f"`{text}` should be in brackets", 1.0)


_EDITS: dict[str, Callable[[Workbench, int, int], Iterator[Edit]]] = {
    "D401": _differential,
    "D402": _bound,
    "D403": _index,
    "D405": _bracket,
    "D406": _alias,
    "D407": _operator,
}
