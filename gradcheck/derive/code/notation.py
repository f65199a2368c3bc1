"""One formula as an array expression, for printouts: ``dx = dout @ w.T``."""

from __future__ import annotations

from gradcheck.algebra.expr import Adjoint, Expr, Ref, Size, Var, mapped, upstream, walk
from gradcheck.derive.code.canonical import Fresh
from gradcheck.derive.code.dialects import NUMPY
from gradcheck.derive.code.identifiers import Names, identifier
from gradcheck.derive.code.naming import symbol_name
from gradcheck.derive.code.programs import gradient_name
from gradcheck.derive.code.shapes import size_name
from gradcheck.derive.code.tidying import tidy
from gradcheck.derive.code.writing import Writer
from gradcheck.derive.derivation import CannotDerive, Forward


def numpy_notation(expr: Expr, indices: tuple[str, ...], forward: Forward) -> str:
    r"""The formula as NumPy writes it, its free ``indices`` the axes of the array in this order.

    Quantities have the names of `numpy_name`, lengths those of their sizes. An index that the formula
    does not have is left to broadcasting. Raises CannotDerive.

    >>> from gradcheck.algebra.expr import Graph, Sum, mul
    >>> forward = Forward("", Graph(leaves={"x": ("m", "d"), "w": ("k", "d")}), "L", (), ("x", "w"))
    >>> product = Sum("j", "d", mul(Var("x", ("i", "j")), Var("w", ("o", "j"))))
    >>> numpy_notation(product, ("i", "o"), forward)
    'x @ w.T'
    """
    body = tidy(Fresh().apart(mapped(expr, _as_tensor)))
    shapes = _shapes(forward)
    unknown = [p.name for p in walk(body) if isinstance(p, Var | Ref) and p.name not in shapes]
    if unknown:
        raise CannotDerive(f"{unknown[0]} is neither an input nor defined")
    names = _names(forward)
    numbers = frozenset(n for n in forward.fixed if not shapes[n])
    like = next((names.found[p.name] for p in walk(body) if isinstance(p, Var | Ref) and p.indices), "")
    writer = Writer(
        NUMPY, names.found, lambda size: size_name(names, size), shapes.__getitem__, numbers, like
    )
    return writer.formula(body, indices).code


def numpy_name(subject: Expr, forward: Forward) -> str:
    r"""What a quantity is called: gradients begin with d, the given upstream gradient is ``dout``.

    >>> from gradcheck.algebra.expr import Graph
    >>> forward = Forward("", Graph(leaves={r"\hat{x}": ("m",)}), "L", (), ())
    >>> numpy_name(Adjoint("L", r"\hat{x}", ("i",)), forward)
    'dx_hat'
    """
    given = _as_tensor(subject)
    if isinstance(given, Size):
        return size_name(_names(forward), given.name)
    if not isinstance(given, Var | Ref) or given.name not in _shapes(forward):
        raise CannotDerive("only quantities of the document have a name")
    return _names(forward).found[given.name]


def _as_tensor(part: Expr) -> Expr:
    """A gradient as a tensor with a name of its own."""
    if not isinstance(part, Adjoint):
        return part
    if part.via is not None:
        raise CannotDerive(f"a part of the gradient of {part.node} has no name in code")
    return Ref(gradient_name(part.node), part.indices)


def _names(forward: Forward) -> Names:
    """All names that formulas of this computation may use, the same for each of them."""
    graph, names = forward.graph, Names()
    given = (forward.loss,) if forward.loss_is_defined else forward.outputs
    used = {p.name for node in graph.nodes.values() for p in walk(node.body) if isinstance(p, Ref)}
    for node in given:
        dout = names.give(
            upstream(forward.loss, node), "dout" if len(given) == 1 else f"dout_{identifier(node)}"
        )
        if not forward.loss_is_defined and node not in used:
            names.found[gradient_name(node)] = dout
    for name in (*graph.leaves, *graph.nodes):
        symbol_name(names, name)
    for name in (*graph.leaves, *graph.nodes):
        names.give(gradient_name(name), f"d{names.found[name]}")
    for size in dict.fromkeys(s for name in (*graph.leaves, *graph.nodes) for s in graph.sizes(name)):
        size_name(names, size)
    return names


def _shapes(forward: Forward) -> dict[str, tuple[str, ...]]:
    graph = forward.graph
    own = {name: graph.sizes(name) for name in (*graph.leaves, *graph.nodes)}
    given = {upstream(forward.loss, name): sizes for name, sizes in own.items()}
    return {**own, **given, **{gradient_name(name): sizes for name, sizes in own.items()}}
