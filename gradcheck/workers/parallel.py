"""joblib, as far as it is used: a generator of what a function makes of each unit, in order."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from gradcheck.workers.tasks import Task

R = TypeVar("R")


class CannotSchedule(Exception):
    """Work cannot be shared out as it was asked for; the message says what to do."""


def outputs(
    function: Callable[[Sequence[Task[R]]], list[R]], units: Iterable[list[Task[R]]], **options: Any
) -> Generator[list[R]]:
    """What the function makes of each unit, in order; work begins at once."""
    from joblib import Parallel, delayed

    found: Generator[list[R]] = Parallel(return_as="generator", batch_size=1, **options)(
        delayed(function)(unit) for unit in units
    )
    return found


@contextmanager
def closed(found: Generator[Any], call_off: Callable[[], None]) -> Iterator[None]:
    """At the end, nothing more is worked out; what is still at work then is called off first."""
    try:
        yield
    except BaseException:
        call_off()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # joblib warns of results that nobody takes
            found.close()
        raise
