"""What a check costs beside the layer's own work: five bare forwards and four bare backwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
        shape = "×".join(map(str, next(iter(inputs.values())).shape))
        work = f"5 forwards + 4 backwards, {name} {shape}"
        bound = _BOUND if times.forward >= _LEAST_FORWARD else None
        detail = f"{_micro(times.bound)} : {_micro(times.bare)}, a forward {_micro(times.forward)}"
        yield Figure(f"check : {work}", times.bound / times.bare, "×", bound, detail)
        yield Figure(f"gradcheck.check : {work}", times.called / times.bare, "×", detail=_micro(times.called))


def _micro(time: float) -> str:
    return f"{1e6 * time:.0f} µs"


def _times(subject: FunctionPair, inputs: Inputs) -> Times:
    """All in turns but the last, which leaves so much behind that what comes next is slower."""
    target, settings = subject.bind(inputs), Settings()
    work = (
        lambda: subject.forward(**inputs),
        _bare(subject, inputs),
        lambda: check_target(target, settings),
    )
    (called,) = _in_turns((lambda: check(subject.forward, subject.backward, inputs=inputs),))
    forward, bare, bound = _in_turns(work)
    return Times(forward, bare, bound, called)


def _bare(subject: FunctionPair, inputs: Inputs) -> Callable[[], list[Any]]:
    """The bare work; what it gives is kept, as every difference has to, for memory used twice is quicker."""
    out, _ = subject.forward(**inputs)
    upstream = np.random.default_rng(0).normal(size=np.shape(out))

    def work() -> list[Any]:
        kept = []
        for _ in range(_FORWARDS):
            out, cache = subject.forward(**inputs)
            kept.append(out)
        return kept + [subject.backward(upstream, cache) for _ in range(_BACKWARDS)]

    return work


def _in_turns(work: tuple[Callable[[], object], ...]) -> list[float]:
    first = sum(best(w, 2) for w in work)
    rounds = max(3, min(_ROUNDS, int(_BUDGET / first)))
    times = [[seconds(w) for w in work] for _ in range(rounds)]
    return [min(column) for column in zip(*times, strict=True)]
