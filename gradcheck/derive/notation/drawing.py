"""Arranged formulas as pictures of characters, by SymPy's pretty printer.

The printer picks a method by the class of what it prints, so it draws the pieces of an arrangement as it
draws its own expressions: nothing is evaluated or reordered.
"""

from __future__ import annotations

from typing import Any

from sympy.printing.pretty.pretty import PrettyPrinter
from sympy.printing.pretty.stringpict import prettyForm, stringPict

from gradcheck.derive.notation.glyphs import raised, shown
from gradcheck.derive.notation.pieces import (
    Applied,
    Bars,
    Bracketed,
    Condition,
    Factors,
    Kronecker,
    Numeral,
    Piece,
    Quotient,
    Radical,
    Raised,
    Slashed,
    Slope,
    Summation,
    Symbol,
    Total,
    Transposed,
    is_tall,
)

_FUNCTIONS = {"relu": "ReLU", "atan": "arctan"}
Picture = Any
"""A `prettyForm`: lines of characters and the one that stands level with its neighbours."""


class Terminal(PrettyPrinter):  # type: ignore[misc]
    """Draws pieces; with ``ascii`` in plain characters only."""

    def __init__(self, ascii: bool) -> None:
        super().__init__({"use_unicode": not ascii, "use_unicode_sqrt_char": False})
        self.ascii = ascii

    def draw(self, piece: Piece) -> Picture:
        """The picture of a piece."""
        return self._print(piece)

    def terms(self, total: Total) -> list[Picture]:
        """The terms of a sum, each with the sign before it."""
        pictures = []
        for k, (negative, piece) in enumerate(total.terms):
            first = ("- " if is_tall(piece) else "-") if negative else ""
            sign = first if not k else " - " if negative else " + "
            pictures.append(beside(sign, self.draw(piece)))
        return pictures

    def _print_Numeral(self, piece: Numeral) -> Picture:
        return prettyForm(piece.text)

    def _print_Slashed(self, piece: Slashed) -> Picture:
        return prettyForm(f"{piece.above}/{piece.below}")

    def _print_Symbol(self, piece: Symbol) -> Picture:
        return prettyForm(shown(piece.name, piece.indices, self.ascii))

    def _print_Total(self, piece: Total) -> Picture:
        return beside(*self.terms(piece))

    def _print_Factors(self, piece: Factors) -> Picture:
        signs = {"": " ", "·": " * " if self.ascii else "⋅", "⊙": " .* " if self.ascii else " ⊙ "}
        row = [self.draw(piece.factors[0])]
        for join, factor in zip(piece.joins, piece.factors[1:], strict=True):
            row += [signs[join], self.draw(factor)]
        return beside(*row)

    def _print_Quotient(self, piece: Quotient) -> Picture:
        above, below = self.draw(piece.above), self.draw(piece.below)
        return prettyForm(*stringPict.stack(above, stringPict.LINE, below))

    def _print_Radical(self, piece: Radical) -> Picture:
        return as_atom(self._print_nth_root(piece.radicand, piece.degree))

    def _print_Raised(self, piece: Raised) -> Picture:
        base = self.draw(piece.base)
        if base.height() == 1 and isinstance(piece.exponent, Numeral):
            return beside(base, raised(piece.exponent.text, self.ascii))
        return as_atom(base ** self.draw(piece.exponent))

    def _print_Applied(self, piece: Applied) -> Picture:
        name = _FUNCTIONS.get(piece.function, piece.function)
        head = name + (raised(str(piece.power), self.ascii) if piece.power != 1 else "")
        row: list[Picture | str] = []
        for argument in piece.arguments:
            row += [", ", self.draw(argument)]
        return beside(head, enclosed(beside(*row[1:]), "(", ")"))

    def _print_Bars(self, piece: Bars) -> Picture:
        once = enclosed(self.draw(piece.body), "|", "|")
        return enclosed(once, "|", "|") if piece.double else once

    def _print_Summation(self, piece: Summation) -> Picture:
        body = self.draw(piece.body)
        sign = self._sum_sign(body.height())
        level = sign.height() // 2
        bound = shown(piece.index, (), self.ascii)
        if piece.size is not None:
            upper = self.draw(piece.size)
            level += upper.height()
            sign = prettyForm(*sign.above(upper))
            bound += " = 1"
        sign = prettyForm(*sign.below(prettyForm(bound)))
        sign.baseline = level
        return beside(sign, " ", body)

    def _sum_sign(self, height: int) -> Picture:
        """A sum sign at least as high as what it sums."""
        half = max(1, (height + 1) // 2)
        down, up = ("\\", "/") if self.ascii else ("╲", "╱")
        width = max(3, half + 1)
        falling = [(" " * k + down).ljust(width) for k in range(half)]
        rising = [(" " * k + up).ljust(width) for k in reversed(range(half))]
        if self.ascii:
            rising[-1] = up + "_" * (width - 1)
            return prettyForm("\n".join(["_" * width, *falling, *rising]))
        return prettyForm("\n".join(["_" * width, *falling, *rising, "‾" * width]))

    def _print_Slope(self, piece: Slope) -> Picture:
        sign = "d" if self.ascii or (piece.total and len(piece.by) == 1) else "∂"
        above: list[Picture | str] = [sign]
        if len(piece.by) > 1:
            above.append(raised(str(len(piece.by)), self.ascii))
        if piece.of is not None:
            above.append(self.draw(piece.of))
        if piece.through is not None:
            above.append(enclosed(self.draw(piece.through), "(", ")"))
        below: list[Picture | str] = []
        for k, variable in enumerate(piece.by):
            below += [f" {sign}" if k else sign, self.draw(variable)]
        return prettyForm(*stringPict.stack(beside(*above), stringPict.LINE, beside(*below)))

    def _print_Kronecker(self, piece: Kronecker) -> Picture:
        return prettyForm(shown("\\delta", (piece.left, piece.right), self.ascii))

    def _print_Condition(self, piece: Condition) -> Picture:
        return enclosed(beside(self.draw(piece.left), f" {piece.sign} ", self.draw(piece.right)), "[", "]")

    def _print_Bracketed(self, piece: Bracketed) -> Picture:
        return enclosed(self.draw(piece.body), piece.opener, "]" if piece.opener == "[" else ")")

    def _print_Transposed(self, piece: Transposed) -> Picture:
        body = self.draw(piece.body)
        if body.height() == 1:
            return beside(body, "^T" if self.ascii else "ᵀ")
        return as_atom(body ** prettyForm("T"))


def beside(*pictures: Picture | str) -> Picture:
    """Pictures in a row, level with each other."""
    return prettyForm(*stringPict.next(*pictures))


def enclosed(picture: Picture, left: str, right: str) -> Picture:
    """A picture in brackets of its height."""
    return prettyForm(*picture.parens(left, right))


def as_atom(picture: Picture) -> Picture:
    """A picture that SymPy puts no brackets of its own around."""
    picture.binding = prettyForm.ATOM
    return picture
