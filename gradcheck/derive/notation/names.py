r"""A symbol's name taken apart: ``\sigma_{B}^{2}`` is a letter with a label and a mark above it.

Indices are written behind the labels and below the mark, ``\sigma_{B,j}^{2}``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    r"""``\hat{W}_{xh}^{(1)}`` is the letter ``\hat{W}`` with the label ``xh`` and the mark ``(1)``."""

    letter: str
    labels: tuple[str, ...] = ()
    mark: str = ""
    primes: str = ""


def taken_apart(name: str) -> Name:
    r"""The parts of a name; the label ``\cdot`` only says that the symbol carries indices.

    >>> taken_apart(r"\sigma_{B}^{2}")
    Name(letter='\\sigma', labels=('B',), mark='2', primes='')
    >>> taken_apart("h'")
    Name(letter='h', labels=(), mark='', primes="'")
    """
    unprimed = name.rstrip("'")
    letter, scripts = _split(unprimed)
    labels = [text for sign, text in scripts if sign == "_" and text != "\\cdot"]
    mark = "".join(text for sign, text in scripts if sign == "^")
    parts = tuple(part for label in labels for part in _at_commas(label))
    return Name(letter, parts, mark, name[len(unprimed) :])


def _split(name: str) -> tuple[str, list[tuple[str, str]]]:
    """What stands before the first script, and the scripts with their signs."""
    depth, at = 0, len(name)
    for k, character in enumerate(name):
        depth += (character == "{") - (character == "}")
        if k and depth == 0 and character in "_^":
            at = k
            break
    scripts = []
    rest = name[at:]
    while rest:
        end = _group_end(rest, 1)
        scripts.append((rest[0], rest[1:end].removeprefix("{").removesuffix("}")))
        rest = rest[end:]
    return name[:at], scripts


def _group_end(text: str, start: int) -> int:
    """Where the group, or the single character, that begins at ``start`` ends."""
    depth = 0
    for k in range(start, len(text)):
        depth += (text[k] == "{") - (text[k] == "}")
        if depth == 0:
            return k + 1
    return len(text)


def _at_commas(label: str) -> list[str]:
    """A label cut at the commas outside its brackets."""
    parts, depth = [""], 0
    for character in label:
        depth += (character in "({") - (character in ")}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
