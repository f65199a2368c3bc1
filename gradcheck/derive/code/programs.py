"""From a derivation to a program: gradients become definitions, the upstream gradients inputs."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.algebra.expr import (
    Adjoint,
    Expr,
    Partial,
    Ref,
    Var,
    free_indices,
    mapped,
    mul,
    rename,
    upstream,
)
from gradcheck.derive.code.canonical import Fresh
from gradcheck.derive.code.definitions import Definition, Program, in_order
from gradcheck.derive.derivation import CannotDerive, Derivation, Forward

PER_LOSS = "per unit of the loss: "
"""What the name of a gradient begins with while the upstream gradient of the loss is not yet in it."""


def gradient_name(node: str) -> str:
    """What a program calls the gradient with respect to a quantity."""
    return f"gradient of {node}"


def program_of(derivation: Derivation, fresh: Fresh) -> Program:
    """Everything that the derivation defines, bound indices all different. Raises CannotDerive."""
    forward = derivation.forward
    graph = forward.graph
    roots = (forward.loss,) if forward.loss_is_defined else forward.outputs
    given = {root: upstream(forward.loss, root) for root in roots}
    found = [Definition(n.name, n.params, n.sizes, fresh.apart(n.body)) for n in graph.nodes.values()]
    found += _gradients(derivation, given, fresh)
    wrt = {name: gradient_name(name) for name in forward.wrt}
    definitions = in_order(found)
    _check(forward, definitions, given)
    for name, gradient in wrt.items():
        if gradient not in definitions:
            raise CannotDerive(f"the derivation has no chain for the gradient of {name}")
    return Program(
        definitions,
        {**graph.leaves, **{u: graph.sizes(root) for root, u in given.items()}},
        tuple(graph.leaves),
        tuple(name for name in graph.leaves if name not in wrt),
        roots,
        given,
        wrt,
    )


def _gradients(derivation: Derivation, given: Mapping[str, str], fresh: Fresh) -> list[Definition]:
    """The gradients; where the loss is defined, those that are wanted once more, times the upstream one."""
    forward, found = derivation.forward, []
    subjects = {c.subject.node for c in derivation.chains if isinstance(c.subject, Adjoint)}
    for chain in derivation.chains:
        subject = chain.subject
        if not isinstance(subject, Adjoint) or subject.via is not None:
            continue
        params = tuple(fresh.index(str(i)) for i in subject.indices)
        letters = dict(zip(map(str, subject.indices), params, strict=True))
        body = rename(fresh.apart(chain.result), dict(letters))
        body = _resolved(body, forward, given, subjects - _own(subject, chain.result))
        name = gradient_name(subject.node)
        sizes = forward.graph.sizes(subject.node)
        if not forward.loss_is_defined:
            found.append(Definition(name, params, sizes, body))
            continue
        found.append(Definition(PER_LOSS + name, params, sizes, body))
        if subject.node in forward.wrt:
            scaled = mul(Var(given[forward.loss]), Ref(PER_LOSS + name, params))
            found.append(Definition(name, params, sizes, scaled))
    return found


def _own(subject: Adjoint, result: Expr) -> set[str]:
    """An output whose chain says nothing but that its gradient is the given one."""
    return {subject.node} if result == subject else set()


def _resolved(expr: Expr, forward: Forward, given: Mapping[str, str], derived: set[str]) -> Expr:
    """``expr`` with gradients as definitions, or as inputs where they are given from outside."""

    def change(part: Expr) -> Expr:
        if isinstance(part, Partial):
            raise CannotDerive("a result still has a derivative in it that no chain computes")
        if not isinstance(part, Adjoint):
            return part
        if part.node == forward.loss and forward.loss_is_defined:
            return mul()
        if part.node in derived:
            prefix = PER_LOSS if forward.loss_is_defined else ""
            return Ref(prefix + gradient_name(part.node), part.indices)
        if part.node in given:
            return Var(given[part.node], part.indices)
        raise CannotDerive(f"a result mentions the gradient of {part.node}, which has no chain")

    return mapped(expr, change)


def _check(forward: Forward, definitions: Mapping[str, Definition], given: Mapping[str, str]) -> None:
    """Raise CannotDerive for what no array function can stand for: a label that is a letter."""
    for definition in definitions.values():
        loose = free_indices(definition.body) - set(definition.params)
        if loose:
            raise CannotDerive(
                f"the index {min(loose)} in the definition of {definition.name} is none of its own",
                help="write a label as a one-hot array, with a sum over the classes",
            )
