"""The door to documents: the bytes of a file in, its regions out, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from gradcheck.documents.reading.decode import decode
from gradcheck.documents.reading.formats.html import read_html
from gradcheck.documents.reading.formats.markdown import read_markdown, read_plain_text
from gradcheck.documents.reading.formats.notebook import read_notebook
from gradcheck.documents.reading.formats.rst import read_rst
from gradcheck.documents.reading.formats.tex import read_tex
from gradcheck.documents.reading.source import Kind, Region, Source
from gradcheck.documents.reading.view import View, view_of

_READERS: dict[str, Callable[[View], list[Region]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".tex": read_tex,
    ".rst": read_rst,
    ".html": read_html,
    ".htm": read_html,
}
_LONGEST_TITLE = 200  # characters; a line may be the whole file


def read_source(path: str, data: bytes) -> Source:
    """Read a document whose format the path's suffix tells (plain text if it does not).

    Raises UnreadableDocument, with what is wrong and what to do, where the file is no text.
    """
    text = decode(data)
    suffix = PurePath(path).suffix.lower()
    if suffix == ".ipynb":
        regions = read_notebook(path, text)
    else:
        regions = _READERS.get(suffix, read_plain_text)(view_of(text))
    return Source(path, text, _find_title(path, regions), tuple(regions))


def _find_title(path: str, regions: list[Region]) -> str:
    """The document's own title, else its first heading, else its first line of words, else its name."""
    headings = [region for region in regions if region.kind is Kind.HEADING]
    titles = [region for region in headings if region.level == 0] or headings
    if titles:
        return " ".join(titles[0].text.split())
    return _first_line(regions) or PurePath(path).name


def _first_line(regions: list[Region]) -> str:
    """The first line of running text, up to mathematics set apart."""
    line = ""
    for region in regions:
        if region.kind not in (Kind.PROSE, Kind.INLINE):
            break
        text = f"${region.text}$" if region.kind is Kind.INLINE else region.text
        line = (line + text).lstrip()
        if "\n" in line or len(line) > _LONGEST_TITLE:
            break
    return line.partition("\n")[0].strip()[:_LONGEST_TITLE]
