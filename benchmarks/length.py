"""How the cost of a document grows with its length: copies of one derivation, each a section of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.relations import QUICK
from benchmarks.table import Figure
from benchmarks.timing import best
from gradcheck.builtin import builtin_directory
from gradcheck.documents.check import check_source
from gradcheck.options import ENGINES, Options

_REPETITIONS = {1: 5, 10: 3, 100: 2}
_BOUND = 1.5


def length_figures(names: Sequence[str], copies: Sequence[int] = (10, 100)) -> Iterator[Figure]:
    """Time per copy with many copies, over the time of one alone: 1 is linear."""
    for name in names:
        yield from _growth(name, QUICK, copies, _BOUND)
        yield from _growth(name, ENGINES, copies[:1], None)


def _growth(
    name: str, engines: tuple[str, ...], copies: Sequence[int], bound: float | None
) -> Iterator[Figure]:
    options = Options(engines=engines)
    text = (builtin_directory() / f"{name}.md").read_text(encoding="utf-8")
    check_source("warm-up.md", text.encode(), options)
    alone = _seconds_per_copy(text, 1, options)
    for count in copies:
        each = _seconds_per_copy(text, count, options)
        detail = f"{1000 * each:.0f} ms : {1000 * alone:.0f} ms"
        what = f"{name} × {count}, time per copy : one alone, {','.join(engines)}"
        yield Figure(what, each / alone, "×", bound, detail)


def _seconds_per_copy(text: str, copies: int, options: Options) -> float:
    """The best time to check so many copies in one document, divided by their number."""
    data = "\n\n".join([text] * copies).encode()
    return best(lambda: check_source("copies.md", data, options), _REPETITIONS[copies]) / copies
