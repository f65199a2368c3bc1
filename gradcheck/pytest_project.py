"""The project that pytest checks, and which of its files each configured document and layer belongs to."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gradcheck.config import BadConfiguration, configuration
from gradcheck.layers.loading import parted
from gradcheck.project import Flags, Project

SEED = "gradcheck_seed"
"""What a worker of pytest-xdist is given the seed of the run under."""


def project_of(directory: Path, config: pytest.Config) -> Project | None:
    """The project of a directory, None without a configuration. Raises UsageError."""
    try:
        found = configuration(directory)
    except BadConfiguration as error:
        raise pytest.UsageError(f"gradcheck: {error}") from None
    if found.seed == "random":
        found = replace(found, seed=getattr(config, "workerinput", {}).get(SEED, found.seed))
    return Project(found, Flags()) if found.path is not None else None


@dataclass(frozen=True, slots=True)
class Homes:
    """The files that documents and layers are collected with, as real paths.

    What pytest cannot come upon below ``root``, since it is missing or elsewhere, belongs to the file of
    the ``configuration``: it must not be left out in silence.
    """

    root: str
    configuration: str

    def of_document(self, path: str) -> str:
        """The home of a document."""
        return self._first([os.path.realpath(path)])

    def of_target(self, target: str) -> str:
        """The home of a layer, or of a file of layers."""
        return self._first(files_of(parted(target)[0]))

    def _first(self, files: Iterator[str] | list[str]) -> str:
        below = os.path.join(self.root, "")
        return next((f for f in files if f.startswith(below) and os.path.isfile(f)), self.configuration)


def homes_of(project: Project) -> Homes:
    """The homes in a project that has a configuration."""
    found = project.configuration
    return Homes(os.path.realpath(found.root), os.path.realpath(found.path or found.root))


def files_of(where: str) -> Iterator[str]:
    """The real paths that a path or a module may stand for; no module is imported to find that out."""
    if where.endswith(".py") or "/" in where or "\\" in where:
        yield os.path.realpath(where)
        return
    module = where.replace(".", os.sep)
    for folder in (os.getcwd(), *sys.path):
        yield os.path.realpath(os.path.join(folder, f"{module}.py"))
        yield os.path.realpath(os.path.join(folder, module, "__init__.py"))
