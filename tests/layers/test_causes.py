"""The cause of a wrong gradient is named rightly, or not at all."""

import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradcheck.layers import reference
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.cases import cases_in
from gradcheck.layers.judging import judge
from gradcheck.layers.loading import load
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.session import check_wanted
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import ArgumentCheck, Layer, LayerVerdict

PLANTED = Path(__file__).parents[1] / "planted"
UNSEEN = Path(__file__).parent / "unseen"
ROWS: dict[str, dict[str, Any]] = {
    f"{path.stem}:{name}": row
    for path in sorted(PLANTED.glob("*.py"))
    for name, row in load(str(path)).PLANTED.items()
    if (row["argument"] or row["also"]) and f"{path.stem}:{name}" != "stale:MaxOverTime"
}
"""Every planted layer with a wrong argument; MaxOverTime is wrong in a special case only."""

WRONG: dict[str, dict[str, set[str]]] = {
    f"{path.stem}:{name}": row
    for path in sorted(UNSEEN.glob("*.py"))
    for name, row in load(str(path)).WRONG.items()
}


def checked(target: str, where: Path, seed: int = 1, **settings: Any) -> Layer:
    asked = Settings(seed=seed, corners=False, shrink=False, **settings)
    (layer,) = check_wanted(Wanted(f"{where}/{target.replace(':', '.py:')}", settings=asked))
    return layer


def failing(layer: Layer) -> list[ArgumentCheck]:
    return [a for a in layer.arguments if a.verdict is LayerVerdict.FAIL]


@pytest.mark.parametrize("target", ROWS)
def test_planted_causes(target: str) -> None:
    expected = ROWS[target].get("code", {})
    for seed in (1, 2):
        for argument in failing(checked(target, PLANTED, seed)):
            if argument.name in expected:
                assert argument.code in expected[argument.name].split(), (seed, argument)
                assert argument.cause and argument.fix, (seed, argument)
            else:
                assert not argument.cause and not argument.fix, (seed, argument)


def test_nine_in_ten_planted_mistakes_have_a_cause() -> None:
    assert sum("code" in row for row in ROWS.values()) >= 0.9 * len(ROWS)


@pytest.mark.parametrize("target", WRONG)
def test_unseen_causes(target: str) -> None:
    """Layers that were written after the hypotheses; an empty set stands for a cause that is not known."""
    for argument in failing(checked(target, UNSEEN)):
        codes = WRONG[target].get(argument.name)
        if codes:
            assert argument.code in codes and argument.cause, argument
        elif codes is not None:
            assert not argument.cause, argument


def test_most_unseen_mistakes_have_a_cause() -> None:
    assert len(WRONG) >= 40
    assert sum(any(row.values()) for row in WRONG.values()) >= 0.9 * len(WRONG)


Change = Callable[[Any], Any]


def _last_times_three(gradient: Any) -> Any:
    changed = np.array(gradient)
    changed[-1] *= 3
    return changed


MUTATIONS: dict[str, tuple[Change, set[str]]] = {
    "doubled": (lambda g: 2 * g, {"L113"}),
    "negated": (lambda g: -g, {"L112"}),
    "zero": (lambda g: 0 * g, {"L111"}),
    "averaged": (lambda g: g / np.shape(g)[0], {"L113"}),
    "rounded constant": (lambda g: g * 1.00001, {"L114"}),
    "mean added": (lambda g: g + np.mean(g, axis=0), {"L124", "L126"}),
    "last times three": (_last_times_three, {"L126"}),
    "rolled": (lambda g: np.roll(g, 1, axis=-1), {"L116", "L118", "L115"}),
    "absolute": (np.abs, {"L137", "L131"}),
    "squared": (np.square, {"L137", "L131"}),
}
"""Changes of a right gradient, with the codes that they have to be named by."""

UNCHANGED = {("mean added", "batchnorm"), ("mean added", "batchnorm_unbiased")}
"""The mean of these gradients over the first axis is 0."""


def mutated(name: str, change: Change, seed: int = 1) -> ArgumentCheck:
    """The first argument of a reference layer whose gradient is changed."""
    module = reference.load(name)
    forward, backward = getattr(module, f"{name}_forward"), getattr(module, f"{name}_backward")

    @wraps(backward)
    def wrong(*arguments: Any, **options: Any) -> Any:
        returned = backward(*arguments, **options)
        if isinstance(returned, dict):
            first = next(iter(returned))
            return {**returned, first: change(returned[first])}
        return (change(returned[0]), *returned[1:]) if isinstance(returned, tuple) else change(returned)

    case = (cases_in(module) or {})[name][0]
    layer = judge(
        FunctionPair(name, forward, wrong).bind(draw_all(case, seed)), Settings(seed=seed), name
    ).layer
    (argument,) = failing(layer)
    return argument


MUTANTS = [(m, n) for m in MUTATIONS for n in reference.names() if (m, n) not in UNCHANGED]


@pytest.mark.parametrize(("mutation", "name"), MUTANTS)
def test_a_mutation_is_named_as_what_it_is(mutation: str, name: str) -> None:
    change, codes = MUTATIONS[mutation]
    argument = mutated(name, change)
    assert argument.code in codes and argument.cause, argument


NOISE: dict[str, Change] = {
    "relative": lambda g: g * (1 + 1e-3 * np.random.default_rng(3).normal(size=np.shape(g))),
    "absolute": lambda g: g + 1e-2 * np.random.default_rng(4).normal(size=np.shape(g)),
    "tiny": lambda g: g * (1 + 1e-7 * np.random.default_rng(2).normal(size=np.shape(g))),
    "large": lambda g: g * np.random.default_rng(5).uniform(0.5, 1.5, np.shape(g)),
}


@pytest.mark.parametrize("name", reference.names())
@pytest.mark.parametrize("noise", NOISE)
def test_noise_has_no_cause(noise: str, name: str) -> None:
    for seed in (1, 2):
        argument = mutated(name, NOISE[noise], seed)
        assert argument.code == "L101" and not argument.cause and not argument.fix, argument


@pytest.mark.parametrize("name", reference.names())
def test_a_gradient_that_depends_on_nothing_is_no_more_than_that(name: str) -> None:
    argument = mutated(name, lambda g: np.random.default_rng(6).normal(size=np.shape(g)))
    assert argument.code in ("L101", "L109", "L130"), argument


RENAMED = {
    "averaging:scale_shift": {"gamma": "kappa", "beta": "lam"},
    "chain_factor:rnn_step": {"prev_h": "memory", "Wx": "first", "Wh": "second"},
    "exponent:batchnorm": {"gamma": "kappa", "beta": "lam"},
    "order:attention": {"q": "one", "k": "two", "v": "three"},
    "product_rule:factorization_machine": {"v": "factors"},
    "sign:complex_multiply": {"re": "left", "im": "right", "c": "near", "s": "far"},
    "other_variable:gaussian_nll": {"log_var": "spread", "mu": "place"},
    "half_line:quantile_loss": {"predicted": "scores", "observed": "height"},
}


@pytest.mark.parametrize("target", RENAMED)
def test_names_do_not_matter(target: str, tmp_path: Path) -> None:
    stem = target.split(":", maxsplit=1)[0]
    names = RENAMED[target]
    text = (PLANTED / f"{stem}.py").read_text(encoding="utf-8")
    for old, new in names.items():
        text = re.sub(rf"\b(d?){old}\b", rf"\g<1>{new}", text)
    (tmp_path / f"{stem}.py").write_text(text, encoding="utf-8")
    before = {a.name: a.code for a in checked(target, PLANTED).arguments}
    after = {a.name: a.code for a in checked(target, tmp_path).arguments}
    assert after == {names.get(n, n): code for n, code in before.items()}
    assert any(code for code in after.values())


def test_without_causes_a_failure_keeps_the_general_code() -> None:
    layer = checked("factor:mse", PLANTED, causes=False)
    assert [(a.code, a.cause) for a in failing(layer)] == [("L101", "")]


def test_the_budget_bounds_the_evaluations() -> None:
    small, large = (checked("mean_path:layernorm", PLANTED, budget=b) for b in (20, 1000))
    assert small.evaluations.forward < 100 < large.evaluations.forward < 600


def test_a_large_argument_is_probed_along_directions() -> None:
    rng = np.random.default_rng(0)

    def forward(x: Any, w: Any) -> Any:
        return x @ w, (x, w)

    def backward(dout: Any, cache: Any) -> Any:
        x, w = cache
        return dout @ w.T, x.T @ dout / len(x)

    pair = FunctionPair("affine", forward, backward)
    point = {"x": rng.normal(size=(32, 500)), "w": rng.normal(size=(500, 90))}
    (argument,) = failing(judge(pair.bind(point), Settings(), "affine").layer)
    assert argument.code == "L113" and "1/32" in argument.cause


def test_the_sentence_has_the_factor_the_axis_and_the_argument() -> None:
    (argument,) = [a for a in failing(checked("averaging:linear", PLANTED)) if a.name == "W"]
    assert argument.cause == (
        "the gradient of W is 1/6 of what it should be (6 = axis 1 of the output = A.shape[1]): a mean "
        "over axis 1 "
        "where a sum is due"
    )
    assert argument.fix == "multiply by 6; sum over axis 1 instead of averaging"
