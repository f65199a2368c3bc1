"""What a torch layer returned as a ``Call``: its differentiable outputs, and autograd to pull them back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.leaves import mapped
from gradcheck.layers.adapters.torch_arrays import as_arrays, as_tensors, is_tensor
from gradcheck.layers.adapters.torch_inputs import Inputs, computing
from gradcheck.layers.adapters.torch_raw import node_of, raw_gradients
from gradcheck.layers.target import Array, Call

Pull = Callable[[Sequence[Any], Sequence[Any]], Mapping[str, Any]]
"""From output tensors and their upstream gradients to gradients by name, tensors or None."""


def call(result: Any, given: Inputs, pull: Pull) -> Call:
    """The call whose forward returned ``result``, a tensor or a nest of them.

    Outputs that are no floats are dropped, as are those that autograd does not track, unless it
    tracks none. A result without any is passed on as it is, for the checker to refuse.
    """
    outputs = differentiable(result)
    returned = all_tensors(result)

    def backward(upstream: tuple[Array, ...]) -> Mapping[str, Any]:
        with blamed("backward"), computing([*given.arrays.values(), *upstream]):
            found = pull(outputs, as_tensors(upstream))
            given.write_through(returned)
        return {name: as_arrays(gradient) for name, gradient in found.items()}

    return Call(tuple(as_arrays(outputs)) or (as_arrays(result),), backward)


def differentiable(result: Any) -> list[Any]:
    """The float tensors of a result: those that require grad or, if there are none, all."""
    floats = [t for t in all_tensors(result) if t.is_floating_point() or t.is_complex()]
    return [t for t in floats if t.requires_grad] or floats


def all_tensors(result: Any) -> list[Any]:
    """Every tensor in a nest of dictionaries, lists and tuples."""
    found: list[Any] = []
    mapped(lambda _, leaf: found.append(leaf) if is_tensor(leaf) else None, result)
    return found


def autograd(outputs: Sequence[Any], upstream: Sequence[Any], leaves: Mapping[str, Any]) -> dict[str, Any]:
    """∂⟨upstream, outputs⟩/∂leaf by autograd; None for a leaf that the outputs are not connected to."""
    tracked = [(output, v) for output, v in zip(outputs, upstream, strict=True) if output.requires_grad]
    if not tracked or not leaves:
        return dict.fromkeys(leaves)
    tensors, vectors = zip(*tracked, strict=True)
    gradients = framework("torch").autograd.grad(
        tensors, list(leaves.values()), vectors, retain_graph=True, allow_unused=True
    )
    return dict(zip(leaves, gradients, strict=True))


def through_graph(given: Inputs, parameters: Mapping[str, Any]) -> Pull:
    """Pull back by autograd, with what hand-written functions inside return for these inputs kept raw.

    A leaf that is not connected has a gradient of zero; None says that a hand-written
    function returned None for it.
    """
    leaves = {**given.leaves, **parameters}
    nodes = {**given.ends, **{name: node_of(tensor) for name, tensor in parameters.items()}}
    ends = {node: (name, leaves[name]) for name, node in nodes.items()}

    def pull(outputs: Sequence[Any], upstream: Sequence[Any]) -> Mapping[str, Any]:
        with raw_gradients(outputs, ends) as raw:
            found = autograd(outputs, upstream, leaves)
        zero = framework("torch").zeros_like
        whole = {name: zero(leaves[name]) if g is None else g for name, g in found.items()}
        return whole | {name: g for name, g in raw.items() if g is not None or found[name] is None}

    return pull
