r"""LaTeX on one line of text, in Unicode or in ASCII: for names, gradients and products of matrices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gradcheck.derive.printing.symbols import ACCENTS, FONTS, accented, printable, script, sign, styled

Place = Literal["line", "sub", "super"]

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_SILENT = frozenset((r"\left", r"\right", r"\,", r"\;", r"\!", r"\displaystyle", "{", "}"))
_SEVERAL = re.compile(r"[\s+*/·⊙−-]")


@dataclass(frozen=True)
class Piece:
    """A stretch of text on the line, below it or above it."""

    text: str
    place: Place = "line"


def pieces(name: str) -> tuple[Piece, ...]:
    r"""What a name looks like.

    >>> pieces(r"\hat{\sigma}_{B}^{2}")
    (Piece(text='σ̂', place='line'), Piece(text='B', place='sub'), Piece(text='2', place='super'))
    """
    found = _Reader(_TOKEN.findall(printable(name)), ascii=False).pieces()
    return tuple(piece for piece in found if piece.text)


def linear(latex: str, ascii: bool = False) -> str:
    r"""A formula on one line.

    >>> linear(r"\frac{\partial L}{\partial \hat{x}} = X^{\top} \left( \gamma \odot W_{xh} \right)")
    '∂L/∂x̂ = Xᵀ (γ ⊙ Wₓₕ)'
    >>> linear(r"\sigma^{2} = \frac{1}{m} \sqrt{a + b}", ascii=True)
    'sigma^2 = 1/m sqrt(a + b)'
    """
    line = _Reader(_TOKEN.findall(printable(latex)), ascii).line()
    return re.sub(r"(?<=\() | (?=\))", "", " ".join(line.split()))


class _Reader:
    """Reads the tokens of a formula from left to right."""

    def __init__(self, tokens: list[str], ascii: bool) -> None:
        self._rest, self._ascii = tokens[::-1], ascii

    def line(self) -> str:
        """Everything on one line."""
        return "".join(
            p.text if p.place == "line" else script(p.text, p.place, self._ascii) for p in self.pieces()
        )

    def pieces(self) -> Iterator[Piece]:
        """The stretches that stand alike."""
        text = ""
        while self._rest:
            token = self._rest.pop()
            if token in ("_", "^"):
                yield Piece(text)
                text = ""
                yield Piece(self._argument().strip(), "sub" if token == "_" else "super")
            else:
                text += self._of(token)
        yield Piece(text)

    def _of(self, token: str) -> str:
        """What a token that begins no script looks like, with its arguments."""
        if token in _SILENT:
            return ""
        if not token.startswith("\\"):
            return sign("prime", self._ascii) if token == "'" else " " if token.isspace() else token
        command = token[1:]
        if command in ACCENTS:
            return accented(self._argument(), command, self._ascii)
        if command in FONTS:
            letters = self._argument()
            return letters if self._ascii else "".join(styled(c, FONTS[command]) for c in letters)
        if command in ("frac", "tfrac", "dfrac"):
            return f"{_one(self._argument())}/{_one(self._argument())}"
        if command == "sqrt":
            return f"sqrt({self._argument()})" if self._ascii else f"√{_one(self._argument())}"
        if self._rest[-1:] == ["{"]:
            return self._argument()
        if command == "partial":
            self._skip_space()
        return sign(command, self._ascii)

    def _argument(self) -> str:
        """The argument of a command: a group in braces, or one token."""
        self._skip_space()
        if self._rest[-1:] != ["{"]:
            return self._of(self._rest.pop()) if self._rest else ""
        depth, taken = 0, list[str]()
        while self._rest:
            token = self._rest.pop()
            depth += (token == "{") - (token == "}")
            taken.append(token)
            if not depth:
                break
        return _Reader(taken[1:-1], self._ascii).line()

    def _skip_space(self) -> None:
        while self._rest and self._rest[-1].isspace():
            self._rest.pop()


def _one(text: str) -> str:
    """A text as one factor."""
    return f"({text})" if _SEVERAL.search(text.strip()) else text.strip()
