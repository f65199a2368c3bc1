"""y = xWᵀ + b for a batch."""


def affine_forward(x, w, b):
    return x @ w.T + b, (x, w)


def affine_backward(dout, cache):
    x, w = cache
    return dout @ w, dout.T @ x, dout.sum(axis=0)


def gradcheck_cases():
    return {"affine": [{"x": "normal(4, 3)", "w": "normal(2, 3)", "b": "normal(2)"}]}
