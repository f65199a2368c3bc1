"""Carries out a plan: check everything, hold it against the ledger and the suppressions, select."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck.accepting import accepted
from gradcheck.errata_matching import Mends
from gradcheck.errata_mending import by_checking
from gradcheck.inputs import Input
from gradcheck.layers.loading import parted
from gradcheck.model import Document, Layer, Report, Trouble
from gradcheck.options import Options
from gradcheck.plan import Plan, PlannedLayer
from gradcheck.selection import narrowed_document, narrowed_layer, narrowed_notices, no_such_claim
from gradcheck.workers.dependencies import Dependencies
from gradcheck.workers.parallel import CannotSchedule
from gradcheck.workers.runner import Runner
from gradcheck.workers.scheduling import Progress
from gradcheck.workers.tasks import DocumentTask, LayerTask, NamesOutcome, NamesTask, Outcome, limits

_NO_PLACE = "names no file and no module; write path/to/file.py:NAME or package.module:NAME"


@dataclass(frozen=True, slots=True)
class Executed:
    """A report, with the texts of its files by path; ``interrupted`` if it is not of everything.

    ``files`` are those that what was found depends on.
    """

    report: Report
    sources: Mapping[str, str]
    files: frozenset[str] = frozenset()
    interrupted: KeyboardInterrupt | None = None


def execute(plan: Plan, runner: Runner, progress: Progress | None = None) -> Executed:
    """Check everything that is planned. What was finished is reported also if the run is interrupted."""
    run = _Run(plan, runner, progress)
    stopped: KeyboardInterrupt | None = None
    try:
        run.check_documents()
        run.check_layers()
        report = run.accepted()
    except CannotSchedule as error:
        run.troubles.append(Trouble("gradcheck", str(error)))
        report = run.accepted_unfinished()
    except KeyboardInterrupt as stop:
        stopped, report = stop, run.accepted_unfinished()
    return Executed(run.narrowed(report), run.sources, frozenset(run.files), stopped)


def reported(plan: Plan, outcomes: Sequence[Outcome], runner: Runner) -> Executed:
    """The report on documents of a plan that have been checked already."""
    run = _Run(plan, runner, None)
    run.take_documents(outcomes)
    return Executed(run.narrowed(run.accepted()), run.sources)


class _Run:
    """A plan on its way."""

    def __init__(self, plan: Plan, runner: Runner, progress: Progress | None) -> None:
        self._plan, self._runner, self._progress = plan, runner, progress
        self._documents: list[tuple[Document, Options]] = []
        self._layers: list[tuple[Layer, Options]] = []
        self.troubles: list[Trouble] = list(plan.troubles)
        self.sources: dict[str, str] = {plan.ledger.path: plan.ledger.text} if plan.ledger.entries else {}
        self.files: set[str] = set()

    def check_documents(self) -> None:
        tasks = [DocumentTask(one.given, one.options) for one in self._plan.documents]
        self.take_documents(self._runner.perform(tasks, self._progress))

    def take_documents(self, outcomes: Iterable[Outcome]) -> None:
        self.files |= {one.given.path for one in self._plan.documents if one.given.data is None}
        for one, outcome in zip(self._plan.documents, outcomes, strict=True):
            if isinstance(outcome.result, Trouble):
                self.troubles.append(outcome.result)
            else:
                self._documents.append((outcome.result, one.options))
                self.sources[outcome.result.path] = outcome.text

    def check_layers(self) -> None:
        planned = list(self._named())
        tasks = [LayerTask(one.wanted, limits(one.timeout, one.memory)) for one in planned]
        for one, outcome in zip(planned, self._runner.perform(tasks, self._progress), strict=True):
            self._depends_on(one.wanted.target, outcome.dependencies)
            for result in outcome.results:
                if isinstance(result, Trouble):
                    self.troubles.append(result)
                else:
                    self._layers.append((_with_short_path(result), one.options))

    def _quote_layers(self) -> None:
        self.sources.update(_layer_sources([layer for layer, _ in self._layers]))

    def _report(self) -> Report:
        """What has been checked so far."""
        documents = tuple(document for document, _ in self._documents)
        layers = tuple(layer for layer, _ in self._layers)
        return Report(documents, tuple(self.troubles), layers, strict=self._plan.options.strict)

    def accepted(self) -> Report:
        """The report with the standing of each finding."""
        asked: list[Input] = []

        def ask(given: Input) -> Document:
            asked.append(given)
            return Document(given.path, "")

        self._quote_layers()
        if any(entry.correction is not None for entry in self._plan.ledger.entries):
            self._accepted(by_checking(self.sources, ask), self._plan.whole)
        checked = dict(zip(asked, self._checked_again(asked), strict=True))
        return self._accepted(by_checking(self.sources, checked.__getitem__), self._plan.whole)

    def accepted_unfinished(self) -> Report:
        """The same of what has been checked so far; the corrections of the ledger are not tried."""
        self._quote_layers()
        return self._accepted(_untried, whole=False)

    def _accepted(self, mends: Mends, whole: bool) -> Report:
        return accepted(self._report(), self.sources, self._plan.ledger, mends, whole=whole)

    def _checked_again(self, corrected: Sequence[Input]) -> Iterator[Document | Trouble]:
        """What is found of documents with the corrections of the ledger."""
        options = {document.path: options for document, options in self._documents}
        tasks = [
            DocumentTask(given, replace(options[given.path], corrections=False, only=None))
            for given in corrected
        ]
        return (outcome.result for outcome in self._runner.perform(tasks))

    def narrowed(self, report: Report) -> Report:
        """The findings that were asked for, of each item its own."""
        only = self._plan.options.only
        if only and report.documents and not any(c.id == only for d in report.documents for c in d.claims):
            report = replace(report, troubles=(*report.troubles, no_such_claim(only, report.documents)))
        documents = zip(report.documents, self._documents, strict=True)
        layers = zip(report.layers, self._layers, strict=True)
        return replace(
            report,
            documents=tuple(narrowed_document(one, options) for one, (_, options) in documents),
            layers=tuple(narrowed_layer(one, options) for one, (_, options) in layers),
            notices=narrowed_notices(report.notices, self._plan.options),
        )

    def _depends_on(self, target: str, dependencies: Dependencies | None) -> None:
        file = parted(target)[0]
        self.files |= {file} if file.endswith(".py") else set()
        self.files |= set(dependencies.files) if dependencies else set()

    def _named(self) -> Iterator[PlannedLayer]:
        """Each planned layer, none twice; those of a file one by one."""
        planned = self._plan.layers
        files = {one.wanted.target: one for one in planned if _is_whole_file(one.wanted.target)}
        tasks = [NamesTask(target, limits(one.timeout, one.memory)) for target, one in files.items()]
        found = dict(zip(files, self._runner.perform(tasks), strict=True))
        seen: set[str] = set()
        for one in planned:
            for name in self._names(one, found.get(one.wanted.target)):
                wanted = replace(one.wanted, target=name)
                if repr(wanted) not in seen:
                    seen.add(repr(wanted))
                    yield replace(one, wanted=wanted)

    def _names(self, one: PlannedLayer, found: NamesOutcome | None) -> list[str]:
        """The layers that a target stands for; of a file's those that have no row of their own."""
        target = one.wanted.target
        if not parted(target)[0].strip():
            self.troubles.append(Trouble(repr(target), _NO_PLACE))
            return []
        if found is None:
            return [target]
        self._depends_on(target, found.dependencies)
        if isinstance(found.names, Trouble):
            self.troubles += [found.names] if one.named or not found.is_empty else []
            return []
        rows = {other.wanted.target for other in self._plan.layers}
        return [name for name in found.names if name not in rows]


def _untried(document: Document, quoted: Sequence[object]) -> list[bool]:
    """Corrections that nobody tries are believed."""
    return [True for _ in quoted]


def _is_whole_file(target: str) -> bool:
    return bool(parted(target)[0].strip()) and parted(target)[1] is None


def _with_short_path(layer: Layer) -> Layer:
    if layer.path is None or not Path(layer.path).is_relative_to(Path.cwd()):
        return layer
    return replace(layer, path=str(Path(layer.path).relative_to(Path.cwd())))


def _layer_sources(layers: Sequence[Layer]) -> dict[str, str]:
    """The files in which backwards stand, to quote from."""
    paths = {layer.path for layer in layers if layer.path is not None}
    return {
        path: Path(path).read_text(encoding="utf-8", errors="replace")
        for path in paths
        if os.path.isfile(path)
    }
