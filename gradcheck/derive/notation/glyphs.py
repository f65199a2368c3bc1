r"""Names as a terminal shows them: ``\hat{x}`` with indices i, j as ``x̂ᵢⱼ``, or as ``x_hat_ij`` in ASCII."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradcheck.algebra.expr import Index, Last
from gradcheck.derive.notation.names import taken_apart

_GREEK = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau"
        " upsilon phi chi psi omega".split(),
        "αβγδεζηθικλμνξοπρστυφχψω",
        strict=True,
    )
) | {"ell": "ℓ", "varphi": "φ", "vartheta": "ϑ", "partial": "∂"}
_ACCENTS = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303", "dot": "\u0307", "vec": "\u20d7"}
_BELOW = dict(
    zip("0123456789aehijklmnoprstuvxβγρφχ+-=()", "₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓᵦᵧᵨᵩᵪ₊₋₌₍₎", strict=True)
)
_ABOVE = dict(zip("0123456789()+-*", "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻*", strict=True))
_WRAPPED = re.compile(r"\\([A-Za-z]+)\{((?:[^{}]|\{[^{}]*\})*)\}")


def shown(name: str, indices: Sequence[Index] = (), ascii: bool = False) -> str:
    r"""A name with its indices on one line.

    >>> shown(r"\sigma^{2}", ("j",)), shown(r"\mu_{B}", ("j",)), shown(r"\hat{x}", ("i", "j"), ascii=True)
    ('σⱼ²', 'μ_B,j', 'x_hat_ij')
    """
    found = taken_apart(name)
    letter = letters(found.letter, ascii)
    labels = [letters(label, ascii) for label in found.labels]
    places = [letters(i.size if isinstance(i, Last) else str(i), ascii) for i in indices]
    below, above = _subscript(labels, places, ascii), raised(letters(found.mark, ascii), ascii)
    stacked = above + below if below.startswith("_") else below + above
    return letter + stacked + found.primes


def letters(text: str, ascii: bool = False) -> str:
    r"""LaTeX for a letter or a word without its commands: ``\hat{x}`` is ``x̂``."""
    while (wrapped := _WRAPPED.search(text)) is not None:
        command, inner = wrapped.groups()
        accent = _ACCENTS.get(command)
        mark = "" if accent is None else f"_{command}" if ascii else accent
        text = text[: wrapped.start()] + letters(inner, ascii) + mark + text[wrapped.end() :]
    return re.sub(r"\\([A-Za-z]+)\s*", lambda m: _letter(m[1], ascii), text)


def _letter(command: str, ascii: bool) -> str:
    if ascii:
        return "l" if command == "ell" else command
    small = _GREEK.get(command.lower(), command)
    return small.upper() if command[:1].isupper() and small != command.lower() else small


def _subscript(labels: list[str], places: list[str], ascii: bool) -> str:
    """Labels and indices below the line, in small figures where Unicode has them all."""
    if not labels and not places:
        return ""
    plain = all(len(p) == 1 for p in places) and not labels
    joined = "".join(places) if plain else ",".join([*labels, *places])
    if not ascii and set(joined) <= _BELOW.keys():
        return "".join(_BELOW[c] for c in joined)
    return "_" + joined


def raised(mark: str, ascii: bool = False) -> str:
    """A mark or an exponent behind a name, in small figures where Unicode has them.

    >>> raised("2"), raised("2", ascii=True), raised("")
    ('²', '^2', '')
    """
    if not ascii and set(mark) <= _ABOVE.keys():
        return "".join(_ABOVE[c] for c in mark)
    return f"^{mark}" if mark else ""
