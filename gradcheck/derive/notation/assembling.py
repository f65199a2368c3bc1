"""Signs, numbers, factors and divisors put together as one product around one fraction."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.derive.notation.pieces import (
    Bracketed,
    Factors,
    Numeral,
    Piece,
    Quotient,
    Raised,
    Slashed,
    Summation,
    Symbol,
    Total,
    inside,
    is_tall,
    side_by_side,
)

_DIGITS = 8
"""How many digits behind the point a number may have that is not written as a fraction."""


def put_together(value: Fraction, above: list[Piece], below: list[Piece], first_below: int) -> Piece:
    """A number, factors and divisors as one product; ``first_below`` counts the factors before them."""
    sums: list[Piece] = [p for p in above if isinstance(p, Summation)]
    others: list[Piece] = [p for p in above if not isinstance(p, Summation)]
    if len(sums) == 1 and any(map(_holds_sum, below)) and not any(map(is_tall, others)):
        taken, at = others + sums, 0
        others, sums = [], []
    else:
        taken, at = _taken(others, below, first_below)
        others = [p for p in others if not any(p is t for t in taken)]
    front = _fraction(value, taken, below)
    factors = [*others[:at], *front, *others[at:]]
    factors = [bracketed(p) if is_sum(p) and len(factors) + len(sums) > 1 else p for p in factors]
    factors += [bracketed(p) for p in sums[:-1]] + sums[-1:]
    return side_by_side(*factors) if factors else Numeral(1)


def _taken(above: list[Piece], below: list[Piece], first_below: int) -> tuple[list[Piece], int]:
    """The factors that go above the fraction line, and how many of the others stand before it."""
    flat = [p for p in above if not is_tall(p)]
    if not below:
        return [], 0
    plain = all(map(_is_coefficient, below))
    if plain and len(flat) < len(above):
        flat = [p for p in flat if isinstance(p, Symbol) and not p.indices]
    if plain:
        return flat, 0
    first = next((k for k, p in enumerate(above) if any(p is f for f in flat)), len(above))
    return flat, min(first, first_below)


def _fraction(value: Fraction, taken: list[Piece], below: list[Piece]) -> list[Piece]:
    """The number and the fraction that a product begins with, if any."""
    if not below:
        return [] if value == 1 else [number(value)]
    if decimal(value) is not None:
        return [number(value), Quotient(_in_line(taken), _in_line(below))]
    top = [*_unless_one(value.numerator), *taken]
    bottom = [*_unless_one(value.denominator), *below]
    if top and _begins_with_d(top[0]) and _begins_with_d(bottom[0]):
        # A fraction with a d on either side of its line is a derivative to every reader.
        return [top[0], Quotient(_in_line(top[1:]), _in_line(bottom))]
    return [Quotient(_in_line(top), _in_line(bottom))]


def _begins_with_d(piece: Piece) -> bool:
    if isinstance(piece, Factors):
        return _begins_with_d(piece.factors[0])
    return piece == Symbol("d")


def _unless_one(value: int) -> list[Piece]:
    return [] if value == 1 else [Numeral(value)]


def _in_line(factors: list[Piece]) -> Piece:
    """A product that stands alone above or below a fraction line."""
    if len(factors) < 2:
        return factors[0] if factors else Numeral(1)
    ordered = [p for p in factors if not isinstance(p, Summation)]
    sums = [p for p in factors if isinstance(p, Summation)]
    wrapped = [bracketed(p) if is_sum(p) else p for p in ordered]
    return side_by_side(*wrapped, *(bracketed(p) for p in sums[:-1]), *sums[-1:])


def _is_coefficient(piece: Piece) -> bool:
    """Whether a divisor is a quantity without indices, such as a size, perhaps to a power."""
    if isinstance(piece, Raised):
        return _is_coefficient(piece.base)
    return isinstance(piece, Numeral) or (isinstance(piece, Symbol) and not piece.indices)


def _holds_sum(piece: Piece) -> bool:
    return isinstance(piece, Summation) or any(map(_holds_sum, inside(piece)))


def is_sum(piece: Piece) -> bool:
    """Whether a piece is several terms, or one with a minus."""
    return isinstance(piece, Total)


def bracketed(piece: Piece) -> Piece:
    """``piece`` in round brackets, but not in two pairs of them."""
    return piece if isinstance(piece, Bracketed) else Bracketed(piece)


def exponent_of(value: Fraction) -> Piece:
    """A positive exponent, on one line."""
    return Numeral(value.numerator) if value.denominator == 1 else Slashed(value.numerator, value.denominator)


def number(value: Fraction) -> Piece:
    """A rational number that is not negative: a decimal where a fraction would hide what was written."""
    if value.denominator == 1:
        return Numeral(value.numerator)
    return decimal(value) or Quotient(Numeral(value.numerator), Numeral(value.denominator))


def decimal(value: Fraction) -> Numeral | None:
    """``value`` with digits behind a point if its denominator is large and there are few of them."""
    if value.denominator >= 25 and any(10**k % value.denominator == 0 for k in range(_DIGITS + 1)):
        return Numeral(value)
    return None
