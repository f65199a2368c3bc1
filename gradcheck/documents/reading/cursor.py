"""A place in a run of tokens: looking, stepping, and taking what is not read yet.

`Cursor` also names what every part of the grammar may ask of the whole: a sum, a product,
a factor. The parts (``parse_*.py``) are functions of a cursor; `parser.Parser` joins them.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal, Token
from gradcheck.documents.reading.vocabulary import CLOSERS, COMPARISONS, JOINS

_END = Token("end", "", 0, 0)


@dataclass(frozen=True, slots=True)
class Note:
    """Something malformed that was read all the same."""

    code: str
    message: str
    start: int
    end: int


class Cursor(ABC):
    """Steps along one run of tokens; ``notes`` collects what was read charitably."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.notes: list[Note] = []
        self.bars: list[str] = []

    @abstractmethod
    def whole(self) -> s.Syntax:
        """The tokens as one expression, to the last one."""

    @abstractmethod
    def total(self) -> s.Syntax:
        """A sum of terms."""

    @abstractmethod
    def product(self) -> s.Syntax:
        """Factors, joined by signs or standing side by side."""

    @abstractmethod
    def factor(self) -> s.Syntax:
        """A quantity with its scripts, or an operator with what it acts on."""

    @abstractmethod
    def signed_factor(self) -> s.Syntax:
        """A factor after ``·``, which may carry its own minus."""

    @abstractmethod
    def primary(self) -> s.Syntax:
        """A quantity without its scripts."""

    def peek(self, ahead: int = 0) -> Token:
        k = self.at + ahead
        return self.tokens[k] if k < len(self.tokens) else _END

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def refuse(self, reason: str, token: Token | None = None) -> Refusal:
        token = token or (self.peek() if not self.done() else self.tokens[-1] if self.tokens else _END)
        return Refusal(reason, token.start, token.end)

    def note(self, code: str, message: str, token: Token) -> None:
        self.notes.append(Note(code, message, token.start, token.end))

    def raw_argument(self) -> list[Token]:
        """The tokens of an argument, unread."""
        if self.done():
            raise self.refuse("the formula ends where an argument was expected")
        self.split_number()
        if not self.peek().is_("{"):
            return [self.next()]
        start = self.at
        end = self.matching(start)
        self.at = end + 1
        return list(self.tokens[start + 1 : end])

    def split_number(self) -> None:
        """TeX takes one digit where an argument has no braces: ``\\frac12``."""
        token = self.peek()
        if token.kind == "number" and len(token.value) > 1:
            digit = Token("number", token.value[0], token.start, token.start + 1)
            rest = Token("number", token.value[1:], token.start + 1, token.end)
            self.tokens = [*self.tokens[: self.at], digit, rest, *self.tokens[self.at + 1 :]]

    def matching(self, start: int) -> int:
        """The position of the brace that closes the one at ``start``."""
        depth = 0
        for k in range(start, len(self.tokens)):
            depth += self.tokens[k].is_("{") - self.tokens[k].is_("}")
            if depth == 0:
                return k
        raise Refusal("this brace is never closed", self.tokens[start].start, self.tokens[start].end)

    @property
    def last_end(self) -> int:
        """Where the token before this place ends in the source."""
        return self.tokens[self.at - 1].end

    def starts_factor(self) -> bool:
        token = self.peek()
        if token.kind in ("end", "space", "label"):
            return False
        if token.kind in ("number", "text"):
            return True
        if token.is_("|", "\\|"):
            return token.value not in self.bars
        return not (
            token.value in JOINS
            or token.value in COMPARISONS
            or token.value in CLOSERS
            or token.is_("+", "-", ",", ";", "}", "&", "\\\\", "^", "_", "'", "!", ".", ":")
            or token.value in ("\\end", "\\Rightarrow", "\\cdots", "\\rightarrow", "\\over")
        )

    def fresh(self, tokens: Sequence[Token]) -> Self:
        """A reader of other tokens, which shares nothing with this one."""
        return type(self)(tokens)

    def within(self, tokens: list[Token]) -> s.Syntax:
        """``tokens`` read as one whole expression inside this one."""
        if not tokens:
            raise self.refuse("nothing stands here", self.peek(-1) if self.at else None)
        inner = self.fresh(tokens)
        inner.depth = self.depth + 1
        tree = inner.whole()
        self.notes += inner.notes
        return tree


def split(tokens: Sequence[Token], separator: str) -> list[list[Token]]:
    """``tokens`` cut at a separator outside braces and environments."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.is_("{", "\\begin") - token.is_("}", "\\end")
        if depth == 0 and token.is_(separator):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def spelled(tokens: Sequence[Token]) -> str:
    """The tokens as they are written, without gaps."""
    return "".join(t.value for t in tokens if t.kind != "space")
