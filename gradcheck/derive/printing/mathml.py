r"""A formula as MathML, written from a list of known elements only, whatever the names in it hold."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import Literal
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape

from gradcheck.derive.printing.symbols import printable, styled

Display = Literal["block", "inline"]

_ANY = range(10_000)
_ELEMENTS = {
    **dict.fromkeys("math mrow mstyle mpadded msqrt mtable mtr mtd".split(), _ANY),
    **dict.fromkeys("mroot mfrac msub msup munder mover".split(), (2,)),
    **dict.fromkeys("msubsup munderover".split(), (3,)),
    **dict.fromkeys("mi mn mo mtext mspace".split(), (0,)),
}
"""The elements that are known, and how many others may stand in each."""
_ATTRIBUTES = {
    "stretchy": ("true", "false"),
    "fence": ("true", "false"),
    "accent": ("true", "false"),
    "form": ("prefix", "infix", "postfix"),
    "columnalign": ("left", "center", "right"),
    "width": ("0.167em", "0.222em", "0.278em", "1em", "2em"),
}
_LIMITS = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}
_THIN_SPACE = Markup('<mspace width="0.167em"></mspace>')
_DEEPEST, _LONGEST = 60, 20_000


class _Unknown(Exception):
    """A formula has an element or a command that is not known here."""


@lru_cache(maxsize=4_096)
def mathml(latex: str, display: Display = "block") -> Markup:
    r"""A formula as MathML, as LaTeX in a code element where that cannot be had.

    >>> mathml("a < b", "inline")
    Markup('<math display="inline"><mrow><mi>a</mi><mo>&lt;</mo><mi>b</mi></mrow></math>')
    >>> mathml(r"\frac{a")
    Markup('<code>\\frac{a</code>')
    """
    try:
        if len(latex) > _LONGEST:
            raise _Unknown(latex)
        tree = convert_to_element(printable(latex), display=display)
        return Markup("").join(_written(tree, display))
    except Exception:  # latex2mathml raises whatever comes up
        return Markup("<code>{}</code>").format(printable(latex))


def _written(element: Element, display: Display = "inline", depth: int = 0) -> Iterator[Markup]:
    """An element and all in it. Raises _Unknown."""
    if len(element) not in _ELEMENTS.get(element.tag, ()) or depth > _DEEPEST:
        raise _Unknown(element.tag)
    tag = Markup(_tag(element))
    yield Markup("<{}{}>").format(tag, Markup("").join(_attributes(element, display)))
    yield escape(_text(element))
    for at, child in enumerate(element):
        if element.get("accent") == "true" and child.tag == "mo":
            child.set("stretchy", "false")  # or a browser draws a wide hat
        if at and element.tag == "mrow" and _is_name(child):
            yield _THIN_SPACE
        yield from _written(child, display, depth + 1)
    yield Markup("</{}>").format(tag)


def _tag(element: Element) -> str:
    """An element by its meaning: the bounds of a sum stand below and above it, a name is no operator."""
    if element.tag in _LIMITS and _text(element[0]) == "∑":
        return _LIMITS[element.tag]
    return "mi" if element.tag == "mo" and _is_name(element) else element.tag


def _is_name(element: Element) -> bool:
    """Whether an element is a function such as tanh, also one to a power."""
    if element.tag in ("msup", "msub"):
        return _is_name(element[0])
    return element.tag in ("mi", "mo") and len(text := _text(element)) > 1 and text.isalpha()


def _attributes(element: Element, display: Display) -> Iterator[Markup]:
    if element.tag == "math":
        yield Markup(' display="{}"').format(display)
        return
    for name, value in element.attrib.items():
        if value in _ATTRIBUTES.get(name, ()) or (name, value) == ("mathvariant", "normal"):
            yield Markup(' {}="{}"').format(name, value)


def _text(element: Element) -> str:
    """The text of an element, in letters of its style: browsers know of styles no longer."""
    text = unescape(element.text or "")
    if "\\" in text:
        raise _Unknown(text)
    if text == "&" == element.text:  # where lines would be aligned
        return ""
    if text == "^":  # an accent; the plain sign is as wide as a letter
        return "ˆ"
    style = element.get("mathvariant", "normal").upper().replace("BOLD-ITALIC", "BOLD ITALIC")
    return text if style == "NORMAL" else "".join(styled(c, style) for c in text)
