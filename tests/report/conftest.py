"""A report made by hand, with every verdict and every difficulty of showing one."""

import os
from pathlib import Path
from typing import Any

import pytest
from gate_report import whole, whole_sources

from gradcheck.model import (
    Answer,
    Change,
    Claim,
    Correction,
    Counterexample,
    Document,
    FinalResult,
    Numeric,
    Place,
    Remark,
    Report,
    SymbolReading,
    Trouble,
    Verdict,
)

GOLDEN = Path(__file__).parents[1] / "golden"
LONG = " + ".join(rf"\frac{{\partial l}}{{\partial \hat{{x}}_{n}}} (x_{n} - \mu)" for n in range(9))
TAB = chr(9)
TEXT = rf"""# Batch norm

$$ x̂_i = (x_i - \mu) s \quad (1) $$
$$ \frac{{\partial l}}{{\partial s}} = {LONG} (\sigma^2 + \epsilon)^2 \quad (8) $$
$$ = \gamma {LONG} $$
$$ = \frac{{\gamma}}{{s}} x̂_i $$
漢字: $$ 全 = x̂_i + 2 \sigma $$
{TAB}$$ \frac{{\partial l}}{{x_i}}
{TAB}   = \gamma $$
$$ a = b ( $$ {chr(27)}[31m
$$ a = \oint $$
"""
LINES = TEXT.splitlines()


def at(line: int, needle: str, length: int | None = None) -> Place:
    """The place of ``needle`` on a line of the text."""
    column = LINES[line - 1].index(needle) + 1
    return Place(line, column, column + (len(needle) if length is None else length))


def change(line: int, needle: str, latex: str, end_line: int | None = None, until: str = "") -> Change:
    """``needle``, or from it on to the end of ``until`` on a later line, becomes ``latex``."""
    start = at(line, needle)
    end = at(end_line, until) if end_line else start
    return Change(line, start.column, end.line, end.end_column, latex)


def mended(edit: str, *changes: Change, proved: bool = True, scope: str = "every size") -> Correction:
    return Correction(edit, changes, proved, scope)


def claim(number: int, verdict: Verdict, place: Place, fault: Place | None = None, **more: Any) -> Claim:
    latex = LINES[place.line - 1].strip("$ \t")
    return Claim(f"eq-{number}", more.pop("label", None), place, fault or place, latex, verdict, **more)


REFUTED: dict[str, Any] = {"step": Answer.REFUTED, "truth": Answer.REFUTED, "scope": "every size"}
PROVED: dict[str, Any] = {"step": Answer.PROVED, "truth": Answer.PROVED}
CORRECTIONS = (
    mended("the exponent 2 should be -\\frac{3}{2}", change(4, "2 \\quad", "{-\\frac{3}{2}} \\quad")),
    mended(
        "both factors should be squared",
        change(4, "x_7 - ", "x_7^2 - "),
        change(4, "(x_8 - \\mu)", "(x_8 - \\mu)^2"),
        scope="sizes 2, 3, 4",
    ),
    mended("drop \\epsilon", change(4, " + \\epsilon", ""), proved=False),
)
CLAIMS = (
    claim(1, Verdict.DEFINITION, at(3, "="), label="1"),
    claim(
        2,
        Verdict.WRONG,
        at(4, "="),
        at(4, "(\\sigma^2 + \\epsilon)^2"),
        label="8",
        code="D101",
        message="the right side is not the derivative of l by s",
        counterexample=Counterexample({"m": 3}, {"x_1": "2", "\\gamma": "1/2"}, "3/4", "-1/8", {"i": 1}),
        numeric=Numeric(False, 0.875, 1e-10),
        notes=("read as the adjoint\nthrough every path",),
        reading="adjoint",
        corrections=CORRECTIONS,
        sympy="Eq(\n    s, 2)",
        **REFUTED,
    ),
    claim(
        3,
        Verdict.INHERITED,
        at(5, "="),
        code="D201",
        cause_claim="eq-2",
        corrections=(mended("\\gamma should be dropped", change(5, " \\gamma", "")),),
        step=Answer.PROVED,
        truth=Answer.REFUTED,
    ),
    claim(
        4,
        Verdict.RECOVERED,
        at(6, "="),
        code="D202",
        cause_claim="eq-3",
        step=Answer.REFUTED,
        truth=Answer.PROVED,
    ),
    claim(
        5,
        Verdict.CONVENTION,
        at(7, "="),
        at(7, "2"),
        code="D301",
        message="right only when the variance is divided by m - 1",
        numeric=Numeric(True, float("inf"), 1e-10),
    ),
    claim(
        6,
        Verdict.SLIP,
        at(9, "="),
        at(8, "x_i"),
        code="D401",
        message="a ∂ is missing before x_i",
        corrections=(
            mended("write \\partial x_i", change(8, "{x_i}", "{\\partial x_i}")),
            mended("on one line", change(8, "{x_i}", "{\\partial x_i} = \\gamma", 9, "\\gamma")),
        ),
        **PROVED,
    ),
    claim(
        7,
        Verdict.HOLDS,
        at(10, "="),
        remarks=(
            Remark(
                "D405",
                "the bracket is not closed",
                at(10, "( ", 1),
                (mended("close the bracket", Change(10, 11, 10, 11, ")"), scope="sizes 2, 3"),),
            ),
        ),
        scope="sizes 2, 3, 4",
        **PROVED,
    ),
    claim(
        8,
        Verdict.UNREAD,
        at(11, "="),
        at(11, "\\oint"),
        code="D502",
        message="no meaning is known for \\oint",
    ),
)
OTHER = (
    Claim("eq-1", "2", Place(1, 3, 4), Place(1, 3, 4), "a = b", Verdict.UNDECIDED, code="D501"),
    Claim("eq-2", None, Place(2, 1, 2), Place(2, 1, 2), "= b", Verdict.HOLDS, scope="every size", **PROVED),
)
READINGS = (
    SymbolReading("\\sigma^2", "variance", "inferred", 13),
    SymbolReading("x̂", "normalised input, index i over m", "declared"),
)
RESULTS = (
    FinalResult("dL/dσ²", "eq-4", "wrong", "eq-2"),
    FinalResult("dL/dx̂", "eq-7", "right"),
    FinalResult("dL/dx", "eq-8", "undecided"),
)
REPORT = Report(
    (
        Document("notes/batch norm.md", "Batch norm", READINGS, CLAIMS, RESULTS),
        Document("b.md", "b", (), OTHER),
    ),
    (
        Trouble("gone.md", "cannot be read: No such file or directory"),
        Trouble("c.md", "x", Place(1, 2, 3), True),
    ),
)
SOURCES = {"notes/batch norm.md": TEXT, "b.md": "$$a = b$$\n= b\n"}


@pytest.fixture
def report() -> Report:
    return REPORT


@pytest.fixture
def sources() -> dict[str, str]:
    return SOURCES


@pytest.fixture
def gate_report() -> Report:
    return whole(REPORT)


@pytest.fixture
def gate_sources() -> dict[str, str]:
    return whole_sources(SOURCES)


@pytest.fixture
def golden() -> Any:
    """Compare with a file of tests/golden; GRADCHECK_UPDATE_GOLDEN=1 writes it instead."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare
