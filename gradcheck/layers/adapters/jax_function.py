"""Functions of jax arrays and pytrees as targets, whatever their gradient is taken from."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

import numpy as np

from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.call_signatures import arranged, parameters_of, signature_of
from gradcheck.layers.adapters.jax_precision import as_jax, as_numpy, is_inexact, precision
from gradcheck.layers.adapters.jax_trees import Tree, tree, tree_leaves
from gradcheck.layers.adapters.leaves import divide
from gradcheck.layers.target import Array, Call, Parameter, Point, Target

Pull = Callable[["Evaluation"], Callable[[Sequence[Any]], Mapping[str, Any]]]
"""From one evaluation to what takes the upstream gradients of its float outputs to gradients by name."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One call of a function: its arguments as pytrees, the leaves to differentiate, and its result."""

    function: Callable[..., Any]
    signature: inspect.Signature
    trees: Mapping[str, Tree]
    leaves: Mapping[str, Any]
    wanted: tuple[str, ...]
    result: Any = None

    def arguments(self, new: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments, positional and by keyword, with some leaves replaced."""
        leaves = {**self.leaves, **new}
        return arranged(self.signature, {name: t.with_leaves(leaves) for name, t in self.trees.items()})

    def call(self, new: Mapping[str, Any]) -> Any:
        """The function at these arguments."""
        args, keywords = self.arguments(new)
        return self.function(*args, **keywords)


@dataclass(frozen=True)
class JaxSubject:
    """A function, what was recognised, and how its gradient is had; ``static`` arguments are held fixed."""

    name: str
    convention: str
    function: Callable[..., Any]
    pull: Pull
    static: frozenset[str] = field(default=frozenset())

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The function's."""
        return parameters_of(signature_of(self.function))

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The function at these inputs, the arrays among which may stand inside pytrees."""
        trees = {p.name: _numpy_tree(p.name, values[p.name]) for p in self.parameters if p.name in values}
        named = [leaf for name, each in trees.items() for leaf in each.named(name)]
        division = divide(named, fixed | self.static)
        signature = signature_of(self.function)

        def evaluate(point: Point) -> Call:
            with blamed("forward"), precision(point.values()):
                leaves = {path: leaf for each in trees.values() for path, leaf in each.leaves.items()}
                there = {path: as_jax(leaf) for path, leaf in {**leaves, **point}.items()}
                asked = Evaluation(self.function, signature, trees, there, tuple(point))
                result = asked.call({})
                outputs = tuple(map(np.asarray, float_leaves(result))) or (_refused(result),)
            pull = cache(partial(self.pull, replace(asked, result=result)))
            return Call(outputs, partial(_pulled, pull, tuple(point.values())))

        return Target(self.name, self.convention, division.point, evaluate, division.fixed)


def float_leaves(result: Any) -> list[Any]:
    """The differentiable outputs in a result."""
    return [leaf for leaf in tree_leaves(result) if is_inexact(leaf)]


def _pulled(
    pull: Callable[[], Callable[[Sequence[Any]], Mapping[str, Any]]],
    arrays: Sequence[Array],
    upstream: tuple[Array, ...],
) -> Mapping[str, Any]:
    with blamed("backward"), precision(arrays):
        gradients = pull()([as_jax(v) for v in upstream])
        return {name: None if g is None else np.asarray(g) for name, g in gradients.items()}


def _numpy_tree(name: str, value: Any) -> Tree:
    found = tree(name, value)
    return Tree({path: as_numpy(leaf) for path, leaf in found.leaves.items()}, found.structure)


def _refused(result: Any) -> Any:
    """A result without floats, such that the checker can say what it is."""
    leaves = tree_leaves(result)
    return as_numpy(leaves[0]) if leaves else None
