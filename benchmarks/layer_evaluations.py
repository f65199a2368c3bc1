"""How often a layer is evaluated: to pass a smooth one, and to name the wrong element of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.layer_targets import SMOOTH, drawn, pair, runs
from benchmarks.table import Figure
from benchmarks.timing import Broken
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.judging import judge
from gradcheck.layers.settings import Settings
from gradcheck.model import Layer

_INDEX = (17, 201)
_RUNS = 40
_PASSING = "forward evaluations of a smooth layer that passes"
_NAMING = "forward evaluations to name the wrong element"


def evaluation_figures() -> Iterator[Figure]:
    """Forward evaluations of passing smooth layers, and those that it takes to find one wrong element."""
    counts = Counter(
        judge(run.target, Settings(seed=run.seed), run.name).layer.evaluations.forward
        for run in runs(SMOOTH, _RUNS * len(SMOOTH))
    )
    usual = counts.most_common(1)[0][0]
    more = sum(n for forwards, n in counts.items() if forwards > usual)
    detail = f"{more} of {counts.total()} runs took more, at most {max(counts)}"
    yield Figure(f"{_PASSING}, usually", usual, "", 5, detail)
    yield Figure(f"{_PASSING}, mean", sum(k * n for k, n in counts.items()) / counts.total(), "", 5.1)
    for rows, columns, bound in ((64, 32, None), (256, 256, 1100)):
        yield Figure(f"{_NAMING}, batchnorm {rows}×{columns}", _batchnorm(rows, columns), "", bound)
    for size in (1_000, 20_000):
        yield Figure(f"{_NAMING}, dense Jacobian, {size:,} elements", _dense(size), "")


def _batchnorm(rows: int, columns: int) -> int:
    right = pair("batchnorm")
    index = (_INDEX[0] % rows, _INDEX[1] % columns)

    def backward(dout: Any, cache: Any) -> Any:
        dx, dgamma, dbeta = right.backward(dout, cache)
        dx[index] *= 1.001
        return dx, dgamma, dbeta

    inputs = {"x": f"normal({rows}, {columns})", "gamma": f"normal({columns})", "beta": f"normal({columns})"}
    return _located(FunctionPair("batchnorm", right.forward, backward), drawn(inputs), index)


def _dense(size: int) -> int:
    mixing = np.random.default_rng(0).normal(size=(3, size)) / 100

    def forward(x: Any) -> Any:
        return mixing @ np.sin(x)

    def backward(dout: Any, x: Any) -> Any:
        dx = (dout @ mixing) * np.cos(x)
        dx[size // 3] *= 1.5
        return dx

    return _located(FunctionPair("dense", forward, backward), drawn({"x": f"normal({size})"}), (size // 3,))


def _located(pair: FunctionPair, inputs: dict[str, Any], index: tuple[int, ...]) -> int:
    """The forward evaluations of a check. Raises Broken if it names another element."""
    layer = judge(pair.bind(inputs), Settings(), pair.name).layer
    if _named(layer) != index:
        raise Broken(f"the wrong element of {pair.name} is {index}, named was {_named(layer)}")
    return layer.evaluations.forward


def _named(layer: Layer) -> tuple[int, ...] | None:
    return next((a.worst.index for a in layer.arguments if a.worst is not None), None)
