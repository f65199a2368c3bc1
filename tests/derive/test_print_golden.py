"""Printouts as they were last looked at; GRADCHECK_UPDATE_GOLDEN=1 writes them anew."""

import os
from pathlib import Path

import pytest
from printed_layers import LAYERS, derivation_of

from gradcheck.derive.code.numpy_module import numpy_source
from gradcheck.derive.code.torch_module import torch_source
from gradcheck.derive.printing import as_json, html, latex_document, markdown, svg, text
from gradcheck.derive.printing.view import View

GOLDEN = Path(__file__).parent / "golden"
FORMATS = {
    "txt": text.render,
    "md": markdown.render,
    "tex": latex_document.render,
    "html": html.render,
    "svg": svg.render,
    "json": as_json.render,
}


CODE = {"numpy.txt": numpy_source, "torch.txt": torch_source}


def held_against(path: Path, printed: str) -> None:
    """Compare with the file, or write it."""
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(printed, encoding="utf-8")
    assert printed == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", CODE)
@pytest.mark.parametrize("name", LAYERS)
def test_golden_code(name: str, suffix: str) -> None:
    held_against(GOLDEN / f"{name}.{suffix}", CODE[suffix](derivation_of(name), name))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", LAYERS)
def test_golden(name: str, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_json, "version_of", lambda package: "0")
    printed = FORMATS[suffix](derivation_of(name), View())
    held_against(GOLDEN / f"{name}.{suffix}", printed)
