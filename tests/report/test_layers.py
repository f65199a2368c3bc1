"""What people and programs read about layers."""

import json as standard
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import click
import jsonschema
import pytest
from layer_report import BATCHNORM, CUBE, HINGE, LAYERS, RELU, REPORT, SOURCES, right

from gradcheck.model import ArgumentCheck, Layer, LayerFinding, LayerVerdict, Report, Trouble
from gradcheck.report import concise, full, json
from gradcheck.report.layer_words import apart, guarantee, worst_element
from gradcheck.report.style import display_width

Golden = Callable[[str, str], None]
TOOL = {"name": "gradcheck", "version": "0", "python": "3", "numpy": "2", "sympy": "1"}
TROUBLE = Trouble("gone.py", "there is no such file")


@pytest.fixture
def payload() -> Any:
    return standard.loads(json.render(REPORT, SOURCES))


def is_valid(payload: Any) -> bool:
    return jsonschema.Draft202012Validator(json.schema()).is_valid(payload)


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_golden_full(golden: Golden, verbosity: int) -> None:
    golden(f"layers.full.{verbosity}.txt", full.render(REPORT, SOURCES, verbosity=verbosity))


@pytest.mark.parametrize("verbosity", [0, 1])
def test_golden_concise(golden: Golden, verbosity: int) -> None:
    golden(f"layers.concise.{verbosity}.txt", concise.render(REPORT, SOURCES, verbosity=verbosity))


def test_golden_narrow(golden: Golden) -> None:
    golden("layers.full.narrow.txt", full.render(REPORT, SOURCES, width=60))


def test_golden_in_color(golden: Golden) -> None:
    golden("layers.full.color.txt", full.render(REPORT, SOURCES, color=True).replace("\x1b", "ESC"))


def test_golden_json(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json, "_tool", lambda: TOOL)
    golden("layers.json", json.render(REPORT, SOURCES))


@pytest.mark.parametrize("render", [full.render, concise.render])
@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_color_only_adds_codes(render: Callable[..., str], verbosity: int) -> None:
    plain = render(REPORT, SOURCES, verbosity=verbosity)
    assert click.unstyle(render(REPORT, SOURCES, verbosity=verbosity, color=True)) == plain
    assert "\x1b" not in plain


@pytest.mark.parametrize("width", [40, 60, 100, 1000])
def test_source_lines_fit(width: int) -> None:
    wide = {"layers.py": SOURCES["layers.py"].replace("dout, cache", ", ".join(["argument"] * 40))}
    rows = full.render(REPORT, wide, width=width).splitlines()
    assert any("^^^" in row for row in rows)
    assert all(display_width(row) <= width for row in rows if " | " in row)


def test_many_arguments_are_wrapped() -> None:
    names = [f"parameter_{n}" for n in range(30)]
    layer = replace(CUBE, arguments=tuple(right(name, 2) for name in names))
    text = full.render(Report(layers=(layer,)), {}, width=100)
    rows = [row for row in text.splitlines() if "parameter_" in row]
    assert len(rows) > 3 and all(len(row) <= 100 for row in rows)
    assert all(f"{name} pass" in text for name in names)


def test_layers_alone_show_no_documents_and_the_reverse(report: Report, sources: Mapping[str, str]) -> None:
    assert "claims" not in full.render(REPORT, SOURCES)
    assert "layer" not in full.render(report, sources)


def test_both_wings_in_one_report(report: Report, sources: Mapping[str, str]) -> None:
    both = replace(report, layers=LAYERS)
    text = full.render(both, {**sources, **SOURCES})
    assert text.index("error[L101]") < text.index("warning[D502]") < text.index("note[L209]")
    assert "10 claims in 2 documents" in text and "Checked 5 layers" in text
    assert text.count("could not be checked") == 1


def test_troubles_are_counted() -> None:
    text = full.render(Report(layers=(CUBE,), troubles=(TROUBLE,)), {})
    assert text.endswith("Checked 1 layer: 1 pass. No finding. 1 input could not be checked.\n")
    assert full.render(Report(troubles=(TROUBLE,)), {}).startswith("Nothing was checked.")


def test_a_silenced_failure_is_not_called_a_pass() -> None:
    silenced = replace(BATCHNORM, arguments=(replace(BATCHNORM.arguments[0], code=None),), findings=())
    assert "1 fail. No selected finding." in full.render(Report(layers=(silenced,)), {})


def test_every_passing_layer_says_what_that_is_worth() -> None:
    text = full.render(Report(layers=(CUBE,)), {})
    assert (
        "  guarantee: an error of relative size 0.001 or more in any gradient "
        "is missed with probability at most 1.4e-05\n"
    ) in text


def test_a_guarantee_is_that_of_the_weakest_argument_and_never_more() -> None:
    assert "at most 0.0002; 2 outputs at a kink not verified" in guarantee(RELU)
    void = replace(CUBE, arguments=(right("x", 2), right("w", 2, miss=1.0)))
    assert guarantee(void).endswith("may be missed: the differences are not exact enough")
    assert guarantee(replace(CUBE, arguments=(right("x", 2, miss=float("nan")),))) == guarantee(void)
    assert guarantee(BATCHNORM) == guarantee(HINGE) == guarantee(replace(CUBE, arguments=())) == ""


@pytest.mark.parametrize(
    ("pair", "shown"),
    [
        ((0.12, 0.15), ("0.12", "0.15")),
        ((1.0, 1.0000000000000002), ("1", "1.0000000000000002")),
        ((1.0, 1.0), ("1", "1")),
        ((float("nan"), float("inf")), ("nan", "inf")),
    ],
)
def test_two_numbers_look_different(pair: tuple[float, float], shown: tuple[str, str]) -> None:
    assert apart(*pair) == shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [(1, "1 of 12 elements is wrong"), (2, "2 of 12 elements are wrong"), (12, "all 12 elements are wrong")],
)
def test_how_many_elements_are_wrong(wrong: int, said: str) -> None:
    assert worst_element(replace(right("x", 4, 3), wrong=wrong)) == said
    assert worst_element(replace(right("x"), wrong=1)) == ""


@pytest.mark.parametrize(
    ("line", "quoted"), [(4, True), (5, True), (8, True), (2, False), (99, False), (None, False)]
)
def test_a_source_line_is_quoted_if_there_is_one(line: int | None, quoted: bool) -> None:
    text = full.render(Report(layers=(replace(BATCHNORM, line=line),)), SOURCES)
    assert ("^" in text) is quoted


def test_a_decorated_backward_is_quoted_by_its_name() -> None:
    text = full.render(Report(layers=(replace(BATCHNORM, line=8),)), SOURCES)
    assert " --> layers.py:9\n  |\n9 | def relu_backward(dout, cache):\n  |     ^^^^^^^^^^^^^\n" in text


def test_a_layer_without_a_target_for_the_command_line_has_no_command() -> None:
    failed = replace(CUBE, findings=(LayerFinding("L201", ""),))
    text = full.render(Report(layers=(failed,)), {})
    assert "error[L201]: cube: writes into an argument" in text and "gradcheck layer" not in text


def test_obeys_its_schema(payload: Any, report: Report, sources: Mapping[str, str]) -> None:
    jsonschema.Draft202012Validator(json.schema()).validate(payload)
    both = standard.loads(json.render(replace(report, layers=LAYERS), sources))
    jsonschema.Draft202012Validator(json.schema()).validate(both)


@pytest.mark.parametrize("field", ["target", "verdict", "evaluations", "seed", "arguments", "reproduction"])
def test_the_schema_notices_a_missing_field(payload: Any, field: str) -> None:
    del payload["layers"][0][field]
    assert not is_valid(payload)


@pytest.mark.parametrize("field", ["name", "shape", "verdict", "miss_probability", "worst", "cause"])
def test_the_schema_notices_a_missing_field_of_an_argument(payload: Any, field: str) -> None:
    del payload["layers"][0]["arguments"][0][field]
    assert not is_valid(payload)


@pytest.mark.parametrize("of", ["layer", "argument", "corner"])
def test_an_unknown_verdict_is_refused(payload: Any, of: str) -> None:
    layer = payload["layers"][1]
    {"layer": layer, "argument": layer["arguments"][0], "corner": layer["corners"][0]}[of]["verdict"] = "ok"
    assert not is_valid(payload)


def test_counts_add_up(payload: Any) -> None:
    summary = payload["summary"]
    verdicts = [layer["verdict"] for layer in payload["layers"]]
    assert summary["layers"] == len(verdicts)
    assert all(summary[v.value] == verdicts.count(v.value) for v in LayerVerdict)
    assert summary["findings"] == len(concise.render(REPORT, SOURCES).splitlines())


def test_numbers_that_are_not_finite_are_null(payload: Any) -> None:
    scores, margin = payload["layers"][2]["arguments"][:2]
    assert (scores["error"], scores["tolerance"], margin["error"]) == (None, None, None)
    assert margin["worst"] == {"index": [9], "analytic": None, "numeric": None}
    assert payload["layers"][3]["seconds"] is None


def test_an_argument_without_a_message_is_named() -> None:
    wrong = ArgumentCheck("x", (), "float64", LayerVerdict.FAIL, code="L101")
    bare = Layer("a.py:f", LayerVerdict.FAIL, (wrong,))
    assert concise.render(Report(layers=(bare,)), {}) == (
        "a.py:f: L101 x: the gradient differs from the differences of the forward [fail]\n"
    )
