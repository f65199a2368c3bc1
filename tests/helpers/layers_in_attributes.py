"""Layers in the manner of many authors whose parameters and gradients are attributes."""

from __future__ import annotations

import numpy as np

# The manner of "Neural Networks from Scratch": results are attributes, nothing is returned.


class LayerDense:
    def __init__(self, n_inputs, n_neurons, weight_regularizer_l2=0):
        self.weights = 0.1 * np.random.randn(n_inputs, n_neurons)
        self.biases = np.zeros((1, n_neurons))
        self.weight_regularizer_l2 = weight_regularizer_l2

    def forward(self, inputs, training=False):
        self.inputs = inputs
        self.output = np.dot(inputs, self.weights) + self.biases

    def backward(self, dvalues):
        self.dweights = np.dot(self.inputs.T, dvalues)
        self.dbiases = np.sum(dvalues, axis=0, keepdims=True)
        if self.weight_regularizer_l2 > 0:
            self.dweights += 2 * self.weight_regularizer_l2 * self.weights
        self.dinputs = np.dot(dvalues, self.weights.T)


class LayerDropout:
    def __init__(self, rate):
        self.rate = 1 - rate

    def forward(self, inputs, training):
        self.inputs = inputs
        if not training:
            self.output = inputs.copy()
            return
        rng = np.random.default_rng(3)
        self.binary_mask = rng.binomial(1, self.rate, size=inputs.shape) / self.rate
        self.output = inputs * self.binary_mask

    def backward(self, dvalues):
        self.dinputs = dvalues * self.binary_mask


class ActivationSoftmax:
    def forward(self, inputs, training=False):
        self.inputs = inputs
        powers = np.exp(inputs - np.max(inputs, axis=1, keepdims=True))
        self.output = powers / np.sum(powers, axis=1, keepdims=True)

    def backward(self, dvalues):
        self.dinputs = np.empty_like(dvalues)
        for index, (output, single_dvalues) in enumerate(zip(self.output, dvalues, strict=True)):
            single_output = output.reshape(-1, 1)
            jacobian = np.diagflat(single_output) - np.dot(single_output, single_output.T)
            self.dinputs[index] = np.dot(jacobian, single_dvalues)


# The manner of "Deep Learning from Scratch": arrays are given to the constructor.


class Affine:
    def __init__(self, W, b):
        self.W = W
        self.b = b
        self.x = None
        self.original_x_shape = None
        self.dW = None
        self.db = None

    def forward(self, x):
        self.original_x_shape = x.shape
        x = x.reshape(x.shape[0], -1)
        self.x = x
        return np.dot(self.x, self.W) + self.b

    def backward(self, dout):
        dx = np.dot(dout, self.W.T)
        self.dW = np.dot(self.x.T, dout)
        self.db = np.sum(dout, axis=0)
        return dx.reshape(*self.original_x_shape)


class BatchNormalization:
    def __init__(self, gamma, beta, momentum=0.9, running_mean=None, running_var=None):
        self.gamma = gamma
        self.beta = beta
        self.momentum = momentum
        self.running_mean = running_mean
        self.running_var = running_var
        self.batch_size = None
        self.xc = None
        self.std = None
        self.dgamma = None
        self.dbeta = None

    def forward(self, x, train_flg=True):
        if self.running_mean is None:
            _, D = x.shape
            self.running_mean = np.zeros(D)
            self.running_var = np.zeros(D)
        if train_flg:
            mu = x.mean(axis=0)
            xc = x - mu
            var = np.mean(xc**2, axis=0)
            std = np.sqrt(var + 10e-7)
            xn = xc / std
            self.batch_size = x.shape[0]
            self.xc = xc
            self.xn = xn
            self.std = std
            self.running_mean = self.momentum * self.running_mean + (1 - self.momentum) * mu
            self.running_var = self.momentum * self.running_var + (1 - self.momentum) * var
        else:
            xn = (x - self.running_mean) / np.sqrt(self.running_var + 10e-7)
        return self.gamma * xn + self.beta

    def backward(self, dout):
        dbeta = dout.sum(axis=0)
        dgamma = np.sum(self.xn * dout, axis=0)
        dxn = self.gamma * dout
        dxc = dxn / self.std
        dstd = -np.sum((dxn * self.xc) / (self.std * self.std), axis=0)
        dvar = 0.5 * dstd / self.std
        dxc += (2.0 / self.batch_size) * self.xc * dvar
        dmu = np.sum(dxc, axis=0)
        dx = dxc - dmu / self.batch_size
        self.dgamma = dgamma
        self.dbeta = dbeta
        return dx


class Relu:
    def __init__(self):
        self.mask = None

    def forward(self, x):
        self.mask = x <= 0
        out = x.copy()
        out[self.mask] = 0
        return out

    def backward(self, dout):
        dout = dout.copy()
        dout[self.mask] = 0
        return dout


class MulLayer:
    def __init__(self):
        self.x = None
        self.y = None

    def forward(self, x, y):
        self.x = x
        self.y = y
        return x * y

    def backward(self, dout):
        dx = dout * self.y
        dy = dout * self.x
        return dx, dy


# The manner of "Data Science from Scratch": lists of parameters come from methods.


class JoelLinear:
    def __init__(self, input_dim, output_dim):
        self.input_dim = input_dim
        self.w = np.random.randn(output_dim, input_dim)
        self.b = np.random.randn(output_dim)

    def forward(self, input):
        self.input = input
        return input @ self.w.T + self.b

    def backward(self, gradient):
        self.b_grad = gradient.sum(axis=0)
        self.w_grad = gradient.T @ self.input
        return gradient @ self.w

    def params(self):
        return [self.w, self.b]

    def grads(self):
        return [self.w_grad, self.b_grad]


# Course work: gradients with other words, tuples returned, caches handed over.


class FullyConnected:
    """Parameters are properties over private attributes, as one university's exercise wants it."""

    def __init__(self, input_size, output_size):
        self.weights = np.random.rand(input_size + 1, output_size)
        self._optimizer = None
        self.trainable = True

    @property
    def optimizer(self):
        return self._optimizer

    @optimizer.setter
    def optimizer(self, value):
        self._optimizer = value

    @property
    def gradient_weights(self):
        return self._gradient_weights

    def forward(self, input_tensor):
        ones = np.ones((input_tensor.shape[0], 1))
        self.input_tensor = np.concatenate([input_tensor, ones], axis=1)
        return self.input_tensor @ self.weights

    def backward(self, error_tensor):
        self._gradient_weights = self.input_tensor.T @ error_tensor
        error = error_tensor @ self.weights[:-1].T
        if self._optimizer is not None:
            self.weights = self._optimizer.calculate_update(self.weights, self._gradient_weights)
        return error


class CachedLayer:
    """The forward returns its cache, the backward is given it and returns everything."""

    def __init__(self, size, input_size):
        self.W = np.random.randn(size, input_size) * 0.1
        self.b = np.zeros((size, 1))

    def forward(self, A_prev):
        Z = np.dot(self.W, A_prev) + self.b
        A = np.tanh(Z)
        cache = (A_prev, A)
        return A, cache

    def backward(self, dA, cache):
        A_prev, A = cache
        dZ = dA * (1 - A**2)
        dW = np.dot(dZ, A_prev.T)
        db = np.sum(dZ, axis=1, keepdims=True)
        dA_prev = np.dot(self.W.T, dZ)
        return dA_prev, dW, db


class ConvNaive:
    """Filters under another word, and a gradient of the same word."""

    def __init__(self, num_filters, channels, size, stride=1, pad=0):
        self.filters = np.random.randn(num_filters, channels, size, size) / size
        self.bias = np.zeros(num_filters)
        self.stride, self.pad = stride, pad

    def forward(self, X):
        N, _, H, W = X.shape
        F, _, k, _ = self.filters.shape
        self.padded = np.pad(X, ((0, 0), (0, 0), (self.pad, self.pad), (self.pad, self.pad)))
        rows = 1 + (H + 2 * self.pad - k) // self.stride
        columns = 1 + (W + 2 * self.pad - k) // self.stride
        out = np.zeros((N, F, rows, columns))
        for i in range(rows):
            for j in range(columns):
                window = self.padded[
                    :, :, i * self.stride : i * self.stride + k, j * self.stride : j * self.stride + k
                ]
                out[:, :, i, j] = np.tensordot(window, self.filters, axes=([1, 2, 3], [1, 2, 3])) + self.bias
        return out

    def backward(self, dout):
        k = self.filters.shape[2]
        self.dfilters = np.zeros_like(self.filters)
        self.dbias = dout.sum(axis=(0, 2, 3))
        dpadded = np.zeros_like(self.padded)
        for i in range(dout.shape[2]):
            for j in range(dout.shape[3]):
                r, c = i * self.stride, j * self.stride
                window = self.padded[:, :, r : r + k, c : c + k]
                self.dfilters += np.tensordot(dout[:, :, i, j], window, axes=(0, 0))
                dpadded[:, :, r : r + k, c : c + k] += np.tensordot(
                    dout[:, :, i, j], self.filters, axes=(1, 0)
                )
        if self.pad:
            return dpadded[:, :, self.pad : -self.pad, self.pad : -self.pad]
        return dpadded


class Vanilla:
    """A recurrent cell with two inputs and prefixed gradients."""

    def __init__(self, input_dim, hidden_dim):
        self.Wxh = np.random.randn(input_dim, hidden_dim) * 0.3
        self.Whh = np.random.randn(hidden_dim, hidden_dim) * 0.3
        self.bh = np.zeros(hidden_dim)

    def forward(self, x, h_prev):
        self.x, self.h_prev = x, h_prev
        self.h = np.tanh(x @ self.Wxh + h_prev @ self.Whh + self.bh)
        return self.h

    def backward(self, dh_next):
        da = dh_next * (1 - self.h**2)
        self.grad_Wxh = self.x.T @ da
        self.grad_Whh = self.h_prev.T @ da
        self.grad_bh = da.sum(0)
        return da @ self.Wxh.T, da @ self.Whh.T


class LSTMCell:
    """Two outputs, two upstream gradients, three inputs, gradients in the order of the inputs."""

    def __init__(self, d, h):
        self.Wx = np.random.randn(d, 4 * h) * 0.3
        self.Wh = np.random.randn(h, 4 * h) * 0.3
        self.b = np.zeros(4 * h)

    def forward(self, x, h_prev, c_prev):
        H = h_prev.shape[1]
        A = x @ self.Wx + h_prev @ self.Wh + self.b
        f, i, o = (1 / (1 + np.exp(-A[:, k * H : (k + 1) * H])) for k in (0, 2, 3))
        g = np.tanh(A[:, H : 2 * H])
        c_next = f * c_prev + g * i
        h_next = o * np.tanh(c_next)
        self.cache = (x, h_prev, c_prev, i, f, g, o, c_next)
        return h_next, c_next

    def backward(self, dh_next, dc_next):
        x, h_prev, c_prev, i, f, g, o, c_next = self.cache
        tanh_c_next = np.tanh(c_next)
        ds = dc_next + (dh_next * o) * (1 - tanh_c_next**2)
        dc_prev = ds * f
        df, dg, di, do = ds * c_prev, ds * i, ds * g, dh_next * tanh_c_next
        dA = np.hstack((df * f * (1 - f), dg * (1 - g**2), di * i * (1 - i), do * o * (1 - o)))
        self.dWh = np.dot(h_prev.T, dA)
        self.dWx = np.dot(x.T, dA)
        self.db = dA.sum(axis=0)
        dx = np.dot(dA, self.Wx.T)
        dh_prev = np.dot(dA, self.Wh.T)
        return dx, dh_prev, dc_prev


class LayerNorm:
    """Two arguments for the backward, one of them the input again."""

    def __init__(self, dim, eps=1e-5):
        self.gamma = np.ones(dim)
        self.beta = np.zeros(dim)
        self.eps = eps

    def forward(self, x):
        mean = x.mean(-1, keepdims=True)
        self.inv = 1 / np.sqrt(x.var(-1, keepdims=True) + self.eps)
        return (x - mean) * self.inv * self.gamma + self.beta

    def backward(self, grad_output, x):
        xhat = (x - x.mean(-1, keepdims=True)) * self.inv
        self.gamma_grad = (grad_output * xhat).sum(axis=0)
        self.beta_grad = grad_output.sum(axis=0)
        g = grad_output * self.gamma
        return self.inv * (g - g.mean(-1, keepdims=True) - xhat * (g * xhat).mean(-1, keepdims=True))


class FlattenLayer:
    """The upstream is called like the input, and the method takes the opposite pair of words."""

    def feedforward(self, x):
        self.shape = x.shape
        return x.reshape(len(x), -1)

    def backprop(self, x):
        return x.reshape(self.shape)


class Embedding:
    """Integers in, so that the backward has nothing to return."""

    def __init__(self, vocabulary, width):
        self.W = np.random.randn(vocabulary, width)

    def fprop(self, ids):
        self.ids = ids
        return self.W[ids]

    def bprop(self, dout):
        self.dW = np.zeros_like(self.W)
        np.add.at(self.dW, self.ids, dout)


class PReLU:
    """Weights under one word, gradients under another."""

    def __init__(self, channels):
        self.weights = np.full(channels, 0.25)

    def __call__(self, x):
        self.x = x
        return np.where(x > 0, x, self.weights * x)

    def backward(self, grad):
        self.grad_w = (grad * np.where(self.x > 0, 0, self.x)).sum(axis=0)
        return grad * np.where(self.x > 0, 1, self.weights)


class Slotted:
    """An object without a dictionary."""

    __slots__ = ("W", "dW", "x")

    def __init__(self, n):
        self.W = np.linspace(-1, 1, n)

    def forward(self, x):
        self.x = x
        return x * self.W

    def backward(self, dy):
        self.dW = (dy * self.x).sum(0)
        return dy * self.W


class PositionalScale:
    """A table that is no parameter beside one that is."""

    def __init__(self, length, width):
        self.pe = np.cos(np.arange(length * width)).reshape(length, width)
        self.scale = np.ones(width)

    def forward(self, x):
        self.x = x
        return x * self.scale + self.pe[: x.shape[-2]]

    def backward(self, d_out):
        self.d_scale = (d_out * self.x).sum(axis=(0, 1))
        return d_out * self.scale


class Attention:
    """Three inputs and three gradients in their order, without names that tell."""

    def forward(self, q, k, v):
        s = q @ k.T / np.sqrt(q.shape[-1])
        e = np.exp(s - s.max(-1, keepdims=True))
        self.p = e / e.sum(-1, keepdims=True)
        self.saved = q, k, v
        return self.p @ v

    def backward(self, g):
        q, k, v = self.saved
        dp = g @ v.T
        ds = self.p * (dp - (dp * self.p).sum(-1, keepdims=True)) / np.sqrt(q.shape[-1])
        return ds @ k, ds.T @ q, self.p.T @ g


class StackOfCaches:
    """A backward that takes its cache from a stack, as recurrent code does."""

    def __init__(self, n):
        self.W = np.eye(n) + 0.1
        self.cache = []

    def forward(self, x):
        self.cache.append((x, np.tanh(x @ self.W)))
        return self.cache[-1][1]

    def backward(self, dout):
        x, y = self.cache.pop()
        dz = dout * (1 - y**2)
        self.dW = x.T @ dz
        return dz @ self.W.T


class Block:
    """Layers inside a layer."""

    def __init__(self, n):
        self.fc1 = Affine(np.random.randn(n, n), np.zeros(n))
        self.act = ActivationTanh()
        self.fc2 = Affine(np.random.randn(n, n), np.zeros(n))

    def forward(self, x):
        return x + self.fc2.forward(self.act.forward(self.fc1.forward(x)))

    def backward(self, dout):
        return dout + self.fc1.backward(self.act.backward(self.fc2.backward(dout)))


class ActivationTanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dout):
        return dout * (1 - self.out**2)
