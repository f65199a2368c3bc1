"""The reference layers against loops, against PyTorch where there is one, and against differences."""

from __future__ import annotations

import ast
import copy
import inspect
import math
from collections.abc import Callable, Iterator
from itertools import combinations, product
from statistics import fmean, pvariance, variance
from typing import Any

import numpy as np
import pytest

from gradcheck.layers.errors import CannotLoad
from gradcheck.layers.naming import gradient_of, is_cache, is_upstream
from gradcheck.layers.reference import load, names

Array = np.ndarray[Any, np.dtype[Any]]
Values = dict[str, Any]

BATCHED = frozenset("x p q k v target mask ids h_prev c_prev".split())
"""The arguments whose first axis is the batch."""
KINKED = ("relu", "leaky_relu")
CASES = [(name, at) for name in names() for at in range(len(load(name).gradcheck_cases()[name]))]
every_case = pytest.mark.parametrize(("name", "at"), CASES)
seeds = pytest.mark.parametrize("seed", [0, 1, 2])


# -- inputs ----------------------------------------------------------------------------


def bernoulli(rng: np.random.Generator, *shape: int, p: float) -> Array:
    return (rng.random(shape) < p).astype(float)


def onehot(rng: np.random.Generator, *shape: int) -> Array:
    return np.eye(shape[-1])[rng.integers(shape[-1], size=shape[:-1])]


SAMPLE: dict[str, Callable[..., Array]] = {
    "normal": lambda rng, *shape, mean=0.0, std=1.0: rng.normal(mean, std, shape),
    "uniform": lambda rng, *shape, low, high: rng.uniform(low, high, shape),
    "integers": lambda rng, low, high, *shape: rng.integers(low, high, shape),
    "bernoulli": bernoulli,
    "onehot": onehot,
    "simplex": lambda rng, *shape: rng.dirichlet(np.full(shape[-1], 5.0), shape[:-1]),
    "permutation": lambda rng, *shape: rng.permutation(math.prod(shape)).reshape(shape) / 10,
}


def sampled(spec: str, rng: np.random.Generator) -> Array:
    call = ast.parse(spec, mode="eval").body
    assert isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
    options = {k.arg: ast.literal_eval(k.value) for k in call.keywords if k.arg}
    return SAMPLE[call.func.id](rng, *map(ast.literal_eval, call.args), **options)


def inputs(name: str, at: int, seed: int = 0) -> Values:
    """The values of a case, those of a kinked layer away from 0."""
    rng = np.random.default_rng([seed, at])
    case = load(name).gradcheck_cases()[name][at]
    values = {a: sampled(v, rng) if isinstance(v, str) else v for a, v in case.items()}
    if name in KINKED:
        values["x"] += 0.05 * np.sign(values["x"])
    return values


def changed(values: Values, change: Callable[[Array], Array], only: Callable[[str], bool]) -> Values:
    return {n: change(v) if isinstance(v, np.ndarray) and only(n) else v for n, v in values.items()}


def arrays_in(value: Any) -> Iterator[Array]:
    if isinstance(value, tuple | list):
        for part in value:
            yield from arrays_in(part)
    elif isinstance(value, np.ndarray | np.generic):
        yield np.asarray(value) if isinstance(value, np.generic) else value


# -- running a layer -------------------------------------------------------------------


def forward(name: str, values: Values) -> tuple[Any, Any]:
    return getattr(load(name), f"{name}_forward")(**values)


def backward(name: str, dout: Any, cache: Any) -> dict[str, Array]:
    """The gradients by argument, read off the names that the backward returns."""
    found = getattr(load(name), f"{name}_backward")(dout, cache)
    found = found if isinstance(found, tuple) else (found,)
    return dict(zip(gradient_names(name), found, strict=True))


def gradient_names(name: str) -> list[str]:
    """The arguments whose gradients the last line of the backward returns."""
    module = load(name)
    last = ast.parse(inspect.getsource(getattr(module, f"{name}_backward"))).body[0].body[-1]  # type: ignore[attr-defined]
    returned = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    return [r.id.removeprefix("d") for r in returned]


def upstream(out: Any, seed: int = 0) -> Any:
    """A random upstream gradient of the type and shape of the output; a Python number for a loss."""
    rng = np.random.default_rng([seed, 99])
    if isinstance(out, tuple):
        return tuple(upstream(part, seed + at) for at, part in enumerate(out))
    if np.ndim(out) == 0:
        return float(rng.uniform(0.5, 1.5))
    return rng.normal(size=out.shape).astype(out.dtype)


def projected(name: str, values: Values, dout: Any) -> float:
    out, _ = forward(name, values)
    pairs = zip(out, dout, strict=True) if isinstance(out, tuple) else [(out, dout)]
    return float(sum(np.sum(o * d) for o, d in pairs))


def differences(name: str, values: Values, argument: str, dout: Any, step: float = 2e-3) -> Array:
    """The gradient by central differences of sixth order, one element at a time."""
    base = values[argument]
    slope = np.zeros(base.shape)
    for place in np.ndindex(base.shape):
        for weight, offset in ((45, 1), (-9, 2), (1, 3)):
            for sign in (1, -1):
                moved = base.copy()
                moved[place] += sign * offset * step
                slope[place] += sign * weight * projected(name, {**values, argument: moved}, dout)
    return slope / (60 * step)


def assert_gradients(name: str, values: Values) -> None:
    out, cache = forward(name, values)
    dout = upstream(out)
    for argument, gradient in backward(name, dout, cache).items():
        assert gradient.shape == values[argument].shape
        np.testing.assert_allclose(gradient, differences(name, values, argument, dout), rtol=1e-8, atol=1e-9)


# -- forwards written as loops ---------------------------------------------------------


def table(shape: tuple[int, ...], entry: Callable[..., float]) -> Array:
    return np.array([entry(*place) for place in np.ndindex(shape)]).reshape(shape)


def each(function: Callable[[float], float]) -> Callable[[Array], Array]:
    return lambda x: table(x.shape, lambda *at: function(x[at]))


def logistic(a: float) -> float:
    return 1 / (1 + math.exp(-a))


def normalised(x: float, among: Array, spread: Callable[..., float], eps: float) -> float:
    return (x - fmean(among.ravel())) / math.sqrt(spread(among.ravel().tolist()) + eps)


def batchnorm(spread: Callable[..., float]) -> Callable[..., Array]:
    def naive(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
        return table(x.shape, lambda i, j: gamma[j] * normalised(x[i, j], x[:, j], spread, eps) + beta[j])

    return naive


def layernorm(x: Array, gamma: Array, beta: Array, eps: float = 1e-5) -> Array:
    def entry(*at: int) -> float:
        return gamma[at[-1]] * normalised(x[at], x[at[:-1]], pvariance, eps) + beta[at[-1]]

    return table(x.shape, entry)


def rmsnorm(x: Array, gamma: Array, eps: float = 1e-5) -> Array:
    def entry(*at: int) -> float:
        return gamma[at[-1]] * x[at] / math.sqrt(fmean(v * v for v in x[at[:-1]]) + eps)

    return table(x.shape, entry)


def groupnorm(x: Array, gamma: Array, beta: Array, groups: int, eps: float = 1e-5) -> Array:
    def entry(*at: int) -> float:
        first = at[1] // (x.shape[1] // groups) * (x.shape[1] // groups)
        among = x[at[0], first : first + x.shape[1] // groups]
        return gamma[at[1]] * normalised(x[at], among, pvariance, eps) + beta[at[1]]

    return table(x.shape, entry)


def softmax(x: Array) -> Array:
    return table(x.shape, lambda *at: math.exp(x[at]) / sum(map(math.exp, x[at[:-1]])))


def cross_entropy(p: Array, target: Array) -> float:
    return -sum(t * math.log(q) for q, t in zip(p.flat, target.flat, strict=True)) / len(p)


def bce(p: Array, target: Array) -> float:
    pairs = zip(p.flat, target.flat, strict=True)
    return -fmean(t * math.log(q) + (1 - t) * math.log(1 - q) for q, t in pairs)


def conv2d(x: Array, w: Array, b: Array, stride: int = 1, padding: int = 0) -> Array:
    def pixel(n: int, c: int, i: int, j: int) -> float:
        return x[n, c, i, j] if 0 <= i < x.shape[2] and 0 <= j < x.shape[3] else 0.0

    def entry(n: int, k: int, i: int, j: int) -> float:
        i, j = i * stride - padding, j * stride - padding
        return b[k] + sum(w[k, c, u, v] * pixel(n, c, i + u, j + v) for c, u, v in np.ndindex(w.shape[1:]))

    sides = [(n + 2 * padding - k) // stride + 1 for n, k in zip(x.shape[2:], w.shape[2:], strict=True)]
    return table((len(x), len(w), *sides), entry)


def pool(summary: Callable[[list[float]], float]) -> Callable[..., Array]:
    def naive(x: Array, size: int, stride: int) -> Array:
        def entry(n: int, c: int, i: int, j: int) -> float:
            window = product(range(i * stride, i * stride + size), range(j * stride, j * stride + size))
            return summary([x[n, c, u, v] for u, v in window])

        return table((*x.shape[:2], *((side - size) // stride + 1 for side in x.shape[2:])), entry)

    return naive


def attention(q: Array, k: Array, v: Array, causal: bool = False) -> Array:
    def entry(*at: int) -> float:
        *head, i, e = at
        keys = k[tuple(head)][: i + 1] if causal else k[tuple(head)]
        weights = [math.exp(sum(q[(*head, i)] * key) / math.sqrt(q.shape[-1])) for key in keys]
        return sum(w * v[(*head, j, e)] for j, w in enumerate(weights)) / sum(weights)

    return table((*q.shape[:-1], v.shape[-1]), entry)


def blocks(wx: Array, wh: Array, b: Array, count: int) -> list[Callable[[Array, Array], Array]]:
    parts = zip(np.split(wx, count, 1), np.split(wh, count, 1), np.split(b, count), strict=True)
    return [lambda x, h, u=u, v=v, w=w: affine(x, u, w) + affine(h, v, 0 * w) for u, v, w in parts]  # type: ignore[misc]


def lstm_step(x: Array, h_prev: Array, c_prev: Array, wx: Array, wh: Array, b: Array) -> tuple[Array, Array]:
    i, f, o, g = (block(x, h_prev) for block in blocks(wx, wh, b, 4))
    c = each(logistic)(f) * c_prev + each(logistic)(i) * each(math.tanh)(g)
    return each(logistic)(o) * each(math.tanh)(c), c


def gru_step(x: Array, h_prev: Array, wx: Array, wh: Array, b: Array) -> Array:
    reset, update, candidate = blocks(wx, wh, b, 3)
    z = each(logistic)(update(x, h_prev))
    n = each(math.tanh)(candidate(x, each(logistic)(reset(x, h_prev)) * h_prev))
    return z * h_prev + (1 - z) * n


def affine(x: Array, w: Array, b: Array) -> Array:
    return table((len(x), w.shape[1]), lambda i, j: b[j] + sum(x[i] * w[:, j]))


NAIVE: dict[str, Callable[..., Any]] = {
    "affine": affine,
    "attention": attention,
    "average_pool2d": pool(fmean),
    "batchnorm": batchnorm(pvariance),
    "batchnorm_unbiased": batchnorm(variance),
    "bce": bce,
    "conv2d": conv2d,
    "cross_entropy": cross_entropy,
    "dropout": lambda x, mask, keep: table(x.shape, lambda *at: x[at] / keep if mask[at] else 0.0),
    "embedding": lambda ids, table: np.array([table[i] for i in ids.flat]).reshape(*ids.shape, -1),
    "gelu": each(lambda x: x * (1 + math.erf(x / math.sqrt(2))) / 2),
    "gelu_tanh": each(lambda x: x * logistic(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    "groupnorm": groupnorm,
    "gru_step": gru_step,
    "layernorm": layernorm,
    "leaky_relu": lambda x, slope=0.01: each(lambda v: max(v, 0) + slope * min(v, 0))(x),
    "lstm_step": lstm_step,
    "max_pool2d": pool(max),
    "mse": lambda x, target: fmean((a - b) ** 2 for a, b in zip(x.flat, target.flat, strict=True)),
    "relu": each(lambda x: max(x, 0.0)),
    "rmsnorm": rmsnorm,
    "rnn_step": lambda x, h_prev, wx, wh, b: each(math.tanh)(blocks(wx, wh, b, 1)[0](x, h_prev)),
    "sigmoid": each(logistic),
    "silu": each(lambda x: x * logistic(x)),
    "softmax": softmax,
    "softmax_cross_entropy": lambda x, target: cross_entropy(softmax(x), np.eye(x.shape[1])[target]),
    "tanh": each(math.tanh),
}


@every_case
@seeds
def test_the_forward_is_the_formula(name: str, at: int, seed: int) -> None:
    values = inputs(name, at, seed)
    np.testing.assert_allclose(forward(name, values)[0], NAIVE[name](**values), rtol=1e-12, atol=1e-12)


@every_case
@seeds
def test_the_backward_is_the_derivative(name: str, at: int, seed: int) -> None:
    assert_gradients(name, inputs(name, at, seed))


# -- against PyTorch -------------------------------------------------------------------


def in_torch(name: str) -> Callable[..., Any] | None:
    """The layer in PyTorch; None for the GRU, which resets elsewhere there."""
    torch = pytest.importorskip("torch")
    f = torch.nn.functional

    def lstm(x: Any, h_prev: Any, c_prev: Any, wx: Any, wh: Any, b: Any) -> Any:
        wx, wh, b = (torch.cat([t.chunk(4)[i] for i in (0, 1, 3, 2)]) for t in (wx.T, wh.T, b))
        return torch.lstm_cell(x, (h_prev, c_prev), wx, wh, b, 0 * b)

    def unbiased(x: Any, gamma: Any, beta: Any, eps: float = 1e-5) -> Any:
        return gamma * (x - x.mean(0)) / torch.sqrt(x.var(0, correction=1) + eps) + beta

    found: dict[str, Callable[..., Any]] = {
        "affine": lambda x, w, b: f.linear(x, w.T, b),
        "attention": lambda q, k, v, causal=False: f.scaled_dot_product_attention(q, k, v, is_causal=causal),
        "average_pool2d": f.avg_pool2d,
        "batchnorm": lambda x, gamma, beta, eps=1e-5: f.batch_norm(
            x, None, None, gamma, beta, training=True, eps=eps
        ),
        "batchnorm_unbiased": unbiased,
        "bce": f.binary_cross_entropy,
        "conv2d": lambda x, w, b, stride=1, padding=0: f.conv2d(x, w, b, stride, padding),
        "cross_entropy": lambda p, target: -(target * p.log()).sum(1).mean(),
        "dropout": lambda x, mask, keep: x * mask / keep,
        "embedding": f.embedding,
        "gelu": f.gelu,
        "gelu_tanh": lambda x: f.gelu(x, approximate="tanh"),
        "groupnorm": lambda x, gamma, beta, groups, eps=1e-5: f.group_norm(x, groups, gamma, beta, eps),
        "layernorm": lambda x, gamma, beta, eps=1e-5: f.layer_norm(x, gamma.shape, gamma, beta, eps),
        "leaky_relu": f.leaky_relu,
        "lstm_step": lstm,
        "max_pool2d": f.max_pool2d,
        "mse": f.mse_loss,
        "relu": f.relu,
        "rmsnorm": lambda x, gamma, eps=1e-5: f.rms_norm(x, gamma.shape, gamma, eps),
        "rnn_step": lambda x, h_prev, wx, wh, b: torch.rnn_tanh_cell(x, h_prev, wx.T, wh.T, b, 0 * b),
        "sigmoid": torch.sigmoid,
        "silu": f.silu,
        "softmax": lambda x: f.softmax(x, -1),
        "softmax_cross_entropy": f.cross_entropy,
        "tanh": torch.tanh,
    }
    return found.get(name)


@every_case
def test_torch_has_the_same_values_and_gradients(name: str, at: int) -> None:
    torch = pytest.importorskip("torch")
    theirs = in_torch(name)
    if theirs is None:
        pytest.skip(f"PyTorch has no {name} of this kind")
    values = inputs(name, at)
    out, cache = forward(name, values)
    dout = upstream(out)
    tensors = {n: torch.tensor(v) if isinstance(v, np.ndarray) else v for n, v in values.items()}
    for argument in gradient_names(name):
        tensors[argument].requires_grad_()
    found = theirs(*tensors.values())
    pairs = list(zip(found, dout, strict=True)) if isinstance(out, tuple) else [(found, dout)]
    torch.autograd.backward([y for y, _ in pairs], [torch.as_tensor(d, dtype=y.dtype) for y, d in pairs])
    for ours, (y, _) in zip(arrays_in(out), pairs, strict=True):
        np.testing.assert_allclose(ours, y.detach().numpy(), rtol=1e-11, atol=1e-11)
    for argument, gradient in backward(name, dout, cache).items():
        np.testing.assert_allclose(gradient, tensors[argument].grad.numpy(), rtol=1e-10, atol=1e-11)


# -- manners ---------------------------------------------------------------------------


@every_case
def test_nothing_is_written_to_and_twice_is_the_same(name: str, at: int) -> None:
    values = inputs(name, at)
    for array in arrays_in(list(values.values())):
        array.flags.writeable = False
    out, cache = forward(name, values)
    dout = upstream(out)
    kept = copy.deepcopy((cache, dout))
    for array in arrays_in((cache, dout)):
        array.flags.writeable = False
    first, second = backward(name, dout, cache), backward(name, dout, cache)
    for argument, gradient in first.items():
        np.testing.assert_array_equal(gradient, second[argument])
    for before, after in zip(arrays_in(kept), arrays_in((cache, dout)), strict=True):
        np.testing.assert_array_equal(before, after)
    np.testing.assert_array_equal(forward(name, values)[0], out)


@every_case
def test_nothing_returned_is_an_alias(name: str, at: int) -> None:
    values = inputs(name, at)
    out, cache = forward(name, values)
    dout = upstream(out)
    given = list(arrays_in(list(values.values())))
    for array, other in product(arrays_in(out), given):
        assert not np.shares_memory(array, other)
    gradients = list(backward(name, dout, cache).values())
    for array, other in product(gradients, [*given, *arrays_in((dout, cache))]):
        assert not np.shares_memory(array, other)
    for array, other in combinations(gradients, 2):
        assert not np.shares_memory(array, other)


@every_case
@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_low_precision_stays_low(name: str, at: int, dtype: type) -> None:
    exact = inputs(name, at)
    values = changed(exact, lambda v: v.astype(dtype) if v.dtype == float else v, lambda n: True)
    out, cache = forward(name, values)
    gradients = backward(name, upstream(out), cache)
    assert {a.dtype for a in arrays_in((out, list(gradients.values())))} == {np.dtype(dtype)}
    tolerance = 500 * np.finfo(dtype).eps
    np.testing.assert_allclose(out, forward(name, exact)[0], rtol=tolerance, atol=tolerance)


@every_case
def test_targets_and_masks_of_another_type_promote_nothing(name: str, at: int) -> None:
    fixed = ("target", "mask")
    values = changed(inputs(name, at), lambda v: v.astype(np.float32), lambda n: n in ("x", "p"))
    if not set(fixed) & set(values) or name == "softmax_cross_entropy":
        return
    out, cache = forward(name, values)
    (gradient,) = backward(name, upstream(out), cache).values()
    assert np.asarray(out).dtype == gradient.dtype == np.float32


@every_case
def test_a_batch_of_one(name: str, at: int) -> None:
    values = changed(inputs(name, at), lambda v: v[:1], BATCHED.__contains__)
    if name == "batchnorm_unbiased":
        with pytest.raises(ValueError, match="needs two rows"):
            forward(name, values)
        return
    np.testing.assert_allclose(
        forward(name, values)[0],
        NAIVE[name](**values),
        rtol=1e-12,
        atol=1e-12,
    )
    assert_gradients(name, values)


@every_case
def test_an_empty_batch(name: str, at: int) -> None:
    """The outputs and the gradients by batch are empty, the others 0, a loss too."""
    values = inputs(name, at)
    if name == "batchnorm_unbiased" or (name == "attention" and values["q"].ndim == 2):
        return
    values = changed(values, lambda v: v[:0], BATCHED.__contains__)
    out, cache = forward(name, values)
    assert all(a.ndim == 0 or len(a) == 0 for a in arrays_in(out))
    assert all((a == 0).all() for a in arrays_in(out))
    for argument, gradient in backward(name, upstream(out), cache).items():
        assert gradient.shape == values[argument].shape
        assert (gradient == 0).all()


STRIDED: dict[str, Callable[[Array], Array]] = {
    "every other": lambda v: np.repeat(v, 2, axis=-1)[..., ::2],
    "backwards": lambda v: v[..., ::-1].copy()[..., ::-1],
    "columns first": np.asfortranarray,
}


@every_case
@pytest.mark.parametrize("layout", STRIDED)
def test_any_strides_will_do(name: str, at: int, layout: str) -> None:
    values = inputs(name, at)
    strided = changed(values, STRIDED[layout], lambda n: True)
    out, cache = forward(name, values)
    dout = upstream(out)
    other, other_cache = forward(name, strided)
    np.testing.assert_allclose(other, out, rtol=1e-13, atol=1e-13)
    if np.ndim(dout):
        turned = STRIDED[layout]
        other_dout = tuple(map(turned, dout)) if isinstance(dout, tuple) else turned(dout)
    else:
        other_dout = dout
    gradients = backward(name, other_dout, other_cache)
    for argument, gradient in backward(name, dout, cache).items():
        np.testing.assert_allclose(gradients[argument], gradient, rtol=1e-12, atol=1e-12)


# -- names -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", names())
def test_the_names_follow_the_convention(name: str) -> None:
    module = load(name)
    arguments = list(inspect.signature(getattr(module, f"{name}_forward")).parameters)
    ahead = gradient_names(name)
    assert ahead == [a for a in arguments if a in ahead]
    assert [gradient_of(f"d{a}", arguments) for a in ahead] == ahead
    up, kept = inspect.signature(getattr(module, f"{name}_backward")).parameters
    assert is_upstream(up) and is_cache(kept)
    cases = module.gradcheck_cases()
    assert list(cases) == [name] and len(cases[name]) >= 2
    assert all(list(case) == arguments[: len(case)] for case in cases[name])
    assert module.__doc__ and "Source: " in module.__doc__


def test_every_layer_is_tested() -> None:
    assert set(NAIVE) == set(names())
    assert list(names()) == sorted(names())


@pytest.mark.parametrize("name", ["batch_norm", "__init__", "../relu", ""])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(CannotLoad, match="there are affine, attention"):
        load(name)


# -- corners ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sigmoid", "silu", "softmax", "tanh", "gelu", "gelu_tanh"])
def test_large_inputs_overflow_nowhere(name: str) -> None:
    values = {"x": np.array([[-1e4, -40.0, 0.0, 40.0, 1e4]])}
    out, cache = forward(name, values)
    (gradient,) = backward(name, np.ones_like(out), cache).values()
    assert np.isfinite(out).all() and np.isfinite(gradient).all()


def test_small_tails_keep_their_digits() -> None:
    x = np.array([-30.0])
    np.testing.assert_allclose(forward("sigmoid", {"x": x})[0], [math.exp(-30)], rtol=1e-12)
    np.testing.assert_allclose(
        forward("gelu", {"x": x})[0], [-30 * math.erfc(30 / math.sqrt(2)) / 2], rtol=1e-12
    )


def test_large_logits_give_a_finite_loss() -> None:
    x = np.array([[1e4, 0.0, -1e4], [-1e4, 0.0, 1e4]])
    loss, cache = forward("softmax_cross_entropy", {"x": x, "target": np.array([0, 0])})
    assert loss == 1e4
    assert backward("softmax_cross_entropy", 1.0, cache)["x"].tolist() == [[0, 0, 0], [-0.5, 0, 0.5]]


@pytest.mark.parametrize("name", ["cross_entropy", "bce"])
def test_certain_and_right_costs_nothing(name: str) -> None:
    p = np.array([[0.0, 1.0], [1.0, 0.0]])
    loss, cache = forward(name, {"p": p, "target": p})
    assert loss == 0
    assert np.isfinite(backward(name, 1.0, cache)["p"]).all()


def test_the_kinks_have_the_documented_gradients() -> None:
    zero = np.zeros(1)
    assert backward("relu", np.ones(1), forward("relu", {"x": zero})[1])["x"] == 0
    leaky = forward("leaky_relu", {"x": zero, "slope": 0.2})[1]
    assert backward("leaky_relu", np.ones(1), leaky)["x"] == 0.2
    tied = forward("max_pool2d", {"x": np.ones((1, 1, 2, 2)), "size": 2, "stride": 1})[1]
    assert backward("max_pool2d", np.ones((1, 1, 1, 1)), tied)["x"].tolist() == [[[[1, 0], [0, 0]]]]


def test_an_id_that_repeats_gathers() -> None:
    _, cache = forward("embedding", {"ids": np.array([2, 0, 2]), "table": np.ones((4, 1))})
    assert backward("embedding", np.array([[1.0], [2.0], [4.0]]), cache)["table"].tolist() == [
        [2],
        [0],
        [5],
        [0],
    ]


def test_a_causal_query_does_not_see_ahead() -> None:
    values = inputs("attention", 2)
    out, _ = forward("attention", values)
    values["k"][:, 3], values["v"][:, 3] = 7.0, 7.0
    np.testing.assert_array_equal(forward("attention", values)[0][:, :3], out[:, :3])


ones = np.ones
MISFITS: list[tuple[str, Values]] = [
    ("affine", {"x": ones((2, 3)), "w": ones((3, 4)), "b": ones(1)}),
    ("attention", {"q": ones((2, 3, 4)), "k": ones((1, 3, 4)), "v": ones((1, 3, 4))}),
    ("average_pool2d", {"x": ones((1, 1, 2, 2)), "size": 3, "stride": 1}),
    ("average_pool2d", {"x": ones((1, 1, 2, 2)), "size": 0, "stride": 1}),
    ("batchnorm", {"x": ones((2, 3)), "gamma": ones(1), "beta": ones(3)}),
    ("batchnorm_unbiased", {"x": ones((2, 3)), "gamma": ones(1), "beta": ones(3)}),
    ("bce", {"p": ones((2, 1)), "target": ones(2)}),
    ("conv2d", {"x": ones((1, 2, 3, 3)), "w": ones((1, 1, 2, 2)), "b": ones(1)}),
    ("conv2d", {"x": ones((1, 1, 3, 3)), "w": ones((1, 1, 4, 2)), "b": ones(1)}),
    ("conv2d", {"x": ones((1, 1, 3, 3)), "w": ones((1, 1, 2, 2)), "b": ones(1), "stride": -1}),
    ("cross_entropy", {"p": ones((2, 3)), "target": ones(3)}),
    ("dropout", {"x": ones((2, 3)), "mask": ones(3), "keep": 0.5}),
    ("dropout", {"x": ones(3), "mask": ones(3), "keep": 0.0}),
    ("groupnorm", {"x": ones((2, 3, 2)), "gamma": ones(3), "beta": ones(3), "groups": 2}),
    ("groupnorm", {"x": ones((2, 3, 2)), "gamma": ones(1), "beta": ones(1), "groups": 3}),
    (
        "gru_step",
        {"x": ones((2, 3)), "h_prev": ones((1, 2)), "wx": ones((3, 6)), "wh": ones((2, 6)), "b": ones(6)},
    ),
    ("layernorm", {"x": ones((2, 3)), "gamma": ones((1, 3)), "beta": ones(3)}),
    (
        "lstm_step",
        {
            "x": ones((2, 3)),
            "h_prev": ones((2, 2)),
            "c_prev": ones((1, 2)),
            "wx": ones((3, 8)),
            "wh": ones((2, 8)),
            "b": ones(8),
        },
    ),
    ("max_pool2d", {"x": ones((1, 1, 2, 2)), "size": 3, "stride": 1}),
    ("max_pool2d", {"x": ones((1, 1, 2, 2)), "size": 2, "stride": 0}),
    ("mse", {"x": ones((2, 1)), "target": ones(2)}),
    ("rmsnorm", {"x": ones((2, 3)), "gamma": ones(1)}),
    (
        "rnn_step",
        {"x": ones((2, 3)), "h_prev": ones((2, 2)), "wx": ones((3, 2)), "wh": ones((2, 2)), "b": ones(1)},
    ),
    ("softmax_cross_entropy", {"x": ones((2, 3)), "target": np.array([0, 3])}),
    ("softmax_cross_entropy", {"x": ones((2, 3)), "target": np.array([0, -1])}),
    ("softmax_cross_entropy", {"x": ones((2, 3)), "target": np.array([0])}),
]


@pytest.mark.parametrize(("name", "values"), MISFITS)
def test_what_would_broadcast_by_accident_is_refused(name: str, values: Values) -> None:
    with pytest.raises(ValueError):
        forward(name, values)


@pytest.mark.parametrize("ids", [[4], [-1]])
def test_an_id_out_of_range_is_refused(ids: list[int]) -> None:
    with pytest.raises(IndexError, match="from 0 to 3"):
        forward("embedding", {"ids": np.array(ids), "table": np.ones((4, 2))})
