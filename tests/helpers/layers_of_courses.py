"""Layers in the manner of courses and frameworks of one's own: criteria, solver nets, optimizers inside."""

from __future__ import annotations

import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


class TorchModule:
    """The manner of Lua Torch: forward and backward pass on to three methods."""

    def __init__(self):
        self.output = None
        self.gradInput = None

    def forward(self, input):
        return self.updateOutput(input)

    def backward(self, input, gradOutput):
        self.updateGradInput(input, gradOutput)
        self.accGradParameters(input, gradOutput)
        return self.gradInput

    def updateOutput(self, input):
        pass

    def updateGradInput(self, input, gradOutput):
        pass

    def accGradParameters(self, input, gradOutput):
        pass


class TorchLinear(TorchModule):
    def __init__(self, n_in, n_out):
        super().__init__()
        self.W = np.random.uniform(-1, 1, size=(n_out, n_in))
        self.b = np.random.uniform(-1, 1, size=n_out)
        self.gradW = np.zeros_like(self.W)
        self.gradb = np.zeros_like(self.b)

    def updateOutput(self, input):
        self.output = input.dot(self.W.T) + self.b
        return self.output

    def updateGradInput(self, input, gradOutput):
        self.gradInput = gradOutput.dot(self.W)
        return self.gradInput

    def accGradParameters(self, input, gradOutput):
        self.gradW += gradOutput.T.dot(input)
        self.gradb += gradOutput.sum(axis=0)

    def zeroGradParameters(self):
        self.gradW.fill(0)
        self.gradb.fill(0)

    def getParameters(self):
        return [self.W, self.b]

    def getGradParameters(self):
        return [self.gradW, self.gradb]


class TorchCriterion:
    def forward(self, input, target):
        self.output = np.sum((input - target) ** 2) / input.shape[0]
        return self.output

    def backward(self, input, target):
        self.gradInput = (input - target) * 2 / input.shape[0]
        return self.gradInput


class SolverNet:
    """The manner of cs231n: one method returns scores, or the loss and a dictionary of gradients."""

    def __init__(self, input_dim, hidden_dim, num_classes, weight_scale=0.3, reg=0.1):
        self.params = {}
        self.reg = reg
        self.params["W1"] = weight_scale * np.random.randn(input_dim, hidden_dim)
        self.params["b1"] = np.zeros(hidden_dim)
        self.params["W2"] = weight_scale * np.random.randn(hidden_dim, num_classes)
        self.params["b2"] = np.zeros(num_classes)

    def loss(self, X, y=None):
        h = np.tanh(X @ self.params["W1"] + self.params["b1"])
        scores = h @ self.params["W2"] + self.params["b2"]
        if y is None:
            return scores
        loss, grads = 0, {}
        N = len(y)
        p = softmax(scores)
        loss = -np.log(p[np.arange(N), y]).mean()
        loss += 0.5 * self.reg * ((self.params["W1"] ** 2).sum() + (self.params["W2"] ** 2).sum())
        d = p.copy()
        d[np.arange(N), y] -= 1
        d /= N
        grads["W2"] = h.T @ d + self.reg * self.params["W2"]
        grads["b2"] = d.sum(0)
        dh = (d @ self.params["W2"].T) * (1 - h**2)
        grads["W1"] = X.T @ dh + self.reg * self.params["W1"]
        grads["b1"] = dh.sum(0)
        return loss, grads


class HingeLoss:
    def compute_loss(self, scores, y):
        rows = np.arange(len(y))
        margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
        margins[rows, y] = 0
        loss = margins.sum() / len(y)
        dscores = (margins > 0).astype(float)
        dscores[rows, y] = -dscores.sum(axis=1)
        dscores /= len(y)
        return loss, dscores


class SGD:
    def __init__(self, lr=0.01):
        self.lr = lr

    def update(self, w, g):
        return w - self.lr * g


class OwnOptimizer:
    """An optimizer of the layer's own, which is made in the constructor."""

    def __init__(self, n, optimizer=None):
        self.W = np.eye(n) + 0.1
        self.optimizer = optimizer or SGD()

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        dx = dout @ self.W.T
        self.W = self.optimizer.update(self.W, self.x.T @ dout)
        return dx


class AdamInside:
    """Moments and a step count beside the gradient, all of it in the backward."""

    def __init__(self, n):
        self.W = np.eye(n)
        self.m, self.v, self.t = np.zeros((n, n)), np.zeros((n, n)), 0

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout):
        self.dW = self.x.T @ dout
        dx = dout @ self.W.T
        self.t += 1
        self.m = 0.9 * self.m + 0.1 * self.dW
        self.v = 0.99 * self.v + 0.01 * self.dW**2
        self.W -= 1e-3 * self.m / (np.sqrt(self.v) + 1e-8)
        return dx


class GradientsTuple:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, d):
        self.gradients = (self.x.T @ d, d.sum(0))
        return d @ self.W.T


class NamelessSum:
    """One parameter, and a gradient whose name does not say of what; it adds up from None."""

    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.grad = None

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, g):
        dW = self.x.T @ g
        self.grad = dW if self.grad is None else self.grad + dW
        return g @ self.W.T


class WeightNorm:
    """Parameters called v and g."""

    def __init__(self, n_in, n_out):
        self.v = np.random.randn(n_in, n_out)
        self.g = np.ones(n_out)

    def forward(self, x):
        self.x = x
        self.norm = np.sqrt((self.v**2).sum(0))
        self.w = self.g * self.v / self.norm
        return x @ self.w

    def backward(self, dout):
        dw = self.x.T @ dout
        u = self.v / self.norm
        self.dg = (dw * u).sum(0)
        self.dv = self.g / self.norm * (dw - u * (dw * u).sum(0))
        return dout @ self.w.T


class GivenDictionaries:
    """A recurrent layer whose gradients are a dictionary that is returned beside dX."""

    def __init__(self, d, h):
        self.params = {"Wx": np.random.randn(d, h) * 0.3, "Wh": np.random.randn(h, h) * 0.3, "b": np.zeros(h)}
        self.h = h

    def forward(self, X):
        N, T, _ = X.shape
        h = np.zeros((N, self.h))
        self.cache = []
        for t in range(T):
            before, h = h, np.tanh(X[:, t] @ self.params["Wx"] + h @ self.params["Wh"] + self.params["b"])
            self.cache.append((X[:, t], before, h))
        return h

    def backward(self, dh):
        grads = {k: np.zeros_like(v) for k, v in self.params.items()}
        dX = []
        for x, before, h in reversed(self.cache):
            dz = dh * (1 - h**2)
            grads["Wx"] += x.T @ dz
            grads["Wh"] += before.T @ dz
            grads["b"] += dz.sum(0)
            dX.insert(0, dz @ self.params["Wx"].T)
            dh = dz @ self.params["Wh"].T
        return np.stack(dX, axis=1), grads


class PlainlyNamedNorm:
    """Running statistics that are called mean and var."""

    def __init__(self, d):
        self.gamma, self.beta = np.ones(d), np.zeros(d)
        self.mean, self.var = np.zeros(d), np.ones(d)

    def forward(self, x, training=True):
        mu, v = x.mean(0), x.var(0)
        self.mean = 0.9 * self.mean + 0.1 * mu
        self.var = 0.9 * self.var + 0.1 * v
        self.istd = 1 / np.sqrt(v + 1e-5)
        self.xhat = (x - mu) * self.istd
        return self.gamma * self.xhat + self.beta

    def backward(self, dout):
        self.dgamma = (dout * self.xhat).sum(0)
        self.dbeta = dout.sum(0)
        dxhat = dout * self.gamma
        return self.istd * (dxhat - dxhat.mean(0) - self.xhat * (dxhat * self.xhat).mean(0))


class Identity:
    """Neither remembers nor names anything."""

    def forward(self, x):
        return 1.0 * x

    def backward(self, x):
        return 1.0 * x


class Spread:
    def forward(self, *inputs):
        self.inputs = inputs
        return inputs[0] ** 2

    def backward(self, *grads):
        return 2 * self.inputs[0] * grads[0]


class PrivateDense:
    """Attributes whose names Python changes, sizes that come with init_params, a flag without a default."""

    def __init__(self, units):
        self.__units = units
        self.__w = self.__b = None

    def init_params(self, input_dim):
        self.__w = np.random.randn(input_dim, self.__units)
        self.__b = np.zeros(self.__units)

    def forward(self, inputs, is_training):
        self.__inputs = inputs
        return inputs @ self.__w + self.__b

    def backward(self, delta):
        self.__dw = self.__inputs.T @ delta
        self.__db = delta.sum(axis=0)
        return delta @ self.__w.T


class PropertyLists:
    """Parameters and gradients are listed by properties; their names are no help."""

    def __init__(self, n):
        self.stretch, self.lift = np.ones(n), np.zeros(n)
        self.of_stretch = self.of_lift = None

    @property
    def params(self):
        return self.stretch, self.lift

    @property
    def grads(self):
        return self.of_stretch, self.of_lift

    def forward(self, input, *args, **kwargs):
        self.last_input = input
        return input * self.stretch + self.lift

    def backward(self, pre_grad, *args, **kwargs):
        self.of_stretch = (pre_grad * self.last_input).sum(axis=0)
        self.of_lift = pre_grad.sum(axis=0)
        return pre_grad * self.stretch


class PairedParameters:
    """A dictionary of [value, gradient]."""

    def __init__(self, n):
        self.parameters = {"gain": [np.ones(n), np.zeros(n)], "shift": [np.zeros(n), np.zeros(n)]}

    def forward(self, x):
        self.x = x
        return x * self.parameters["gain"][0] + self.parameters["shift"][0]

    def backward(self, g):
        self.parameters["gain"][1] = (g * self.x).sum(0)
        self.parameters["shift"][1] = g.sum(0)
        return g * self.parameters["gain"][0]


class ReturnsOnlyFilters:
    """A first layer: it returns the gradient of its filters alone, and ignores a target."""

    def __init__(self, n):
        self.sieve = np.linspace(-1, 1, n)

    def forward(self, img):
        self.img = img
        return img * self.sieve

    def backward(self, dL_dout, learning_rate, y_true):
        dL_dF_params = (dL_dout * self.img).sum(axis=0)
        self.sieve -= learning_rate * dL_dF_params
        return dL_dF_params


class ForgottenBias:
    """A slot for a gradient that is never filled."""

    def __init__(self, n):
        self.W, self.b = np.ones(n), np.zeros(n)
        self.dW = self.db = None

    def forward(self, x):
        self.x = x
        return x * self.W + self.b

    def backward(self, g):
        self.dW = (g * self.x).sum(0)
        return g * self.W


# Classes that are no layers, or whose backward cannot be checked by itself.


class TrainsItself:
    def feedforward(self, a):
        return a

    def backprop(self, x, y):
        return [x], [y]


class TrainsOnTargets:
    def forward(self, X):
        return X

    def backward(self, y_true, learning_rate):
        return y_true


class NoMethods:
    def predict(self, x):
        return x
