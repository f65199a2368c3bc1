"""The library: every file reads as definitions alone, and computes what the reference layer computes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric import Point, evaluate, sample
from gradcheck.derive.derivation import CannotDerive, Forward
from gradcheck.deriving.library import builtin, library_names, library_title
from gradcheck.deriving.source import forwards, read_forwards
from gradcheck.documents.check import check_source
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import Kind
from gradcheck.layers.reference.affine import affine_forward
from gradcheck.layers.reference.attention import attention_forward
from gradcheck.layers.reference.batchnorm import batchnorm_forward
from gradcheck.layers.reference.batchnorm_unbiased import batchnorm_unbiased_forward
from gradcheck.layers.reference.bce import bce_forward
from gradcheck.layers.reference.cross_entropy import cross_entropy_forward
from gradcheck.layers.reference.dropout import dropout_forward
from gradcheck.layers.reference.gelu import gelu_forward
from gradcheck.layers.reference.gelu_tanh import gelu_tanh_forward
from gradcheck.layers.reference.gru_step import gru_step_forward
from gradcheck.layers.reference.layernorm import layernorm_forward
from gradcheck.layers.reference.leaky_relu import leaky_relu_forward
from gradcheck.layers.reference.lstm_step import lstm_step_forward
from gradcheck.layers.reference.mse import mse_forward
from gradcheck.layers.reference.relu import relu_forward
from gradcheck.layers.reference.rmsnorm import rmsnorm_forward
from gradcheck.layers.reference.rnn_step import rnn_step_forward
from gradcheck.layers.reference.sigmoid import sigmoid_forward
from gradcheck.layers.reference.silu import silu_forward
from gradcheck.layers.reference.softmax import softmax_forward
from gradcheck.layers.reference.tanh import tanh_forward
from gradcheck.model import Verdict
from gradcheck.options import Options

ROOT = Path(__file__).parents[2]
OUT_OF_RANGE = {"conv2d", "max_pool2d"}
"""Windows that overlap add indices, and the largest entry is no formula of the algebra."""


@pytest.mark.parametrize("name", library_names())
def test_every_relation_is_a_definition(name: str) -> None:
    path, data = builtin(name)
    claims = check_source(path, data, Options(engines=("algebra",))).claims
    assert claims and {claim.verdict for claim in claims} == {Verdict.DEFINITION}
    (heading,) = [r for r in read_source(path, data).regions if r.kind is Kind.HEADING]
    assert library_title(name) == heading.text


@pytest.mark.parametrize("name", library_names())
def test_every_file_is_one_topic_without_notes(name: str) -> None:
    found = read_forwards(*builtin(name))
    (forward,) = found.forwards
    assert found.notes == () and forward.wrt and forward.title == library_title(name)


def test_titles_tell_the_files_apart() -> None:
    assert len({library_title(name) for name in library_names()}) == len(library_names()) >= 40


def test_every_reference_layer_in_range_is_there() -> None:
    reference = {p.stem for p in (ROOT / "gradcheck/layers/reference").glob("*.py")} - {"__init__"}
    assert reference - set(library_names()) == OUT_OF_RANGE


def test_names_are_met_half_way() -> None:
    assert builtin("Batch-Norm") == builtin("batchnorm")
    with pytest.raises(CannotDerive) as caught:
        builtin("batchnrm")
    assert "batchnorm" in caught.value.help
    with pytest.raises(CannotDerive) as caught:
        builtin("zzz")
    assert caught.value.help.startswith("known are affine, ")


def test_one_hot_targets_are_known_to_sum_to_one() -> None:
    for name in ("softmax_cross_entropy", "label_smoothing", "embedding", "softmax_regression"):
        (forward,) = forwards(*builtin(name))
        assert forward.normalised == ("t",) and "t" in forward.fixed


Values = dict[str, np.ndarray]


def joined(values: Values, *names: str) -> np.ndarray:
    """Blocks side by side, as the reference layers hold the weights of several gates."""
    return np.concatenate([values[name] for name in names], axis=-1)


def gates(values: Values, labels: str) -> tuple[np.ndarray, ...]:
    return tuple(joined(values, *(f"{w}^{{({label})}}" for label in labels)) for w in "WUb")


def attended(v: Values) -> np.ndarray:
    return attention_forward(v["Q"], v["K"], v["V"])[0]


REFERENCE: dict[str, Callable[[Values], object]] = {
    "affine": lambda v: affine_forward(v["x"], v["w"], v["b"])[0],
    "attention": attended,
    "batchnorm": lambda v: batchnorm_forward(v["x"], v[r"\gamma"], v[r"\beta"], v[r"\epsilon"])[0],
    "batchnorm_unbiased": lambda v: batchnorm_unbiased_forward(
        v["x"], v[r"\gamma"], v[r"\beta"], v[r"\epsilon"]
    )[0],
    "bce": lambda v: bce_forward(v["p"], v["t"])[0],
    "cross_entropy": lambda v: cross_entropy_forward(v["p"], v["t"])[0],
    "dropout": lambda v: dropout_forward(v["x"] / 2, v["r"], v["q"] / 2)[0],
    "gelu": lambda v: gelu_forward(v["x"])[0],
    "gelu_tanh": lambda v: gelu_tanh_forward(v["x"])[0],
    "gru_step": lambda v: gru_step_forward(v["x"], v["s"], *gates(v, "RZN"))[0],
    "layernorm": lambda v: layernorm_forward(v["x"], v[r"\gamma"], v[r"\beta"], v[r"\epsilon"])[0],
    "leaky_relu": lambda v: leaky_relu_forward(v["x"], v["a"])[0],
    "lstm_step": lambda v: lstm_step_forward(v["x"], v["s"], v["q"], *gates(v, "IFOG"))[0],
    "mse": lambda v: mse_forward(v["x"], v["t"])[0],
    "relu": lambda v: relu_forward(v["x"])[0],
    "rmsnorm": lambda v: rmsnorm_forward(v["x"], v[r"\gamma"], v[r"\epsilon"])[0],
    "rnn_step": lambda v: rnn_step_forward(v["x"], v["s"], v["W"], v["U"], v["b"])[0],
    "sigmoid": lambda v: sigmoid_forward(v["x"])[0],
    "silu": lambda v: silu_forward(v["x"])[0],
    "softmax": lambda v: softmax_forward(v["x"])[0],
    "tanh": lambda v: tanh_forward(v["x"])[0],
}


@pytest.mark.parametrize("name", REFERENCE)
def test_the_definitions_compute_what_the_reference_layer_computes(name: str) -> None:
    (forward,) = forwards(*builtin(name))
    point = sample(forward.graph, (), sizes_of(forward), np.random.default_rng(5))
    expected = REFERENCE[name](point.values)
    outputs = expected if isinstance(expected, tuple) else (expected,)
    for output, wanted in zip(forward.outputs or (forward.loss,), outputs, strict=True):
        np.testing.assert_allclose(value_of(forward, output, point), wanted, rtol=1e-12, atol=1e-12)


def sizes_of(forward: Forward) -> dict[str, int]:
    """Different lengths; as many hidden units as a state has entries."""
    sizes = {size: 2 + k for k, size in enumerate(dict.fromkeys(forward.letters))}
    for size in ("|k|",) if "H" in sizes and "|k|" in sizes else ():
        sizes[size] = sizes["H"]
    return sizes


def value_of(forward: Forward, name: str, point: Point) -> np.ndarray:
    node = forward.graph.nodes[name]
    lengths = dict(zip(node.params, node.sizes, strict=True))
    return evaluate(e.Ref(name, node.params), forward.graph, point, node.params, lengths)
