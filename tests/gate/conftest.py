"""The sample project at one place, with what earlier tests left in its cache, as new for every test."""

from pathlib import Path

import pytest
from sample_project import gate, restored, sample

collect_ignore = ["sample"]


@pytest.fixture(scope="session")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample project with a cache of everything in it."""
    directory = sample(tmp_path_factory.mktemp("gate"))
    assert gate(directory).code == 0
    return directory


@pytest.fixture
def project(warm: Path) -> Path:
    """The same to change."""
    return restored(warm)
