"""The sample project of tests/gate, the states that it can be in, and `gradcheck gate` run on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradcheck.configured import CACHE

SAMPLE = Path(__file__).parents[1] / "gate" / "sample"


@dataclass(frozen=True)
class Gated:
    """What a run said, and its further reports by format."""

    code: int
    out: str
    err: str
    reports: Mapping[str, str] = field(default_factory=dict)


def sample(directory: Path) -> Path:
    """A copy of the sample project."""
    return Path(shutil.copytree(SAMPLE, directory / "sample"))


def restored(directory: Path) -> Path:
    """The copy as it was at first, but for its cache."""
    for path in directory.iterdir():
        if path.is_dir() and not path.is_symlink():
            if path.name != CACHE:
                shutil.rmtree(path)
        else:
            path.unlink()
    return Path(shutil.copytree(SAMPLE, directory, dirs_exist_ok=True))


def environment(**more: str) -> dict[str, str]:
    """The variables of a process that no setting of this one's reaches."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV")}
    return {**kept, "LC_ALL": "C.UTF-8", **more}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "gradcheck", *arguments]


def gate(directory: Path, *arguments: str, formats: Sequence[str] = (), **variables: str) -> Gated:
    """Run the gate in a directory, with a report in each of the formats besides."""
    folder = directory / "reports"
    folder.mkdir(exist_ok=True)
    files = {name: folder / name for name in formats}
    outputs = [word for name, file in files.items() for word in ("--output", f"{name}:{file}")]
    done = subprocess.run(
        command("gate", *arguments, *outputs),
        check=False, cwd=directory, env=environment(**variables), capture_output=True, text=True,
        stdin=subprocess.DEVNULL, encoding="utf-8", timeout=120,
    )  # fmt: skip
    reports = {name: file.read_text(encoding="utf-8") for name, file in files.items() if file.exists()}
    return Gated(done.returncode, done.stdout, done.stderr, reports)


def edited(path: Path, old: str, new: str) -> None:
    """Replace what occurs exactly once in a file."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path, old)
    path.write_text(text.replace(old, new), encoding="utf-8")
