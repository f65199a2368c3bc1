"""pytest's nodes: a file that is configured, a layer in it, and the items of both."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from gradcheck.acceptance import Standing
from gradcheck.items import Outcome, items
from gradcheck.model import Report
from gradcheck.pytest_checking import Checking
from gradcheck.pytest_naming import Placed, placed
from gradcheck.pytest_told import Told


class NotPassed(Exception):
    """An item has failed, or could not be checked."""


class CheckedFile(pytest.File):
    """A file that is configured; it is checked when it is collected."""

    def __init__(self, *, file: str, checking: Checking, **given: Any) -> None:
        super().__init__(**given)
        self._file, self._checking = file, checking

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        """Its items, those of a layer below the layer."""
        done = self._checking.executed(self._file)
        stale = _stale(done.report)
        found: list[pytest.Item | pytest.Collector] = []
        layers: dict[str, CheckedLayer] = {}
        for one in placed(items(done.report), self._file):
            if one.elsewhere is not None and self._checking.tells_of_ledger(one.elsewhere):
                continue
            given = {"placed": one, "sources": done.sources, "stale": stale.get(one.item.id)}
            if one.layer is None:
                found.append(CheckedItem.from_parent(self, **given))
                continue
            if one.layer not in layers:
                found.append(layers.setdefault(one.layer, CheckedLayer.from_parent(self, name=one.layer)))
            layer = layers[one.layer]
            layer.items.append(CheckedItem.from_parent(layer, **given))
        return found


class CheckedLayer(pytest.Collector):
    """A layer, with an item for each argument at each of its cases."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.items: list[CheckedItem] = []

    def collect(self) -> list[CheckedItem]:
        """Its items."""
        return self.items


class CheckedItem(pytest.Item):
    """A claim, an argument, or a notice, whose outcome is known."""

    def __init__(
        self,
        *,
        placed: Placed,
        parent: pytest.Collector,
        sources: Mapping[str, str],
        stale: str | None,
        **given: Any,
    ) -> None:
        file = Path(placed.elsewhere) if placed.elsewhere is not None else parent.path
        home = parent.nodeid if placed.elsewhere is None else _shown(file, parent.config.rootpath)
        # Given as a text, the id is taken apart as it will be when it comes back from a command line.
        super().__init__(placed.name, parent, path=file, nodeid=f"{home}::{placed.name}", **given)
        self._item, self._sources = placed.item, sources
        self._place = Path(placed.item.path).absolute() if placed.item.path is not None else file
        self._mark(stale)

    def setup(self) -> None:
        """What could not be checked is an error before the test."""
        if self._item.outcome is Outcome.ERROR:
            raise NotPassed(self._item.reason)

    def runtest(self) -> None:
        """Fail if the item has failed, as is expected of a known erratum."""
        if self._item.outcome in (Outcome.FAILED, Outcome.EXPECTED):
            raise NotPassed(self._item.reason)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where to look, and a headline."""
        return self._place, max(0, (self._item.line or 1) - 1), f"[gradcheck] {self._item.id}"

    def told(self) -> Told:
        """The failure as it is shown."""
        path, line, _ = self.reportinfo()
        place = f"{os.path.relpath(path)}:{line + 1}"
        verbosity = max(0, self.config.get_verbosity())
        brief = self.config.getoption("tbstyle", "auto") == "line"
        return Told(self._item, self._sources, verbosity, place, brief)

    def is_told_by(self, call: pytest.CallInfo[None]) -> bool:
        """Whether a call has ended with what the item says."""
        return call.excinfo is not None and isinstance(call.excinfo.value, NotPassed)

    def _mark(self, stale: str | None) -> None:
        reason, outcome = self._item.reason, self._item.outcome
        self.add_marker(pytest.mark.gradcheck)
        if outcome is Outcome.SKIPPED:
            self.add_marker(pytest.mark.skip(reason=reason))
        elif outcome is Outcome.EXPECTED or (outcome is Outcome.PASSED and stale is not None):
            self.add_marker(pytest.mark.xfail(reason=stale or reason, raises=NotPassed, strict=True))


def _stale(report: Report) -> dict[str, str]:
    """The items of claims that the ledger still calls wrong, and what is to be done about it."""
    said = {f"{n.path}:{n.place.line}": f"{n.message}; {n.help}" for n in report.notices}
    return {
        f"{document.path}::{claim.id}": f"{claim.acceptance.where}: {said[claim.acceptance.where]}"
        for document in report.documents
        for claim in document.claims
        if claim.acceptance is not None
        and claim.acceptance.standing is Standing.STALE
        and claim.acceptance.where in said
    }


def _shown(file: Path, root: Path) -> str:
    """A file as ids name it."""
    return (file.relative_to(root) if file.is_relative_to(root) else file).as_posix()
