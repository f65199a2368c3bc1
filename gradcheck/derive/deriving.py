"""The derivation itself: the gradient of every quantity in reverse order, step by step, each step proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.derive.collecting import Written, shortest
from gradcheck.derive.derivation import CannotDerive, Chain, Derivation, Forward, Step
from gradcheck.derive.links import Link, Work, is_simple
from gradcheck.derive.local_chains import local_chain
from gradcheck.derive.moves import Fact
from gradcheck.derive.proving import Prover
from gradcheck.derive.relabelling import relabelled
from gradcheck.derive.second_derivatives import second_chains
from gradcheck.derive.tidying import times
from gradcheck.derive.vocabulary import Vocabulary

_WORTH_INLINING = 2.2


def derive(forward: Forward, *, second: bool = False, locals: bool = False) -> Derivation:
    """The derivation of ``∂L/∂v`` for every v on the way from the outputs to ``forward.wrt``.

    ``second`` adds the second derivatives of a defined loss, ``locals`` the derivatives of the single
    definitions. Raises `CannotDerive` where the algebra does not reach.
    """
    try:
        return _Deriver(forward).derivation(second, locals)
    except (TooComplex, ZeroDivisionError) as error:
        raise CannotDerive(f"beyond what the algebra undertakes: {error}", forward.source) from error


class _Deriver:
    """One forward computation; chains are found from the outputs to the inputs."""

    def __init__(self, forward: Forward) -> None:
        self.forward, self.graph = forward, forward.graph
        self.algebra = Algebra(self.graph)
        self.ring = self.algebra.ring
        self.words = Vocabulary(forward, self.algebra)
        self.work = Work(forward, self.algebra, self.words)
        self.prover = Prover(forward)
        self.chains: list[Chain] = []

    def derivation(self, second: bool, local: bool) -> Derivation:
        for name in self._order():
            self.chains.append(self._chain(name))
        if not self.chains:
            asked = ", ".join(self.forward.wrt) or "no input"
            raise CannotDerive(
                f"there is nothing to derive for {asked}: the gradient of an output is what is given",
                self.forward.source,
            )
        local_chains = tuple(self._locals()) if local else ()
        second_ = tuple(self._second()) if second else ()
        return Derivation(self.forward, tuple(self.chains), second_, local_chains)

    def _second(self) -> Iterator[Chain]:
        """The second derivatives, from gradients that mention no other gradient."""
        gradients = {name: self._in_definitions(name) for name in self.forward.wrt}
        yield from second_chains(self.forward, self.words, self.algebra, self.prover, gradients)

    def _in_definitions(self, name: str) -> e.Expr:
        """The compact gradient with the gradients that it mentions put in."""
        chain = next(c for c in self.chains if isinstance(c.subject, e.Adjoint) and c.subject.node == name)
        if not any(isinstance(part, e.Adjoint) for part in e.walk(chain.result)):
            return chain.result
        return shortest(
            self.words, self.algebra.adjoint(self.forward.loss, name, self.forward.indices(name))
        ).expr

    def _order(self) -> list[str]:
        """What lies between the loss and ``wrt``: definitions backwards, then the inputs."""
        wanted = set(self.forward.wrt)
        between = {n for n in self.graph.nodes if any(self._reaches(n, w) for w in wanted)}
        fixed_ends = {self.forward.loss, *self.forward.outputs}
        nodes = [n for n in reversed(list(self.graph.nodes)) if n in between | wanted and n not in fixed_ends]
        return [
            *(n for n in nodes if self._matters(n)),
            *(w for w in self.forward.wrt if w in self.graph.leaves),
        ]

    def _reaches(self, node: str, wrt: str) -> bool:
        return node == wrt or (node in self.graph.nodes and self.algebra.depends(node, wrt))

    def _matters(self, node: str) -> bool:
        """Whether the loss depends on a node."""
        return bool(self._children(node))

    def _children(self, name: str) -> list[str]:
        """The definitions that mention ``name`` and lead on to the loss."""
        head = f"v:{name}"
        ends = {self.forward.loss, *self.forward.outputs}
        return [
            n.name
            for n in reversed(self.graph.nodes.values())
            if head in self.algebra.definition(n.name, n.params).deps()
            and (n.name in ends or self._children(n.name))
        ]

    # -- one gradient -------------------------------------------------------------------

    def _chain(self, name: str) -> Chain:
        """``∂L/∂name`` by the chain rule, the local derivatives put in, contracted, collected."""
        subject = self.forward.gradient(name)
        own = self.forward.indices(name)
        children = self._children(name)
        if not children:
            raise CannotDerive(f"{self.forward.loss} does not depend on {name}", self.forward.source)
        links = [Link(self.work, name, own, child) for child in children]
        direct = [link.child for link in links] == [self.forward.loss]
        lines = [Step("definition" if direct else "chain", e.add(*(link.formal() for link in links)))]
        lines.append(Step("local", e.add(*(link.local() for link in links))))
        deltas = any(isinstance(part, e.Delta) for part in e.walk(lines[-1].value))
        rule = "kronecker" if deltas else "linear"
        lines.append(Step(rule, e.add(*(link.contracted() for link in links))))
        names, written = self._chosen(links)
        if names:
            lines.append(Step("substitute", e.add(*(link.contracted(names) for link in links))))
        if not self.prover.equal(subject, written.expr):
            total = self._total(links, names)
            written = Written(total, self.words.raiser.write(total, frozenset(map(str, own))))
        lines += self._collected(written)
        self.work.found[name] = written.poly
        chain = Chain(subject, tuple(self.prover.kept(subject, lines)))
        self.prover.rely_on(name, chain.result)
        return chain

    def _chosen(self, links: Sequence[Link]) -> tuple[frozenset[str], Written]:
        """The known gradients to put in, and the result: the shortest, or what statistics come to.

        The gradient of a statistic, a quantity with fewer axes than this one, is put in even if the
        formula becomes somewhat longer: so do papers, where what is sought is the gradient of the input.
        """
        known = frozenset(link.child for link in links if link.child in self.work.found)
        simple = frozenset(name for name, found in self.work.found.items() if is_simple(found))
        options = [frozenset[str](), known & simple, known]
        results = {names: self._result(links, names) for names in dict.fromkeys(options)}
        best = min(results.items(), key=lambda option: option[1].cost)
        statistics = frozenset(link.child for link in links if link.reduces) & known
        if statistics:
            names = statistics | (known & simple)
            forced = results.get(names) or self._result(links, names)
            if forced.cost < _WORTH_INLINING * best[1].cost:
                return names, forced
        return best

    def _total(self, links: Sequence[Link], names: frozenset[str]) -> Poly:
        total = self.ring.zero
        for link in links:
            total = total + link.total(names)
        return total

    def _result(self, links: Sequence[Link], names: frozenset[str]) -> Written:
        return shortest(self.words, self._total(links, names))

    def _collected(self, written: Written) -> Iterator[Step]:
        """The last line, and the identities that it rests on."""
        if not written.facts:
            yield Step("collect", written.expr)
            return
        pairs = tuple(dict.fromkeys(self._pair(fact) for fact in written.facts))
        yield Step("fact", written.expr, pairs)

    def _pair(self, fact: Fact) -> tuple[e.Expr, e.Expr]:
        """An identity as two expressions with printable letters."""
        left, right = self.ring.component(fact.contraction), fact.value
        names = relabelled(fact, self.forward)
        write = self.words.raiser.write
        pair = write(left.rename(names)), write(right.rename(names))
        if isinstance(pair[0], e.Mul) and pair[0].factors[0] == e.number(-1):
            return times(Fraction(-1), pair[0]), times(Fraction(-1), pair[1])
        return pair

    def _locals(self) -> Iterator[Chain]:
        """The derivatives of the single definitions that the chains use."""
        for chain in self.chains:
            assert isinstance(chain.subject, e.Adjoint)
            for child in self._children(chain.subject.node):
                link = Link(self.work, chain.subject.node, chain.subject.indices, child)
                yield local_chain(self.forward, link.partial, link.written.expr, self.prover)
