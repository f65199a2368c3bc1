r"""A formula as MathML, or nothing: its LaTeX is then all that the page shows.

What latex2mathml makes of a document is as hostile as the document: ``\href``, ``\style`` and ``\class`` get
through it, ``\text`` holds any markup, macros may grow without end. So its tree is built anew from the
elements and attributes that are known here, and a formula that has anything else is left as LaTeX.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

from gradcheck.report.html_text import shown

_LONGEST = 3_000
_DEEPEST = 48
_ANY = range(1_000)
_CHILDREN = {
    **dict.fromkeys(("math", "mrow", "mstyle", "mpadded", "mphantom", "msqrt"), _ANY),
    **dict.fromkeys(("mtable", "mtr", "mtd"), _ANY),
    **dict.fromkeys(("mfrac", "msub", "msup", "munder", "mover", "mroot"), range(2, 3)),
    **dict.fromkeys(("msubsup", "munderover"), range(3, 4)),
    **dict.fromkeys(("mi", "mn", "mo", "mtext", "mspace"), range(1)),
}
"""The elements that are known, and how many children each may have."""

_TRUTH = re.compile(r"true|false")
_LENGTH = re.compile(r"[+-]?(?:\d|\d?\.\d{1,3}|\d\.\d{1,3})(?:em|ex|px)|0")
_ATTRIBUTES = {
    **dict.fromkeys(("stretchy", "fence", "separator", "largeop", "symmetric", "movablelimits"), _TRUTH),
    **dict.fromkeys(("accent", "accentunder", "displaystyle"), _TRUTH),
    **dict.fromkeys(("width", "height", "depth", "lspace", "rspace", "voffset"), _LENGTH),
    **dict.fromkeys(("minsize", "maxsize", "linethickness"), _LENGTH),
    "form": re.compile(r"prefix|infix|postfix"),
    "scriptlevel": re.compile(r"[+-]?[0-3]"),
    "columnalign": re.compile(r"left|center|right"),
    "mathvariant": re.compile(r"normal"),
}
"""The attributes that are kept, and what each may say."""

_MACROS = re.compile(r"\\(?:def|newcommand|newenvironment|DeclareMathOperator)(?![A-Za-z])")
_LABEL = re.compile(r"\\label\s*\{[^{}]*\}")
_BLANKS = re.compile(r"[^\S\n]+")
_TORN = re.compile(r"(\w)([\u0302\u0303\u0304\u0307])")
_ACCENTS = {"\u0302": "hat", "\u0303": "tilde", "\u0304": "bar", "\u0307": "dot"}
_LETTER = re.compile(r"[A-Za-z0-9]")


class _Unknown(Exception):
    """A formula has something that is not to be shown as MathML."""


@lru_cache(maxsize=4_096)
def mathml(latex: str) -> Markup:
    r"""A formula as MathML, "" where that cannot be had.

    >>> mathml("a < b")
    Markup('<math display="block"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>')
    >>> mathml(r"\frac{a"), mathml(r"\unknown")
    (Markup(''), Markup(''))
    """
    if len(latex) > _LONGEST or _MACROS.search(latex):
        return Markup("")
    try:
        tree = convert_to_element(_plainer(latex), display="block")
        return Markup("").join(_written(tree))
    except Exception:  # latex2mathml raises whatever comes up, and any formula may be malformed
        return Markup("")


def _plainer(latex: str) -> str:
    """The formula without labels, and accents written as LaTeX has them."""
    unlabelled = _BLANKS.sub(" ", _LABEL.sub("", latex))
    return _TORN.sub(lambda found: rf"\{_ACCENTS[found[2]]}{{{found[1]}}}", unlabelled)


def _written(element: Element, depth: int = 0) -> Iterator[Markup]:
    """An element and all in it, from the known parts only. Raises _Unknown."""
    name, children = element.tag, list(element)
    if depth > _DEEPEST or len(children) not in _CHILDREN.get(name, ()):
        raise _Unknown(name)
    yield Markup("<{}{}>").format(Markup(name), Markup("").join(_attributes(element)))
    yield escape(_text(element))
    for child in children:
        yield from _written(child, depth + 1)
    yield Markup("</{}>").format(Markup(name))


def _attributes(element: Element) -> Iterator[Markup]:
    if element.tag == "math":
        yield Markup(' display="block"')
        return
    for name, value in element.attrib.items():
        allowed = _ATTRIBUTES.get(name)
        if allowed is not None and allowed.fullmatch(value):
            yield Markup(' {}="{}"').format(name, value)


def _text(element: Element) -> str:
    """The text of an element in the letters of its own style; a command that is left over is not known."""
    text = unescape(element.text or "")
    if text == "&" == element.text:  # a mark of alignment, which aligns nothing here
        return ""
    if "\\" in text or (text and unicodedata.combining(text[0])):
        raise _Unknown(text)
    style = element.get("mathvariant", "normal")
    return shown(text if style == "normal" else _LETTER.sub(lambda found: _styled(found[0], style), text))


def _styled(letter: str, style: str) -> str:
    r"""A letter in a style, which browsers no longer do by themselves.

    >>> _styled("x", "bold"), _styled("1", "double-struck"), _styled("R", "double-struck")
    ('𝐱', '𝟙', 'ℝ')
    """
    style = style.upper().replace("BOLD-ITALIC", "BOLD ITALIC")
    kind = unicodedata.name(letter).removeprefix("LATIN ").replace(" LETTER", "")
    for name in (f"MATHEMATICAL {style} {kind}", f"{style} {kind}".replace("FRAKTUR", "BLACK-LETTER")):
        try:
            return unicodedata.lookup(name)
        except KeyError:
            continue
    return letter
