"""--watch: again on every save, only what changed, until Ctrl-C."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.rules import get
from gradcheck.watch import signature, wait_for_change

PATIENCE = 60.0


class Watching:
    """A command that watches, and the lines that it prints to either stream."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        command = [sys.executable, "-m", "gradcheck", *arguments, "--watch"]
        self.process = subprocess.Popen(
            command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)

    def report(self) -> str:
        """What it prints until it waits."""
        text = ""
        until = time.monotonic() + PATIENCE
        while "gradcheck: watching" not in text:
            text += self._lines.get(timeout=max(0.0, until - time.monotonic()))
        return text

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)

    def clean_up(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "notes.md").write_text(get("D101").failing, encoding="utf-8")
    (tmp_path / "other.md").write_text(get("D101").passing, encoding="utf-8")
    (tmp_path / "net.py").write_text(
        "from factor import FACTOR\n\ndef f_forward(x):\n    return 2 * x\n\n"
        "def f_backward(dout, x):\n    return FACTOR * dout\n",
        encoding="utf-8",
    )
    (tmp_path / "factor.py").write_text("FACTOR = 2\n", encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.gradcheck]\ndocuments = ["*.md"]\nlayers = ["net.py"]\n', encoding="utf-8"
    )
    yield tmp_path


def test_a_gate_is_run_again_whatever_is_saved(project: Path) -> None:
    watching = Watching(project, "gate", "--format", "concise")
    try:
        assert watching.report().count("D101") == 1
        (project / "notes.md").write_text(get("D101").passing, encoding="utf-8")
        assert "D101" not in watching.report()
        (project / "factor.py").write_text("FACTOR = 3\n", encoding="utf-8")
        assert "net.py" in watching.report()
        (project / "new.md").write_text(get("D101").failing, encoding="utf-8")
        assert "new.md" in watching.report()
        (project / "pyproject.toml").write_text("[tool.gradcheck]\ndocumets = []\n", encoding="utf-8")
        assert "did you mean documents?" in watching.report()
        (project / "pyproject.toml").write_text(
            '[tool.gradcheck]\ndocuments = ["other.md"]\n', encoding="utf-8"
        )
        assert "D101" not in watching.report()
        assert watching.end() == 130
    finally:
        watching.clean_up()


def test_documents_are_watched_without_a_configuration(project: Path) -> None:
    (project / "pyproject.toml").unlink()
    watching = Watching(project, "doc", "notes.md", "--format", "concise")
    try:
        assert "D101" in watching.report()
        replacement = project / "saved aside"
        replacement.write_text(get("D101").passing, encoding="utf-8")
        os.replace(replacement, project / "notes.md")
        assert "D101" not in watching.report()
        assert watching.end() == 130
    finally:
        watching.clean_up()
    assert not (project / ".gradcheck_cache").exists()


def test_a_change_during_the_run_counts(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("x", encoding="utf-8")
    wait_for_change([str(path)], started=0)


def test_a_file_that_is_gone_has_no_signature(tmp_path: Path) -> None:
    assert signature([str(tmp_path / "gone")]) == {str(tmp_path / "gone"): None}


@pytest.mark.parametrize("arguments", [["-", "--watch"], ["notes.md", "--watch", "--fix"]])
def test_what_cannot_be_watched_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from gradcheck.cli import main

    assert main(["doc", *arguments]) == 2
    assert "--watch" in capsys.readouterr().err


def test_a_document_that_comes_during_the_run_counts(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    time.sleep(0.1)
    started = time.time_ns()
    (tmp_path / "b.md").write_text("x", encoding="utf-8")
    wait_for_change([str(tmp_path / "a.md")], started)


def test_what_the_run_itself_writes_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("x", encoding="utf-8")
    time.sleep(0.1)
    started = time.time_ns()
    (tmp_path / ".gradcheck_cache").mkdir()
    waiting = threading.Thread(target=wait_for_change, args=([str(tmp_path / "a.md")], started), daemon=True)
    waiting.start()
    waiting.join(1.0)
    assert waiting.is_alive()
    (tmp_path / "a.md").write_text("other", encoding="utf-8")
    waiting.join(PATIENCE)
    assert not waiting.is_alive()
