"""The pytest plugin, in small projects, each run in a process of its own."""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped
from processes import is_running, wait_for

LOSS = "$$ L = \\sum_{i=1}^m (x_i - t_i)^2 $$\n\n"
RIGHT = r"\frac{\partial L}{\partial x_i} = 2(x_i - t_i)"
WRONG = r"\frac{\partial L}{\partial x_i} = x_i - t_i"
OTHER = r"\frac{\partial L}{\partial t_i} = x_i - t_i"
OPEN = r"\frac{\partial L}{\partial x_i} = 2 \Gamma_q(x_i) t_i"
CUBE = (
    "def cube_forward(x):\n    return x**3\n\n\ndef cube_backward(dout, x):\n    return 2 * dout * x**2\n\n\n"
)
SQUARE = "def square_forward(x):\n    return x**2\n\n\ndef square_backward(dout, x):\n    return 2 * dout * x\n\n\n"
DIES = "import os\n\n\ndef dies_forward(x):\n    os._exit(3)\n\n\ndef dies_backward(dout, x):\n    return dout\n\n\n"
MEANT = CUBE.replace("cube", "meant").replace(
    "def meant_b", "# gradcheck: ignore[L113] it is meant\ndef meant_b"
)
CASES = 'def gradcheck_cases():\n    return {"square": [{"x": "normal(2)"}, {"x": "normal(3)"}]}\n'


def entry(document: str, formula: str) -> str:
    return f"[[erratum]]\ndocument = '{document}'\nformula = '{formula}'\nreason = 'the print has it'\n\n"


def document(**formulas: str) -> str:
    """A document with a formula for each label."""
    return LOSS + "".join(f"$$ {formula} \\tag{{{label}}} $$\n\n" for label, formula in formulas.items())


def project(root: Path, files: dict[str, str], configuration: str | None, pytest_options: str = "") -> Path:
    table = "" if configuration is None else f"[tool.gradcheck]\n{configuration}\n"
    files = {**files, "pyproject.toml": f"{table}\n[tool.pytest.ini_options]\n{pytest_options}\n"}
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def environment() -> dict[str, str]:
    """The environment of a run, without other plugins, which take long to import."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_")) and k != "CI"}
    return {**kept, "COLUMNS": "160", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


class Ran:
    """A run of pytest: its exit code, what it printed, and the outcome of each test by its id."""

    def __init__(self, root: Path, *arguments: str) -> None:
        plugin = ("-p", "gradcheck.pytest_plugin")
        command = [sys.executable, "-m", "pytest", "-rA", "--color=no", *plugin, *arguments]
        done = subprocess.run(
            command, cwd=root, env=environment(), capture_output=True, text=True, timeout=300, check=False
        )
        self.code, self.out = done.returncode, done.stdout + done.stderr

    @property
    def outcomes(self) -> dict[str, str]:
        """What the short summary says; a skipped test has no id there."""
        found = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL) (.*?)(?: - .*)?$", self.out, re.MULTILINE)
        return {name: word.lower() for word, name in found}

    @property
    def collected(self) -> list[str]:
        """The ids that ``--co -q`` lists."""
        return [line for line in self.out.splitlines() if "::" in line and " - " not in line]


EVERYTHING = {
    "notes/bn.md": document(**{"8": RIGHT, "9": WRONG}),
    "notes/known.md": document(k=WRONG, s=RIGHT, u=OPEN),
    "notes/meant.md": LOSS + f"<!-- gradcheck: ignore[D101] it is meant -->\n$$ {WRONG} \\tag{{m}} $$\n",
    "layers.py": SQUARE + CUBE + DIES + MEANT,
    "net/losses.py": CUBE.replace("cube", "hinge"),
    "net/__init__.py": "",
    "errata.toml": entry("notes/known.md", WRONG) + entry("notes/known.md", RIGHT) + entry("gone.md", "x"),
    "test_own.py": "def test_own(): pass\n",
}
CONFIGURED = 'documents = ["notes/*.md", "more/*.md"]\nlayers = ["layers.py", "net.losses:hinge"]\nerrata = "errata.toml"'


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which every outcome occurs; no test changes it."""
    return project(tmp_path_factory.mktemp("everything"), EVERYTHING, CONFIGURED)


@pytest.fixture(scope="module")
def whole(everything: Path) -> Ran:
    return Ran(everything, "-v", "--junitxml=report.xml", "-p", "no:cacheprovider")


def test_every_configured_item_is_a_test(whole: Ran) -> None:
    assert whole.outcomes == {
        "errata.toml::G101-line-6": "failed",
        "errata.toml::G101-line-11": "failed",
        "layers.py::square::x": "passed",
        "layers.py::square::layer": "passed",
        "layers.py::cube::x": "failed",
        "layers.py::cube::layer": "passed",
        "layers.py::dies::layer": "failed",
        "layers.py::meant::layer": "passed",
        "net/losses.py::hinge::x": "failed",
        "net/losses.py::hinge::layer": "passed",
        "notes/bn.md::claim-1": "passed",
        "notes/bn.md::eq-8": "passed",
        "notes/bn.md::eq-9": "failed",
        "notes/known.md::claim-1": "passed",
        "notes/known.md::eq-k": "xfail",
        "notes/known.md::eq-s": "failed",
        "notes/meant.md::claim-1": "passed",
        "pyproject.toml::2::check": "error",
        "test_own.py::test_own": "passed",
    }
    assert whole.code == 1


def test_what_is_left_open_or_suppressed_is_skipped_with_its_reason(whole: Ran) -> None:
    skipped = re.findall(r"^SKIPPED \[1\] (.*)$", whole.out, re.MULTILINE)
    print(skipped)
    assert sorted(line.partition(" ")[0] for line in skipped) == [
        "layers.py:34:", "notes/known.md:7:", "notes/meant.md:4:",
    ]  # fmt: skip
    assert any("undecided: " in line for line in skipped)
    assert sum("suppressed: it is meant" in line for line in skipped) == 2


def test_a_known_erratum_is_expected_to_fail(whole: Ran) -> None:
    assert "XFAIL notes/known.md::eq-k - known erratum: the print has it (errata.toml:1)" in whole.out


def test_a_stale_entry_fails_its_claim(whole: Ran) -> None:
    assert "[XPASS(strict)] errata.toml:6: the formula is no longer wrong; delete this entry" in whole.out


def test_a_failure_reads_as_the_command_prints_it(everything: Path, whole: Ran) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "gradcheck", "doc", "notes/bn.md", "-v"],
        cwd=everything, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    diagnostic = re.search(r"^error\[D101\].*?(?=\n\n)", said.stdout, re.DOTALL | re.MULTILINE)
    assert diagnostic and diagnostic[0] in whole.out
    assert "Traceback" not in whole.out and "pytest_nodes" not in whole.out


def test_pytest_and_the_gate_agree_on_every_item(everything: Path, whole: Ran) -> None:
    xml = everything / "gate.xml"
    done = subprocess.run(
        [sys.executable, "-m", "gradcheck", "gate", "--format", "json", "--output", f"junit:{xml}"],
        cwd=everything, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    gate, ours = outcomes_in(xml), outcomes_in(everything / "report.xml")
    report = json.loads(done.stdout)
    stale = {f"notes.known.md.eq-{c['id'][3:]}" for d in report["documents"] for c in d["claims"]
             if c["erratum"] == "stale"}  # fmt: skip
    assert stale == {"notes.known.md.eq-s"}
    gate = {name: "failed" if name in stale else outcome for name, outcome in gate.items()}
    assert {name: ours[name] for name in ours if name != "test_own.test_own"} == gate
    claims = [f"{d['path'].replace('/', '.')}.{c['id']}" for d in report["documents"] for c in d["claims"]]
    assert set(claims) <= set(ours)


def outcomes_in(xml: Path) -> dict[str, str]:
    """The outcome of each test in a JUnit file, by a name that pytest and the command have in common."""
    words = {Failure: "failed", Error: "error", Skipped: "skipped"}
    found = {}
    for suite in JUnitXml.fromfile(str(xml)):
        for case in suite:
            own = re.sub(r"(\.py)?:|/", ".", f"{case.classname}.{case.name}").removeprefix(
                "pyproject.toml.gone"
            )
            found[own] = words.get(type(case.result[0]), "?") if case.result else "passed"
    return found


def ids(root: Path, *arguments: str) -> list[str]:
    return Ran(root, "--co", "-q", "-p", "no:cacheprovider", *arguments).collected


BN = ["notes/bn.md::claim-1", "notes/bn.md::eq-8", "notes/bn.md::eq-9"]
KNOWN = [f"notes/known.md::{name}" for name in ("claim-1", "eq-k", "eq-s", "eq-u")]
MEANT_IDS = ["notes/meant.md::claim-1", "notes/meant.md::eq-m"]
STALE = "errata.toml::G101-line-6"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["notes/bn.md"], BN),
        (["notes"], [*BN, *KNOWN, STALE, *MEANT_IDS]),
        (["notes/bn.md::eq-8"], BN[1:2]),
        (["notes", "errata.toml"], [*BN, *KNOWN, *MEANT_IDS, STALE, "errata.toml::G101-line-11"]),
        (["errata.toml::G101-line-6"], [STALE]),
        (["net/losses.py::hinge"], ["net/losses.py::hinge::x", "net/losses.py::hinge::layer"]),
        (["net/losses.py::hinge::x"], ["net/losses.py::hinge::x"]),
        (["notes", "-k", "eq-8"], BN[1:2]),
        (["notes", "-k", "bn"], BN),
        (["notes/bn.md", "test_own.py", "-m", "gradcheck", "--strict-markers"], BN),
        (["notes/bn.md", "test_own.py", "-m", "not gradcheck"], ["test_own.py::test_own"]),
        (["notes/bn.md", "--deselect", "notes/bn.md::eq-8"], [BN[0], BN[2]]),
        (["net", "notes/bn.md", "-k", "hinge and x"], ["net/losses.py::hinge::x"]),
        (["notes", "test_own.py", "--no-gradcheck"], ["test_own.py::test_own"]),
        (["notes", "test_own.py", "-o", "gradcheck=false"], ["test_own.py::test_own"]),
    ],
)  # fmt: skip
def test_tests_are_selected_as_any_others(
    everything: Path, arguments: list[str], expected: list[str]
) -> None:
    assert ids(everything, *arguments) == expected
