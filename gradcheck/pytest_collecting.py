"""The hooks with which documents and layers become tests; registered where something is configured."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from gradcheck.project import Project
from gradcheck.pytest_checking import Checking
from gradcheck.pytest_nodes import CheckedFile, CheckedItem
from gradcheck.pytest_project import SEED

_DEFINED = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)(.*)", re.MULTILINE)


def collecting(project: Project) -> Collecting:
    """The hooks for a project. Raises UsageError."""
    return Collecting(Checking(project))


class Collecting:
    """Hooks around one run's checks."""

    def __init__(self, checking: Checking) -> None:
        self._checking = checking

    @pytest.hookimpl(wrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
        """Add what is configured in a file to its tests."""
        found = yield
        file = os.path.realpath(file_path)
        if not self._checking.covers(file):
            return found
        if self._checking.has_layers(file) and not _may_hold_tests(file_path, parent.config):
            found = [one for one in found if type(one) is not pytest.Module]
        if _is_asked_for(file_path, parent.session):
            self._checking.ask(file)
        return [*found, CheckedFile.from_parent(parent, path=file_path, file=file, checking=self._checking)]

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep what is said of the ledger once, where its file was collected beside the documents."""
        seen: dict[str, pytest.Item] = {}
        items[:] = [
            item
            for item in items
            if not isinstance(item, CheckedItem) or seen.setdefault(item.nodeid, item) is item
        ]

    def pytest_collection_finish(self) -> None:
        """End the processes."""
        self._checking.close()

    def pytest_report_collectionfinish(self) -> list[str]:
        """What the user should know of how it went."""
        return [f"gradcheck: {note}" for note in self._checking.notes]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Give the workers of pytest-xdist one seed: each would draw its own."""
        node.workerinput[SEED] = self._checking.seed

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Let a failure read as the command prints it, with no traceback, whenever it is raised."""
        report = yield
        if isinstance(item, CheckedItem) and item.is_told_by(call):
            report.longrepr = item.told()  # type: ignore[assignment]  # whatever has ``toterminal``
        return report


def _is_asked_for(path: Path, session: pytest.Session) -> bool:
    """Whether a file is collected, and not only met on the way to another."""
    return any(session.isinitpath(one) for one in (path, *path.parents))


def _may_hold_tests(path: Path, config: pytest.Config) -> bool:
    """Whether a file is more than the layers in it.

    pytest imports every Python file that is named, and what a layer does when it is imported is contained
    nowhere but in a process of its own.
    """
    if any(fnmatch(path.name, pattern) for pattern in config.getini("python_files")):
        return True
    beginnings = [*config.getini("python_functions"), *config.getini("python_classes")]
    text = path.read_text(encoding="utf-8", errors="replace")
    return any(
        "TestCase" in bases or any(name.startswith(one) or fnmatch(name, one) for one in beginnings)
        for name, bases in _DEFINED.findall(text)
    )
