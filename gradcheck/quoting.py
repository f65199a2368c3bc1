"""How words and values from somebody's file are quoted: short, on one line, and harmless to a terminal."""

from __future__ import annotations

from collections.abc import Collection

_SHOWN = 60
"""How many characters of a name or a value are quoted."""


def hint(word: str, known: Collection[str]) -> str:
    """The end of an error about an unknown word: the nearest known one, or all.

    >>> hint("layer", ["layers", "seed"]), hint("x", ["layers", "seed"])
    ('; did you mean layers?', '; known are layers, seed')
    """
    from difflib import get_close_matches

    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(known)}"


def printable(word: str) -> str:
    """A word from a file as one line that no terminal obeys.

    >>> print(printable("conv"), printable("a b"), printable("\\x1b[2J"))
    conv 'a b' '\\x1b[2J'
    """
    plain = word.isprintable() and word and " " not in word
    return cut(word if plain else repr(word), _SHOWN)


def quoted(value: object) -> str:
    """A value as an error quotes it, which is as TOML has it or nearly so.

    >>> print(quoted(True), quoted([1, "a"]), quoted(""), quoted({}), quoted(10**5000))
    true [1, 'a'] '' {} a number of more than 4300 digits
    """
    if isinstance(value, bool):
        return str(value).lower()
    try:
        shown = repr(value) if isinstance(value, str | int | float | list | dict) else str(value)
    except ValueError:
        return "a number of more than 4300 digits"
    return cut(shown, _SHOWN)


def cut(text: str, length: int) -> str:
    """The beginning of a text, with an ellipsis for the rest."""
    return text if len(text) <= length else f"{text[:length]}…"
