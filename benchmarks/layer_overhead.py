"""What a check costs beside the layer's own work: five bare forwards and four bare backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.layer_targets import Inputs, drawn, pair
from benchmarks.table import Figure
from benchmarks.timing import best, seconds
from gradcheck.api import check
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.checking import check_target
from gradcheck.layers.settings import Settings

_BOUND = 3.0
_LEAST_FORWARD = 15e-6
_ROUNDS = 300
_BUDGET = 1.0
_FORWARDS, _BACKWARDS = 5, 4


def _norm(shape: str, size: int) -> dict[str, object]:
    return {"x": f"normal({shape})", "gamma": f"normal({size})", "beta": f"normal({size})"}


_LAYERS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("batchnorm", _norm("64, 32", 32)),
    ("batchnorm", _norm("256, 256", 256)),
    ("layernorm", _norm("64, 64", 64)),
    ("softmax", {"x": "normal(64, 64)"}),
    ("softmax_cross_entropy", {"x": "normal(128, 10)", "target": "integers(0, 10, 128)"}),
    ("affine", {"x": "normal(64, 128)", "w": "normal(128, 64)", "b": "normal(64)"}),
    ("relu", {"x": "normal(256, 256)"}),
    ("gelu", {"x": "normal(32, 32)"}),
    ("conv2d", {"x": "normal(2, 3, 16, 16)", "w": "normal(4, 3, 3, 3)", "b": "normal(4)"}),
    ("attention", {"q": "normal(2, 4, 16, 8)", "k": "normal(2, 4, 16, 8)", "v": "normal(2, 4, 16, 8)"}),
    ("groupnorm", {**_norm("8, 6, 4, 4", 6), "groups": 3}),
)


@dataclass(frozen=True, slots=True)
class Times:
    """The best time of each in seconds: one forward, the bare work, the check of a bound target, the call."""

    forward: float
    bare: float
    bound: float
    called: float


def overhead_figures() -> Iterator[Figure]:
    """The check over the bare work, for each layer; a bound where a forward takes long enough to count."""
    for name, specs in _LAYERS:
        subject, inputs = pair(name), drawn(specs)
        times = _times(subject, inputs)
        what = f"{name} {'×'.join(map(str, inputs['x' if 'x' in inputs else 'q'].shape))}"
        bound = _BOUND if times.forward >= _LEAST_FORWARD else None
        detail = (
            f"{1e6 * times.bound:.0f} µs : {1e6 * times.bare:.0f} µs, a forward {1e6 * times.forward:.0f} µs"
        )
        yield Figure(
            f"check : 5 forwards + 4 backwards, {what}", times.bound / times.bare, "×", bound, detail
        )
        detail = f"{1e6 * times.called:.0f} µs"
        yield Figure(f"gradcheck.check : the same, {what}", times.called / times.bare, "×", None, detail)


def _times(subject: FunctionPair, inputs: Inputs) -> Times:
    """All of them in turns."""
    target, settings = subject.bind(inputs), Settings()
    work = (
        lambda: subject.forward(**inputs),
        _bare(subject, inputs),
        lambda: check_target(target, settings),
        lambda: check(subject.forward, subject.backward, inputs=inputs),
    )
    return Times(*_in_turns(work))


def _bare(subject: FunctionPair, inputs: Inputs) -> Callable[[], None]:
    out, _ = subject.forward(**inputs)
    upstream = np.random.default_rng(0).normal(size=np.shape(out))

    def work() -> None:
        for _ in range(_FORWARDS):
            _, cache = subject.forward(**inputs)
        for _ in range(_BACKWARDS):
            subject.backward(upstream, cache)

    return work


def _in_turns(work: tuple[Callable[[], object], ...]) -> list[float]:
    first = sum(best(w, 2) for w in work)
    rounds = max(3, min(_ROUNDS, int(_BUDGET / first)))
    times = [[seconds(w) for w in work] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]
