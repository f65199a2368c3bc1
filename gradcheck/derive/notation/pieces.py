"""The pieces of a formula as it is laid out: what stands over what, and where brackets and signs are.

An arranged formula says nothing about how it is drawn: `latex` writes it down for TeX, `pretty` for a
terminal. Brackets are pieces themselves, so whoever draws need not know about precedence.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import count, pairwise

from gradcheck.algebra.expr import Index


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in digits, 0 or more: a whole one, or one whose digits behind the point end."""

    value: Fraction | int

    @property
    def text(self) -> str:
        """The digits.

        >>> Numeral(Fraction(8943, 200000)).text
        '0.044715'
        """
        if isinstance(self.value, int) or self.value.denominator == 1:
            return str(self.value)
        places = next(k for k in count(1) if 10**k % self.value.denominator == 0)
        digits = str(self.value * 10**places).rjust(places + 1, "0")
        return f"{digits[:-places]}.{digits[-places:]}"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A quantity, a size or a constant by its name, with indices."""

    name: str
    indices: tuple[Index, ...] = ()


@dataclass(frozen=True, slots=True)
class Total:
    """Terms, each with whether it is subtracted."""

    terms: tuple[tuple[bool, Piece], ...]


@dataclass(frozen=True, slots=True)
class Factors:
    """Factors side by side; ``joins[k]`` stands behind factor ``k``: nothing, ``·`` or ``⊙``."""

    factors: tuple[Piece, ...]
    joins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Quotient:
    """A fraction with its line."""

    above: Piece
    below: Piece


@dataclass(frozen=True, slots=True)
class Slashed:
    """A fraction on one line, for exponents."""

    above: int
    below: int


@dataclass(frozen=True, slots=True)
class Radical:
    """A root of some degree."""

    radicand: Piece
    degree: int = 2


@dataclass(frozen=True, slots=True)
class Raised:
    """A power."""

    base: Piece
    exponent: Piece


@dataclass(frozen=True, slots=True)
class Applied:
    """A function by its name, perhaps to a power, of arguments in brackets."""

    function: str
    arguments: tuple[Piece, ...]
    power: int = 1


@dataclass(frozen=True, slots=True)
class Bars:
    """An absolute value; with ``double`` a norm, ``mark`` says which."""

    body: Piece
    double: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Summation:
    """A sum over an index; ``size`` is None where nothing names how far it runs."""

    index: str
    size: Symbol | None
    body: Piece


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative: of a quantity, or of the bracket that follows where ``of`` is None."""

    of: Piece | None
    by: tuple[Symbol, ...]
    total: bool = False
    through: Symbol | None = None


@dataclass(frozen=True, slots=True)
class Kronecker:
    """Kronecker's delta."""

    left: Index
    right: Index


@dataclass(frozen=True, slots=True)
class Condition:
    """1 where a comparison holds, else 0."""

    left: Piece
    sign: str
    right: Piece


@dataclass(frozen=True, slots=True)
class Bracketed:
    """Brackets around a piece, ``(`` or ``[``."""

    body: Piece
    opener: str = "("


@dataclass(frozen=True, slots=True)
class Transposed:
    """A transposed array."""

    body: Piece


Piece = (
    Numeral | Symbol | Total | Factors | Quotient | Slashed | Radical | Raised | Applied | Bars
    | Summation | Slope | Kronecker | Condition | Bracketed | Transposed
)  # fmt: skip


def inside(piece: Piece) -> tuple[Piece, ...]:
    """The pieces that a piece is made of, exponents included."""
    match piece:
        case Total(terms):
            return tuple(term for _, term in terms)
        case Factors(factors):
            return factors
        case Quotient(above, below):
            return (above, below)
        case Raised(base, exponent):
            return (base, exponent)
        case Applied(_, arguments):
            return arguments
        case Condition(left, _, right):
            return (left, right)
        case Radical(body) | Bars(body) | Summation(_, _, body) | Bracketed(body) | Transposed(body):
            return (body,)
        case _:
            return ()


def is_tall(piece: Piece) -> bool:
    """Whether a piece is more than one line high."""
    if isinstance(piece, (Quotient, Summation, Slope)):
        return True
    parts = (piece.base,) if isinstance(piece, Raised) else inside(piece)
    return any(map(is_tall, parts))


def weight(piece: Piece) -> int:
    """How many symbols and numbers a piece shows."""
    return sum(map(weight, inside(piece))) or 1


def side_by_side(*factors: Piece) -> Piece:
    """A product without signs, but for a dot where two neighbours would be read as something else."""
    if len(factors) == 1:
        return factors[0]
    joins = tuple("·" if _run_together(a, b) else "" for a, b in pairwise(factors))
    return Factors(factors, joins)


def _run_together(left: Piece, right: Piece) -> bool:
    """``2 3`` would be a number, and ``f (x)`` a function of x."""
    if _begins_with_digit(right):
        return True
    return isinstance(left, Symbol) and not left.indices and isinstance(right, Bracketed)


def _begins_with_digit(piece: Piece) -> bool:
    if isinstance(piece, Raised):
        return _begins_with_digit(piece.base)
    return isinstance(piece, (Numeral, Slashed)) or (isinstance(piece, Symbol) and piece.name[:1].isdigit())
