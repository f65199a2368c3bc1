"""Functions with a context and layers that are fed by attributes."""

from __future__ import annotations

import numpy as np


class Dot:
    """The manner of the first tinygrad."""

    @staticmethod
    def forward(ctx, input, weight):
        ctx.save_for_backward(input, weight)
        return input.dot(weight)

    @staticmethod
    def backward(ctx, grad_output):
        input, weight = ctx.saved_tensors
        grad_input = grad_output.dot(weight.T)
        grad_weight = input.T.dot(grad_output)
        return grad_input, grad_weight


class LogSoftmax:
    @staticmethod
    def forward(ctx, x):
        m = x.max(axis=1, keepdims=True)
        out = x - m - np.log(np.exp(x - m).sum(axis=1, keepdims=True))
        ctx.save_for_backward(out)
        return out

    @staticmethod
    def backward(ctx, dy):
        (out,) = ctx.saved_arrays
        return dy - np.exp(out) * dy.sum(axis=1, keepdims=True)


class Pick:
    """Attributes on the context, an integer argument whose gradient is None."""

    @classmethod
    def forward(cls, ctx, x, rows, scale=2.0):
        ctx.shape, ctx.rows, ctx.scale = x.shape, rows, scale
        return scale * x[rows]

    @classmethod
    def backward(cls, ctx, g):
        out = np.zeros(ctx.shape)
        np.add.at(out, ctx.rows, ctx.scale * g)
        return out, None


class TwoOutputs:
    def forward(ctx, x):
        ctx.x = x
        return np.sin(x), np.cos(x)

    def backward(ctx, ds, dc):
        return ds * np.cos(ctx.x) - dc * np.sin(ctx.x)

    forward, backward = staticmethod(forward), staticmethod(backward)


class AttributeLinear:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)
        self.b = np.zeros(n_out)
        self.X = self.Y = self.dX = self.dY = None

    def forward(self):
        self.Y = self.X @ self.W + self.b

    def backward(self):
        self.dW = self.X.T @ self.dY
        self.db = self.dY.sum(axis=0)
        self.dX = self.dY @ self.W.T


class AttributeTanh:
    """A layer between a bottom and a top."""

    def __init__(self):
        self.input = None
        self.grad_output = None

    def forward(self):
        self.output = np.tanh(self.input)
        return self.output

    def backward(self):
        self.grad_input = self.grad_output * (1 - self.output**2)
        return self.grad_input


class SelfAndContext:
    """Methods of an instance that are given a context all the same."""

    def forward(self, ctx, x):
        ctx.save_for_backward(x)
        return x**3

    def backward(self, ctx, dy):
        (x,) = ctx.saved_tensors
        return 3 * x**2 * dy


class Notebook:
    def jot(self, value):
        self.value = value


class OwnContext:
    """A context of a class of its own, which the annotation names."""

    @staticmethod
    def forward(ctx: Notebook, x):
        ctx.jot(x)
        return np.sin(x)

    @staticmethod
    def backward(ctx: Notebook, dy):
        return dy * np.cos(ctx.value)
