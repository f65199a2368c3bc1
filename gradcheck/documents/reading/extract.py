"""The door to documents: the bytes of a file in, its regions out, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePath

from gradcheck.documents.reading.decode import decode
from gradcheck.documents.reading.source import Kind, Region, Source
from gradcheck.documents.reading.view import view_of

_READERS = {
    ".md": ("markdown", "read_markdown"),
    ".markdown": ("markdown", "read_markdown"),
    ".tex": ("tex", "read_tex"),
    ".rst": ("rst", "read_rst"),
    ".html": ("html", "read_html"),
    ".htm": ("html", "read_html"),
}
"""The module below `formats` and its reader; a format is loaded when a document is written in it."""
_LONGEST_TITLE = 200  # characters; a line may be the whole file


def read_source(path: str, data: bytes) -> Source:
    """Read a document whose format the path's suffix tells (plain text if it does not).

    Raises UnreadableDocument, with what is wrong and what to do, where the file is no text.
    """
    text = decode(data)
    suffix = PurePath(path).suffix.lower()
    if suffix == ".ipynb":
        regions = _load("notebook", "read_notebook")(path, text)
    else:
        regions = _load(*_READERS.get(suffix, ("markdown", "read_plain_text")))(view_of(text))
    return Source(path, text, _find_title(path, regions), tuple(regions))


def _load(module: str, reader: str) -> Callable[..., list[Region]]:
    found: Callable[..., list[Region]] = getattr(import_module(f"{__package__}.formats.{module}"), reader)
    return found


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
