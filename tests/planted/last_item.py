"""Last item: a loop of the backward ends before the last sample, id or time step."""

import numpy as np


def linear_forward(x, w, b):
    return x.dot(w) + b, (x, w)


def linear_backward(dout, cache):
    x, w = cache
    dw, db = np.zeros_like(w), np.zeros(w.shape[1])
    dx = np.zeros_like(x)
    for n in range(x.shape[0]):
        dx[n] = w.dot(dout[n])
    for n in range(x.shape[0] - 1):
        dw += np.outer(x[n], dout[n])
        db += dout[n]
    return dx, dw, db


class Embedding:
    def __init__(self, num_embeddings, dim):
        self.weight = np.random.default_rng(7).normal(size=(num_embeddings, dim))
        self.weight_grad = np.zeros_like(self.weight)

    def forward(self, ids):
        self.ids = ids
        return self.weight[ids]

    def backward(self, grad_output):
        self.weight_grad[:] = 0
        for i in range(len(self.ids) - 1):
            self.weight_grad[self.ids[i]] += grad_output[i]


def leaky_integrator(x, decay):
    """h_t = decay h_{t-1} + x_t along axis 1; every h_t is an output."""
    T = x.shape[1]
    h = np.zeros_like(x)
    for t in range(T):
        h[:, t] = (decay * h[:, t - 1] if t else 0) + x[:, t]

    def backprop(dh):
        dx, carry, ddecay = np.zeros_like(x), np.zeros(len(x)), np.zeros_like(decay)
        for t in range(T - 2, -1, -1):
            carry = dh[:, t] + decay * carry
            dx[:, t] = carry
            ddecay += np.sum(carry * h[:, t - 1]) if t else 0.0
        return dx, ddecay

    return h, backprop


def svm_loss(scores, y):
    """Multi-class hinge loss, in loops."""
    num_train, num_classes = scores.shape
    loss = 0.0
    dscores = np.zeros_like(scores)
    for i in range(num_train):
        correct = scores[i, y[i]]
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[i, j] - correct + 1
            if margin > 0:
                loss += margin
                if i < num_train - 1:
                    dscores[i, j] += 1
                    dscores[i, y[i]] -= 1
    return loss / num_train, dscores / num_train


PLANTED = {
    "linear": {
        "argument": "w",
        "cause": "the last sample is left out",
        "also": ("b",),
        "index": None,
        "code": {"w": "L128", "b": "L128"},
    },
    "Embedding": {
        "argument": "weight",
        "cause": "the last id is left out",
        "also": (),
        "index": None,
        "code": {"weight": "L128"},
    },
    "leaky_integrator": {
        "argument": "x",
        "cause": "the last time step is left out",
        "also": ("decay",),
        "index": None,
        "code": {"x": "L128", "decay": "L128"},
    },
    "svm_loss": {
        "argument": "scores",
        "cause": "the last sample is left out",
        "also": (),
        "index": None,
        "code": {"scores": "L126"},
    },
}


def gradcheck_cases():
    return {
        "linear": {"x": "normal(6, 4)", "w": "normal(4, 3)", "b": "normal(3)"},
        "Embedding": {"num_embeddings": 6, "dim": 3, "ids": "integers(0, 6, 10)"},
        "leaky_integrator": {"x": "normal(3, 5)", "decay": "uniform(1, low=0.5, high=0.9)"},
        "svm_loss": {"scores": "normal(5, 4, std=0.3)", "y": "integers(0, 4, 5)"},
    }
