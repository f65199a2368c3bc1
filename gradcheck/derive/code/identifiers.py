"""Python names for the names that formulas use: x̂ is x_hat, σ_B² is sigma_b_sq, W_{xh} is w_xh."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[A-Za-z]+|\d+|[{}_^']|.", re.DOTALL)
_STYLES = frozenset(
    "mathbf boldsymbol bm mathrm mathcal mathbb mathsf mathit mathfrak text textbf textit textrm operatorname"
    " symbf pmb left right displaystyle limits".split()
)
_ACCENTS = {
    "widehat": "hat",
    "widetilde": "tilde",
    "overline": "bar",
    "underline": "low",
    "overrightarrow": "vec",
}
_MARKS = frozenset("hat tilde bar dot ddot vec check breve acute grave".split())
_SIGNS = {"'": "prime", "*": "star", "+": "plus", "-": "minus", "ast": "star", "top": "t", "prime": "prime"}
_TAKEN = frozenset(
    [*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "np", "math", "torch", "ctx", "cache"]
)


def identifier(name: str) -> str:
    r"""The Python name of a name in a formula.

    >>> [identifier(n) for n in (r"\hat{x}", r"\sigma_{B}^{2}", "W_{xh}", r"\mathbf{h}_{t-1}", "c'", "γ")]
    ['x_hat', 'sigma_b_sq', 'w_xh', 'h_t_minus_1', 'c_prime', 'gamma']
    """
    words = [w for w in _words(_TOKEN.findall(name)) if w]
    found = re.sub(r"_+", "_", "_".join(words)).strip("_").lower()
    return f"v_{found}" if not found or found[0].isdigit() else found


def _words(tokens: list[str]) -> list[str]:
    """The words of a name in order; an accent comes after what it stands on."""
    words: list[str] = []
    place = 0
    while place < len(tokens):
        token = tokens[place]
        bare = token.removeprefix("\\")
        accent = _ACCENTS.get(bare, bare)
        if token.startswith("\\") and accent in _MARKS:
            group, place = _group(tokens, place + 1)
            words += [*_words(group), accent]
        elif token == "^" and (power := _group(tokens, place + 1))[0] == ["2"]:
            words.append("sq")
            place = power[1]
        else:
            if not (token.startswith("\\") and bare in _STYLES):
                words.append(_word(bare))
            place += 1
    return words


def _group(tokens: list[str], start: int) -> tuple[list[str], int]:
    """What stands in braces, or the next token, and where it ends."""
    if start >= len(tokens) or tokens[start] != "{":
        return tokens[start : start + 1], start + 1
    depth = 0
    for place in range(start, len(tokens)):
        depth += {"{": 1, "}": -1}.get(tokens[place], 0)
        if depth == 0:
            return tokens[start + 1 : place], place + 1
    return tokens[start + 1 :], len(tokens)


def _word(token: str) -> str:
    if token in _SIGNS:
        return _SIGNS[token]
    if token.isascii():
        return token if token.isalnum() else ""
    described = unicodedata.name(token[0], "")
    letter = re.search(r"LETTER (\w+)$", described)
    return letter[1].lower() if letter else ""


class Names:
    """Identifiers that are all different, one for each thing that has a name."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self.used = set(_TAKEN) | set(taken)
        self.found: dict[str, str] = {}

    def give(self, thing: str, *wishes: str) -> str:
        """The identifier of a thing: the first wish that is free, or the last one with a number."""
        if thing not in self.found:
            chosen = next((w for w in wishes if w not in self.used), None)
            number = 2 if wishes[-1] not in _TAKEN else 1
            while chosen is None:
                attempt = f"{wishes[-1]}_{number}"
                chosen = None if attempt in self.used else attempt
                number += 1
            self.used.add(chosen)
            self.found[thing] = chosen
        return self.found[thing]
