"""Jupyter notebooks: each Markdown cell read as Markdown, placed in the .ipynb file itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.documents.reading.formats.json_strings import Path, Scalar, add_string, require_json, scalars
from gradcheck.documents.reading.formats.markdown import MarkdownReader
from gradcheck.documents.reading.source import Kind, Region, UnreadableDocument
from gradcheck.documents.reading.view import View, ViewBuilder


@dataclass
class _Cell:
    """What matters of a cell; its scalars may come in any order."""

    kind: str = ""
    level: int = 1
    source: list[Scalar] = field(default_factory=list)


def read_notebook(path: str, text: str) -> list[Region]:
    """The regions of a notebook (nbformat 3 or later); code, raw cells and outputs are not read."""
    notebook = require_json(path, text)
    if not isinstance(notebook, dict) or not ("cells" in notebook or "worksheets" in notebook):
        raise UnreadableDocument("not a Jupyter notebook: the JSON has no list of cells")
    regions: list[Region] = []
    for cell in _collect_cells(text).values():
        regions.extend(_read_cell(text, cell))
    return regions


def _collect_cells(text: str) -> dict[Path, _Cell]:
    cells: dict[Path, _Cell] = {}
    for scalar in scalars(text):
        depth = _cell_depth(scalar.path)
        if depth and len(scalar.path) > depth:
            cell = cells.setdefault(scalar.path[:depth], _Cell())
            _note(cell, scalar.path[depth:], scalar, text)
    return cells


def _cell_depth(path: Path) -> int:
    """How much of a path names the cell it is in: cells[i], or worksheets[i].cells[j] before nbformat 4."""
    if path[:1] == ("cells",):
        return 2
    return 4 if path[:1] == ("worksheets",) and path[2:3] == ("cells",) else 0


def _note(cell: _Cell, path: Path, scalar: Scalar, text: str) -> None:
    written = text[scalar.start : scalar.end]
    if path == ("cell_type",):
        cell.kind = written.strip('"')
    elif path == ("level",) and written.isdecimal():
        cell.level = int(written[:2])
    elif path[0] == "source" and written.startswith('"'):
        cell.source.append(scalar)


def _read_cell(text: str, cell: _Cell) -> list[Region]:
    if cell.kind not in ("markdown", "heading"):
        return []
    builder = ViewBuilder()
    for scalar in cell.source:
        add_string(builder, text, scalar)
    content = builder.view()
    if cell.kind == "heading":
        start, end = content.trimmed(0, len(content.text))
        return [content.region(Kind.HEADING, start, end, level=cell.level)] if end > start else []
    return MarkdownReader(_without_carriage_returns(content)).read()


def _without_carriage_returns(content: View) -> View:
    """Cells written on Windows may hold ``\\r\\n`` as escapes."""
    if "\r" not in content.text:
        return content
    spans = []
    start = 0
    while (end := content.text.find("\r", start)) >= 0:
        spans.append((start, end))
        start = end + 1
    return content.keep([*spans, (start, len(content.text))])
