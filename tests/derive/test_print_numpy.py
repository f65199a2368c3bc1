"""NumPy notation: the definitions and results of every format as lines of Python that can be run."""

import json

import numpy as np
import pytest
from pages import read
from printed_layers import derivation_of

from gradcheck.derive.printing import as_json, html, latex_document, markdown, text
from gradcheck.derive.printing.view import View

VIEW = View(notation="numpy")
BRIEF = View(notation="numpy", detail="brief")


def test_the_lines_compute_the_gradient() -> None:
    """The printed lines, run as they stand, agree with central differences."""
    payload = json.loads(as_json.render(derivation_of("batchnorm"), VIEW))["derivation"]
    forward = "\n".join(d["numpy"] for d in payload["definitions"])
    backward = "\n".join(r["numpy"] for r in payload["results"])
    random = np.random.default_rng(0)
    x, dout = random.normal(size=(5, 3)), random.normal(size=(5, 3))
    names = {"np": np, "gamma": random.normal(size=3), "beta": random.normal(size=3), "epsilon": 1e-3}

    def loss(x: np.ndarray) -> float:
        found = {**names, "x": x}
        exec(forward, found)
        return float((found["y"] * dout).sum())

    found = {**names, "x": x, "dout": dout}
    exec(f"{forward}\n{backward}", found)
    direction = random.normal(size=x.shape)
    difference = (loss(x + 1e-5 * direction) - loss(x - 1e-5 * direction)) / 2e-5
    assert (found["dx"] * direction).sum() == pytest.approx(difference, rel=1e-6)


def test_each_format_has_the_lines() -> None:
    derivation = derivation_of("affine")
    assert "\n```python\ny = x @ w + b\n```\n" in markdown.render(derivation, VIEW)
    assert "\\begin{verbatim}\ny = x @ w + b\n\\end{verbatim}" in latex_document.render(derivation, VIEW)
    assert "y = x @ w + b\n" in [e.text for e in read(html.render(derivation, VIEW)).all("code")]
    assert "\n  y = x @ w + b\n" in text.render(derivation, VIEW)


def test_brief_on_a_terminal_is_the_code_of_the_results() -> None:
    printed = text.render(derivation_of("affine"), BRIEF)
    assert printed.splitlines()[3:] == ["  dx = dout @ w.T", "  dw = x.T @ dout", "  db = dout.sum(axis=0)"]


def test_other_notations_have_no_code() -> None:
    assert "np." not in markdown.render(derivation_of("softmax"), View())
    assert "numpy" not in as_json.render(derivation_of("softmax"), View())
