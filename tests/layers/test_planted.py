"""Every planted mistake is caught at every seed, in the right argument and element, and nowhere else."""

from pathlib import Path
from typing import Any

import pytest

from gradcheck.layers.loading import load
from gradcheck.layers.session import check_wanted
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerVerdict

PLANTED = Path(__file__).parents[1] / "planted"
TABLE: dict[str, dict[str, Any]] = {
    f"{path.stem}:{name}": row
    for path in sorted(PLANTED.glob("*.py"))
    for name, row in load(str(path)).PLANTED.items()
}
SEEDS = range(50)
ONLY_IN_CORNERS = {"stale:MaxOverTime"}
"""Wrong only where the argmax moves: no difference at one point shows that, a second input does."""


def checked(target: str, seed: int, *, corners: bool = False) -> Layer:
    settings = Settings(seed=seed, corners=corners, shrink=False, causes=False)
    (layer,) = check_wanted(Wanted(f"{PLANTED}/{target.replace(':', '.py:')}", settings=settings))
    return layer


def codes(layer: Layer) -> set[str]:
    return {f.code for f in layer.findings} | {a.code for a in layer.arguments if a.code}


def failed(layer: Layer) -> set[str]:
    return {a.name for a in layer.arguments if a.verdict is LayerVerdict.FAIL}


def expected(row: dict[str, Any]) -> set[str]:
    return {row["argument"], *row.get("also", ())} - {None}


def test_there_are_enough_of_every_class() -> None:
    classes = [target.split(":")[0] for target in TABLE]
    assert len(TABLE) >= 60 and min(classes.count(name) for name in set(classes)) >= 3


@pytest.mark.parametrize("target", [t for t in TABLE if t not in ONLY_IN_CORNERS])
def test_caught_at_every_seed(target: str) -> None:
    row = TABLE[target]
    for seed in SEEDS:
        layer = checked(target, seed)
        assert layer.verdict is LayerVerdict.FAIL, (seed, layer)
        if row.get("finding") != "mutated":
            assert failed(layer) == expected(row), (seed, layer)
        if row.get("index") is not None:
            worst = {a.name: a.worst.index for a in layer.arguments if a.worst is not None}
            assert worst[row["argument"]] == tuple(row["index"]), seed


@pytest.mark.parametrize("target", sorted(ONLY_IN_CORNERS))
def test_caught_by_a_second_input(target: str) -> None:
    for seed in range(10):
        corners = checked(target, seed, corners=True).corners
        assert [c.name for c in corners if c.verdict is LayerVerdict.FAIL] == ["after another input"]


FINDINGS = {
    "nonlinear": {"L103"},
    "shape": {"L106"},
    "mutated": {"L201", "L202"},
    "missing": {"L105"},
    "nan": {"L107"},
    "dtype": {"L207"},
    "stale": {"L109", "L101"},  # a module-level cache is stale from the first forward of the process on
}


@pytest.mark.parametrize(
    "target", [t for t, row in TABLE.items() if "finding" in row and t not in ONLY_IN_CORNERS]
)
def test_the_kind_of_mistake_is_named(target: str) -> None:
    assert FINDINGS[TABLE[target]["finding"]] & codes(checked(target, 1))
