"""``torch.nn.Module`` as people write it, mostly around hand-written functions."""

from __future__ import annotations

import math
from typing import NamedTuple

from frameworks import needed
from torch_functions import ForgottenWeight, LinearFunction, UnreducedBias

torch = needed("torch")
nn = torch.nn


class Linear(nn.Module):
    """PyTorch's notes on extending autograd."""

    function = LinearFunction

    def __init__(self, input_features, output_features, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.empty(output_features, input_features))
        self.bias = nn.Parameter(torch.zeros(output_features)) if bias else None
        nn.init.uniform_(self.weight, -0.5, 0.5)

    def forward(self, input):
        return self.function.apply(input, self.weight, self.bias)


class LinearUnreduced(Linear):
    function = UnreducedBias


class LinearForgotten(Linear):
    function = ForgottenWeight


class BatchNorm1d(nn.Module):
    """From Dive into Deep Learning: the moving averages are kept while training."""

    def __init__(self, num_features, momentum=0.9, eps=1e-5):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(1, num_features))
        self.beta = nn.Parameter(torch.zeros(1, num_features))
        self.register_buffer("moving_mean", torch.zeros(1, num_features))
        self.register_buffer("moving_var", torch.ones(1, num_features))
        self.register_buffer("seen", torch.tensor(0))
        self.momentum, self.eps = momentum, eps

    def forward(self, X):
        if not self.training:
            return self.gamma * (X - self.moving_mean) / torch.sqrt(self.moving_var + self.eps) + self.beta
        mean = X.mean(dim=0, keepdim=True)
        var = ((X - mean) ** 2).mean(dim=0, keepdim=True)
        self.moving_mean = self.momentum * self.moving_mean + (1.0 - self.momentum) * mean
        self.moving_var.mul_(self.momentum).add_((1.0 - self.momentum) * var.detach())
        self.seen += 1
        return self.gamma * (X - mean) / torch.sqrt(var + self.eps) + self.beta


class ScaledLayer(nn.Module):
    """The scale appears in a hand-written backward that forgets it: visible only away from 1."""

    class Scale(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x, g):
            ctx.save_for_backward(x)
            return x * g

        @staticmethod
        def backward(ctx, dy):
            (x,) = ctx.saved_tensors
            return dy, (dy * x).sum(0)

    def __init__(self, n):
        super().__init__()
        self.g = nn.Parameter(torch.ones(n))

    def forward(self, x):
        return self.Scale.apply(x, self.g)


class Attention(nn.Module):
    def __init__(self, d, mask=None):
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(d, d, bias=False) for _ in range(3))
        self.v.weight.requires_grad_(False)

    def forward(self, x, mask=None):
        scores = self.q(x) @ self.k(x).transpose(-1, -2) / math.sqrt(x.shape[-1])
        weights = scores.softmax(-1) if mask is None else scores.masked_fill(~mask, -1e9).softmax(-1)
        return weights @ self.v(x), weights.detach()


class State(NamedTuple):
    h: torch.Tensor
    c: torch.Tensor


class RecurrentCell(nn.Module):
    """A state given and returned as a tuple; buffers are made inside the forward."""

    def __init__(self, d):
        super().__init__()
        self.w = nn.Parameter(torch.randn(d, d) * 0.3)

    def forward(self, x, state: State):
        out = torch.zeros(x.shape)
        out[:] = x @ self.w
        c = torch.sigmoid(out) * state.c
        return {"y": out, "state": State(torch.tanh(c) * state.h, c)}


class Dropout(nn.Module):
    def forward(self, x):
        return x * (torch.rand_like(x) > 0.5)


class InplaceNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        return self.act(x)


class OverwritesInput(nn.Module):
    def forward(self, x):
        x += 1
        return x * 2


class Detached(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(3))
        self.unused = nn.Parameter(torch.randn(3))

    def forward(self, x):
        return x * self.w.detach() + x


class Returns(nn.Module):
    def forward(self, x, what):
        return {"nothing": None, "integers": x.argmax(1), "no grad": x.detach()}[what]


class ManualLinear(nn.Module):
    """Forward and backward by hand: autograd is never asked for the gradient."""

    def __init__(self, n, m):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(m, n))
        self.bias = nn.Parameter(torch.zeros(m))

    def forward(self, x):
        self.x = x
        return x @ self.weight.t() + self.bias

    def backward(self, dy):
        self.weight.grad = dy.t() @ self.x
        self.grad_bias = dy.sum(0)
        return dy @ self.weight


class ManualLinearReturning(ManualLinear):
    def backward(self, dy):
        dx, dw, db = dy @ self.weight, dy.t() @ self.x, dy.sum(0) * 2
        return dx, dw, db


class ManualLinearSilent(ManualLinear):
    """Keeps all of its gradients to itself and forgets one."""

    def backward(self, dy):
        self.d_bias = dy.sum(0)


class Failing(nn.Module):
    def __init__(self, n):
        super().__init__()
        if n < 0:
            raise ValueError("n is negative")

    def forward(self, x):
        raise RuntimeError("no such device")
