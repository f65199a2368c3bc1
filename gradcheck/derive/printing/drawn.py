"""The formulas of a printout as text: drawn over several lines, or on one line as matrices can be."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from rich.cells import cell_len

from gradcheck.algebra.expr import Adjoint, Expr, Node, Ref, Var
from gradcheck.derive.derivation import Chain, Derivation, Step
from gradcheck.derive.notation.pretty import equation, pretty
from gradcheck.derive.printing.formulas import Formulas
from gradcheck.derive.printing.given import Fragment, Shape
from gradcheck.derive.printing.linear import linear
from gradcheck.derive.printing.view import View

_NOTHING = Var("")
_LEAST_ROOM = 20


class Drawn:
    """The formulas of one derivation for one terminal."""

    def __init__(self, derivation: Derivation, view: View, width: int) -> None:
        self._graph = derivation.forward.graph
        self._ascii, self._width = view.ascii, width
        self._latex = Formulas(derivation, view)

    def name(self, name: str) -> str:
        """A quantity without its indices."""
        return linear(name, self._ascii)

    def definition(self, node: Node) -> str:
        """A definition as an equation."""
        whole = self._latex.matrix_definition(node)
        if whole is not None:
            return linear(whole, self._ascii)
        return self._equation(Ref(node.name, node.params), node.body)

    def steps(self, chain: Chain) -> Iterator[tuple[Step, str]]:
        """The steps that are shown, each as it is drawn; the subject stands before the first."""
        whole = self._latex.matrix_chain(chain)
        if whole is not None:
            left = linear(whole.left, self._ascii)
            for at, line in enumerate(whole.lines):
                before = " " * cell_len(left) if at else left
                yield line.step, f"{before} = {linear(line.right, self._ascii)}"
            return
        first, *later = chain.steps
        yield first, self._equation(chain.subject, first.value)
        lines = pretty(chain.subject, self._graph, self._ascii).splitlines()
        margin = max(map(cell_len, lines))
        for step in later:
            yield step, indent(self._equation(_NOTHING, step.value, margin), " " * margin)

    def result(self, chain: Chain) -> str:
        """The subject of a chain and what it is equal to in the end."""
        whole = self._latex.matrix_chain(chain)
        if whole is not None:
            return linear(whole.result, self._ascii)
        return self._equation(chain.subject, chain.result)

    def heading(self, chain: Chain) -> str:
        """What a chain is about, in one line."""
        return "".join(
            linear(text, self._ascii) if is_formula else text
            for text, is_formula in self._latex.heading(chain)
        )

    def facts(self, step: Step) -> tuple[str, ...]:
        """The identities that a step uses."""
        return tuple(self._equation(left, right) for left, right in step.facts)

    def item(self, item: tuple[Fragment, ...]) -> str:
        """Words and formulas in a row."""
        return "".join(part if isinstance(part, str) else self._fragment(part) for part in item)

    def _fragment(self, part: Expr | tuple[Expr, Expr] | Shape) -> str:
        if isinstance(part, Shape):
            cross = " x " if self._ascii else " × "
            return f"{self.name(part.name)} ({cross.join(map(self.name, part.sizes))})"
        if isinstance(part, tuple):
            return self._equation(*part)
        whole = self._latex.matrix(part)
        if whole is not None or isinstance(part, Adjoint):
            return linear(whole or self._latex.of(part), self._ascii)
        return pretty(part, self._graph, self._ascii)

    def _equation(self, left: Expr, right: Expr, margin: int = 0) -> str:
        return equation(left, right, self._graph, self._ascii, max(self._width - margin, _LEAST_ROOM))
