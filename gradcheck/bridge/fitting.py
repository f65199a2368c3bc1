"""Which axis of an array stands for which axis of a tensor of the document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.layers.target import Array


@dataclass(frozen=True, slots=True)
class Fit:
    """``own`` are the array's axes for those of the tensor, in its order; ``copies`` those along which the
    document's formula is meant once per position, None where the array is shared by all positions.
    """

    array: str
    own: tuple[int, ...]
    copies: tuple[int | None, ...]

    def arranged(self, array: Array) -> Array:
        """The array with the tensor's own axes first, then one axis for each kind of copies."""
        kept = [*self.own, *(c for c in self.copies if c is not None)]
        rest = [k for k in range(array.ndim) if k not in kept]
        shape = [array.shape[k] for k in self.own]
        shape += [1 if c is None else array.shape[c] for c in self.copies]
        return array.transpose([*kept, *rest]).reshape(shape)

    @property
    def shared(self) -> tuple[int, ...]:
        """The kinds of copies that share the array."""
        return tuple(j for j, c in enumerate(self.copies) if c is None)


def fits(
    name: str, array: Array, sizes: Sequence[str], lengths: Mapping[str, int], copies: Sequence[int]
) -> Iterator[tuple[Fit, dict[str, int]]]:
    """Every way to read an array as a tensor with these sizes, and the lengths that follow.

    ``lengths`` are those known so far, ``copies`` how many copies there are of each kind. The axes of the
    array that are neither have length 1.
    """
    yield from _fits(name, array, tuple(sizes), 0, (), dict(lengths), tuple(copies))


def _fits(
    name: str,
    array: Array,
    sizes: tuple[str, ...],
    at: int,
    own: tuple[int, ...],
    lengths: dict[str, int],
    copies: tuple[int, ...],
) -> Iterator[tuple[Fit, dict[str, int]]]:
    if at == len(sizes):
        rest = [k for k in range(array.ndim) if k not in own]
        for shared in _along(array, rest, copies, 0, ()):
            yield Fit(name, own, shared), lengths
        return
    size = sizes[at]
    for axis in range(array.ndim):
        length = array.shape[axis]
        known = int(size) if size.isdigit() else lengths.get(size, length)
        if axis not in own and length == known:
            known_now = {**lengths, size: length}
            yield from _fits(name, array, sizes, at + 1, (*own, axis), known_now, copies)


def _along(
    array: Array, rest: list[int], copies: tuple[int, ...], at: int, chosen: tuple[int | None, ...]
) -> Iterator[tuple[int | None, ...]]:
    """Every way to give the remaining axes of an array to the kinds of copies."""
    if at == len(copies):
        if all(array.shape[k] == 1 for k in rest if k not in chosen):
            yield chosen
        return
    for axis in rest:
        if axis not in chosen and array.shape[axis] == copies[at]:
            yield from _along(array, rest, copies, at + 1, (*chosen, axis))
    yield from _along(array, rest, copies, at + 1, (*chosen, None))
