"""What a module holds beside its trainable parameters, put back before every evaluation.

Running statistics, for one, must not carry over from one evaluation to the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gradcheck.layers.adapters.torch_arrays import as_array
from gradcheck.layers.target import Array


@dataclass(frozen=True, slots=True)
class _Kept:
    """A buffer or frozen parameter: where it is registered, the tensor, a copy of its first value."""

    register: dict[str, Any]
    key: str
    tensor: Any
    value: Any


class Buffers:
    """The buffers and frozen parameters of a module as they are at first."""

    def __init__(self, module: Any) -> None:
        self._module = module
        self._kept = [_kept(register, key) for register, key in _untrained(module)]

    def restore(self, dtype: Any) -> None:
        """Put everything back, the floats among it in ``dtype``.

        The tensor objects stay the same; a graph that a forward tied to one is cut off.
        """
        for kept in self._kept:
            kept.register[kept.key] = kept.tensor
            if kept.tensor is not None:
                kept.tensor.detach_()
                wanted = dtype if kept.value.is_floating_point() else kept.value.dtype
                kept.tensor.data = kept.value.to(wanted, copy=True)

    def arrays(self) -> dict[str, Array]:
        """The buffers as they are now, in their own memory."""
        return {name: as_array(tensor) for name, tensor in self._module.named_buffers()}


def _untrained(module: Any) -> Iterator[tuple[dict[str, Any], str]]:
    """Where the buffers and the frozen parameters are registered; a buffer may be None until it is needed."""
    for owner in module.modules():
        yield from ((owner._buffers, key) for key in owner._buffers)
        for key, parameter in owner._parameters.items():
            if parameter is not None and not parameter.requires_grad:
                yield owner._parameters, key


def _kept(register: dict[str, Any], key: str) -> _Kept:
    tensor = register[key]
    return _Kept(register, key, tensor, None if tensor is None else tensor.detach().clone())
