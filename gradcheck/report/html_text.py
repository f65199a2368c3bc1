"""Hostile text on a page: every character visible, code between backticks, cut where it is endless."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup, escape

from gradcheck.changes import LINE_END
from gradcheck.report.style import plural, visible

_ODD = re.compile(r"[^ -~\n]")
_NONCHARACTERS = ("\ufffe", "\uffff")
_LONGEST = 4_000


def shown(text: str) -> str:
    r"""``text`` with every character made visible, but for the ends of its lines.

    >>> shown("x\x1b[31m\r\ny\tz")
    'x␛[31m\ny    z'
    """
    return _ODD.sub(lambda found: _visible(found[0]), LINE_END.sub("\n", text))


def finalized(value: object) -> object:
    """What the template writes for a value: no text gets into the page but through here."""
    return value if isinstance(value, Markup) else shown(str(value))


def ticked(text: str) -> Markup:
    """``text`` with what stands between backticks as code.

    >>> ticked("`<b>` should be `2`, not `3")
    Markup('<code>&lt;b&gt;</code> should be <code>2</code>, not `3')
    """
    return Markup("").join(_ticked(shown(text)))


def shortened(text: str, longest: int = _LONGEST) -> str:
    """The beginning of a text that is too long to be read, and how much is left out.

    >>> shortened("x" * 10, 8)
    'xxxxxxxx… (2 more characters)'
    """
    rest = len(text) - longest
    return text if rest <= 0 else f"{text[:longest]}… ({plural(rest, 'more character')})"


def _visible(character: str) -> str:
    return "\N{REPLACEMENT CHARACTER}" if character in _NONCHARACTERS else visible(character)


def _ticked(text: str) -> Iterator[Markup]:
    """Text and code by turns; a backtick without its pair is one."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces[-2:] = [f"{pieces[-2]}`{pieces[-1]}"]
    for nth, piece in enumerate(pieces):
        yield Markup("<code>{}</code>").format(piece) if nth % 2 else escape(piece)
