"""Whole arrays and their products: what stands in a row, what is transposed, what multiplies entries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from gradcheck.derive.notation.assembling import bracketed, exponent_of, is_sum
from gradcheck.derive.notation.pieces import (
    Applied,
    Bars,
    Bracketed,
    Condition,
    Factors,
    Numeral,
    Piece,
    Radical,
    Raised,
    Symbol,
    Transposed,
    side_by_side,
)

ONES = Symbol("\\mathbf{1}")


class NoMatrixForm(Exception):
    """A formula without a conventional spelling in whole arrays."""


@dataclass(frozen=True, slots=True)
class Array:
    """A scalar, a column vector or a matrix; ``axes`` are the indices that its entries have, in order."""

    piece: Piece
    axes: tuple[str, ...] = ()

    def along(self, axes: Sequence[str]) -> Piece:
        """The array with its axes in this order."""
        if self.axes == tuple(axes):
            return self.piece
        if len(axes) == 2 and self.axes == (axes[1], axes[0]):
            return transposed(self.piece)
        raise NoMatrixForm


def transposed(piece: Piece) -> Piece:
    """The transpose; of a transpose, the array itself."""
    match piece:
        case MatrixProduct(factors):
            return matrix_product([transposed(_bare(f)) for f in reversed(factors)])
        case Transposed(Bracketed(body)) | Transposed(body):
            return body
        case Symbol(name) if not set("^'") & set(name):
            return Transposed(piece)
        case _:
            return Transposed(bracketed(piece))


@dataclass(frozen=True, slots=True)
class MatrixProduct(Factors):
    """Matrices alone in a row, no scalar among them: it is transposed factor by factor."""


def matrix_product(pieces: Sequence[Piece]) -> Piece:
    """Matrices in a row."""
    row = in_a_row(*pieces)
    return MatrixProduct(row.factors, row.joins) if isinstance(row, Factors) else row


def _bare(piece: Piece) -> Piece:
    """A diagonal matrix as it is, being its own transpose; anything else without the brackets around it."""
    return piece.body if isinstance(piece, Bracketed) else piece


def in_a_row(*pieces: Piece) -> Piece:
    """A product of matrices and vectors; products among the factors are opened."""
    factors: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Factors) and "⊙" not in piece.joins:
            factors += piece.factors
        else:
            factors.append(bracketed(piece) if is_sum(piece) or isinstance(piece, Factors) else piece)
    if len(factors) < 2:
        return side_by_side(*factors)
    row = tuple(map(_no_mask, factors))
    return Factors(row, tuple("·" if _is_indicator(a, b) else "" for a, b in pairwise(row)))


def _is_indicator(left: Piece, right: Piece) -> bool:
    """Whether a vector of ones before a bracket looks like an indicator of what the bracket says."""
    right = right.body if isinstance(right, Transposed) else right
    return left == ONES and isinstance(right, Bracketed)


def _no_mask(piece: Piece) -> Piece:
    """A condition in brackets: bare among factors, it is taken for a mask on every entry."""
    return bracketed(piece) if isinstance(piece, Condition) else piece


def entrywise(pieces: Sequence[Piece]) -> Piece:
    """Arrays of one shape multiplied entry by entry."""
    if len(pieces) == 1:
        return pieces[0]
    wrapped = tuple(bracketed(p) if is_sum(p) or isinstance(p, Factors) else p for p in pieces)
    return Factors(wrapped, ("⊙",) * (len(wrapped) - 1))


def scaled(scalar: Piece, array: Piece) -> Piece:
    """A scalar before an array."""
    wrapped = bracketed(array) if is_sum(array) else array
    scalar = bracketed(scalar) if is_sum(scalar) else scalar
    front = scalar.factors if isinstance(scalar, Factors) else (scalar,)
    signs = scalar.joins if isinstance(scalar, Factors) else ()
    back = wrapped.factors if isinstance(wrapped, Factors) else (wrapped,)
    inner = wrapped.joins if isinstance(wrapped, Factors) else ()
    joint = side_by_side(front[-1], back[0])
    assert isinstance(joint, Factors)
    return Factors(tuple(map(_no_mask, (*front, *back))), (*signs, *joint.joins, *inner))


def powers(piece: Piece, exponent: Fraction) -> tuple[Piece, ...]:
    """A power of every entry: the array as often as the exponent says, or a root."""
    if exponent == Fraction(1, 2):
        return (Radical(piece),)
    if exponent.denominator != 1 or exponent > 3:
        raise NoMatrixForm
    return (piece,) * exponent.numerator


def scalar_power(piece: Piece, exponent: Fraction) -> Piece:
    if exponent == 1:
        return piece
    if exponent.numerator == 1:
        return Radical(piece, exponent.denominator)
    if isinstance(piece, Applied) and piece.power == exponent.denominator == 1:
        return Applied(piece.function, piece.arguments, exponent.numerator)
    simple = isinstance(piece, Symbol) and not set("^'") & set(piece.name)
    base = piece if simple or isinstance(piece, Bars) else bracketed(piece)
    return Raised(base, exponent_of(exponent))


def with_scalars(scalar: Piece, numbers: list[Piece], array: Array | None) -> Array:
    """A scalar and the numbers that sums of arrays make, before an array or alone."""
    if array is None and len(numbers) == 1:
        array = Array(numbers.pop())
    if numbers:
        row = side_by_side(*(bracketed(p) if isinstance(p, Factors) else p for p in numbers))
        scalar = row if scalar == Numeral(1) else scaled(scalar, row)
    if array is None:
        return Array(scalar)
    return array if scalar == Numeral(1) else Array(scaled(scalar, array.piece), array.axes)
