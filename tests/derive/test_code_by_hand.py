"""Derivations put together by hand: what results may say, and what the code makes of it."""

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from derived_code import Generated, derived, verdicts

from gradcheck.algebra.expr import (
    Add,
    Adjoint,
    Delta,
    Expr,
    Fun,
    Graph,
    Last,
    Mul,
    Node,
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    add,
    mul,
    neg,
    number,
)
from gradcheck.derive.code.numpy_module import numpy_source
from gradcheck.derive.derivation import CannotDerive, Chain, Derivation, Forward, Step

X = Var("x", ("i", "j"))
DY = Adjoint("L", "y", ("i", "j"))


def by_hand(
    nodes: list[Node], leaves: dict[str, tuple[str, ...]], results: dict[str, Expr], **more: object
) -> Derivation:
    """The derivation with these results, of the last definition."""
    last = nodes[-1].name
    roots = {} if last == "L" else {"L": (last,)}
    graph = Graph({n.name: n for n in nodes}, leaves, roots)
    letters = {"m": ("i", "a", "b"), "d": ("j", "k", "l")}
    wrt = tuple(n for n in results if n in leaves)
    fixed = tuple(n for n in leaves if n not in wrt)
    forward = Forward("By hand", graph, "L", roots.get("L", ()), wrt, fixed, letters=letters)
    chains = [Chain(forward.gradient(n), (Step("collect", e),)) for n, e in results.items()]
    return Derivation(forward, tuple(chains), **more)  # type: ignore[arg-type]


def test_kronecker_deltas_are_contracted(tmp_path: Path) -> None:
    softmax = Mul((Fun("exp", (X,)), Pow(Sum("k", "d", Fun("exp", (Var("x", ("i", "k")),))), number(-1))))
    jacobian = Mul((Ref("y", ("i", "l")), Add((Delta("j", "l"), neg(Ref("y", ("i", "j")))))))
    result = Sum("l", "d", Mul((Adjoint("L", "y", ("i", "l")), jacobian)))
    layer = Generated(
        by_hand([Node("y", ("i", "j"), ("m", "d"), softmax)], {"x": ("m", "d")}, {"x": result}), tmp_path
    )
    assert "eye" not in layer.source and verdicts(layer.path) == {"pass"}


def test_a_delta_that_nothing_contracts_is_an_identity_matrix(tmp_path: Path) -> None:
    body = Mul((Var("c", ("i",)), Delta("i", "a")))
    node = Node("y", ("i", "a"), ("m", "m"), body)
    layer = Generated(by_hand([node], {"c": ("m",)}, {"c": Adjoint("L", "y", ("i", "i"))}), tmp_path)
    assert "np.eye(" in layer.source and verdicts(layer.path) == {"pass"}


def test_fixed_positions(tmp_path: Path) -> None:
    body = mul(Var("x", ("i", 1)), Var("x", ("i", Last("d"))))
    first = mul(Delta("j", 1), Var("x", ("i", Last("d"))))
    last = mul(Delta("j", Last("d")), Var("x", ("i", 1)))
    result = mul(Adjoint("L", "y", ("i",)), add(first, last))
    layer = Generated(by_hand([Node("y", ("i",), ("m",), body)], {"x": ("m", "d")}, {"x": result}), tmp_path)
    assert verdicts(layer.path) == {"pass"}


def test_a_defined_loss_is_scaled_by_what_comes_from_outside(tmp_path: Path) -> None:
    square = Sum("i", "m", Sum("j", "d", Pow(Ref("y", ("i", "j")), number(2))))
    nodes = [Node("y", ("i", "j"), ("m", "d"), mul(number(3), X)), Node("L", (), (), square)]
    results = {"y": mul(number(2), Ref("y", ("i", "j"))), "x": mul(number(3), DY)}
    layer = Generated(by_hand(nodes, {"x": ("m", "d")}, results), tmp_path)
    assert verdicts(layer.path) == {"pass"}
    values = next(layer.inputs())
    _, cache = layer.module.generated_forward(**values)
    np.testing.assert_allclose(layer.module.generated_backward(7.0, cache), 7 * 18 * values["x"])


def test_a_gradient_that_is_zero_and_one_that_is_the_same_everywhere(tmp_path: Path) -> None:
    body = add(Sum("i", "m", Sum("j", "d", X)), mul(number(0), Var("c")))
    nodes = [Node("L", (), (), add(body, Sum("i", "m", mul(number(0), Var("z", ("i",))))))]
    results: dict[str, Expr] = {"x": number(1), "z": number(0)}
    layer = Generated(by_hand(nodes, {"x": ("m", "d"), "z": ("m",)}, results), tmp_path)
    _, (dx, dz) = layer.run(next(layer.inputs()))
    assert dx.shape == (4, 3) and (dx == 1).all() and dz.shape == (4,) and not dz.any()


def test_equal_size_names_have_equal_lengths_and_shapes_are_checked(tmp_path: Path) -> None:
    body = add(Sum("k", "d", mul(Var("x", ("i", "k")), Var("u", ("k", "j")))), Var("b", ("j",)))
    x = Sum("k", "d", mul(Adjoint("L", "y", ("i", "k")), Var("u", ("j", "k"))))
    u = Sum("i", "m", mul(Var("x", ("i", "j")), Adjoint("L", "y", ("i", "k"))))
    node = Node("y", ("i", "j"), ("m", "d"), body)
    forward = by_hand([node], {"x": ("m", "d"), "u": ("d", "d"), "b": ("d",)}, {"x": x})
    chain = Chain(Adjoint("L", "u", ("j", "k")), (Step("collect", u),))
    both = Derivation(forward.forward, (*forward.chains, chain))
    layer = Generated(both, tmp_path)
    (values, _) = layer.inputs()
    assert values["u"].shape == (3, 3)
    with pytest.raises(ValueError, match="shapes do not fit"):
        layer.run({**values, "b": np.ones(1)})


def test_batched_products_need_no_einsum(tmp_path: Path) -> None:
    text = r"""$$ s_{bij} = \sum_{k=1}^d q_{bik} r_{bjk} $$ $$ y_{biu} = \sum_{j=1}^n s_{bij} v_{bju} $$"""
    layer = Generated(derived(text), tmp_path)
    assert "einsum" not in layer.source and "swapaxes(-2, -1)" in layer.source
    assert verdicts(layer.path) == {"pass"}


@pytest.mark.parametrize(
    "formula",
    [
        r"\sum_{k=1}^K \sum_{l=1}^M x_{ik} x_{il} a_{klj}",
        r"\sum_{k=1}^K x_{ik} a_{kj} c_{kj}",
        r"\sum_{k=1}^K x_{ik} a_{kj} c_{ij}",
        r"x_{ij} \sum_{k=1}^K a_{ki} c_k",
        r"\sum_{k=1}^K (x_{ik} - a_{jk})^2",
        r"\max(x_{ij}, a_{ij}) + |c_{ij}|",
        r"\frac{x_{ij}}{\sqrt{\sum_{k=1}^K a_{kj}^2 + \epsilon}}",
        r"x_{ij}^3 + \sqrt{3} \sin(a_i x_{ij})",
        r"\frac{1}{K} \sum_{k=1}^K x_{kj} a_i",
    ],
)
def test_sums_and_products_of_many_shapes(formula: str, tmp_path: Path) -> None:
    layer = Generated(derived(f"$$ y_{{ij}} = {formula} $$"), tmp_path)
    assert verdicts(layer.path, 0) == verdicts(layer.path, 1) == {"pass"}


def test_names_that_python_keeps_for_itself(tmp_path: Path) -> None:
    nodes = [Node("y", ("i",), ("m",), mul(Var(r"\lambda", ("i",)), Var("np", ("i",)), Var("sum", ("i",))))]
    dy = Adjoint("L", "y", ("i",))
    results = {
        r"\lambda": mul(dy, Var("np", ("i",)), Var("sum", ("i",))),
        "np": mul(dy, Var(r"\lambda", ("i",)), Var("sum", ("i",))),
        "sum": mul(dy, Var("np", ("i",)), Var(r"\lambda", ("i",))),
    }
    leaves = {r"\lambda": ("m",), "np": ("m",), "sum": ("m",)}
    layer = Generated(by_hand(nodes, leaves, results), tmp_path)
    assert verdicts(layer.path) == {"pass"}


def test_small_and_large_letters_are_two_names(tmp_path: Path) -> None:
    layer = Generated(derived(r"$$ y_{ij} = \sum_{k=1}^D X_{ik} x_{kj} $$"), tmp_path)
    assert verdicts(layer.path) == {"pass"}


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (Partial(Ref("y", ("i", "j")), "x", ("i", "j")), "no chain computes"),
        (Adjoint("L", "nobody", ("i", "j")), "has no chain"),
    ],
)
def test_what_has_no_code_is_refused(result: Expr, reason: str) -> None:
    node = Node("y", ("i", "j"), ("m", "d"), mul(Num(Fraction(2)), X))
    with pytest.raises(CannotDerive, match=reason):
        numpy_source(by_hand([node], {"x": ("m", "d")}, {"x": result}))


def test_a_gradient_without_a_chain_is_refused() -> None:
    node = Node("y", ("i", "j"), ("m", "d"), mul(Size("m"), X))
    derivation = by_hand([node], {"x": ("m", "d")}, {"x": mul(Size("m"), DY)})
    with pytest.raises(CannotDerive, match="no chain for the gradient of x"):
        numpy_source(Derivation(derivation.forward, ()))
