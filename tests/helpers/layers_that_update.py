"""Layers whose gradients are only seen in an update: by a learning rate or by an optimizer."""

from __future__ import annotations

import copy
import math

import numpy as np


class RateDense:
    """The learning rate is an argument, the update is in place."""

    def __init__(self, input_size, output_size):
        self.weights = np.random.randn(output_size, input_size)
        self.bias = np.random.randn(output_size, 1)

    def forward(self, input):
        self.input = input
        return np.dot(self.weights, self.input) + self.bias

    def backward(self, output_gradient, learning_rate):
        weights_gradient = np.dot(output_gradient, self.input.T)
        input_gradient = np.dot(self.weights.T, output_gradient)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * output_gradient.sum(axis=1, keepdims=True)
        return input_gradient


class TwoRates:
    """A learning rate as an attribute that is not used, and another as an argument."""

    def __init__(self, n):
        self.W = np.eye(n)
        self.lr = 0.01

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, dout, lr):
        dx = dout @ self.W.T
        self.W = self.W - lr * (self.x.T @ dout)
        return dx


class PropagationLayer:
    """The update makes new arrays; the words are forward_propagation and output_error."""

    def __init__(self, input_size, output_size):
        self.weights = np.random.rand(input_size, output_size) - 0.5
        self.bias = np.random.rand(1, output_size) - 0.5

    def forward_propagation(self, input_data):
        self.input = input_data
        self.output = np.dot(self.input, self.weights) + self.bias
        return self.output

    def backward_propagation(self, output_error, learning_rate):
        input_error = np.dot(output_error, self.weights.T)
        weights_error = np.dot(self.input.T, output_error)
        self.weights = self.weights - learning_rate * weights_error
        self.bias = self.bias - learning_rate * output_error.sum(0, keepdims=True)
        return input_error


class MomentumDense:
    """The learning rate is the constructor's, and a velocity is kept."""

    def __init__(self, n_in, n_out, learning_rate=0.01, mu=0.9):
        self.W = np.random.randn(n_in, n_out)
        self.vW = np.zeros_like(self.W)
        self.lr, self.mu = learning_rate, mu

    def forward(self, x):
        self.x = x
        return x @ self.W

    def backward(self, grad):
        dx = grad @ self.W.T
        self.vW = self.mu * self.vW - self.lr * (self.x.T @ grad)
        self.W += self.vW
        return dx


class Layer:
    def set_input_shape(self, shape):
        self.input_shape = shape

    def forward_pass(self, X, training):
        raise NotImplementedError()

    def backward_pass(self, accum_grad):
        raise NotImplementedError()


class ScratchDense(Layer):
    """The manner of ML-From-Scratch: the input shape is set, the optimizer copied for every parameter."""

    def __init__(self, n_units, input_shape=None):
        self.layer_input = None
        self.input_shape = input_shape
        self.n_units = n_units
        self.trainable = True
        self.W = None
        self.w0 = None

    def initialize(self, optimizer):
        limit = 1 / math.sqrt(self.input_shape[0])
        self.W = np.random.uniform(-limit, limit, (self.input_shape[0], self.n_units))
        self.w0 = np.zeros((1, self.n_units))
        self.W_opt = copy.copy(optimizer)
        self.w0_opt = copy.copy(optimizer)

    def forward_pass(self, X, training=True):
        self.layer_input = X
        return X.dot(self.W) + self.w0

    def backward_pass(self, accum_grad):
        W = self.W
        if self.trainable:
            grad_w = self.layer_input.T.dot(accum_grad)
            grad_w0 = np.sum(accum_grad, axis=0, keepdims=True)
            self.W = self.W_opt.update(self.W, grad_w)
            self.w0 = self.w0_opt.update(self.w0, grad_w0)
        return accum_grad.dot(W.T)


class ScratchBatchNorm(Layer):
    """Running statistics that are None until the first forward, and deep copies of the optimizer."""

    def __init__(self, momentum=0.99):
        self.momentum = momentum
        self.trainable = True
        self.eps = 0.01
        self.running_mean = None
        self.running_var = None

    def initialize(self, optimizer):
        self.gamma = np.ones(self.input_shape)
        self.beta = np.zeros(self.input_shape)
        self.gamma_opt = copy.deepcopy(optimizer)
        self.beta_opt = copy.deepcopy(optimizer)

    def forward_pass(self, X, training=True):
        if self.running_mean is None:
            self.running_mean = np.mean(X, axis=0)
            self.running_var = np.var(X, axis=0)
        if training and self.trainable:
            mean = np.mean(X, axis=0)
            var = np.var(X, axis=0)
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mean
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        else:
            mean = self.running_mean
            var = self.running_var
        self.X_centered = X - mean
        self.stddev_inv = 1 / np.sqrt(var + self.eps)
        X_norm = self.X_centered * self.stddev_inv
        return self.gamma * X_norm + self.beta

    def backward_pass(self, accum_grad):
        gamma = self.gamma
        if self.trainable:
            X_norm = self.X_centered * self.stddev_inv
            grad_gamma = np.sum(accum_grad * X_norm, axis=0)
            grad_beta = np.sum(accum_grad, axis=0)
            self.gamma = self.gamma_opt.update(self.gamma, grad_gamma)
            self.beta = self.beta_opt.update(self.beta, grad_beta)
        batch_size = accum_grad.shape[0]
        return (
            (1 / batch_size)
            * gamma
            * self.stddev_inv
            * (
                batch_size * accum_grad
                - np.sum(accum_grad, axis=0)
                - self.X_centered * self.stddev_inv**2 * np.sum(accum_grad * self.X_centered, axis=0)
            )
        )


class OptimizerArgument:
    """The optimizer comes with every backward and is called like a function."""

    def __init__(self, n):
        self.w = np.linspace(-1, 1, n)

    def forward(self, x):
        self.x = x
        return x * self.w

    def backward(self, grad, optimizer):
        dx = grad * self.w
        self.w = optimizer(self.w, (grad * self.x).sum(axis=0))
        return dx


class OptimizerAttribute:
    """An optimizer that is set later, and is given dictionaries."""

    def __init__(self, n):
        self.params = {"gain": np.linspace(0.5, 1, n), "shift": np.zeros(n)}
        self.optimizer = None

    def forward(self, x):
        self.x = x
        return x * self.params["gain"] + self.params["shift"]

    def backward(self, dout):
        grads = {"gain": (dout * self.x).sum(0), "shift": dout.sum(0)}
        dx = dout * self.params["gain"]
        self.optimizer.step(self.params, grads)
        return dx


class StepOnly:
    """The optimizer gives what is to be subtracted."""

    def __init__(self, optimizer, n):
        self.optimizer = optimizer
        self.kernel = np.ones((n, n)) * 0.3

    def forward(self, x):
        self.x = x
        return x @ self.kernel

    def backward(self, dout):
        self.kernel_before = self.kernel
        dx = dout @ self.kernel.T
        self.kernel -= self.optimizer.compute(self.x.T @ dout)
        return dx


class UpdateLater:
    """The backward keeps what it needs, an update method makes the gradients from it."""

    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out)

    def propagate(self, x):
        self.x = x
        return x @ self.W

    def backpropagate(self, err):
        self.err = err
        return err @ self.W.T

    def update(self, lr):
        self.W -= lr * (self.x.T @ self.err)


class GradientsLater:
    """Gradients come from a method of their own, into a dictionary of short name."""

    def __init__(self, nodes):
        self.nodes = nodes
        self.p, self.g = {}, {}

    def build(self, input_shape):
        self.p["W"] = np.random.randn(input_shape[1], self.nodes)
        self.p["b"] = np.zeros((1, self.nodes))

    def forward(self, A):
        self.A = A
        return A @ self.p["W"] + self.p["b"]

    def backward(self, dX):
        self.dX = dX
        return dX @ self.p["W"].T

    def compute_gradients(self):
        self.g["dW"] = self.A.T @ self.dX
        self.g["db"] = self.dX.sum(0, keepdims=True)
