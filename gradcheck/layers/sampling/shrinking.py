"""The sizes in a choice of inputs, and the same choice with smaller ones."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.layers.sampling.roles import SIZE_ROLES, roles_of
from gradcheck.layers.sampling.specs import Fixed, Sizes, Spec
from gradcheck.layers.sampling.trees import Path, leaves, mapped
from gradcheck.layers.target import Parameter

Value = Spec | Fixed


def sizes_of(choice: Mapping[str, Value]) -> tuple[int, ...]:
    """The distinct sizes greater than 1, the largest first.

    >>> from gradcheck.layers.sampling.grammar import parse
    >>> sizes_of({"x": parse("normal(64, 32)"), "n_in": parse("32"), "y": parse("integers(0, 10, 64)")})
    (64, 32, 10)
    """
    axes = {size for value in choice.values() for size in value.sizes}
    named = {n for name, value in choice.items() for n in _named_sizes(name, value)}
    high = {n for value in choice.values() for n in _bounds(value)}
    return tuple(sorted((n for n in axes | named | high if n > 1), reverse=True))


def resized(choice: Mapping[str, Value], sizes: Sizes) -> dict[str, Value]:
    """The choice with every size replaced by its smaller one: of draws, of arrays, of numbers named as sizes.

    >>> from gradcheck.layers.sampling.grammar import parse
    >>> resized({"x": parse("normal(9, 8)"), "n_in": parse("8"), "stride": parse("2")}, {9: 2, 8: 3, 2: 1})
    {'x': normal(2, 3), 'n_in': 3, 'stride': 2}
    """
    return {name: _resized(name, value, sizes) for name, value in choice.items()}


def _resized(name: str, value: Value, sizes: Sizes) -> Value:
    changed = value.resized(sizes)
    if isinstance(changed, Spec) or not any(_named_sizes(name, value)):
        return changed

    def change(leaf: object, path: Path) -> object:
        return sizes.get(leaf, leaf) if type(leaf) is int and _is_size(name, path) else leaf

    return Fixed(mapped(changed.value, change), changed.source)


def _named_sizes(name: str, value: Value) -> list[int]:
    """The whole numbers in a value whose own name, or the key that they stand under, is that of a size."""
    if isinstance(value, Spec):
        return []
    return [leaf for leaf, path in leaves(value.value) if type(leaf) is int and _is_size(name, path)]


def _is_size(name: str, path: Path) -> bool:
    texts = [step for step in path if isinstance(step, str)]
    roles = roles_of(Parameter((texts or [name])[-1], group="constructor"))
    return not SIZE_ROLES.isdisjoint(roles[:1])


def _bounds(value: Value) -> list[int]:
    """How many different whole numbers may be drawn from 0 on: the number of classes, or of words."""
    inside = [value] if isinstance(value, Spec) else [leaf for leaf, _ in leaves(value.value)]
    specs = [spec for spec in inside if isinstance(spec, Spec) and spec.kind == "integers"]
    return [spec.settings["high"] for spec in specs if spec.settings["low"] == 0]
