"""The documents and the layers that the patterns of a configuration stand for."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass, replace

from gradcheck.configured import Configuration, ConfiguredDocuments, ConfiguredLayer
from gradcheck.layer_targets import check_asked, is_pattern, targets
from gradcheck.patterns import is_excluded, matching_files
from gradcheck.short_path import short_path


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A pattern that leads to nothing, the file and the line that name it, and what is missing."""

    path: str
    line: int
    pattern: str
    message: str

    @property
    def where(self) -> str:
        """``path:line``."""
        return f"{self.path}:{self.line}"


def documents_of(configuration: Configuration) -> list[tuple[str, ConfiguredDocuments]]:
    """The documents, each once, with the first row that matches it; the paths are the shortest from here."""
    found: dict[str, tuple[str, ConfiguredDocuments]] = {}
    for row in configuration.documents:
        for file in _kept(configuration, matching_files(configuration.root, row.pattern)):
            found.setdefault(os.path.realpath(file), (short_path(file), row))
    return list(found.values())


def layers_of(configuration: Configuration) -> list[ConfiguredLayer]:
    """The layers, with a row for each file that a pattern matches; files are named from here."""
    found: dict[Hashable, ConfiguredLayer] = {}
    for row in configuration.layers:
        for target in _targets(configuration, row):
            layer = replace(row, target=target, by_pattern=is_pattern(row.target))
            found.setdefault(check_asked(layer), layer)
    return list(found.values())


def patterns_without_match(configuration: Configuration) -> list[Unmatched]:
    """The patterns of documents and layers that stand for no file, or for excluded ones only."""
    return [*_unmatched_documents(configuration), *_unmatched_layers(configuration)]


def _unmatched_documents(configuration: Configuration) -> list[Unmatched]:
    return [
        _unmatched(configuration, row.line, "document", row.pattern, bool(files))
        for row in configuration.documents
        if not _kept(configuration, files := matching_files(configuration.root, row.pattern))
    ]


def _unmatched_layers(configuration: Configuration) -> list[Unmatched]:
    return [
        _unmatched(configuration, row.line, "file", row.target, bool(targets(configuration.root, row.target)))
        for row in configuration.layers
        if not _targets(configuration, row)
    ]


def _unmatched(configuration: Configuration, line: int, what: str, pattern: str, excluded: bool) -> Unmatched:
    path = "defaults" if configuration.path is None else short_path(configuration.path)
    message = (
        f"every {what} that matches {pattern} is excluded" if excluded else f"no {what} matches {pattern}"
    )
    return Unmatched(path, line, pattern, message)


def _targets(configuration: Configuration, row: ConfiguredLayer) -> list[str]:
    """The targets of a row; what is named outright is not excluded."""
    found = targets(configuration.root, row.target)
    if is_pattern(row.target):
        found = [(target, file) for target, file in found if file and _kept(configuration, [file])]
    return [target for target, _ in found]


def _kept(configuration: Configuration, files: list[str]) -> list[str]:
    return [file for file in files if not is_excluded(file, configuration.root, configuration.exclude)]
