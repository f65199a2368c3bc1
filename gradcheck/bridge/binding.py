"""A layer bound to a document: each input to a tensor, by what they compute and not by what they are called.

A binding is accepted if the document's definitions give the layer's output to rounding, at two points.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice, permutations, product

import numpy as np

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric_worlds import World
from gradcheck.algebra.structure import SizeTooSmall, Unbound
from gradcheck.bridge.cutting import Cut, cuts
from gradcheck.bridge.fitting import Fit, fits
from gradcheck.bridge.samples import Sample
from gradcheck.bridge.solving import solved
from gradcheck.layers.target import Array

USUAL = (1e-5, 1e-8, 0.0, 1e-6, 1e-7, 1e-3, 1.0)
"""Numbers that a layer may have written down instead of asking for them."""
NEUTRAL = (1.0, 0.0, 1e-5)
"""The few that are tried where there are several."""
_NUMBERS = 60
"""How many choices of numbers are tried for one choice of arrays."""
_TOLERANCE = 1e-9
_TRIALS = 40
"""How many ways to give inputs to the tensors of one part of the graph are tried."""
NO_VALUE = (Unbound, SizeTooSmall, KeyError, ValueError, IndexError, ZeroDivisionError, OverflowError)


@dataclass(frozen=True, eq=False)
class Binding:
    """``fits`` says which array each input tensor is, ``numbers`` what the others are."""

    cut: Cut
    fits: Mapping[str, Fit]
    numbers: Mapping[str, float]
    output: Fit

    @cached_property
    def tensors(self) -> dict[str, str]:
        """The tensor that each array is."""
        return {fit.array: name for name, fit in self.fits.items()}

    @cached_property
    def moves_all(self) -> bool:
        """Whether every node on the way to the output depends on an array, and none is just a number."""
        cut = self.cut
        way, waiting = set[str](), [cut.output]
        while waiting:
            name = waiting.pop()
            if name in cut.graph.nodes and name not in way:
                way.add(name)
                waiting += cut.mentioned[name]
        reached = set(self.fits)
        for name in cut.graph.nodes:
            if reached & set(cut.mentioned[name]):
                reached.add(name)
        return way <= reached and cut.computed <= set(self.fits)

    def sizes(self, sample: Sample) -> dict[str, int]:
        """The length of every size at a sample."""
        found: dict[str, int] = {}
        graph = self.cut.graph
        for name, fit in [*self.fits.items(), (self.cut.output, self.output)]:
            array = sample.output if name == self.cut.output else sample.arrays[fit.array]
            for size, axis in zip(graph.sizes(name), fit.own, strict=True):
                found[size] = array.shape[axis]
        named = {s for n in (*graph.nodes, *graph.leaves) for s in graph.sizes(n)}
        return {**{s: int(s) for s in named if s.isdigit()}, **found}

    def world(self, sample: Sample, upstream: Array, position: tuple[int, ...] | None = None) -> World:
        """The document's graph at a sample: at all copies, or at one ``position`` among them."""
        graph, sizes = self.cut.graph, self.sizes(sample)
        setting = self.cut.setting(sizes)
        if setting.ambient:
            raise Unbound("a definition is meant for one position of an index")
        if position is None:
            for j, axis in enumerate(reversed(self.output.copies)):
                assert axis is not None
                setting.ambient[f"copy {j}"] = (j, sample.output.shape[axis])
        given = {n: self.tensor(fit, sample.arrays[fit.array], position) for n, fit in self.fits.items()}
        flow = self.tensor(self.output, upstream, position)
        tail = (1,) * (len(setting.ambient) + 1)
        for name, number in self.numbers.items():
            given[name] = np.full((*(sizes[s] for s in graph.sizes(name)), *tail), number)
        for loss in graph.roots:
            given[e.upstream(loss, self.cut.output)] = flow
        world = World(setting, None, given, True)
        for loss in self.cut.losses:
            world.derivatives[loss, self.cut.output, None] = (flow, False)
        return world

    def tensor(self, fit: Fit, array: Array, position: tuple[int, ...] | None) -> Array:
        """An array as a tensor of the document's world."""
        found = fit.arranged(array)
        for axis, place in zip(reversed(fit.copies), reversed(position or ()), strict=position is not None):
            found = found[..., 0 if axis is None else place]
        return found[..., None]

    def masked(self, sample: Sample, position: tuple[int, ...]) -> Array:
        """The sample's upstream gradient at one position of the copies, and 0 at all others."""
        at: list[slice | int] = [slice(None)] * sample.output.ndim
        for axis, place in zip(self.output.copies, position, strict=True):
            assert axis is not None
            at[axis] = place
        found = np.zeros_like(sample.upstream)
        found[tuple(at)] = sample.upstream[tuple(at)]
        return found

    def agrees(self, sample: Sample) -> bool:
        """Whether the definitions give the layer's output."""
        gap = self.gap(sample)
        scale = max(1.0, float(np.abs(sample.output).max(initial=0.0)))
        return gap is not None and float(np.abs(gap).max(initial=0.0)) <= _TOLERANCE * scale

    def gap(self, sample: Sample) -> Array | None:
        """What the definitions give less the layer's output."""
        try:
            with np.errstate(all="ignore"):
                found = self.world(sample, sample.output).tensor(self.cut.output)[..., 0]
                gap: Array = found - self.output.arranged(sample.output)
        except NO_VALUE:
            return None
        return gap if np.isfinite(gap).all() else None


def bind(graph: e.Graph, losses: frozenset[str], samples: Sequence[Sample], until: float) -> Binding | None:
    """The first binding of the layer to a part of the graph that is found true at every sample."""
    for cut in cuts(graph, losses):
        if len(cut.inputs) < len(samples[0].required):
            continue
        for binding in islice(_bindings(cut, samples[0]), _TRIALS):
            if time.monotonic() > until:
                return None
            found = _with_numbers(binding, samples)
            if found is not None:
                return found
    return None


def _bindings(cut: Cut, sample: Sample) -> Iterator[Binding]:
    """Every way to give the arrays to the tensors, by their shapes; numbers are still to be found."""
    sizes, rank = cut.graph.sizes(cut.output), sample.output.ndim
    for own in _axes(rank, len(sizes)):
        rest = tuple(k for k in range(rank) if k not in own)
        lengths: dict[str, int] = {}
        if not all(_is_free(lengths, s, sample.output.shape[a]) for s, a in zip(sizes, own, strict=True)):
            continue
        output = Fit("", own, rest)
        copies = [sample.output.shape[k] for k in rest]
        order = sorted(cut.inputs, key=lambda n: -len(cut.graph.sizes(n)))
        for chosen in _given(cut, order, sample, lengths, copies, {}):
            yield Binding(cut, chosen, {}, output)


def _is_free(lengths: dict[str, int], size: str, length: int) -> bool:
    """Note the length of a size; whether it has no other."""
    return lengths.setdefault(size, int(size) if size.isdigit() else length) == length


def _axes(rank: int, wanted: int) -> list[tuple[int, ...]]:
    """Which axes of the output are the document's: those that come last, in their order, first."""
    chosen = [p for axes in reversed(list(combinations(range(rank), wanted))) for p in permutations(axes)]
    return sorted(chosen, key=lambda p: p != tuple(sorted(p)))


def _given(
    cut: Cut,
    names: Sequence[str],
    sample: Sample,
    lengths: Mapping[str, int],
    copies: Sequence[int],
    chosen: Mapping[str, Fit],
) -> Iterator[dict[str, Fit]]:
    used = {fit.array for fit in chosen.values()}
    missing = [n for n in sample.required if n not in used]
    if len(missing) > len(names):
        return
    if not names:
        yield dict(chosen)
        return
    name, *others = names
    for array in sorted(sample.arrays, key=lambda a: (not alike(a, name), a not in sample.required)):
        if array not in used:
            for fit, known in fits(array, sample.arrays[array], cut.graph.sizes(name), lengths, copies):
                yield from _given(cut, others, sample, known, copies, {**chosen, name: fit})
    yield from _given(cut, others, sample, lengths, copies, chosen)


def alike(array: str, tensor: str) -> bool:
    """Whether two names are the same but for their spelling; that only orders what is tried."""
    plain = re.sub(r"[^a-z]", "", array.rpartition(".")[2].lower())
    other = re.sub(r"[^a-z]", "", tensor.lower())
    return bool(plain and other) and (plain.startswith(other) or other.startswith(plain))


def _with_numbers(binding: Binding, samples: Sequence[Sample]) -> Binding | None:
    """The binding with numbers for the tensors that are no arrays, such that all samples agree."""
    left = [n for n in binding.cut.inputs if n not in binding.fits]
    if len(left) > 3 or not binding.moves_all or any(not _is_sized(binding, n, samples[0]) for n in left):
        return None
    for numbers in islice(product(*(_choices(binding, n, samples[0], len(left)) for n in left)), _NUMBERS):
        trial = Binding(binding.cut, binding.fits, dict(zip(left, numbers, strict=True)), binding.output)
        if all(map(trial.agrees, samples)):
            return trial
    if len(left) != 1 or binding.cut.graph.sizes(left[0]):
        return None

    def gap(number: float) -> Array | None:
        return Binding(binding.cut, binding.fits, {left[0]: number}, binding.output).gap(samples[0])

    for number in solved(gap):
        trial = Binding(binding.cut, binding.fits, {left[0]: number}, binding.output)
        if all(map(trial.agrees, samples)):
            return trial
    return None


def _is_sized(binding: Binding, name: str, sample: Sample) -> bool:
    return set(binding.cut.graph.sizes(name)) <= set(binding.sizes(sample))


def _choices(binding: Binding, name: str, sample: Sample, several: int) -> list[float]:
    """What a tensor may be that no array is given for: a number of the layer's own, or a usual one."""
    if binding.cut.graph.sizes(name):
        return [1.0, 0.0]
    own = sorted(sample.numbers, key=lambda n: not alike(n, name))
    usual = USUAL if several == 1 else NEUTRAL
    return list(dict.fromkeys([*(sample.numbers[n] for n in own[:3]), *usual]))
