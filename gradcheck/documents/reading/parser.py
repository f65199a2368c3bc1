"""From tokens to a syntax tree: a Pratt-style reader for the mathematics people write.

The reader does not know what symbols mean. It decides where things end: a sum takes the
rest of its product, a differential operator the bracket or the product after it. What is
malformed but clear is read and remarked on; what is not clear is a `Refusal`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor
from gradcheck.documents.reading.parse_brackets import (
    argument,
    bars,
    braced,
    braced_with_caption,
    bracketed,
    optional,
)
from gradcheck.documents.reading.parse_derivatives import fraction
from gradcheck.documents.reading.parse_environments import environment
from gradcheck.documents.reading.parse_functions import known_function
from gradcheck.documents.reading.parse_names import accented, named, styled, word
from gradcheck.documents.reading.parse_operators import nabla, operand, partial, slash_derivative
from gradcheck.documents.reading.parse_scripts import postfix
from gradcheck.documents.reading.parse_sums import big
from gradcheck.documents.reading.tokens import MAX_DEPTH, Refusal, Token
from gradcheck.documents.reading.vocabulary import (
    ACCENTS,
    CAPTIONED,
    FONTS,
    FUNCTIONS,
    JOINS,
    LETTERED,
    OPENERS,
    OUTSIDE,
    STACKED,
    SYMBOLS,
    WRAPPERS,
)


class Parser(Cursor):
    """Reads one run of tokens."""

    def whole(self) -> s.Syntax:
        """The tokens as one expression, to the last one."""
        if not self.tokens:
            raise Refusal("nothing stands here", 0, 0)
        tree = self.total()
        if not self.done():
            raise self.refuse(f"`{self.peek().value}` was not expected here")
        return tree

    def total(self) -> s.Syntax:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"brackets nested more than {MAX_DEPTH} deep")
        start = self.peek().start
        terms: list[tuple[int, s.Syntax]] = []
        sign = self._sign()
        while True:
            for piece_sign, piece in self._term():
                terms.append((sign * piece_sign, piece))
                sign = 1
            if not self.peek().is_("+", "-", "\\pm"):
                break
            sign = self._sign()
        self.depth -= 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return s.Total(start, terms[-1][1].end, tuple(terms))

    def _sign(self) -> int:
        sign = 1
        while self.peek().is_("+", "-"):
            sign *= -1 if self.next().value == "-" else 1
        if self.peek().is_("\\pm", "\\mp"):
            raise self.refuse("± stands for two formulas")
        return sign

    def _term(self) -> list[tuple[int, s.Syntax]]:
        """A product; dots inside it (``a ⋯ - b``) make terms of their own."""
        pieces: list[tuple[int, s.Syntax]] = []
        while True:
            if self.peek().is_("\\cdots", "\\vdots", "\\ddots"):
                token = self.next()
                pieces.append((1, s.Dots(token.start, token.end, token.value)))
            else:
                pieces.append((1, self.product()))
            if not self.peek().is_("\\cdots") and not (
                isinstance(pieces[-1][1], s.Dots) and self.starts_factor()
            ):
                return pieces

    def product(self) -> s.Syntax:
        factors, joins = [self.factor()], list[str]()
        while True:
            token = self.peek()
            if token.value in JOINS and token.kind != "text":
                self.next()
                if self.peek().is_("\\cdots"):
                    raise self.refuse("a product with ⋯ is not read")
                joins.append(token.value)
                factors.append(self.signed_factor())
                self._unambiguous(factors, token)
            elif self.starts_factor():
                joins.append("")
                factors.append(self.factor())
            else:
                break
        if len(factors) == 1:
            return factors[0]
        return s.Product(factors[0].start, factors[-1].end, tuple(factors), tuple(joins))

    def _unambiguous(self, factors: list[s.Syntax], join: Token) -> None:
        """``x/2y``: nobody knows whether y is below the line."""
        number = factors[-1]
        if join.value != "/" or not isinstance(number, s.Number) or isinstance(factors[-2], s.Number):
            return
        following = self.peek()
        touching = following.start == number.end and (
            following.kind == "command" or following.value.isalpha()
        )
        if (
            touching
            and following.value not in ("\\sum", "\\frac", "\\cdot", "\\times", "\\odot")
            and self.starts_factor()
        ):
            raise Refusal(
                "is this factor below the line or beside it? brackets would tell", number.start, following.end
            )

    def signed_factor(self) -> s.Syntax:
        """A factor after ``·``, which may carry its own minus."""
        start = self.peek().start
        if self.peek().is_("+", "-"):
            sign = self._sign()
            inner = self.factor()
            return inner if sign > 0 else s.Total(start, inner.end, ((-1, inner),))
        return self.factor()

    def factor(self) -> s.Syntax:
        token = self.peek()
        slash = slash_derivative(self)
        if slash is not None:
            return postfix(self, slash)
        if token.is_("\\sum", "\\prod"):
            return big(self)
        if token.is_("\\nabla"):
            return nabla(self)
        base = self.primary()
        if isinstance(base, s.Derivative) and base.of is None:
            return operand(self, base)
        return postfix(self, base)

    def primary(self) -> s.Syntax:
        token = self.next()
        if token.kind == "end":
            raise self.refuse("the formula ends where a quantity was expected")
        if token.kind == "number":
            if len(token.value) > 100:
                raise Refusal("a number of more than 100 digits", token.start, token.end)
            return s.Number(token.start, token.end, Fraction(token.value))
        if token.kind == "text":
            return named(self, token, f"\\text{{{token.value}}}", token.value)
        if token.value in OPENERS:
            return bracketed(self, token)
        if token.value == "{":
            inner = braced(self, token)
            return replace(inner, start=token.start, end=self.last_end)
        if token.value in ("|", "\\|"):
            return bars(self, token)
        if token.value == "?":
            while self.peek().is_("?"):
                self.next()
            return s.Placeholder(token.start, self.last_end)
        if token.kind == "command":
            return _READERS.get(token.value, _symbol)(self, token)
        if token.value.isalpha():
            return word(self, token) or s.Symbol(token.start, token.end, token.value)
        if token.value in "∗*#":
            raise Refusal(f"`{token.value}` is not a quantity", token.start, token.end)
        raise Refusal(f"`{token.value}` was not expected here", token.start, token.end)


def _symbol(parser: Cursor, token: Token) -> s.Syntax:
    value = token.value
    if value == "\\partial" and parser.peek().is_("_"):
        return partial(parser, token)
    if value in SYMBOLS:
        return s.Symbol(token.start, token.end, value)
    raise Refusal(f"the command `{value}` is not known here", token.start, token.end)


def _root(parser: Cursor, token: Token) -> s.Syntax:
    degree = optional(parser)
    radicand = argument(parser)
    return s.Root(token.start, parser.last_end, radicand, degree)


def _wrapped(parser: Cursor, token: Token) -> s.Syntax:
    return argument(parser)


def _stacked(parser: Cursor, token: Token) -> s.Syntax:
    parser.raw_argument()
    return argument(parser)


def _outside(parser: Cursor, token: Token) -> s.Syntax:
    raise Refusal(OUTSIDE[token.value], token.start, token.end)


_READERS: dict[str, Callable[[Cursor, Token], s.Syntax]] = {
    "\\frac": fraction,
    "\\sqrt": _root,
    "\\begin": environment,
    **dict.fromkeys(ACCENTS, accented),
    **dict.fromkeys(FONTS | LETTERED, styled),
    **dict.fromkeys(WRAPPERS, _wrapped),
    **dict.fromkeys(CAPTIONED, braced_with_caption),
    **dict.fromkeys(STACKED, _stacked),
    **dict.fromkeys(FUNCTIONS, known_function),
    **dict.fromkeys(OUTSIDE, _outside),
}
