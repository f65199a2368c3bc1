"""From an expression to its arrangement in index notation: signs, brackets, roots, the order of factors."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra.expr import (
    Add,
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Graph,
    Index,
    Mul,
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
)
from gradcheck.derive.notation.assembling import bracketed, exponent_of, is_sum, number, put_together
from gradcheck.derive.notation.factors import Product, product_of, rational
from gradcheck.derive.notation.pieces import (
    Applied,
    Bars,
    Bracketed,
    Condition,
    Kronecker,
    Numeral,
    Piece,
    Radical,
    Raised,
    Slope,
    Summation,
    Symbol,
    Total,
    inside,
    is_tall,
    side_by_side,
    weight,
)

_SHORT = 3
"""How many symbols an exponent of e may have before ``exp`` is written instead."""


def arranged(expr: Expr, graph: Graph) -> Piece:
    """``expr`` laid out in index notation; ``graph`` tells which names are taken."""
    return Arranger(graph).whole(expr)


class Arranger:
    """Lays out expressions over the names of one graph."""

    def __init__(self, graph: Graph) -> None:
        self.names = {*graph.nodes, *graph.leaves, *graph.roots}

    def whole(self, expr: Expr) -> Piece:
        """``expr`` where a sum of terms needs no brackets."""
        negative, piece = self.signed(expr)
        return Total(((True, bracketed(piece) if is_sum(piece) else piece),)) if negative else piece

    def signed(self, expr: Expr) -> tuple[bool, Piece]:
        """Whether a minus stands before ``expr``, and what it stands before."""
        match expr:
            case Num(value):
                return value < 0, number(abs(value))
            case Mul():
                return self.product(product_of(expr))
            case Pow(base, exponent) if base != Constant("e") and rational(exponent) is not None:
                return self.product(product_of(expr))
            case Sum(index, size, body):
                negative, piece = self.signed(body)
                bound = None if size.startswith("|") else Symbol(size)
                return negative, Summation(index, bound, bracketed(piece) if is_sum(piece) else piece)
            case _:
                return False, self.plain(expr)

    def plain(self, expr: Expr) -> Piece:
        """An expression that carries no sign of its own."""
        match expr:
            case Var(name, indices) | Ref(name, indices):
                return Symbol(name, indices)
            case Size(name):
                return Symbol(name)
            case Constant(name):
                return Symbol("e" if name == "e" else f"\\{name}")
            case Add():
                return self.total(expr)
            case Pow(base, exponent):
                return self.symbolic_power(base, exponent)
            case Fun(name, arguments):
                return self.function(name, arguments)
            case Delta(left, right):
                return self.delta(left, right)
            case Adjoint(loss, node, indices, via):
                through = None if via is None else Symbol(via)
                return Slope(Symbol(loss), (Symbol(node, indices),), through=through)
            case Partial():
                return self.partial(expr)
            case _:
                return self.whole(expr)

    def total(self, expr: Add) -> Piece:
        """The terms in their order, nested sums opened where no minus stands before them."""
        terms: list[tuple[bool, Piece]] = []
        for term in expr.terms:
            negative, piece = self.signed(term)
            if isinstance(piece, Total) and not negative:
                terms += piece.terms
            else:
                terms.append((negative, bracketed(piece) if isinstance(piece, Total) else piece))
        return Total(tuple(terms))

    def product(self, product: Product) -> tuple[bool, Piece]:
        """A product as factors around one fraction; sums come last, since a sum takes what follows."""
        negative = product.coefficient < 0
        value = abs(product.coefficient)
        above: list[Piece] = []
        for base, exponent in product.above:
            minus, piece = self.raised(base, exponent)
            negative ^= minus
            above.append(piece)
        below: list[Piece] = []
        for base, exponent in product.below:
            minus, piece = self.raised(base, exponent)
            negative ^= minus
            below.append(piece)
        return negative, put_together(value, above, below, product.first_below)

    def raised(self, base: Expr, exponent: Fraction) -> tuple[bool, Piece]:
        """``base`` to a positive rational power, with the sign that a whole power lets through."""
        if exponent == 1:
            return self.signed(base)
        if exponent.denominator != 1 and exponent.numerator == 1:
            return False, Radical(self.whole(base), exponent.denominator)
        negative, piece = self.signed(base)
        if exponent.denominator != 1:
            return False, Raised(self.base(self.whole(base)), exponent_of(exponent))
        odd = negative and exponent.numerator % 2 == 1
        if isinstance(piece, Applied) and piece.power == 1:
            return odd, Applied(piece.function, piece.arguments, exponent.numerator)
        return odd, Raised(self.base(piece), exponent_of(exponent))

    def base(self, piece: Piece) -> Piece:
        """What an exponent may stand behind."""
        plain = isinstance(piece, Symbol) and not set("^'") & set(piece.name)
        if plain and isinstance(piece, Symbol) and piece.name + "^{2}" not in self.names:
            return piece
        if isinstance(piece, Numeral) or (isinstance(piece, Bars) and piece.double):
            return piece
        return bracketed(piece)

    def symbolic_power(self, base: Expr, exponent: Expr) -> Piece:
        """A power whose exponent is no number."""
        if base == Constant("e"):
            return self.function("exp", (exponent,))
        if isinstance(exponent, (Var, Ref)) and exponent.name == "T" and not exponent.indices:
            # ``x^T`` is a transpose to every reader.
            return self.function("exp", (Mul((exponent, Fun("log", (base,)))),))
        return Raised(self.base(self.whole(base)), self.whole(exponent))

    def function(self, name: str, arguments: tuple[Expr, ...]) -> Piece:
        """A function; ``exp`` of something short as a power of e, ``step`` as a condition."""
        if name == "step":
            return self.condition(arguments[0])
        pieces = tuple(map(self.whole, arguments))
        if name == "exp" and "e" not in self.names and not is_tall(pieces[0]) and weight(pieces[0]) <= _SHORT:
            return Raised(Symbol("e"), pieces[0])
        if name == "abs" and not _has_bars(pieces[0]):
            return Bars(pieces[0])
        return Applied(name, pieces)

    def condition(self, expr: Expr) -> Piece:
        """``step(a - b)`` as ``a > b``."""
        piece = self.whole(expr)
        if isinstance(piece, Total) and [negative for negative, _ in piece.terms] == [False, True]:
            return Condition(piece.terms[0][1], ">", piece.terms[1][1])
        if isinstance(piece, Total) and [negative for negative, _ in piece.terms] == [True]:
            return Condition(piece.terms[0][1], "<", Numeral(0))
        return Condition(piece, ">", Numeral(0))

    def delta(self, left: Index, right: Index) -> Piece:
        """``δ_ij``, or a condition where a variable is called δ or a position is fixed."""
        letters = isinstance(left, str) and isinstance(right, str)
        if letters and not any(name.startswith("\\delta") for name in self.names):
            return Kronecker(left, right)
        return Condition(_position(left), "=", _position(right))

    def partial(self, expr: Partial) -> Piece:
        """A derivative of a symbol as one fraction, of anything longer as an operator before brackets."""
        by, total = Symbol(expr.wrt, expr.indices), expr.mode == "total"
        match expr.body:
            case Var(name, indices) | Ref(name, indices):
                return Slope(Symbol(name, indices), (by,), total)
            case Partial() | Adjoint() as body if total and isinstance(inner := self.plain(body), Slope):
                # The order of the fraction is that of the operators: the last one to act stands first.
                if inner.of is not None and inner.through is None and _follows(body):
                    return Slope(inner.of, (by, *inner.by))
                return side_by_side(Slope(None, (by,), total), Bracketed(inner, "["))
            case body:
                operator = Slope(None, (by,), total)
                return side_by_side(operator, Bracketed(self.whole(body), "["))


def _has_bars(piece: Piece) -> bool:
    return isinstance(piece, Bars) or any(map(_has_bars, inside(piece)))


def _follows(expr: Expr) -> bool:
    """Whether a derivative is taken along all paths, as that of a loss always is."""
    return isinstance(expr, Adjoint) or (isinstance(expr, Partial) and expr.mode == "total")


def _position(index: Index) -> Piece:
    """An index on the line, as conditions have it."""
    if isinstance(index, int):
        return Numeral(index)
    return Symbol(index if isinstance(index, str) else index.size)
