"""``gradcheck derive`` from its arguments to what people see, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.cli import main

Captured = pytest.CaptureFixture[str]
SOFTMAX = r"y_i = \frac{e^{x_i}}{\sum_k e^{x_k}}"


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(["derive", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("format", ["text", "latex", "markdown", "html", "json", "numpy", "torch"])
def test_every_format_of_a_layer(format: str, capsys: Captured) -> None:
    code, out, err = run(capsys, "batchnorm", "--format", format)
    assert (code, err) == (0, "")
    begins = {
        "text": "Batch normalisation\n===",
        "latex": r"\documentclass{article}",
        "markdown": "# Batch normalisation",
        "html": "<!DOCTYPE html>",
        "json": "{",
        "numpy": '"""Batch normalisation.',
        "torch": '"""Batch normalisation.',
    }
    assert out.startswith(begins[format])


def test_definitions_as_arguments(capsys: Captured) -> None:
    code, out, _ = run(capsys, r"s = \sum_k e^{x_k}", r"y_i = e^{x_i} / s", "--format", "markdown", "--brief")
    assert code == 0
    assert r"y_{i} \left( \frac{\partial L}{\partial y_{i}} - \sum_{k} y_{k}" in out


def test_the_example_of_one_line(capsys: Captured) -> None:
    code, out, _ = run(capsys, r"y_i = \gamma (x_i - \mu)/\sqrt{\sigma^2+\epsilon} + \beta", "--brief")
    assert code == 0 and "∂xᵢ" in out and "∂γ" in out


def test_a_document_by_its_definitions_alone(tmp_path: Path, capsys: Captured) -> None:
    page = tmp_path / "notes.md"
    page.write_text(f"# Notes\n\n$${SOFTMAX}$$\n\n$$\\frac{{\\partial L}}{{\\partial x_i}} = 7$$\n")
    code, out, _ = run(capsys, str(page), "--format", "json")
    printed = json.loads(out)
    assert code == 0 and printed["derivation"]["title"] == "Notes"
    assert [r["name"] for r in printed["derivation"]["results"]] == ["x"]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    command = [sys.executable, "-m", "gradcheck", "derive", "-", "--ascii", "--brief"]
    for text in (SOFTMAX, f"Some words.\n\n$${SOFTMAX}$$\n"):
        done = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
        assert b"dL" in done.stdout and done.stdout.isascii() and done.stderr == b""


def test_wrt_variance_and_second(capsys: Captured) -> None:
    code, out, _ = run(
        capsys, "batchnorm", "--wrt", "x", "--variance", "1/(m-1)", "--format", "latex", "--brief"
    )
    assert code == 0 and r"{m - 1}" in out and r"\partial \gamma" not in out
    code, out, _ = run(capsys, "mse", "--second", "--brief", "--format", "markdown")
    assert code == 0 and r"\partial^{2} L" in out


def test_verbose_and_brief(capsys: Captured) -> None:
    lengths = [len(run(capsys, "softmax", *option)[1]) for option in (["-q"], [], ["-v"])]
    assert lengths == sorted(lengths) and lengths[0] < lengths[1] < lengths[2]
    code, _, err = run(capsys, "softmax", "-q", "-v")
    assert code == 2 and "leave one out" in err


def test_a_fragment_has_no_preamble(capsys: Captured) -> None:
    code, out, _ = run(capsys, "softmax", "--format", "latex", "--fragment")
    assert code == 0 and "documentclass" not in out
    code, _, err = run(capsys, "softmax", "--fragment")
    assert code == 2 and "--format latex" in err


def test_to_a_file(tmp_path: Path, capsys: Captured) -> None:
    page = tmp_path / "softmax.html"
    assert run(capsys, "softmax", "--format", "html", "--output", str(page)) == (0, "", "")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    code, _, err = run(capsys, "softmax", "--output", str(tmp_path / "no" / "where"))
    assert code == 2 and "cannot be written" in err


def test_a_document_of_two_topics(tmp_path: Path, capsys: Captured) -> None:
    page = tmp_path / "two.md"
    page.write_text("# Two\n\n## Squares\n\n$$y_i = x_i^2$$\n\n## Cubes\n\n$$z_i = v_i^3$$\n")
    code, out, _ = run(capsys, str(page))
    assert code == 0 and "Squares" in out and "Cubes" in out
    code, _, err = run(capsys, str(page), "--format", "numpy")
    assert code == 2 and "--topic" in err and "2: " in err
    code, out, _ = run(capsys, str(page), "--format", "numpy", "--topic", "2")
    assert code == 0 and "v**" in out
    code, _, err = run(capsys, str(page), "--topic", "3")
    assert code == 2 and "there is no topic 3" in err


REFUSED = {
    "argmax": (r"k_i = \arg\max_j x_{ij}", ":1:", "given mask"),
    "maximum over an axis": (r"y_i = \max_j x_{ij}", ":1:", "given mask"),
    "free index": ("y_i = x_j", ":1:", "nothing binds"),
    "circle": ("a_i = b_i + 1; b_i = a_i x_i", ":2:", "circular definition: b → a → b"),
    "unknown function": (r"y_i = f(x_i)", ":1:", "nothing defines"),
    "integer labels": (r"L = \log \sum_k e^{x_k} - x_c", ":1:", "nothing binds"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_derived_is_refused_at_its_place(what: str, capsys: Captured) -> None:
    text, place, words = REFUSED[what]
    code, out, err = run(capsys, text)
    assert (code, out) == (2, "") and err.startswith("gradcheck: definitions.md" + place)
    assert words in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "nothing to derive"),
        (["softmx"], "did you mean softmax"),
        (["no/such/file.md"], "cannot be read: No such file"),
        (["softmax", "tanh"], "one layer or document at a time"),
        (["batchnorm", "--wrt", "gama"], "did you mean"),
        (["softmax", "--variance", "1/m"], "variance"),
        (["softmax", "--second"], "need a scalar loss"),
        (["softmax", "--format", "latx"], "did you mean latex"),
        (["= 3"], "no chain before it"),
        ([r"y = \foo{x}"], "gradcheck: definitions.md"),
        (["y = " + "(" * 5000 + "x" + ")" * 5000], "nested more than 60 deep"),
    ],
)
def test_bad_usage(arguments: list[str], words: str, capsys: Captured) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "") and words in err and "Traceback" not in err and "bug" not in err


@pytest.mark.parametrize("data", [b"", b"\x00\x01\xff\xfe" * 50, b"No formulas at all.\n", b"$$y_i = $$\n"])
def test_bad_documents(data: bytes, tmp_path: Path, capsys: Captured) -> None:
    page = tmp_path / "page.md"
    page.write_bytes(data)
    code, out, err = run(capsys, str(page))
    assert (code, out) == (2, "") and "page.md" in err and "bug" not in err


@pytest.mark.parametrize("power", ["p", r"\frac{3}{2}", "-p", "2/3"])
@pytest.mark.parametrize("format", ["numpy", "torch", "text", "latex"])
def test_any_power(power: str, format: str, capsys: Captured) -> None:
    code, out, err = run(capsys, f"y_i = x_i^{{{power}}}", "--format", format)
    assert (code, err) == (0, "") and out


def test_a_rectifier_of_a_sum(capsys: Captured) -> None:
    code, out, _ = run(capsys, r"y_n = \max(0, \sum_k x_{nk} w_k)", "--brief", "--format", "latex")
    assert code == 0 and r"\mathbf{1}[\sum_{j} w_{j} x_{nj} > 0]" in out


@pytest.mark.parametrize("format", ["numpy", "torch"])
def test_sums_beside_the_diagonal_as_code(format: str, tmp_path: Path, capsys: Captured) -> None:
    if format == "torch":
        pytest.importorskip("torch")
    file = tmp_path / "hinge.py"
    text = r"y_i = \sum_{j \neq i} \max(0, s_{ij} - s_{ii} + 1)"
    assert run(capsys, text, "--format", format, "--output", str(file))[0] == 0
    assert main(["layer", str(file), "--no-cache"]) == 0


def test_a_size_that_is_counted_gets_a_name(capsys: Captured) -> None:
    code, out, _ = run(capsys, r"L = \sum_n (s + x_n^2)", "--brief", "--format", "markdown")
    assert code == 0 and r"$$\frac{\partial L}{\partial s} = N$$" in out


def test_the_gradient_of_an_output_is_given(capsys: Captured) -> None:
    code, _, err = run(capsys, "y_i = a x_i", "--wrt", "y")
    assert code == 2 and "is what is given" in err


def test_a_directory_is_no_document(tmp_path: Path, capsys: Captured) -> None:
    code, _, err = run(capsys, str(tmp_path))
    assert code == 2 and "cannot be read" in err


def test_a_closed_pipe_is_no_error() -> None:
    command = f"{sys.executable} -m gradcheck derive batchnorm | head -1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Batch normalisation") and done.stderr == ""


def test_a_terminal_without_unicode_gets_ascii() -> None:
    command = [sys.executable, "-m", "gradcheck", "derive", "batchnorm"]
    env = {"PYTHONIOENCODING": "ascii", "PATH": ""}
    done = subprocess.run(command, capture_output=True, env=env, check=True)
    assert done.stdout.isascii() and b"x_hat" in done.stdout and b"\\u" not in done.stdout


def test_list_names_the_definitions(capsys: Captured) -> None:
    assert main(["list"]) == 0
    assert "  softmax_cross_entropy  Softmax and cross entropy\n" in capsys.readouterr().out
