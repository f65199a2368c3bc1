"""The pytest plugin, in small projects, each run in a process of its own."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
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
SQUARE = CUBE.replace("cube", "square").replace("x**2", "x").replace("x**3", "x**2")
DIES = "import os\n\n\n" + CUBE.replace("cube", "dies").replace("return x**3", "os._exit(3)")
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
    """Files with a configuration; the documents of all tests have one cache."""
    cache = "" if "cache = " in (configuration or "") else f"cache = '{root.parent / 'cache'}'"
    table = "" if configuration is None else f"[tool.gradcheck]\n{configuration}\n{cache}\n"
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
            command, cwd=root, env=environment(), capture_output=True, text=True, timeout=100, check=False
        )
        self.code, self.out = done.returncode, done.stdout + done.stderr

    @property
    def outcomes(self) -> dict[str, str]:
        """What the short summary says; a skipped test has no id there."""
        found = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL) (.*?)(?: - .*)?$", self.out, re.MULTILINE)
        return {name: word.lower() for word, name in found}


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
CONFIGURED = """
documents = ["notes/*.md", "more/*.md"]
layers = ["layers.py", "net.losses:hinge"]
errata = "errata.toml"
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in which every outcome occurs; no test changes it."""
    return project(tmp_path_factory.mktemp("everything"), EVERYTHING, CONFIGURED)


@pytest.fixture(scope="module")
def whole(everything: Path) -> Ran:
    return Ran(everything, "-v", "--junitxml=report.xml", "-p", "no:cacheprovider")


def test_every_configured_item_is_a_test(whole: Ran) -> None:
    assert whole.outcomes == {
        "errata.toml::G101-line-8": "failed",
        "errata.toml::G101-line-13": "failed",
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
        "pyproject.toml::check": "error",
        "test_own.py::test_own": "passed",
    }
    assert whole.code == 1


def test_what_is_left_open_or_suppressed_is_skipped_with_its_reason(whole: Ran) -> None:
    skipped = re.findall(r"^SKIPPED \[1\] (.*)$", whole.out, re.MULTILINE)
    assert [line.partition(":")[0] for line in skipped] == ["layers.py", "notes/known.md", "notes/meant.md"]
    assert any("undecided: " in line for line in skipped)
    assert sum("suppressed: it is meant" in line for line in skipped) == 2


def test_a_known_erratum_is_expected_to_fail(whole: Ran) -> None:
    assert "XFAIL notes/known.md::eq-k - known erratum: the print has it (errata.toml:3)" in whole.out


def test_a_stale_entry_fails_its_claim(whole: Ran) -> None:
    assert "[XPASS(strict)] errata.toml:8: the formula is no longer wrong; delete this entry" in whole.out


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
            own = re.sub(r"(\.py)?:|/", ".", f"{case.classname}.{case.name}")
            found[own] = words.get(type(case.result[0]), "?") if case.result else "passed"
    return found


def ids(root: Path, *arguments: str) -> list[str]:
    return collections(root, arguments)[0]


def collections(root: Path, *several: Sequence[str]) -> list[list[str]]:
    """The ids that are collected with each list of arguments, in one process."""
    program = """
import json, pytest, sys
for arguments in json.loads(sys.argv[1]):
    print("=====")
    pytest.main(["--co", "-q", "-p", "gradcheck.pytest_plugin", "-p", "no:cacheprovider", *arguments])
"""
    command = [sys.executable, "-c", program, json.dumps(several)]
    done = subprocess.run(
        command, cwd=root, env=environment(), capture_output=True, text=True, timeout=100, check=True
    )
    return [[line for line in part.splitlines() if "::" in line] for part in done.stdout.split("=====")[1:]]


BN = ["notes/bn.md::claim-1", "notes/bn.md::eq-8", "notes/bn.md::eq-9"]
KNOWN = [f"notes/known.md::{name}" for name in ("claim-1", "eq-k", "eq-s", "eq-u")]
MEANT_IDS = ["notes/meant.md::claim-1", "notes/meant.md::eq-m"]
STALE = "errata.toml::G101-line-8"


SELECTIONS = [
    (["notes/bn.md"], BN),
    (["notes"], [*BN, *KNOWN, STALE, *MEANT_IDS]),
    (["notes/bn.md::eq-8"], BN[1:2]),
    (["notes", "errata.toml"], [*BN, *KNOWN, *MEANT_IDS, STALE, "errata.toml::G101-line-13"]),
    (["errata.toml::G101-line-8"], [STALE]),
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
]  # fmt: skip


def test_tests_are_selected_as_any_others(everything: Path) -> None:
    found = collections(everything, *(arguments for arguments, _ in SELECTIONS))
    assert found == [expected for _, expected in SELECTIONS]


def small(root: Path, *, options: str = "", pytest_options: str = "", **more: str) -> Path:
    """A project with a right and a wrong claim, and a right and a wrong layer; ``more`` are further files."""
    files = {"notes.md": document(r=RIGHT, w=WRONG), "layers.py": SQUARE + CUBE}
    files |= {name.replace("__", "."): text for name, text in more.items()}
    configured = f'documents = ["*.md"]\nlayers = ["layers.py"]\n{options}'
    return project(root, files, configured, pytest_options)


SMALL = {
    "layers.py::square::x": "passed",
    "layers.py::square::layer": "passed",
    "layers.py::cube::x": "failed",
    "layers.py::cube::layer": "passed",
    "notes.md::claim-1": "passed",
    "notes.md::eq-r": "passed",
    "notes.md::eq-w": "failed",
}


def test_what_failed_last_runs_alone_or_first(tmp_path: Path) -> None:
    root = small(tmp_path)
    assert Ran(root).outcomes == SMALL
    failed = [name for name, outcome in SMALL.items() if outcome == "failed"]
    assert sorted(Ran(root, "--lf").outcomes) == failed
    first = Ran(root, "--ff", "-v", "-x")
    assert re.findall(r"^(\S+::\S+) (?:PASSED|FAILED)", first.out, re.MULTILINE) == failed[:1]


def test_workers_of_xdist_agree_and_check_once(tmp_path: Path) -> None:
    counted = SQUARE + "with open('imported.txt', 'a') as file:\n    file.write('.')\n"
    root = small(tmp_path, layers__py=counted)
    ran = Ran(root, "-p", "xdist", "-n", "2")
    assert sorted(ran.outcomes) == sorted(name for name in SMALL if "cube" not in name)
    assert (root / "imported.txt").read_text() == "."


def test_workers_of_xdist_need_no_cache(tmp_path: Path) -> None:
    ran = Ran(small(tmp_path, options="cache = false"), "-p", "xdist", "-n", "2")
    assert (ran.outcomes, ran.code) == (SMALL, 1)
    assert "error[D101]: equation (w): the right side is not what the left side is" in ran.out


def test_a_drawn_seed_is_told_and_is_that_of_every_worker(tmp_path: Path) -> None:
    root = small(tmp_path, options='seed = "random"')
    ran = Ran(root, "layers.py")
    told = re.search(r"^gradcheck: the seed of this run is (\d+)$", ran.out, re.MULTILINE)
    assert told and f"seed {told[1]}" in ran.out
    ran = Ran(root, "layers.py", "-p", "xdist", "-n", "2", "--dist", "each")
    seeds = re.findall(r"tolerance \S+, seed (\d+)", ran.out)
    assert len(seeds) > 1 and len(set(seeds)) == 1


def test_odd_names_come_back_as_they_are(tmp_path: Path) -> None:
    odd = {"8[a]": RIGHT, "b::c d": RIGHT, "[e": WRONG, "f/g.h": RIGHT, "i::[j::k]": RIGHT}
    root = small(tmp_path, notes__md=document(**odd), layers__py=SQUARE + CASES)
    found = ids(root)
    assert found == [
        "layers.py::square::x[0]",
        "layers.py::square::layer[0]",
        "layers.py::square::x[1]",
        "layers.py::square::layer[1]",
        "notes.md::claim-1",
        "notes.md::eq-8[a]",
        "notes.md::eq-b:c d",
        "notes.md::eq-(e",
        "notes.md::eq-f/g.h",
        "notes.md::eq-i:[j:k]",
    ]
    assert collections(root, *([one] for one in found)) == [[one] for one in found]
    assert ids(root, "layers.py::square::x") == [found[0], found[2]]
    assert sorted(Ran(root, *found).outcomes) == sorted(found)
    assert list(Ran(root, "--lf").outcomes) == ["notes.md::eq-(e"]


def test_the_same_target_at_other_inputs_is_another_test(tmp_path: Path) -> None:
    rows = [f'{{ target = "layers.py:square", args = {{ x = "normal({n})" }} }}' for n in (2, 3)]
    root = project(tmp_path, {"layers.py": SQUARE}, f"layers = [{', '.join(rows)}]")
    names = ["square::x", "square::layer", "square::x-2", "square::layer-2"]
    assert ids(root) == [f"layers.py::{name}" for name in names]


SHOW_MODULES = """
import sys

def pytest_sessionfinish():
    heavy = {"numpy", "sympy", "joblib", "click", "rich"} & set(sys.modules)
    print("heavy:", sorted(heavy), [m for m in sys.modules if m.startswith("gradcheck.")])
"""


def test_without_a_configuration_nothing_is_collected_or_imported(tmp_path: Path) -> None:
    files = {**EVERYTHING, "conftest.py": SHOW_MODULES}
    ran = Ran(project(tmp_path, files, None), "-s")
    assert ran.outcomes == {"test_own.py::test_own": "passed"}
    assert "heavy: [] ['gradcheck.pytest_plugin']" in ran.out


def test_documents_alone_need_no_mathematics_in_the_process_of_pytest(tmp_path: Path) -> None:
    files = {"notes.md": document(r=RIGHT), "conftest.py": SHOW_MODULES}
    ran = Ran(project(tmp_path, files, 'documents = ["*.md"]'), "-s")
    assert re.search(r"heavy: \['click', 'rich'\]", ran.out) and ran.code == 0


def test_pytest_finds_the_plugin_by_itself(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--co", "-q", "--strict-markers", "-m", "gradcheck"]
    kept = {k: v for k, v in environment().items() if not k.startswith("PYTEST_")}
    done = subprocess.run(command, cwd=small(tmp_path), env=kept, capture_output=True, text=True, check=False)
    assert "notes.md::eq-w" in done.stdout


@pytest.mark.parametrize(
    ("options", "files", "message"),
    [
        ("seeds = 1", {}, "pyproject.toml:4: unknown key seeds in [tool.gradcheck]; did you mean seed?"),
        ('errata = "e.toml"', {"e__toml": "[[erratum]]\n"}, "e.toml:1: an erratum needs a document"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_a_usage_error(
    tmp_path: Path, options: str, files: dict[str, str], message: str
) -> None:
    ran = Ran(small(tmp_path, options=options, **files))
    assert ran.code == pytest.ExitCode.USAGE_ERROR
    assert re.search(rf"^ERROR: gradcheck: .*{re.escape(message)}", ran.out, re.MULTILINE)


def test_a_strict_configuration_fails_what_stays_open(tmp_path: Path) -> None:
    root = project(tmp_path, {"a.md": document(o=OPEN)}, 'documents = ["a.md"]\nstrict = true')
    ran = Ran(root)
    assert ran.outcomes == {"a.md::claim-1": "passed", "a.md::eq-o": "failed"}
    assert "warning[D501]" in ran.out


WARNS = SQUARE.replace("return x**2", "warnings.warn('careful')\n    print('hello')\n    return x**2")


def test_the_filters_and_modes_of_tests_do_not_reach_what_is_checked(tmp_path: Path) -> None:
    strict = """
        addopts = ["--import-mode=importlib", "--strict-markers", "--strict-config", "-p", "no:cacheprovider"]
        filterwarnings = ["error"]
        xfail_strict = true
    """
    root = small(
        tmp_path,
        pytest_options=strict,
        layers__py=f"import warnings\n{WARNS}",
        test_own__py="def test_own(): pass",
    )
    ran = Ran(root, "-p", "pytest_cov", "--cov=.", "-W", "error")
    assert ran.outcomes == {
        "layers.py::square::x": "passed",
        "layers.py::square::layer": "passed",
        **{name: outcome for name, outcome in SMALL.items() if "notes" in name},
        "test_own.py::test_own": "passed",
    }
    assert "hello" not in ran.out.replace("the first: hello", "") and "areful" not in ran.out
    assert "warning" not in ran.out.lower()


def test_a_configured_test_file_keeps_its_own_tests(tmp_path: Path) -> None:
    root = project(tmp_path, {"test_net.py": SQUARE + "def test_own(): pass\n"}, 'layers = ["test_net.py"]')
    names = ["test_own", "square::x", "square::layer"]
    assert ids(root) == ids(root, "test_net.py") == [f"test_net.py::{name}" for name in names]
    assert ids(root, "test_net.py::test_own") == ["test_net.py::test_own"]


@pytest.mark.parametrize("arguments", [(), ("layers.py",)])
def test_a_module_that_ends_the_interpreter_is_contained(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    root = project(tmp_path, {"layers.py": SQUARE + "import os\nos._exit(3)\n"}, 'layers = ["layers.py"]')
    ran = Ran(root, *arguments)
    assert (ran.outcomes, ran.code) == ({"layers.py::check": "error"}, 1)
    assert "ended the interpreter with exit code 3" in ran.out


HANGS = """
import os, pathlib, time

def slow_forward(x):
    pathlib.Path("pid").write_text(str(os.getpid()))
    time.sleep(600)

def slow_backward(dout, x):
    return dout
"""


def test_a_layer_that_hangs_is_stopped(tmp_path: Path) -> None:
    row = 'layers = [{ target = "layers.py:slow", timeout = 1 }]'
    ran = Ran(project(tmp_path, {"layers.py": HANGS}, row))
    assert ran.outcomes == {"layers.py::slow::layer": "failed"}
    assert "error[L403]" in ran.out


def test_an_interrupt_ends_the_run_and_every_process(tmp_path: Path) -> None:
    root = project(tmp_path, {"layers.py": HANGS}, 'layers = ["layers.py"]')
    command = [sys.executable, "-m", "pytest", "-p", "gradcheck.pytest_plugin"]
    with subprocess.Popen(
        command, cwd=root, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as running:
        assert wait_for(lambda: (root / "pid").exists() and (root / "pid").read_text())
        running.send_signal(signal.SIGINT)
        out, _ = running.communicate(timeout=60)
    assert running.returncode == pytest.ExitCode.INTERRUPTED
    assert "KeyboardInterrupt" in out and "INTERNALERROR" not in out
    assert wait_for(lambda: not is_running(int((root / "pid").read_text())))


def test_traceback_options_do_what_they_say(everything: Path) -> None:
    claim = "notes/bn.md::eq-9"
    assert "error[D101]" in Ran(everything, claim, "--tb=short").out
    line, none = Ran(everything, claim, "--tb=line").out, Ran(everything, claim, "--tb=no").out
    assert "notes/bn.md:5: D101 the right side is not what the left side is" in line
    assert "error[D101]" not in line + none
    assert "\x1b[31m\x1b[1merror[D101]" in Ran(everything, claim, "--color=yes", "--junitxml=color.xml").out
    assert "#x1B" not in (everything / "color.xml").read_text(encoding="utf-8")


def test_a_known_erratum_fails_where_expected_failures_are_run(everything: Path) -> None:
    ran = Ran(everything, "notes/known.md::eq-k", "--runxfail")
    assert ran.code == 1 and "error[D101]" not in ran.out.split("FAILURES")[0]


def test_a_stale_entry_that_is_not_told_fails_nothing(tmp_path: Path) -> None:
    options = 'errata = "e.toml"\nignore = ["G"]'
    root = small(tmp_path, options=options, notes__md=document(r=RIGHT), e__toml=entry("notes.md", RIGHT))
    assert Ran(root, "notes.md").outcomes == {"notes.md::claim-1": "passed", "notes.md::eq-r": "passed"}


def test_a_suppression_of_nothing_is_a_test_of_its_document(tmp_path: Path) -> None:
    root = small(tmp_path, notes__md=document(r=f"{RIGHT} % gradcheck: ignore[D101] why\n"))
    assert [name for name in Ran(root, "notes.md").outcomes if "::G" in name] == ["notes.md::G201-line-3"]


def test_what_is_nowhere_to_be_collected_is_told_with_the_configuration(tmp_path: Path) -> None:
    layers = 'layers = ["gone.py:f", "gone_module:g", "../outside.py:square"]'
    (tmp_path / "outside.py").write_text(SQUARE, encoding="utf-8")
    ran = Ran(project(tmp_path / "inside", {}, layers))
    assert ran.outcomes == {
        "pyproject.toml::gone.py:f::check": "error",
        "pyproject.toml::gone_module:g::check": "error",
        "pyproject.toml::../outside.py:square::x": "passed",
        "pyproject.toml::../outside.py:square::layer": "passed",
    }


def test_a_directory_below_is_a_place_to_start_from(tmp_path: Path) -> None:
    files = {"net/layers.py": SQUARE + CUBE, "net/notes.md": document(w=WRONG)}
    root = project(tmp_path, files, 'documents = ["**/*.md"]\nlayers = ["net/layers.py"]')
    ran = Ran(root / "net", "layers.py", "notes.md")
    assert ran.outcomes["layers.py::cube::x"] == ran.outcomes["notes.md::eq-w"] == "failed"


BY_HAND = """
import numpy as np
from gradcheck import assert_gradients

def cube(x): return x**3
def cube_backward(dout, x): return 2 * dout * x**2

def test_pair(gradcheck): gradcheck(cube, cube_backward, x=np.array([1.0, 2.0]))
def test_text(gradcheck): gradcheck("layers.py:cube")
def test_right(gradcheck): assert gradcheck("layers.py:square").seed == 7
def test_report(gradcheck): assert gradcheck.check("layers.py:cube", seed=8).verdict.value == "fail"
def test_gone(gradcheck): gradcheck("gone.py:cube")
def test_library(): assert_gradients(cube, cube_backward, x=np.array([1.0, 2.0]))
"""


def test_tests_by_hand_have_a_fixture(tmp_path: Path) -> None:
    root = small(tmp_path, options="seed = 7", tests="")
    (root / "tests").unlink()
    (root / "tests").mkdir()
    (root / "tests" / "test_hand.py").write_text(BY_HAND, encoding="utf-8")
    ran = Ran(root / "tests", "test_hand.py", "--no-gradcheck")
    failed = {name.partition("::")[2] for name, outcome in ran.outcomes.items() if outcome == "failed"}
    assert failed == {"test_pair", "test_text", "test_gone", "test_library"}
    assert "E   AssertionError: error[L113]: cube: the gradient of x is wrong" in ran.out
    assert re.search(r"error\[L113\]: \S*layers.py:cube: the gradient of x is wrong", ran.out)
    assert "CannotLoad: gone.py:cube: no such file" in ran.out
    assert not re.search(r"gradcheck/\w+\.py:\d+", ran.out)
