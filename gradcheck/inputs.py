"""What a run is to check: files, directories searched for documents, standard input."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.builtin import builtin_paths
from gradcheck.model import Trouble
from gradcheck.searched import SUFFIXES, files_below

LARGEST = 64 * 1024 * 1024
"""The most that is read of one input, in bytes."""

_SHELL = "/dev/"
"""Where the pipes are that a shell makes, as for ``gradcheck doc <(command)``; somebody writes into those."""


class TooLarge(OSError):
    """The input is longer than is read of one document."""


class NoFile(OSError):
    """What is there is no file, and to read it could last for ever."""


@dataclass(frozen=True, slots=True)
class Input:
    """One document to check. ``data`` is its content where there is no file to read.

    ``named`` tells a document that was asked for from one found in a directory.
    """

    path: str
    data: bytes | None = None
    named: bool = True

    def read(self) -> bytes:
        """The content. Raises OSError."""
        return self.data if self.data is not None else _read(self.path)


def collect(paths: Sequence[str]) -> tuple[list[Input], list[Trouble]]:
    """The documents that paths stand for, each once, and the directories that hold none."""
    inputs: dict[str, Input] = {}
    troubles = []
    for path in paths:
        found = list(_expand(path))
        inputs.update({i.path: inputs.get(i.path, i) for i in found})
        if not found:
            troubles.append(Trouble(path, f"nothing to check: no {_suffix_list()} file in this directory"))
    return list(inputs.values()), troubles


def built_in() -> list[Input]:
    """The built-in derivations, with the shortest path from here."""
    return [Input(_shortest(path)) for path in builtin_paths()]


def _read(path: str) -> bytes:
    if not path.startswith(_SHELL) and _is_pipe(path):
        raise NoFile("it is a named pipe, not a file")
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise TooLarge(f"larger than {LARGEST // 1024**2} MiB, the most that is read of one document")
    return data


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


def _expand(path: str) -> Iterator[Input]:
    if path.startswith(_SHELL) and _is_pipe(path):
        yield _read_once(path)
        return
    if not os.path.isdir(path):
        yield Input(path)
        return
    for found in files_below(path):
        yield Input(found, named=False)


def _read_once(path: str) -> Input:
    """A pipe of the shell's, whose content is gone once it has been read."""
    try:
        return Input(path, _read(path))
    except OSError:
        return Input(path)  # whoever reads it says what is wrong with it


def _suffix_list(suffixes: Iterable[str] = SUFFIXES) -> str:
    *most, last = sorted(suffixes)
    return f"{', '.join(most)} or {last}"


def _shortest(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
