"""Another variable: the gradient is that of the logits, the variance or the product, not of the argument."""

import numpy as np


def bce(probs, targets):
    n = probs.shape[0]
    loss = -np.sum(targets * np.log(probs) + (1 - targets) * np.log(1 - probs)) / n
    grad = (probs - targets) / n
    return loss, grad


class CrossEntropy:
    """Of probabilities, one loss per row."""

    def forward(self, probs, onehot):
        self.probs, self.onehot = probs, onehot
        return -(onehot * np.log(probs)).sum(axis=1)

    def backward(self, dout):
        return dout[:, None] * (self.probs - self.onehot)


def softmax_nll(logits, labels):
    rows = np.arange(logits.shape[0])
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[rows, labels]).mean()
    dlogits = np.zeros_like(logits)
    dlogits[rows, labels] = -1 / p[rows, labels] / len(rows)
    return loss, dlogits


def gaussian_nll_forward(x, mu, log_var):
    var = np.exp(log_var)
    nll = 0.5 * (log_var + (x - mu) ** 2 / var)
    return nll, (x, mu, var)


def gaussian_nll_backward(dout, cache):
    x, mu, var = cache
    dx = dout * (x - mu) / var
    dmu = -dx.sum(axis=0)
    dlog_var = np.sum(dout * 0.5 * (1 / var - (x - mu) ** 2 / var**2), axis=0)
    return dx, dmu, dlog_var


def weight_norm(x, v, g):
    """A linear map whose columns are g v / |v|."""
    norm = np.sqrt((v**2).sum(axis=0))
    w = g * v / norm

    def backprop(dy):
        dw = x.T @ dy
        return dy @ w.T, dw, (dw * v / norm).sum(axis=0)

    return x @ w, backprop


def squared_relu_forward(x):
    return np.square(np.maximum(x, 0)), x


def squared_relu_backward(dout, cache):
    """With respect to relu(x)^2 as a function of x^2."""
    return dout * (cache > 0)


PLANTED = {
    "bce": {
        "argument": "probs",
        "cause": "with respect to the logits",
        "also": (),
        "index": None,
        "code": {"probs": "L117"},
    },
    "CrossEntropy": {
        "argument": "probs",
        "cause": "with respect to the logits",
        "also": (),
        "index": None,
        "code": {"probs": "L133"},
    },
    "softmax_nll": {
        "argument": "logits",
        "cause": "with respect to the probabilities",
        "also": (),
        "index": None,
        "code": {"logits": "L133"},
    },
    "gaussian_nll": {
        "argument": "log_var",
        "cause": "with respect to var",
        "also": (),
        "index": None,
        "code": {"log_var": "L117"},
    },
    "weight_norm": {
        "argument": "v",
        "cause": "with respect to w",
        "also": (),
        "index": None,
        "code": {"v": "L133"},
    },
    "squared_relu": {
        "argument": "x",
        "cause": "with respect to x^2",
        "also": (),
        "index": None,
        "code": {"x": "L117"},
    },
}


def gradcheck_cases():
    return {
        "bce": {"probs": "uniform(6, 3, low=0.1, high=0.9)", "targets": "bernoulli(6, 3, p=0.5)"},
        "CrossEntropy": {"probs": "simplex(6, 4)", "onehot": "onehot(6, 4)"},
        "softmax_nll": {"logits": "normal(6, 4)", "labels": "integers(0, 4, 6)"},
        "gaussian_nll": {"x": "normal(6, 3)", "mu": "normal(3)", "log_var": "normal(3, std=0.5)"},
        "weight_norm": {"x": "normal(6, 4)", "v": "normal(4, 3)", "g": "uniform(3, low=0.5, high=2)"},
        "squared_relu": {"x": "normal(6, 5)"},
    }
