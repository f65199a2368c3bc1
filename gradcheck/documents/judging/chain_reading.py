"""The values of a chain's expressions under one meaning, and what was read charitably."""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.judgements import Read
from gradcheck.documents.meaning.document import Meaning
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.environment import Environment


def with_mode(expr: e.Expr, mode: str) -> e.Expr:
    """``expr`` with every derivative between nodes read as ``mode``; "written": d total, ∂ local.

    The derivative of a loss's derivative follows every path in any mode: a second derivative.
    """
    match expr:
        case e.Partial(e.Adjoint(), _, _, "total"):
            return expr
        case e.Partial(body, wrt, indices, written):
            chosen = written if mode == "written" else mode
            return e.Partial(with_mode(body, mode), wrt, indices, chosen)
        case e.Add(terms):
            return e.Add(tuple(with_mode(t, mode) for t in terms))
        case e.Mul(factors):
            return e.Mul(tuple(with_mode(f, mode) for f in factors))
        case e.Pow(base, exponent):
            return e.Pow(with_mode(base, mode), with_mode(exponent, mode))
        case e.Fun(name, args):
            return e.Fun(name, tuple(with_mode(a, mode) for a in args))
        case e.Sum(index, size, body):
            return e.Sum(index, size, with_mode(body, mode))
        case _:
            return expr


def has_partial(value: Value | Refusal | list[tuple[Value, Value]]) -> bool:
    """Whether a derivative between defined symbols occurs."""
    if isinstance(value, Refusal):
        return False
    pairs = [value] if isinstance(value, Value) else [v for pair in value for v in pair]
    return any(isinstance(n, e.Partial) for v in pairs for n in e.walk(v.expr))


class ChainReader:
    """Gives a chain's parts their values under one meaning."""

    def __init__(self, environment: Environment, meaning: Meaning, chain: Chain) -> None:
        self.environment, self.meaning, self.chain = environment, meaning, chain
        self.frame = Frame(dict(environment.scopes.get(id(chain), {})), mode="local")

    def read(self) -> Read:
        values: list[Value | Refusal | list[tuple[Value, Value]]] = []
        slips: list[list[tuple[str, str, int, int]]] = []
        conflicts: list[list[tuple[str, str]]] = []
        for part in self.chain.parts:
            self.frame.implicit = []
            self.meaning.axes.conflicts.clear()
            values.append(self.value(part.tree))
            slips.append([(n.code, n.message, n.start, n.end) for n in part.notes] + self.charities())
            conflicts.append(list(self.meaning.axes.conflicts))
        return Read(values, self.frame, slips, conflicts)

    def value(self, tree: s.Syntax | Refusal) -> Value | Refusal | list[tuple[Value, Value]]:
        """What one part means, in the frame of the chain; for a matrix, an empty list."""
        if isinstance(tree, Refusal):
            return tree
        if isinstance(tree, s.Matrix):
            return []
        left = self.chain.parts[0].tree
        try:
            self.frame.entering(tree, left if isinstance(left, s.Syntax) else None)
            return self.meaning.value(tree, self.frame)
        except Refusal as refusal:
            if refusal.end <= 0:
                return Refusal(refusal.reason, tree.start, tree.end)
            return refusal
        except RecursionError:
            return Refusal("the formula is nested too deeply", tree.start, tree.end)

    def charities(self) -> list[tuple[str, str, int, int]]:
        """What was read kindly so far: the code, what was read, and where."""
        words = {
            "index": ("D403", "an index is left out here; it was read as the one in scope"),
            "sum": ("D403", "the summed quantity carries no index; it was read as summed over its own"),
            "bound": ("D402", "this index runs to another size than the symbol it indexes"),
            "range": ("D402", "this bound contradicts the size of what is summed"),
        }
        return [(*words[kind], start, end) for kind, start, end in self.frame.implicit]
