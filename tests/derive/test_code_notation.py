"""Formulas in the notation of NumPy: what is printed can be typed in, and gives what the code gives."""

import math
from pathlib import Path

import numpy as np
import pytest
from derived_code import Generated, derivation_of, derived

from gradcheck.algebra.expr import Adjoint, Ref, Size, Var, upstream
from gradcheck.derive.code.notation import numpy_name, numpy_notation
from gradcheck.derive.derivation import CannotDerive, Derivation
from gradcheck.deriving.library import library_names


def notation(derivation: Derivation, name: str) -> str:
    """The last line of the chain of a quantity."""
    chain = derivation.chain(name)
    indices = tuple(map(str, chain.subject.indices))
    code = numpy_notation(chain.result, indices, derivation.forward)
    return f"{numpy_name(chain.subject, derivation.forward)} = {code}"


def test_lines_as_one_would_write_them() -> None:
    affine, batchnorm = derivation_of("affine"), derivation_of("batchnorm")
    assert notation(affine, "x") == "dx = dout @ w.T"
    assert notation(affine, "w") == "dw = x.T @ dout"
    assert notation(affine, "b") == "db = dout.sum(axis=0)"
    assert notation(batchnorm, r"\gamma") == "dgamma = (x_hat * dout).sum(axis=0)"
    assert notation(derivation_of("softmax"), "x").startswith("dx = y * (dout - (")
    assert notation(derivation_of("attention"), "Q") == "dq = ds @ k / math.sqrt(d)"


@pytest.mark.parametrize("name", sorted({*library_names()} - {"gelu"}))
def test_typed_in_they_give_the_gradients(name: str, tmp_path: Path) -> None:
    derivation = derivation_of(name)
    forward = derivation.forward
    layer = Generated(derivation, tmp_path)
    values = next(layer.inputs())
    _, wanted = layer.run(values)
    space = {"np": np, "math": math, "_logistic": lambda x: 1 / (1 + np.exp(-x)), **values}
    usual = {n: 1e-5 for n in forward.fixed if not forward.graph.leaves[n]}
    space = {**{numpy_name(Var(n), forward): v for n, v in usual.items()}, **space}
    for leaf, sizes in forward.graph.leaves.items():
        for axis, size in enumerate(sizes):
            space[_length(size, derivation)] = np.shape(space[numpy_name(Var(leaf), forward)])[axis]
    for node in forward.graph.nodes.values():
        code = numpy_notation(node.body, node.params, forward)
        space[numpy_name(Ref(node.name), forward)] = eval(code, space)
    for output in forward.outputs or (forward.loss,):
        given = numpy_name(Var(upstream(forward.loss, output)), forward)
        space[given] = np.ones_like(space[numpy_name(Ref(output), forward)])
    for chain in derivation.chains:
        if isinstance(chain.subject, Adjoint) and chain.result != chain.subject:
            code = numpy_notation(chain.result, tuple(map(str, chain.subject.indices)), forward)
            space[numpy_name(chain.subject, forward)] = eval(code, space)
    for of, gradient in zip(forward.wrt, wanted, strict=True):
        found = space[numpy_name(Adjoint(forward.loss, of), forward)]
        np.testing.assert_allclose(np.broadcast_to(found, np.shape(gradient)), gradient, atol=1e-9)


def _length(size: str, derivation: Derivation) -> str:
    return numpy_name(Size(size), derivation.forward)


def test_a_letter_for_each_axis() -> None:
    derivation = derived(r"$$ y_{ij} = x_{ij} c_i $$")
    assert numpy_notation(derivation.forward.graph.nodes["y"].body, ("i", "j"), derivation.forward) == (
        "c[:, None] * x"
    )


def test_what_nobody_defines_has_no_name() -> None:
    forward = derivation_of("affine").forward
    with pytest.raises(CannotDerive, match="neither an input nor defined"):
        numpy_notation(Var("nobody"), (), forward)
