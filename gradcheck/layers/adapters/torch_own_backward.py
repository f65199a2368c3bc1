"""A module with a method ``backward`` of its own, which autograd would never ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gradcheck.layers.adapters.assignment import assign
from gradcheck.layers.adapters.torch_arrays import as_arrays, is_tensor
from gradcheck.layers.adapters.torch_graph import Pull
from gradcheck.layers.adapters.torch_inputs import Inputs
from gradcheck.layers.naming import gradient_of
from gradcheck.layers.source_names import returned_names


def own_backward(module: Any, given: Inputs, parameters: Mapping[str, Any]) -> Pull:
    """Ask ``module.backward(*upstream)``.

    It returns the gradients of the arguments, maybe followed by those of the parameters; else
    these are found in ``parameter.grad`` or in an attribute beside the parameter, such as ``dW``.
    """
    names = returned_names(type(module).backward)

    def pull(outputs: Sequence[Any], upstream: Sequence[Any]) -> Mapping[str, Any]:
        for parameter in parameters.values():
            parameter.grad = None
        returned = as_arrays(module.backward(*upstream))
        kept = {name: _kept(module, parameter) for name, parameter in parameters.items()}
        return kept | _returned(returned, given.leaves, parameters, names)

    return pull


def _returned(
    returned: Any, arguments: Mapping[str, Any], parameters: Mapping[str, Any], names: Sequence[str]
) -> dict[str, Any]:
    if returned is None:
        return {}
    several = isinstance(returned, tuple | list | Mapping) and len(returned) > len(arguments)
    wanted = {**arguments, **parameters} if several else arguments
    return assign(returned, {n: tuple(t.shape) for n, t in wanted.items()}, names).gradients


def _kept(module: Any, parameter: Any) -> Any:
    """The gradient that the backward left for a parameter, or None."""
    if parameter.grad is not None:
        return parameter.grad
    for owner in module.modules():
        own = [key for key, tensor in owner._parameters.items() if tensor is parameter]
        for name, value in vars(owner).items():
            if own and is_tensor(value) and gradient_of(name, owner._parameters) in own:
                return value
    return None
