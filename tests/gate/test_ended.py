"""A gate that a signal ends tells what was finished, no part for the whole, and leaves nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from processes import children, is_running, wait_for
from sample_project import command, edited, environment
from told import Told, told

from gradcheck.configured import CACHE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
SLEEPS = """
    open("started", "w").close()
    import time

    time.sleep(600)
"""
PRODUCT = ("net/products.py", "\n    return a * b, (a, b)\n")
LOSS = ("net/losses.py", "\n    return np.sum((x - t) ** 2), (x, t)\n")
SAID = "gradcheck: interrupted after 6 of 6 documents and 5 layers\n"


class Running:
    """A gate that has come to a layer that sleeps, and the processes that it has by then."""

    def __init__(self, project: Path, *arguments: str, layer: tuple[str, str] = PRODUCT) -> None:
        edited(project / layer[0], layer[1], SLEEPS)
        self.project, self.temporary = project, project / "tmp"
        self.temporary.mkdir()
        outputs = ("--output", "json:report.json", "--output", "junit:report.xml")
        self.process = subprocess.Popen(
            command("gate", *outputs, *arguments),
            cwd=project, env=environment(TMPDIR=str(self.temporary)), text=True, start_new_session=True,
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - as in front
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert wait_for((project / "started").exists)
        self.children = children(self.process.pid)

    def end(self, number: int, whole_group: bool) -> None:
        (os.killpg if whole_group else os.kill)(self.process.pid, number)

    def finished(self) -> tuple[str, str]:
        """What it has said; nothing of it may be left."""
        said = self.process.communicate(timeout=60)
        assert self.children and wait_for(lambda: not any(map(is_running, self.children)), 10)
        assert "Traceback" not in said[1] and "Exception ignored" not in said[1]
        assert not [p for p in self.project.iterdir() if p.name.startswith(".") and p.name != CACHE]
        assert not list(self.project.joinpath(CACHE).glob("??/.*"))
        assert not list(self.temporary.iterdir())
        return said

    def clean_up(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()


Start = Callable[..., Running]


@pytest.fixture
def start(project: Path) -> Iterator[Start]:
    """Starts the gate in the project; it ends with the test."""
    runs: list[Running] = []

    def started(*arguments: str, **more: tuple[str, str]) -> Running:
        runs.append(Running(project, *arguments, **more))
        return runs[-1]

    yield started
    for run in runs:
        run.clean_up()


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("whole_group", [False, True])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_finished_is_told(
    project: Path, start: Start, number: int, code: int, whole_group: bool, jobs: int
) -> None:
    run = start("--jobs", str(jobs))
    run.end(number, whole_group)
    out, err = run.finished()
    assert (run.process.returncode, err) == (code, SAID)
    assert told("full", out) == Told((), ("D501",), ("D101",), troubles=1)
    text = (project / "report.json").read_text(encoding="utf-8")
    assert told("json", text) == Told((), ("D501",), ("D101",), troubles=1)
    assert len(json.loads(text)["documents"]) == 6 and len(json.loads(text)["layers"]) == 5
    assert told("junit", (project / "report.xml").read_text(encoding="utf-8")) == Told((), troubles=1)


@pytest.mark.parametrize("pause", [0.0, 0.01, 0.03, 0.1])
def test_a_second_interrupt_ends_it_at_once(project: Path, start: Start, pause: float) -> None:
    run = start("--jobs", "2")
    run.end(signal.SIGINT, True)
    time.sleep(pause)
    if run.process.poll() is None:
        run.end(signal.SIGINT, True)
    _, err = run.finished()
    assert run.process.returncode in (130, -signal.SIGINT)
    assert set(err.splitlines()) <= {SAID.strip(), "gradcheck: interrupted"} and err
    for name, file in (("json", project / "report.json"), ("junit", project / "report.xml")):
        if file.exists():
            assert told(name, file.read_text(encoding="utf-8")).troubles == 1


def test_a_signal_outside_the_work_is_told_apart(project: Path) -> None:
    program = (
        "import os, signal, sys\nfrom gradcheck import cli, gate\n"
        "gate.run_gate = lambda *_: os.kill(os.getpid(), signal.SIGTERM)\nsys.exit(cli.main(['gate']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=project, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (143, "gradcheck: interrupted\n")


def test_a_worker_that_is_killed_is_replaced(project: Path, start: Start) -> None:
    """What a layer did before may be to blame; so it is another one that has done something already."""
    run = start("--jobs", "1", "--no-cache", "net/affine.py", "net/losses.py", layer=LOSS)
    edited(project / LOSS[0], SLEEPS, LOSS[1])
    _kill_worker(run)
    out, err = run.finished()
    assert (run.process.returncode, err) == (0, "")
    assert "Checked 2 layers: 2 pass. No finding." in out


def test_a_layer_whose_worker_is_killed_is_told(start: Start) -> None:
    run = start("--jobs", "1")
    _kill_worker(run)
    out, err = run.finished()
    assert (run.process.returncode, err) == (1, "")
    assert told("full", out) == Told(("L404",), ("D501",), ("D101",), troubles=0)
    assert "its process was killed by signal 9" in out and "Checked 6 layers: 4 pass, 1 fail, 1 error" in out


def _kill_worker(run: Running) -> None:
    (worker,) = run.children
    os.kill(worker, signal.SIGKILL)
