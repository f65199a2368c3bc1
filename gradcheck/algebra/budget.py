"""A limit on processor time for one question: long computations ask `check` on their way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from gradcheck.algebra.components import TooComplex

_deadlines: list[float] = []


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Within this block, `check` raises `TooComplex` once ``seconds`` of work are over."""
    until = time.thread_time() + seconds
    _deadlines.append(min([until, *_deadlines[-1:]]))
    try:
        yield
    finally:
        _deadlines.pop()


def check() -> None:
    """Raise `TooComplex` if the time that the innermost `limit` allows is over."""
    if _deadlines and time.thread_time() > _deadlines[-1]:
        raise TooComplex("out of time")
