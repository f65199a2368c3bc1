"""The derivative of one definition by one of its arguments: a rule of differentiation a line."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.derive.derivation import Chain, Forward, Step
from gradcheck.derive.differentiating import applied
from gradcheck.derive.proving import Prover
from gradcheck.derive.rebinding import rebound
from gradcheck.derive.tidying import tidied

_LINES = 12


def local_chain(forward: Forward, partial: e.Partial, result: e.Expr, prover: Prover) -> Chain:
    """``∂c/∂v`` from the definition of c to ``result``, each line proved."""
    start = _spelt_out(forward, partial)
    steps = [Step("definition", start), *_lines(start)]
    deltas = any(isinstance(part, e.Delta) for part in e.walk(steps[-1].value))
    steps.append(Step("kronecker" if deltas else "collect", result))
    return Chain(partial, tuple(prover.kept(partial, steps)))


def _spelt_out(forward: Forward, partial: e.Partial) -> e.Partial:
    """The derivative of a definition's body."""
    if not isinstance(partial.body, e.Ref):
        return partial
    node = forward.graph.nodes[partial.body.name]
    outer = {str(i) for i in (*partial.body.indices, *partial.indices)}
    named = e.rename(node.body, dict(zip(node.params, partial.body.indices, strict=True)))
    body = rebound(named, outer, forward.letters)
    return e.Partial(e.mapped(body, tidied), partial.wrt, partial.indices, partial.mode)


def _lines(start: e.Expr) -> Iterator[Step]:
    """One rule after another, each at every place where it is due."""
    current = start
    for _ in range(_LINES):
        pending = next((p for p in e.walk(current) if isinstance(p, e.Partial)), None)
        if pending is None:
            return
        try:
            rule, _ = applied(pending)
            current = _everywhere(current, rule)
        except ValueError:
            return
        yield Step("sum" if rule == "constant" else rule, current)


def _everywhere(expr: e.Expr, rule: str) -> e.Expr:
    """``rule`` applied to every pending derivative that it is due for."""

    def change(part: e.Expr) -> e.Expr:
        if isinstance(part, e.Partial):
            due, after = applied(part)
            return after if due == rule else part
        return tidied(part)

    return e.mapped(expr, change)
