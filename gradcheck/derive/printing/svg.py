"""The computational graph as a drawing in SVG: for a page, or as a file of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from itertools import pairwise

from gradcheck.derive.derivation import Derivation, Forward
from gradcheck.derive.printing.graph import Vertex, arrows, vertices
from gradcheck.derive.printing.layout import HEIGHT, Box, laid_out
from gradcheck.derive.printing.linear import Piece, linear, pieces
from gradcheck.derive.printing.view import View

_LETTER, _PADDING, _SMALLEST = 10.5, 26.0, 44.0
_SCRIPT = 0.7
_SHIFTS = {"line": 0, "sub": 5, "super": -6}
_RADII = {"input": HEIGHT / 2, "fixed": HEIGHT / 2, "loss": HEIGHT / 2}
_HEAD = (
    '<defs><marker id="head" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8"'
    ' orient="auto">'
    '<path class="tip" d="M0,0.5 L8,4 L0,7.5 Z"></path></marker></defs>'
)


def render(derivation: Derivation, view: View) -> str:
    """The drawing as a file; its colours follow the reader's light or dark theme."""
    return drawing(derivation.forward, {}, graph_style()) + "\n"


def graph_style() -> str:
    """How the drawing looks, as a style sheet."""
    return (files("gradcheck.derive.printing") / "templates" / "graph.css").read_text(encoding="utf-8")


def drawing(forward: Forward, links: Mapping[str, str], style: str = "") -> str:
    """The graph of a derivation, vertices linked to where ``links`` says."""
    shown = vertices(forward)
    pairs = [(arrow.tail, arrow.head) for arrow in arrows(forward)]
    layout = laid_out({vertex.name: _width(vertex.name) for vertex in shown}, pairs)
    width, height = f"{layout.width:.0f}", f"{layout.height:.0f}"
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="graph" width="{width}" height="{height}"'
            f' viewBox="0 0 {width} {height}" aria-label="Computational graph">',
            *([f"<style>\n{style}</style>"] if style else []),
            _HEAD,
            *(_curve(points) for points in layout.curves.values()),
            *(line for v in shown for line in _vertex(v, layout.boxes[v.name], links.get(v.name, ""))),
            "</svg>",
        )
    )


def _width(name: str) -> float:
    """About how wide a box has to be for a name."""
    letters = sum(_cells(p) * (1 if p.place == "line" else _SCRIPT) for p in pieces(name))
    return max(_SMALLEST, letters * _LETTER + _PADDING)


def _cells(piece: Piece) -> int:
    return sum(1 for c in piece.text if not _is_mark(c))


def _is_mark(character: str) -> bool:
    return "\u0300" <= character <= "\u036f" or "\u20d0" <= character <= "\u20ff"


def _curve(points: tuple[tuple[float, float], ...]) -> str:
    """An arrow through points, level in each."""
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}"
    for (x, y), (right, below) in pairwise(points):
        middle = (x + right) / 2
        path += f" C{middle:.1f},{y:.1f} {middle:.1f},{below:.1f} {right:.1f},{below:.1f}"
    return f'<path class="arrow" d="{path}" marker-end="url(#head)"></path>'


def _vertex(vertex: Vertex, box: Box, link: str) -> Iterator[str]:
    if link:
        yield f'<a href="{escape(link)}" aria-label="the gradient of {escape(linear(vertex.name))}">'
    left, top = box.x - box.width / 2, box.y - HEIGHT / 2
    yield (
        f'<rect class="vertex {vertex.part}" x="{left:.1f}" y="{top:.1f}" width="{box.width:.1f}"'
        f' height="{HEIGHT:.0f}" rx="{_RADII.get(vertex.part, 5):.0f}"></rect>'
    )
    yield f'<text class="{vertex.part}" x="{box.x:.1f}" y="{box.y + 6:.1f}">{_label(vertex.name)}</text>'
    if link:
        yield "</a>"


def _label(name: str) -> str:
    """A name with its scripts set lower and higher."""
    label, height = "", 0
    for piece in pieces(name):
        shift = _SHIFTS[piece.place] - height
        height += shift
        size = ' class="script"' if piece.place != "line" else ""
        move = f' dy="{shift}"' if shift else ""
        label += f"<tspan{size}{move}>{escape(piece.text)}</tspan>" if size or move else escape(piece.text)
    return label
