"""Printouts of a derivation: one file per format, each a pure function ``render(derivation, view)``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from gradcheck.derive.derivation import Derivation
from gradcheck.derive.printing.view import View

FORMATS = {
    "text": "text",
    "latex": "latex_document",
    "markdown": "markdown",
    "html": "html",
    "json": "as_json",
}
"""The formats and the file of each, which is loaded when it is asked for."""

Render = Callable[[Derivation, View], str]


def renderer(name: str) -> Render:
    """The ``render`` of a format, one of `FORMATS`."""
    render: Render = import_module(f"{__package__}.{FORMATS[name]}").render
    return render
