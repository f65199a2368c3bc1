"""Work on a Dask cluster: documents travel as bytes, layers have to be readable where the workers are."""

from __future__ import annotations

import logging
import os
import threading
import uuid
import warnings
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from typing import Any, TypeVar

from gradcheck.workers.parallel import CannotSchedule
from gradcheck.workers.remote import Contribution, dismiss_here, version_here
from gradcheck.workers.tasks import Task
from gradcheck.workers.units import units_of

R = TypeVar("R")
CONNECTING = 10
"""Seconds within which a scheduler answers, and has a worker."""

ABANDONED = 60.0
"""Seconds after which a cluster without any worker is given up."""

_AHEAD = 4
_TICK = 2.0
_NO_DASK = "--dask needs Dask; run `pip install 'gradcheck[dask]'`"


def on_cluster(tasks: Sequence[Task[R]], address: str) -> Generator[R]:
    """What becomes of each task, in order. Raises CannotSchedule."""
    if find_spec("distributed") is None:
        raise CannotSchedule(_NO_DASK)
    with _quiet(), _connected(address) as client, _watched(client):
        try:
            yield from _results(tasks, client)
        except (CancelledError, OSError, _killed_worker()) as error:
            raise CannotSchedule(f"the Dask cluster at {address} was lost: {_lost(error)}") from None


def _results(tasks: Sequence[Task[R]], client: Any) -> Iterator[R]:
    """The results of units, of which no more travel at the same time than keep the workers busy.

    joblib's own way to a cluster of a single core is to work here instead.
    """
    run = uuid.uuid4().hex
    contribution = Contribution(run, os.getcwd())
    cores = max(1, sum(client.nthreads().values()))
    travelling: deque[Any] = deque()
    try:
        for unit in units_of(tasks, cores):
            travelling.append(_submitted(client, contribution, unit))
            if len(travelling) >= _AHEAD * cores:
                yield from travelling.popleft().result()
        while travelling:
            yield from travelling.popleft().result()
    finally:
        _dismiss(client, run)


def _submitted(client: Any, contribution: Contribution, unit: list[Task[R]]) -> Any:
    """A unit on its way. The function has no effects but its results, so that Dask may do it anew."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Dask warns of documents that are large
        return client.submit(contribution, [task.carried() for task in unit], pure=False)


def _dismiss(client: Any, run: str) -> None:
    """Kill the processes of a run on every worker, as far as the workers can be reached."""
    if client.status == "running":
        with suppress(Exception):
            client.run(dismiss_here, run, on_error="ignore")


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of a cluster that has workers with this very gradcheck."""
    client = _client(address)
    try:
        _check_workers(client, address)
        yield client
    finally:
        client.close(timeout=CONNECTING)


def _client(address: str) -> Any:
    from distributed import Client

    try:
        return Client(address, timeout=CONNECTING, set_as_default=False)
    except Exception as error:
        raise CannotSchedule(f"no Dask scheduler answers at {address}: {_first_line(error)}") from None


def _check_workers(client: Any, address: str) -> None:
    """Raise CannotSchedule unless there are workers, and all have this version of gradcheck."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            client.wait_for_workers(1, timeout=CONNECTING)
        except TimeoutError:
            message = f"the Dask cluster at {address} has no worker; start one with `dask worker {address}`"
            raise CannotSchedule(message) from None
    found = client.run(version_here, on_error="return")
    for worker, version in found.items():
        if version != version_here():
            has = "cannot import it" if isinstance(version, Exception) else f"has {version}"
            message = f"install gradcheck {version_here()} on every Dask worker; the one at {worker} {has}"
            raise CannotSchedule(message)


@contextmanager
def _watched(client: Any) -> Iterator[None]:
    """Meanwhile a cluster that has lost all its workers for good is given up, instead of waited for."""
    ended = threading.Event()
    thread = threading.Thread(target=_watch, args=(client, ended), daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(CONNECTING)


def _watch(client: Any, ended: threading.Event) -> None:
    missed = 0.0
    while not ended.wait(_TICK):
        try:
            missed = 0.0 if client.nthreads() else missed + _TICK
        except Exception:
            return  # what is waited for is cancelled
        if missed >= ABANDONED:
            client.close()
            return


@contextmanager
def _quiet() -> Iterator[None]:
    """Meanwhile Dask logs nothing: what goes wrong is said once, by whoever asked."""
    import distributed  # noqa: F401 - which adds the handlers

    before = [(handler, handler.level) for handler in logging.getLogger("distributed").handlers]
    for handler, _ in before:
        handler.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for handler, level in before:
            handler.setLevel(level)


def _killed_worker() -> type[Exception]:
    from distributed import KilledWorker

    found: type[Exception] = KilledWorker
    return found


def _lost(error: BaseException) -> str:
    if isinstance(error, CancelledError):
        return "its scheduler is gone, or has had no worker for a while"
    return _first_line(error)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
