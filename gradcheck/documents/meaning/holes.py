"""A hole in a formula: a free tensor over everything that what stood there may depend on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s

HOLE = "□"
"""How the free tensors in holes are called, a number apart."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a hole was found to be: the value that stood there, and its slots with their size classes.

    ``frame`` is where it stands, so that other formulas can be read as if they stood there.
    """

    value: Value
    slots: tuple[str, ...]
    members: tuple[int, ...]
    frame: Frame


def read_hole(context: Context, tree: s.Hole, frame: Frame) -> Value:
    """The hole's tensor, with the axes of what stood there."""
    inside = replace(frame, scope=dict(frame.scope))
    value = context.value(tree.body, frame)
    own = e.free_indices(value.expr) - set(value.axes)
    wanted = own | frame.bound | set(tree.letters)
    letters = tuple(x for x in sorted(wanted) if x in frame.scope)
    members = tuple(frame.scope[x] for x in letters) + tuple(context.axes.classes[x] for x in value.axes)
    slots = letters + value.axes
    tree.opened.append(Opening(value, slots, members, inside))
    return replace(value, expr=e.Var(tree.name, slots))
