"""Pieces of array code: text, how tightly it binds, and which index each axis is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 6)

Axes = tuple[str | None, ...]
"""The index that each axis of an array is, None for an axis of length one."""


@dataclass(frozen=True)
class Value:
    """Code; ``axes`` say what its shape is, and a Python number has ``plain``."""

    code: str
    binding: int = ATOM
    axes: Axes = ()
    plain: bool = False

    def within(self, binding: int) -> str:
        """The code, in parentheses if it binds less tightly than what is around it."""
        return self.code if self.binding >= binding else f"({self.code})"

    @property
    def named(self) -> tuple[str, ...]:
        """The axes that are not of length one."""
        return tuple(a for a in self.axes if a is not None)


def pattern(axes: Sequence[str], frame: Axes) -> Axes:
    """The axes that an array must have to be combined with others in a frame; leading ones may be missing.

    >>> pattern(("i",), ("i", "j")), pattern(("j",), ("i", "j")), pattern((), ("i",))
    (('i', None), ('j',), ())
    """
    first = next((k for k, a in enumerate(frame) if a in axes), len(frame))
    return tuple(a if a in axes else None for a in frame[first:])


def fits(axes: Axes, frame: Axes) -> bool:
    """Whether an array with these axes can be combined in the frame as it is."""
    named = [a for a in axes if a is not None]
    wanted = pattern(named, frame)
    extra = len(axes) - len(wanted)
    return 0 <= extra <= len(frame) - len(wanted) and axes[extra:] == wanted and not any(axes[:extra])


def aligned(value: Value, frame: Axes, permute: str = "transpose") -> Value:
    """The array with its axes in the order of the frame, axes of length one where it needs them.

    ``permute`` is the method that gives axes another order.

    >>> aligned(Value("c", axes=("i",)), ("i", "j")).code
    'c[:, None]'
    >>> aligned(Value("w", axes=("k", "j")), ("j", "k")).code
    'w.T'
    """
    if value.plain or fits(value.axes, frame):
        return value
    order = [a for a in frame if a in value.named]
    if list(value.named) != order:
        value = _squeezed(value)
        value = _transposed(value, tuple(a for a in frame if a in value.named), permute)
        if fits(value.axes, frame):
            return value
    return _indexed(value, pattern(value.named, frame))


def _squeezed(value: Value) -> Value:
    if None not in value.axes:
        return value
    places = ["0" if a is None else ":" for a in value.axes]
    return Value(f"{value.within(ATOM)}[{', '.join(places)}]", ATOM, value.named)


def _transposed(value: Value, order: tuple[str, ...], permute: str) -> Value:
    """The axes in another order."""
    before = value.axes
    code = value.within(ATOM)
    if len(order) == 2:
        return Value(f"{code}.T", ATOM, order)
    moved = [k for k, (a, b) in enumerate(zip(before, order, strict=True)) if a != b]
    if len(moved) == 2:
        first, second = (k - len(order) for k in moved)
        return Value(f"{code}.swapaxes({first}, {second})", ATOM, order)
    places = ", ".join(str(before.index(a)) for a in order)
    return Value(f"{code}.{permute}({places})", ATOM, order)


def _indexed(value: Value, wanted: Axes) -> Value:
    """New axes of length one where they are wanted, old ones dropped where they are not."""
    places, rest = [], list(value.axes)
    for axis in wanted:
        if axis is not None:
            while rest[0] != axis:
                places.append("0")
                rest.pop(0)
            places.append(":")
            rest.pop(0)
        elif rest and rest[0] is None:
            places.append(":")
            rest.pop(0)
        else:
            places.append("None")
    places += ["0"] * len(rest)
    return Value(f"{value.within(ATOM)}[{', '.join(places)}]", ATOM, wanted)
