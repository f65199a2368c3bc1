"""Losses and activation functions as objects, in the manner of many authors."""

from __future__ import annotations

import numpy as np


def softmax(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# Activations: a function and its derivative.


class ScratchSigmoid:
    def __call__(self, x):
        return 1 / (1 + np.exp(-x))

    def gradient(self, x):
        return self.__call__(x) * (1 - self.__call__(x))


class ScratchSoftPlus:
    def __call__(self, x):
        return np.log(1 + np.exp(x))

    def gradient(self, x):
        return 1 / (1 + np.exp(-x))


class NumpyMLTanh:
    def __call__(self, z):
        if z.ndim == 1:
            z = z.reshape(1, -1)
        return self.fn(z)

    def fn(self, z):
        return np.tanh(z)

    def grad(self, x):
        return 1 - np.tanh(x) ** 2

    def grad2(self, x):
        tanh_x = np.tanh(x)
        return -2 * tanh_x * (1 - tanh_x**2)


class NumpyMLLeaky:
    def __init__(self, alpha=0.3):
        self.alpha = alpha

    def fn(self, z):
        return np.where(z < 0, self.alpha * z, z)

    def grad(self, x):
        out = np.ones_like(x)
        out[x < 0] *= self.alpha
        return out


class StaticSigmoid:
    """Both methods static, the second called backward although it takes no upstream."""

    @staticmethod
    def forward(z):
        return 1 / (1 + np.exp(-z))

    @staticmethod
    def backward(z):
        s = StaticSigmoid.forward(z)
        return s * (1 - s)


class OutputSigmoid:
    """The derivative is a function of the output, under the same name of the argument."""

    def function(self, x):
        return 1 / (1 + np.exp(-x))

    def derivative(self, x):
        return x * (1 - x)


class PrimeTanh:
    def activation(self, x):
        return np.tanh(x)

    def activation_prime(self, x):
        return 1 - np.tanh(x) ** 2


class CachedSlope:
    """The derivative is a property that speaks of the last forward."""

    def forward(self, X):
        self.S = 1 / (1 + np.exp(-X))
        return self.S

    @property
    def gradient(self):
        return self.S * (1 - self.S)


class OptionalSlope:
    """The derivative may be given an input, and remembers one if not."""

    def forward(self, input):
        self.last_forward = np.tanh(input)
        return self.last_forward

    def derivative(self, input=None):
        last = self.forward(input) if input else self.last_forward
        return 1 - last**2


class NamedPair:
    """Neither word is known; the names belong together."""

    def swish(self, x):
        return x / (1 + np.exp(-x))

    def swish_derivative(self, x):
        s = 1 / (1 + np.exp(-x))
        return s + x * s * (1 - s)


class JacobianSoftmax:
    """The derivative of each row is a matrix."""

    def f(self, x):
        return softmax(x)

    def df(self, x):
        s = softmax(x)
        return np.einsum("ni,ij->nij", s, np.eye(s.shape[1])) - np.einsum("ni,nj->nij", s, s)


class GradientOfUpstream:
    """The words of a derivative, but with an upstream and a memory."""

    def __call__(self, x):
        self.x = x
        return x**3

    def gradient(self, dout):
        return dout * 3 * self.x**2


# Losses.


class ScratchCrossEntropy:
    def loss(self, y, p):
        p = np.clip(p, 1e-15, 1 - 1e-15)
        return -y * np.log(p) - (1 - y) * np.log(1 - p)

    def acc(self, y, p):
        return np.mean(np.argmax(y, axis=1) == np.argmax(p, axis=1))

    def gradient(self, y, p):
        p = np.clip(p, 1e-15, 1 - 1e-15)
        return -(y / p) + (1 - y) / (1 - p)


class JoelnetMSE:
    def loss(self, predicted, actual):
        return np.sum((predicted - actual) ** 2)

    def grad(self, predicted, actual):
        return 2 * (predicted - actual)


class ForwardBackwardMSE:
    """No arguments for the backward."""

    def forward(self, pred, target):
        self.diff = pred - target
        return np.mean(self.diff**2)

    def backward(self):
        return 2 * self.diff / self.diff.size


class SoftmaxWithLoss:
    """An upstream that may be left out, labels as integers."""

    def __init__(self):
        self.loss = None
        self.y = None
        self.t = None

    def forward(self, x, t):
        self.t = t
        self.y = softmax(x)
        self.loss = -np.mean(np.log(self.y[np.arange(len(t)), t]))
        return self.loss

    def backward(self, dout=1):
        batch_size = self.t.shape[0]
        dx = self.y.copy()
        dx[np.arange(batch_size), self.t] -= 1
        return dx / batch_size


class LossAndProbabilities:
    """The forward returns the probabilities beside the loss; the backward is given them."""

    def forward(self, logits, labels):
        m = logits.shape[0]
        probs = softmax(logits)
        loss = -np.sum(np.log(probs[range(m), labels])) / m
        return loss, probs

    def backward(self, probs, labels):
        m = probs.shape[0]
        grad = probs.copy()
        grad[range(m), labels] -= 1
        return grad / m


class LabelsAgain:
    """The backward is given the labels a second time."""

    def forward(self, input_tensor, label_tensor):
        self.input_tensor = input_tensor
        return -np.log(np.sum(input_tensor * label_tensor, axis=1) + 1e-10).sum()

    def backward(self, label_tensor):
        return -label_tensor / (np.sum(self.input_tensor * label_tensor, axis=1, keepdims=True) + 1e-10)


class NnfsLoss:
    def calculate(self, output, y):
        return np.mean(self.forward(output, y))


class NnfsCategorical(NnfsLoss):
    """One loss for each sample, the gradient of their mean; ``dvalues`` are the predictions."""

    def forward(self, y_pred, y_true):
        return -np.log(np.sum(y_pred * y_true, axis=1))

    def backward(self, dvalues, y_true):
        samples = len(dvalues)
        self.dinputs = -y_true / dvalues
        self.dinputs = self.dinputs / samples


class NnfsSoftmaxLoss:
    """``dvalues`` are the outputs of a softmax inside."""

    def __init__(self):
        self.loss = NnfsCategorical()

    def forward(self, inputs, y_true):
        self.output = softmax(inputs)
        return self.loss.calculate(self.output, y_true)

    def backward(self, dvalues, y_true):
        samples = len(dvalues)
        self.dinputs = (dvalues - y_true) / samples


class WeightPenalty:
    """A loss of one argument."""

    def __init__(self, lam):
        self.lam = lam

    def forward(self, w):
        self.w = w
        return 0.5 * self.lam * np.sum(w**2)

    def backward(self):
        return self.lam * self.w


class CostPrime:
    @staticmethod
    def cost(a, y):
        return 0.5 * np.sum((a - y) ** 2)

    @staticmethod
    def cost_derivative(a, y):
        return a - y


class HuberWithUpstream:
    """An element-wise loss that is given an upstream gradient."""

    def forward(self, y_hat, y_true):
        self.r = y_hat - y_true
        return np.sqrt(1 + self.r**2) - 1

    def backward(self, grad_output):
        return grad_output * self.r / np.sqrt(1 + self.r**2)
