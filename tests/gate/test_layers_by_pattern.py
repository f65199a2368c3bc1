"""Layers that a pattern of files leads to."""

import json
from pathlib import Path

import pytest

from gradcheck.cli import main

SQUARE = "def square_forward(x):\n    return x**2\n\ndef square_backward(dout, x):\n    return 2 * dout * x\n"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "square.py").write_text(SQUARE, encoding="utf-8")
    (tmp_path / "net" / "helper.py").write_text("FACTOR = 2\n", encoding="utf-8")


def gate(layers: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str], str]:
    """The exit code, the layers that were checked, and what standard error says."""
    Path("pyproject.toml").write_text(f"[tool.gradcheck]\nlayers = [{layers}]\n", encoding="utf-8")
    code = main(["gate", "--format", "json", "--jobs", "1"])
    out, err = capsys.readouterr()
    return code, [layer["target"] for layer in json.loads(out)["layers"]], err


@pytest.mark.parametrize("run", ["first", "from the cache"])
def test_a_file_that_a_pattern_leads_to_may_have_no_layers(
    run: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if run != "first":
        gate('"net/*.py"', capsys)
    assert gate('"net/*.py"', capsys) == (0, ["net/square.py:square"], "")


def test_a_file_that_is_named_may_not(capsys: pytest.CaptureFixture[str]) -> None:
    code, checked, said = gate('"net/square.py", "net/helper.py"', capsys)
    assert (code, checked) == (2, ["net/square.py:square"])
    assert "net/helper.py: no layer was recognised" in said


def test_a_pattern_that_leads_to_no_layer_at_all_checks_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net/square.py").unlink()
    code, checked, said = gate('"net/*.py"', capsys)
    assert (code, checked) == (2, []) and "nothing to check" in said


def test_a_file_that_cannot_be_imported_is_trouble_however_it_was_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("net/broken.py").write_text("import nothing_of_that_name\n", encoding="utf-8")
    code, checked, said = gate('"net/*.py"', capsys)
    assert (code, checked) == (2, ["net/square.py:square"]) and "nothing_of_that_name" in said


def test_a_row_of_its_own_wins_over_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    own = '{ target = "net/square.py:square", args = { x = "normal(7)" } }'
    assert gate(f'"net/*.py", {own}', capsys) == (0, ["net/square.py:square"], "")
