"""The fwd and bwd rules of a ``jax.custom_vjp``, called directly to see what they return themselves."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.jax_agreement import difference
from gradcheck.layers.adapters.jax_function import Evaluation
from gradcheck.layers.adapters.jax_precision import is_inexact, zero_of_integer
from gradcheck.layers.adapters.jax_trees import tree, tree_leaves
from gradcheck.layers.errors import BadGradient


def by_rules(done: Evaluation) -> Callable[[Sequence[Any]], Mapping[str, Any]]:
    """The gradients that fwd and bwd give when called directly.

    ``jax.vjp`` would take None for zero and refuse a wrong shape without a word on which argument.
    Raises BadGradient where the rules do not fit the function.
    """
    rule: Any = done.function
    args, keywords = done.arguments({})
    bound = done.signature.bind(*args, **keywords)
    bound.apply_defaults()
    residuals = _residuals(done, rule.fwd(*bound.args))
    static = [bound.args[place] for place in rule.nondiff_argnums]
    names = [n for i, n in enumerate(_names(bound)) if i not in rule.nondiff_argnums]

    def pull(upstream: Sequence[Any]) -> Mapping[str, Any]:
        returned = rule.bwd(*static, residuals, _cotangents(done.result, upstream))
        return _by_leaf(_one_each(returned, names), done.wanted)

    return pull


def _residuals(done: Evaluation, pair: Any) -> Any:
    """What fwd keeps for bwd. Raises BadGradient unless it also gave the function's own result."""
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise BadGradient("the fwd rule has to return a pair: the function's result, what bwd needs")
    _agree(done, pair[0])
    return pair[1]


def _agree(done: Evaluation, result: Any) -> None:
    """Refuse a fwd that returns something else than the function, unless this is not deterministic."""
    apart = difference(done.result, result)
    if apart is None or difference(done.result, done.call({})) is not None:
        return
    raise BadGradient(f"the fwd rule returns something else than the function itself: {apart}")


def _cotangents(result: Any, upstream: Sequence[Any]) -> Any:
    """The upstream gradients in the structure of the result, and for integers what jax gives those."""
    rest = iter(upstream)
    filled = [next(rest) if is_inexact(leaf) else zero_of_integer(leaf) for leaf in tree_leaves(result)]
    tree_util = framework("jax").tree_util
    return tree_util.tree_unflatten(tree_util.tree_structure(result), filled)


def _names(bound: inspect.BoundArguments) -> list[str]:
    """A name for each positional argument, ``xs.0``, ``xs.1`` for those of ``*xs``."""
    found: list[str] = []
    for parameter in bound.signature.parameters.values():
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            found += [f"{parameter.name}.{place}" for place in range(len(bound.arguments[parameter.name]))]
        else:
            found.append(parameter.name)
    return found


def _one_each(returned: Any, names: Sequence[str]) -> dict[str, Any]:
    """What bwd returned for each argument. Raises BadGradient unless it is one for each."""
    if isinstance(returned, tuple | list) and len(returned) == len(names):
        return dict(zip(names, returned, strict=True))
    what = f"{len(returned)} values" if isinstance(returned, tuple) else f"a {type(returned).__name__}"
    raise BadGradient(
        f"the bwd rule has to return a tuple of one gradient for each of {', '.join(names)}; "
        f"it returns {what}"
    )


def _by_leaf(returned: Mapping[str, Any], wanted: Sequence[str]) -> dict[str, Any]:
    """The gradient of each leaf; None for one that stands inside what bwd returned None for."""
    leaves: dict[str, Any] = {}
    for name, value in returned.items():
        leaves |= tree(name, value, none_is_leaf=True).leaves
    return {name: _of_leaf(name, leaves) for name in wanted}


def _of_leaf(name: str, leaves: Mapping[str, Any]) -> Any:
    parts = name.split(".")
    found = [p for i in range(len(parts)) if (p := ".".join(parts[: i + 1])) in leaves]
    if not found or (found[0] != name and leaves[found[0]] is not None):
        raise BadGradient(f"the bwd rule returns no gradient for {name}: its result is built differently")
    value = leaves[found[0]]
    is_symbol = type(value).__name__ == "SymbolicZero"
    return np.zeros(value.shape, value.dtype) if is_symbol else value
