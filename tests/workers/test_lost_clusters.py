"""A Dask cluster that loses a worker goes on, and one that is lost ends the run with a clear error."""

import os
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from planted_documents import HangsAway, KillsItsParent
from processes import children, wait_for

from gradcheck.inputs import Input
from gradcheck.model import Document
from gradcheck.options import Options
from gradcheck.workers import cluster
from gradcheck.workers.parallel import CannotSchedule
from gradcheck.workers.scheduling import perform_all
from gradcheck.workers.tasks import DocumentTask

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="processes are killed by signals"),
    pytest.mark.filterwarnings("ignore"),
]
PLAIN = Options(corrections=False)


@pytest.fixture
def single(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A cluster with one worker of one thread, which is where joblib would work on its own."""
    monkeypatch.chdir(tmp_path)
    distributed = pytest.importorskip("distributed")
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as found,
    ):
        yield found


def tasks(*inputs: Input) -> list[DocumentTask]:
    return [DocumentTask(given, PLAIN) for given in inputs]


def test_what_a_killed_worker_had_is_done_again(single: Any) -> None:
    given = [Input("a.md", b"$$a = 1$$"), KillsItsParent("fatal"), Input("b.md", b"$$b = 1$$")]
    outcomes = list(perform_all(tasks(*given), dask=single.scheduler_address))
    assert Path("fatal").exists()
    assert [o.result.path for o in outcomes if isinstance(o.result, Document)] == ["a.md", "fatal", "b.md"]


def test_a_lost_scheduler_ends_the_run(single: Any) -> None:
    results = perform_all(
        tasks(Input("a.md", b"$$a = 1$$"), HangsAway("hangs")), dask=single.scheduler_address
    )
    assert isinstance(next(results).result, Document)
    threading.Thread(target=single.close).start()
    with pytest.raises(CannotSchedule, match="was lost: its scheduler is gone"):
        next(results)


def test_a_cluster_without_workers_is_given_up(single: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "ABANDONED", 2.0)
    monkeypatch.setattr(cluster, "_TICK", 0.5)
    results = perform_all(
        tasks(Input("a.md", b"$$a = 1$$"), HangsAway("hangs")), dask=single.scheduler_address
    )
    next(results)
    single.scale(0)
    with pytest.raises(CannotSchedule, match="no worker for a while"):
        next(results)


def test_nothing_is_worked_out_here(single: Any) -> None:
    before = children()
    seen: list[set[int]] = []
    outcomes = perform_all(
        tasks(*(Input(f"{n}.md", b"$$a = 1$$") for n in range(3))),
        dask=single.scheduler_address,
        progress=lambda *_: seen.append(children() - before),
    )
    assert len(list(outcomes)) == 3 and seen == [set()] * 3


def test_a_cluster_that_has_no_worker_is_said(single: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "CONNECTING", 1)
    single.scale(0)
    assert wait_for(lambda: not single.scheduler.workers)
    with pytest.raises(CannotSchedule, match="has no worker; start one with `dask worker tcp://"):
        list(perform_all(tasks(Input("a.md", b"")), dask=single.scheduler_address))
