r"""What LaTeX calls letters and signs, as characters: Greek, accents, alphabets, scripts, and their ASCII."""

from __future__ import annotations

import unicodedata

ACCENTS = {
    **dict.fromkeys(("hat", "widehat"), "\u0302"),
    **dict.fromkeys(("tilde", "widetilde"), "\u0303"),
    **dict.fromkeys(("bar", "overline"), "\u0304"),
    "dot": "\u0307",
    "ddot": "\u0308",
    "vec": "\u20d7",
}
"""The combining character of each command that puts an accent on its argument."""
FONTS = {
    **dict.fromkeys(("mathbf", "boldsymbol", "bm"), "BOLD"),
    **dict.fromkeys(("mathcal", "mathscr"), "SCRIPT"),
    "mathbb": "DOUBLE-STRUCK",
    "mathfrak": "FRAKTUR",
    "mathsf": "SANS-SERIF",
    "mathtt": "MONOSPACE",
}
"""The style of each command that sets its argument in another alphabet."""
_SIGNS = {
    "partial": ("∂", "d"),
    "nabla": ("∇", "nabla"),
    "cdot": ("·", "*"),
    "odot": ("⊙", ".*"),
    "times": ("×", "x"),
    "top": ("ᵀ", "T"),
    "prime": ("′", "'"),
    "sum": ("∑", "sum"),
    "ell": ("ℓ", "ell"),
    "geq": ("≥", ">="),
    "leq": ("≤", "<="),
    "infty": ("∞", "oo"),
}
_SCRIPTS = {
    "sub": str.maketrans("0123456789+-=()aeijoruvxhklmnpst", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑᵢⱼₒᵣᵤᵥₓₕₖₗₘₙₚₛₜ"),
    "super": str.maketrans("0123456789+-=()inTᵀ′", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁱⁿᵀᵀ′"),
}
_SPELLED = str.maketrans({"½": "1/2", "−": "-", "–": "-", "—": "-", "’": "'", "…": "...", "×": "x", "∂": "d"})


def printable(text: str) -> str:
    r"""A text without characters that would steer a terminal or that XML forbids.

    >>> printable("a\x1b[31m\ud800 b")
    'a[31m b'
    """
    return "".join(c for c in text if c.isprintable())


def in_ascii(text: str) -> str:
    """A text without any other characters.

    >>> in_ascii("½ of Café γ")
    '1/2 of Cafe gamma'
    """
    return "".join(map(_spelled, unicodedata.normalize("NFKD", text.translate(_SPELLED))))


def _spelled(character: str) -> str:
    if character.isascii():
        return character
    if unicodedata.combining(character):
        return ""
    name = unicodedata.name(character, "")
    return name.split()[-1].lower() if name.startswith("GREEK ") else "?"


def sign(command: str, ascii: bool) -> str:
    r"""The character of a command, given without its backslash; a name if it has none.

    >>> sign("gamma", False), sign("gamma", True), sign("Lambda", False), sign("exp", False)
    ('γ', 'gamma', 'Λ', 'exp')
    """
    if command in _SIGNS:
        return _SIGNS[command][ascii]
    size = "CAPITAL" if command[:1].isupper() else "SMALL"
    letter = command.lower().removeprefix("var").replace("lambda", "lamda")
    try:
        return command if ascii else unicodedata.lookup(f"GREEK {size} LETTER {letter}")
    except KeyError:
        return command


def accented(text: str, command: str, ascii: bool) -> str:
    """A text below an accent: ``x̂`` or ``x_hat``."""
    if ascii:
        return f"{text}_{command.removeprefix('wide')}"
    return unicodedata.normalize("NFC", "".join(c + ACCENTS[command] for c in text))


def script(text: str, place: str, ascii: bool) -> str:
    """A text as a subscript or a superscript on the line.

    >>> script("ij", "sub", False), script("B", "sub", False), script("-1", "super", True)
    ('ᵢⱼ', '_B', '^(-1)')
    """
    table = _SCRIPTS[place]
    if not ascii and all(ord(c) in table for c in text):
        return text.translate(table)
    mark = "_" if place == "sub" else "^"
    return mark + (text if text.isalnum() and (ascii or len(text) == 1) else f"({text})")


def styled(letter: str, style: str) -> str:
    """A letter in a style of the mathematical alphabets, itself where they lack it.

    >>> styled("L", "SCRIPT"), styled("x", "BOLD"), styled("1", "DOUBLE-STRUCK"), styled("+", "BOLD")
    ('ℒ', '𝐱', '𝟙', '+')
    """
    if not (letter.isascii() and letter.isalnum()):
        return letter
    kind = "DIGIT" if letter.isdigit() else "CAPITAL" if letter.isupper() else "SMALL"
    last = unicodedata.name(letter).split()[-1]
    for start in ("MATHEMATICAL ", ""):
        style_name = style.replace("FRAKTUR", "FRAKTUR" if start else "BLACK-LETTER")
        try:
            return unicodedata.lookup(f"{start}{style_name} {kind} {last}")
        except KeyError:
            continue
    return letter
