"""Indexed formulas evaluated as arrays that align from the right.

A tensor is stored as its own axes, then the ambient axes, then one axis of
*copies*: the differently perturbed graphs that are evaluated side by side.
Inside a formula an index bound further in gets an axis further left, so plain
broadcasting puts every factor in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

from gradcheck.algebra.expr import (
    Add,
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Index,
    Mul,
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    free_indices,
)
from gradcheck.algebra.structure import Setting, SizeTooSmall, Unbound

Array = npt.NDArray[np.float64]
Value = float | Array

KINK_MARGIN = 0.01


class Tensors(Protocol):
    """Where a formula's tensors and derivatives come from."""

    setting: Setting
    tail: int

    def tensor(self, name: str) -> Array: ...

    def adjoint(self, loss: str, node: str, via: str | None) -> Array: ...

    def between(self, name: str, wrt: str, mode: str) -> Array: ...

    def partial(
        self, body: Expr, free: Sequence[str], lengths: Sequence[int], wrt: str, mode: str
    ) -> Array: ...


class Frame:
    """The indices in scope: for each its slot, counted from the right, and its length."""

    __slots__ = ("axes", "depth", "world")

    def __init__(self, world: Tensors, indices: Sequence[str], lengths: Sequence[int]) -> None:
        self.world = world
        self.axes = dict(world.setting.ambient)
        self.depth = world.tail - 1 + len(indices)
        for place, (index, length) in enumerate(zip(indices, lengths, strict=True), 1):
            self.axes[index] = (self.depth - place, length)

    def axis(self, index: str) -> tuple[int, int]:
        try:
            return self.axes[index]
        except KeyError:
            raise Unbound(f"index {index} is not bound") from None


def value_of(frame: Frame, expr: Expr) -> Value:
    """``expr`` in the frame: a number, or an array aligned from the right."""
    return _EVALUATE[type(expr)](frame, expr)


def lookup(frame: Frame, tensor: Array, indices: tuple[Index, ...]) -> Array:
    """The entries ``tensor[indices]``, each named index along its own axis."""
    if not indices:
        return tensor
    tail = frame.world.tail
    slots: list[int] = []
    for place, index in enumerate(indices):
        if not isinstance(index, str):
            return _gather(frame, tensor, indices)
        slot, length = frame.axis(index)
        if tensor.shape[place] != length:
            raise Unbound(f"index {index} runs to {length}, its axis to {tensor.shape[place]}")
        if slot < tail - 1 or slot in slots:
            return _gather(frame, tensor, indices)
        slots.append(slot)
    order = sorted(range(len(slots)), key=slots.__getitem__, reverse=True)
    if order != list(range(len(slots))):
        tensor = tensor.transpose(*order, *range(len(slots), tensor.ndim))
    shape: list[int] = []
    lower = [*(slots[k] for k in order[1:]), tail - 2]
    for axis, (k, below) in enumerate(zip(order, lower, strict=True)):
        shape += [tensor.shape[axis]] + [1] * (slots[k] - below - 1)
    return tensor.reshape(*shape, *tensor.shape[len(slots) :])


def _gather(frame: Frame, tensor: Array, indices: tuple[Index, ...]) -> Array:
    """`lookup` for fixed positions, repeated indices and ambient ones."""
    places: list[int | npt.NDArray[np.int_]] = []
    for index, length in zip(indices, tensor.shape, strict=False):
        if isinstance(index, str):
            places.append(_positions(*frame.axis(index)))
        else:
            places.append(_within(frame.world.setting.position(index), length))
    tail = tensor.shape[len(indices) :]
    for slot, length in zip(range(len(tail) - 2, -2, -1), tail, strict=True):
        places.append(_positions(slot, length))
    gathered: Array = tensor[tuple(places)]
    return gathered


def _positions(slot: int, length: int) -> npt.NDArray[np.int_]:
    return np.arange(length).reshape(length, *(1,) * (slot + 1))


def _within(position: int, length: int) -> int:
    if not 0 <= position < length:
        raise SizeTooSmall(f"position {position + 1} of {length}")
    return position


def _number(frame: Frame, expr: Num) -> Value:
    return float(expr.value)


def _constant(frame: Frame, expr: Constant) -> Value:
    return {"pi": math.pi, "e": math.e}[expr.name]


def _size(frame: Frame, expr: Size) -> Value:
    return float(frame.world.setting.length(expr.name))


def _entry(frame: Frame, expr: Var | Ref) -> Value:
    tensor = frame.world.tensor(expr.name)
    if len(expr.indices) != tensor.ndim - frame.world.tail:
        raise Unbound(f"{expr.name} has {tensor.ndim - frame.world.tail} indices, not {len(expr.indices)}")
    return lookup(frame, tensor, expr.indices)


def _add(frame: Frame, expr: Add) -> Value:
    total: Value = 0.0
    for term in expr.terms:
        total = total + _EVALUATE[type(term)](frame, term)
    return total


def _mul(frame: Frame, expr: Mul) -> Value:
    product: Value = 1.0
    for factor in expr.factors:
        product = product * _EVALUATE[type(factor)](frame, factor)
    return product


_POWERS: dict[float, Callable[[Value], Value]] = {
    2.0: lambda z: z * z,
    -1.0: lambda z: np.divide(1.0, z),
    0.5: np.sqrt,
    -0.5: lambda z: np.divide(1.0, np.sqrt(z)),
}


def _pow(frame: Frame, expr: Pow) -> Value:
    base = value_of(frame, expr.base)
    exponent = value_of(frame, expr.exponent)
    quick = _POWERS.get(exponent) if isinstance(exponent, float) else None
    return quick(base) if quick is not None else np.power(base, exponent)


def _sum(frame: Frame, expr: Sum) -> Value:
    length = frame.world.setting.length(expr.size)
    slot, axes, outer = frame.depth, frame.axes, frame.axes.get(expr.index)
    axes[expr.index] = (slot, length)
    frame.depth = slot + 1
    body = value_of(frame, expr.body)
    frame.depth = slot
    if outer is None:
        del axes[expr.index]
    else:
        axes[expr.index] = outer
    if isinstance(body, float) or body.ndim < slot + 2:
        return body * length
    total: Array = body.sum(0) if body.shape[0] == length else body[0] * length
    return total


def _delta(frame: Frame, expr: Delta) -> Value:
    left, right = _side(frame, expr.left, expr.right), _side(frame, expr.right, expr.left)
    equal = np.equal(left, right)
    return equal.astype(float) if equal.ndim else float(equal)


def _side(frame: Frame, index: Index, other: Index) -> int | npt.NDArray[np.int_]:
    if isinstance(index, str):
        return _positions(*frame.axis(index))
    position = frame.world.setting.position(index)
    return _within(position, frame.axis(other)[1]) if isinstance(other, str) else position


def _adjoint(frame: Frame, expr: Adjoint) -> Value:
    return lookup(frame, frame.world.adjoint(expr.loss, expr.node, expr.via), expr.indices)


def _partial(frame: Frame, expr: Partial) -> Value:
    body = expr.body
    if isinstance(body, Ref | Var):
        tensor = frame.world.between(body.name, expr.wrt, expr.mode)
        return lookup(frame, tensor, body.indices + expr.indices)
    ambient = frame.world.setting.ambient
    free = sorted(i for i in free_indices(body) if i not in ambient or frame.axes[i] != ambient[i])
    lengths = [frame.axis(i)[1] for i in free]
    tensor = frame.world.partial(body, free, lengths, expr.wrt, expr.mode)
    return lookup(frame, tensor, (*free, *expr.indices))


def _fun(frame: Frame, expr: Fun) -> Value:
    args = [value_of(frame, arg) for arg in expr.args]
    if expr.name in _KINKED:
        _watch_kink(frame.world.setting, np.asarray(args[0] if len(args) == 1 else args[0] - args[1]))
    return _FUNCTIONS[expr.name](*args)


def _watch_kink(setting: Setting, z: Array) -> None:
    """Note a value near a kink, or perturbed copies on both sides of one."""
    if z.ndim and z.shape[-1] > 1:
        setting.straddled |= bool((np.sign(z) != np.sign(z[..., :1])).any())
    else:
        distance = np.abs(z)
        setting.near_kink |= bool(((distance > 0) & (distance < KINK_MARGIN)).any())


_erf = np.frompyfunc(math.erf, 1, 1)
_KINKED = frozenset({"abs", "sign", "relu", "step", "max", "min"})
_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1.0 / (1.0 + np.exp(-z)),
    "softplus": lambda z: np.logaddexp(0.0, z),
    "erf": lambda z: np.asarray(_erf(z), dtype=float),
    "sin": np.sin,
    "cos": np.cos,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "abs": np.abs,
    "sign": np.sign,
    "relu": lambda z: np.maximum(z, 0.0),
    "step": lambda z: np.asarray(np.greater(z, 0.0), dtype=float),
    "max": np.maximum,
    "min": np.minimum,
}
_EVALUATE: dict[type, Callable[..., Value]] = {
    Num: _number,
    Constant: _constant,
    Size: _size,
    Var: _entry,
    Ref: _entry,
    Add: _add,
    Mul: _mul,
    Pow: _pow,
    Fun: _fun,
    Sum: _sum,
    Delta: _delta,
    Adjoint: _adjoint,
    Partial: _partial,
}
