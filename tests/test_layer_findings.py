"""What is found about a layer counts: by its severity, unless it is deselected, whatever it is about."""

from dataclasses import replace

import pytest

from gradcheck.findings import exit_code
from gradcheck.layer_findings import layer_findings
from gradcheck.model import ArgumentCheck, Corner, Layer, LayerFinding, LayerVerdict, Report
from gradcheck.options import Options
from gradcheck.selection import narrowed

PASS, FAIL = LayerVerdict.PASS, LayerVerdict.FAIL
UNRESOLVED, ERROR = LayerVerdict.UNRESOLVED, LayerVerdict.ERROR


def argument(verdict: LayerVerdict, code: str | None = None, name: str = "x") -> ArgumentCheck:
    return ArgumentCheck(name, (2,), "float64", verdict, code=code, message="m", cause="c", fix="f")


def layer(*parts: ArgumentCheck | LayerFinding | Corner, verdict: LayerVerdict = FAIL) -> Layer:
    return Layer(
        *("a.py:f", verdict),
        tuple(p for p in parts if isinstance(p, ArgumentCheck)),
        tuple(p for p in parts if isinstance(p, LayerFinding)),
        tuple(p for p in parts if isinstance(p, Corner)),
    )


WRONG, NOISY = argument(FAIL, "L101"), argument(UNRESOLVED, "L102")
MUTATES, PRINTS = LayerFinding("L201", "writes"), LayerFinding("L209", "")
CORNERS = (
    Corner("a batch of one", FAIL, "m"),
    Corner("exact zeros", ERROR),
    Corner("no variance", UNRESOLVED),
    Corner("an empty batch", PASS),
)
EVERYTHING = layer(PRINTS, NOISY, WRONG, MUTATES, argument(PASS), *CORNERS)


def codes(given: Layer) -> list[str]:
    return [problem.code for problem in layer_findings(given)]


def test_the_worst_first() -> None:
    assert codes(EVERYTHING) == ["L101", "L201", "L301", "L102", "L302", "L209"]


def test_arguments_keep_their_order() -> None:
    found = layer_findings(layer(argument(FAIL, "L101", "w"), argument(FAIL, "L101", "b")))
    assert [problem.argument.name for problem in found if problem.argument] == ["w", "b"]


def test_each_problem_has_the_verdict_of_what_it_is_about() -> None:
    found = {problem.code: problem.verdict for problem in layer_findings(EVERYTHING)}
    assert found == {
        "L101": FAIL,
        "L201": FAIL,
        "L301": FAIL,
        "L102": UNRESOLVED,
        "L302": ERROR,
        "L209": FAIL,
    }


def test_every_problem_says_something() -> None:
    messages = [problem.message for problem in layer_findings(EVERYTHING)]
    assert all(messages) and "with exact zeros: the layer breaks in a special case" in messages


@pytest.mark.parametrize(
    ("given", "plain", "strict"),
    [
        (layer(argument(PASS), verdict=PASS), 0, 0),
        (layer(WRONG), 1, 1),
        (layer(NOISY, verdict=UNRESOLVED), 0, 1),
        (layer(argument(PASS), MUTATES, verdict=PASS), 1, 1),
        (layer(argument(PASS), PRINTS, verdict=PASS), 0, 0),
        (layer(CORNERS[0], verdict=PASS), 1, 1),
        (layer(CORNERS[1], verdict=PASS), 0, 1),
        (layer(*CORNERS[2:], verdict=PASS), 0, 0),
        (layer(LayerFinding("L401", "raised"), verdict=ERROR), 1, 1),
    ],
)
def test_exit_codes(given: Layer, plain: int, strict: int) -> None:
    report = Report(layers=(layer(argument(PASS), verdict=PASS), given))
    assert (exit_code(report), exit_code(report, strict=True)) == (plain, strict)


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (Options(), ["L101", "L201", "L301", "L102", "L302", "L209"]),
        (Options(ignore=("L1",)), ["L201", "L301", "L302", "L209"]),
        (Options(ignore=("L3", "L209")), ["L101", "L201", "L102"]),
        (Options(select=("L302",)), ["L302"]),
        (Options(select=("D",)), []),
        (Options(select=("L101",), ignore=("L",)), ["L101"]),
    ],
)
def test_narrowing(options: Options, left: list[str]) -> None:
    assert codes(narrowed(Report(layers=(EVERYTHING,)), options).layers[0]) == left


def test_what_is_silenced_keeps_its_verdict() -> None:
    (found,) = narrowed(Report(layers=(EVERYTHING,)), Options(ignore=("L",))).layers
    assert found.verdict is FAIL and [a.verdict for a in found.arguments] == [UNRESOLVED, FAIL, PASS]
    silent = replace(WRONG, code=None, message="", cause="", fix="")
    assert found.arguments[1] == silent and found.findings == ()
    assert found.corners == CORNERS[2:]
