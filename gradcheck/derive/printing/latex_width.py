r"""About how wide LaTeX sets a formula, which decides what stands beside it and in which size."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[^\s]")
_SCRIPT = 0.7
_TRANSPARENT = frozenset(
    "text textrm mathrm operatorname mathbf mathcal mathbb hat bar tilde vec dot boldsymbol".split()
)
_FUNCTIONS = frozenset("exp log sin cos tan sinh cosh tanh arctan max min".split())
_SPACED = frozenset(("=", "+", "-", r"\cdot", r"\odot", r"\in", ">", "<"))
_NOTHING = frozenset(("\\left", "\\right", "&", "{", "}", r"\displaystyle", r"\,", r"\!"))


def width(latex: str) -> float:
    r"""The width in letters: a fraction is as wide as its wider part, a script smaller than the line.

    >>> width("a b"), width(r"\frac{a}{b c}"), width("x^{2}"), width(r"\sqrt{a} + b"), width(r"\log a")
    (2.0, 2.5, 1.7, 5.0, 4.5)
    """
    return round(_Reader(latex).width(), 3)


class _Reader:
    def __init__(self, latex: str) -> None:
        self._tokens: list[str] = _TOKEN.findall(latex)
        self._at = 0

    def width(self, closing: str = "") -> float:
        """The width of what follows, up to and with the closing token."""
        total, scripts = 0.0, 0.0
        while self._at < len(self._tokens):
            token = self._next()
            if token == closing:
                break
            if token in ("_", "^"):  # the two scripts of one letter stand above each other
                scripts = max(scripts, _SCRIPT * self._argument())
                continue
            total += scripts + self._of(token)
            scripts = 0.0
        return total + scripts

    def _of(self, token: str) -> float:
        if token == "{":
            return self.width("}")
        if token in (r"\frac", r"\tfrac", r"\dfrac"):
            return max(self._argument(), self._argument()) + 0.5
        if token == r"\sqrt":
            return self._argument() + 1
        if token.startswith("\\") and token[1:] in _TRANSPARENT:
            return self._argument()
        if token in _NOTHING:
            return 0
        if token.startswith("\\") and token[1:] in ("sum", "prod", "int"):
            return 2
        if token.startswith("\\") and token[1:] in _FUNCTIONS:
            return len(token) - 0.5  # its letters, and a little space before them
        if token in _SPACED:
            return 2
        return 1

    def _argument(self) -> float:
        return self._of(self._next()) if self._at < len(self._tokens) else 0

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]
