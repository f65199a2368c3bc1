"""The words of this room: forward definitions, the chains derived from them, and the steps of a chain.

All formulas are expressions of `gradcheck.algebra.expr` with index letters that can be
printed as they are. The gradient of a quantity is `Adjoint(loss, name, indices)`; of an
output whose loss nobody defined that is the given upstream gradient.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.algebra.expr import Adjoint, Expr, Graph, Index, Partial


class CannotDerive(Exception):
    """What stands in the way, where, and what to do. ``line`` and ``column`` are 1-based, 0 if unknown."""

    def __init__(self, reason: str, path: str = "", line: int = 0, column: int = 0, help: str = "") -> None:
        super().__init__(reason)
        self.reason, self.path, self.line, self.column, self.help = reason, path, line, column, help


@dataclass(frozen=True)
class Forward:
    """What is differentiated, and by what.

    ``graph`` holds the forward definitions alone, and its ``roots`` the outputs of a loss
    that no definition introduces. ``letters`` are, for each size, the index letters to
    print, those of the document first. ``wrt`` are the inputs to differentiate by,
    ``fixed`` those that are held fixed. The entries of a ``normalised`` input sum to 1 over its
    last index.
    """

    title: str
    graph: Graph
    loss: str
    outputs: tuple[str, ...]
    wrt: tuple[str, ...]
    fixed: tuple[str, ...] = ()
    normalised: tuple[str, ...] = ()
    letters: dict[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""

    @property
    def loss_is_defined(self) -> bool:
        """Whether the loss is itself one of the definitions."""
        return self.loss in self.graph.nodes

    def indices(self, name: str) -> tuple[str, ...]:
        """The letters that a quantity is printed with: its definition's own, or the first of each size."""
        node = self.graph.nodes.get(name)
        if node is not None:
            return node.params
        taken: list[str] = []
        for size in self.graph.leaves[name]:
            taken.append(next(x for x in self.letters[size] if x not in taken))
        return tuple(taken)

    def gradient(self, name: str, indices: tuple[Index, ...] | None = None) -> Adjoint:
        """The gradient of the loss with respect to a quantity."""
        return Adjoint(self.loss, name, self.indices(name) if indices is None else indices)


@dataclass(frozen=True)
class Step:
    """One line of a chain: the subject equals ``value``, by the named rule.

    ``rule`` is a key of `gradcheck.derive.rules.RULES`; ``facts`` are identities used, as pairs
    of equal expressions.
    """

    rule: str
    value: Expr
    facts: tuple[tuple[Expr, Expr], ...] = ()


@dataclass(frozen=True)
class Chain:
    """``subject = step = step = … = result``; every equality is proved for every size."""

    subject: Adjoint | Partial
    steps: tuple[Step, ...]

    @property
    def result(self) -> Expr:
        """The compact form, which is the last line."""
        return self.steps[-1].value


@dataclass(frozen=True)
class Derivation:
    """The chains of every quantity on the way back, outputs first, and of second derivatives.

    ``locals`` are the derivatives of the single definitions, step by step, for a verbose printout.
    The result of a chain may mention the gradients of quantities whose chains stand before it.
    """

    forward: Forward
    chains: tuple[Chain, ...]
    second: tuple[Chain, ...] = ()
    locals: tuple[Chain, ...] = ()

    def chain(self, name: str) -> Chain:
        """The chain of the gradient with respect to a quantity. Raises KeyError."""
        for chain in self.chains:
            if isinstance(chain.subject, Adjoint) and chain.subject.node == name:
                return chain
        raise KeyError(name)
