"""Results are remembered as long as they would come out the same, and never longer."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gradcheck.cache.results import Results
from gradcheck.cache.store import Store, digest
from gradcheck.inputs import Input
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Spelled, Wanted
from gradcheck.model import Layer, LayerVerdict
from gradcheck.options import Options
from gradcheck.rules import get
from gradcheck.workers.runner import Runner
from gradcheck.workers.tasks import DocumentTask, LayerTask, NamesTask, limits

LAYERS = """
import numpy as np
from helper import FACTOR

def scale_forward(x):
    return FACTOR * x

def scale_backward(dout, x):
    return FACTOR * dout
"""
UNHURRIED = limits(60.0, None)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.md").write_text(get("D101").failing, encoding="utf-8")
    (tmp_path / "layers.py").write_text(LAYERS, encoding="utf-8")
    (tmp_path / "helper.py").write_text("FACTOR = 2.0\n", encoding="utf-8")
    return tmp_path


class Counted:
    """A cache, and how many tasks it did not know."""

    def __init__(self, directory: Path) -> None:
        self.store = Store(directory / "cache")
        self.results = Results(self.store)

    def run(self, *tasks: Any) -> tuple[list[Any], int]:
        unknown = sum(self.results.known(task) is None for task in tasks)
        with Runner(1, None, self.results) as runner:
            return list(runner.perform(tasks)), unknown


def fresh(directory: Path) -> Counted:
    return Counted(directory)


def scale(**more: Any) -> LayerTask:
    return LayerTask(Wanted("layers.py:scale", {"x": Spelled("normal(3)")}, **more), UNHURRIED)


def test_documents_are_remembered(here: Path) -> None:
    task = DocumentTask(Input("notes.md"), Options())
    first, unknown = fresh(here).run(task)
    again, unknown_again = fresh(here).run(task)
    assert (unknown, unknown_again) == (1, 0)
    assert first == again


@pytest.mark.parametrize(
    "options",
    [Options(seed=1), Options(timeout=9.0), Options(engines=("algebra",)), Options(corrections=False)],
)
def test_other_options_are_another_question(here: Path, options: Options) -> None:
    fresh(here).run(DocumentTask(Input("notes.md"), Options()))
    assert fresh(here).run(DocumentTask(Input("notes.md"), options))[1] == 1


def test_what_is_selected_is_not_a_question_of_the_check(here: Path) -> None:
    fresh(here).run(DocumentTask(Input("notes.md"), Options()))
    selected = Options(select=("D4",), ignore=("D1",), strict=True, jobs=2, only="eq-1")
    assert fresh(here).run(DocumentTask(Input("notes.md"), selected))[1] == 0


def test_a_changed_document_is_checked_again(here: Path) -> None:
    task = DocumentTask(Input("notes.md"), Options())
    fresh(here).run(task)
    (here / "notes.md").write_text(get("D101").passing, encoding="utf-8")
    assert fresh(here).run(task)[1] == 1


def test_a_changed_reading_is_another_question(here: Path) -> None:
    task = DocumentTask(Input("notes.md"), Options(reading=here / "reading.toml"))
    (here / "reading.toml").write_text('loss = "L"\n', encoding="utf-8")
    fresh(here).run(task)
    assert fresh(here).run(task)[1] == 0
    (here / "reading.toml").write_text('loss = "L" # again\n', encoding="utf-8")
    assert fresh(here).run(task)[1] == 1


def test_layers_and_names_are_remembered(here: Path) -> None:
    tasks = [NamesTask("layers.py", UNHURRIED), scale()]
    first, unknown = fresh(here).run(*tasks)
    again, unknown_again = fresh(here).run(*tasks)
    assert (unknown, unknown_again) == (2, 0)
    assert again[0].names == first[0].names == ["layers.py:scale"]
    assert again[1].results == first[1].results
    assert again[1].results[0].verdict is LayerVerdict.PASS


@pytest.mark.parametrize(
    "other",
    [
        scale(settings=Settings(seed=1)),
        scale(fixed=frozenset({"x"})),
        LayerTask(Wanted("layers.py:scale", {"x": Spelled("normal(4)")}), UNHURRIED),
        LayerTask(Wanted("layers.py:scale", {"x": "normal(3)"}), UNHURRIED),
    ],
)
def test_another_question_about_a_layer(here: Path, other: LayerTask) -> None:
    fresh(here).run(scale())
    assert fresh(here).run(other)[1] == 1


@pytest.mark.parametrize("file", ["layers.py", "helper.py"])
def test_a_layer_depends_on_what_it_imports(here: Path, file: str) -> None:
    fresh(here).run(scale())
    path = here / file
    path.write_text(path.read_text() + "\n# changed\n", encoding="utf-8")
    assert fresh(here).run(scale())[1] == 1


def test_a_layer_depends_on_what_it_imports_late_and_on_what_it_reads(here: Path) -> None:
    (here / "late.py").write_text("OFFSET = 0.0\n", encoding="utf-8")
    (here / "factor.txt").write_text("3", encoding="utf-8")
    (here / "layers.py").write_text(
        "import importlib\n"
        "FACTOR = float(open('factor.txt').read())\n"
        "def scale_forward(x):\n"
        "    return FACTOR * x + importlib.import_module('la' + 'te').OFFSET\n"
        "def scale_backward(dout, x):\n    return FACTOR * dout\n",
        encoding="utf-8",
    )
    fresh(here).run(scale())
    assert fresh(here).run(scale())[1] == 0
    for file in ("late.py", "factor.txt"):
        path = here / file
        path.write_text(path.read_text() + "\n", encoding="utf-8")
        assert fresh(here).run(scale())[1] == 1
        fresh(here).run(scale())


def test_every_layer_depends_on_what_its_file_reads(here: Path) -> None:
    (here / "factor.txt").write_text("3", encoding="utf-8")
    (here / "layers.py").write_text(
        "FACTOR = float(open('factor.txt').read())\n"
        "def scale_forward(x):\n    return FACTOR * x\n"
        "def scale_backward(dout, x):\n    return FACTOR * dout\n"
        "twice_forward, twice_backward = scale_forward, scale_backward\n",
        encoding="utf-8",
    )
    wanted = [Wanted(f"layers.py:{name}", {"x": Spelled("normal(3)")}) for name in ("scale", "twice")]
    tasks = [LayerTask(one, UNHURRIED) for one in wanted]
    fresh(here).run(*tasks)
    assert fresh(here).run(*tasks)[1] == 0
    (here / "factor.txt").write_text("4", encoding="utf-8")
    assert fresh(here).run(*tasks)[1] == 2


def test_modules_of_a_package_depend_on_each_other(here: Path) -> None:
    package = here / "net"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "constants.py").write_text("FACTOR = 2.0\n", encoding="utf-8")
    source = LAYERS.replace("from helper import", "from .constants import")
    (package / "layers.py").write_text(source, encoding="utf-8")
    task = LayerTask(Wanted("net/layers.py:scale", {"x": Spelled("normal(3)")}), UNHURRIED)
    fresh(here).run(task)
    assert fresh(here).run(task)[1] == 0
    (package / "constants.py").write_text("FACTOR = 3.0\n", encoding="utf-8")
    assert fresh(here).run(task)[1] == 1


def test_another_file_does_not_matter(here: Path) -> None:
    (here / "other.py").write_text(LAYERS, encoding="utf-8")
    other = LayerTask(Wanted("other.py:scale", {"x": Spelled("normal(3)")}), UNHURRIED)
    tasks = (scale(), other, scale(settings=Settings(seed=1)))
    fresh(here).run(*tasks)
    for file, changed in (("other.py", [False, True, False]), ("layers.py", [True, False, True])):
        path = here / file
        path.write_text(path.read_text() + "\n", encoding="utf-8")
        assert [fresh(here).results.known(task) is None for task in tasks] == changed
        fresh(here).run(*tasks)


def test_what_a_module_read_counts_for_whoever_imports_it_later(here: Path) -> None:
    (here / "factor.txt").write_text("2", encoding="utf-8")
    (here / "helper.py").write_text("FACTOR = float(open('factor.txt').read())\n", encoding="utf-8")
    (here / "other.py").write_text(LAYERS, encoding="utf-8")
    other = LayerTask(Wanted("other.py:scale", {"x": Spelled("normal(3)")}), UNHURRIED)
    fresh(here).run(scale(), other)
    (here / "factor.txt").write_text("3", encoding="utf-8")
    assert [fresh(here).results.known(task) for task in (scale(), other)] == [None, None]


def test_what_may_be_otherwise_next_time_is_not_remembered(here: Path) -> None:
    (here / "layers.py").write_text(
        "import os\ndef scale_forward(x):\n    os._exit(3)\ndef scale_backward(dout, x):\n    return dout\n",
        encoding="utf-8",
    )
    (outcome,), _ = fresh(here).run(scale())
    assert isinstance(outcome.results[0], Layer)
    assert fresh(here).run(scale())[1] == 1
    gone = DocumentTask(Input("gone.md"), Options())
    fresh(here).run(gone)
    assert fresh(here).run(gone)[1] == 1


def entries(directory: Path) -> Iterator[Path]:
    return (directory / "cache").glob("??/*.json")


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\x00", None, "truncated", "forged"])
def test_a_damaged_entry_is_ignored_with_a_note(here: Path, damage: Any) -> None:
    task = DocumentTask(Input("notes.md"), Options())
    first, _ = fresh(here).run(task)
    (entry,) = entries(here)
    data = entry.read_bytes()
    if damage == "truncated":
        entry.write_bytes(data[: len(data) // 2])
    elif damage == "forged":  # its checksum is right, its content is none of ours
        Store(here / "cache").put(entry.stem, {"document": ["x"], "text": 1})
    elif damage is None:
        entry.unlink()
        entry.mkdir()
    else:
        entry.write_bytes(damage)
    cache = fresh(here)
    again, unknown = cache.run(task)
    assert (again, unknown) == (first, 1)
    assert 1 <= len(cache.results.notes) <= 2 and all("cache" in note for note in cache.results.notes)


def test_a_directory_that_cannot_be_written_is_noted_once(here: Path) -> None:
    (here / "cache").write_text("a file", encoding="utf-8")
    cache = fresh(here)
    (here / "two.md").write_text(get("D101").passing, encoding="utf-8")
    cache.run(*(DocumentTask(Input(path), Options()) for path in ("notes.md", "two.md")))
    assert len(cache.results.notes) in (1, 2)
    assert any("nothing is kept" in note for note in cache.results.notes)


def test_the_directory_says_what_it_is(here: Path) -> None:
    fresh(here).run(DocumentTask(Input("notes.md"), Options()))
    tag = (here / "cache" / "CACHEDIR.TAG").read_text()
    assert tag.startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (here / "cache" / ".gitignore").read_text() == "*\n"


def test_old_entries_are_deleted(here: Path) -> None:
    fresh(here).run(DocumentTask(Input("notes.md"), Options()))
    (entry,) = entries(here)
    os.utime(entry, (1, 1))
    Store(here / "cache").prune()
    assert not list(entries(here))


def test_digests_tell_parts_apart() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest("abc"), digest("ab", "c", "")}) == 4


def test_a_remembered_run_imports_no_mathematics(here: Path) -> None:
    (here / "pyproject.toml").write_text(
        '[tool.gradcheck]\ndocuments = ["notes.md"]\nlayers = ["layers.py"]\n', encoding="utf-8"
    )
    program = (
        "import sys; from gradcheck.cli import main; code = main(['gate', '--format', 'json']);"
        "print(code, *sys.modules, file=sys.stderr)"
    )
    first, again = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        for _ in range(2)
    )
    assert first.stdout == again.stdout
    assert len(json.loads(again.stdout)["layers"]) == 1
    code, *modules = again.stderr.split()
    assert code == "1"
    assert {"numpy", "sympy", "joblib"}.isdisjoint(modules)
