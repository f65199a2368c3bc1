"""Tasks done in the process of the test, for tests that replace what would do them elsewhere."""

from collections.abc import Generator, Sequence
from typing import Any

from gradcheck.workers.tasks import DocumentTask
from gradcheck.workers.worker import perform


def perform_here(
    tasks: Sequence[DocumentTask], jobs: object, dask: object, crew: object = None
) -> Generator[Any]:
    """What becomes of each document, as `perform_all` says it, without any other process."""
    nothing: Any = None
    for task in tasks:
        sent: list[Any] = []
        perform(task, sent.append, nothing, nothing)
        yield task.result(sent, None)
