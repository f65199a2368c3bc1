"""How text looks on a terminal: colours by meaning, harmless characters, widths as displayed."""

from __future__ import annotations

import unicodedata

from click import style
from rich.cells import cell_len

from gradcheck.model import LayerVerdict, Verdict
from gradcheck.rules import Severity

_SEVERITIES = {
    Severity.BUG: "magenta",
    Severity.ERROR: "red",
    Severity.WARNING: "yellow",
    Severity.NOTE: "cyan",
}
_VERDICTS = {
    Verdict.DEFINITION: "blue",
    Verdict.HOLDS: "green",
    Verdict.INHERITED: "cyan",
    Verdict.RECOVERED: "cyan",
    Verdict.UNDECIDED: "yellow",
    Verdict.UNREAD: "yellow",
}
_LAYER_VERDICTS = {LayerVerdict.PASS: "green", LayerVerdict.UNRESOLVED: "yellow"}
_TAB = " " * 4
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")


def severity_color(severity: Severity) -> str:
    """The colour of a severity."""
    return _SEVERITIES[severity]


def verdict_color(verdict: Verdict) -> str:
    """The colour of a verdict; an error is red."""
    return _VERDICTS.get(verdict, "red")


def layer_verdict_color(verdict: LayerVerdict) -> str:
    """The colour of the verdict on a layer, an argument or a special case."""
    return _LAYER_VERDICTS.get(verdict, "red")


def paint(text: str, color: str | None = None, *, on: bool, bold: bool = False) -> str:
    """``text`` in a colour, when colours are on."""
    return style(text, fg=color, bold=bold) if on and text else text


def visible(character: str) -> str:
    r"""What is shown for one character: nothing in a document may steer the terminal.

    >>> visible("\t"), visible("\x1b"), visible("x")
    ('    ', '␛', 'x')
    """
    if character == "\t":
        return _TAB
    if character < " ":
        return chr(0x2400 + ord(character))
    hidden = character in _DIRECTION or unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return "\N{REPLACEMENT CHARACTER}" if hidden else character


def plain(text: str) -> str:
    """``text`` with every character made visible, on one line."""
    return "".join(map(visible, text))


def display_width(text: str) -> int:
    r"""How many terminal cells ``text`` takes.

    >>> display_width("x̂"), display_width("漢")
    (1, 2)
    """
    return cell_len(text)


def plural(count: int, noun: str, many: str | None = None) -> str:
    """A count with its noun.

    >>> plural(1, "claim"), plural(2, "claim")
    ('1 claim', '2 claims')
    """
    return f"{count:,} {noun if count == 1 else many or noun + 's'}"
