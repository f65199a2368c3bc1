"""Classes of which a defect was once missed, or a right one once called wrong; all of these are right."""

from __future__ import annotations

import numpy as np


class SquaredDistance:
    """A loss of two inputs, both differentiated."""

    def forward(self, a, b):
        self.d = a - b
        return (self.d**2).sum()

    def backward(self):
        return 2 * self.d, -2 * self.d


class ZeroForTarget:
    """A loss that returns zeros for what it is compared with."""

    def forward(self, y_pred, y_true):
        self.d = y_pred - y_true
        return (self.d**2).sum()

    def backward(self):
        return 2 * self.d, np.zeros_like(self.d)


class UpdatedAtOnce:
    """The optimizer gives new weights."""

    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout, optimizer):
        W = self.W
        self.W = optimizer.update(self.W, self.x.T @ dout)
        return dout @ W.T


class OwnAdam:
    def __init__(self, lr=0.1):
        self.lr, self.m = lr, {}

    def step(self, key, p, g):
        m = self.m[key] = 0.9 * self.m.get(key, 0) + 0.1 * g
        p -= self.lr * m


class UpdatedInPlace:
    """An optimizer of its own changes the weights in place."""

    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.opt = OwnAdam()

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        dx = dout @ self.W.T
        self.opt.step("W", self.W, self.x.T @ dout)
        return dx


class UpdatedDictionary:
    def __init__(self, n):
        self.params = {"W": np.random.randn(n, n), "V": np.random.randn(n, n)}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] @ self.params["V"]

    def backward(self, dout, optimizer):
        dh = dout @ self.params["V"].T
        dx = dh @ self.params["W"].T
        grads = {"W": self.x.T @ dh, "V": (self.x @ self.params["W"]).T @ dout}
        optimizer.step(self.params, grads)
        return dx


class StepsAdded:
    """Two weights of one shape, to which the steps of an optimizer are added."""

    def __init__(self, n):
        self.W, self.V = np.random.randn(n, n), np.random.randn(n, n)

    def forward(self, x):
        self.x = x
        return x @ self.W + np.sin(x) @ self.V

    def backward(self, dout, optimizer):
        dx = dout @ self.W.T + dout @ self.V.T * np.cos(self.x)
        self.W += optimizer.delta(self.x.T @ dout)
        self.V += optimizer.delta(np.sin(self.x).T @ dout)
        return dx


class TwoReturned:
    """Two outputs without a name, one upstream gradient each."""

    def forward(self, x):
        self.x = x
        return np.tanh(x), np.exp(x)

    def backward(self, dt, de):
        return dt * (1 - np.tanh(self.x) ** 2) + de * np.exp(self.x)


class Moments:
    def forward(self, x):
        self.x = x
        return x.mean(axis=0), x.var(axis=0)

    def backward(self, dmean, dvar):
        n = len(self.x)
        return (dmean + 2 * (self.x - self.x.mean(axis=0)) * dvar) / n


class LeakySlope:
    """A parameter that is a number, with its gradient beside it."""

    def __init__(self, slope=0.1):
        self.slope = slope
        self.dslope = 0.0

    def forward(self, x):
        self.x = x
        return np.where(x > 0, x, self.slope * x)

    def backward(self, dout):
        self.dslope = (dout * self.x * (self.x <= 0)).sum()
        return np.where(self.x > 0, dout, self.slope * dout)


class NumberInDictionary:
    def __init__(self, n):
        self.params = {"w": np.random.randn(n), "b": 0}
        self.grads = {}

    def forward(self, x):
        self.x = x
        return x @ self.params["w"] + self.params["b"]

    def backward(self, d):
        self.grads["w"], self.grads["b"] = self.x.T @ d, d.sum()
        return np.outer(d, self.params["w"])


class NumberUpdated:
    def __init__(self, n):
        self.w, self.b = np.random.randn(n), 0.0

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, d, lr):
        dx = np.outer(d, self.w)
        self.w -= lr * self.x.T @ d
        self.b -= lr * d.sum()
        return dx


class NumberOfOptimizer:
    def __init__(self, n):
        self.w, self.b = np.random.randn(n), 0.0

    def forward(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, d, optimizer):
        dx = np.outer(d, self.w)
        self.w = optimizer.update(self.w, self.x.T @ d)
        self.b = optimizer.update(self.b, d.sum())
        return dx


class NumbersOnly:
    """Numbers that are no parameters."""

    def __init__(self, p=0.25, alpha=0.9, eps=1e-5):
        self.p, self.alpha, self.eps, self.calls = p, alpha, eps, 0

    def forward(self, x):
        self.x, self.norm = x, 1.0
        return self.alpha * x / (1 - self.p) + self.eps

    def backward(self, dout):
        self.dx = dout * self.alpha / (1 - self.p)
        return self.dx


class LogisticRegression:
    """The gradients are those of the attributes; the arguments are data."""

    def __init__(self, n_features):
        self.w = np.zeros(n_features)
        self.b = 0.0

    def loss(self, X, y):
        z = X @ self.w + self.b
        return np.mean(np.logaddexp(0, z) - y * z)

    def gradient(self, X, y):
        p = 1 / (1 + np.exp(-(X @ self.w + self.b)))
        return X.T @ (p - y) / len(y), np.mean(p - y)


class NamedRegression(LogisticRegression):
    def gradient(self, X, y):
        p = 1 / (1 + np.exp(-(X @ self.w + self.b)))
        dw = X.T @ (p - y) / len(y)
        db = np.mean(p - y)
        return db, dw


class Streaming:
    """Random numbers of its own, given or not."""

    def __init__(self, rng, rate=0.5):
        self.rng, self.rate = rng, rate

    def forward(self, x):
        self.mask = (self.rng.random(x.shape) > self.rate) / (1 - self.rate)
        return x * self.mask

    def backward(self, dout):
        return dout * self.mask


class OldStream:
    def __init__(self, seed=0):
        self.state = np.random.RandomState(seed)

    def forward(self, x):
        self.x, self.noise = x, self.state.randn(*x.shape)
        return x**2 * self.noise

    def backward(self, dout):
        return 2 * self.x * self.noise * dout


class Unwritten:
    """A base class, to be completed by others."""

    def __call__(self, x):
        self.out = self.forward(x)
        return self.out

    def forward(self, x):
        text = f"{type(self)} has no forward"
        raise Exception(text)

    def backward(self, dy):
        self.dy = dy
        assert False, "abstract"  # noqa: B011


class HalfWritten(Unwritten):
    def backward(self, dy):
        dx = self.slope(dy)
        return dx

    def slope(self, dy):
        raise NotImplementedError


class Written(Unwritten):
    def forward(self, x):
        if x is None:
            raise ValueError("no input")
        self.x = x
        return x**2

    def backward(self, dy):
        return 2 * self.x * dy


class UnpackedUpstream:
    """Two outputs, whose upstream gradients come as a pair."""

    def forward(self, x):
        self.x = x
        return np.tanh(x), np.exp(x)

    def backward(self, dout):
        dt, de = dout
        return dt * (1 - np.tanh(self.x) ** 2) + de * np.exp(self.x)


class Concatenated:
    """A list of inputs and a list of gradients."""

    def forward(self, xs):
        self.sizes = [x.shape[1] for x in xs]
        return np.concatenate(xs, axis=1)

    def backward(self, dout):
        return np.split(dout, np.cumsum(self.sizes)[:-1], axis=1)


class Shared:
    """A list of inputs, a list of outputs and one weight."""

    def __init__(self, n):
        self.W = np.random.randn(n, 2)

    def forward(self, xs):
        self.xs = xs
        return [x @ self.W for x in xs]

    def backward(self, douts):
        self.dW = sum(x.T @ d for x, d in zip(self.xs, douts, strict=True))
        return [d @ self.W.T for d in douts]
