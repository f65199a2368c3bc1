"""Mean path: what flows back through the mean is missing or has the wrong sign."""

import numpy as np


def layernorm_forward(x, gamma, beta, ln_param):
    eps = ln_param.get("eps", 1e-5)
    mu = np.mean(x, axis=1, keepdims=True)
    var = np.var(x, axis=1, keepdims=True)
    x_norm = (x - mu) / np.sqrt(var + eps)
    return x_norm * gamma + beta, (x, x_norm, mu, var, gamma, eps)


def layernorm_backward(dout, cache):
    x, x_norm, mu, var, gamma, eps = cache
    D = x.shape[1]
    dgamma = np.sum(x_norm * dout, axis=0)
    dbeta = np.sum(dout, axis=0)
    dx_norm = dout * gamma
    dvar = np.sum(dx_norm * (x - mu), axis=1, keepdims=True) * -0.5 * (var + eps) ** (-1.5)
    dx = dx_norm / np.sqrt(var + eps) + dvar * 2.0 * (x - mu) / D
    return dx, dgamma, dbeta


def batch_norm(X, gamma, beta, eps=1e-5):
    inv = 1 / np.sqrt(X.var(axis=0) + eps)
    xhat = (X - X.mean(axis=0)) * inv

    def backprop(dY):
        dxhat = dY * gamma
        dX = inv * (dxhat + dxhat.mean(axis=0) - xhat * (dxhat * xhat).mean(axis=0))
        return dX, np.sum(dY * xhat, axis=0), np.sum(dY, axis=0)

    return gamma * xhat + beta, backprop


class Center:
    """Subtracts the mean of the batch."""

    def forward(self, inputs):
        return inputs - inputs.mean(axis=0, keepdims=True)

    def backward(self, output_gradient):
        return output_gradient


def instance_norm_forward(x, weight, bias, eps=1e-5):
    mean = x.mean(axis=(2, 3), keepdims=True)
    var = x.var(axis=(2, 3), keepdims=True)
    rstd = 1 / np.sqrt(var + eps)
    xhat = (x - mean) * rstd
    y = xhat * weight.reshape(1, -1, 1, 1) + bias.reshape(1, -1, 1, 1)
    return y, {"xhat": xhat, "rstd": rstd, "weight": weight}


def instance_norm_backward(grad_output, ctx):
    xhat, rstd, weight = ctx["xhat"], ctx["rstd"], ctx["weight"]
    grad_bias = grad_output.sum(axis=(0, 2, 3))
    grad_weight = (grad_output * xhat).sum(axis=(0, 2, 3))
    g = grad_output * weight.reshape(1, -1, 1, 1)
    grad_x = rstd * (g - xhat * (g * xhat).mean(axis=(2, 3), keepdims=True))
    return grad_x, grad_weight, grad_bias


def deviation_loss(x):
    """Mean of (x - mean)^4, the fourth central moment."""
    r = x - x.mean()
    g = 4 * r**3 / x.size
    return (r**4).mean(), g + g.mean()


PLANTED = {
    "layernorm": {
        "argument": "x",
        "cause": "the mean path is missing",
        "also": (),
        "index": None,
        "code": {"x": "L120"},
    },
    "batch_norm": {
        "argument": "X",
        "cause": "the mean path has the wrong sign",
        "also": (),
        "index": None,
        "code": {"X": "L120"},
    },
    "Center": {
        "argument": "inputs",
        "cause": "the mean path is missing",
        "also": (),
        "index": None,
        "code": {"inputs": "L120"},
    },
    "instance_norm": {
        "argument": "x",
        "cause": "the mean path is missing",
        "also": (),
        "index": None,
        "code": {"x": "L120"},
    },
    "deviation_loss": {
        "argument": "x",
        "cause": "the mean path is added",
        "also": (),
        "index": None,
        "code": {"x": "L120"},
    },
}


def gradcheck_cases():
    return {
        "layernorm": {
            "x": "normal(4, 6, mean=2)",
            "gamma": "normal(6)",
            "beta": "normal(6)",
            "ln_param": {"eps": 1e-5},
        },
        "batch_norm": {"X": "normal(8, 5)", "gamma": "normal(5, mean=1)", "beta": "normal(5)"},
        "Center": {"inputs": "normal(6, 4)"},
        "instance_norm": {"x": "normal(2, 3, 4, 4)", "weight": "normal(3, mean=1)", "bias": "normal(3)"},
        "deviation_loss": {"x": "normal(12, mean=1)"},
    }
