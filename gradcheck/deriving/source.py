"""From a document to what is differentiated: its forward definitions alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradcheck.derive.derivation import CannotDerive, Forward
from gradcheck.deriving.asked import split_asked
from gradcheck.deriving.forward import asked_for, forward_of
from gradcheck.deriving.outputs import Task
from gradcheck.deriving.readings import Reading, readings_of
from gradcheck.deriving.sound import as_note, nothing_defined, sound_tasks
from gradcheck.deriving.variance import with_variance
from gradcheck.documents.reading.collect import collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import UnreadableDocument


@dataclass(frozen=True)
class Sources:
    """What a document defines, topic by topic; ``notes`` say what was left out, and why."""

    forwards: tuple[Forward, ...]
    notes: tuple[str, ...] = ()


def read_forwards(
    path: str, data: bytes, *, wrt: tuple[str, ...] = (), variance: str | None = None
) -> Sources:
    """The forward definitions of a document, one `Forward` for each topic that defines something.

    ``wrt`` are the quantities to differentiate by, the usual inputs if there are none (see
    `usually_fixed`); ``variance`` restates variances as ``1/m`` or ``1/(m-1)``. Raises `CannotDerive`.
    """
    readings = _read(path, data)
    found: dict[tuple[object, ...], tuple[Reading, Task]] = {}
    notes: list[str] = []
    stops: list[CannotDerive] = []
    for reading in readings:
        try:
            tasks, said = sound_tasks(reading)
        except CannotDerive as stop:
            if not reading.states_gradients:
                raise
            stops.append(stop)
            continue
        notes += said
        for task in tasks:
            found.setdefault((tuple(task.graph.nodes.values()), task.outputs), (reading, task))
    if not found:
        raise stops[0] if stops else nothing_defined(readings, path)
    pairs = [pair for pair in found.values() if pair[1].graph.leaves]
    if not pairs:
        raise CannotDerive("nothing here depends on anything", path, help="define an output by its inputs")
    made = [forward_of(*pair, title=_title(*pair, several=len(pairs) > 1)) for pair in pairs]
    if wrt:
        made = asked_for(made, split_asked(wrt), path)
    if variance is not None:
        made = _with_variance(made, variance)
    return Sources(tuple(made), tuple(dict.fromkeys([*notes, *map(as_note, stops)])))


def forwards(
    path: str, data: bytes, *, wrt: tuple[str, ...] = (), variance: str | None = None
) -> list[Forward]:
    """The same without the notes."""
    return list(read_forwards(path, data, wrt=wrt, variance=variance).forwards)


def _read(path: str, data: bytes) -> list[Reading]:
    try:
        source = read_source(path, data)
        return list(readings_of(source, collect(source, [])))
    except UnreadableDocument as error:
        raise CannotDerive(str(error), path) from None
    except RecursionError:
        raise CannotDerive("a formula is nested too deeply", path) from None


def _title(reading: Reading, task: Task, several: bool) -> str:
    """The document's title; where it has several topics, the heading above the last definition."""
    chain = reading.chain_of([*task.graph.nodes][-1])
    heading = reading.collected.sections[chain.section] if several and chain is not None else ""
    return " ".join(heading.split()) or reading.source.title


def _with_variance(found: list[Forward], convention: str) -> list[Forward]:
    """Each with its variances restated; those that have none stay, unless none has any."""
    restated, stops = [], []
    for forward in found:
        try:
            restated.append(replace(forward, graph=with_variance(forward.graph, convention)))
        except CannotDerive as stop:
            restated.append(forward)
            stops.append(stop)
    if len(stops) == len(found):
        raise stops[0]
    return restated
