"""A constructed ``nn.Module`` as a function of its arguments and its parameters."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.call_signatures import arranged
from gradcheck.layers.adapters.leaves import divide, leaves, with_leaves
from gradcheck.layers.adapters.torch_arrays import as_tensor, widest
from gradcheck.layers.adapters.torch_buffers import Buffers
from gradcheck.layers.adapters.torch_graph import all_tensors, call, through_graph
from gradcheck.layers.adapters.torch_inputs import computing, held, inputs
from gradcheck.layers.adapters.torch_own_backward import own_backward
from gradcheck.layers.target import Array, Call, Point, Target


class Running:
    """A module that gets its parameters and arguments anew at each evaluation.

    ``weights`` holds, by name, a parameter and the value that it starts from. Parameters look
    into the memory of the arrays that an evaluation is given.
    """

    def __init__(
        self,
        module: Any,
        signature: inspect.Signature,
        values: Mapping[str, Any],
        weights: Mapping[str, tuple[Any, Array]],
        fixed: frozenset[str],
        has_backward: bool,
    ) -> None:
        self._module = module
        self._signature = signature
        self._values = {name: values[name] for name in signature.parameters if name in values}
        self._leaves = dict(leaf for name, value in self._values.items() for leaf in leaves(name, value))
        self._arguments = divide(self._leaves.items(), fixed)
        self._weights = {name: tensor for name, (tensor, _) in weights.items() if name not in fixed}
        self._start = {name: value for name, (_, value) in weights.items()}
        self._tensors = {name: tensor for name, (tensor, _) in weights.items()}
        self._has_backward = has_backward
        self._buffers = Buffers(module)

    def target(self, name: str, convention: str) -> Target:
        """The target at the values that were given."""
        weights = {name: self._start[name] for name in self._weights}
        held_fixed = tuple(name for name in self._start if name not in weights)
        return Target(
            name,
            convention,
            {**self._arguments.point, **weights},
            self.evaluate,
            (*self._arguments.fixed, *held_fixed),
            state=self._buffers.arrays,
        )

    def evaluate(self, point: Point) -> Call:
        """One forward from the first state of the buffers."""
        with blamed("forward"), computing(point.values()):
            self._load(point)
            given = inputs(point, self._arguments.point, tracked=not self._has_backward)
            own = own_backward(self._module, given, self._weights) if self._has_backward else None
            args, keywords = arranged(self._signature, self._passed(given.passed))
            result = self._module(*args, **keywords)
            given.write_through(all_tensors(result))
        return call(result, given, own or through_graph(given, self._weights))

    def _load(self, point: Point) -> None:
        dtype = widest(point.values())
        self._buffers.restore(dtype)
        for name, tensor in self._tensors.items():
            value = point[name] if name in self._weights else self._start[name].copy()
            tensor.grad = None
            tensor.data = as_tensor(value) if name in self._weights else as_tensor(value).to(dtype)

    def _passed(self, tensors: Mapping[str, Any]) -> dict[str, Any]:
        given = {
            name: tensors[name] if name in tensors else held(leaf) for name, leaf in self._leaves.items()
        }
        return {name: with_leaves(name, value, given) for name, value in self._values.items()}
