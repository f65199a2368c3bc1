"""Classes and instances of ``torch.nn.Module``, with hand-written functions somewhere inside."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from zlib import crc32

import numpy as np

from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.call_signatures import arranged, parameters_of, signature_of, without_first
from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.torch_arrays import as_array, as_arrays, as_tensors, widest
from gradcheck.layers.adapters.torch_inputs import computing
from gradcheck.layers.adapters.torch_running import Running
from gradcheck.layers.errors import CannotSample
from gradcheck.layers.target import Array, Parameter, Target


def recognise_module(name: str, subject: object) -> ModuleSubject | None:
    """A subclass of ``nn.Module`` that has a forward, or an instance of one."""
    base = framework("torch").nn.Module
    cls: Any = subject if isinstance(subject, type) else type(subject)
    if not issubclass(cls, base) or cls.forward is base.forward:
        return None
    return ModuleSubject(name, subject)


@dataclass(frozen=True)
class ModuleSubject:
    """A module, whose inputs are its constructor's, unless it is an instance, and its forward's."""

    name: str
    subject: Any

    @property
    def convention(self) -> str:
        """A class or an instance, and by whose backward it is checked."""
        what = "torch.nn.Module" + ("" if self._is_class else " instance")
        return f"{what} with a backward of its own" if self._has_backward else f"{what} (autograd)"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The constructor's, then the forward's; the former are ``constructor.NAME`` if both have a name."""
        forward = parameters_of(self._forward)
        return (*(self._renamed(p) for p in self._constructor_parameters), *forward)

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The module, constructed if it is a class, at these inputs.

        ``values`` may also name the module's own parameters. Those that the constructor makes
        constant are moved off their value: a γ of 1 hides that a gradient forgets it. Raises
        LayerRaised if the constructor raises, CannotSample if a given parameter has the wrong shape.
        """
        arrays = as_arrays(dict(values))
        module = self._module(arrays)
        asked = {p.name for p in self.parameters}
        own = {name: value for name, value in arrays.items() if name not in asked}
        weights, moved = _weights(module, own, set(self._forward.parameters))
        running = Running(module, self._forward, arrays, weights, fixed, self._has_backward)
        notes = (f"moved off their constant initial values: {', '.join(moved)}",) if moved else ()
        target = running.target(self.name, self.convention)
        return replace(target, notes=notes)

    @property
    def _is_class(self) -> bool:
        return isinstance(self.subject, type)

    @property
    def _has_backward(self) -> bool:
        return callable(getattr(self.subject, "backward", None))

    @cached_property
    def _forward(self) -> inspect.Signature:
        signature = signature_of(self.subject.forward)
        return without_first(signature) if self._is_class else signature

    @cached_property
    def _constructor(self) -> inspect.Signature:
        inherited = self.subject.__init__ is framework("torch").nn.Module.__init__ if self._is_class else True
        return inspect.Signature() if inherited else without_first(signature_of(self.subject.__init__))

    @property
    def _constructor_parameters(self) -> tuple[Parameter, ...]:
        return parameters_of(self._constructor, "constructor")

    def _renamed(self, parameter: Parameter) -> Parameter:
        both = parameter.name in self._forward.parameters
        return replace(parameter, name=f"constructor.{parameter.name}") if both else parameter

    def _module(self, values: Mapping[str, Any]) -> Any:
        """A module of our own, in the precision of the values, initialised the same each time."""
        arguments = {
            p.name: as_tensors(values[renamed])
            for p in self._constructor_parameters
            if (renamed := self._renamed(p).name) in values
        }
        torch = framework("torch")
        with blamed("construct"), computing(values.values()), torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            args, keywords = arranged(self._constructor, arguments)
            made = self.subject(*args, **keywords) if self._is_class else copy.deepcopy(self.subject)
            return made.to(widest(values[n] for n in self._forward.parameters if n in values))


def _weights(
    module: Any, values: Mapping[str, Any], taken: set[str]
) -> tuple[dict[str, tuple[Any, Array]], list[str]]:
    """The trainable parameters by name, each with the value to start from, and which were moved.

    A name that the forward has ``taken`` for an argument becomes ``self.NAME``.
    """
    found: dict[str, tuple[Any, Array]] = {}
    moved = []
    for name, tensor in _named(module, taken):
        value = as_array(tensor).copy()
        if name in values:
            value = _given(name, values[name], value)
        elif _is_constant(value):
            value = _moved(name, value)
            moved.append(name)
        found[name] = tensor, value
    return found, moved


def _given(name: str, given: Any, initial: Array) -> Array:
    if np.shape(given) not in ((), initial.shape):
        raise CannotSample(
            f"{name} has shape {initial.shape}; a value of shape {np.shape(given)} does not fit"
        )
    return np.full(initial.shape, given, initial.dtype)


def _named(module: Any, taken: set[str]) -> Iterator[tuple[str, Any]]:
    for name, tensor in module.named_parameters():
        if tensor.requires_grad:
            yield (f"self.{name}" if name in taken else name), tensor


def _is_constant(value: Array) -> bool:
    return bool(value.size) and bool((value == value.flat[0]).all())


def _moved(name: str, value: Array) -> Array:
    """A constant value with up to a quarter of its size (of 1 if it is 0) added, the same each time."""
    rng = np.random.default_rng(crc32(name.encode()))
    size = abs(float(value.flat[0])) or 1.0
    noise = size * rng.uniform(0.05, 0.25, value.shape) * rng.choice([-1.0, 1.0], value.shape)
    return np.asarray(value + noise, value.dtype)
