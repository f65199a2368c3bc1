"""NumPy arrays as torch tensors and back, in the same memory wherever both can look at it."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

import numpy as np

from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.leaves import mapped
from gradcheck.layers.adapters.results import is_float_array
from gradcheck.layers.target import Array

_BITS = {1: "int8", 2: "int16"}


def as_tensor(array: Array) -> Any:
    """The tensor of an array: the dtype stays, except that integers become int64 (LongTensor).

    A tensor shares the array's memory, so that what a layer writes into it can be seen, unless
    the array is read-only, strided backwards, or of another integer type. bfloat16 is the one of
    ml_dtypes. Arrays of strings and objects are returned as they are.
    """
    torch = framework("torch")
    if array.dtype.kind in "iu":
        return torch.from_numpy(_shareable(array.astype(np.int64, copy=False)))
    if array.dtype.kind in "fcb":
        return torch.from_numpy(_shareable(array))
    if is_float_array(array):
        bits = _shareable(array).view(_BITS[array.dtype.itemsize])
        return torch.from_numpy(bits).view(getattr(torch, array.dtype.name))
    return array


def as_array(tensor: Any) -> Array:
    """The array of a tensor, in the tensor's memory if it is a dense one on the CPU."""
    torch = framework("torch")
    held = tensor.detach()
    dense = held if held.layout is torch.strided else held.to_dense()
    plain = dense.cpu().resolve_conj().resolve_neg()
    name = str(plain.dtype).removeprefix("torch.")
    if name.startswith(("bfloat", "float8")):
        return _low_precision(plain, name)
    array: Array = plain.numpy()
    return array


def as_tensors(values: Any) -> Any:
    """Every array in a value, however nested in dictionaries, lists and tuples, as a tensor."""
    return mapped(lambda _, leaf: as_tensor(leaf) if isinstance(leaf, np.ndarray) else leaf, values)


def as_arrays(result: Any) -> Any:
    """Every tensor in a value, however nested in dictionaries, lists and tuples, as an array."""
    return mapped(lambda _, leaf: as_array(leaf) if is_tensor(leaf) else leaf, result)


def is_tensor(value: object) -> bool:
    """Whether this is a torch tensor."""
    return isinstance(value, framework("torch").Tensor)


def widest(arrays: Iterable[object]) -> Any:
    """The torch dtype of the most precise float array, float64 if there is none."""
    floats = [a.dtype for a in arrays if isinstance(a, np.ndarray) and is_float_array(a)]
    if not floats:
        return framework("torch").float64
    return as_tensor(np.empty(0, max(floats, key=lambda dtype: dtype.itemsize))).dtype


def _shareable(array: Array) -> Array:
    """The array itself if torch can look at its memory, else a copy."""
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        return array.astype(np.float64)
    if not array.dtype.isnative and array.dtype.kind != "V":
        return array.astype(array.dtype.newbyteorder("="))
    whole = all(step >= 0 and step % array.itemsize == 0 for step in array.strides)
    return array if array.flags.writeable and whole else array.copy()


def _low_precision(tensor: Any, name: str) -> Array:
    """A dtype that numpy lacks, as the one of ml_dtypes, or in float32, which holds all of its values."""
    torch = framework("torch")
    if find_spec("ml_dtypes") is None:
        widened: Array = tensor.to(torch.float32).numpy()
        return widened
    bits: Array = tensor.contiguous().view(getattr(torch, _BITS[tensor.dtype.itemsize])).numpy()
    return bits.view(getattr(framework("ml_dtypes"), name))
