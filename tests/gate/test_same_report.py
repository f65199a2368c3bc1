"""The report is the same however the work is done, and whatever of it was known before."""

import json
import warnings
from pathlib import Path
from typing import Any

import pytest
from sample_project import edited, gate

from gradcheck.configured import CACHE

SOME = (
    "docs/affine.md", "docs/sigmoid.md", "docs/squared-error.md", "docs/softplus.tex",
    "net/affine.py", "net/activations.py", "net/products.py",
)  # fmt: skip


def report(project: Path, *arguments: str) -> Any:
    """The report but for how long things took."""
    done = gate(project, *arguments, *SOME, formats=["json"])
    assert (done.code, done.err) == (1, ""), done
    return _timeless(json.loads(done.reports["json"]))


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(inner) for key, inner in value.items() if key != "seconds"}
    return [_timeless(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def usual(project: Path) -> Any:
    """The report on a project with errors, from one process that knows nothing."""
    edited(project / "docs/affine.md", r"\partial y_i} x_j", r"\partial y_i} x_i")
    return report(project, "--no-cache", "--jobs", "1")


def test_any_number_of_processes_and_any_state_of_the_cache(project: Path, usual: Any) -> None:
    assert {layer["verdict"] for layer in usual["layers"]} == {"pass", "fail"}
    assert report(project, "--no-cache", "--jobs", "2") == usual
    assert report(project, "--no-cache", "--jobs", "4") == usual
    assert report(project) == report(project) == usual
    entries = sorted((project / CACHE).glob("??/*.json"))
    for entry in entries[::2]:
        entry.unlink()
    assert report(project) == usual


@pytest.mark.filterwarnings("ignore")
def test_a_cluster(project: Path, usual: Any) -> None:
    distributed = pytest.importorskip("distributed")
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50
        ) as cluster,
    ):
        assert report(project, "--no-cache", "--dask", cluster.scheduler_address) == usual
