"""Second derivatives of a scalar loss: the compact gradient differentiated once more."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.algebra.lowering import Algebra
from gradcheck.derive.collecting import shortest
from gradcheck.derive.derivation import CannotDerive, Chain, Forward, Step
from gradcheck.derive.proving import Prover
from gradcheck.derive.rebinding import rebound
from gradcheck.derive.vocabulary import Vocabulary


def second_chains(
    forward: Forward, words: Vocabulary, algebra: Algebra, prover: Prover, gradients: dict[str, e.Expr]
) -> Iterator[Chain]:
    """``∂²L/∂v∂w`` for every pair of ``forward.wrt``, v not after w.

    ``gradients`` are the gradients in terms of the definitions alone.
    Raises `CannotDerive` if the loss is not one of the definitions.
    """
    if not forward.loss_is_defined:
        raise CannotDerive(
            f"second derivatives need a scalar loss among the definitions;"
            f" here {forward.loss} stands for any loss of {', '.join(forward.outputs)}",
            forward.source,
            help="define the loss, for example as a sum over the outputs, or leave out --second",
        )
    algebra.rewritten = lambda poly: shortest(words, poly, "names").poly
    names = [name for name in forward.wrt if name in gradients]
    for k, first in enumerate(names):
        for second in names[k:]:
            yield _chain(forward, words, algebra, prover, gradients[first], first, second)


def _chain(
    forward: Forward,
    words: Vocabulary,
    algebra: Algebra,
    prover: Prover,
    gradient: e.Expr,
    first: str,
    second: str,
) -> Chain:
    own = forward.indices(first)
    other: list[str] = []
    for size in forward.graph.sizes(second):
        other.append(next(x for x in forward.letters[size] if x not in own and x not in other))
    indices = tuple(other)
    subject = e.Partial(forward.gradient(first), second, indices, "total")
    formal = e.Partial(rebound(gradient, {*own, *indices}, forward.letters), second, indices, "total")
    total = algebra.partial(gradient, second, indices, "total")
    written = shortest(words, total)
    shallow = all(_is_shallow(forward, p.name) for p in e.walk(gradient) if isinstance(p, e.Ref))
    steps = [Step("second", formal), Step("collect", written.expr)]
    if not shallow:
        steps = [Step("second", written.expr)]
    return Chain(subject, tuple(prover.kept(subject, steps)))


def _is_shallow(forward: Forward, name: str) -> bool:
    """Whether a definition mentions no other: through several, the derivative of a formula says little."""
    return not any(isinstance(part, e.Ref) for part in e.walk(forward.graph.nodes[name].body))
