"""The text that a web page shows, taken out of its markup; TeX inside scripts and annotations apart."""

from __future__ import annotations

import html
import re
from functools import cached_property

from gradcheck.documents.reading.formats.seeker import Seeker
from gradcheck.documents.reading.source import Kind, Region
from gradcheck.documents.reading.view import View, ViewBuilder

_ATTRIBUTES = r"""(?:"[^"]*+"|'[^']*+'|[^<>"'])*+"""
_ENTITY = re.compile(r"&(?:\#[0-9]{1,7}|\#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TOKEN = re.compile(
    r"(?P<comment><!--)|<![A-Za-z][^<>]*+>|<\?[^<>]*+>"
    rf"|<(?P<slash>/?)(?P<tag>[A-Za-z][A-Za-z0-9:-]*+)(?P<attributes>(?=[\s/>]){_ATTRIBUTES})>"
    rf"|(?P<entity>{_ENTITY.pattern})"
)
_UNREAD = ("pre", "code", "script", "style", "textarea", "svg", "noscript", "template")
_BLOCK_TAGS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 head header hr html li main nav ol p section summary table tbody td tfoot "
    "th thead title tr ul".split()
)
_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in (*_UNREAD, "math")}
_COMMENT_END = re.compile(r"-->")
_MATH_SCRIPT = re.compile(r"""type\s*=\s*["']?\s*math/tex\s*(;\s*mode\s*=\s*display)?""", re.IGNORECASE)
_ANNOTATION = re.compile(
    r"""<annotation\s[^<>]*?application/x-tex[^<>]*>([^<]*)</annotation""", re.IGNORECASE
)
_BLOCK_MATH = re.compile(r"""display\s*=\s*["']?block""", re.IGNORECASE)
# What KaTeX and MathJax draw beside the TeX they were given.
_DRAWN = re.compile(
    r"""class\s*=\s*["'](?:[^"']*\s)?(?:katex-html|MathJax\w*|MathJax_\w+|mwe-math-fallback[\w-]*)[\s"']"""
)
# kramdown wraps the TeX of a script so that XML tools leave it alone.
_CDATA = re.compile(r"\s*%?\s*<!\[CDATA\[(.*?)%?\s*\]\]>", re.DOTALL)
_CODE_TAG = re.compile(r"\s*<code[^<>]*>")
_NESTING_TAG = re.compile(r"<(/?)(span|div|mjx-container)\b[^<>]*>", re.IGNORECASE)
_READING = re.compile(r"""class\s*=\s*["'][^"']*\bgradcheck\b""")


class PageText:
    """Walks a page's markup; ``shown`` is a view of what it shows, ``embedded`` its marked-up TeX."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._seeker = Seeker(view.text)
        self._builder = ViewBuilder()
        self.embedded: list[tuple[int, Region]] = []  # and where in the shown text it belongs
        self.headings: list[tuple[int, int, int]] = []  # start and end in the shown text, level
        self._heading: tuple[str, int] | None = None
        self._length = 0
        self.shown = self._walk()

    def _walk(self) -> View:
        at = 0
        while token := _TOKEN.search(self._view.text, at):
            self._show(at, token.start())
            at = self._pass(token)
        self._show(at, len(self._view.text))
        return self._builder.view()

    def _show(self, start: int, end: int) -> None:
        _copy(self._builder, self._view, start, end, "")
        self._length += end - start

    def _pass(self, token: re.Match[str]) -> int:
        """Deal with a tag, a comment or an entity; return where to read on."""
        if token["comment"]:
            close = self._seeker.next(_COMMENT_END, token.end())
            return close[1] if close else token.end()
        if token["entity"]:
            self._add_decoded(token, html.unescape(token.group()))
        elif token["tag"]:
            return self._pass_tag(token)
        return token.end()

    def _pass_tag(self, token: re.Match[str]) -> int:
        name = token["tag"].lower()
        if name in _BLOCK_TAGS:
            self._add_decoded(token, "\n")
        self._note_heading(token, name)
        if token["slash"]:
            return token.end()
        if name in _ENDS:
            return self._pass_element(token, name)
        if _DRAWN.search(token["attributes"]):
            return self._after_element(token)
        return token.end()

    def _add_decoded(self, token: re.Match[str], text: str) -> None:
        _copy(self._builder, self._view, *token.span(), text)
        self._length += len(text)

    def _note_heading(self, token: re.Match[str], name: str) -> None:
        if not (name == "title" or re.fullmatch("h[1-6]", name)):
            return
        if not token["slash"]:
            self._heading = (name, self._length)
        elif self._heading and self._heading[0] == name:
            level = 0 if name == "title" else int(name[1])
            self.headings.append((self._heading[1], self._length, level))
            self._heading = None

    def _pass_element(self, token: re.Match[str], name: str) -> int:
        """Pass over an element whose content is not text; a script or an annotation may hold TeX."""
        close = self._seeker.next(_ENDS[name], token.end())
        stop = close[0] if close else len(self._view.text)
        attributes = token["attributes"]
        if name == "script" and (script := _MATH_SCRIPT.search(attributes)):
            self._embed(Kind.DISPLAY if script[1] else Kind.INLINE, token.end(), stop)
        elif name == "math":
            self._embed_annotation(
                Kind.DISPLAY if _BLOCK_MATH.search(attributes) else Kind.INLINE, token.end(), stop
            )
        elif name in ("pre", "code", "script"):
            code = _CODE_TAG.match(self._view.text, token.end(), stop)
            if _READING.search(attributes + (code.group() if code else "")):
                self._embed_reading(token.end(), stop)
        return close[1] if close else stop

    def _embed(self, kind: Kind, start: int, end: int) -> None:
        if wrapped := _CDATA.match(self._view.text, start, end):
            start, end = wrapped.span(1)
        self.embedded.append((self._length, self._view.region(kind, start, end)))

    def _embed_annotation(self, kind: Kind, start: int, end: int) -> None:
        if annotation := _ANNOTATION.search(self._view.text, start, end):
            self.embedded.append((self._length, _decoded(self._view, kind, *annotation.span(1))))

    def _embed_reading(self, start: int, end: int) -> None:
        inner = _CODE_TAG.match(self._view.text, start, end)
        start = inner.end() if inner else start
        tag = self._view.text.find("<", start, end)
        self.embedded.append(
            (self._length, _decoded(self._view, Kind.READING, start, tag if tag >= 0 else end))
        )

    def _after_element(self, token: re.Match[str]) -> int:
        """Where the element ends that begins at this tag, its own kind nested in it or not."""
        return self._element_ends.get(token.start(), token.end())

    @cached_property
    def _element_ends(self) -> dict[int, int]:
        ends: dict[int, int] = {}
        begun: dict[str, list[int]] = {}
        for edge in _NESTING_TAG.finditer(self._view.text):
            open_ones = begun.setdefault(edge[2].lower(), [])
            if not edge[1]:
                open_ones.append(edge.start())
            elif open_ones:
                ends[open_ones.pop()] = edge.end()
        return ends


def _decoded(view: View, kind: Kind, start: int, end: int) -> Region:
    """A region whose character references are read as the characters they stand for."""
    pieces = []
    at = start
    for entity in _ENTITY.finditer(view.text, start, end):
        pieces.extend([(at, entity.start(), ""), (*entity.span(), html.unescape(entity.group()))])
        at = entity.end()
    builder = ViewBuilder()
    for first, last, text in [*pieces, (at, end, "")]:
        _copy(builder, view, first, last, text)
    decoded = builder.view()
    return decoded.region(kind, 0, len(decoded.text))


def _copy(builder: ViewBuilder, view: View, start: int, end: int, text: str) -> None:
    """Append a stretch of the view, or ``text`` in its place."""
    if text:
        offsets = view.offsets(start, end)
        builder.add(text, offsets[0], offsets[-1])
        return
    at = start
    for first, last, size in view.source_spans(start, end):
        builder.add(view.text[at : at + size], first, last)
        at += size
