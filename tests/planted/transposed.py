"""Transposed: a matrix stands where its transpose should, and both have the same shape."""

import numpy as np


def linear_forward(x, w, b):
    return x @ w + b, (x, w)


def linear_backward(dout, cache):
    x, w = cache
    dx = dout @ w
    dw = x.T @ dout
    db = dout.sum(axis=0)
    return dx, dw, db


class Affine:
    def __init__(self, n, seed=0):
        rng = np.random.default_rng(seed)
        self.W = rng.standard_normal((n, n))
        self.b = np.zeros(n)
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return np.dot(x, self.W) + self.b

    def backward(self, dout):
        self.dW = np.dot(dout.T, self.x)
        self.db = np.sum(dout, axis=0)
        return np.dot(dout, self.W.T)


def bilinear(x, A, z):
    """x_n^T A z_n for every n."""

    def backprop(dy):
        dx = dy[:, None] * (z @ A)
        dA = np.einsum("n,ni,nj->ij", dy, x, z)
        dz = dy[:, None] * (x @ A)
        return dx, dA, dz

    return np.einsum("ni,ij,nj->n", x, A, z), backprop


def matmul_forward(a, b):
    return a @ b, {"a": a, "b": b}


def matmul_backward(dy, cache):
    return {"da": dy @ cache["b"], "db": cache["a"].T @ dy}


def quadratic_form(x, A):
    """x^T A x with any A, symmetric or not."""
    loss = float(x @ A @ x)
    dx = 2 * A @ x
    return loss, dx, np.outer(x, x)


def scores_forward(q, k):
    return q @ k.T / np.sqrt(q.shape[1]), (q, k)


def scores_backward(dout, cache):
    q, k = cache
    ds = dout / np.sqrt(q.shape[1])
    dq = ds @ k
    dk = ds @ q
    return dq, dk


PLANTED = {
    "linear": {"argument": "x", "cause": "w for w.T", "also": (), "index": None, "code": {"x": "L115"}},
    "Affine": {
        "argument": "W",
        "cause": "dout.T x for x.T dout",
        "also": (),
        "index": None,
        "code": {"W": "L115"},
    },
    "bilinear": {"argument": "x", "cause": "A for A.T", "also": (), "index": None, "code": {"x": "L115"}},
    "matmul": {"argument": "a", "cause": "b for b.T", "also": (), "index": None, "code": {"a": "L115"}},
    "quadratic_form": {
        "argument": "x",
        "cause": "2 A x for (A + A.T) x",
        "also": (),
        "index": None,
        "code": {"x": "L134"},
    },
    "scores": {"argument": "k", "cause": "ds for ds.T", "also": (), "index": None, "code": {"k": "L115"}},
}


def gradcheck_cases():
    return {
        "linear": {"x": "normal(6, 4)", "w": "normal(4, 4)", "b": "normal(4)"},
        "Affine": {"n": 4, "x": "normal(6, 4)"},
        "bilinear": {"x": "normal(5, 3)", "A": "normal(3, 3)", "z": "normal(5, 3)"},
        "matmul": {"a": "normal(4, 4)", "b": "normal(4, 4)"},
        "quadratic_form": {"x": "normal(4)", "A": "normal(4, 4)"},
        "scores": {"q": "normal(5, 3)", "k": "normal(5, 3)"},
    }
