"""Generated code at lengths from 1 to 7, consistent in each size: the check passes wherever it is defined."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from derived_code import Generated, Sized, derivation_of, verdicts, written
from frameworks import needed

from gradcheck.derive.code.numpy_module import numpy_source
from gradcheck.derive.code.torch_module import torch_source
from gradcheck.deriving.library import library_names
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.model import LayerVerdict

every_layer = pytest.mark.parametrize("name", library_names())
LEAST = {"batchnorm_unbiased": 2}
"""The least length of an axis where one less than a length divides."""
NOT_FLAT = 3
"""The least length at which nothing normalised is constant, its gradient nothing but rounding."""


@every_layer
def test_numpy_code_passes_at_any_lengths(name: str, tmp_path: Path) -> None:
    layer = Sized(written(tmp_path, name, numpy_source(derivation_of(name), name)))
    assert _failures(layer, range(20), "float64", LEAST.get(name, 1)) == []


@every_layer
def test_numpy_code_passes_in_single_precision(name: str, tmp_path: Path) -> None:
    layer = Sized(written(tmp_path, name, numpy_source(derivation_of(name), name)))
    assert _failures(layer, range(5), "float32", NOT_FLAT) == []


@every_layer
def test_torch_code_passes_at_any_lengths(name: str, tmp_path: Path) -> None:
    needed("torch")
    layer = Sized(written(tmp_path, f"{name}_torch", torch_source(derivation_of(name), name)))
    assert _failures(layer, range(4), "float64", LEAST.get(name, 1)) == []
    assert _failures(layer, range(2), "float32", NOT_FLAT) == []


@every_layer
def test_single_precision_loses_only_rounding_at_any_lengths(name: str, tmp_path: Path) -> None:
    layer = Generated(derivation_of(name), tmp_path, name)
    sized = Sized(layer.path)
    for number in range(20):
        values = draw_all(sized.inputs(number, LEAST.get(name, 1)), number)
        single = {n: v.astype(np.float32) if _is_float(v) else v for n, v in values.items()}
        double = {n: v.astype(np.float64) if _is_float(v) else v for n, v in single.items()}
        for low, high in zip(layer.run(single), layer.run(double), strict=True):
            for a, b in zip(low, high, strict=True):
                assert np.asarray(a).dtype == np.float32 and np.shape(a) == np.shape(b)
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


def test_a_mistake_at_lengths_of_no_case_is_found(tmp_path: Path) -> None:
    source = numpy_source(derivation_of("mse"), "mse")
    assert source.count("m = x_minus_t.shape[0]") == 1
    path = written(tmp_path, "wrong", source.replace("x_minus_t.shape[0]", "min(x_minus_t.shape[0], 6)"))
    assert verdicts(path) == {"pass"}
    found = _failures(Sized(path), range(20), "float64", 1)
    assert found and all("'x': normal(7, " in each for each in found)


def _failures(layer: Sized, numbers: Iterable[int], dtype: str, least: int) -> list[str]:
    """What is wrong at each set of lengths; a number is that of the set and the seed of the check."""
    found = []
    for number in numbers:
        inputs = layer.inputs(number, least)
        report = layer.checked(inputs, number, dtype)
        wrong = [f"{a.name}: {a.message}" for a in report.arguments if a.verdict is not LayerVerdict.PASS]
        wrong += [f"{c.name}: {c.message}" for c in report.corners if c.verdict is LayerVerdict.FAIL]
        if wrong or report.verdict is not LayerVerdict.PASS:
            found.append(f"seed {number}, {inputs}: {report.verdict.value} {wrong} {report.findings}")
    return found


def _is_float(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.float64
