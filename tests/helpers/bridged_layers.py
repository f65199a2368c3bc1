"""Layers in NumPy whose backward is a text to be spoiled, and what the bridge says of them."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from gradcheck.bridge.explaining import explained
from gradcheck.layers.job import Job
from gradcheck.layers.session import check_wanted
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Spelled, Wanted
from gradcheck.model import ArgumentCheck, Implemented, Layer

PAPERS = Path(__file__).parents[1] / "bridge" / "papers"
QUICK = Settings(corners=False, shrink=False, causes=False)

BATCHNORM = """
import numpy as np

def normalise_forward(inputs, scale, shift, eps=1e-3):
    mean, var = inputs.mean(0), inputs.var(0)
    s = np.sqrt(var + eps)
    xh = (inputs - mean) / s
    return scale * xh + shift, (inputs, xh, mean, var, s, scale, eps)

def normalise_backward(dout, cache):
    x, xh, mu, var, s, gamma, eps = cache
    m, dy = x.shape[0], dout
    S = lambda a: a.sum(0)
    dxh = {dxh}
    dvar = {dvar}
    dmu = {dmu}
    dx = {dx}
    return dx, {dgamma}, {dbeta}
"""
BATCHNORM_RIGHT = {
    "dxh": "gamma*dy",
    "dvar": "-0.5*(var+eps)**-1.5*S(dxh*(x-mu))",
    "dmu": "-1/s*S(dxh)",
    "dx": "dxh/s + dvar*2*(x-mu)/m + dmu/m",
    "dgamma": "S(dy*xh)",
    "dbeta": "S(dy)",
}
SOFTMAX = """
import numpy as np

def activation_forward(scores):
    e = np.exp(scores - scores.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    return p, p

def activation_backward(dp, p):
    S = lambda a: a.sum(-1, keepdims=True)
    K = p.shape[-1]
    return {dx}
"""
SOFTMAX_RIGHT = {"dx": "p*(dp - S(p*dp))"}
LAYERNORM = """
import numpy as np

def rows_forward(x, scale, shift):
    mu, var = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    s = np.sqrt(var + 1e-4)
    xh = (x - mu) / s
    return scale * xh + shift, (x, xh, mu, var, s, scale)

def rows_backward(dy, cache):
    x, xh, mu, var, s, scale = cache
    D = x.shape[-1]
    S = lambda a: a.sum(-1, keepdims=True)
    dxh = {dxh}
    dx = {dx}
    return dx, {dg}, {db}
"""
LAYERNORM_RIGHT = {
    "dxh": "dy*scale",
    "dx": "(dxh - S(dxh)/D - xh*S(dxh*xh)/D)/s",
    "dg": "(dy*xh).sum(0)",
    "db": "dy.sum(0)",
}
AFFINE = """
import numpy as np

def dense_forward(data, weights, bias):
    return data @ weights + bias, (data, weights, bias)

def dense_backward(dy, cache):
    x, w, b = cache
    N, (D, M) = len(x), w.shape
    return {dx}, {dw}, {db}
"""
AFFINE_RIGHT = {"dx": "dy @ w.T", "dw": "x.T @ dy", "db": "dy.sum(0)"}
COLUMN = """
import numpy as np

def column_forward(x, W, b):
    return W @ x + b, (x, W, b)

def column_backward(dy, cache):
    x, W, b = cache
    m, n = W.shape
    return {dx}, {dW}, {db}
"""
COLUMN_RIGHT = {"dx": "W.T @ dy", "dW": "np.outer(dy, x)", "db": "dy"}
COLUMN_INPUTS = {"x": "normal(3)", "W": "normal(4, 3)", "b": "normal(4)"}


def checked(
    source: str,
    paper: Path | str | None,
    inputs: Mapping[str, str] | None = None,
    patience: float = 20.0,
    name: str | None = None,
) -> Layer:
    """The report on the layer in a source text, compared with a document (None: with the built-in ones)."""
    found = name or re.findall(r"^def (\w+)", source, re.MULTILINE)[0]
    derivation = str(paper) if paper is not None else None

    def explain(job: Job, layer: Layer) -> Layer:
        return explained(job, layer, derivation, patience)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.py"
        path.write_text(source, encoding="utf-8")
        given = {n: Spelled(text) for n, text in (inputs or {}).items()}
        (layer,) = check_wanted(Wanted(f"{path}:{found}", given, settings=QUICK), explain)
    return layer


def argument(layer: Layer, place: int) -> ArgumentCheck:
    """One of a layer's arguments, by its place."""
    return layer.arguments[place]


def formulas(found: Implemented | None) -> Iterator[str]:
    """What the layer computes, as LaTeX without blanks, in every way that the bridge sees it."""
    if found is not None:
        inner = found.through or found
        yield re.sub(r"(?<=\{)1\(", "(", re.sub(r"\s", "", inner.computed))  # 1 (x − μ) is (x − μ)
        for other in found.alternatives:
            yield from formulas(other)
