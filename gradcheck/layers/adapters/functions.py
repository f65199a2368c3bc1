"""Two functions: ``f_forward(x, w, b) -> out, cache`` and ``f_backward(dout, cache) -> dx, dw, db``.

What each parameter of the backward is to be given is read off its name: an argument of the forward,
something that the forward returns, the cache, or the upstream gradient.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from gradcheck.layers.adapters.arguments import Arguments
from gradcheck.layers.adapters.calling import Assigner, Caller, name_of, parameters_of, positional, scaled
from gradcheck.layers.adapters.results import differentiable, like
from gradcheck.layers.errors import BadGradient
from gradcheck.layers.naming import gradient_of, is_cache, is_gradient, is_input, is_output, is_upstream
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import MISSING, Array, Call, Parameter, Point, Target

_Function = Callable[..., Any]
UPSTREAM, CACHE, ARGUMENT, RETURNED, OUTPUT = "upstream", "cache", "argument", "returned", "output"


@dataclass(frozen=True, slots=True)
class Role:
    """What one parameter of a backward is given: its kind, and the name that it refers to."""

    kind: str
    name: str = ""


@dataclass(frozen=True)
class FunctionPair:
    """A forward and its backward, which still lack their inputs.

    ``at_output`` says that the backward is given the output where its parameter has the input's name.
    """

    name: str
    forward: _Function
    backward: _Function
    at_output: bool = False

    @property
    def alternatives(self) -> tuple[FunctionPair, ...]:
        """A derivative of one argument may also be written in terms of the output, as s·(1 − s) is.

        Not where the forward hands that argument on itself, ``return y, x``.
        """
        given = [(n, r.kind) for n, r in self.roles.items() if r.kind not in (UPSTREAM, CACHE)]
        if self.at_output or [kind for _, kind in given] != [ARGUMENT]:
            return ()
        handed_on = given[0][0] in returned_names(self.forward)[1:]
        return () if handed_on else (replace(self, at_output=True),)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Those of the forward."""
        return parameters_of(self.forward)

    @cached_property
    def roles(self) -> dict[str, Role]:
        """What each parameter of the backward is given, in order."""
        own = [p.name for p in self.parameters]
        found = roles(tuple(positional(self.backward)), own, returned_names(self.forward))
        if self.at_output:
            found = {n: Role(OUTPUT) if r.kind == ARGUMENT else r for n, r in found.items()}
        return found

    @cached_property
    def convention(self) -> str:
        """The two names with the backward's parameters."""
        given = ", ".join(p.name for p in positional(self.backward))
        where = " in terms of the output" if self.at_output else ""
        return f"function pair {name_of(self.forward)} / {name_of(self.backward)}({given}){where}"

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The pair at these inputs."""
        return _Bound(self, dict(values), fixed).target()


def roles(
    given: tuple[inspect.Parameter, ...], arguments: list[str], returned: tuple[str, ...]
) -> dict[str, Role]:
    """What each parameter of a backward is given; names that say nothing are read as upstream, cache."""
    found = {p.name: role for p in given if (role := _role(p, arguments, returned)) is not None}
    silent = [p.name for p in given if p.name not in found and p.default is inspect.Parameter.empty]
    if any(r.kind == UPSTREAM for r in found.values()):
        found.update({name: Role(UPSTREAM) for name in silent if is_gradient(name)})
        silent = [name for name in silent if name not in found]
    missing = [kind for kind in (UPSTREAM, CACHE) if all(r.kind != kind for r in found.values())]
    found.update({name: Role(kind) for name, kind in zip(silent, missing, strict=False)})
    return {p.name: found[p.name] for p in given if p.name in found}


def _role(parameter: inspect.Parameter, arguments: list[str], returned: tuple[str, ...]) -> Role | None:
    name = parameter.name
    if name in arguments:
        return Role(ARGUMENT, name)
    if returned and name in returned:
        return Role(OUTPUT if name == returned[0] else RETURNED, name)
    if is_cache(name):
        return Role(CACHE)
    if is_upstream(name) or gradient_of(name, [n for n in returned if n]) is not None:
        return Role(UPSTREAM)
    if is_input(name) and len(arguments) == 1:
        return Role(ARGUMENT, arguments[0])
    return Role(OUTPUT) if is_output(name) and "" in (returned or ("",))[:1] else None


class _Bound:
    """A pair with its inputs; ``target`` is what the checker gets."""

    def __init__(self, pair: FunctionPair, values: dict[str, Any], fixed: frozenset[str]) -> None:
        self.name, self.convention = pair.name, pair.convention
        self.forward, self.backward = Caller("forward", pair.forward), Caller("backward", pair.backward)
        self.roles = pair.roles
        self.kinds = {r.kind for r in self.roles.values()}
        self.defaults = {p.name: p.default for p in pair.parameters if p.default is not MISSING}
        self.returned = returned_names(pair.forward)
        names = returned_names(pair.backward)
        self.arguments = Arguments(values, fixed, names)
        self.assigned = Assigner(self.arguments.shapes, names, name_of(pair.backward), tuple(values))
        self.upstreams = sum(r.kind == UPSTREAM for r in self.roles.values())

    def target(self) -> Target:
        arguments = self.arguments
        bare = Target(self.name, self.convention, arguments.point, self.evaluate, arguments.held)
        return replace(bare, assigned=lambda: self.assigned.how)

    def evaluate(self, point: Point) -> Call:
        """One forward."""
        given = self.arguments.given(point)
        result = self.forward(given)
        outputs, kept = self._taken_apart(result, given)
        return Call(
            differentiable(outputs), lambda upstream: self.pull(given, outputs, kept, result, upstream)
        )

    def _taken_apart(self, result: Any, given: Mapping[str, Any]) -> tuple[Any, Any]:
        """The outputs and the cache of what the forward returned; a lone output may itself be the cache."""
        if not isinstance(result, tuple) or len(result) < 2:
            return result, result
        if CACHE in self.kinds:
            head, kept = result[:-1], result[-1]
        else:
            head, kept = self._outputs(result, given), None
        return (head[0] if len(head) == 1 else head), kept

    def _is_output(self, place: int, value: Any, given: Mapping[str, Any]) -> bool:
        """Whether a returned value is an output rather than something kept for the backward."""
        name = self.returned[place] if place < len(self.returned) else ""
        kept = {r.name for r in self.roles.values() if r.kind == RETURNED}
        if place == 0:
            return True
        known = name in given or name in self.defaults
        return not known and name not in kept and not any(value is v for v in given.values())

    def _outputs(self, result: tuple[Any, ...], given: Mapping[str, Any]) -> tuple[Any, ...]:
        """The outputs among what is returned, each once: ``return y, y`` keeps the second."""
        found: list[Any] = []
        for place, value in enumerate(result):
            if self._is_output(place, value, given) and not any(value is v for v in found):
                found.append(value)
        return tuple(found)

    def pull(
        self, given: Mapping[str, Any], outputs: Any, kept: Any, result: Any, upstream: tuple[Array, ...]
    ) -> Mapping[str, Any]:
        """The gradients by argument; a derivative (no upstream) is multiplied by the upstream here."""
        if not self.upstreams:
            slopes = self.assigned(self._backward(given, outputs, kept, result, ()))
            found = {n: None if g is None else scaled(g, upstream[0], n) for n, g in slopes.items()}
            return self.arguments.by_path(found)
        parts = upstream if self.upstreams > 1 else (like(outputs, upstream),)
        if len(parts) < self.upstreams:
            raise BadGradient(
                f"the backward takes {self.upstreams} upstream gradients, the forward gives "
                f"{len(parts)} outputs"
            )
        returned = self._backward(given, outputs, kept, result, parts)
        return self.arguments.by_path(self.assigned(returned))

    def _backward(
        self, given: Mapping[str, Any], outputs: Any, kept: Any, result: Any, parts: tuple[Any, ...]
    ) -> Any:
        rest = iter(parts)
        values = {}
        for parameter, role in self.roles.items():
            if role.kind == UPSTREAM:
                values[parameter] = next(rest)
            elif role.kind == CACHE:
                values[parameter] = kept
            elif role.kind == ARGUMENT:
                values[parameter] = given[role.name] if role.name in given else self.defaults[role.name]
            elif role.kind == OUTPUT:
                values[parameter] = outputs[0] if isinstance(outputs, tuple) else outputs
            else:
                values[parameter] = result[self.returned.index(role.name)]
        return self.backward(values)
