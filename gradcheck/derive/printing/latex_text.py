r"""Words in a LaTeX document: nothing in them is a command, and every character has a glyph."""

from __future__ import annotations

import unicodedata

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: f"\\{c}" for c in "&%$#_{}"},
    "½": r"\textonehalf{}",
    "−": r"\textminus{}",
    "’": "'",
    "‘": "`",
    "“": "``",
    "”": "''",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
}


def escaped(text: str) -> str:
    r"""Words as pdfLaTeX takes them with its usual fonts; a letter that these lack is spelled by its name.

    >>> escaped("50% of x_1 − ½"), escaped("Café σ")
    ('50\\% of x\\_1 \\textminus{} \\textonehalf{}', 'Café sigma')
    """
    return "".join(_character(c) for c in text)


def _character(character: str) -> str:
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isascii():
        return character if character.isprintable() else " "
    name = unicodedata.name(character, "")
    if name.startswith("LATIN ") and character <= "\u017f":
        return character
    return name.split()[-1].lower() if name else "?"
