"""Inputs with letters for sizes, such as ``normal(N, D)``, as the table of families holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import numpy as np

from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.sampling.symbols import DEFAULTS, MULTIPLES, SUMS, SYMBOLS, Sizes, bound, size_of

_WORD = re.compile(r"\b[A-Z]{1,2}[34]?\b")
_ARRAY = re.compile(r"(?P<kind>[a-z]+)\((?P<arguments>[^()]*)\)")
_LEADING = {"integers": 2}


@dataclass(frozen=True, slots=True)
class Template:
    """One input with letters for sizes. ``kind`` is that of an array, or empty for anything else."""

    text: str
    kind: str = ""
    leading: tuple[str, ...] = ()
    axes: tuple[str, ...] = ()

    @property
    def symbols(self) -> list[str]:
        """The independent letters in it."""
        words = [w for w in _WORD.findall(self.text) if w in SYMBOLS]
        parts = [SUMS.get(w) or (MULTIPLES[w][0] if w in MULTIPLES else w,) for w in words]
        return [symbol for group in parts for symbol in group]

    def filled(self, sizes: Sizes) -> Spec | Fixed:
        """The input at these sizes.

        >>> template("integers(0, D, N)").filled({"D": 3, "N": 4})
        integers(0, 3, 4)
        """
        return _parsed(_WORD.sub(lambda m: _filled_word(m[0], sizes), self.text))

    def sizes_from(self, value: Spec | Fixed, sizes: Sizes) -> dict[str, int] | None:
        """What a given value in the place of this template makes of the sizes, or None if it does not fit.

        >>> template("normal(N, D)").sizes_from(parse("normal(64, 32)"), {})
        {'N': 64, 'D': 32}
        >>> template("D").sizes_from(parse("32"), {})
        {'D': 32}
        """
        shape = shape_of(value)
        if shape is None or not self.kind:
            return self._sizes_from_literal(value, sizes)
        known = bound(self.axes, shape, sizes)
        high = value.settings["high"] if isinstance(value, Spec) and value.kind == "integers" else None
        if known is not None and high is not None and self.kind == "integers":
            return bound(self.leading[1:], (high,), known)
        return known

    def _sizes_from_literal(self, value: Spec | Fixed, sizes: Sizes) -> dict[str, int] | None:
        found = value.value if isinstance(value, Fixed) else None
        if type(found) is int and self.text in DEFAULTS:
            return bound((self.text,), (found,), sizes)
        if isinstance(found, tuple) and self.text.startswith("("):
            return bound(tuple(re.findall(r"\w+", self.text)), found, sizes)
        return dict(sizes)


@cache
def template(text: str) -> Template:
    """The template of a text."""
    found = _ARRAY.fullmatch(text)
    if not found:
        return Template(text)
    tokens = [t.strip() for t in found["arguments"].split(",") if t.strip() and "=" not in t]
    leading = _LEADING.get(found["kind"], 0)
    return Template(text, found["kind"], tuple(tokens[:leading]), tuple(tokens[leading:]))


@cache
def templates(text: str) -> tuple[Template, ...]:
    """The alternatives of one cell of the table, most plausible first: ``normal(M) | normal(1, M)``."""
    return tuple(template(part.strip()) for part in text.split("|"))


def shape_of(value: Spec | Fixed) -> tuple[int, ...] | None:
    """The shape of an input that is an array, None for all others.

    >>> shape_of(parse("spd(4)")), shape_of(parse("3"))
    ((4, 4), None)
    """
    if isinstance(value, Spec):
        return value.array_shape
    return tuple(value.value.shape) if isinstance(value.value, np.ndarray) else None


@cache
def _parsed(text: str) -> Spec | Fixed:
    return parse(text)


def _filled_word(word: str, sizes: Sizes) -> str:
    return str(size_of(word, sizes)) if word in SYMBOLS else word
