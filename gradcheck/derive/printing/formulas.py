"""The formulas of a printout as LaTeX, in the notation asked for."""

from __future__ import annotations

from dataclasses import dataclass

from gradcheck.algebra.expr import Adjoint, Expr, Index, Node, Partial, Ref, Var
from gradcheck.derive.derivation import Chain, Derivation, Step
from gradcheck.derive.notation.latex import latex
from gradcheck.derive.notation.matrix import matrix
from gradcheck.derive.printing.given import Fragment, Shape
from gradcheck.derive.printing.view import View


@dataclass(frozen=True)
class Line:
    """One step as it is printed: its right side, and the identities that it uses."""

    step: Step
    right: str
    facts: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        """The rule of the step, a key of `RULES`."""
        return self.step.rule


@dataclass(frozen=True)
class Written:
    """A chain as it is printed."""

    left: str
    lines: tuple[Line, ...]

    @property
    def result(self) -> str:
        """The equation of the first and the last side."""
        return f"{self.left} = {self.lines[-1].right}"


class Formulas:
    """The formulas of one derivation in one notation; index notation where there is no other form."""

    def __init__(self, derivation: Derivation, view: View) -> None:
        self._graph = derivation.forward.graph
        self._in_matrices = view.notation == "matrix"

    def of(self, what: Expr | tuple[Expr, Expr]) -> str:
        """An expression or an equation in index notation."""
        return " = ".join(latex(e, self._graph) for e in (what if isinstance(what, tuple) else (what,)))

    def fragments(self, item: tuple[Fragment, ...]) -> tuple[tuple[str, bool], ...]:
        """Words and formulas in a row, each with whether it is a formula."""
        return tuple((f, False) if isinstance(f, str) else (self._formula(f), True) for f in item)

    def _formula(self, fragment: Expr | tuple[Expr, Expr] | Shape) -> str:
        if isinstance(fragment, Shape):
            return rf"{fragment.name} \in \mathbb{{R}}^{{" + r" \times ".join(fragment.sizes) + "}"
        return self.matrix(fragment) or self.of(fragment)

    def matrix(self, what: Expr | tuple[Expr, Expr]) -> str | None:
        """A quantity or a gradient as a whole array, if that is asked for and can be written."""
        if not self._in_matrices or isinstance(what, tuple):
            return None
        return matrix(what, _axes(what), self._graph)

    def definition(self, node: Node) -> str:
        """A definition as an equation."""
        return self.matrix_definition(node) or self.of((Ref(node.name, node.params), node.body))

    def matrix_definition(self, node: Node) -> str | None:
        """A definition in matrix notation, if that is asked for and there is one."""
        if not self._in_matrices:
            return None
        sides = (Ref(node.name, node.params), node.body)
        left, right = (matrix(side, node.params, self._graph) for side in sides)
        return None if left is None or right is None else f"{left} = {right}"

    def chain(self, chain: Chain) -> Written:
        """A chain; in matrix notation the steps that have such a form, if the result has one."""
        whole = self.matrix_chain(chain)
        if whole is not None:
            return whole
        lines = (Line(step, self.of(step.value), self._facts(step)) for step in chain.steps)
        return Written(self.of(chain.subject), tuple(lines))

    def heading(self, chain: Chain) -> tuple[tuple[str, bool], ...]:
        """What a chain is about, as words and formulas."""
        match chain.subject:
            case Adjoint(_, name, indices):
                return self.fragments(("Gradient with respect to ", self._entry(name, indices)))
            case Partial(Adjoint(_, name, indices), wrt, more):
                both = self._entry(name, indices), self._entry(wrt, more)
                return self.fragments(("Second derivative with respect to ", both[0], " and ", both[1]))
            case subject:
                return self.fragments((subject,))

    def _entry(self, name: str, indices: tuple[Index, ...]) -> Expr:
        return (Ref if name in self._graph.nodes else Var)(name, indices)

    def matrix_chain(self, chain: Chain) -> Written | None:
        """A chain in matrix notation, if that is asked for and its result has such a form."""
        if not self._in_matrices:
            return None
        order = _axes(chain.subject)
        left = matrix(chain.subject, order, self._graph)
        rights = [matrix(step.value, order, self._graph) for step in chain.steps]
        if left is None or rights[-1] is None:
            return None
        lines: list[Line] = []
        for step, right in zip(chain.steps, rights, strict=True):
            if right is not None and not (lines and lines[-1].right == right):
                lines.append(Line(step, right, self._facts(step)))
        return Written(left, tuple(lines))

    def _facts(self, step: Step) -> tuple[str, ...]:
        return tuple(map(self.of, step.facts))


def _axes(expr: Expr) -> tuple[str, ...]:
    """The index letters of a derivative: those of the quantity, then those that it is differentiated by."""
    match expr:
        case Partial(body, _, indices):
            found = (*_axes(body), *indices)
        case Adjoint(_, _, indices) | Ref(_, indices) | Var(_, indices):
            found = indices
        case _:
            found = ()
    return tuple(dict.fromkeys(i for i in found if isinstance(i, str)))
