"""What the docstrings of a generated module say: the formulas, and the shapes of inputs and outputs."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

from gradcheck.algebra.expr import Adjoint, Ref
from gradcheck.derive.code.definitions import Program
from gradcheck.derive.code.plain_text import symbol, text_of
from gradcheck.derive.derivation import Derivation

_WIDTH = 100


def definitions_text(derivation: Derivation) -> list[str]:
    """A line for each definition of the forward computation."""
    graph = derivation.forward.graph
    return list(_lines((text_of(Ref(n.name, n.params)), text_of(n.body)) for n in graph.nodes.values()))


def gradients_text(derivation: Derivation) -> list[str]:
    """A line for each gradient on the way back, in the order in which they are found."""
    chains = [c for c in derivation.chains if isinstance(c.subject, Adjoint) and c.result != c.subject]
    return list(_lines((text_of(c.subject), text_of(c.result)) for c in chains))


def shapes_text(program: Program, names: Callable[[str], str], some: tuple[str, ...]) -> str:
    """Names with shapes, as in ``x (m, d) and w (d)``."""
    words = []
    for name in some:
        sizes = ", ".join(_size(s) for s in program.sizes(name))
        words.append(f"{names(name)} ({sizes})" if sizes else names(name))
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _size(size: str) -> str:
    return symbol(size.strip("|").replace(".", ""))


def _lines(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    for left, right in pairs:
        yield from textwrap.wrap(f"{left} = {right}", _WIDTH, subsequent_indent="    ")
