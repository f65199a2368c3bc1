"""Subclasses of ``torch.autograd.Function``: forward and backward written by hand."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.call_signatures import (
    parameters_of,
    signature_of,
    spread,
    without_first,
)
from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.leaves import divide
from gradcheck.layers.adapters.torch_arrays import as_arrays, is_tensor
from gradcheck.layers.adapters.torch_graph import all_tensors, autograd, call
from gradcheck.layers.adapters.torch_inputs import Inputs, computing, held, inputs
from gradcheck.layers.adapters.torch_raw import custom_node, raw_returns
from gradcheck.layers.errors import BadGradient
from gradcheck.layers.target import MISSING, Call, Parameter, Point, Target


def recognise_function(name: str, subject: object) -> FunctionSubject | None:
    """A subclass of ``autograd.Function`` with a forward and a backward, or its ``apply``."""
    base = framework("torch").autograd.Function
    is_apply = getattr(subject, "__name__", "") == "apply"
    cls: Any = getattr(subject, "__self__", None) if is_apply else subject
    if not _is_derived(cls, base) or cls.forward is base.forward:
        return None
    has_backward = cls.backward is not base.backward or cls.vjp is not base.vjp
    return FunctionSubject(name, cls) if has_backward else None


def _is_derived(cls: Any, base: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, base)


@dataclass(frozen=True, slots=True)
class FunctionSubject:
    """An ``autograd.Function``, whose inputs are those of its forward."""

    name: str
    function: Any

    @property
    def convention(self) -> str:
        """Which of PyTorch's two ways of keeping things for the backward is used."""
        how = "forward and setup_context" if self._keeps_apart else "forward with ctx"
        return f"torch.autograd.Function ({how})"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The forward's, without ctx."""
        return parameters_of(self._signature)

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The function at these inputs."""
        arguments = list(self._arguments(as_arrays(dict(values))))
        division = divide(arguments, fixed)
        bound = _Bound(self.function, arguments)
        return Target(self.name, self.convention, division.point, bound.evaluate, division.fixed)

    @property
    def _keeps_apart(self) -> bool:
        return bool(self.function.setup_context is not framework("torch").autograd.Function.setup_context)

    @property
    def _signature(self) -> inspect.Signature:
        signature = signature_of(self.function.forward)
        return signature if self._keeps_apart else without_first(signature)

    def _arguments(self, values: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
        """The positional arguments, ``*args`` as ``args.0``, ``args.1``; defaults at the end are left out."""
        kinds = {p.name: p.kind for p in self._signature.parameters.values()}
        names = [p.name for p in self.parameters]
        given = max((names.index(name) for name in values if name in names), default=-1)
        for parameter in self.parameters[: given + 1]:
            name = parameter.name
            value = values.get(name, parameter.default)
            if kinds[name] is inspect.Parameter.VAR_POSITIONAL:
                yield from ((f"{name}.{place}", each) for place, each in enumerate(spread(value)))
            elif value is not MISSING:
                yield name, value


@dataclass(frozen=True, slots=True)
class _Bound:
    """The function with its positional arguments by name."""

    function: Any
    arguments: Sequence[tuple[str, object]]

    def evaluate(self, point: Point) -> Call:
        with blamed("forward"), computing(point.values()):
            given = inputs(point, point)
            tensors = [(n, given.passed[n] if n in given.passed else held(v)) for n, v in self.arguments]
            result = self.function.apply(*(tensor for _, tensor in tensors))
            given.write_through(all_tensors(result))
        return call(result, given, self._pull(given, tensors))

    def _pull(self, given: Inputs, tensors: Sequence[tuple[str, Any]]) -> Any:
        def pull(outputs: Sequence[Any], upstream: Sequence[Any]) -> Mapping[str, Any]:
            node = custom_node(outputs)
            if node is None:
                return autograd(outputs, upstream, given.leaves)
            with raw_returns(node) as seen:
                found = autograd(outputs, upstream, given.leaves)
            return found if not seen else by_argument(seen[-1], tensors, given.leaves)

        return pull


def by_argument(
    returned: Any, arguments: Sequence[tuple[str, Any]], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """The gradients of the ``wanted`` arguments from what a backward returned, one for each argument.

    Raises BadGradient where autograd would refuse: another number of gradients, a gradient that is
    no tensor, or one for an argument that is none.
    """
    values = list(returned) if isinstance(returned, tuple) else [returned]
    if len(values) < len(arguments) or any(v is not None for v in values[len(arguments) :]):
        names = ", ".join(name for name, _ in arguments)
        count = f"{len(values)} gradient{'s' if len(values) != 1 else ''}"
        raise BadGradient(f"the backward returns {count} for {len(arguments)} arguments ({names})")
    for (name, argument), value in zip(arguments, values, strict=False):
        if value is not None and not is_tensor(value):
            kind = type(value).__name__
            raise BadGradient(f"the backward returns a {kind} for {name} where a tensor or None is wanted")
        if value is not None and not is_tensor(argument):
            raise BadGradient(f"the backward returns a gradient for {name}, which is not a tensor")
    return {name: value for (name, _), value in zip(arguments, values, strict=False) if name in wanted}
