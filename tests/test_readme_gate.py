"""What README says of the gate, the ledger, suppressions and reports is what happens."""

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from sample_project import command, environment

from gradcheck.cli import app, main
from gradcheck.config_reading import _DOCUMENT, _GENERAL, _LAYER
from gradcheck.configured import Timeouts
from gradcheck.report import FORMATS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")

SQUARED = """# Squared error

$$ L = \\sum_{i=1}^m (x_i - t_i)^2 $$

$$ \\frac{\\partial L}{\\partial x_i} = 2(x_i - t_i) $$
"""
MISPRINTED = SQUARED.replace("= 2(x_i - t_i)", "= x_i - t_i")
LAYERS = """import numpy as np


def relu_forward(x):
    return np.maximum(x, 0), x


def relu_backward(dout, cache):
    return dout * (cache > 0)
"""
NORM = """import numpy as np


def batchnorm(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=0), x.var(axis=0)
    xhat = (x - mean) / np.sqrt(var + eps)
    return gamma * xhat + beta, (xhat, gamma, var, eps)


def batchnorm_gradients(dout, cache):
    xhat, gamma, var, eps = cache
    dxhat = dout * gamma
    dx = (dxhat - dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0)) / np.sqrt(var + eps)
    return dx, (dout * xhat).sum(axis=0), dout.sum(axis=0)
"""
PAPER = """\\documentclass{article}
\\begin{document}
\\[ L = \\sum_{i=1}^m (x_i - t_i)^2 \\]
\\[ \\frac{\\partial L}{\\partial x_i} = 2(x_i - t_i) \\]
\\end{document}
"""


def section(title: str) -> str:
    """The part of README below a heading."""
    part = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#+ |\Z)", README, re.MULTILINE | re.DOTALL)
    assert part, title
    return part[2]


def block(title: str, language: str) -> str:
    """The one block of a language below a heading."""
    found = re.findall(rf"^```{language}\n(.*?)^```$", section(title), re.MULTILINE | re.DOTALL)
    assert len(found) == 1, title
    return str(found[0])


def rows(title: str) -> list[list[str]]:
    """The rows of the table below a heading, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project that has whatever README's configurations name, with nothing wrong in it."""
    files = {
        "pyproject.toml": block("In CI", "toml"),
        "docs/squared.md": SQUARED,
        "docs/old/squared.md": MISPRINTED,
        "paper/squared.tex": PAPER,
        "paper/reading.toml": 'loss = "L"\n',
        "reading.toml": 'loss = "L"\n',
        "errata.toml": "",
        "net/layers.py": LAYERS,
        "net/norm.py": NORM,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "docs/old/squared.md").unlink()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ledger(project: Path) -> Path:
    """The ledger of README, in a project whose document has the error that it lists."""
    (project / "docs/squared.md").write_text(MISPRINTED, encoding="utf-8")
    (project / "errata.toml").write_text(block("Known errata", "toml"), encoding="utf-8")
    (project / "pyproject.toml").write_text(
        f'{block("In CI", "toml")}errata = "errata.toml"\n', encoding="utf-8"
    )
    return project / "errata.toml"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, list[str]]:
    """The documents and the layers in the JSON report of a run that finds nothing."""
    assert main([*arguments, "--format", "json"]) == 0, capsys.readouterr()
    report = json.loads(capsys.readouterr().out)
    return {
        "documents": [document["path"] for document in report["documents"]],
        "layers": [layer["target"] for layer in report["layers"]],
    }


def test_the_least_configuration_is_enough(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = checked(capsys, "gate")
    assert found == {"documents": ["docs/squared.md"], "layers": ["net/layers.py:relu"]}


def test_what_is_wrong_fails_the_gate(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "docs/squared.md").write_text(MISPRINTED, encoding="utf-8")
    assert main(["gate"]) == 1
    assert main(["gate", "net/layers.py"]) == 0
    assert "D101" in capsys.readouterr().out
    (only,) = re.findall(r"`gradcheck (gate --only .*?)`", section("In CI"))
    assert main([*only.split(), "--quiet"]) == 1
    assert "D101" in capsys.readouterr().out


@pytest.mark.parametrize("line", ['documents = ["nowhere/*.md"]', 'documnets = ["docs"]'])
def test_a_configuration_that_leads_nowhere_is_refused(project: Path, line: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.gradcheck]\n{line}\n", encoding="utf-8")
    assert main(["gate"]) == 2


def test_the_full_configuration_works(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "pyproject.toml").write_text(block("Configuration", "toml"), encoding="utf-8")
    (project / "docs/old").mkdir(exist_ok=True)
    (project / "docs/old/squared.md").write_text(MISPRINTED, encoding="utf-8")
    found = checked(capsys, "gate")
    assert found == {
        "documents": ["docs/squared.md", "paper/squared.tex"],
        "layers": ["net/layers.py:relu", "net/norm.py:batchnorm"],
    }


def test_the_full_configuration_has_every_key() -> None:
    table = tomllib.loads(block("Configuration", "toml"))["tool"]["gradcheck"]
    assert set(table) == {"documents", "layers", *_GENERAL}
    assert {key for row in table["documents"] for key in row} == set(_DOCUMENT)
    assert {key for row in table["layers"] for key in row} == set(_LAYER)
    assert set(table["timeout"]) == set(Timeouts.__slots__)


def test_every_key_of_the_full_configuration_is_explained() -> None:
    keys = [line for line in block("Configuration", "toml").splitlines() if " = " in line]
    bare = [line for line in keys if "  # " not in line]
    assert bare == ['path = "paper/*.tex"', 'target = "net/norm.py:batchnorm"']  # said above of the same key


def test_a_known_erratum_is_shown_as_readme_shows_it(
    ledger: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line, _, said = block("Known errata", "console").partition("\n")
    assert main(shlex.split(line.removeprefix("$ gradcheck "))) == 0
    assert capsys.readouterr().out == said


def test_an_error_in_no_ledger_is_new(ledger: Path) -> None:
    assert main(["gate", "--errata", "none"]) == 1


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("docs/squared.md", "= x_i - t_i", "= 2(x_i - t_i)", "G101"),
        ("docs/squared.md", "x_i} = x_i - t_i", "t_i} = -2(x_i - t_i)", "G101"),
        ("errata.toml", "docs/squared.md", "docs/gone.md", "G101"),
        ("errata.toml", 'code = "D101"', 'code = "D301"', "G102"),
        ("errata.toml", "= 2(x_i - t_i)", "= 3(x_i - t_i)", "G102"),
    ],
)
def test_an_entry_goes_stale_or_is_changed(
    ledger: Path, capsys: pytest.CaptureFixture[str], file: str, old: str, new: str, code: str
) -> None:
    edit(Path(file), old, new)
    assert main(["gate", "--format", "concise"]) == 1
    assert code in capsys.readouterr().out


def test_printed_entries_can_be_pasted(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ledger.write_text("", encoding="utf-8")
    assert main(["doc", "docs/squared.md", "--add-errata"]) == 0
    ledger.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["gate"]) == 0


LOSS, HALF = r"L = \sum_{i=1}^m (x_i - t_i)^2", r"\frac{\partial L}{\partial x_i} = x_i - t_i"
WRITTEN = {
    "Markdown": ("notes.md", MISPRINTED),
    "notebooks": ("notes.ipynb", MISPRINTED),
    "HTML": ("notes.html", f"<p>\\[ {LOSS} \\]</p>\n\n<p>\\[ {HALF} \\]</p>\n"),
    "LaTeX": ("notes.tex", PAPER.replace("2(x_i - t_i)", "x_i - t_i")),
    "reStructuredText": ("notes.rst", f".. math:: {LOSS}\n\n.. math:: {HALF}\n"),
    "Python": ("layers.py", LAYERS.replace("dout * (cache > 0)", "2 * dout * (cache > 0)")),
}
MEANT = {"Python": "def relu_backward"}


@pytest.mark.parametrize("kind", WRITTEN)
def test_suppressions_are_written_as_readme_writes_them(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (comment,) = [row[1].strip("`") for row in rows("Suppressions") if kind in row[0].split(", ")]
    name, text = WRITTEN[kind]
    lines = text.splitlines(keepends=True)
    meant = next(n for n, line in enumerate(lines) if MEANT.get(kind, "\\frac") in line)
    monkeypatch.chdir(tmp_path)
    door = "layer" if kind == "Python" else "doc"
    _write(Path(name), lines)
    assert main([door, name]) == 1
    _write(Path(name), [*lines[:meant], f"{comment}\n", *lines[meant:]])
    assert main([door, name]) == 0
    assert "1 finding suppressed" in capsys.readouterr().out


def _write(path: Path, lines: list[str]) -> None:
    if path.suffix == ".ipynb":
        cell = {"cell_type": "markdown", "metadata": {}, "source": lines}
        notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")
    else:
        path.write_text("".join(lines), encoding="utf-8")


def test_readme_has_every_format() -> None:
    assert [row[0].strip("`") for row in rows("Reports")] == list(FORMATS)


def test_several_reports_in_one_run(project: Path) -> None:
    assert main(shlex.split(block("Reports", "sh"))[1:]) == 0
    assert Path("gradcheck.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert "<math" in Path("gradcheck.html").read_text(encoding="utf-8")


def pytest_says(*arguments: str) -> tuple[int, str]:
    """What pytest says with gradcheck as its only plugin."""
    line = [sys.executable, "-m", "pytest", "-p", "gradcheck.pytest_plugin", "-p", "no:cacheprovider", "-rA"]
    done = subprocess.run(
        [*line, *arguments], env=environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", COLUMNS="160"),
        capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_pytest_collects_what_readme_names(ledger: Path) -> None:
    code, said = pytest_says("docs", "net")
    assert code == 0, said
    assert "XFAIL docs/squared.md::claim-2" in said
    for name in re.findall(r"`([\w/]+\.(?:py|md)::[\w:-]+)`", section("In pytest")):
        assert name in said
    assert pytest_says("docs", "net", "--no-gradcheck")[0] == 5  # nothing is collected


def test_the_fixture_of_pytest(ledger: Path) -> None:
    Path("test_layers.py").write_text(block("In pytest", "python"), encoding="utf-8")
    code, said = pytest_says("test_layers.py")
    assert code == 0 and "PASSED test_layers.py::test_relu" in said, said
    edit(Path("net/layers.py"), "dout * (cache > 0)", "2 * dout * (cache > 0)")
    assert pytest_says("test_layers.py")[0] == 1


def test_pytest_can_be_told_for_good(ledger: Path) -> None:
    with open("pyproject.toml", "a", encoding="utf-8") as file:
        file.write("\n[tool.pytest.ini_options]\ngradcheck = false\n")
    assert pytest_says("docs", "net")[0] == 5


def test_the_first_command_ends_as_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known, new = re.findall(r"```text\n(.*?)```", section("Two commands"), re.DOTALL)
    monkeypatch.chdir(ROOT)
    remembering = tmp_path / "gradcheck.toml"  # so that the second run finds what the first has found
    remembering.write_text('cache = "cache"\n', encoding="utf-8")
    assert main(["doc", "--config", str(remembering)]) == 0
    assert capsys.readouterr().out.endswith(f"\n\n{known}")
    assert main(["doc", "--config", str(remembering), "--errata", "none"]) == 1
    assert capsys.readouterr().out.endswith(f"\n\n{new}")


def test_readme_has_every_extra() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.findall(r"`(\w+)`", " ".join(row[0] for row in rows("Two commands")))
    assert sorted(named) == sorted(project["optional-dependencies"])


def test_readme_has_every_room() -> None:
    rooms = {p.parent.relative_to(ROOT).as_posix() for p in (ROOT / "gradcheck").glob("*/__init__.py")}
    where = section("Working on gradcheck")
    assert not [room for room in rooms if f"`{room}/" not in where]


def test_readme_names_files_that_exist() -> None:
    named = [name for row in rows("Working on gradcheck") for name in re.findall(r"`(.*?)`", row[0])]
    home = ""
    for name in named:
        home = name.rpartition("/")[0] if "/" in name else home
        pattern = name if "/" in name or name.startswith(("action", ".")) else f"{home}/{name}"
        assert list(ROOT.glob(pattern.rstrip("/"))), name


def test_readme_names_existing_options_only() -> None:
    known = {option for command in app.commands.values() for one in command.params for option in one.opts}
    known |= {
        option for command in app.commands.values() for one in command.params for option in one.secondary_opts
    }
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README))
    assert named - known <= {"--version", "--no-gradcheck"}


def test_exit_codes_of_signals_are_in_the_table() -> None:
    assert [row[0] for row in rows("Exit codes")] == ["0", "1", "2", "130, 143"]


def test_the_command_is_the_module(project: Path) -> None:
    """README's blocks say `gradcheck`; tests elsewhere run the module, which is the same."""
    done = subprocess.run(command("gate"), env=environment(), capture_output=True, timeout=120, check=False)
    assert done.returncode == main(["gate"]) == 0
    assert os.path.isdir(".gradcheck_cache")
