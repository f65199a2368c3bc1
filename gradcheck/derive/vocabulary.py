"""What the definitions have words for: names, phrases such as ``(x_i − μ)``, functions, and facts."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.functions import exp
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.algebra.roots import content, expand_roots
from gradcheck.algebra.templates import signed_atom
from gradcheck.derive.cost import Weights
from gradcheck.derive.derivation import Forward
from gradcheck.derive.moves import Both, Elimination, Fact, eliminations, facts, moved
from gradcheck.derive.raising import Phrase, Raiser
from gradcheck.derive.rebinding import rebound
from gradcheck.derive.tidying import tidied, without_minus

_WHOLE = frozenset(["tanh", "sigmoid", "softplus", "sinh", "cosh", "sign"])
_SLOPES = {"abs": ("sign",), "softplus": ("sigmoid",), "sinh": ("cosh",), "cosh": ("sinh",)}


class Vocabulary:
    """The moves that the definitions allow, and a writer of polynomials in their words."""

    def __init__(self, forward: Forward, algebra: Algebra) -> None:
        self.forward, self.algebra, self.ring = forward, algebra, algebra.ring
        self.gradients = {e.upstream(forward.loss, name): name for name in forward.graph.nodes}
        self.gradients |= {e.upstream(forward.loss, name): name for name in forward.graph.leaves}
        self.functions: dict[str, Phrase] = {}
        self.raiser = Raiser(self.ring, self._entry, self.gradients, forward.letters)
        self.weights = Weights(self.ring, self.raiser.phrase)
        self.moves: list[Elimination] = []
        self.facts: list[Fact] = []
        for node in forward.graph.nodes.values():
            self._learn_phrases(node)
        roots = self._roots()
        for node in forward.graph.nodes.values():
            target = self.ring.atom(f"v:{node.name}", node.params)
            body = self.algebra.definition(node.name, node.params)
            is_function = isinstance(node.body, e.Fun) and node.body.name in _WHOLE
            self._learn(target, node.params, body, roots, is_function)
            if any(self._is_log(c.head) for c in body.components()):
                self._learn(exp(target), node.params, exp(body), roots)
        for name, phrase in self.functions.items():
            target = self.ring.atom(f"v:{name}", phrase.letters)
            self._learn(target, phrase.letters, self.algebra.lower(phrase.value), roots, True)
        self.pairs = [Both(root, move) for root in roots for move in self.moves if move.head in root.closed]
        self.moves += roots
        self._learn_facts()

    def _learn(
        self,
        target: Poly,
        letters: tuple[str, ...],
        body: Poly,
        roots: list[Elimination],
        is_phrase: bool = False,
    ) -> None:
        """The moves from a definition, as it is and with what stands under its roots put in."""
        bodies = [body]
        for root in roots:
            other = moved(root, body)
            if other is not None and len(other.terms) <= 4:
                bodies.append(other)
        for each in bodies:
            self.moves += eliminations(target, letters, each, is_phrase)

    def _is_log(self, head: str) -> bool:
        template = self.ring.templates.get(head)
        return template is not None and template.kind == "log"

    def _entry(self, name: str, indices: tuple[e.Index, ...]) -> e.Expr:
        """What an atom ``v:name`` is printed as."""
        if name in self.gradients:
            return self.forward.gradient(self.gradients[name], indices)
        if name in self.functions:
            return rebound(self.functions[name].at(indices), set(map(str, indices)), self.forward.letters)
        kind = e.Ref if name in self.forward.graph.nodes else e.Var
        return kind(name, indices)

    def _learn_phrases(self, node: e.Node) -> None:
        for part in e.walk(e.mapped(node.body, tidied)):
            try:
                lowered = self.algebra.lower(part)
            except (TooComplex, ZeroDivisionError):
                continue
            if len(lowered.terms) > 1 and isinstance(part, e.Add):
                _make_bracket(lowered)
            if isinstance(part, (e.Add, e.Mul, e.Sum)):
                self.raiser.remember(part, lowered)
            elif isinstance(part, e.Pow) and part.exponent == e.number(-1) and _has_function(part.base):
                self._learn_function(part)
            elif isinstance(part, e.Fun):
                for name in (part.name, *_SLOPES.get(part.name, ())):
                    if name in _WHOLE:
                        self._learn_function(e.Fun(name, part.args))
                for condition in _conditions_of(part):
                    self._learn_condition(condition)
                exponent = _softplus_of(part)
                if exponent is not None:
                    self._learn_function(e.Fun("sigmoid", (exponent,)))

    def _learn_function(self, value: e.Expr) -> None:
        """A function of the definitions as an atom of its own, for what it expands to."""
        lowered = self.algebra.lower(value)
        nodes = self.forward.graph.nodes.values()
        known = [*(p.value for p in self.functions.values()), *(n.body for n in nodes)]
        if any(self.algebra.lower(k) == lowered for k in known):
            return
        letters = tuple(sorted(e.free_indices(value)))
        self.functions[f"#{len(self.functions)}"] = Phrase(value, letters)

    def _learn_condition(self, condition: e.Expr) -> None:
        """``[u > 0]`` as it is, where the algebra writes it as ``1 - [-u > 0]``: at u = 0 they differ."""
        step = e.Fun("step", (without_minus(tidied(condition)),))
        if len(self.algebra.lower(step).terms) > 1:
            self._learn_function(step)

    def _roots(self) -> list[Elimination]:
        """What stands under a root, or in a bracket, solved for an atom in it."""
        found = []
        for head, template in list(self.ring.templates.items()):
            if template.kind == "root":
                letters = tuple(f"?{k}" for k in range(template.arity))
                root = self.ring.plain_atom(head, letters)
                found += eliminations(root, letters, template.argument, is_phrase=True)
        return found

    def _learn_facts(self) -> None:
        """What the definitions become once they are written in the names that they introduce."""
        zeros = []
        for node in self.forward.graph.nodes.values():
            body = self.algebra.definition(node.name, node.params)
            zeros.append(self.ring.atom(f"v:{node.name}", node.params) - body)
        for head, template in list(self.ring.templates.items()):
            if template.kind == "root" and any(c.sizes for c in template.argument.components()):
                letters = tuple(f"?{k}" for k in range(template.arity))
                zeros.append(self.ring.plain_atom(head, letters) - template.argument)
        self.facts += self._normalised()
        for fact in list(self.facts):
            zeros += (after for zero in self._summed(zeros) if (after := moved(fact, zero)) is not None)
        known: set[tuple[int, Poly]] = set()
        for zero in zeros:
            if not any(c.sizes for c in zero.components()):
                continue
            for rewritten in (zero, *self._rewritten(zero)):
                for fact in facts(self.ring, rewritten):
                    key = (fact.contraction.id, fact.value)
                    if key not in known and not _is_definition(fact, zeros):
                        known.add(key)
                        self.facts.append(fact)

    def _rewritten(self, zero: Poly) -> Iterator[Poly]:
        """An equation after one elimination, and after two."""
        for first in self.moves:
            once = moved(first, zero)
            if once is None:
                continue
            yield from {once, expand_roots(once)}
            for second in self.moves:
                twice = moved(second, once) if second.head != first.head else None
                if twice is not None:
                    yield from {twice, expand_roots(twice)}

    def _summed(self, zeros: list[Poly]) -> list[Poly]:
        """The definitions summed over their last axis: ``Σ_k q_nk`` for a q that mixes distributions."""
        summed = []
        for node, zero in zip(self.forward.graph.nodes.values(), zeros, strict=False):
            if node.params and not any(c.sizes for c in zero.components()):
                summed.append(zero.sum_over(node.params[-1], node.sizes[-1]))
        return summed

    def _normalised(self) -> Iterator[Fact]:
        """``Σ_k t_nk = 1`` for the inputs that are said to sum to 1."""
        for name in self.forward.normalised:
            sizes = self.forward.graph.leaves[name]
            letters = tuple(f"@{k}" for k in range(len(sizes)))
            total = self.ring.atom(f"v:{name}", letters).sum_over(letters[-1], sizes[-1])
            (component,) = total.components()
            yield Fact(component, tuple(sorted(component.free)), self.ring.one)


def _is_definition(fact: Fact, zeros: list[Poly]) -> bool:
    return any(
        fact.contraction.id in {c.id for c in zero.components()} and zero.free() == fact.contraction.free
        for zero in zeros
    ) and not fact.value.terms.keys() <= {()}


def _make_bracket(lowered: Poly) -> None:
    """Have the ring know the sum as one atom, its own bracket."""
    _, _, rest = content(lowered)
    if len(rest.terms) > 1:
        signed_atom("root", rest, lambda p: p)


def _conditions_of(part: e.Fun) -> Iterator[e.Expr]:
    """The u of the steps ``[u > 0]`` that the derivative of a function with a kink has."""
    match part:
        case e.Fun("relu" | "step", (argument,)):
            yield argument
        case e.Fun("max", (first, second)):
            yield tidied(
                e.add(second, e.neg(first)) if isinstance(first, e.Num) else e.add(first, e.neg(second))
            )
        case _:
            pass


def _softplus_of(part: e.Fun) -> e.Expr | None:
    """u of ``log(1 + e^u)``, whose derivative everybody writes as a sigmoid."""
    match part:
        case e.Fun("log", (e.Add((e.Num(one), e.Fun("exp", (exponent,)))),)) if one == 1:
            return exponent
        case e.Fun("log", (e.Add((e.Fun("exp", (exponent,)), e.Num(one))),)) if one == 1:
            return exponent
        case _:
            return None


def _has_function(expr: e.Expr) -> bool:
    return isinstance(expr, e.Add) and any(isinstance(part, e.Fun) for part in e.walk(expr))
