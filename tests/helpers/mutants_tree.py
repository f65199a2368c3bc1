"""A small reader of LaTeX formulas of its own: rows of items with the stretch of text each stands on.

It knows brackets, scripts, fractions, roots, sums and environments, and nothing of their meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

GAP = re.compile(
    r"(?:\s+|%[^\n]*\n|~|&|\\\\|\\(?:[,;:!>\s]|(?:quad|qquad|displaystyle|textstyle|limits|nolimits|nonumber"
    r"|notag|hfill|thinspace|allowbreak)(?![A-Za-z])))+"
)
SIZE = re.compile(r"\\(?:left|right|middle|[bB]igg?[lrm]?)(?![A-Za-z])\s*")
WORD = re.compile(
    r"\\[A-Za-z]+\*?|\\.|(?:exp|log|tanh|relu|ReLU|sigmoid|softmax|max|min)(?=\s*\()|\d+(?:\.\d+)?|.", re.S
)
CLOSING = {"(": ")", "[": "]", r"\{": r"\}", r"\langle": r"\rangle", r"\lbrace": r"\rbrace"}
BARS = ("|", r"\|", r"\lVert", r"\rVert", r"\lvert", r"\rvert")
PRODUCTS = frozenset(r"\cdot \times \odot \circ * /".split())
OPERATORS = PRODUCTS | frozenset(
    r"+ - − , ; : = < > ! \neq \ne \leq \le \geq \ge \in \forall \to \cdots \ldots \dots".split()
)
ORDER = frozenset(r"< > \leq \le \geq \ge \leqslant \geqslant".split())
ACCENTS = frozenset(r"\hat \widehat \bar \overline \tilde \vec \dot".split())
FONTS = frozenset(
    r"\mathbf \boldsymbol \bm \mathrm \mathcal \mathbb \mathit \operatorname \text \textrm".split()
)
FUNCTIONS = frozenset(
    r"\exp \log \ln \tanh \sinh \cosh \sin \cos \max \min exp log tanh relu ReLU sigmoid softmax".split()
)
WORDS = frozenset("relu sigmoid softmax tanh exp log softplus sign max min erf tr diag".split())
CALLED = frozenset(r"\sigma \phi \Phi \psi f g".split())
"""Symbols that are functions where a bracket follows."""
BIG = frozenset(r"\sum \prod ∑".split())
GREEK = frozenset(
    r"""\alpha \beta \gamma \delta \epsilon \varepsilon \zeta \eta \theta \kappa \lambda \mu \nu \xi \pi \rho
    \sigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Phi \Psi
    \Omega \ell \partial \nabla \top \prime \star \infty \vdots \ddots""".split()
)


@dataclass(frozen=True)
class Row:
    """Items side by side; ``start … end`` is all that stands between the braces or brackets."""

    items: tuple[Item, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Item:
    """One thing of a row: ``word`` is its command or character, ``rows`` are its arguments.

    ``start … core_end`` leaves the scripts out, ``start … end`` includes them; ``sub_at`` and ``sup_at``
    are the stretches of the scripts with their ``_`` and ``^``.
    """

    kind: str
    word: str
    start: int
    core_end: int
    end: int
    rows: tuple[Row, ...] = ()
    sub: Row | None = None
    sup: Row | None = None
    sub_at: tuple[int, int] = (0, 0)
    sup_at: tuple[int, int] = (0, 0)


def read(text: str, start: int = 0, end: int | None = None) -> Row:
    """The row that ``text[start:end]`` is; what does not close is read as if it did."""
    return _Reader(text, start, len(text) if end is None else end).row(())


class _Reader:
    """Reads from left to right; ``at`` is the next character."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.at, self.stop = text, start, end

    def word(self) -> str:
        """The next word, not taken; empty at the end."""
        gap = GAP.match(self.text, self.at, self.stop)
        self.at = gap.end() if gap else self.at
        size = SIZE.match(self.text, self.at, self.stop)
        found = WORD.match(self.text, size.end() if size else self.at, self.stop)
        return found.group() if found else ""

    def take(self) -> str:
        word = self.word()
        size = SIZE.match(self.text, self.at, self.stop)
        self.at = (size.end() if size else self.at) + len(word)
        return word

    def row(self, closers: tuple[str, ...]) -> Row:
        """Items up to a closer, which is left."""
        start, items = self.at, list[Item]()
        while (word := self.word()) and word not in closers:
            if word in ("_", "^") and items:
                items[-1] = self.script(items[-1], word)
            elif word == "'" and items:
                self.take()
                items[-1] = replace(items[-1], core_end=self.at, end=self.at)
            else:
                items.append(self.item())
        return Row(tuple(items), start, self.at)

    def script(self, base: Item, mark: str) -> Item:
        start = self.at
        self.take()
        row = self.argument()
        if mark == "_":
            return replace(base, end=self.at, sub=row, sub_at=(start, self.at))
        return replace(base, end=self.at, sup=row, sup_at=(start, self.at))

    def item(self) -> Item:
        self.word()
        start = self.at
        word = self.take()
        kind, rows = "name", tuple[Row, ...]()
        if word == "{":
            kind, rows = "brace", (self.inside("}"),)
        elif word in CLOSING:
            kind, rows = "bracket", (self.inside(CLOSING[word], "."),)
        elif word in BARS and self.closes_again():
            kind, rows = "bars", (self.inside(*BARS),)
        elif word in (r"\frac", r"\dfrac", r"\tfrac"):
            kind, rows = "frac", (self.argument(), self.argument())
        elif word == r"\sqrt":
            kind, rows = "root", (self.argument(),)
        elif word == r"\begin":
            kind, rows = "environment", self.environment()
        elif word in ACCENTS or word in FONTS:
            kind, rows = "accent" if word in ACCENTS else "font", (self.argument(),)
            if word in FONTS and self.text[rows[0].start : rows[0].end].lower() in WORDS:
                kind = "function"
        elif word in FUNCTIONS:
            kind = "function"
        elif word in BIG:
            kind = "big"
        elif word in OPERATORS or word in BARS:
            kind = "operator"
        elif word[0].isdigit():
            kind = "number"
        elif word[0] == "\\" and word not in GREEK:
            kind, rows = "macro", self.groups()
        return Item(kind, word, start, self.at, self.at, rows)

    def inside(self, *closers: str) -> Row:
        row = self.row((*closers, "}") if "}" not in closers else closers)
        if self.word() in closers:
            self.take()
        return row

    def closes_again(self) -> bool:
        rest = self.text[self.at : self.stop]
        return any(bar in rest for bar in BARS)

    def argument(self) -> Row:
        """A group in braces, or one character or command."""
        word = self.word()
        if word == "{":
            self.take()
            return self.inside("}")
        start = self.at
        if word[:1].isdigit():
            self.at += 1
            return Row((Item("number", word[0], start, self.at, self.at),), start, self.at)
        return Row((self.item(),) if word else (), start, self.at)

    def groups(self) -> tuple[Row, ...]:
        rows = list[Row]()
        while self.text[self.at : self.at + 1] == "{" and self.at < self.stop:
            rows.append(self.argument())
        return tuple(rows)

    def environment(self) -> tuple[Row, ...]:
        """The cells of an environment; its name is the first argument."""
        rows = [self.argument()]
        found = re.compile(r"\s*&|\s*\\\\|\\end\s*\{[^}]*\}")
        inner, self_stop = self.at, self.stop
        while self.at < self_stop:
            end, depth = self.at, 0
            while end < self_stop:
                mark = found.match(self.text, end)
                if mark and (depth == 0 or mark.group().startswith(r"\end")):
                    break
                depth += {"{": 1, "}": -1}.get(self.text[end], 0)
                end += 1
            self.stop = end
            rows.append(self.row(()))
            self.at, self.stop = end, self_stop
            mark = found.match(self.text, end)
            self.at = mark.end() if mark else self_stop
            if mark is None or mark.group().startswith(r"\end"):
                break
        del inner
        return tuple(rows)
