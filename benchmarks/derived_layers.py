"""Generated layers timed beside those written by hand, in turns, after both have given the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from benchmarks.layer_targets import Inputs, drawn
from benchmarks.table import Figure
from benchmarks.timing import Broken, seconds
from gradcheck.derive.code.numpy_module import numpy_source
from gradcheck.derive.deriving import derive
from gradcheck.deriving.library import builtin
from gradcheck.deriving.source import forwards
from gradcheck.layers import reference

_BOUND = 1.2
Functions = tuple[Callable[..., Any], Callable[..., Any]]
Arrange = Callable[[Inputs], Inputs]


def _as_they_are(inputs: Inputs) -> Inputs:
    return inputs


@dataclass(frozen=True)
class Subject:
    """A layer with its inputs; ``names`` are those that the document calls otherwise than the code.

    ``arranged`` lays the inputs out as the document has them. ``blocks`` is in how many the
    document has the last axis of a weight.
    """

    name: str
    inputs: Mapping[str, object]
    names: Mapping[str, str] = field(default_factory=dict)
    arranged: Arrange = _as_they_are
    blocks: int = 1

    def of_document(self, inputs: Inputs) -> Inputs:
        """The inputs of the generated layer, from those of the reference layer."""
        return self.arranged({self.names.get(name, name): value for name, value in inputs.items()})


def _gates(letters: str) -> Arrange:
    """Weights of all gates side by side as one array for each gate."""

    def arranged(inputs: Inputs) -> Inputs:
        found = {n: v for n, v in inputs.items() if n not in ("w", "u", "b")}
        for name in ("w", "u", "b"):
            parts = np.split(inputs[name], len(letters), axis=-1)
            found |= {f"{name}_{x}": part.copy() for x, part in zip(letters, parts, strict=True)}
        return found

    return arranged


def _in_groups(inputs: Inputs) -> Inputs:
    """Channels and positions with an axis for the groups before them."""
    groups, x = inputs["groups"], inputs["x"]
    shaped = {n: inputs[n].reshape(groups, -1) for n in ("gamma", "beta")}
    return {"x": x.reshape(len(x), groups, x.shape[1] // groups, -1), **shaped}


_NORM = {"x": "normal(256, 256)", "gamma": "normal(256)", "beta": "normal(256)"}
_X = {"x": "normal(256, 256)"}
_STEP = {"x": "normal(256, 128)", "wx": "normal(128, 256)", "b": "normal(256)"}
_STATES = {"x": "normal(256, 128)", "h_prev": "normal(256, 128)"}
_GATED = {"wx": "w", "h_prev": "s", "wh": "u"}
_SUBJECTS = (
    Subject("batchnorm", _NORM),
    Subject("batchnorm_unbiased", _NORM),
    Subject("layernorm", _NORM),
    Subject("rmsnorm", {"x": "normal(256, 256)", "gamma": "normal(256)"}),
    Subject("softmax", _X),
    Subject("affine", {**_X, "w": "normal(256, 256)", "b": "normal(256)"}),
    Subject("attention", {"q": "normal(256, 64)", "k": "normal(256, 64)", "v": "normal(256, 64)"}),
    Subject("relu", _X),
    Subject("leaky_relu", {**_X, "slope": 0.1}, {"slope": "a"}),
    Subject("sigmoid", _X),
    Subject("tanh", _X),
    Subject("silu", _X),
    Subject("gelu", {"x": "normal(64, 64)"}),
    Subject("gelu_tanh", _X),
    Subject("dropout", {**_X, "mask": "bernoulli(256, 256)", "keep": 0.5}, {"mask": "r", "keep": "q"}),
    Subject("mse", {**_X, "target": "normal(256, 256)"}, {"target": "t"}),
    Subject(
        "bce",
        {"p": "uniform(65536, low=0.1, high=0.9)", "target": "uniform(65536, low=0, high=1)"},
        {"target": "t"},
    ),
    Subject(
        "rnn_step",
        {**_STEP, "h_prev": "normal(256, 256)", "wh": "normal(256, 256)"},
        _GATED,
    ),
    Subject(
        "lstm_step",
        {**_STATES, "c_prev": "normal(256, 128)", "wx": "normal(128, 512)"}
        | {"wh": "normal(128, 512)", "b": "normal(512)"},
        {**_GATED, "c_prev": "q"},
        _gates("ifog"),
        4,
    ),
    Subject(
        "gru_step",
        {**_STATES, "wx": "normal(128, 384)", "wh": "normal(128, 384)", "b": "normal(384)"},
        _GATED,
        _gates("rzn"),
        3,
    ),
    Subject(
        "groupnorm",
        {"x": "normal(32, 32, 8, 8)", "gamma": "normal(32)", "beta": "normal(32)", "groups": 8},
        arranged=_in_groups,
    ),
    Subject(
        "cross_entropy",
        {"p": "uniform(256, 256, low=0.1, high=0.9)", "target": "simplex(256, 256)"},
        {"target": "t"},
    ),
)


def derived_figures(rounds: int) -> Iterator[Figure]:
    """Forward and backward of each generated layer, over the same of the reference layer."""
    for subject in _SUBJECTS:
        inputs = drawn(subject.inputs)
        by_hand, generated = _reference(subject.name), _generated(subject.name)
        works = (_work(generated, subject.of_document(inputs)), _work(by_hand, inputs))
        _check(subject, works[0](), works[1]())
        times = [[seconds(work) for work in works] for _ in range(rounds)]
        ours, theirs = (min(column) for column in zip(*times, strict=True))
        shape = "×".join(map(str, next(iter(inputs.values())).shape))
        detail = f"{1e6 * ours:.0f} µs : {1e6 * theirs:.0f} µs"
        yield Figure(f"generated : by hand, {subject.name} {shape}", ours / theirs, "×", _BOUND, detail)


def _reference(name: str) -> Functions:
    module = reference.load(name)
    return getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward")


def _generated(name: str) -> Functions:
    (forward,) = forwards(*builtin(name))
    space: dict[str, Any] = {}
    exec(compile(numpy_source(derive(forward), name), f"{name}.py", "exec"), space)
    return space[f"{name}_forward"], space[f"{name}_backward"]


def _work(functions: Functions, inputs: Inputs) -> Callable[[], tuple[Any, Any]]:
    forward, backward = functions
    out, _ = forward(**inputs)
    upstream = _upstream(out)

    def work() -> tuple[Any, Any]:
        out, cache = forward(**inputs)
        return out, backward(upstream, cache)

    return work


def _upstream(out: Any) -> Any:
    """Random upstream gradients for one output or several, 1 for a number."""
    rng = np.random.default_rng(0)
    if isinstance(out, tuple):
        return tuple(rng.normal(size=np.shape(o)) for o in out)
    return rng.normal(size=np.shape(out)) if np.ndim(out) else 1.0


def _check(subject: Subject, ours: tuple[Any, Any], theirs: tuple[Any, Any]) -> None:
    """Raise Broken unless both give the same outputs and gradients, in whatever order, whole or in blocks."""
    found, wanted = ([*_several(out), *_several(gradients)] for out, gradients in (ours, theirs))
    for array in wanted:
        blocks = np.array_split(array, subject.blocks, axis=-1) if np.ndim(array) else []
        if not _is_among(array, found) and not (blocks and all(_is_among(b, found) for b in blocks)):
            raise Broken(f"the generated {subject.name} gives other numbers than the reference")


def _is_among(array: Any, found: list[Any]) -> bool:
    """Whether one of those found has the same numbers, in whatever shape."""
    flat = np.ravel(array)
    return any(np.size(a) == flat.size and np.allclose(np.ravel(a), flat) for a in found)


def _several(gradients: Any) -> tuple[Any, ...]:
    return gradients if isinstance(gradients, tuple) else (gradients,)
