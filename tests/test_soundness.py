"""What is wrong is never proved, what is right is never refuted: over a thousand random edits.

Whether an edit changes the value is decided by numpy in float64 (see helpers/terms.py), not by
gradcheck. Every layer is one document of many equations.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from random import Random

import numpy as np
import pytest
from edits import IDENTITIES, SPOILING, Edit
from layers import LAYERS, Layer, display, settle
from terms import IllTyped, Term, World, evaluate, latex, sym

from gradcheck.documents.check import check_source
from gradcheck.model import Claim, Verdict
from gradcheck.options import Options

ENGINES = Options(engines=("algebra", "float64"), corrections=False)
MUTANTS, REWRITINGS = 56, 48
RIGHT = (Verdict.HOLDS, Verdict.DEFINITION)
FLAGGED = (Verdict.WRONG, Verdict.INHERITED, Verdict.RECOVERED, Verdict.CONVENTION, Verdict.SLIP)


@dataclass(frozen=True)
class Edited:
    """An equation after an edit, and what was done to it."""

    kind: str
    left: Term
    right: Term


def sizes_of(layer: Layer, first: int, step: int) -> dict[str, int]:
    names = sorted(set(layer.ranges.values()))
    return {name: first + step * at for at, name in enumerate(names)}


@cache
def worlds(name: str) -> list[World]:
    """Random points at sizes that differ from one another, and at equal ones."""
    layer = LAYERS[name]
    return [
        layer.world(seed, sizes_of(layer, first, step))
        for seed, first, step in ((1, 2, 1), (2, 3, 0), (3, 4, -1))
    ]


def compared(one: Term, other: Term, index: tuple[str, ...], world: World) -> bool | None:
    """Whether two right sides are equal at a point; None where that cannot be told."""
    with np.errstate(all="ignore"):
        try:
            a, b = evaluate(one, world), evaluate(other, world)
        except IllTyped:
            return None
        error = np.abs(a - b).max() / (1e-12 + np.abs(a).max())
    if not np.isfinite(error) or 1e-11 < error < 1e-6:
        return None
    return bool(error <= 1e-11)


def differs(one: Term, other: Term, index: tuple[str, ...], name: str) -> bool:
    """Whether some point tells two right sides apart, and none is in doubt."""
    found = [compared(one, other, index, world) for world in worlds(name)]
    return False in found


def same(one: Term, other: Term, index: tuple[str, ...], name: str) -> bool:
    return all(compared(one, other, index, world) for world in worlds(name))


def edited(name: str, edits: dict[str, Edit], count: int, spoil: bool) -> list[Edited]:
    """Distinct edits of the right equations of a layer, each kind about equally often."""
    layer = LAYERS[name]
    random = Random(zlib.crc32(name.encode()) + spoil)
    kinds, seen, out = sorted(edits), set(), []
    for turn in range(count * 40):
        if len(out) == count:
            break
        (symbol, index), right = random.choice(list(layer.right.items()))
        kind = kinds[turn % len(kinds)]
        new = edits[kind](right, layer, random)
        if not spoil and new is not None and random.random() < 0.5:
            again = random.choice(kinds)
            further = edits[again](new, layer, random)
            kind, new = (f"{kind} {again}", further) if further is not None else (kind, new)
        if new is None or new == right or (symbol, new) in seen or len(latex(new, layer.ranges)) > 700:
            continue
        if not (differs if spoil else same)(right, new, index, name):
            assert spoil, f"the identity {kind} is none: {latex(new, layer.ranges)}"
            continue
        seen.add((symbol, new))
        out.append(Edited(kind, sym(layer.gradient_name(symbol), *index), new))
    return out


@cache
def made(name: str, spoil: bool) -> list[Edited]:
    """The edited equations of a layer, spoiled or rewritten."""
    edits, count = (SPOILING, MUTANTS) if spoil else (IDENTITIES, REWRITINGS)
    return edited(name, edits, count, spoil)


@cache
def judged(name: str, spoil: bool) -> list[tuple[Edited, Claim]]:
    """The edited equations of a layer with what is said of each, from one document."""
    layer = LAYERS[name]
    found = made(name, spoil)
    text = layer.definitions() + "\n" + "\n".join(display(e.left, e.right, layer.ranges) for e in found)
    document = check_source(f"{name}.md", text.encode(), ENGINES)
    head = layer.definitions().count("$$") // 2
    lines = [n for n, line in enumerate(text.splitlines(), 1) if line.startswith("$$")][head:]
    claims = {c.line: c for c in (_At(c.place.line, c) for c in document.claims)}
    assert set(lines) <= set(claims), f"no claim on lines {sorted(set(lines) - set(claims))}"
    return [(e, claims[line].claim) for e, line in zip(found, lines, strict=True)]


@dataclass(frozen=True)
class _At:
    line: int
    claim: Claim


def listed(pairs: list[tuple[Edited, Claim]]) -> str:
    """Offending equations, one per line."""
    lines = [f"[{e.kind}] {c.verdict.value}: {c.latex}  -- {c.message}" for e, c in pairs]
    return f"{len(lines)} equations:\n" + "\n".join(lines)


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_the_equations_of_the_layers_are_right(name: str) -> None:
    """The tables of the tests themselves, against central differences of the forward pass."""
    layer, world = LAYERS[name], worlds(name)[0]
    for (symbol, index), right in layer.right.items():
        printed = settle(evaluate(right, world), index, world)
        np.testing.assert_allclose(printed, layer.difference(symbol, world), rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_right_equations_are_proved(name: str) -> None:
    """Every layer's own equations, before anything is edited."""
    layer = LAYERS[name]
    body = [
        display(left, right, layer.ranges)
        for left, right in zip(layer.lefts(), layer.right.values(), strict=True)
    ]
    document = check_source("layer.md", (layer.definitions() + "\n" + "\n".join(body)).encode(), ENGINES)
    missed = [
        f"{c.verdict.value}: {c.latex}  -- {c.message}" for c in document.claims if c.verdict not in RIGHT
    ]
    assert not missed, "\n".join(missed)


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_a_spoiled_equation_is_never_proved(name: str) -> None:
    """A single edit that changes the value is neither ``holds`` nor ``definition`` nor ``recovered``."""
    bad = (*RIGHT, Verdict.RECOVERED)
    missed = [(e, c) for e, c in judged(name, True) if c.verdict in bad]
    assert not missed, listed(missed)


STRUCTURAL = ("drop_sum", "swap_index", "transpose", "size_less_one")
"""Edits that a charitable reader may take for a slip or another convention."""


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_a_spoiled_value_is_no_slip(name: str) -> None:
    """A slip leaves the value as it is, so an edit of the value alone is none."""
    found = [(e, c) for e, c in judged(name, True) if c.verdict is Verdict.SLIP and e.kind not in STRUCTURAL]
    assert not found, listed(found)


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_most_spoiled_equations_are_found_out(name: str) -> None:
    """At least nine in ten get a verdict, with a counterexample where that is ``wrong``."""
    pairs = judged(name, True)
    open_ = [(e, c) for e, c in pairs if c.verdict.is_open]
    assert len(open_) <= len(pairs) / 10, listed(open_)
    bare = [(e, c) for e, c in pairs if c.verdict is Verdict.WRONG and c.counterexample is None]
    assert not bare, listed(bare)


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_a_rewritten_equation_is_never_refuted(name: str) -> None:
    """Identities applied to right equations leave nothing to find."""
    missed = [(e, c) for e, c in judged(name, False) if c.verdict in FLAGGED]
    assert not missed, listed(missed)


@pytest.mark.parametrize("name", LAYERS, scope="module")
def test_rewritten_equations_are_proved(name: str) -> None:
    """At least 95 % of the rewritten equations are proved, and all are read."""
    pairs = judged(name, False)
    open_ = [(e, c) for e, c in pairs if c.verdict.is_open]
    assert not [c for _, c in open_ if c.verdict is Verdict.UNREAD], listed(open_)
    assert len(open_) <= len(pairs) / 20, listed(open_)


def test_there_are_enough_edits_of_every_kind() -> None:
    """At least 500 of each over all layers, and no kind of edit that never happens."""
    spoiled = Counter(e.kind for name in LAYERS for e in made(name, True))
    kept = Counter(k for name in LAYERS for e in made(name, False) for k in e.kind.split())
    assert spoiled.total() >= 500
    assert sum(len(made(name, False)) for name in LAYERS) >= 500
    assert set(spoiled) == set(SPOILING)
    assert set(kept) == set(IDENTITIES)
