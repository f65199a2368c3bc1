"""What is said about a class beside its verdict: gradients that add up from call to call."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_names import is_gradients
from gradcheck.layers.naming import gradient_of


def accumulating(pair: MethodPair, parameters: Sequence[str]) -> tuple[str, ...]:
    """The parameters whose gradient the backward adds to what was there before."""
    names = [_parameter(target, parameters) for target in pair.source.added_to(pair.backward)]
    return tuple(dict.fromkeys(n for n in names if n is not None))


def _parameter(target: ast.expr, parameters: Sequence[str]) -> str | None:
    """The parameter of ``self.dW``, ``self.grads["W"]``, ``self.grads[0]`` or ``self.w.grad``."""
    key, holder = _last(target)
    above = _last(holder)[0] if holder is not None else ""
    if is_gradients(above):
        if isinstance(key, int):
            return parameters[key] if key < len(parameters) else None
        return str(key) if key in parameters else gradient_of(str(key), parameters)
    if is_gradients(key) and above in parameters:
        return str(above)
    return gradient_of(str(key), parameters)


def _last(node: ast.expr | None) -> tuple[object, ast.expr | None]:
    if isinstance(node, ast.Attribute):
        return node.attr, node.value
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return node.slice.value, node.value
    return "", None
