"""Losses and scores with one mistake each."""

import numpy as np


def hinge(margins, signs):
    slack = np.maximum(0, 1 - signs * margins)
    return slack.sum() / len(margins), np.where(slack > 0, signs, 0.0) / len(margins)


def squared_hinge(margins, signs):
    slack = np.maximum(0, 1 - signs * margins)
    return (slack**2).mean(), -signs * slack * (slack > 0) / margins.size


def pseudo_huber(guess, truth, width=0.7):
    r = (guess - truth) / width
    root = np.sqrt(1 + r**2)
    return (width**2 * (root - 1)).sum(), (guess - truth) / root**2


def log_cosh(guess, truth):
    return np.log(np.cosh(guess - truth)).mean(), np.tanh(truth - guess) / guess.size


def kl_divergence(p, q):
    """sum p log(p / q) with respect to both."""
    n = len(p)
    return (p * np.log(p / q)).sum() / n, {"p": np.log(p / q) / n, "q": -p / q / n}


def focal(prob, exponent=2.0):
    """-(1 - p)^g log p"""
    value = -((1 - prob) ** exponent) * np.log(prob)
    return value.sum(), -((1 - prob) ** exponent) / prob


def triplet(anchor, positive, negative):
    d = ((anchor - positive) ** 2).sum() - ((anchor - negative) ** 2).sum()
    return float(d), {
        "anchor": 2 * (negative - positive),
        "positive": 2 * (anchor - positive),
        "negative": 2 * (anchor - negative),
    }


def poisson(rate, count):
    return (np.exp(rate) - count * rate).mean(), (1 - count) / rate.size


def elastic(beta, ridge=0.3, lasso=0.2):
    loss = ridge * (beta**2).sum() + lasso * np.abs(beta).sum()
    return loss, 2 * ridge * beta


def cross_entropy_rows_forward(scores, onehot):
    z = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -(onehot * np.log(p)).sum(axis=1), (p, onehot)


def cross_entropy_rows_backward(up, kept):
    p, onehot = kept
    return up[:, None] * (onehot - p)


def log_softmax_columns_forward(u):
    z = u - u.max(axis=0)
    return z - np.log(np.exp(z).sum(axis=0)), np.exp(z) / np.exp(z).sum(axis=0)


def log_softmax_columns_backward(up, kept):
    return up - kept * up.mean(axis=0)


def cosine_forward(left, right):
    a = np.sqrt((left**2).sum(axis=1))
    b = np.sqrt((right**2).sum(axis=1))
    return (left * right).sum(axis=1) / (a * b), (left, right, a, b)


def cosine_backward(up, kept):
    left, right, a, b = kept
    g = up[:, None] / (a * b)[:, None]
    c = ((left * right).sum(axis=1) / (a * b))[:, None]
    dleft = up[:, None] * (right / (a * b)[:, None] - c * left / (a**2)[:, None])
    return dleft, g * left


def dice_forward(mask, soft):
    overlap = (mask * soft).sum(axis=1)
    total = mask.sum(axis=1) + soft.sum(axis=1)
    return 2 * overlap / total, (mask, overlap, total)


def dice_backward(up, kept):
    mask, _, total = kept
    return {"soft": up[:, None] * 2 * mask / total[:, None]}


WRONG = {
    "hinge": {"margins": {"L112"}},
    "squared_hinge": {"margins": {"L113"}},
    "pseudo_huber": {"guess": set()},
    "log_cosh": {"guess": {"L112"}},
    "kl_divergence": {"p": {"L124"}},
    "focal": {"prob": {"L117", "L124"}},
    "triplet": {"positive": {"L112"}},
    "poisson": {"rate": {"L124"}},
    "elastic": {"beta": {"L124"}},
    "cross_entropy_rows": {"scores": {"L112"}},
    "log_softmax_columns": {"u": {"L113", "L124", "L121", "L119"}},
    "cosine": {"right": {"L133", "L121"}},
    "dice": {"soft": {"L120"}},
}


def gradcheck_cases():
    return {
        "hinge": {"margins": "normal(9)", "signs": np.array([1, -1, 1, 1, -1, -1, 1, -1, 1])},
        "squared_hinge": {"margins": "normal(7)", "signs": np.array([1, -1, 1, 1, -1, -1, 1])},
        "pseudo_huber": {"guess": "normal(6, 2)", "truth": "normal(6, 2)"},
        "log_cosh": {"guess": "normal(5, 3)", "truth": "normal(5, 3)"},
        "kl_divergence": {"p": "uniform(4, 3, low=0.1, high=1)", "q": "uniform(4, 3, low=0.1, high=1)"},
        "focal": {"prob": "uniform(9, low=0.1, high=0.9)"},
        "triplet": {"anchor": "normal(4, 3)", "positive": "normal(4, 3)", "negative": "normal(4, 3)"},
        "poisson": {"rate": "normal(5, 3)", "count": "uniform(5, 3, low=0, high=4)"},
        "elastic": {"beta": "normal(9)"},
        "cross_entropy_rows": {"scores": "normal(5, 4)", "onehot": "onehot(5, 4)"},
        "log_softmax_columns": {"u": "normal(4, 3)"},
        "cosine": {"left": "normal(5, 4)", "right": "normal(5, 4)"},
        "dice": {"mask": "bernoulli(4, 6, p=0.5)", "soft": "uniform(4, 6, low=0.1, high=0.9)"},
    }
