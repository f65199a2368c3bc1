"""Arrays as a torch layer is given them: part of a graph, and watched for what it writes into them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.torch_arrays import as_array, as_tensor, widest
from gradcheck.layers.adapters.torch_raw import node_of
from gradcheck.layers.target import Array, Point


@dataclass(frozen=True, slots=True)
class Inputs:
    """The differentiable inputs of one evaluation by name: the arrays, autograd's leaves, what is passed.

    What is passed is a clone, because autograd forbids writing into leaves, and a layer in the
    middle of a network may write into what it gets. ``ends`` are the nodes of the clones.
    """

    arrays: dict[str, Array]
    leaves: dict[str, Any]
    passed: dict[str, Any]
    ends: dict[str, Any]

    def write_through(self, returned: Collection[Any] = ()) -> None:
        """Let the arrays show what the layer wrote into its inputs.

        An input that is itself ``returned`` was declared to be written into: autograd knows.
        """
        equal = framework("torch").equal
        for name, tensor in self.passed.items():
            if any(tensor is other for other in returned) or equal(tensor, self.leaves[name]):
                continue
            if self.arrays[name].flags.writeable:
                self.arrays[name][...] = as_array(tensor)


def inputs(point: Point, names: Iterable[str], tracked: bool = True) -> Inputs:
    """The named arrays of a point as inputs, ``tracked`` by autograd or not."""
    arrays = {name: point[name] for name in names}
    leaves = {name: as_tensor(array).requires_grad_(tracked) for name, array in arrays.items()}
    passed = {name: leaf.clone() for name, leaf in leaves.items()}
    ends = {name: node_of(tensor) for name, tensor in passed.items() if tracked}
    return Inputs(arrays, leaves, passed, ends)


def held(value: Any) -> Any:
    """A fixed value as it is passed: arrays as tensors in memory of their own."""
    return as_tensor(value.copy()) if isinstance(value, np.ndarray) else value


@contextmanager
def computing(arrays: Iterable[object]) -> Iterator[None]:
    """Record gradients; and where any array is float64, let ``torch.zeros(n)`` inside a layer be too.

    A layer may rely on the default dtype being that of its inputs, as it is in training.
    """
    torch = framework("torch")
    kept = torch.get_default_dtype()
    wide = widest(arrays)
    if wide == torch.float64:
        torch.set_default_dtype(wide)
    try:
        with torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(kept)
