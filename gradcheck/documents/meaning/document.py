"""What a syntax tree means: indexed expressions over a document's graph.

`Meaning` holds one consistent set of definitions. Definitions that contain no derivative
become nodes of the computational graph; those that do (``δ = γ ∂L/∂y_i / √…``) are
abbreviations, written out where they are used.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.cases import read_cases, read_condition, read_conditions
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.derivatives import read_derivative
from gradcheck.documents.meaning.frames import Defined, Definition, Frame
from gradcheck.documents.meaning.functions import read_call, read_norm
from gradcheck.documents.meaning.holes import read_hole
from gradcheck.documents.meaning.powers import read_power, read_root
from gradcheck.documents.meaning.products import read_product
from gradcheck.documents.meaning.sums import read_average, read_inner_product, read_sum, read_total
from gradcheck.documents.meaning.symbols import read_prime, read_symbol
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal


@dataclass(eq=False)
class Meaning(Context):
    """One set of definitions, and how to read formulas over it."""

    _open: list[str] = field(init=False, default_factory=list)

    def ensure(self, name: str) -> Defined | None:
        """The definition of ``name``, understood when first asked for."""
        if name in self.defined:
            return self.defined[name]
        definition = self.definitions.get(name)
        if definition is None or definition.formal is not None:
            return None
        if name in self.failed:
            raise self.failed[name]
        if name in self._open:
            raise Refusal(f"{name} is defined by itself", definition.tree.start, definition.tree.end)
        self._open.append(name)
        try:
            self.defined[name] = self._understood(definition)
        except Refusal as refusal:
            self.failed[name] = refusal
            raise
        finally:
            self._open.pop()
        return self.defined[name]

    def _understood(self, definition: Definition) -> Defined:
        frame = Frame(dict(definition.scope), mode="total")
        frame.entering(definition.tree, None)
        frame.outside |= set(definition.letters)
        value = self.value(definition.tree, frame)
        letters = definition.letters
        free = e.free_indices(value.expr) - set(letters) - set(value.axes)
        textual = () if definition.name in self.losses else tuple(x for x in frame.scope if x in free)
        for letter in letters:
            self._slot_union(definition.name, letters.index(letter), frame.scope[letter])
        params = letters + textual + value.axes
        kinds = ("index",) * len(letters) + ("textual",) * len(textual) + ("axis",) * value.rank
        members = [frame.scope[x] for x in letters + textual] + [self.axes.classes[x] for x in value.axes]
        for position, member in enumerate(members):
            self._slot_union(definition.name, position, member)
        node = e.Node(definition.name, params, tuple(map(self.sizes.name, members)), value.expr)
        derived = any(isinstance(n, (e.Adjoint, e.Partial)) for n in e.walk(value.expr))
        return Defined(node, kinds, derived)

    def _slot_union(self, name: str, position: int, member: int) -> None:
        self.sizes.union(self.sizes.slot(name, position), member)

    def graph(self) -> e.Graph:
        """All definitions as a graph, parents first."""
        nodes: dict[str, e.Node] = {}
        plain = {n: d.node for n, d in self.defined.items() if not d.abbreviation}

        def visit(name: str) -> None:
            if name in nodes or name not in plain:
                return
            for part in e.walk(plain[name].body):
                if isinstance(part, e.Ref):
                    visit(part.name)
            nodes[name] = plain[name]

        for name in plain:
            visit(name)
        leaves = {n: tuple(map(self.sizes.name, c)) for n, c in self.leaves.items()}
        return e.Graph(nodes, leaves, dict(self.roots))

    def value(self, tree: s.Syntax, frame: Frame) -> Value:
        """What ``tree`` means; raises `Refusal` at the place that has no meaning."""
        match tree:
            case s.Number():
                return Value(e.Num(tree.value))
            case s.Symbol():
                return read_symbol(self, tree, frame)
            case s.Group(bracket="\\langle", items=(first, second)):
                return read_inner_product(self, first, second, frame)
            case s.Group(bracket="\\langle"):
                return read_average(self, tree, frame)
            case s.Group(items=(item,)):
                return self.value(item, frame)
            case s.Total():
                return read_total(self, tree, frame)
            case s.Product():
                return read_product(self, tree, frame)
            case s.Fraction_():
                top = self.value(tree.numerator, frame)
                bottom = self.value(tree.denominator, replace(frame, below=True))
                return self.axes.elementwise(e.divide, top, bottom)
            case s.Power():
                return read_power(self, tree, frame)
            case s.Root():
                return read_root(self, tree, frame)
            case s.Big():
                return read_sum(self, tree, frame)
            case s.Call():
                return read_call(self, tree.name, tree, frame)
            case s.Derivative():
                return read_derivative(self, tree, frame)
            case s.Primed():
                return read_prime(self, self.value(tree.base, frame), tree, frame)
            case s.Cases():
                return read_cases(self, tree, frame)
            case s.Indicator():
                return read_conditions(self, tree.conditions, frame)
            case s.Norm():
                return read_norm(self, tree, frame)
            case s.Hole():
                return read_hole(self, tree, frame)
            case _:
                raise Refusal(_without_value(tree), tree.start, tree.end)

    def condition(self, compare: s.Compare, frame: Frame) -> Value:
        """1 where the comparison holds, else 0."""
        return read_condition(self, compare, frame)


def _without_value(tree: s.Syntax) -> str:
    """Why a tree has no value."""
    match tree:
        case s.Group():
            return "a list where one quantity was expected"
        case s.Dots():
            return "⋯ without the terms around it"
        case s.Matrix():
            return "a matrix inside a formula"
        case _:
            return "this has no value"
