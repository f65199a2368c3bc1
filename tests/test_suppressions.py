"""Comments that suppress findings where they stand, in documents and in code."""

from pathlib import Path

import pytest
from standing import standings

from gradcheck.accepting import accepted
from gradcheck.errata import Ledger
from gradcheck.findings import exit_code
from gradcheck.layer_findings import layer_findings
from gradcheck.model import ArgumentCheck, Corner, Layer, LayerFinding, LayerVerdict, Report

SQUARED = "$$ L = \\sum_{i=1}^m (x_i - t_i)^2 $$"
WRONG = r"$$ \frac{\partial L}{\partial x_i} = x_i - t_i $$"
RIGHT = r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i) $$"
IGNORE = "gradcheck: ignore[D101] as printed"


def found(
    directory: Path, *blocks: str, name: str = "notes.md", between: str = "\n\n"
) -> tuple[list[str], list[str], int]:
    path = directory / name
    path.write_text(between.join([SQUARED, *blocks]) + "\n", encoding="utf-8")
    result = standings(path)
    return result.findings, result.notices, result.exit_code


@pytest.mark.parametrize(
    "block",
    [
        f"<!-- {IGNORE} -->\n{WRONG}",
        f"<!-- {IGNORE} -->\n\n{WRONG}",
        f"{WRONG} <!-- {IGNORE} -->",
        f"<!--{IGNORE}-->\n<!-- a comment to somebody else -->\n{WRONG}",
        f"<!-- gradcheck: ignore[d1] -->\n{WRONG}",
        f"<!-- gradcheck: ignore[D403, D101] -->\n{WRONG}",
        WRONG.replace("$$ ", "$$\n").replace(" $$", f" % {IGNORE}\n$$"),
        f"```math\n% {IGNORE}\n{WRONG.strip('$')}\n```",
    ],
)
def test_a_comment_suppresses_what_stands_there(block: str, tmp_path: Path) -> None:
    assert found(tmp_path, block) == (["D101 suppressed"], [], 0)


@pytest.mark.parametrize(
    ("name", "block"),
    [
        ("notes.tex", f"% {IGNORE}\n\\[ {WRONG.strip('$ ')} \\]"),
        ("notes.tex", f"\\[ {WRONG.strip('$ ')} \\] % {IGNORE}"),
        ("notes.rst", f".. {IGNORE}\n\n.. math::\n\n   {WRONG.strip('$ ')}"),
        ("notes.html", f"<!-- {IGNORE} -->\n<p>{WRONG}</p>"),
    ],
)
def test_every_kind_of_document_has_its_comment(name: str, block: str, tmp_path: Path) -> None:
    start = {
        "notes.tex": f"\\[ {SQUARED.strip('$ ')} \\]",
        "notes.rst": f".. math::\n\n   {SQUARED.strip('$ ')}",
        "notes.html": f"<p>{SQUARED}</p>",
    }[name]
    path = tmp_path / name
    path.write_text(f"{start}\n\n{block}\n", encoding="utf-8")
    result = standings(path)
    assert (result.findings, result.notices, result.exit_code) == (["D101 suppressed"], [], 0)


@pytest.mark.parametrize(
    "block",
    [
        f"<!-- {IGNORE} -->\n{RIGHT}\n\n{WRONG}",
        f"<!-- gradcheck: ignore[D403] -->\n{WRONG}",
        f"{WRONG}\n<!-- {IGNORE} -->",
    ],
)
def test_a_comment_elsewhere_suppresses_nothing_and_is_found(block: str, tmp_path: Path) -> None:
    assert found(tmp_path, block) == (["D101"], ["G201"], 1)


@pytest.mark.parametrize("said", ["ignore", "ignore[]", "ignore[D9999]", "ignroe[D101]", "noqa"])
def test_a_comment_that_cannot_be_understood_is_found(said: str, tmp_path: Path) -> None:
    assert found(tmp_path, f"<!-- gradcheck: {said} -->\n{WRONG}") == (["D101"], ["G202"], 1)


@pytest.mark.parametrize(
    "block",
    [
        f"```\n<!-- {IGNORE} -->\n```",
        f"~~~~ markdown\n<!-- {IGNORE} -->\n~~~\n~~~~",
        r"100\% gradcheck: ignore[D101]",
    ],
)
def test_what_is_no_comment_is_left_alone(block: str, tmp_path: Path) -> None:
    assert found(tmp_path, block, RIGHT) == ([], [], 0)


SOURCE = """import numpy as np

# gradcheck: ignore[L113] the published code has it
@some.decorator
def f_backward(dout, x):
    return dout

def g_backward(dout, x):  # gradcheck: ignore[L2, L3] fine here
    return dout

class Layer:
    # gradcheck: ignore[L101] until the rewrite
    def forward(self, x):
        return x

    def backward(self, dout):
        return dout

# gradcheck: ignore[L101] about nothing
VALUE = 1
"""


def layer(line: int, *codes: str) -> Layer:
    arguments = tuple(
        ArgumentCheck(f"x{n}", (1,), "float64", LayerVerdict.FAIL, code=code)
        for n, code in enumerate(codes)
        if code.startswith("L1")
    )
    findings = tuple(LayerFinding(code, "") for code in codes if code.startswith("L2"))
    corners = tuple(Corner("a batch of one", LayerVerdict.FAIL) for code in codes if code == "L301")
    return Layer(
        f"layers.py:{line}", LayerVerdict.FAIL, arguments, findings, corners, path="layers.py", line=line
    )


def standing_of(*layers: Layer, source: str = SOURCE) -> tuple[list[str], list[str], int]:
    report = accepted(Report(layers=layers), {"layers.py": source}, Ledger(""), lambda *_: [], whole=True)
    problems = [p for checked in report.layers for p in layer_findings(checked)]
    said = [f"{p.code} {p.acceptance.standing.value}" if p.acceptance else p.code for p in problems]
    return said, [f"{n.code}:{n.place.line}" for n in report.notices], exit_code(report)


def test_a_comment_above_a_function_is_about_it() -> None:
    assert standing_of(layer(4, "L113")) == (["L113 suppressed"], ["G201:19"], 1)


def test_a_comment_behind_a_definition_is_about_it() -> None:
    said, notices, _ = standing_of(layer(8, "L101", "L201", "L301"))
    assert said == ["L101", "L201 suppressed", "L301 suppressed"]
    assert notices == ["G201:19"]


def test_a_comment_above_another_method_is_about_that() -> None:
    said, notices, _ = standing_of(layer(16, "L101"))
    assert (said, notices) == (["L101"], ["G201:19"])


def test_a_comment_in_a_class_is_about_all_of_it() -> None:
    source = SOURCE.replace(
        "    # gradcheck: ignore[L101] until the rewrite\n", "    # gradcheck: ignore[L101] all\n\n"
    )
    assert standing_of(layer(17, "L101"), source=source)[0] == ["L101 suppressed"]


def test_a_comment_at_a_layer_without_such_a_finding_is_found() -> None:
    assert standing_of(layer(4, "L101"))[1] == ["G201:3", "G201:19"]


def test_texts_that_look_like_comments_are_none() -> None:
    source = 'def f_backward(dout):\n    """# gradcheck: ignore[L101]"""\n    return dout\n'
    assert standing_of(layer(1, "L101"), source=source) == (["L101"], [], 1)


@pytest.mark.parametrize(
    "source", ["def f(:\n  # gradcheck: ignore[L101]", "\0 # gradcheck: x", "# gradcheck: ignore[L101]\n'''"]
)
def test_a_file_that_is_no_python_has_no_comments(source: str) -> None:
    assert standing_of(layer(1, "L101"), source=source) == (["L101"], [], 1)
