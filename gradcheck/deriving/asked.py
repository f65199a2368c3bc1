r"""Which inputs are differentiated by: those asked for, by names as people type them, or the usual ones.

``gamma``, ``\gamma`` and ``γ`` are one symbol, so are ``x_hat`` and ``\hat{x}``, ``Wxh`` and ``W_{xh}``.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator

from gradcheck.algebra import expr as e
from gradcheck.documents.reading.spellings import COMBINING, SAME, UNICODE

_WORDS = re.compile(r"[A-Za-z]+|\d+|[+*'-]")
_ACCENTS = frozenset("hat tilde bar dot ddot vec overline widehat widetilde check breve".split())
_STYLES = frozenset("text textrm mathbf mathrm mathcal mathit boldsymbol bm mathbb operatorname".split())
_FUDGES = frozenset(["epsilon", "varepsilon"])
_TARGETS = frozenset("t y T Y mask".split())


def split_asked(asked: Iterable[str]) -> tuple[str, ...]:
    """Single names from arguments that may hold several: ``x,gamma``; commas in braces separate nothing."""
    names = [name.strip() for text in asked for name in re.split(r",(?![^{]*\})", text)]
    return tuple(dict.fromkeys(name for name in names if name))


def find_symbol(typed: str, known: Iterable[str]) -> str | None:
    """The one known symbol that is meant, its indices written or not; None if there is none, or several."""
    known = list(known)
    for key in _keys(typed):
        for spelled in (str, _plain, _loose):
            found = [name for name in known if spelled(name) == spelled(key)]
            if len(found) == 1:
                return found[0]
    return None


def nearest(typed: str, known: Iterable[str]) -> list[str]:
    """Known symbols that are spelled much like what was typed."""
    plain = {_plain(name): name for name in known}
    return [plain[key] for key in difflib.get_close_matches(_plain(typed), plain, 3, 0.7)]


def usually_fixed(graph: e.Graph, loss_is_defined: bool, normalised: Iterable[str]) -> tuple[str, ...]:
    r"""Inputs that are seldom differentiated by, unless that would be all of them.

    A habit, and no more: numbers called ε, inputs whose entries sum to 1, masks, and, below a loss that
    is defined, targets called t or y.
    """
    found = []
    for name, sizes in graph.leaves.items():
        words = _WORDS.findall(_NAME_ONLY.sub("", name))
        base = next((w for w in words if w not in _ACCENTS | _STYLES), "")
        target = base in _TARGETS and (loss_is_defined or base == "mask")
        if (not sizes and base in _FUDGES) or name in normalised or target:
            found.append(name)
    return tuple(found) if len(found) < len(graph.leaves) else ()


_NAME_ONLY = re.compile(r"[_^]\{.*|[_^].*")


def _keys(typed: str) -> Iterator[str]:
    """What was typed, then without its last subscript: ``x_{ij}`` means x."""
    yield typed
    bare = re.sub(r"_(\{[^{}]*\}|.|[a-z]+)$", "", typed)
    if bare != typed:
        yield bare


def _plain(text: str) -> str:
    """A name without TeX: its words in order, accents behind what they stand on."""
    for character in unicodedata.normalize("NFD", text):
        if character in COMBINING:
            text = unicodedata.normalize("NFD", text).replace(character, f" {COMBINING[character]} ")
    text = "".join(f" {UNICODE[c]} " if c in UNICODE else c for c in text)
    text = re.sub(r"\\[A-Za-z]+", lambda m: SAME.get(m.group(), m.group()), text)
    words = [w for w in _WORDS.findall(text) if w not in _STYLES]
    if len(words) > 1 and words[0] in _ACCENTS:
        words[:2] = words[1::-1]
    return "".join(words)


def _loose(text: str) -> str:
    """The same in small letters, variants of a letter being that letter."""
    return re.sub(r"var(?=[a-z])", "", _plain(text).lower())
