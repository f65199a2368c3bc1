"""Generated code of every layer of the library: `gradcheck layer` passes it, in every precision, far out."""

from pathlib import Path

import numpy as np
import pytest
from derived_code import Generated, derivation_of, renamed, verdicts, written

from gradcheck.derive.code.numpy_module import numpy_source
from gradcheck.deriving.library import library_names

every_layer = pytest.mark.parametrize("name", library_names())
FAR_OUT = (
    "softmax", "log_softmax", "logsumexp", "softmax_cross_entropy", "sigmoid", "tanh", "silu", "swish",
    "softplus", "bce_with_logits", "log_cosh", "elu", "gelu", "gelu_tanh", "attention", "lstm_step",
    "gru_step", "batchnorm", "layernorm",
)  # fmt: skip


@every_layer
def test_code_passes_its_own_check(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, numpy_source(derivation_of(name)))
    assert verdicts(path, 0) == verdicts(path, 1) == {"pass"}


@every_layer
def test_cases_have_two_sets_of_sizes_and_no_squares(name: str, tmp_path: Path) -> None:
    layer = Generated(derivation_of(name), tmp_path)
    shapes = [{n: np.shape(v) for n, v in values.items() if np.ndim(v)} for values in layer.inputs()]
    assert len(shapes) == 2 and all(a != b for a, b in zip(*(s.values() for s in shapes), strict=True))
    sizes = derivation_of(name).forward.graph.leaves.values()
    for found in shapes:
        for of, shape in zip([s for s in sizes if s], found.values(), strict=True):
            assert len(set(of)) == len(set(shape))


@every_layer
def test_single_precision_stays_single(name: str, tmp_path: Path) -> None:
    layer = Generated(derivation_of(name), tmp_path)
    for values in layer.inputs():
        single = {n: v.astype(np.float32) if _is_float(v) else v for n, v in values.items()}
        found, wanted = layer.run(single), layer.run(values)
        for a, b in zip((*found[0], *found[1]), (*wanted[0], *wanted[1]), strict=True):
            assert np.asarray(a).dtype == np.float32
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", FAR_OUT)
@pytest.mark.parametrize("scale", [1000.0, -1000.0])
def test_far_out_nothing_overflows(name: str, scale: float, tmp_path: Path) -> None:
    layer = Generated(derivation_of(name), tmp_path)
    for values in layer.inputs():
        far = {n: scale * v if n in "xsqkz" and _is_float(v) else v for n, v in values.items()}
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            outputs, gradients = layer.run(far)
        assert all(np.isfinite(a).all() for a in (*outputs, *gradients))


@pytest.mark.parametrize("name", ["batchnorm", "attention", "lstm_step", "bce", "softmax_cross_entropy"])
def test_names_mean_nothing(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, name, numpy_source(renamed(derivation_of(name)), name))
    assert verdicts(path) == {"pass"}


MISTAKES = [
    ("batchnorm", "dgamma / m", "dgamma"),
    ("batchnorm_unbiased", "(m - 1)", "m"),
    ("softmax", "(dout - ", "(dout + "),
    ("attention", "dout @ v.T", "2 * dout @ v.T"),
    ("affine", "x.T @ dout", "-x.T @ dout"),
    ("lstm_step", "(1 - tanh_c**2)", "(1 - tanh_c)"),
    ("mse", "= 2 * ", "= "),
    ("average_pool2d", "/ h", ""),
]


@pytest.mark.parametrize(("name", "right", "wrong"), MISTAKES, ids=lambda part: part)
def test_a_mistake_is_found(name: str, right: str, wrong: str, tmp_path: Path) -> None:
    ahead, back, behind = numpy_source(derivation_of(name)).partition(f"def {name}_backward")
    assert right in behind
    path = written(tmp_path, name, ahead + back + behind.replace(right, wrong, 1))
    assert "fail" in verdicts(path)


def _is_float(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64
