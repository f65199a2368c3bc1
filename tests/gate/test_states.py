"""Each state that a project can be in ends the gate with its exit code and is told by every format alike."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sample_project import Gated, edited, gate, restored
from told import Told, told

from gradcheck.report import FORMATS

GOLDEN = Path(__file__).parents[1] / "golden"
PRODUCT = "    return a * b, (a, b)"
Change = Callable[[Path], None]


def edit(path: str, old: str, new: str) -> Change:
    return lambda project: edited(project / path, old, new)


def remove(path: str) -> Change:
    return lambda project: (project / path).unlink()


def write(path: str, text: str) -> Change:
    return lambda project: (project / path).write_text(text, encoding="utf-8") and None


@dataclass(frozen=True)
class State:
    """What is changed, what is then found, and how the lines on standard error begin."""

    code: int
    changes: tuple[Change, ...] = ()
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ("D501",)
    known: tuple[str, ...] = ("D101",)
    troubles: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    strict: bool = False


NEW = edit("docs/affine.md", r"\partial y_i} x_j", r"\partial y_i} x_i")
MENDED = edit("docs/squared-error.md", "&= x_i - t_i \\\\\n&= -(t_i - x_i)", "&= 2(x_i - t_i)")
OTHER_CODE = edit("errata.toml", 'code = "D101"', 'code = "D301"')
NOTHING_KNOWN = {"warnings": (), "known": ()}
CLEAN = State(0)
FOUND = State(
    1,
    (
        NEW,
        OTHER_CODE,
        edit("docs/sigmoid.md", "= p_i^2 $$", "= p_i - p_i^2 $$"),
        edit("net/affine.py", "dout.T @ x", "-dout.T @ x"),
    ),
    errors=("D101", "D101", "G102", "G201", "L112"),
    known=(),
)
FAILED = State(
    2,
    (
        NEW,
        remove("docs/ridge.ipynb"),
        remove("net/losses.py"),
        edit("net/products.py", PRODUCT, "    import os\n\n    os._exit(7)"),
    ),
    errors=("D101", "L404"),
    troubles=(
        "pyproject.toml:5:1: no document matches docs/ridge.ipynb",
        "net/losses.py:squared_error: no such file",
    ),
)


def layer(body: str, code: int = 1, *errors: str, troubles: tuple[str, ...] = ()) -> State:
    """A layer whose forward is something else."""
    return State(code, (edit("net/products.py", PRODUCT, body),), errors=errors, troubles=troubles)


def failed(trouble: str, *changes: Change, nothing: bool = True) -> State:
    """Something that could not be done; with ``nothing`` it kept everything from being checked."""
    none: tuple[str, ...] = ()
    return State(2, changes, troubles=(trouble,), **({"warnings": none, "known": none} if nothing else {}))


STATES = {
    "clean": CLEAN,
    "found": FOUND,
    "failed": FAILED,
    "new": State(1, (NEW,), errors=("D101",)),
    "stale": State(1, (MENDED,), errors=("G101",), known=()),
    "stale-code": State(
        1,
        (MENDED, edit("errata.toml", "&= x_i - t_i \\\\'", "&= 2(x_i - t_i)'"), OTHER_CODE),
        errors=("G101",),
        known=(),
    ),
    "changed": State(1, (OTHER_CODE,), errors=("D101", "G102"), known=()),
    "changed-correction": State(
        1, (edit("errata.toml", "&= 2(x", "&= 3(x"),), errors=("D101", "G102"), known=()
    ),
    "document-of-the-ledger-gone": State(
        1, (edit("errata.toml", "squared-error.md", "squared-errors.md"),), errors=("D101", "G101"), known=()
    ),
    "suppression-unused": State(
        1, (edit("net/activations.py", "    return dout * x\n", "    return 2 * dout * x\n"),), ("G201",)
    ),
    "suppression-malformed": State(
        1, (edit("docs/sigmoid.md", "[D101]", "[D1O1]"),), errors=("D101", "G202")
    ),
    "missing-document": failed("pyproject.toml:5:1: no doc", remove("docs/ridge.ipynb"), nothing=False),
    "missing-file-of-layers": failed("net/affine.py: no such file", remove("net/affine.py"), nothing=False),
    "missing-layer": failed(
        "net/scaling.py:Scalin: net/scaling.py has no Scalin; did you mean Scaling?",
        edit("pyproject.toml", ":Scaling", ":Scalin"),
        nothing=False,
    ),
    "missing-module": failed(
        "net.products:product: no module named net.products", remove("net/products.py"), nothing=False
    ),
    "missing-ledger": failed("errata.toml: no such file", remove("errata.toml")),
    "missing-import": failed(
        "net.products:product: cannot be imported: ModuleNotFoundError: No module named 'nowhere'",
        write("net/products.py", "from nowhere import product\n"),
        nothing=False,
    ),
    "syntax-error": failed(
        "net.products:product: cannot be imported: syntax error, line 1",
        write("net/products.py", "def product(:\n"),
        nothing=False,
    ),
    "import-exits": failed(
        "net.products:product: while it was imported: it ended the interpreter with exit code 3",
        write("net/products.py", "import os\n\nos._exit(3)\n"),
        nothing=False,
    ),
    "unknown-key": failed(
        "pyproject.toml:2:1: unknown key document in [tool.gradcheck]; did you mean documents?",
        edit("pyproject.toml", "documents = ", "document = "),
    ),
    "unknown-code": failed(
        "pyproject.toml:11:1: no finding code begins with 'X2'", edit("pyproject.toml", '"L2"', '"X2"')
    ),
    "malformed-configuration": failed(
        "pyproject.toml:14:1: cannot be read as TOML", edit("pyproject.toml", '"errata.toml"', "errata.toml")
    ),
    "malformed-ledger": failed(
        "errata.toml:3:1: cannot be read as TOML", edit("errata.toml", "[[erratum]]", "[[erratum]")
    ),
    "unknown-key-in-the-ledger": failed(
        "errata.toml:8:1: unknown key reasons in an erratum; did you mean reason?",
        edit("errata.toml", "reason =", "reasons ="),
    ),
    "nothing-configured": failed("gate: nothing to check; name", write("pyproject.toml", "[tool.gradcheck]")),
    "no-configuration": failed("gate: nothing to check; name", remove("pyproject.toml")),
    "nothing-in-a-document": failed(
        "docs/softplus.tex: nothing to check", write("docs/softplus.tex", "Nothing.\n"), nothing=False
    ),
    "unreadable-notebook": failed(
        "docs/ridge.ipynb: not valid JSON at line 1", write("docs/ridge.ipynb", "{"), nothing=False
    ),
    "late-document": State(
        2,
        (edit("pyproject.toml", "errata =", "timeout = { document = 0.001 }\nerrata ="),),
        troubles=tuple(
            f"docs/{name}: not finished after 0.001 seconds"
            for name in (
                "affine.md",
                "sigmoid.md",
                "squared-error.md",
                "sums.md",
                "softplus.tex",
                "ridge.ipynb",
            )
        ),
        **NOTHING_KNOWN,
    ),
    "late-layer": State(
        1,
        (
            edit("net/scaling.py", "        self.x = x", "        import time\n\n        time.sleep(60)"),
            edit("pyproject.toml", 'ignore = ["L2"]', "timeout = 0.5"),
        ),
        errors=("L403",),
    ),
    "exits": layer("    import os\n\n    os._exit(7)", 1, "L404"),
    "calls-exit": layer("    import sys\n\n    sys.exit(3)", 1, "L404"),
    "killed": layer("    import os\n\n    os.kill(os.getpid(), 9)", 1, "L404"),
    "runs-on-nothing": layer(
        "    raise ValueError('no such shape')", 2, troubles=("net.products:product: no inputs were found",)
    ),
    "raises": State(
        1, (edit("net/products.py", "    a, b = cache", "    raise KeyError(1)"),), errors=("L401",)
    ),
    "strict": State(1, arguments=("--strict",), strict=True),
    "strict-configured": State(
        1, (edit("pyproject.toml", "errata =", "strict = true\nerrata ="),), strict=True
    ),
    "no-ledger": State(1, errors=("D101",), known=(), arguments=("--errata", "none")),
    "selected": State(0, arguments=("--errata", "none", "--select", "L,D5"), known=()),
    "ignored": State(0, arguments=("--errata", "none", "--ignore", "D1"), known=()),
    "ignored-open": State(0, arguments=("--strict", "--ignore", "D5"), warnings=()),
    "ignored-of-one-document": State(
        1,
        (
            NEW,
            edit(
                "pyproject.toml",
                '"docs/*.md"',
                '{ path = "docs/s*.md", ignore = ["D"] }, { path = "docs/a*.md", select = ["D1"] }',
            ),
        ),
        errors=("D101",),
        **NOTHING_KNOWN,
    ),
    "ignored-of-one-layer": State(
        0,
        (
            edit("net/scaling.py", "return dout * self.gamma", "return dout"),
            edit("pyproject.toml", '["L2"]', '["L"]'),
        ),
    ),
    "exit-zero": State(0, (NEW,), errors=("D101",), arguments=("--exit-zero",)),
    "exit-zero-with-trouble": State(
        2,
        (NEW, remove("net/losses.py")),
        errors=("D101",),
        troubles=("net/losses.py:squared_error: no such file",),
        arguments=("--exit-zero",),
    ),
}


@pytest.mark.parametrize("name", STATES)
def test_every_format_tells_the_state(project: Path, name: str) -> None:
    state = STATES[name]
    for change in state.changes:
        change(project)
    done = gate(project, *state.arguments, formats=FORMATS)
    assert done.code == state.code, done
    _check_said(done, state.troubles)
    assert done.out == done.reports["full"]
    expected = Told(state.errors, state.warnings, state.known, len(state.troubles))
    for format in FORMATS:
        _check(format, told(format, done.reports[format]), expected, state.strict)


def _check_said(done: Gated, troubles: tuple[str, ...]) -> None:
    """One line for each trouble and no other on standard error."""
    said = done.err.splitlines()
    assert len(said) == len(troubles) and "Traceback" not in done.err
    for line, start in zip(said, troubles, strict=True):
        assert line.removeprefix("gradcheck: ").removeprefix("gradcheck ").startswith(start), line


def _check(format: str, found: Told, expected: Told, strict: bool) -> None:
    """JUnit says what fails the run, which under --strict are warnings, too."""
    failing = expected.errors + (expected.warnings or ()) if strict and format == "junit" else expected.errors
    assert found.errors == tuple(sorted(failing)), format
    for own, right in (
        (found.warnings, expected.warnings),
        (found.known, expected.known),
        (found.troubles, expected.troubles),
    ):
        assert own is None or own == right, format


@pytest.mark.parametrize("format", ["full", "concise", "github", "markdown"])
@pytest.mark.parametrize("name", ["clean", "found", "failed"])
def test_golden(reports: Callable[[str], Gated], name: str, format: str) -> None:
    text = _timeless(reports(name).reports[format])
    path = GOLDEN / f"sample.{name}.{format}"
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def reports(warm: Path) -> Callable[[str], Gated]:
    """The reports on a project in a state, made once."""

    @cache
    def of(name: str) -> Gated:
        directory = restored(warm)
        for change in STATES[name].changes:
            change(directory)
        return gate(directory, formats=FORMATS)

    return of


def _timeless(text: str) -> str:
    """The text without what a layer takes, and without the width of that in the table."""
    lines = (
        re.sub(r" {2,}", "  ", line) if re.match(r"target |net[./]", line) else line
        for line in text.splitlines()
    )
    return re.sub(r"(?<!\S)[\d.]+ (?:ms|s|min)(?= )", "… ms", "\n".join(lines)) + "\n"


def test_json_says_how_each_finding_stands(reports: Callable[[str], Gated]) -> None:
    found = json.loads(reports("found").reports["json"])
    claims = {(d["path"], c["id"]): c["erratum"] for d in found["documents"] for c in d["claims"]}
    assert claims["docs/affine.md", "claim-3"] == "new"
    assert claims["docs/squared-error.md", "claim-2"] == "changed"
    clean = json.loads(reports("clean").reports["json"])
    claims = {(d["path"], c["id"]): c["erratum"] for d in clean["documents"] for c in d["claims"]}
    assert claims["docs/squared-error.md", "claim-2"] == "known"
