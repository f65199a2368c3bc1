"""Each task is bounded in time and memory, and one that breaks its process harms no other."""

import multiprocessing
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from planted_documents import Exiting, Hanging, Killed, KilledOnce, Swelling
from processes import children

from gradcheck.inputs import Input
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Document, Layer, LayerVerdict, Trouble
from gradcheck.options import Options
from gradcheck.workers.crew import Crew
from gradcheck.workers.scheduling import perform_all
from gradcheck.workers.supervised import Dismissed, Supervised
from gradcheck.workers.tasks import DocumentTask, LayerTask, Limits, NamesTask, Outcome

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux only")
PLAIN = Options(corrections=False)
SHORT = replace(PLAIN, document_timeout=1.0)
SMALL = replace(PLAIN, memory=0.5)
FINE = Input("fine.md", b"$$a = 1$$")
LAYERS = """
import os, time
import numpy as np

held = []

def sq_forward(x): return x**2, x
def sq_backward(dout, x): return 2 * dout * x

def large_forward(x):
    for _ in range(32):
        held.append(np.ones(2**23))
        time.sleep(0.01)
    return x**2, x
def large_backward(dout, x): return 2 * dout * x

def keeps_forward(x):
    if not held: held.append(np.ones(5 * 2**23))
    return x**2, x
def keeps_backward(dout, x): return 2 * dout * x

def takes_forward(x):
    taken = np.ones(5 * 2**23)
    time.sleep(0.2)
    return x**2, x
def takes_backward(dout, x): return 2 * dout * x

def second_forward(x):
    if len(x) == 4: os._exit(7)
    return x**2, x
def second_backward(dout, x): return 2 * dout * x

def gradcheck_cases():
    return {"second": [{"x": "normal(3)"}, {"x": "normal(4)"}, {"x": "normal(5)"}]}
"""


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory of its own, with layers."""
    monkeypatch.chdir(tmp_path)
    Path("layers.py").write_text(LAYERS)
    Path("large.py").write_text("import numpy as np, time\nheld = np.ones(2**27)\ntime.sleep(60)\n")


def layer(name: str, memory: int | None = None, **inputs: str) -> LayerTask:
    settings = Settings(corners=False, shrink=False, causes=False)
    return LayerTask(Wanted(f"layers.py:{name}", inputs, settings=settings), Limits(60.0, memory))


def reports(tasks: list[LayerTask]) -> list[Layer | Trouble]:
    """What is reported on layers that one process checks."""
    return [result for outcome in perform_all(tasks, 1) for result in outcome.results]


PLANTED = {
    DocumentTask(Hanging("hangs"), SHORT): "not finished after 1 seconds; check it in parts",
    DocumentTask(Swelling("swells"), SMALL): "it used more than 0.5 GiB; check it in parts",
    DocumentTask(Exiting("exits"), PLAIN): "it ended the interpreter with exit code 7",
    DocumentTask(Killed("is-killed"), PLAIN): "its process was killed by signal 9",
}


@LINUX
@pytest.mark.parametrize("jobs", [1, 2])
def test_documents_that_break_their_process_harm_no_other(jobs: int) -> None:
    tasks = [task for planted in PLANTED for task in (planted, DocumentTask(FINE, PLAIN))]
    outcomes = [outcome.result for outcome in perform_all(tasks, jobs)]
    for task, found in zip(PLANTED, outcomes[::2], strict=True):
        assert isinstance(found, Trouble) and found.path == task.given.path and not found.is_bug
        assert found.message.startswith(PLANTED[task])
    assert all(isinstance(found, Document) for found in outcomes[1::2])


@LINUX
def test_a_layer_that_takes_too_much_memory_is_found() -> None:
    tasks = [layer("large", 2**29, x="normal(3)"), layer("sq", 2**29, x="normal(3)")]
    large, fine = reports(tasks)
    assert isinstance(large, Layer) and large.verdict is LayerVerdict.ERROR
    (finding,) = large.findings
    assert finding.code == "L404" and "it used more than 0.5 GiB; try smaller inputs" in finding.message
    assert isinstance(fine, Layer) and fine.verdict is LayerVerdict.PASS


@LINUX
def test_a_file_that_takes_too_much_memory_is_trouble() -> None:
    (found,) = perform_all([NamesTask("large.py", Limits(60.0, 2**29))], 1)
    assert isinstance(found.names, Trouble)
    assert "while it was imported: it used more than 0.5" in found.names.message


@LINUX
def test_the_memory_that_others_kept_is_not_held_against_a_layer() -> None:
    both = [layer(name, 2**29 + 2**27, x="normal(3)") for name in ("keeps", "takes")]
    verdicts = [found.verdict for found in reports(both) if isinstance(found, Layer)]
    assert verdicts == [LayerVerdict.PASS, LayerVerdict.PASS]


def test_memory_may_be_unlimited() -> None:
    (found,) = reports([layer("keeps", x="normal(3)")])
    assert isinstance(found, Layer) and found.verdict is LayerVerdict.PASS


def test_what_was_found_before_a_layer_died_stays() -> None:
    verdicts = [r.verdict for r in reports([layer("second")]) if isinstance(r, Layer)]
    assert verdicts == [LayerVerdict.PASS, LayerVerdict.ERROR]


def test_a_process_killed_with_what_others_left_is_tried_again() -> None:
    documents = [FINE, KilledOnce("once.md"), KilledOnce("twice.md")]
    outcomes = list(perform_all([DocumentTask(given, PLAIN) for given in documents], 1))
    assert all(isinstance(o.result, Document) for o in outcomes)


def test_a_fresh_process_that_is_killed_is_reported() -> None:
    (outcome,) = perform_all([DocumentTask(KilledOnce("once.md"), PLAIN)], 1)
    assert outcome == Outcome(Trouble("once.md", "its process was killed by signal 9"))


def test_a_process_that_died_idle_is_replaced() -> None:
    with Crew() as crew:
        for _ in range(2):
            (outcome,) = crew.perform([DocumentTask(FINE, PLAIN)])
            assert isinstance(outcome.result, Document)
            for child in multiprocessing.active_children():
                child.kill()


def test_a_task_that_cannot_be_sent_leaves_no_process() -> None:
    task = replace(layer("sq"), wanted=Wanted("layers.py:sq", {"x": lambda: 0}))
    with pytest.raises(Exception, match=r"pickle|local object"):
        list(perform_all([task], 1))
    assert not multiprocessing.active_children()


def test_who_is_dismissed_does_nothing_more() -> None:
    member = Supervised()
    member.dismiss()
    with pytest.raises(Dismissed):
        member.perform(DocumentTask(FINE, PLAIN))
    crew = Crew()
    crew.dismiss()
    assert crew.perform([DocumentTask(FINE, PLAIN)]) == []


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_closed_run_leaves_no_process_and_no_zombie(jobs: int) -> None:
    others: set[int] = children()
    tasks: list[Any] = [
        NamesTask("layers.py", Limits(60.0)),
        *(layer("sq", x="normal(3)") for _ in range(20)),
    ]
    results = perform_all(tasks, jobs)
    next(results)
    assert children() - others
    results.close()
    assert {pid for pid in children() - others if not _is_tracker(pid)} == set()


def _is_tracker(pid: int) -> bool:
    """Whether it is the process that Python's multiprocessing keeps once something was spawned."""
    return b"resource_tracker" in Path(f"/proc/{pid}/cmdline").read_bytes() and os.getpid() != pid
