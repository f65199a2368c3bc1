"""Whenever a run is interrupted, its processes are killed at once and nothing but one line is said."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from processes import children, is_running, wait_for

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

LAYERS = """
import os, time
import numpy as np

def start(name):
    open(f"{name}.pid", "x").write(str(os.getpid()))
    time.sleep(600)

def sq_forward(x): return x**2, x
def sq_backward(dout, x): return 2 * dout * x
""" + "".join(
    f"""
def hang{n}_forward(x): start("hang{n}"); return x**2, x
def hang{n}_backward(dout, x): return 2 * dout * x
"""
    for n in range(8)
)
DOCUMENTS = """
import sys
sys.path.insert(0, {helpers!r})
from planted_documents import Hanging
from gradcheck.executing import execute
from gradcheck.inputs import Input
from gradcheck.options import Options
from gradcheck.plan import Plan, PlannedDocument
from gradcheck.workers.runner import Runner

inputs = [Input("fine.md", b"$$a = 1$$"), *(Hanging(str(n)) for n in range(5))]
plan = Plan(tuple(PlannedDocument(given, Options()) for given in inputs))
with Runner({jobs}, None, None) as runner:
    done = execute(plan, runner, lambda done, total, path: open(path + ".pid", "x").close())
assert done.interrupted is not None
print(*(document.path for document in done.report.documents))
"""


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory of its own, with layers."""
    monkeypatch.chdir(tmp_path)
    Path("layers.py").write_text(LAYERS)


def started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def checking(jobs: int) -> subprocess.Popen[str]:
    return started("-m", "gradcheck", "layer", "layers.py", "--arg", "x=normal(3)", "--jobs", str(jobs), "-q")


def pids() -> list[int]:
    return [int(path.read_text() or 0) for path in Path().glob("*.pid")]


@pytest.mark.parametrize("jobs", [1, 2, 3])
@pytest.mark.parametrize("whole_group", [False, True])
def test_an_interrupt_ends_everything_with_one_line(jobs: int, whole_group: bool) -> None:
    process = checking(jobs)
    assert wait_for(lambda: len(pids()) >= jobs - (jobs > 1))
    working = children(process.pid)
    assert len(working) >= jobs
    (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.startswith("gradcheck: interrupted after ") and errors.count("\n") == 1
    assert not any(is_running(pid) for pid in working)


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_was_done_before_an_interrupt_is_there(jobs: int) -> None:
    helpers = str(Path(__file__).parents[1] / "helpers")
    process = started("-c", DOCUMENTS.format(jobs=jobs, helpers=helpers))
    assert wait_for(Path("fine.md.pid").exists)
    working = children(process.pid)
    os.kill(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60) == ("fine.md\n", "")
    assert working and not any(is_running(pid) for pid in working)


@pytest.mark.parametrize("moment", [0.08, 0.15, 0.25, 0.4])
@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupt_at_any_moment_leaves_no_process(jobs: int, moment: float) -> None:
    process = checking(jobs)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert wait_for(lambda: not _group(process.pid))
    assert "Exception ignored" not in errors and "Process Fork" not in errors


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_end_with_a_parent_that_was_killed(jobs: int) -> None:
    process = checking(jobs)
    assert wait_for(pids)
    working = children(process.pid)
    process.kill()
    process.communicate(timeout=60)
    assert working and wait_for(lambda: not any(is_running(pid) for pid in working))


def _group(leader: int) -> list[int]:
    """The processes of a session that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(path.name)) == leader and is_running(int(path.name)):
                found.append(int(path.name))
        except OSError:
            continue
    return found
