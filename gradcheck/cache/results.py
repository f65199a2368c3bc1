"""The results of tasks by what they depend on: contents, options, versions, and for layers their imports."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gradcheck.cache.installation import installation
from gradcheck.cache.store import Store, digest
from gradcheck.installed import version_of
from gradcheck.model import Document, Layer, Trouble
from gradcheck.plain import NotPlain, from_plain, to_plain
from gradcheck.workers.dependencies import Dependencies
from gradcheck.workers.tasks import DocumentTask, LayerOutcome, LayerTask, NamesOutcome, NamesTask, Outcome

_PASSING = frozenset({"L403", "L404"})
"""Findings that may be another time otherwise: out of time, out of memory, killed."""

_ABSENT = "absent"
AnyTask = DocumentTask | LayerTask | NamesTask


class Results:
    """What became of tasks in earlier runs, as long as it would come out the same."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._digests: dict[tuple[str, int, int], str] = {}
        self._began = time.time_ns()

    @property
    def notes(self) -> list[str]:
        """What the user should know of the cache."""
        return self._store.notes

    def known(self, task: Any) -> Any:
        """The result of a task, or None if it has to be done."""
        name = self._name(task)
        found = self._store.get(name) if name is not None else None
        if found is None:
            return None
        try:
            return self._read(task, found)
        except (NotPlain, TypeError, KeyError, ValueError, AttributeError):
            self._store.damaged(name or "")
            return None

    def keep(self, task: Any, result: Any) -> None:
        """Keep the result of a task, if it is one that lasts."""
        try:
            value = self._written(task, result)
        except NotPlain:
            return
        if value is None or self._may_be_outdated(task, value):
            return
        if (name := self._name(task)) is not None:
            self._store.put(name, value)

    def _may_be_outdated(self, task: AnyTask, value: Mapping[str, Any]) -> bool:
        """Whether a file was saved while the run went on: what was found may be about its earlier content."""
        files = [task.given.path] if isinstance(task, DocumentTask) else value["files"]
        return any(_changed(file) > self._began for file in files)

    def _name(self, task: AnyTask) -> str | None:
        if isinstance(task, DocumentTask):
            return self._document_name(task)
        if isinstance(task, LayerTask):
            return digest("layer", installation(), os.getcwd(), _asked(task))
        return digest("names", installation(), os.getcwd(), task.target)

    def _document_name(self, task: DocumentTask) -> str | None:
        try:
            data = task.given.read()
        except OSError:
            return None
        options = {**asdict(task.options), "jobs": None, "dask": None, "select": (), "ignore": ()}
        options |= {"only": None, "strict": False, "reading": self._content(task.options.reading)}
        said = json.dumps(options, default=str, sort_keys=True)
        return digest("document", installation(), task.given.path, str(task.given.named), said, data)

    def _written(self, task: AnyTask, result: Any) -> dict[str, Any] | None:
        if isinstance(task, DocumentTask):
            if task.fix or not isinstance(result, Outcome) or not isinstance(result.result, Document):
                return None
            return {"document": to_plain(result.result), "text": result.text}
        if result.dependencies is None:
            return None
        depends = self._depends(result.dependencies)
        if isinstance(result, NamesOutcome):
            return _names(result, depends)
        layers = result.results
        if not all(isinstance(layer, Layer) and _lasts(layer) for layer in layers):
            return None
        return {"layers": to_plain(layers), **depends}

    def _read(self, task: AnyTask, found: Mapping[str, Any]) -> Any:
        if isinstance(task, DocumentTask):
            return Outcome(from_plain(Document, found["document"]), str(found["text"]))
        if not self._holds(found):
            return None
        depends = Dependencies(tuple(found["files"]), tuple(found["packages"]))
        if isinstance(task, NamesTask):
            if found["empty"] is not None:
                return NamesOutcome(Trouble(task.target, str(found["empty"])), depends, is_empty=True)
            return NamesOutcome(list(from_plain(tuple[str, ...], found["names"])), depends)
        return LayerOutcome(from_plain(tuple[Layer, ...], found["layers"]), depends)

    def _depends(self, dependencies: Dependencies) -> dict[str, Any]:
        files = {file: self._content(Path(file)) for file in dependencies.files}
        return {"files": files, "packages": _versions(dependencies.packages)}

    def _holds(self, found: Mapping[str, Any]) -> bool:
        """Whether every file and every package is as it was."""
        files, packages = found["files"], found["packages"]
        return packages == _versions(packages) and all(
            self._content(Path(file)) == content for file, content in files.items()
        )

    def _content(self, path: Path | None) -> str:
        """A name for the content of a file."""
        if path is None:
            return _ABSENT
        try:
            status = os.stat(path)
            key = (str(path), status.st_size, status.st_mtime_ns)
            if key not in self._digests:
                self._digests[key] = digest(path.read_bytes())
            return self._digests[key]
        except OSError:
            return _ABSENT


def _changed(file: str) -> int:
    """When a file was saved, in nanoseconds; 0 if it is not there."""
    try:
        return os.stat(file).st_mtime_ns
    except OSError:
        return 0


def _names(result: NamesOutcome, depends: Mapping[str, Any]) -> dict[str, Any] | None:
    """The layers of a file, or that it has none; other trouble is not remembered."""
    if isinstance(result.names, list):
        return {"names": result.names, "empty": None, **depends}
    return {"names": [], "empty": result.names.message, **depends} if result.is_empty else None


def _versions(packages: Iterable[str]) -> dict[str, str]:
    return {package: version_of(package) for package in packages}


def _lasts(layer: Layer) -> bool:
    return not any(finding.code in _PASSING for finding in layer.findings)


def _asked(task: LayerTask) -> str:
    """Everything that was asked of a layer; a text that was typed is another input than the value."""
    wanted = task.wanted
    inputs = {name: [type(value).__name__, repr(value)] for name, value in wanted.inputs.items()}
    said = [wanted.target, inputs, sorted(wanted.fixed), wanted.backward, asdict(wanted.settings)]
    return json.dumps([*said, wanted.derivation, wanted.patience, task.limits.memory], sort_keys=True)
