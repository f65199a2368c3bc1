"""Arrays to tensors and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from frameworks import needed

torch = needed("torch")

from gradcheck.layers.adapters.torch_arrays import as_arrays, as_tensors  # noqa: E402

VECTOR = np.random.default_rng(3).normal(size=3)


def test_dtypes_that_numpy_lacks_are_widened_without_ml_dtypes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradcheck.layers.adapters.torch_arrays.find_spec", lambda name: None)
    assert as_arrays(torch.ones(2, dtype=torch.bfloat16)).dtype == np.float32


def test_sparse_tensors_become_dense_arrays() -> None:
    assert as_arrays(torch.eye(2).to_sparse()).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_arrays_go_to_tensors_and_back_in_the_same_memory() -> None:
    values = {"x": VECTOR.copy(), "n": [np.arange(2)], "mode": "train", "m": (np.array([True]), 2.0)}
    tensors = as_tensors(values)
    tensors["x"][0] = 5.0
    assert values["x"][0] == 5.0 and tensors["n"][0].dtype == torch.int64 and tensors["mode"] == "train"
    assert np.shares_memory(as_arrays(tensors)["x"], values["x"])


@pytest.mark.parametrize(
    "array",
    [
        VECTOR[::-1],
        np.ones((4, 3)).T,
        np.broadcast_to(1.0, (2, 2)),
        np.array(2.5),
        VECTOR.copy().astype(">f8"),
        VECTOR.copy().astype(np.longdouble),
        np.arange(3, dtype=np.uint8),
        np.empty((0, 2)),
    ],
)
def test_any_array_can_become_a_tensor(array: Any) -> None:
    assert np.array_equal(as_arrays(as_tensors(array)), array)
