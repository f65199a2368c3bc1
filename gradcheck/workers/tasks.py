"""What is to be done with one document or one layer, and what becomes of it.

Light: the process that only asks does not import numpy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from gradcheck.inputs import Input
from gradcheck.layers.loading import parted
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Document, Layer, LayerFinding, LayerVerdict, Trouble
from gradcheck.options import Options
from gradcheck.workers.dependencies import Dependencies

_MODULES = "modules"
_ADVICE_MEMORY = "more memory (--memory)"
R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may take: seconds, and bytes of resident memory of its process (None: any)."""

    seconds: float
    memory: int | None = None


def limits(seconds: float, gibibytes: float | None) -> Limits:
    """The limits as they are asked for, the memory in GiB."""
    return Limits(seconds, None if gibibytes is None else int(gibibytes * 1024**3))


class Why(Enum):
    """Why a process did not finish its task."""

    LATE = "out of time"
    LARGE = "out of memory"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Failure:
    """A task that was not finished: why, in words, and whether its module had been imported by then."""

    why: Why
    words: str
    loaded: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: a document, or the trouble with it."""

    result: Document | Trouble
    text: str = ""


@dataclass(frozen=True, slots=True)
class NamesOutcome:
    """The layers that a file or module stands for, or the trouble with it, and what that depends on.

    ``is_empty`` tells that the trouble is that it has none.
    """

    names: list[str] | Trouble
    dependencies: Dependencies | None = None
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class LayerOutcome:
    """The reports on the cases of a layer, or the trouble with it, and what they depend on."""

    results: tuple[Layer | Trouble, ...]
    dependencies: Dependencies | None = None


class Task(Protocol[R_co]):
    """Something to do in a process of its own.

    ``label`` names it. Tasks with the same ``file`` are best done by the same process, those with
    another ``home`` never: what they import has the same names.
    """

    @property
    def limits(self) -> Limits: ...
    @property
    def label(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def home(self) -> str: ...
    def carried(self) -> Task[R_co]:
        """The same task with what another machine could not read."""

    def result(self, sent: Sequence[Any], failure: Failure | None) -> R_co:
        """What became of it, from what its process sent and from how that ended."""


@dataclass(frozen=True, slots=True)
class DocumentTask:
    """A document to check, and to correct if ``fix``."""

    given: Input
    options: Options
    fix: bool = False

    @property
    def limits(self) -> Limits:
        return limits(self.options.document_timeout, self.options.memory)

    @property
    def label(self) -> str:
        return self.given.path

    @property
    def file(self) -> str:
        return self.given.path

    @property
    def home(self) -> str:
        return ""

    def carried(self) -> DocumentTask:
        try:
            return replace(self, given=replace(self.given, data=self.given.read()))
        except OSError:
            return self  # whoever reads it says what is wrong with it

    def result(self, sent: Sequence[Any], failure: Failure | None) -> Outcome:
        if failure is None:
            found: Outcome = sent[-1]
            return found
        return Outcome(Trouble(self.given.path, _advised(failure, _DOCUMENT_ADVICE)))


@dataclass(frozen=True, slots=True)
class NamesTask:
    """A file or module whose layers are to be named."""

    target: str
    limits: Limits

    @property
    def label(self) -> str:
        return self.target

    @property
    def file(self) -> str:
        return parted(self.target)[0]

    @property
    def home(self) -> str:
        return _home(self.target)

    def carried(self) -> NamesTask:
        return self

    def result(self, sent: Sequence[Any], failure: Failure | None) -> NamesOutcome:
        if failure is not None:
            return NamesOutcome(_not_imported(self.target, failure))
        found: NamesOutcome = sent[-1]
        return found


@dataclass(frozen=True, slots=True)
class LayerTask:
    """A layer to check, at each of its cases."""

    wanted: Wanted
    limits: Limits

    @property
    def label(self) -> str:
        return self.wanted.target

    @property
    def file(self) -> str:
        return parted(self.wanted.target)[0]

    @property
    def home(self) -> str:
        return _home(self.wanted.target)

    def carried(self) -> LayerTask:
        return self

    def result(self, sent: Sequence[Any], failure: Failure | None) -> LayerOutcome:
        found = [one for one in sent if not isinstance(one, Dependencies)]
        if failure is not None:
            return LayerOutcome((*found, self._unfinished(failure)))
        return LayerOutcome(tuple(found), next((one for one in sent if isinstance(one, Dependencies)), None))

    def _unfinished(self, failure: Failure) -> Layer | Trouble:
        if not failure.loaded:
            return _not_imported(self.wanted.target, failure)
        finding = LayerFinding(_CODES[failure.why], _advised(failure, _LAYER_ADVICE))
        seed = self.wanted.settings.seed
        return Layer(self.wanted.target, LayerVerdict.ERROR, findings=(finding,), seed=seed)


_CODES = {Why.LATE: "L403", Why.LARGE: "L404", Why.DEAD: "L404"}
_DOCUMENT_ADVICE = {
    Why.LATE: "check it in parts, or give each claim less time (--timeout)",
    Why.LARGE: f"check it in parts, or give it {_ADVICE_MEMORY}",
}
_LAYER_ADVICE = {
    Why.LATE: "try smaller inputs (--arg) or more time (--timeout)",
    Why.LARGE: f"try smaller inputs (--arg) or {_ADVICE_MEMORY}",
}
_GUARD = 'put what it runs below `if __name__ == "__main__":`, or give it '
_IMPORT_ADVICE = {Why.LATE: f"{_GUARD}more time (--timeout)", Why.LARGE: f"{_GUARD}{_ADVICE_MEMORY}"}


def _not_imported(target: str, failure: Failure) -> Trouble:
    return Trouble(target, f"while it was imported: {_advised(failure, _IMPORT_ADVICE)}")


def _advised(failure: Failure, advice: dict[Why, str]) -> str:
    """What happened, and what to do where something can be done."""
    return f"{failure.words}; {advice[failure.why]}" if failure.why in advice else failure.words


def _home(target: str) -> str:
    """Where the modules of a target are imported from: above its package for a file."""
    path = Path(parted(target)[0])
    if path.suffix != ".py" and len(path.parts) == 1:
        return _MODULES
    folder = path.resolve().parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        folder = folder.parent
    return str(folder)
