"""Softmax diagonal: only the diagonal of the Jacobian of a softmax is propagated."""

import numpy as np


def _softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_forward(x):
    out = _softmax(x)
    return out, out


def softmax_backward(dout, cache):
    dx = dout * cache * (1 - cache)
    return dx


class Softmax:
    def __call__(self, logits):
        return self.forward(logits)

    def forward(self, logits):
        self.probs = np.array([np.exp(row) / np.sum(np.exp(row)) for row in logits])
        return self.probs

    def backward(self, grad_output):
        grads = np.empty_like(grad_output)
        for i, (p, g) in enumerate(zip(self.probs, grad_output, strict=True)):
            jacobian = np.diag(p) - np.diag(p**2)
            grads[i] = jacobian @ g
        return grads


def attention(q, k, v):
    """Scaled dot products, one head: (T, d) each."""
    scale = 1 / np.sqrt(q.shape[-1])
    weights = _softmax(q @ k.T * scale)

    def backprop(dy):
        dweights = dy @ v.T
        dscores = dweights * weights * (1 - weights) * scale
        dq = dscores @ k
        dk = dscores.T @ q
        dv = weights.T @ dy
        return dq, dk, dv

    return weights @ v, backprop


def log_softmax_forward(x):
    shifted = x - x.max(axis=1, keepdims=True)
    out = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return out, {"out": out}


def log_softmax_backward(dout, cache):
    return dout * (1 - np.exp(cache["out"]))


class MixtureOfExperts:
    """Each sample's outputs of K experts, weighted by a softmax gate."""

    def forward(self, experts, gate_logits):
        self.experts, self.gate = experts, _softmax(gate_logits)
        return np.einsum("nk,nkd->nd", self.gate, experts)

    def backward(self, dout):
        dexperts = self.gate[:, :, None] * dout[:, None, :]
        dgate = np.einsum("nd,nkd->nk", dout, self.experts)
        dgate_logits = dgate * self.gate * (1.0 - self.gate)
        return dexperts, dgate_logits


PLANTED = {
    "softmax": {
        "argument": "x",
        "cause": "diagonal of the Jacobian only",
        "also": (),
        "index": None,
        "code": {"x": "L123"},
    },
    "Softmax": {
        "argument": "logits",
        "cause": "diagonal of the Jacobian only",
        "also": (),
        "index": None,
        "code": {"logits": "L123"},
    },
    "attention": {"argument": "q", "cause": "diagonal of the Jacobian only", "also": ("k",), "index": None},
    "log_softmax": {
        "argument": "x",
        "cause": "diagonal of the Jacobian only",
        "also": (),
        "index": None,
        "code": {"x": "L123"},
    },
    "MixtureOfExperts": {
        "argument": "gate_logits",
        "cause": "diagonal of the Jacobian only",
        "also": (),
        "index": None,
        "code": {"gate_logits": "L123"},
    },
}


def gradcheck_cases():
    return {
        "softmax": {"x": "normal(6, 5)"},
        "Softmax": {"logits": "normal(4, 3)"},
        "attention": {"q": "normal(4, 3)", "k": "normal(5, 3)", "v": "normal(5, 2)"},
        "log_softmax": {"x": "normal(6, 5)"},
        "MixtureOfExperts": {"experts": "normal(4, 3, 2)", "gate_logits": "normal(4, 3)"},
    }
