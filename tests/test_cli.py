"""The doors: exit codes, where things are printed, and what happens when work cannot be done."""

import io
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from in_process import perform_here

from gradcheck import rules, run
from gradcheck.cli import main
from gradcheck.documents.reading.source import UnreadableDocument
from gradcheck.inputs import Input
from gradcheck.model import Claim, Document, Place, Verdict
from gradcheck.options import ENGINES, Options
from gradcheck.output import write_file
from gradcheck.terminal import ProgressLine, wants_color
from gradcheck.workers import runner
from gradcheck.workers.runner import Runner
from gradcheck.workers.tasks import DocumentTask

PLACE = Place(1, 1, 2)
VERDICTS = {"wrong": Verdict.WRONG, "open": Verdict.UNDECIDED, "right": Verdict.HOLDS, "slip": Verdict.SLIP}
Given = list[tuple[str, Options]]


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Given:
    """A checker that does what a document's first word says; the list of what it was given."""
    given: Given = []

    def check(path: str, data: bytes, options: Options) -> Document:
        given.append((path, options))
        word = data.decode().split()[0] if data.strip() else "empty"
        if word == "crash":
            raise ZeroDivisionError("oops")
        if word == "binary":
            raise UnreadableDocument("not a text")
        if word == "stop":
            raise KeyboardInterrupt
        claims = (Claim("eq-1", None, PLACE, PLACE, word, VERDICTS[word]),) if word in VERDICTS else ()
        return Document(path, path, (), claims)

    monkeypatch.setattr(run, "check_source", check)
    monkeypatch.setattr(runner, "perform_all", perform_here)
    monkeypatch.chdir(tmp_path)
    for word in (*VERDICTS, "crash", "binary", "stop", "empty"):
        Path(f"{word}.md").write_text("" if word == "empty" else word, encoding="utf-8")
    return given


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["right.md"], 0),
        (["wrong.md"], 1),
        (["open.md"], 0),
        (["open.md", "--strict"], 1),
        (["wrong.md", "--exit-zero"], 0),
        (["wrong.md", "--ignore", "D1,D2"], 0),
        (["wrong.md", "--select", "d1"], 1),
        (["wrong.md", "--only", "eq-1"], 1),
        (["wrong.md", "--only", "eq-2"], 2),
        (["empty.md"], 2),
        (["gone.md"], 2),
        (["binary.md"], 2),
        (["crash.md", "wrong.md", "--exit-zero"], 2),
        (["slip.md"], 2),
        (["right.md", "--timeout", "0"], 2),
        (["right.md", "--jobs", "0"], 2),
        (["right.md", "--reading", "gone.toml"], 2),
        (["right.md", "--engines", "algebra,float64"], 0),
        (["right.md", "--engines", "numpy"], 2),
        (["right.md", "--output", "no/such/directory"], 2),
        (["right.md", "--frobnicate"], 2),
    ],
)
def test_exit_codes(checked: Given, arguments: list[str], code: int) -> None:
    assert main(["doc", *arguments]) == code


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gone.md"], "gone.md: cannot be read: No such file or directory"),
        (["binary.md"], "binary.md: not a text"),
        (["empty.md"], "nothing to check"),
        (["crash.md"], "bug of gradcheck"),
        (["wrong.md", "--only", "eq-2"], "did you mean eq-1?"),
        (["right.md", "--format", "jsn"], "did you mean json?"),
        (["right.md", "--select", "D9"], "no finding code begins with 'D9'"),
        (["right.md", "--engines", "algbra"], "did you mean algebra?"),
    ],
)
def test_trouble_is_said_on_standard_error(
    checked: Given, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(["doc", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_trouble_with_one_document_leaves_the_others(
    checked: Given, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["doc", "crash.md", "wrong.md", "gone.md", "--format", "concise"]) == 2
    out, err = capsys.readouterr()
    assert out.startswith("wrong.md:1:1: D101")
    assert "crash.md" in err and "ZeroDivisionError: oops (test_cli.py:" in err and "gone.md" in err


def test_interrupted(checked: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doc", "wrong.md", "stop.md", "right.md", "--format", "concise"]) == 130
    out, err = capsys.readouterr()
    assert out.startswith("wrong.md:1:1") and "after 1 of 3 documents" in err


def test_directories_are_searched(checked: Given) -> None:
    for path in ("d/a.md", "d/e/b.TEX", "d/c.py", "d/.git/c.md", "d/node_modules/c.md", "d/.hidden.md"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text("right", encoding="utf-8")
    assert main(["doc", "d", "d/a.md"]) == 0
    assert [path for path, _ in checked] == [os.path.join("d", "a.md"), os.path.join("d", "e", "b.TEX")]


def test_a_directory_without_documents(checked: Given, capsys: pytest.CaptureFixture[str]) -> None:
    Path("none").mkdir()
    assert main(["doc", "none", "right.md"]) == 2
    assert "none: nothing to check: no .html, .ipynb" in capsys.readouterr().err


def test_a_directory_of_documents_without_equations(checked: Given) -> None:
    Path("d").mkdir()
    Path("d/a.md").write_text("prose", encoding="utf-8")
    assert main(["doc", "d"]) == 2
    assert main(["doc", "d", "right.md"]) == 0


def test_standard_input(checked: Given, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(b"wrong")))
    assert main(["doc", "-", "--stdin-filename", "x.tex"]) == 1
    assert checked[0][0] == "x.tex"


def test_options_reach_the_checker(checked: Given) -> None:
    main(
        ["doc", "right.md", "--seed", "7", "--timeout", "2", "--show", "sympy", "--engines", "sympy,algebra"]
    )
    options = checked[0][1]
    assert (options.seed, options.timeout, options.show_sympy) == (7, 2.0, True)
    assert options.engines == ("algebra", "sympy") and Options().engines == ENGINES


def test_output_goes_to_a_file_alone(checked: Given, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doc", "wrong.md", "--format", "json", "--output", "report.json"]) == 1
    assert capsys.readouterr().out == ""
    assert Path("report.json").read_text(encoding="utf-8").startswith("{")
    assert not list(Path().glob(".report*"))


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report"
    target.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_file(target, "new")
    assert [p.read_text(encoding="utf-8") for p in tmp_path.iterdir()] == ["old"]


def test_color_always_is_obeyed_and_auto_is_plain_off_a_terminal(
    checked: Given, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    main(["doc", "wrong.md"])
    assert "\x1b[" not in capsys.readouterr().out
    main(["doc", "wrong.md", "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("choice", "environment", "terminal", "expected"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"FORCE_COLOR": "1"}, False, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_wants_color(choice: str, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert wants_color(choice, Stream(terminal), environment) is expected


class Stream(io.StringIO):
    """A stream that says whether it is a terminal."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@pytest.mark.parametrize(
    ("terminal", "ci", "shown"), [(True, "", True), (True, "true", False), (False, "", False)]
)
def test_progress_only_on_a_terminal_and_never_in_ci(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, ci: str, shown: bool
) -> None:
    monkeypatch.setenv("CI", ci)
    stream = Stream(terminal)
    ProgressLine(stream)(1, 2, "a.md")
    assert bool(stream.getvalue()) is shown


def test_no_arguments_is_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert capsys.readouterr().out.startswith("Usage: gradcheck")


@pytest.mark.parametrize("command", ["deriv", "rul"])
def test_unknown_commands(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command]) == 2
    assert f"no such command: {command}" in capsys.readouterr().err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in ("gradcheck 0", "Python", "numpy", "sympy", "ground types"))


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_rule_explains(rule: rules.Rule, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule", rule.code.lower()]) == 0
    assert rule.name in capsys.readouterr().out


def test_rule_lists(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rule"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(rules.all_rules())
    assert main(["rule", "D1O1"]) == 2
    assert "did you mean D101?" in capsys.readouterr().err


def test_list_shows_the_built_in_derivations(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= 5


def shell(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)


def test_a_closed_pipe_is_no_error() -> None:
    done = shell(f"for n in 1 2 3; do {sys.executable} -m gradcheck rule D101 | true; done")
    assert done.stderr == ""


@pytest.fixture
def two_documents(tmp_path: Path) -> list[Input]:
    (one, two) = (tmp_path / "one.md", tmp_path / "two.md")
    one.write_text(rules.get("D101").failing, encoding="utf-8")
    two.write_text(rules.get("D101").passing, encoding="utf-8")
    return [Input(str(one)), Input(str(two)), Input(str(tmp_path / "gone.md"))]


def test_several_processes_report_what_one_does(two_documents: list[Input]) -> None:
    tasks = [DocumentTask(given, Options()) for given in two_documents]
    with Runner(1, None, None) as one, Runner(2, None, None) as two:
        assert list(one.perform(tasks)) == list(two.perform(tasks))
