"""The wrong element is named within a budget of evaluations, and the case shrinks to one to paste."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradcheck
from gradcheck.layers.reference import batchnorm
from gradcheck.model import LayerVerdict


def spoiled(index: tuple[int, ...], factor: float = 1.001) -> Any:
    def batchnorm_backward(dout: Any, cache: Any) -> Any:
        dx, dgamma, dbeta = batchnorm.batchnorm_backward(dout, cache)
        dx[index] *= factor
        return dx, dgamma, dbeta

    return batchnorm_backward


def test_one_element_of_a_large_batch_norm() -> None:
    layer = gradcheck.check(
        batchnorm.batchnorm_forward,
        spoiled((17, 201)),
        x="normal(256, 256)",
        gamma="normal(256)",
        beta="normal(256)",
    )
    x = layer.arguments[0]
    assert x.worst is not None and x.worst.index == (17, 201) and x.wrong == 1
    assert x.worst.analytic == pytest.approx(1.001 * x.worst.numeric, rel=1e-6)
    assert layer.evaluations.forward <= 1100


@pytest.mark.parametrize("count", [1, 3])
def test_elements_of_a_dense_jacobian_are_found_by_halving(count: int) -> None:
    rng = np.random.default_rng(0)
    mixing = rng.normal(size=(3, 20_000)) / 100
    wrong = rng.choice(20_000, size=count, replace=False)

    def backward(dout: Any, x: Any) -> Any:
        dx = (dout @ mixing) * np.cos(x)
        dx[wrong] *= 1.5
        return dx

    layer = gradcheck.check(lambda x: mixing @ np.sin(x), backward, x="normal(20000)")
    (x,) = layer.arguments
    assert x.worst is not None and x.worst.index[0] in wrong
    assert layer.evaluations.forward <= 400


def test_a_weight_is_differenced_column_by_column() -> None:
    def backward(dout: Any, x: Any, w: Any) -> Any:
        dw = x.T @ dout
        dw[3, 5] += 0.01
        return dout @ w.T, dw

    layer = gradcheck.check(lambda x, w: x @ w, backward, x="normal(30, 40)", w="normal(40, 50)")
    verdicts = {a.name: a.verdict for a in layer.arguments}
    assert verdicts == {"x": LayerVerdict.PASS, "w": LayerVerdict.FAIL}
    (w,) = (a for a in layer.arguments if a.name == "w")
    assert w.worst is not None and w.worst.index == (3, 5) and layer.evaluations.forward < 500


def test_the_smallest_case_reproduces_the_failure(tmp_path: Path) -> None:
    source = tmp_path / "layers.py"
    source.write_text(
        "import numpy as np\n"
        "def mean_forward(x, w):\n    y = x * w\n    return y - y.mean(axis=0), (x, w)\n"
        "def mean_backward(dout, cache):\n    x, w = cache\n"
        "    return dout * w, (dout * x).sum(axis=0)\n"
    )
    layer = gradcheck.check(f"{source}:mean", x="normal(12, 7)", w="normal(7)", shrink=True)
    assert layer.reproduction is not None and layer.verdict is LayerVerdict.FAIL
    assert "x=normal(1, 1)" in layer.reproduction.command
    done = subprocess.run(
        [sys.executable, "-c", layer.reproduction.snippet], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and re.search(r"AssertionError.*gradient of x is wrong", done.stderr)
