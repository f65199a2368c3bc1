"""Documents checked or corrected, and one report gathered of them all."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.inputs import Input
from gradcheck.model import Document, Report, Trouble
from gradcheck.options import Options
from gradcheck.work.parallel import CannotSchedule
from gradcheck.work.scheduling import Progress, perform_all
from gradcheck.work.tasks import DocumentTask, Outcome


class Interrupted(Exception):
    """The run was interrupted; it carries what had finished."""

    def __init__(self, report: Report, sources: dict[str, str]) -> None:
        super().__init__(f"interrupted after {len(report.documents)} documents")
        self.report = report
        self.sources = sources


def check_documents(
    inputs: Sequence[Input], options: Options, progress: Progress | None = None
) -> tuple[Report, dict[str, str]]:
    """Check every input; returns the report and the text of each document by its path.

    Trouble with one document, or with sharing out the work, never keeps what has been checked from the
    report. Raises Interrupted on KeyboardInterrupt.
    """
    outcomes: list[Outcome] = []
    try:
        _work_through(inputs, options, outcomes, progress)
    except CannotSchedule as error:
        outcomes.append(Outcome(Trouble("gradcheck doc", str(error))))
    return gather(outcomes)


def fix_documents(
    inputs: Sequence[Input], options: Options, progress: Progress | None = None
) -> list[Outcome]:
    """Check every input and correct it in memory; returns what became of each.

    Raises Interrupted on KeyboardInterrupt, and CannotSchedule.
    """
    outcomes: list[Outcome] = []
    _work_through(inputs, options, outcomes, progress, fix=True)
    return outcomes


def _work_through(
    inputs: Sequence[Input],
    options: Options,
    outcomes: list[Outcome],
    progress: Progress | None,
    fix: bool = False,
) -> None:
    tasks = [DocumentTask(given, options, fix) for given in inputs]
    try:
        for outcome in perform_all(tasks, options.jobs, options.dask, progress):
            outcomes.append(outcome)
    except KeyboardInterrupt:
        raise Interrupted(*gather(outcomes)) from None


def gather(outcomes: Sequence[Outcome]) -> tuple[Report, dict[str, str]]:
    """One report of all, and the text of each document by its path."""
    documents = tuple(o.result for o in outcomes if isinstance(o.result, Document))
    troubles = tuple(o.result for o in outcomes if isinstance(o.result, Trouble))
    sources = {o.result.path: o.text for o in outcomes if isinstance(o.result, Document)}
    return Report(documents, troubles), sources
