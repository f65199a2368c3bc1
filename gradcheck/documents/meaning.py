"""What a syntax tree means: indexed expressions over a document's graph.

`Meaning` holds one consistent set of definitions. Definitions that contain no derivative
become nodes of the computational graph; those that do (``δ = γ ∂L/∂y_i / √…``) are
abbreviations, written out where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.documents import syntax as s
from gradcheck.documents.arrays import rank_by_habit
from gradcheck.documents.names import Names, Resolved, _letter, is_transpose
from gradcheck.documents.series import written_out
from gradcheck.documents.sizes import Scope, Sizes, spelled
from gradcheck.documents.tokens import Refusal
from gradcheck.documents.values import Axes, Value

_ALIASES = {
    "ln": "log", "sgn": "sign", "arctan": "atan", "heaviside": "step",
}  # fmt: skip
_ELEMENTWISE = frozenset(
    "exp log tanh sigmoid softplus erf sin cos sinh cosh abs sign relu step atan".split()
)
_WEIGHTS = frozenset(["W", "U", "V", "\\Theta", "\\theta", "w", "A"])
_IDENTITIES = frozenset(["I", "\\mathbf{I}", "\\mathbb{I}"])
_SIGMOIDS = frozenset(["\\sigma", "\\text{sigmoid}", "\\text{Sigmoid}", "S"])


@dataclass(frozen=True)
class Definition:
    """``name[letters] = tree`` as written; ``formal`` is the parameter of ``f(z) = …``."""

    name: str
    letters: tuple[str, ...]
    tree: s.Syntax
    scope: Scope
    formal: str | None = None
    start: int = 0


@dataclass(frozen=True)
class Defined:
    """A definition as understood. ``kinds`` says of each parameter whether it is given as an

    ``index``, taken over ``textual``ly from the surroundings, or is an ``axis`` of an array.
    """

    node: e.Node
    kinds: tuple[str, ...]
    abbreviation: bool = False


@dataclass
class Frame:
    """Where a formula is read: its letters' sizes, and the variable that primes differentiate by."""

    scope: Scope
    mode: str = "local"
    prime: tuple[str, tuple[e.Index, ...]] | None = None
    bound: frozenset[str] = frozenset()
    implicit: list[tuple[str, int, int]] = field(default_factory=list)
    outside: frozenset[str] = frozenset()
    below: bool = False

    def entering(self, tree: s.Syntax, left: s.Syntax | None) -> None:
        """Note which letters stand outside bare sums: those are not theirs to bind."""
        self.outside = frozenset(_letters_outside_bare_sums(tree))
        if left is not None:
            self.outside |= _letters_outside_bare_sums(left)


def _letters_outside_bare_sums(tree: s.Syntax) -> set[str]:
    found: set[str] = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, s.Big) and not node.binders:
            continue
        if isinstance(node, s.Symbol):
            found |= {x for x in map(_letter, node.sub) if x}
        stack += list(s.parts(node))
    return found


class Meaning:
    """One set of definitions, and how to read formulas over it."""

    def __init__(
        self,
        names: Names,
        sizes: Sizes,
        definitions: dict[str, Definition],
        losses: set[str],
        shapes: dict[str, tuple[int, ...]],
        arrays: frozenset[str],
        matrix_mode: bool,
    ) -> None:
        self.names, self.sizes = names, sizes
        self.definitions, self.losses, self.shapes = definitions, losses, shapes
        self.arrays, self.matrix_mode = arrays, matrix_mode
        self.axes = Axes(sizes)
        self.defined: dict[str, Defined] = {}
        self.leaves: dict[str, tuple[int, ...]] = {}
        self.roots: dict[str, tuple[str, ...]] = {}
        self.failed: dict[str, Refusal] = {}
        self.dependent: dict[str, set[tuple[tuple[str, int], ...]]] = {}
        self.averages = ""
        self._open: list[str] = []

    # -- definitions -------------------------------------------------------------------

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

    # -- symbols -----------------------------------------------------------------------

    def index(self, item: s.Syntax, frame: Frame, slot: int | None = None) -> e.Index:
        """A subscript item as an index."""
        if isinstance(item, s.Number):
            return int(item.value)
        letter = _letter(item)
        if letter is None:
            raise Refusal("this subscript is not an index", item.start, item.end)
        if letter not in frame.bound and slot is not None:
            is_size = letter in self.sizes.names_of(slot) and not self.names.is_bound(letter)
            if is_size or letter.isupper():
                return e.Last(self.sizes.name(slot))
        if letter not in frame.scope:
            frame.scope[letter] = slot if slot is not None else self.sizes.fresh(letter)
        elif slot is not None and not self.sizes.union(frame.scope[letter], slot):
            self._clash(letter, slot, item, frame)
        return letter

    def _clash(self, letter: str, slot: int, item: s.Syntax, frame: Frame) -> None:
        """A letter that runs over one size is used where another is due."""
        if letter in frame.bound:
            frame.implicit.append(("bound", item.start, item.end))
            frame.scope[letter] = slot
        else:
            self.axes.meet(frame.scope[letter], slot)

    def symbol(self, tree: s.Symbol, frame: Frame) -> Value:
        """A symbol in an expression."""
        resolved = self.names.resolve(tree)
        primed = resolved.name + "'" * resolved.primes
        if resolved.primes and self._is_own_name(resolved):
            resolved = replace(resolved, name=primed, primes=0)
        if resolved.primes:
            base = self._named(replace(resolved, primes=0, power=None), tree, frame)
            value = self._prime(base, tree, frame)
        else:
            value = self._named(resolved, tree, frame)
        if resolved.transposed:
            value = transposed(value)
        if resolved.power is not None:
            value = self._to_power(value, self.value(resolved.power, frame), tree)
        return value

    def _is_own_name(self, resolved: Resolved) -> bool:
        """Whether a prime belongs to the name: ``h'`` beside an h that nothing defines."""
        if resolved.name + "'" * resolved.primes in self.definitions:
            return True
        return resolved.name not in self.definitions and resolved.name not in _SIGMOIDS

    def _named(self, resolved: Resolved, tree: s.Symbol, frame: Frame) -> Value:
        name = resolved.name
        if name == "\\mathbf{1}" and not resolved.indices:
            axis = self.axes.fresh(self.sizes.fresh("1"))
            return Value(e.ONE, (axis,), ones=True)
        special = self._special(resolved, tree, frame)
        if special is not None:
            return special
        defined = self.ensure(name)
        if defined is not None:
            return self._entry(name, defined, resolved.indices, tree, frame)
        return self._leaf(name, resolved.indices, tree, frame)

    def _special(self, resolved: Resolved, tree: s.Symbol, frame: Frame) -> Value | None:
        """Deltas, constants, sizes, and σ where σ² is what is defined."""
        name, known = resolved.name, resolved.name in self.definitions
        if name == "e" and not resolved.indices and resolved.power is not None:
            known = known and not self.definitions["e"].letters
        if name in self.names.deltas and len(resolved.indices) == 2:
            left, right = (self.index(i, frame) for i in resolved.indices)
            return Value(e.Delta(left, right))
        if known or name in self.shapes:
            return None
        if name in _IDENTITIES and self.matrix_mode and not resolved.indices:
            rows, columns = (self.axes.fresh(self.sizes.fresh("I")) for _ in range(2))
            self.axes.unify(rows, columns)
            return Value(e.Delta(rows, columns), (rows, columns))
        if name == "\\pi" and not resolved.indices:
            return Value(e.Constant("pi"))
        if name == "e" and not resolved.indices:
            return Value(e.Constant("e"))
        if name in self.sizes.named and not resolved.indices and self.names.slots.get(name, 0) == 0:
            return Value(e.Size(self.sizes.name(self.sizes.named[name])))
        if name + "^{2}" in self.definitions or self._is_square_leaf(name):
            square = self._named(replace(resolved, name=name + "^{2}"), tree, frame)
            return replace(square, expr=e.power(square.expr, Fraction(1, 2)))
        if name == "\\partial":
            raise Refusal("a lone ∂", tree.start, tree.end)
        return None

    def _is_square_leaf(self, name: str) -> bool:
        """Whether the input is called σ² here, so that σ is its root."""
        return (name, "") in self.names.squares and name not in self.definitions

    def _entry(
        self, name: str, defined: Defined, items: tuple[s.Syntax, ...], tree: s.Symbol, frame: Frame
    ) -> Value:
        """A defined symbol with its indices filled in."""
        members = [self.sizes.slot(name, k) for k in range(len(defined.kinds))]
        indices, axes = self._filled(defined, items, members, tree, frame)
        if defined.abbreviation:
            mapping = dict(zip(defined.node.params, indices, strict=True))
            return Value(e.rename(defined.node.body, mapping), axes)
        return Value(e.Ref(name, tuple(indices)), axes)

    def _filled(
        self,
        defined: Defined,
        items: tuple[s.Syntax, ...],
        members: list[int],
        tree: s.Symbol,
        frame: Frame,
    ) -> tuple[list[e.Index], tuple[str, ...]]:
        params, kinds = defined.node.params, defined.kinds
        if len(items) > len(params):
            raise Refusal("more indices here than the symbol was defined with", tree.start, tree.end)
        if len(items) == len(params) or not items or "textual" not in kinds:
            given = [self.index(i, frame, m) for i, m in zip(items, members, strict=False)]
            missing = list(range(len(given), len(params)))
        else:
            given, missing = self._spread(items, params, members, frame)
        indices, axes = list(given), list[str]()
        for k in missing:
            if kinds[k] == "textual":
                letter = params[k]
                frame.scope.setdefault(letter, members[k])
                indices.insert(k, letter) if k <= len(indices) else indices.append(letter)
            else:
                axis = self.axes.fresh(members[k])
                axes.append(axis)
                indices.insert(k, axis) if k <= len(indices) else indices.append(axis)
        return indices, tuple(axes)

    def _spread(
        self, items: tuple[s.Syntax, ...], params: tuple[str, ...], members: list[int], frame: Frame
    ) -> tuple[list[e.Index], list[int]]:
        """Too few indices: what is in scope under its own name stays, the others are filled."""
        in_scope = {k for k, p in enumerate(params) if p in frame.scope and p not in map(_letter, items)}
        kept = sorted(in_scope)[-(len(params) - len(items)) :]
        open_ = [k for k in range(len(params)) if k not in kept][: len(items)]
        placed = {k: self.index(i, frame, members[k]) for k, i in zip(open_, items, strict=False)}
        frame.implicit.append(("index", items[0].start, items[-1].end))
        given = [placed.get(k, params[k]) for k in range(len(params))]
        return given, []

    def _leaf(self, name: str, items: tuple[s.Syntax, ...], tree: s.Symbol, frame: Frame) -> Value:
        """An input or parameter."""
        if name in self.losses:
            raise Refusal(f"{spelled(tree)} is a loss that nothing defines", tree.start, tree.end)
        if name not in self.leaves:
            self.leaves[name] = self._leaf_shape(name)
        members = self.leaves[name]
        if len(items) > len(members):
            self.leaves[name] = members = tuple(self.sizes.slot(name, k) for k in range(len(items)))
        given = [self.index(i, frame, m) for i, m in zip(items, members, strict=False)]
        axes = tuple(self.axes.fresh(m) for m in members[len(given) :])
        return Value(e.Var(name, (*given, *axes)), axes)

    def _leaf_shape(self, name: str) -> tuple[int, ...]:
        declared = self.shapes.get(name)
        if declared is not None:
            for position, member in enumerate(declared):
                self.sizes.union(self.sizes.slot(name, position), member)
            return declared
        slots = self.names.slots.get(name, 0)
        if not slots and name in self.arrays:
            slots = rank_by_habit(name)
        return tuple(self.sizes.slot(name, k) for k in range(slots))

    # -- expressions -------------------------------------------------------------------

    def value(self, tree: s.Syntax, frame: Frame) -> Value:
        """What ``tree`` means; raises `Refusal` at the place that has no meaning."""
        match tree:
            case s.Number():
                return Value(e.Num(tree.value))
            case s.Symbol():
                return self.symbol(tree, frame)
            case s.Group(bracket="\\langle", items=(first, second)):
                left, right = self.value(first, frame), self.value(second, frame)
                product = self.axes.elementwise(e.mul, left, right)
                for axis in product.axes:
                    product = self.axes.summed(product, axis)
                return product
            case s.Group(bracket="\\langle"):
                return self._average(tree, frame)
            case s.Group():
                if len(tree.items) != 1:
                    raise Refusal("a list where one quantity was expected", tree.start, tree.end)
                return self.value(tree.items[0], frame)
            case s.Total():
                return self._total(tree, frame)
            case s.Product():
                return self._product(tree, frame)
            case s.Fraction_():
                top = self.value(tree.numerator, frame)
                bottom = self.value(tree.denominator, replace(frame, below=True))
                return self.axes.elementwise(e.divide, top, bottom)
            case s.Power():
                return self._power(tree, frame)
            case s.Root():
                degree = 2 if tree.degree is None else _whole(tree.degree)
                inner = self.value(tree.radicand, frame)
                return replace(inner, expr=e.power(inner.expr, Fraction(1, degree)))
            case s.Big():
                return self._big(tree, frame)
            case s.Call():
                return self._call(tree.name, tree, frame)
            case s.Derivative():
                return self._derivative(tree, frame)
            case s.Primed():
                return self._prime(self.value(tree.base, frame), tree, frame)
            case s.Cases():
                return self._cases(tree, frame)
            case s.Indicator():
                return Value(self._conditions(tree.conditions, frame))
            case s.Norm():
                return self._norm(tree, frame)
            case s.Dots():
                raise Refusal("⋯ without the terms around it", tree.start, tree.end)
            case s.Matrix():
                raise Refusal("a matrix inside a formula", tree.start, tree.end)
            case _:
                raise Refusal("this has no value", tree.start, tree.end)

    def _average(self, tree: s.Group, frame: Frame) -> Value:
        """``⟨f⟩`` where the document says that these brackets average."""
        if not self.averages or len(tree.items) != 1:
            raise Refusal("what these angle brackets mean is not said", tree.start, tree.end)
        value = self.value(tree.items[0], frame)
        if value.rank != 1:
            raise Refusal("an average of something without one axis", tree.start, tree.end)
        member = self.axes.classes[value.axes[0]]
        if not self.sizes.names_of(member):
            self.sizes.force(member, self.sizes.name_class(self.averages))
        size = e.Size(self.axes.size(value.axes[0]))
        total = self.axes.summed(value, value.axes[0])
        return Value(e.divide(total.expr, size))

    def _total(self, tree: s.Total, frame: Frame) -> Value:
        result: Value | None = None
        for sign, term in written_out(tree):
            value = self.value(term, frame)
            if sign < 0:
                value = replace(value, expr=e.neg(value.expr))
            result = value if result is None else self.axes.elementwise(e.add, result, value)
        assert result is not None
        return result

    def _product(self, tree: s.Product, frame: Frame) -> Value:
        values = self._factors(tree, frame)
        result, _ = values[0]
        weighted = (
            isinstance(tree.factors[0], s.Symbol) and tree.factors[0].name.strip("\\mathbf{}") in _WEIGHTS
        )
        for value, join in values[1:]:
            if join in ("/", "\\div"):
                result = self.axes.elementwise(e.divide, result, value)
            elif join == "\\otimes":
                if result.rank != 1 or value.rank != 1:
                    raise Refusal("⊗ is read between vectors only", tree.start, tree.end)
                result = Value(e.mul(result.expr, value.expr), result.axes + value.axes)
            elif join in ("\\odot", "\\circ", "*"):
                result = self.axes.elementwise(e.mul, result, value)
            else:
                result = self.axes.product(result, value, dot=join in ("\\cdot", "@"))
        return replace(result, weighted=weighted and result.rank == 2)

    def _factors(self, tree: s.Product, frame: Frame) -> list[tuple[Value, str]]:
        """The factors' values, functions applied to the bracket after them."""
        values: list[tuple[Value, str]] = []
        k = 0
        while k < len(tree.factors):
            factor = tree.factors[k]
            join = tree.joins[k - 1] if k else ""
            following = tree.factors[k + 1] if k + 1 < len(tree.factors) and tree.joins[k] == "" else None
            applied = self._applied(factor, following, frame)
            if applied is not None:
                values.append((applied, join))
                k += 2
                continue
            values.append((self.value(factor, frame), join))
            k += 1
        return values

    def _applied(self, factor: s.Syntax, following: s.Syntax | None, frame: Frame) -> Value | None:
        """``f(z)`` for a function the document defines, ``dx`` for a gradient in code's spelling."""
        if not isinstance(factor, s.Symbol) or following is None:
            return None
        if isinstance(following, s.Symbol) and self._is_gradient_mark(factor, following, frame):
            return self._code_gradient(following, frame)
        exponent = None
        if isinstance(following, s.Power) and isinstance(following.base, s.Group):
            exponent, following = following, following.base
        if not isinstance(following, s.Group) or following.bracket not in ("(", "["):
            return None
        value = self._apply(factor, following, frame)
        if value is not None and exponent is not None and isinstance(exponent, s.Power):
            value = self._to_power(value, self.value(exponent.exponent, frame), exponent)
        return value

    def _is_gradient_mark(self, factor: s.Symbol, following: s.Symbol, frame: Frame) -> bool:
        """A ``d`` or ``δ`` that is nothing by itself: ``dW``, ``δh`` are gradients."""
        if factor.sub or factor.sup is not None or factor.name not in ("d", "\\delta"):
            return False
        apart = factor.name in self.sizes.named and (frame.below or factor.end != following.start)
        known = factor.name in self.definitions or apart
        return not known and not self.names.slots.get(factor.name)

    def _apply(self, factor: s.Symbol, group: s.Group, frame: Frame) -> Value | None:
        resolved = self.names.resolve(factor)
        definition = self.definitions.get(resolved.name)
        if definition is not None and definition.formal is not None:
            return self._apply_defined(definition, resolved, group, frame)
        if definition is not None:
            if self._is_dependence(resolved.name, group):
                return self.symbol(factor, frame)
            return None
        if resolved.name in _SIGMOIDS and not resolved.indices and len(group.items) == 1:
            argument = self.value(group.items[0], frame)
            if resolved.primes:
                return replace(argument, expr=_sigmoid_slope(argument.expr))
            result = replace(argument, expr=e.Fun("sigmoid", (argument.expr,)))
            if resolved.power is not None:
                result = self._to_power(result, self.value(resolved.power, frame), factor)
            return result
        return None

    def _is_dependence(self, name: str, group: s.Group) -> bool:
        """``f(x)`` where f was defined as ``f(x) = …`` or depends on what stands in the brackets."""
        if group.bracket != "(" or not all(isinstance(i, s.Symbol) for i in group.items):
            return False
        if name not in self.dependent:
            return len(group.items) > 1
        items = [self.names.resolve(i) for i in group.items if isinstance(i, s.Symbol)]
        written = tuple((i.name, len(i.indices)) for i in items)
        if written not in self.dependent[name] and any(i.indices for i in items):
            raise Refusal(
                f"{name} is applied to something else than it was defined with", group.start, group.end
            )
        return True

    def _apply_defined(
        self, definition: Definition, resolved: Resolved, group: s.Group, frame: Frame
    ) -> Value:
        if len(group.items) != 1:
            raise Refusal(f"{resolved.name} takes one argument", group.start, group.end)
        argument = self.value(group.items[0], frame)
        assert definition.formal is not None
        inner = Frame(dict(definition.scope), mode="local")
        hidden = self.leaves.pop(definition.formal, None)
        saved = self.definitions.pop(definition.formal, None)
        self.leaves[definition.formal] = ()
        try:
            body = self.value(definition.tree, inner).expr
        finally:
            del self.leaves[definition.formal]
            if hidden is not None:
                self.leaves[definition.formal] = hidden
            if saved is not None:
                self.definitions[definition.formal] = saved
        for _ in range(resolved.primes):
            body = formal_derivative(body, definition.formal)
        result = replace(argument, expr=substitute_leaf(body, definition.formal, argument.expr))
        if resolved.power is not None:
            result = self._to_power(result, self.value(resolved.power, frame), group)
        return result

    def _code_gradient(self, target: s.Symbol, frame: Frame) -> Value | None:
        """``dW`` for dL/dW, where W is known and the loss is one."""
        name = self.names.resolve(target).name
        known = name in self.definitions or name in self.leaves or name in self.shapes or name in self.arrays
        if not known or len(self.losses) != 1 or "d" in self.definitions:
            return None
        (loss,) = self.losses
        return self._adjoint(loss, target, frame)

    def _power(self, tree: s.Power, frame: Frame) -> Value:
        base = self.value(tree.base, frame)
        if is_transpose(tree.exponent):
            return transposed(base)
        return self._to_power(base, self.value(tree.exponent, frame), tree)

    def _to_power(self, base: Value, exponent: Value, tree: s.Syntax) -> Value:
        if base.rank == 2 and exponent.expr == e.number(-1):
            raise Refusal("the inverse of a matrix is not read", tree.start, tree.end)
        if base.expr == e.Constant("e"):
            return replace(exponent, expr=e.Fun("exp", (exponent.expr,)))
        if exponent.rank:
            raise Refusal("an exponent with axes", tree.start, tree.end)
        inner = base.expr
        if (
            isinstance(inner, e.Pow)
            and isinstance(exponent.expr, e.Num)
            and isinstance(inner.exponent, e.Num)
        ):
            merged = inner.exponent.value * exponent.expr.value
            if inner.exponent.value.denominator != 1:
                return replace(base, expr=e.power(inner.base, merged))
        return replace(base, expr=e.Pow(inner, exponent.expr))

    # -- sums --------------------------------------------------------------------------

    def _big(self, tree: s.Big, frame: Frame) -> Value:
        if tree.kind != "sum":
            raise Refusal(f"\\{tree.kind} is not read", tree.start, tree.end)
        if not tree.binders:
            return self._bare_sum(tree, frame)
        scope = dict(frame.scope)
        letters = [b.letter for b in tree.binders]
        for binder in tree.binders:
            scope[binder.letter] = self._range(binder, tree, frame)
        inner = replace(frame, scope=scope, bound=frame.bound | set(letters))
        value = self.value(tree.body, inner)
        for letter, member in inner.scope.items():
            if letter not in letters:
                frame.scope.setdefault(letter, member)
        for binder in reversed(tree.binders):
            value = self._bind(value, binder, inner.scope, tree, frame)
        return value

    def _range(self, binder: s.Binder, tree: s.Big, frame: Frame) -> int:
        bound = binder.domain or binder.upper
        if isinstance(bound, s.Symbol):
            member = self.sizes.name_class(spelled(bound))
            once = self.sizes.uses[spelled(bound)] <= 1
            if binder.domain is None and once and self.sizes.name(member) != spelled(bound):
                frame.implicit.append(("range", bound.start, bound.end))
            return member
        if isinstance(bound, s.Total) and isinstance(bound.terms[0][1], s.Symbol):
            zero = isinstance(binder.lower, s.Number) and binder.lower.value == 0
            if zero and len(bound.terms) == 2 and bound.terms[1][0] < 0:
                return self.sizes.name_class(spelled(bound.terms[0][1]))
        if isinstance(bound, s.Number):
            return self.sizes.name_class(str(bound.value))
        if bound is not None:
            raise Refusal("this range of a sum is not read", bound.start, bound.end)
        known = self.sizes.sums.get((tree.start, binder.letter))
        if known is None:
            known = self.sizes.sums[tree.start, binder.letter] = self.sizes.fresh(binder.letter)
        return known

    def _bind(self, value: Value, binder: s.Binder, scope: Scope, tree: s.Big, frame: Frame) -> Value:
        letter = binder.letter
        body = value.expr
        if letter not in e.free_indices(body) and value.rank:
            frame.implicit.append(("sum", tree.body.start, tree.body.end))
            fitting = [x for x in value.axes if self._same(self.axes.classes[x], scope[letter])]
            axis = fitting[0] if fitting else value.axes[0]
            if not fitting and isinstance(binder.upper, s.Symbol):
                frame.implicit.append(("range", binder.upper.start, binder.upper.end))
            return self.axes.summed(value, axis)
        for excluded in binder.excluded:
            other = self.index(excluded, frame)
            body = e.mul(e.add(e.ONE, e.neg(e.Delta(letter, other))), body)
        result: e.Expr = e.Sum(letter, self.sizes.name(scope[letter]), body)
        for skipped in range(1, _first(binder)):
            result = e.add(result, e.neg(e.rename(body, {letter: skipped})))
        return replace(value, expr=result)

    def _same(self, left: int, right: int) -> bool:
        return self.sizes.find(left) == self.sizes.find(right)

    def _bare_sum(self, tree: s.Big, frame: Frame) -> Value:
        """``\\sum x_i``: over the letters of the body that are free nowhere around it, or its axes."""
        inner = replace(frame, scope=dict(frame.scope))
        value = self.value(tree.body, inner)
        letters = [x for x in inner.scope if x in e.free_indices(value.expr) - frame.bound]
        own = [x for x in letters if x not in frame.outside] or letters[-1:]
        expr = value.expr
        for letter in own:
            expr = e.Sum(letter, self.sizes.name(inner.scope[letter]), expr)
        if own:
            return replace(value, expr=expr)
        for axis in value.axes:
            value = self.axes.summed(value, axis)
        return value

    # -- derivatives -------------------------------------------------------------------

    def _derivative(self, tree: s.Derivative, frame: Frame) -> Value:
        if tree.of is None:
            raise Refusal("an operator with nothing to act on", tree.start, tree.end)
        if len(tree.wrt) != 1:
            return self._second(tree, frame)
        wrt = _bare(tree.wrt[0])
        if not isinstance(wrt, s.Symbol):
            raise Refusal("a derivative by something that is not a symbol", wrt.start, wrt.end)
        of = _bare(tree.of)
        loss, via = self._loss_of(of)
        if loss is not None:
            return self._adjoint(loss, wrt, frame, via)
        return self._partial(of, wrt, frame, tree)

    def _loss_of(self, of: s.Syntax) -> tuple[str | None, str | None]:
        """The loss a numerator names, and the one path it names: ``L(\\hat x_i)``."""
        if isinstance(of, s.Symbol):
            name = self.names.resolve(of).name
            return (name, None) if name in self.losses else (None, None)
        if isinstance(of, s.Product) and len(of.factors) == 2 and isinstance(of.factors[0], s.Symbol):
            loss, _ = self._loss_of(of.factors[0])
            group = of.factors[1]
            if loss is not None and isinstance(group, s.Group):
                inner = [i for i in group.items if isinstance(i, s.Symbol)]
                if len(inner) == 1 and len(group.items) == 1:
                    name = self.names.resolve(inner[0]).name
                    return loss, name if name in self.definitions else None
                return loss, None
        return None, None

    def _target(self, wrt: s.Symbol, frame: Frame) -> tuple[str, tuple[e.Index, ...], tuple[str, ...]]:
        """What is differentiated by: its name, its indices, and its axes if it is a whole array."""
        resolved = self.names.resolve(wrt)
        name = resolved.name + "'" * resolved.primes
        if resolved.primes and not self._is_own_name(resolved):
            raise Refusal("a derivative by a derivative", wrt.start, wrt.end)
        resolved = replace(resolved, name=name, power=None, transposed=False, primes=0)
        value = self._named(resolved, wrt, frame)
        if isinstance(value.expr, (e.Var, e.Ref)):
            return value.expr.name, value.expr.indices, value.axes
        raise Refusal("a derivative by something that is not a variable", wrt.start, wrt.end)

    def _adjoint(self, loss: str, wrt: s.Symbol, frame: Frame, via: str | None = None) -> Value:
        square = self._square_root(wrt)
        if square is not None:
            inner = self._adjoint(loss, square, frame, via)
            return replace(inner, expr=e.mul(e.number(2), self.symbol(wrt, frame).expr, inner.expr))
        name, indices, axes = self._target(wrt, frame)
        if via == name:
            via = None
        row = self.names.resolve(wrt).transposed and len(axes) == 1
        if self.names.resolve(wrt).transposed and len(axes) == 2:
            axes = axes[::-1]
        return Value(e.Adjoint(loss, name, indices, via), axes, row)

    def _square_root(self, wrt: s.Symbol) -> s.Symbol | None:
        """The symbol σ² where σ is differentiated by but σ² is what is defined."""
        name = self.names.resolve(wrt).name
        squared = name + "^{2}" in self.definitions or self._is_square_leaf(name)
        if wrt.sup is None and name not in self.definitions and squared:
            two = s.Number(wrt.start, wrt.end, Fraction(2))
            return replace(wrt, sup=two, sup_text="2")
        return None

    def _partial(self, of: s.Syntax, wrt: s.Symbol, frame: Frame, tree: s.Derivative) -> Value:
        body = self._function_body(of, wrt, frame) or self.value(of, frame)
        square = self._square_root(wrt)
        if square is not None:
            inner = self._partial(of, square, frame, tree)
            return replace(inner, expr=e.mul(e.number(2), self.symbol(wrt, frame).expr, inner.expr))
        name, indices, axes = self._target(wrt, frame)
        if frame.prime is None:
            frame.prime = (name, indices)
        return Value(e.Partial(body.expr, name, indices, frame.mode), body.axes + axes, outer=body.rank)

    def _function_body(self, of: s.Syntax, wrt: s.Symbol, frame: Frame) -> Value | None:
        """``dσ/dz`` for a function σ(z): its body at the variable it is differentiated by."""
        if not isinstance(of, s.Symbol):
            return None
        definition = self.definitions.get(self.names.resolve(of).name)
        is_sigmoid = of.name in _SIGMOIDS and definition is None and not of.sub and of.sup is None
        if (definition is None or definition.formal is None) and not (
            is_sigmoid and of.name + "^{2}" not in self.definitions and of.name not in self.leaves
        ):
            return None
        return self._apply(of, s.Group(wrt.start, wrt.end, "(", (wrt,)), frame)

    def _second(self, tree: s.Derivative, frame: Frame) -> Value:
        inner: s.Syntax = s.Derivative(tree.start, tree.end, tree.sign, tree.of, tree.wrt[1:])
        total = replace(frame, mode="total")
        return self._partial(inner, _symbol(tree.wrt[0]), total, tree)

    def _prime(self, value: Value, tree: s.Syntax, frame: Frame) -> Value:
        """``u'``: the derivative by what the chain differentiates by."""
        name, indices = frame.prime or self._only_input(value, tree)
        return Value(e.Partial(value.expr, name, indices, frame.mode), value.axes)

    def _only_input(self, value: Value, tree: s.Syntax) -> tuple[str, tuple[e.Index, ...]]:
        """What ``y'`` differentiates by where only one scalar input can be meant."""
        found: set[str] = set()
        stack = [value.expr]
        while stack:
            for node in e.walk(stack.pop()):
                if isinstance(node, e.Ref):
                    stack.append(self.defined[node.name].node.body)
                elif isinstance(node, e.Var):
                    found.add(node.name)
        if len(found) != 1 or value.rank or self.leaves.get(next(iter(found))):
            raise Refusal("a prime, and nothing says what it differentiates by", tree.start, tree.end)
        return next(iter(found)), ()

    # -- functions ---------------------------------------------------------------------

    def _call(self, name: str, tree: s.Call, frame: Frame) -> Value:
        name = _ALIASES.get(name, name)
        if tree.sub and name not in ("softmax", "logsoftmax", "entry"):
            return self._with_base(name, tree, frame)
        if name == "softmax" or name == "logsoftmax":
            return self._softmax(tree, frame, log=name == "logsoftmax")
        if name == "diag":
            return self._diagonal(self.value(tree.args[0], frame), tree)
        if name in ("sum", "mean", "tr", "trace", "logsumexp", "lse"):
            return self._reduction(name, tree, frame)
        values = [self.value(a, frame) for a in tree.args]
        if name in _ELEMENTWISE and len(values) == 1:
            return replace(values[0], expr=e.Fun(name, (values[0].expr,)))
        if name in ("max", "min") and len(values) >= 2 and not tree.sub:
            result = values[0]
            for other in values[1:]:
                result = self.axes.elementwise(lambda a, b: e.Fun(name, (a, b)), result, other)
            return result
        rewritten = _rewritten(name, values)
        if rewritten is not None:
            return rewritten
        raise Refusal(f"the function {tree.name} is not known here", tree.start, tree.end)

    def _with_base(self, name: str, tree: s.Call, frame: Frame) -> Value:
        """``\\log_2 x``; a subscript on any other function is not read."""
        base = tree.sub[0]
        if name != "log" or not isinstance(base, s.Number) or base.value <= 1 or len(tree.args) != 1:
            raise Refusal("a subscript on this function is not read", tree.start, tree.end)
        value = self.value(tree.args[0], frame)
        ratio = e.divide(e.Fun("log", (value.expr,)), e.Fun("log", (e.Num(base.value),)))
        return replace(value, expr=ratio)

    def _softmax(self, tree: s.Call, frame: Frame, log: bool) -> Value:
        value = self.value(tree.args[0], frame)
        if value.rank == 0:
            raise Refusal("softmax of something without an axis", tree.start, tree.end)
        axis = value.axes[-1]
        other = self.axes.fresh(self.axes.classes[axis])
        exp = e.Fun("exp", (value.expr,))
        total = e.Sum(other, self.axes.size(axis), e.rename(exp, {axis: other}))
        result = e.divide(exp, total)
        if log:
            result = e.add(value.expr, e.neg(e.Fun("log", (total,))))
        if tree.sub and value.rank == 1:
            index = self.index(tree.sub[0], frame, self.axes.classes[axis])
            return Value(e.rename(result, {axis: index}))
        return replace(value, expr=result)

    def _diagonal(self, value: Value, tree: s.Call) -> Value:
        """``diag(v)`` of a vector as a matrix, of a matrix as its diagonal."""
        if value.rank == 1:
            other = self.axes.fresh(self.axes.classes[value.axes[0]])
            return Value(e.mul(e.Delta(value.axes[0], other), value.expr), (value.axes[0], other))
        if value.rank == 2:
            self.axes.unify(*value.axes)
            return Value(e.rename(value.expr, {value.axes[1]: value.axes[0]}), value.axes[:1])
        raise Refusal("diag of something that is not an array", tree.start, tree.end)

    def _reduction(self, name: str, tree: s.Call, frame: Frame) -> Value:
        value = self.value(tree.args[0], frame)
        if name in ("tr", "trace"):
            if value.rank != 2:
                raise Refusal("a trace of something that is not a matrix", tree.start, tree.end)
            self.axes.unify(*value.axes)
            body = e.rename(value.expr, {value.axes[1]: value.axes[0]})
            return Value(e.Sum(value.axes[0], self.axes.size(value.axes[0]), body))
        if name in ("logsumexp", "lse"):
            value = replace(value, expr=e.Fun("exp", (value.expr,)))
        axes = value.axes
        if len(tree.args) == 2:
            k = _whole(tree.args[1])
            if not 1 <= k <= value.rank:
                raise Refusal(f"there is no dimension {k} here", tree.args[1].start, tree.args[1].end)
            axes = (value.axes[k - 1],)
        factor: e.Expr = e.ONE
        for axis in axes:
            if name == "mean":
                factor = e.divide(factor, e.Size(self.axes.size(axis)))
            value = self.axes.summed(value, axis)
        result = e.mul(factor, value.expr)
        return replace(value, expr=e.Fun("log", (result,)) if name in ("logsumexp", "lse") else result)

    def _norm(self, tree: s.Norm, frame: Frame) -> Value:
        value = self.value(tree.body, frame)
        if tree.kind == "abs" and not value.rank:
            return replace(value, expr=e.Fun("abs", (value.expr,)))
        if tree.order not in ("", "2", "F") or (tree.order == "2" and value.rank == 2):
            raise Refusal("only the 2-norm is read", tree.start, tree.end)
        squared = replace(value, expr=e.power(value.expr, 2))
        for axis in value.axes:
            squared = self.axes.summed(squared, axis)
        return Value(e.power(squared.expr, Fraction(1, 2)))

    def _cases(self, tree: s.Cases, frame: Frame) -> Value:
        rest: e.Expr = e.ONE
        result: Value | None = None
        for branch, conditions in tree.rows:
            here = self._conditions(conditions, frame) if conditions else rest
            if conditions:
                rest = e.add(rest, e.neg(here))
            value = self.value(branch, frame)
            weighted = replace(value, expr=e.mul(here, value.expr))
            result = weighted if result is None else self.axes.elementwise(e.add, result, weighted)
        assert result is not None
        return result

    def _conditions(self, conditions: tuple[s.Syntax, ...], frame: Frame) -> e.Expr:
        """The indicator of all ``conditions`` together."""
        factors = [self.condition(c, frame) for c in conditions if isinstance(c, s.Compare)]
        return e.mul(*factors)

    def condition(self, compare: s.Compare, frame: Frame) -> e.Expr:
        """1 where the comparison holds, else 0."""
        left, right = _letter(compare.left), _letter(compare.right)
        letters = self.names.letters | frame.bound | set(frame.scope)
        is_index = (left in letters or isinstance(compare.left, s.Number)) and (
            right in letters or isinstance(compare.right, s.Number)
        )
        if is_index and compare.sign in ("=", "!="):
            delta = e.Delta(self.index(compare.left, frame), self.index(compare.right, frame))
            return delta if compare.sign == "=" else e.add(e.ONE, e.neg(delta))
        if compare.sign in ("<", ">", "<=", ">="):
            a, b = self.value(compare.left, frame), self.value(compare.right, frame)
            difference = e.add(a.expr, e.neg(b.expr))
            if compare.sign in ("<", "<="):
                difference = e.neg(difference)
            strict = e.Fun("step", (difference,))
            if compare.sign in ("<=", ">="):
                return e.add(e.ONE, e.neg(e.Fun("step", (e.neg(difference),))))
            return strict
        raise Refusal("this condition is not read", compare.start, compare.end)


def transposed(value: Value) -> Value:
    """The transpose: axes reversed, a column made a row."""
    if value.rank == 1:
        return replace(value, row=not value.row)
    if value.outer and value.rank > 2:
        axes = value.axes[value.outer :] + value.axes[: value.outer]
        return replace(value, axes=axes, outer=value.rank - value.outer)
    return replace(value, axes=value.axes[::-1])


def formal_derivative(body: e.Expr, formal: str) -> e.Expr:
    """``d body / d formal`` for a scalar formal parameter."""
    return e.Partial(body, formal, (), "local")


def substitute_leaf(body: e.Expr, name: str, image: e.Expr) -> e.Expr:
    """``body`` with the scalar leaf ``name`` replaced; a derivative by it is taken at ``image``."""
    if isinstance(body, e.Var) and body.name == name:
        return image
    match body:
        case e.Add(terms):
            return e.Add(tuple(substitute_leaf(t, name, image) for t in terms))
        case e.Mul(factors):
            return e.Mul(tuple(substitute_leaf(f, name, image) for f in factors))
        case e.Pow(base, exponent):
            return e.Pow(substitute_leaf(base, name, image), substitute_leaf(exponent, name, image))
        case e.Fun(fun, args):
            return e.Fun(fun, tuple(substitute_leaf(a, name, image) for a in args))
        case e.Sum(index, size, inner):
            return e.Sum(index, size, substitute_leaf(inner, name, image))
        case e.Partial(inner, wrt, _, _) if wrt == name:
            return substitute_leaf(_scalar_derivative(inner, name), name, image)
        case _:
            return body


def _scalar_derivative(body: e.Expr, name: str) -> e.Expr:
    """Elementary differentiation, for the slope of a function the document defines."""
    match body:
        case e.Var(own) if own == name:
            return e.ONE
        case e.Add(terms):
            return e.add(*(_scalar_derivative(t, name) for t in terms))
        case e.Mul(factors):
            return e.add(
                *(
                    e.mul(*factors[:k], _scalar_derivative(f, name), *factors[k + 1 :])
                    for k, f in enumerate(factors)
                )
            )
        case e.Pow(base, e.Num(exponent)):
            return e.mul(e.Num(exponent), e.power(base, exponent - 1), _scalar_derivative(base, name))
        case e.Fun(fun, (argument,)) if fun in _SLOPES:
            return e.mul(_SLOPES[fun](argument), _scalar_derivative(argument, name))
        case e.Fun("max", (left, right)):
            above = e.Fun("step", (e.add(left, e.neg(right)),))
            return e.add(
                e.mul(above, _scalar_derivative(left, name)),
                e.mul(e.add(e.ONE, e.neg(above)), _scalar_derivative(right, name)),
            )
        case e.Partial(inner, wrt) if wrt == name:
            return _scalar_derivative(_scalar_derivative(inner, name), name)
        case _ if any(isinstance(n, e.Var) and n.name == name for n in e.walk(body)):
            raise Refusal("the slope of this function is not known here", 0, 0)
        case _:
            return e.ZERO


def _sigmoid_slope(z: e.Expr) -> e.Expr:
    value = e.Fun("sigmoid", (z,))
    return e.mul(value, e.add(e.ONE, e.neg(value)))


def _one_minus_square(z: e.Expr) -> e.Expr:
    return e.add(e.ONE, e.neg(e.power(e.Fun("tanh", (z,)), 2)))


def _gauss(z: e.Expr) -> e.Expr:
    return e.mul(
        e.number(2),
        e.power(e.Constant("pi"), Fraction(-1, 2)),
        e.Fun("exp", (e.neg(e.power(z, 2)),)),
    )


_SLOPES: dict[str, Callable[[e.Expr], e.Expr]] = {
    "exp": lambda z: e.Fun("exp", (z,)),
    "log": lambda z: e.power(z, -1),
    "sigmoid": _sigmoid_slope,
    "tanh": _one_minus_square,
    "softplus": lambda z: e.Fun("sigmoid", (z,)),
    "erf": _gauss,
    "sin": lambda z: e.Fun("cos", (z,)),
    "cos": lambda z: e.neg(e.Fun("sin", (z,))),
    "sinh": lambda z: e.Fun("cosh", (z,)),
    "cosh": lambda z: e.Fun("sinh", (z,)),
    "relu": lambda z: e.Fun("step", (z,)),
    "abs": lambda z: e.Fun("sign", (z,)),
    "step": lambda z: e.ZERO,
    "sign": lambda z: e.ZERO,
}


def _rewritten(name: str, values: list[Value]) -> Value | None:
    """Functions that are short for others."""
    if len(values) != 1:
        return None
    z = values[0].expr
    half = e.number(Fraction(1, 2))
    forms: dict[str, Callable[[], e.Expr]] = {
        "silu": lambda: e.mul(z, e.Fun("sigmoid", (z,))),
        "swish": lambda: e.mul(z, e.Fun("sigmoid", (z,))),
        "tan": lambda: e.divide(e.Fun("sin", (z,)), e.Fun("cos", (z,))),
        "sech": lambda: e.power(e.Fun("cosh", (z,)), -1),
        "sqrt": lambda: e.power(z, Fraction(1, 2)),
        "gelu": lambda: e.mul(
            half, z, e.add(e.ONE, e.Fun("erf", (e.mul(z, e.power(e.number(2), Fraction(-1, 2))),)))
        ),
    }
    return replace(values[0], expr=forms[name]()) if name in forms else None


def _bare(tree: s.Syntax) -> s.Syntax:
    while isinstance(tree, s.Group) and len(tree.items) == 1 and tree.bracket != "\\langle":
        tree = tree.items[0]
    return tree


def _symbol(tree: s.Syntax) -> s.Symbol:
    tree = _bare(tree)
    if not isinstance(tree, s.Symbol):
        raise Refusal("a derivative by something that is not a symbol", tree.start, tree.end)
    return tree


def _whole(tree: s.Syntax) -> int:
    if isinstance(tree, s.Number) and tree.value.denominator == 1 and tree.value > 0:
        return int(tree.value)
    raise Refusal("a whole number was expected here", tree.start, tree.end)


def _first(binder: s.Binder) -> int:
    """The first position that a sum takes, 1-based."""
    if isinstance(binder.lower, s.Number) and binder.lower.value > 1:
        if binder.lower.value > 50:
            raise Refusal("a sum that starts far from its beginning", binder.start, binder.end)
        return int(binder.lower.value)
    return 1
