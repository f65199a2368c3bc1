"""However work is done, in turn, at once or on a cluster, its results are the same in the same order."""

import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from processes import command_lines, wait_for

from gradcheck import rules
from gradcheck.inputs import Input
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, Trouble
from gradcheck.options import Options
from gradcheck.workers import cluster
from gradcheck.workers.parallel import CannotSchedule
from gradcheck.workers.scheduling import perform_all
from gradcheck.workers.tasks import DocumentTask, LayerOutcome, LayerTask, Limits, NamesTask, Outcome, Task
from gradcheck.workers.units import units_of

LIMITS = Limits(60.0)
LAYERS = """
import os, sys
import numpy as np

class Odd(Exception):
    def __init__(self, one, two):
        self.held = lambda: 0  # nothing with a lambda can be pickled

def sq_forward(x): return x**2, x
def sq_backward(dout, x): return 2 * dout * x

def bad_forward(x): return x**2, x
def bad_backward(dout, x): return 3 * dout * x

def odd_forward(x): raise Odd(1, 2)
def odd_backward(dout, x): return dout

def exits_forward(x): os._exit(7)
def exits_backward(dout, x): return dout

def leaves_forward(x): sys.exit(3)
def leaves_backward(dout, x): return dout

def talks_forward(x): print("hello"); return x**2, x
def talks_backward(dout, x): return 2 * dout * x
"""
NAMES = ("sq", "bad", "odd", "exits", "leaves", "talks", "missing")


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Layers and documents, among them two modules of the same name, which no process must mix up."""
    here = tmp_path_factory.mktemp("ways")
    for factor, folder in ((3, "first"), (4, "second")):
        (here / folder).mkdir()
        (here / folder / "helper.py").write_text(f"factor = {factor}\n")
        (here / folder / "net.py").write_text(
            "from helper import factor\n\ndef f_forward(x): return factor * x, x\n"
            "def f_backward(dout, x): return 3 * dout\n"
        )
    (here / "layers.py").write_text(LAYERS)
    (here / "wrong.md").write_text(rules.get("D101").failing, encoding="utf-8")
    (here / "right.md").write_text(rules.get("D101").passing, encoding="utf-8")
    return here


@pytest.fixture
def tasks(directory: Path, monkeypatch: pytest.MonkeyPatch) -> list[Task[Any]]:
    """A bit of everything, with files named relative to the current directory."""
    monkeypatch.chdir(directory)
    options = Options(corrections=False)
    settings = Settings(corners=False, shrink=False, causes=False)
    targets = [*(f"layers.py:{name}" for name in NAMES), "first/net.py:f", "second/net.py:f"]
    return [
        *(DocumentTask(Input(path), options) for path in ("wrong.md", "gone.md", "right.md")),
        DocumentTask(Input("stdin.md", b"$$a = 1$$"), options),
        *(NamesTask(path, LIMITS) for path in ("layers.py", "gone.py")),
        *(LayerTask(Wanted(t, {"x": "normal(3)"}, settings=settings), LIMITS) for t in targets),
        DocumentTask(Input("wrong.md"), Options(), fix=True),
    ]


@pytest.fixture
def in_turn(tasks: list[Task[Any]], known: list[Any]) -> list[Any]:
    """The results as one process gives them."""
    if not known:
        known += plain(list(perform_all(tasks, 1)))
    assert len(known) == len(tasks)
    return known


@pytest.fixture(scope="module")
def known() -> list[Any]:
    """The same, once they are known."""
    return []


def plain(results: Sequence[Any]) -> list[Any]:
    """Results without what may differ."""
    return [_plain(found) if isinstance(found, LayerOutcome) else found for found in results]


def _plain(found: LayerOutcome) -> LayerOutcome:
    timeless = (replace(r, seconds=0.0) if isinstance(r, Layer) else r for r in found.results)
    return replace(found, results=tuple(timeless))


@pytest.fixture(scope="module", params=[True, False], ids=["nannies", "threads"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    """A cluster of processes that nannies look after, or of threads of this very process."""
    distributed = pytest.importorskip("distributed")
    pytest.importorskip("joblib")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with distributed.LocalCluster(
            n_workers=2,
            threads_per_worker=2,
            processes=request.param,
            dashboard_address=None,
            silence_logs=50,
        ) as cluster:
            yield cluster.scheduler_address


@pytest.mark.parametrize("jobs", [2, 4])
def test_at_once_is_as_in_turn(tasks: list[Task[Any]], in_turn: list[Any], jobs: int) -> None:
    pytest.importorskip("joblib")
    seen: list[tuple[int, int, str]] = []
    results = plain(list(perform_all(tasks, jobs, progress=lambda *done: seen.append(done))))
    assert results == in_turn
    assert seen == [(n, len(tasks), task.label) for n, task in enumerate(tasks, 1)]


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_is_as_here(tasks: list[Task[Any]], in_turn: list[Any], address: str) -> None:
    assert plain(list(perform_all(tasks, dask=address))) == in_turn


@pytest.mark.filterwarnings("ignore")
@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("address", [True], indirect=True, ids=["nannies"])
def test_a_cluster_keeps_no_process(tasks: list[Task[Any]], address: str) -> None:
    results = perform_all(tasks, dask=address)
    next(results)
    results.close()
    distributed = pytest.importorskip("distributed")
    with distributed.Client(address) as client:
        assert wait_for(lambda: not any(b"spawn_main" in one for one in busy(client)))


def busy(client: Any) -> list[bytes]:
    """The command lines of the children of a cluster's workers."""
    return [line for lines in client.run(command_lines).values() for line in lines]


def test_what_the_results_are(in_turn: list[Any]) -> None:
    wrong, gone, right, given, names, unnamed, *layers, fixed = in_turn
    assert all(isinstance(o, Outcome) for o in (wrong, gone, right, given, fixed))
    assert gone.result == Trouble("gone.md", "cannot be read: No such file or directory")
    assert names.names == [f"layers.py:{name}" for name in NAMES[:-1]]
    assert isinstance(unnamed.names, Trouble)
    reports = [result for outcome in layers for result in outcome.results]
    said = [[f.code for f in r.findings] if isinstance(r, Layer) else r.message for r in reports]
    assert said[2:6] == [["L401"], ["L404"], ["L404"], ["L209"]] and "has no missing" in said[6]
    assert [report.verdict.value for report in reports[-2:]] == ["pass", "fail"]


def test_nothing_to_do() -> None:
    assert list(perform_all([], 1)) == list(perform_all([], 2)) == list(perform_all([])) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_thousands_of_tiny_tasks(tasks: list[Task[Any]], jobs: int) -> None:
    many = [NamesTask(f"layers.py:{number}", LIMITS) for number in range(3000)]
    assert [o.names for o in perform_all(many, jobs)] == [[task.target] for task in many]


def test_units_keep_the_order_and_a_file_together() -> None:
    tasks = [NamesTask(f"{file}.py:{n}", LIMITS) for file in "abc" for n in range(40)]
    units = list(units_of(tasks, 2))
    assert [task for unit in units for task in unit] == tasks
    assert {len(unit) for unit in units} == {8} and all(len({t.file for t in u}) == 1 for u in units)
    assert {len(unit) for unit in units_of(tasks[:12], 3)} == {1}


def test_one_process_needs_no_joblib(tasks: list[Task[Any]]) -> None:
    program = (
        "import sys\nfrom gradcheck.workers.scheduling import perform_all\n"
        "from gradcheck.workers.tasks import Limits, NamesTask\n"
        "print(list(perform_all([NamesTask('layers.py', Limits(60.0))])))\n"
        "print(*{'joblib', 'numpy', 'sympy', 'distributed'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    names, imported = done.stdout.splitlines()
    assert "layers.py:sq" in names and imported == ""


def test_what_is_missing_is_said(tasks: list[Task[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "find_spec", lambda name: None)
    with pytest.raises(CannotSchedule, match=r"pip install 'gradcheck\[dask\]'"):
        list(perform_all(tasks, dask="tcp://127.0.0.1:1"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nowhere"])
def test_a_scheduler_that_does_not_answer(
    tasks: list[Task[Any]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], address: str
) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "CONNECTING", 1)
    with pytest.raises(CannotSchedule, match="no Dask scheduler answers at"):
        list(perform_all(tasks, dask=address))
    assert capfd.readouterr() == ("", "")
