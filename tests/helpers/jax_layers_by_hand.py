"""``jax.custom_vjp``, ``jax.custom_jvp`` and plain functions as people write them, right and wrong."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np
from frameworks import needed

jax = needed("jax")
jnp = jax.numpy


@jax.custom_vjp
def log1pexp(x):
    return jnp.log(1.0 + jnp.exp(x))


log1pexp.defvjp(lambda x: (log1pexp(x), x), lambda x, g: (g * (1 - 1 / (1 + jnp.exp(x))),))


@jax.custom_vjp
def multiply_sin(x, y):
    """jax's own tutorial."""
    return jnp.sin(x) * y


def multiply_sin_fwd(x, y):
    return multiply_sin(x, y), (jnp.cos(x), jnp.sin(x), y)


def multiply_sin_bwd(res, g):
    cos_x, sin_x, y = res
    return cos_x * g * y, sin_x * g


multiply_sin.defvjp(multiply_sin_fwd, multiply_sin_bwd)


@jax.custom_vjp
def relu(x):
    return jnp.maximum(x, 0)


relu.defvjp(lambda x: (relu(x), x > 0), lambda positive, g: (jnp.where(positive, g, 0.0),))


@partial(jax.custom_vjp, nondiff_argnums=(3,))
def layer_norm(x, scale, offset, eps=1e-5):
    centred = x - x.mean(-1, keepdims=True)
    return scale * centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + eps) + offset


def _layer_norm_fwd(x, scale, offset, eps):
    centred = x - x.mean(-1, keepdims=True)
    rstd = 1 / jnp.sqrt((centred**2).mean(-1, keepdims=True) + eps)
    return scale * centred * rstd + offset, (centred * rstd, rstd, scale)


def _layer_norm_bwd(eps, res, dy):
    xhat, rstd, scale = res
    dxhat = dy * scale
    dx = rstd * (dxhat - dxhat.mean(-1, keepdims=True) - xhat * (dxhat * xhat).mean(-1, keepdims=True))
    return dx, (dy * xhat).sum(0), dy.sum(0)


layer_norm.defvjp(_layer_norm_fwd, _layer_norm_bwd)


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def softmax(logits, axis=-1):
    return jax.nn.softmax(logits, axis)


def _softmax_fwd(logits, axis):
    p = softmax(logits, axis)
    return p, p


softmax.defvjp(_softmax_fwd, lambda axis, p, g: (p * (g - (g * p).sum(axis, keepdims=True)),))


@jax.custom_vjp
def cross_entropy(logits, labels):
    return -jnp.mean(jax.nn.log_softmax(logits)[jnp.arange(len(labels)), labels])


def _cross_entropy_fwd(logits, labels):
    return cross_entropy(logits, labels), (jax.nn.softmax(logits), labels)


def _cross_entropy_bwd(res, g):
    p, labels = res
    return g * (p - jax.nn.one_hot(labels, p.shape[-1])) / len(labels), None


cross_entropy.defvjp(_cross_entropy_fwd, _cross_entropy_bwd)


@jax.custom_vjp
def dense(params, x):
    return {"out": x @ params["w"] + params["b"], "size": x.shape[0]}


def _dense_fwd(params, x):
    return dense(params, x), (params["w"], x)


def _dense_bwd(res, g):
    w, x = res
    return {"b": g["out"].sum(0), "w": x.T @ g["out"]}, g["out"] @ w.T


dense.defvjp(_dense_fwd, _dense_bwd)


class Gates(NamedTuple):
    reset: jax.Array
    update: jax.Array


@jax.custom_vjp
def gated(gates, h):
    return gates.update * h, jnp.argmax(h), gates.reset * h


def _gated_bwd(res, g):
    (gates, h), (dy, dindex, dz) = res, g
    assert dindex.dtype == jax.dtypes.float0
    return Gates(h * dz, h * dy), gates.update * dy + gates.reset * dz


gated.defvjp(lambda gates, h: (gated(gates, h), (gates, h)), _gated_bwd)


@jax.custom_vjp
def total(scale, *xs):
    return scale * sum(xs)


total.defvjp(
    lambda scale, *xs: (total(scale, *xs), (scale, xs)),
    lambda res, g: ((g * sum(res[1])).sum(), *(g * res[0] for _ in res[1])),
)


@jax.custom_vjp
def symbolic(x, y):
    return x * y


symbolic.defvjp(
    lambda x, y: (symbolic(x.value, y.value), (x.value, y.value)),
    lambda res, g: (g * res[1], g * res[0]),
    symbolic_zeros=True,
)


@jax.jit
@jax.custom_vjp
def jitted_square(x):
    return x * x


jitted_square.__wrapped__.defvjp(lambda x: (x * x, x), lambda x, g: (2 * x * g,))


@jax.custom_jvp
def stable_log1pexp(x):
    return jnp.log(1.0 + jnp.exp(x))


@stable_log1pexp.defjvp
def _stable_log1pexp_jvp(primals, tangents):
    (x,), (t,) = primals, tangents
    return stable_log1pexp(x), (1 - 1 / (1 + jnp.exp(x))) * t


@partial(jax.custom_jvp, nondiff_argnums=(0,))
def apply(f, x):
    return f(x)


@apply.defjvp
def _apply_jvp(f, primals, tangents):
    (x,), (t,) = primals, tangents
    return f(x), 2 * x * t


def square(x):
    return x * x


def gelu(x):
    return 0.5 * x * (1 + jnp.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def mlp(params, x):
    for layer in params[:-1]:
        x = jnp.tanh(x @ layer["w"] + layer["b"])
    return x @ params[-1]["w"] + params[-1]["b"]


def attention(q, k, v, *, mask=None):
    scores = q @ k.T / jnp.sqrt(q.shape[-1])
    if mask is not None:
        scores = jnp.where(mask, scores, -1e9)
    weights = jax.nn.softmax(scores)
    return weights @ v, weights.argmax(-1)


def dropout(key, x, rate=0.5):
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0.0)


def normalised(x):
    return x / _length(x)


def _length(x):
    return _length(x.ravel()) if x.ndim > 1 else jnp.sqrt((x * x).sum())


mapped_norm = jax.vmap(normalised)


def composed(x, y):
    return relu(x) * y


@partial(jax.jit, static_argnames=("window", "mode"))
def pooled(x, window, mode="mean"):
    parts = x.reshape(-1, window[0])
    return parts.mean(-1) if mode == "mean" else parts.max(-1)


def numpy_softmax(x):
    e = np.exp(x - x.max())
    return e / e.sum()


def leaky(x):
    return jnp.where(x > 0, x, 0.1 * x)


def leaky_backward(dy, x):
    return dy * jnp.where(x > 0, 1.0, 0.1)


def straight_through(x):
    return x + jax.lax.stop_gradient(jnp.round(x) - x)


def detached(x):
    return x / jax.lax.stop_gradient(jnp.linalg.norm(x))


def by_rules(fwd, bwd):
    """x·w with any rules."""

    @jax.custom_vjp
    def product(x, w):
        return x * w

    product.defvjp(fwd, bwd)
    return product


def product_fwd(x, w):
    return x * w, (x, w)
