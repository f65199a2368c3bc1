"""Functions: another of the same kind, one that should not be applied; a derivative's sign that was lost."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.spots import Spot, is_simple
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s

_SIGNS = ("d", "\\partial")
_KIN = (
    (r"\exp", r"\log", r"\ln"),
    (r"\sin", r"\cos"),
    (r"\sinh", r"\cosh", r"\tanh"),
    (r"\tanh", r"\sigma"),
    (r"\max", r"\min"),
)


def function_edits(bench: Workbench, places: list[Spot]) -> Iterator[Edit]:
    """Every function exchanged for its kin or left out, and fractions that were derivatives."""
    tokens = bench.part.tokens
    for token in tokens:
        for kin in _KIN:
            if token.kind == "command" and token.value in kin:
                for other in kin:
                    if other != token.value:
                        words = f"`{token.value}` should be `{other}`"
                        yield Edit((Piece(token.start, token.end, other),), words, 1.2)
    for spot in places:
        node = spot.node
        if isinstance(node, s.Call) and len(node.args) == 1:
            inner = bench.text(node.args[0])
            latex = inner if is_simple(node.args[0]) else f"({inner})"
            words = f"`{bench.text(node)}` should be `{latex}`: the function should not be applied"
            yield Edit((replacing(node, latex),), words, 1.4)
        if isinstance(node, s.Fraction_):
            yield from _as_derivative(bench, node)
        if isinstance(node, s.Symbol) and node.primes:
            end = node.end
            prime = next((t for t in reversed(tokens) if t.end == end), None)
            if prime is not None and prime.is_("'"):
                yield Edit(
                    (Piece(prime.start, end, ""),), f"`{bench.text(node)}` should not be a derivative", 1.2
                )
        elif isinstance(node, s.Symbol):
            yield Edit(
                (Piece(node.end, node.end, "'"),),
                f"`{bench.text(node)}` should be `{bench.text(node)}'`",
                1.4,
            )


def _as_derivative(bench: Workbench, node: s.Fraction_) -> Iterator[Edit]:
    """``\\frac{L}{x_i}`` where ``\\frac{\\partial L}{\\partial x_i}`` was meant."""
    above, below = node.numerator, node.denominator
    over, under = bench.text(above), bench.text(below)
    sign = r"\partial "
    if (
        isinstance(above, s.Product)
        and bench.text(above.factors[0]) in _SIGNS
        and isinstance(below, s.Symbol)
    ):
        sign = "d" if bench.text(above.factors[0]) == "d" else sign
        piece = Piece(below.start, below.start, sign)
        yield Edit((piece,), f"`{bench.text(node)}` lacks a `{sign.strip()}` below the line", 1.0)
        return
    if isinstance(below, s.Product) and len(below.factors) == 2 and bench.text(below.factors[0]) in _SIGNS:
        under = bench.text(below.factors[1])
        sign = "d " if bench.text(below.factors[0]) == "d" else sign
    elif not (isinstance(below, s.Symbol) and isinstance(above, s.Symbol) and below.sup is None):
        return
    if not isinstance(above, (s.Symbol, s.Group)):
        over = f"({over})"
    latex = rf"\frac{{{sign}{over}}}{{{sign}{under}}}"
    yield Edit((replacing(node, latex),), f"`{bench.text(node)}` should be the derivative `{latex}`", 1.1)
