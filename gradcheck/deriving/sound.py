"""The tasks of a document that can be derived without guessing, and words about the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.circles import check_circles
from gradcheck.deriving.odd_names import check_reserved
from gradcheck.deriving.outputs import Task, tasks_of
from gradcheck.deriving.passed_over import check_passed_over
from gradcheck.deriving.readings import Reading
from gradcheck.deriving.refusals import check_definitions
from gradcheck.deriving.remarks import remarks
from gradcheck.deriving.selecting import advice_on
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.candidates import candidates_of

_HELP = r"write a definition such as `y_i = \gamma x_i + \beta`, in Markdown between `$$` and `$$`"


def sound_tasks(reading: Reading) -> tuple[list[Task], list[str]]:
    """What there is to derive, and notes about definitions that are left out.

    Raises `CannotDerive` where what the document differentiates, or in definitions alone anything
    at all, cannot be understood.
    """
    tasks, left_out = tasks_of(reading)
    stated = [task for task in tasks if task.stated]
    notes = _about_unread(reading, bool(stated))
    sound = []
    for task in tasks:
        try:
            check_circles(reading, task.graph.leaves)
            check_definitions(reading, task.graph)
            sound.append(task)
            notes += remarks(task.graph)
        except CannotDerive as stop:
            if task.stated or not stated:
                raise
            notes.append(as_note(stop))
    if left_out:
        losses = ", ".join(dict.fromkeys(task.loss for task in stated))
        notes.append(f"left out, since {losses} does not depend on it: {', '.join(left_out)}")
    if not reading.states_gradients:
        check_reserved(reading)
        check_passed_over(reading)
        notes += _about_relations(reading)
    return sound, notes


def _about_relations(reading: Reading) -> list[str]:
    """Notes about relations that define nothing; raises for a word on the left, read as a product."""
    notes = []
    for chain, stop in _no_definitions(reading):
        left = chain.parts[0].tree
        if isinstance(left, s.Product) and all(isinstance(f, s.Symbol) for f in left.factors):
            raise stop
        notes.append(as_note(stop))
    return notes


def as_note(stop: CannotDerive) -> str:
    """The reason in one line, with its place."""
    place = f"{stop.path}:{stop.line}:{stop.column}: " if stop.line else ""
    return f"{place}{stop.reason}"


def nothing_defined(readings: Sequence[Reading], path: str) -> CannotDerive:
    """That nothing is defined, at the first relation that might have been meant as a definition."""
    for reading in readings:
        try:
            check_reserved(reading)
            check_circles(reading)
        except CannotDerive as stop:
            return stop
        for _, found in _no_definitions(reading):
            return found
    return CannotDerive("nothing is defined here", path, help=_HELP)


def _about_unread(reading: Reading, stated: bool) -> list[str]:
    """Notes about definitions that cannot be read; raises where they decide what is derived."""
    losses = reading.environment.losses
    stops = [
        (name, why, _stop(reading, name, why))
        for name, why in sorted(reading.unread.items(), key=lambda item: item[1].start)
    ]
    for name, _, stop in stops:
        if name in losses or not stated:
            raise stop
    if not reading.states_gradients:
        for chain in reading.chains:
            left = chain.parts[0].tree
            if isinstance(left, Refusal) and chain.displayed:
                raise reading.cannot(left, left.reason)
        for before, part in reading.collected.refused:
            why = before.tree if isinstance(before.tree, Refusal) else part.tree
            assert isinstance(why, Refusal)
            raise reading.cannot(why, why.reason)
    return [as_note(stop) for _, _, stop in stops]


def _stop(reading: Reading, name: str, why: Refusal) -> CannotDerive:
    """That a definition cannot be read, with advice where it picks an entry."""
    reason = f"the definition of {name} cannot be read: {why.reason}"
    around = reading.source.text[max(why.start - 8, 0) : why.end + 8]
    return reading.cannot(why, reason, advice_on(around))


def _no_definitions(reading: Reading) -> Iterator[tuple[Chain, CannotDerive]]:
    """Displayed relations that define nothing, since what stands on their left is no symbol."""
    for chain in reading.chains:
        left = chain.parts[0].tree
        if chain.displayed and isinstance(left, s.Syntax) and not _may_stand(chain, reading):
            reason = "a relation that defines nothing: its left side is not a symbol alone"
            help = r"write `\gamma` for γ, `\text{loss}` for a word: letters side by side are a product"
            yield chain, reading.cannot(left, reason, help)


def _may_stand(chain: Chain, reading: Reading) -> bool:
    """Whether a relation is a definition, says what entries sum to, or differentiates."""
    known = isinstance(chain.parts[0].tree, s.Big | s.Symbol)
    return known or _differentiates(chain) or any(candidates_of(chain, reading.environment.names))


def _differentiates(chain: Chain) -> bool:
    trees = [p.tree for p in chain.parts if isinstance(p.tree, s.Syntax)]
    return any(isinstance(n, s.Derivative) for tree in trees for n in s.walk(tree))
