"""The order of the work: read each input, check it, and gather one report."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Protocol

from gradcheck.bugs import bug_message
from gradcheck.documents.check import check_source
from gradcheck.documents.reading.decode import decode
from gradcheck.documents.reading.source import UnreadableDocument
from gradcheck.inputs import Input
from gradcheck.model import Claim, Document, Report, Trouble, Verdict
from gradcheck.options import Options
from gradcheck.processors import processors

if TYPE_CHECKING:
    from concurrent.futures import Future

Progress = Callable[[int, int, str], None]
"""Called with how many documents are done, how many there are, and the latest one."""

_NOTHING = "nothing to check: no equation was found in this document"
_CODES = {
    Verdict.WRONG: "D101",
    Verdict.INHERITED: "D201",
    Verdict.RECOVERED: "D202",
    Verdict.UNDECIDED: "D501",
    Verdict.UNREAD: "D502",
}


class Interrupted(Exception):
    """The run was interrupted; it carries what had finished."""

    def __init__(self, report: Report, sources: dict[str, str]) -> None:
        super().__init__(f"interrupted after {len(report.documents)} documents")
        self.report = report
        self.sources = sources


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: a document, or the trouble with it."""

    result: Document | Trouble
    text: str = ""


class Work(Protocol):
    """What is done with each input. It never raises."""

    def __call__(self, given: Input, options: Options) -> Outcome: ...


def check_documents(
    inputs: Sequence[Input], options: Options, progress: Progress | None = None
) -> tuple[Report, dict[str, str]]:
    """Check every input; returns the report and the text of each document by its path.

    Trouble with one document never keeps the others from the report. Raises
    Interrupted on KeyboardInterrupt.
    """
    return gather(work_through(inputs, options, check_input, progress))


def work_through(
    inputs: Sequence[Input], options: Options, work: Work, progress: Progress | None = None
) -> list[Outcome]:
    """What work makes of every input. Raises Interrupted on KeyboardInterrupt."""
    outcomes: list[Outcome] = []
    try:
        for given, outcome in zip(inputs, _outcomes(inputs, options, work), strict=True):
            outcomes.append(outcome)
            if progress:
                progress(len(outcomes), len(inputs), given.path)
    except KeyboardInterrupt:
        raise Interrupted(*gather(outcomes)) from None
    return outcomes


def check_input(given: Input, options: Options) -> Outcome:
    """Check one input. Never raises: what goes wrong becomes a Trouble."""
    try:
        data = given.read()
        document = _with_codes(check_source(given.path, data, options))
    except UnreadableDocument as error:
        return Outcome(Trouble(given.path, str(error)))
    except OSError as error:
        return Outcome(Trouble(given.path, f"cannot be read: {error.strerror or error}"))
    except Exception as error:
        return Outcome(Trouble(given.path, bug_message(error, "document"), is_bug=True))
    if given.named and not document.claims:
        return Outcome(Trouble(given.path, _NOTHING))
    return Outcome(document, decode(data))


def _outcomes(inputs: Sequence[Input], options: Options, work_on: Work) -> Iterator[Outcome]:
    """The outcomes in the order of the inputs, worked out by one process or several."""
    work = partial(work_on, options=options)
    forks = _can_fork()
    wanted = options.jobs or (processors() if forks else 1)
    if min(wanted, len(inputs)) <= 1:
        yield from map(work, inputs)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(min(wanted, len(inputs)), get_context("fork" if forks else "spawn"))
    try:
        futures = [pool.submit(work, given) for given in inputs]
        yield from map(settled, inputs, futures)
    finally:
        pool.shutdown(cancel_futures=True)


def _can_fork() -> bool:
    """Whether copies of this process are cheap and safe: no threads of its own or of numpy's yet."""
    return sys.platform == "linux" and "numpy" not in sys.modules and threading.active_count() == 1


def settled(given: Input, future: Future[Outcome]) -> Outcome:
    """What a worker made of an input; a worker that died is trouble with that input."""
    try:
        return future.result()
    except Exception as error:
        return Outcome(Trouble(given.path, bug_message(error, "document"), is_bug=True))


def gather(outcomes: Sequence[Outcome]) -> tuple[Report, dict[str, str]]:
    """One report of all, and the text of each document by its path."""
    documents = tuple(o.result for o in outcomes if isinstance(o.result, Document))
    troubles = tuple(o.result for o in outcomes if isinstance(o.result, Trouble))
    sources = {o.result.path: o.text for o in outcomes if isinstance(o.result, Document)}
    return Report(documents, troubles), sources


def _with_codes(document: Document) -> Document:
    """The document with the code that a verdict implies wherever the checker gave none."""
    return replace(document, claims=tuple(_with_code(c) for c in document.claims))


def _with_code(claim: Claim) -> Claim:
    if claim.code is not None:
        return claim
    if claim.verdict in (Verdict.CONVENTION, Verdict.SLIP) and not claim.remarks:
        raise ValueError(f"claim {claim.id} is a {claim.verdict.value} without a code")
    return replace(claim, code=_CODES.get(claim.verdict))
