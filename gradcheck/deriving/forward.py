"""A task made ready to be derived: printable letters, inputs chosen, what is held fixed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from gradcheck.derive.derivation import CannotDerive, Forward
from gradcheck.deriving.ancestry import ancestors
from gradcheck.deriving.asked import find_symbol, nearest, usually_fixed
from gradcheck.deriving.letters import with_letters
from gradcheck.deriving.outputs import Task
from gradcheck.deriving.readings import Reading


def forward_of(reading: Reading, task: Task, title: str) -> Forward:
    """The task with the usual inputs to differentiate by. Raises `CannotDerive`."""
    graph, letters = with_letters(task.graph, frozenset([task.loss]))
    normalised = tuple(n for n in graph.leaves if n in reading.environment.normalised)
    fixed = _declared_fixed(reading, graph.leaves)
    if fixed is None:
        fixed = usually_fixed(graph, not task.outputs, normalised)
    wrt = tuple(n for n in graph.leaves if n not in fixed)
    return Forward(
        title, graph, task.loss, task.outputs, wrt, fixed, normalised, letters, reading.source.path
    )


def _declared_fixed(reading: Reading, leaves: Iterable[str]) -> tuple[str, ...] | None:
    """The inputs that a ``gradcheck`` block holds fixed; None where no block speaks of it."""
    declared = [d for d in reading.collected.declared if d.fixed is not None]
    if not declared:
        return None
    known = list(leaves)
    everything = {*reading.graph.leaves, *reading.graph.nodes, *reading.meaning.leaves}
    found = []
    for block in declared:
        for typed in block.fixed or []:
            name = find_symbol(typed, everything)
            if name is None:
                help = _meant(nearest(typed, known))
                raise CannotDerive(
                    f"`fixed` names {typed}, which no definition uses",
                    reading.source.path,
                    block.line,
                    1,
                    help,
                )
            found.append(name)
    return tuple(n for n in known if n in found)


def asked_for(found: Sequence[Forward], asked: Sequence[str], path: str) -> list[Forward]:
    """The topics that depend on what is asked for, differentiated by that; all other inputs are fixed.

    Raises `CannotDerive` for a name that is unknown, or that no output depends on.
    """
    chosen: dict[int, list[str]] = {}
    for typed in asked:
        places = [(k, name) for k, f in enumerate(found) if (name := find_symbol(typed, _known(f)))]
        if not places:
            raise _unknown(typed, found, path)
        for k, name in places:
            chosen.setdefault(k, []).append(name)
    return [
        replace(found[k], wrt=tuple(dict.fromkeys(names)), fixed=_others(found[k], names))
        for k, names in sorted(chosen.items())
    ]


def _others(forward: Forward, names: list[str]) -> tuple[str, ...]:
    return tuple(n for n in forward.graph.leaves if n not in names)


def _known(forward: Forward) -> list[str]:
    """What may be differentiated by: everything the loss depends on, itself apart."""
    graph = forward.graph
    ends = forward.outputs or (forward.loss,)
    reached = ancestors(graph, ends) - {forward.loss}
    return [n for n in (*graph.leaves, *graph.nodes) if n in reached]


def _unknown(typed: str, found: Sequence[Forward], path: str) -> CannotDerive:
    known = list(dict.fromkeys(n for f in found for n in _known(f)))
    if find_symbol(typed, [f.loss for f in found]):
        return CannotDerive(f"{typed} is the loss itself", path)
    near = nearest(typed, known)
    help = _meant(near) if near else f"there are {', '.join(known)}"
    return CannotDerive(f"no output depends on {typed}", path, help=help)


def _meant(near: list[str]) -> str:
    return f"did you mean {', '.join(near)}?" if near else ""
