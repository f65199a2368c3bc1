"""Layers of many authors whose parameters and gradients are in dictionaries, lists and objects."""

from __future__ import annotations

from itertools import pairwise

import numpy as np


class JoelnetLinear:
    """The manner of joelnet: two dictionaries with the same keys."""

    def __init__(self, input_size: int, output_size: int) -> None:
        self.params = {}
        self.grads = {}
        self.params["w"] = np.random.randn(input_size, output_size)
        self.params["b"] = np.random.randn(output_size)

    def forward(self, inputs):
        self.inputs = inputs
        return inputs @ self.params["w"] + self.params["b"]

    def backward(self, grad):
        self.grads["b"] = np.sum(grad, axis=0)
        self.grads["w"] = self.inputs.T @ grad
        return grad @ self.params["w"].T


class ListAffine:
    """The manner of the second "Deep Learning from Scratch": two lists, filled in place."""

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]
        self.x = None

    def forward(self, x):
        W, b = self.params
        out = np.dot(x, W) + b
        self.x = x
        return out

    def backward(self, dout):
        W, _ = self.params
        dx = np.dot(dout, W.T)
        dW = np.dot(self.x.T, dout)
        db = np.sum(dout, axis=0)
        self.grads[0][...] = dW
        self.grads[1][...] = db
        return dx


class TimeRNN:
    """A layer that makes cells at every forward and sums their gradients."""

    def __init__(self, Wx, Wh, b, stateful=False):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.layers = None
        self.h, self.dh = None, None
        self.stateful = stateful

    def forward(self, xs):
        Wx, _, _ = self.params
        N, T, _ = xs.shape
        H = Wx.shape[1]
        self.layers = []
        hs = np.empty((N, T, H))
        if not self.stateful or self.h is None:
            self.h = np.zeros((N, H))
        for t in range(T):
            layer = RNNCell(*self.params)
            self.h = layer.forward(xs[:, t, :], self.h)
            hs[:, t, :] = self.h
            self.layers.append(layer)
        return hs

    def backward(self, dhs):
        Wx, _, _ = self.params
        N, T, _ = dhs.shape
        dxs = np.empty((N, T, Wx.shape[0]))
        dh = 0
        grads = [0, 0, 0]
        for t in reversed(range(T)):
            layer = self.layers[t]
            dx, dh = layer.backward(dhs[:, t, :] + dh)
            dxs[:, t, :] = dx
            for i, grad in enumerate(layer.grads):
                grads[i] += grad
        for i, grad in enumerate(grads):
            self.grads[i][...] = grad
        self.dh = dh
        return dxs


class RNNCell:
    def __init__(self, Wx, Wh, b):
        self.params = [Wx, Wh, b]
        self.grads = [np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)]
        self.cache = None

    def forward(self, x, h_prev):
        Wx, Wh, b = self.params
        h_next = np.tanh(np.dot(h_prev, Wh) + np.dot(x, Wx) + b)
        self.cache = (x, h_prev, h_next)
        return h_next

    def backward(self, dh_next):
        Wx, Wh, _ = self.params
        x, h_prev, h_next = self.cache
        dt = dh_next * (1 - h_next**2)
        self.grads[0][...] = np.dot(x.T, dt)
        self.grads[1][...] = np.dot(h_prev.T, dt)
        self.grads[2][...] = np.sum(dt, axis=0)
        return np.dot(dt, Wx.T), np.dot(dt, Wh.T)


class NumpyMLDense:
    """The manner of numpy-ml: parameters at the first forward, gradients that add up, lists of inputs."""

    def __init__(self, n_out, act_fn=None, init="glorot_uniform", optimizer=None):
        self.n_out = n_out
        self.n_in = None
        self.X = []
        self.parameters = {"W": None, "b": None}
        self.gradients = {}
        self.derived_variables = {"Z": []}
        self.is_initialized = False
        self.trainable = True

    def _init_params(self):
        self.parameters = {"W": np.random.randn(self.n_in, self.n_out), "b": np.zeros((1, self.n_out))}
        self.gradients = {"W": np.zeros((self.n_in, self.n_out)), "b": np.zeros((1, self.n_out))}
        self.is_initialized = True

    def flush_gradients(self):
        self.X = []
        for k in self.derived_variables:
            self.derived_variables[k] = []
        for k, v in self.gradients.items():
            self.gradients[k] = np.zeros_like(v)

    def forward(self, X, retain_derived=True):
        if not self.is_initialized:
            self.n_in = X.shape[1]
            self._init_params()
        Z = X @ self.parameters["W"] + self.parameters["b"]
        Y = np.tanh(Z)
        if retain_derived:
            self.X.append(X)
            self.derived_variables["Z"].append(Z)
        return Y

    def backward(self, dLdy, retain_grads=True):
        if not isinstance(dLdy, list):
            dLdy = [dLdy]
        dX = []
        for dy, x, z in zip(dLdy, self.X, self.derived_variables["Z"], strict=False):
            dZ = dy * (1 - np.tanh(z) ** 2)
            if retain_grads:
                self.gradients["W"] += x.T @ dZ
                self.gradients["b"] += dZ.sum(axis=0, keepdims=True)
            dX.append(dZ @ self.parameters["W"].T)
        return dX[0] if len(self.X) == 1 else dX


class Parameter:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)


class ParameterLinear:
    """Parameter objects with value and grad; the gradient is added to."""

    def __init__(self, n_input, n_output):
        self.W = Parameter(0.1 * np.random.randn(n_input, n_output))
        self.B = Parameter(np.zeros((1, n_output)))
        self.X = None

    def params(self):
        return {"W": self.W, "B": self.B}

    def forward(self, X):
        self.X = X.copy()
        return X @ self.W.value + self.B.value

    def backward(self, d_out):
        self.W.grad += self.X.T @ d_out
        self.B.grad += d_out.sum(axis=0, keepdims=True)
        return d_out @ self.W.value.T


class Tensor:
    def __init__(self, data):
        self.data = data
        self.grad = None


class ListOfTensors:
    """A list of parameter objects, whose gradients are made in the backward."""

    def __init__(self, sizes):
        self.weights = [Tensor(np.random.randn(a, b) * 0.4) for a, b in pairwise(sizes)]

    def forward(self, x):
        self.activations = [x]
        for w in self.weights:
            x = np.tanh(x @ w.data)
            self.activations.append(x)
        return x

    def backward(self, grad):
        for w, a, y in zip(
            self.weights[::-1], self.activations[-2::-1], self.activations[::-1], strict=False
        ):
            grad = grad * (1 - y**2)
            w.grad = a.T @ grad
            grad = grad @ w.data.T
        return grad


class Boxed:
    """Parameter objects whose value is W and whose gradient is dW."""

    class Box:
        def __init__(self, W):
            self.W = W
            self.dW = None

    def __init__(self, n):
        self.gate = self.Box(np.linspace(0.5, 1.5, n))

    def forward(self, x):
        self.x = x
        return x * self.gate.W

    def backward(self, dy):
        self.gate.dW = (dy * self.x).sum(axis=0)
        return dy * self.gate.W


class Pairs:
    """A list of pairs of parameter and gradient from a method."""

    def __init__(self, n):
        self.kernel = np.linspace(0.5, 1.5, n)
        self.slope_of_kernel = np.zeros(n)

    def forward(self, x):
        self.x = x
        return x * self.kernel

    def backward(self, dy):
        self.slope_of_kernel[:] = (dy * self.x).sum(axis=0)
        return dy * self.kernel

    def param(self):
        return [(self.kernel, self.slope_of_kernel)]


class ReturnedDictionary:
    """Everything is returned, parameters as a dictionary beside dx."""

    def __init__(self, d_in, d_out):
        self.params = {"W": np.random.randn(d_in, d_out), "b": np.zeros(d_out)}

    def forward(self, x):
        self.x = x
        return x @ self.params["W"] + self.params["b"]

    def backward(self, dout):
        grads = {"W": self.x.T @ dout, "b": dout.sum(0)}
        return dout @ self.params["W"].T, grads


class TwoLayerNet:
    """A whole network: the loss of x and t, and the gradients of its parameters alone."""

    def __init__(self, input_size, hidden_size, output_size):
        self.params = {}
        self.params["W1"] = 0.3 * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = 0.3 * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def predict(self, x):
        h = np.tanh(x @ self.params["W1"] + self.params["b1"])
        s = h @ self.params["W2"] + self.params["b2"]
        e = np.exp(s - s.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def loss(self, x, t):
        y = self.predict(x)
        return -np.mean(np.log(y[np.arange(len(t)), t]))

    def gradient(self, x, t):
        grads = {}
        h = np.tanh(x @ self.params["W1"] + self.params["b1"])
        dy = self.predict(x)
        dy[np.arange(len(t)), t] -= 1
        dy /= len(t)
        grads["W2"] = h.T @ dy
        grads["b2"] = dy.sum(0)
        dz = (dy @ self.params["W2"].T) * (1 - h**2)
        grads["W1"] = x.T @ dz
        grads["b1"] = dz.sum(0)
        return grads


class Sequential:
    """A list of layers."""

    def __init__(self, sizes):
        self.layers = [JoelnetLinear(a, b) for a, b in pairwise(sizes)]

    def forward(self, inputs):
        for layer in self.layers:
            inputs = layer.forward(inputs)
        return inputs

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)
        return grad
