"""A right layer is never flagged: 10,000 runs over smooth reference layers, 2,000 over those with kinks."""

from collections.abc import Iterator

import numpy as np
import pytest

from gradcheck.layers import reference
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.cases import cases_in
from gradcheck.layers.checking import check_target
from gradcheck.layers.judging import judge
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Target
from gradcheck.model import LayerVerdict

KINKED = ("leaky_relu", "max_pool2d", "relu")
SMOOTH = tuple(name for name in reference.names() if name not in KINKED)
RUNS = {**dict.fromkeys(SMOOTH, -(-10_000 // len(SMOOTH))), **dict.fromkeys(KINKED, -(-2_000 // len(KINKED)))}


def targets(name: str, runs: int) -> Iterator[tuple[int, Target]]:
    module = reference.load(name)
    pair = FunctionPair(name, getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward"))
    cases = (cases_in(module) or {})[name]
    for number in range(runs):
        seed, case = divmod(number, len(cases))
        yield seed, pair.bind(draw_all(cases[case], seed))


@pytest.mark.parametrize("name", reference.names())
def test_right_layers_pass(name: str) -> None:
    for seed, target in targets(name, RUNS[name]):
        layer = judge(target, Settings(seed=seed), name).layer
        assert layer.verdict is LayerVerdict.PASS and not layer.findings, (seed, layer)


@pytest.mark.parametrize("name", KINKED)
def test_kinks_are_masked_and_counted(name: str) -> None:
    met = 0
    for seed, target in targets(name, 200):
        crowded = {n: v * np.random.default_rng(seed).random(v.shape) ** 8 for n, v in target.point.items()}
        with np.errstate(all="ignore"):
            outcome = check_target(target, Settings(seed=seed), crowded)
        assert set(outcome.verdicts.values()) == {LayerVerdict.PASS}, seed
        met += outcome.kinks > 0
    assert met > 0 or name == "max_pool2d"


@pytest.mark.parametrize("name", SMOOTH)
def test_five_forwards_and_four_backwards(name: str) -> None:
    counts = []
    for seed, target in targets(name, 40):
        counts.append(judge(target, Settings(seed=seed), name).layer.evaluations)
    assert sum((c.forward, c.backward) == (5, 4) for c in counts) >= 39
