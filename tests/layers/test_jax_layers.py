"""Layers of jax as targets: custom_vjp, custom_jvp, plain functions."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from typing import Any

import numpy as np
import pytest
from differences import bound, errors, gradients, is_right, wrong
from frameworks import needed

jax = needed("jax")

import jax_layers_by_hand as layers  # noqa: E402

from gradcheck.layers.adapters.jax_layers import recognise  # noqa: E402
from gradcheck.layers.errors import BadGradient, LayerRaised  # noqa: E402
from gradcheck.layers.target import MISSING, Target  # noqa: E402

RNG = np.random.default_rng(2)


def normal(*shape: int) -> Any:
    return RNG.normal(size=shape)


target = partial(bound, recognise)


@pytest.fixture(autouse=True)
def configuration_untouched() -> Any:
    yield
    assert not jax.config.jax_enable_x64


PARAMS = [{"w": normal(3, 4), "b": normal(4)}, {"w": normal(4, 2), "b": normal(2)}]
RIGHT = [
    (layers.log1pexp, {"x": normal(4)}),
    (layers.multiply_sin, {"x": normal(2, 3), "y": normal(2, 3)}),
    (layers.relu, {"x": normal(3, 4)}),
    (layers.layer_norm, {"x": normal(3, 4), "scale": normal(4), "offset": normal(4)}),
    (layers.layer_norm, {"x": normal(3, 4), "scale": normal(4), "offset": normal(4), "eps": 1e-3}),
    (layers.softmax, {"logits": normal(3, 4), "axis": 0}),
    (layers.cross_entropy, {"logits": normal(3, 4), "labels": np.array([0, 3, 1])}),
    (layers.dense, {"params": {"w": normal(3, 2), "b": normal(2)}, "x": normal(4, 3)}),
    (layers.gated, {"gates": layers.Gates(normal(3), normal(3)), "h": normal(3)}),
    (layers.total, {"scale": np.array(1.5), "xs": (normal(3), normal(3))}),
    (layers.symbolic, {"x": normal(3), "y": normal(3)}),
    (layers.jitted_square, {"x": normal(3)}),
    (layers.stable_log1pexp, {"x": normal(4)}),
    (layers.apply, {"f": layers.square, "x": normal(4)}),
    (layers.square, {"x": normal(3)}),
    (layers.gelu, {"x": normal(5)}),
    (layers.mlp, {"params": PARAMS, "x": normal(2, 3)}),
    (layers.attention, {"q": normal(3, 2), "k": normal(3, 2), "v": normal(3, 2)}),
    (layers.attention, {"q": normal(3, 2), "k": normal(3, 2), "v": normal(3, 2), "mask": np.tri(3) > 0}),
    (layers.dropout, {"key": jax.random.key(0), "x": normal(5), "rate": 0.25}),
    (layers.dropout, {"key": np.asarray(jax.random.PRNGKey(0)), "x": normal(5)}),
    (layers.normalised, {"x": normal(2, 2)}),
    (layers.mapped_norm, {"x": normal(2, 3)}),
    (layers.composed, {"x": normal(3), "y": normal(3)}),
    (layers.pooled, {"x": normal(6), "window": (2,), "mode": "max"}),
]  # fmt: skip


@pytest.mark.parametrize(("subject", "values"), RIGHT, ids=lambda v: getattr(v, "__name__", ""))
def test_right_layers_agree_with_differences(subject: object, values: dict[str, Any]) -> None:
    assert is_right(target(subject, **values))


@pytest.mark.parametrize(
    ("subject", "convention"),
    [
        (layers.relu, "jax.custom_vjp (fwd and bwd)"),
        (layers.symbolic, "jax.custom_vjp (jax.vjp, because of symbolic_zeros)"),
        (layers.jitted_square, "jax.custom_vjp under jax.jit (fwd and bwd)"),
        (layers.stable_log1pexp, "jax.custom_jvp (transposed by jax.vjp)"),
        (layers.gelu, "jax function (jax.vjp)"),
        (layers.pooled, "jax function under jax.jit (jax.vjp)"),
    ],
)
def test_the_convention_says_what_was_recognised(subject: object, convention: str) -> None:
    found = recognise("layer", subject)
    assert found is not None and found.convention == convention


@pytest.mark.parametrize(
    "subject",
    [
        layers.numpy_softmax,
        layers.leaky,
        layers.leaky_backward,
        layers.multiply_sin_bwd,
        layers.Gates,
        jax.nn,
    ],
)
def test_what_is_no_layer_of_jax_is_left_to_others(subject: object) -> None:
    assert recognise("layer", subject) is None


def test_parameters_are_those_of_the_function() -> None:
    found = recognise("norm", layers.layer_norm)
    assert found is not None
    assert [(p.name, p.default) for p in found.parameters] == [
        ("x", MISSING),
        ("scale", MISSING),
        ("offset", MISSING),
        ("eps", 1e-5),
    ]


def test_the_leaves_of_pytrees_have_names_in_the_order_of_the_arguments() -> None:
    layer = target(layers.mlp, ("params.1.b",), x=normal(2, 3), params=PARAMS)
    assert list(layer.point) == ["params.0.b", "params.0.w", "params.1.w", "x"]
    assert layer.fixed == ("params.1.b",)
    assert is_right(layer)


def test_arrays_that_the_function_does_not_differentiate_are_held_fixed() -> None:
    values = {"x": normal(3, 4), "scale": normal(4), "offset": normal(4), "eps": np.array(1e-5)}
    layer = target(layers.layer_norm, ("offset",), **values)
    assert (list(layer.point), layer.fixed) == (["x", "scale"], ("offset", "eps"))


def test_integer_outputs_are_dropped() -> None:
    layer = target(layers.attention, q=normal(3, 2), k=normal(3, 2), v=normal(3, 2))
    assert [o.dtype for o in layer.evaluate(layer.point).outputs] == [np.float64]


def test_evaluations_are_in_the_precision_of_the_point() -> None:
    layer = target(layers.softmax, logits=normal(3, 4).astype(np.float32))
    call = layer.evaluate(layer.point)
    assert call.outputs[0].dtype == np.float32
    assert call.backward((np.ones((3, 4), np.float32),))["logits"].dtype == np.float32


def test_bfloat16_is_a_float() -> None:
    layer = target(layers.softmax, logits=normal(3, 4).astype(jax.numpy.bfloat16))
    assert gradients(layer)["logits"].dtype == jax.numpy.bfloat16


def test_x64_holds_where_the_user_has_it_on() -> None:
    with jax.enable_x64(True):
        assert is_right(target(layers.relu, x=normal(3)))
        assert jax.config.jax_enable_x64


@pytest.mark.parametrize("layer", [layers.straight_through, layers.detached])
def test_gradients_that_are_not_slopes_show(layer: object) -> None:
    assert wrong(target(layer, x=normal(4))) == {"x"}


def product(bwd: Any, fwd: Any = layers.product_fwd, **values: Any) -> Target:
    return target(layers.by_rules(fwd, bwd), x=normal(3, 2), w=normal(3, 2), **values)


def test_none_is_passed_on() -> None:
    found = gradients(product(lambda res, g: (g * res[1], None)))
    assert found["w"] is None and found["x"] is not None


def test_a_wrong_shape_is_passed_on() -> None:
    found = gradients(product(lambda res, g: (g * res[1], (g * res[0]).sum(0))))
    assert np.shape(found["w"]) == (2,)


def test_a_wrong_dtype_is_passed_on() -> None:
    found = gradients(product(lambda res, g: ((g * res[1]).astype("float32"), g * res[0])))
    assert found["x"].dtype == np.float32


def test_a_wrong_gradient_shows_in_its_argument_only() -> None:
    assert wrong(product(lambda res, g: (g * res[1], -g * res[0]))) == {"w"}


def test_a_list_of_gradients_is_taken_as_jax_does() -> None:
    assert is_right(product(lambda res, g: [g * res[1], g * res[0]]))


def test_none_for_a_pytree_is_none_for_its_leaves() -> None:
    @jax.custom_vjp
    def scaled(params, x):
        return params["a"] * params["b"] * x

    scaled.defvjp(
        lambda params, x: (scaled(params, x), (params, x)),
        lambda res, g: (None, g * res[0]["a"] * res[0]["b"]),
    )
    layer = target(scaled, params={"a": normal(2), "b": normal(2)}, x=normal(2))
    assert errors(layer) == {"params.a": np.inf, "params.b": np.inf, "x": pytest.approx(0, abs=1e-6)}


@pytest.mark.parametrize(
    ("bwd", "message"),
    [
        (lambda res, g: g * res[1], "one gradient for each of x, w; it returns a ArrayImpl"),
        (lambda res, g: (g, g, g), "it returns 3 values"),
        (lambda res, g: ({"a": g}, g), "no gradient for x: its result is built differently"),
    ],
)
def test_what_jax_would_refuse_is_refused(bwd: Any, message: str) -> None:
    with pytest.raises(BadGradient, match=message):
        gradients(product(bwd))


@pytest.mark.parametrize(
    ("fwd", "message"),
    [
        (lambda x, w: (2 * x * w, (x, w)), "something else than the function itself: output 1 differs by"),
        (lambda x, w: ((x * w).sum(0), (x, w)), r"output 1 has shape \(2,\) for \(3, 2\)"),
        (lambda x, w: ((x, w), (x, w)), r"PyTreeDef\(\(\*, \*\)\) for PyTreeDef\(\*\)"),
        (lambda x, w: x * w, "has to return a pair"),
    ],
)
def test_a_fwd_that_is_another_function_is_refused(fwd: Any, message: str) -> None:
    with pytest.raises(BadGradient, match=message):
        gradients(product(lambda res, g: (g, g), fwd))


def test_what_a_rule_raises_is_its_own() -> None:
    with pytest.raises(LayerRaised, match="backward raised ZeroDivisionError"):
        gradients(product(lambda res, g: (1 / 0, g)))
    with pytest.raises(LayerRaised, match="forward raised TypeError"):
        target(layers.mlp, params=None, x=normal(3)).evaluate({"x": normal(3)})


def test_a_custom_jvp_that_cannot_be_transposed_raises_in_the_backward() -> None:
    @jax.custom_jvp
    def cube(x):
        return x**3

    cube.defjvp(lambda primals, tangents: (cube(*primals), tangents[0] ** 2))
    with pytest.raises(LayerRaised) as caught:
        gradients(target(cube, x=normal(3)))
    assert caught.value.phase == "backward"


def test_results_without_floats_are_passed_on_to_be_refused() -> None:
    def highest(x):
        return jax.numpy.argmax(x)

    (output,) = target(highest, x=normal(3)).evaluate({"x": normal(3)}).outputs
    assert output.dtype.kind == "i"


def test_looking_for_jax_layers_does_not_import_jax() -> None:
    program = (
        "import sys; from gradcheck.layers.adapters.jax_layers import recognise; "
        "assert recognise('f', lambda x: x) is None; assert 'jax' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
