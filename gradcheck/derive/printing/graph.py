"""The computational graph as vertices with a part to play, and arrows along which values flow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from gradcheck.algebra.expr import Expr, Ref, Var, walk
from gradcheck.derive.derivation import Forward

Part = Literal["input", "fixed", "quantity", "output", "loss"]


@dataclass(frozen=True)
class Vertex:
    """A quantity, and what it is in the graph."""

    name: str
    part: Part


@dataclass(frozen=True)
class Arrow:
    """``head`` is computed from ``tail``."""

    tail: str
    head: str


def vertices(forward: Forward) -> tuple[Vertex, ...]:
    """Inputs, then quantities in the order of their computation, then the loss."""
    inputs = [*(n for n in forward.wrt if n not in forward.graph.nodes), *forward.fixed]
    inputs += [n for n in forward.graph.leaves if n not in inputs]
    loss = () if forward.loss_is_defined else (forward.loss,)
    return tuple(Vertex(name, _part(forward, name)) for name in (*inputs, *forward.graph.nodes, *loss))


def arrows(forward: Forward) -> tuple[Arrow, ...]:
    """What each quantity is computed from; an output flows into a loss that nobody defined."""
    found = [Arrow(t, node.name) for node in forward.graph.nodes.values() for t in _mentioned(node.body)]
    if not forward.loss_is_defined:
        found += [Arrow(name, forward.loss) for name in forward.outputs]
    return tuple(found)


def _part(forward: Forward, name: str) -> Part:
    if name == forward.loss:
        return "loss"
    if name in forward.graph.nodes:
        return "output" if name in forward.outputs else "quantity"
    return "fixed" if name in forward.fixed or name not in forward.wrt else "input"


def _mentioned(body: Expr) -> Iterator[str]:
    """The quantities that a definition mentions, each once."""
    return iter(dict.fromkeys(part.name for part in walk(body) if isinstance(part, Var | Ref)))
