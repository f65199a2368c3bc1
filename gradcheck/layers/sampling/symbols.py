"""The letters that stand for sizes: what each is, which sizes a given array makes of them, and the rest.

No two of them are equal where they meet in one layer, so that a transposed or mixed-up axis shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

Sizes = Mapping[str, int]

DEFAULTS: Sizes = {
    "N": 4,  # batch
    "D": 3,  # features in
    "M": 5,  # features out
    "H": 6,  # hidden units
    "T": 7,  # steps of a sequence
    "S": 5,  # steps of another sequence
    "E": 6,  # features of another kind
    "V": 8,  # words
    "P": 2,  # heads
    "B": 2,  # batch of images
    "C": 3,  # channels in
    "F": 4,  # channels out
    "G": 3,  # groups
    "Y": 7,  # height
    "X": 5,  # width: with a kernel of 3, exact for strides 1 and 2 and paddings 0 and 1
    "KH": 3,
    "KW": 3,
}
FIRM = frozenset({"P", "G", "C", "Y", "X", "KH", "KW"})
"""Sizes that have to divide or fit into others, and are not changed to be distinct."""

MULTIPLES: Mapping[str, tuple[str, int]] = {"H4": ("H", 4), "H3": ("H", 3), "D3": ("D", 3)}
SUMS: Mapping[str, tuple[str, str]] = {"HD": ("H", "D")}
SYMBOLS = frozenset({*DEFAULTS, *MULTIPLES, *SUMS})


def size_of(token: str, sizes: Sizes) -> int:
    """The size that a token stands for.

    >>> size_of("7", {}), size_of("H4", {"H": 6}), size_of("HD", {"H": 6, "D": 3})
    (7, 24, 9)
    """
    if token in MULTIPLES:
        base, factor = MULTIPLES[token]
        return factor * sizes[base]
    if token in SUMS:
        return sum(sizes[base] for base in SUMS[token])
    return int(token) if token.isdigit() else sizes[token]


def bound(tokens: Sequence[str], shape: Sequence[int], sizes: Sizes) -> dict[str, int] | None:
    """What is known once an array written with these tokens has this shape, or None if it cannot have it.

    >>> bound(("N", "H4"), (64, 128), {"N": 64}), bound(("N", "D"), (64, 32), {"N": 4})
    ({'N': 64, 'H': 32}, None)
    """
    known = dict(sizes)
    if len(tokens) != len(shape):
        return None
    for token, size in zip(tokens, shape, strict=True):
        base, factor = MULTIPLES.get(token, (token, 1))
        if base in DEFAULTS and size % factor == 0:
            known.setdefault(base, size // factor)
        if token not in SUMS and (base not in known or size_of(token, known) != size) and token != str(size):
            return None
    return known


def completed(known: Sizes, symbols: Iterable[str], defaults: Sizes) -> dict[str, int]:
    """Sizes for all symbols: those known, the usual ones, and others where two would be equal by chance.

    >>> completed({"N": 5, "D": 3}, ["N", "D", "M"], DEFAULTS)
    {'N': 5, 'D': 3, 'M': 4}
    """
    sizes = dict(known)
    for symbol in dict.fromkeys(symbols):
        if symbol in sizes:
            continue
        usual = defaults[symbol]
        clash = symbol not in FIRM and usual in known.values()
        taken = {*sizes.values(), *(defaults[s] for s in symbols if s not in sizes)}
        sizes[symbol] = next(n for n in count(3) if n not in taken) if clash else usual
    return sizes
