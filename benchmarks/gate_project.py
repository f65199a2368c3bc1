"""A project of any size for the gate: documents with claims, files with layers, all of them different."""

from __future__ import annotations

from pathlib import Path

CLAIMS_PER_DOCUMENT = 20
LAYERS_PER_FILE = 10

_CONFIGURATION = '[tool.gradcheck]\ndocuments = ["docs/*.md"]\nlayers = ["net/*.py"]\n'

_SECTION = r"""## Layer {n}

$$ {z}_i = {a} {x}_i + {b} $$

$$ {p}_i = \frac{{1}}{{1 + e^{{-{z}_i}}}} $$

$$ {L} = \sum_{{i=1}}^m ({p}_i - {t}_i)^2 $$

$$ \frac{{\partial {L}}}{{\partial {p}_i}} = 2 ({p}_i - {t}_i) $$

$$ \frac{{\partial {L}}}{{\partial {x}_i}} = 2 ({p}_i - {t}_i) {p}_i (1 - {p}_i) \cdot {a}
= {twice} ({p}_i - {t}_i) ({p}_i - {p}_i^2) $$

$$ \frac{{\partial {p}_i}}{{\partial {x}_i}} = {a} {p}_i (1 - {p}_i) $$

$$ \frac{{\partial {p}_i}}{{\partial {z}_i}} = {p}_i - {p}_i^2 = {p}_i (1 - {p}_i) $$

$$ \frac{{\partial {L}}}{{\partial {t}_i}} = {sign} 2 ({p}_i - {t}_i) $$
"""
_SYMBOLS = (
    {"z": "z", "x": "x", "p": "p", "t": "t", "L": "L"},
    {"z": "u", "x": "v", "p": "q", "t": "r", "L": "J"},
)
_CLAIMS_PER_SECTION = 10

_LAYER = """
def layer{n}_forward(x, w):
    a = np.tanh(x @ w + {shift})
    return {scale} * a, (x, w, a)


def layer{n}_backward(dout, cache):
    x, w, a = cache
    d = {scale} * dout * (1 - a**2)
    return d @ w.T, x.T @ d
"""


def write_project(root: Path, claims: int, layers: int) -> None:
    """Write so many claims and layers, and the configuration that names them; one claim in 40 is wrong."""
    (root / "docs").mkdir(parents=True)
    (root / "net").mkdir()
    (root / "pyproject.toml").write_text(_CONFIGURATION, encoding="utf-8")
    for n in range(claims // CLAIMS_PER_DOCUMENT):
        (root / "docs" / f"note{n:04}.md").write_text(_document(n), encoding="utf-8")
    for n in range(layers // LAYERS_PER_FILE):
        (root / "net" / f"layers{n:03}.py").write_text(_file(n), encoding="utf-8")


def _document(number: int) -> str:
    sections = range(CLAIMS_PER_DOCUMENT // _CLAIMS_PER_SECTION)
    texts = [
        _SECTION.format(
            n=n,
            a=number + n + 2,
            b=n + 1,
            twice=2 * (number + n + 2),
            **_SYMBOLS[n],
            sign="" if n == 0 and number % 2 else "-",
        )
        for n in sections
    ]
    return "\n".join([f"# Note {number}\n", *texts])


def _file(number: int) -> str:
    layers = (
        _LAYER.format(n=n, shift=number / 8, scale=float(number + n + 1)) for n in range(LAYERS_PER_FILE)
    )
    return "import numpy as np\n\n" + "\n".join(layers)
