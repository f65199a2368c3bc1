"""Everything about a layer, for ``-v``: how it was recognised, its inputs, and each argument on one line."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.model import Corner, Layer
from gradcheck.report.layer_words import argument_line, duration
from gradcheck.report.style import layer_verdict_color, paint, plain, plural


def layer_listing(layer: Layer, *, color: bool) -> str:
    """The layer as it was recognised, what went in, what came out."""
    head = paint(f"{plain(layer.target)}: {layer.verdict.value}", on=color, bold=True)
    return "\n".join([f"{head}, {_cost(layer)}", *(f"  {row}" for row in _rows(layer, color))])


def _cost(layer: Layer) -> str:
    forward = plural(layer.evaluations.forward, "forward")
    backward = plural(layer.evaluations.backward, "backward")
    return f"{forward} and {backward} in {duration(layer.seconds)}, seed {layer.seed}"


def _rows(layer: Layer, color: bool) -> Iterator[str]:
    if layer.recognised:
        yield f"recognised: {plain(layer.recognised)}"
    yield from (f"input: {plain(name)} = {plain(value)}" for name, value in layer.inputs)
    for argument in layer.arguments:
        yield paint(plain(argument_line(argument)), layer_verdict_color(argument.verdict), on=color)
    yield from (f"note: {plain(note)}" for note in layer.notes)
    yield from (_corner(corner, color) for corner in layer.corners)


def _corner(corner: Corner, color: bool) -> str:
    verdict = paint(corner.verdict.value, layer_verdict_color(corner.verdict), on=color)
    message = f", {plain(corner.message)}" if corner.message else ""
    return f"corner: {plain(corner.name)}: {verdict}{message}"
