"""Every rule for layers has a module that raises it and one that does not, and both do what they say."""

from pathlib import Path

import pytest

from gradcheck.layer_findings import layer_findings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerVerdict
from gradcheck.rules import Rule, all_rules
from gradcheck.workers.crew import Crew
from gradcheck.workers.scheduling import perform_all
from gradcheck.workers.tasks import LayerTask, Limits, NamesTask

RULES = [rule for rule in all_rules() if rule.code.startswith("L")]
UNHURRIED = 20.0
SHORT = {"L403": 1.5}


def checked(path: Path, text: str, seconds: float) -> list[Layer]:
    path.write_text(text, encoding="utf-8")
    with Crew() as crew:
        (named,) = perform_all([NamesTask(str(path), Limits(UNHURRIED))], crew=crew)
        assert isinstance(named.names, list), named
        tasks = [LayerTask(Wanted(name), Limits(seconds)) for name in named.names]
        results = [result for outcome in perform_all(tasks, 1, crew=crew) for result in outcome.results]
    assert results and all(isinstance(r, Layer) for r in results), results
    return [r for r in results if isinstance(r, Layer)]


def codes(layers: list[Layer]) -> set[str]:
    return {problem.code for layer in layers for problem in layer_findings(layer)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_failing_example_raises_the_code(rule: Rule, tmp_path: Path) -> None:
    assert rule.code in codes(checked(tmp_path / "failing.py", rule.failing, SHORT.get(rule.code, UNHURRIED)))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_passing_example_is_clean(rule: Rule, tmp_path: Path) -> None:
    layers = checked(tmp_path / "passing.py", rule.passing, UNHURRIED)
    assert codes(layers) == set() and {layer.verdict for layer in layers} == {LayerVerdict.PASS}
