"""``torch.autograd.Function`` as people write it, right and with one mistake each."""

from __future__ import annotations

import math
from typing import Any

from frameworks import needed

torch = needed("torch")
Function = torch.autograd.Function


class MyReLU(Function):
    """PyTorch's own tutorial."""

    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return input.clamp(min=0)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        grad_input = grad_output.clone()
        grad_input[input < 0] = 0
        return grad_input


class LegendrePolynomial3(Function):
    @staticmethod
    def forward(ctx, input):
        ctx.save_for_backward(input)
        return 0.5 * (5 * input**3 - 3 * input)

    @staticmethod
    def backward(ctx, grad_output):
        (input,) = ctx.saved_tensors
        return grad_output * 1.5 * (5 * input**2 - 1)


class LinearFunction(Function):
    """PyTorch's notes on extending autograd."""

    @staticmethod
    def forward(ctx, input, weight, bias=None):
        ctx.save_for_backward(input, weight, bias)
        output = input.mm(weight.t())
        if bias is not None:
            output += bias.unsqueeze(0).expand_as(output)
        return output

    @staticmethod
    def backward(ctx, grad_output):
        input, weight, bias = ctx.saved_tensors
        grad_input = grad_weight = grad_bias = None
        if ctx.needs_input_grad[0]:
            grad_input = grad_output.mm(weight)
        if ctx.needs_input_grad[1]:
            grad_weight = grad_output.t().mm(input)
        if bias is not None and ctx.needs_input_grad[2]:
            grad_bias = grad_output.sum(0)
        return grad_input, grad_weight, grad_bias


class MulConstant(Function):
    """The newer style, with a number among the arguments."""

    @staticmethod
    def forward(tensor, constant=2.0):
        return tensor * constant

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, constant = inputs
        ctx.constant = constant

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output * ctx.constant, None


class NumpyStyleSort(Function):
    """Two outputs and an auxiliary one, none of which but the first is differentiable."""

    @staticmethod
    def forward(x: torch.Tensor, dim: int):
        ind = torch.argsort(x, dim=dim)
        ind_inv = torch.argsort(ind, dim=dim)
        return torch.take_along_dim(x, ind, dim=dim), ind, ind_inv

    @staticmethod
    def setup_context(ctx, inputs, output):
        _, dim = inputs
        _, ind, ind_inv = output
        ctx.mark_non_differentiable(ind, ind_inv)
        ctx.save_for_backward(ind_inv)
        ctx.dim = dim

    @staticmethod
    def backward(ctx, grad_output, _0, _1):
        (ind_inv,) = ctx.saved_tensors
        return torch.take_along_dim(grad_output, ind_inv, dim=ctx.dim), None


class SwishImplementation(Function):
    """From EfficientNet-PyTorch."""

    @staticmethod
    def forward(ctx, i):
        result = i * torch.sigmoid(i)
        ctx.save_for_backward(i)
        return result

    @staticmethod
    def backward(ctx, grad_output):
        (i,) = ctx.saved_tensors
        sigmoid_i = torch.sigmoid(i)
        return grad_output * (sigmoid_i * (1 + i * (1 - sigmoid_i)))


class GeluTanh(Function):
    @staticmethod
    def forward(ctx, x):
        inner = math.sqrt(2 / math.pi) * (x + 0.044715 * x.pow(3))
        tanh = inner.tanh()
        ctx.save_for_backward(x, tanh)
        return 0.5 * x * (1 + tanh)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, dy):
        x, tanh = ctx.saved_tensors
        slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x.pow(2))
        return dy * (0.5 * (1 + tanh) + 0.5 * x * (1 - tanh.pow(2)) * slope)


class LayerNormFunction(Function):
    @staticmethod
    def forward(ctx, x, weight, bias, eps):
        mean = x.mean(-1, keepdim=True)
        rstd = (x.var(-1, keepdim=True, unbiased=False) + eps).rsqrt()
        x_hat = (x - mean) * rstd
        ctx.save_for_backward(x_hat, rstd, weight)
        return x_hat * weight + bias

    @staticmethod
    def backward(ctx, dy):
        x_hat, rstd, weight = ctx.saved_tensors
        dxhat = dy * weight
        dx = rstd * (dxhat - dxhat.mean(-1, keepdim=True) - x_hat * (dxhat * x_hat).mean(-1, keepdim=True))
        return dx, (dy * x_hat).sum(0), dy.sum(0), None


class Softmax(Function):
    @staticmethod
    def forward(ctx, logits, dim=-1):
        e = (logits - logits.amax(dim, keepdim=True)).exp()
        p = e / e.sum(dim, keepdim=True)
        ctx.dim = dim
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, dp):
        (p,) = ctx.saved_tensors
        return p * (dp - (dp * p).sum(ctx.dim, keepdim=True)), None


class CrossEntropy(Function):
    @staticmethod
    def forward(ctx, logits, target):
        log_p = logits.log_softmax(1)
        ctx.save_for_backward(log_p, target)
        return -log_p[torch.arange(len(target)), target].mean()

    @staticmethod
    def backward(ctx, grad_output):
        log_p, target = ctx.saved_tensors
        grad = log_p.exp()
        grad[torch.arange(len(target)), target] -= 1
        return grad * grad_output / len(target), None


class Conv2dFunction(Function):
    @staticmethod
    def forward(ctx, x, w, stride=1, padding=0):
        ctx.save_for_backward(x, w)
        ctx.stride, ctx.padding = stride, padding
        return torch.nn.functional.conv2d(x, w, stride=stride, padding=padding)

    @staticmethod
    def backward(ctx, dy):
        x, w = ctx.saved_tensors
        dx = torch.nn.grad.conv2d_input(x.shape, w, dy, ctx.stride, ctx.padding)
        dw = torch.nn.grad.conv2d_weight(x, w.shape, dy, ctx.stride, ctx.padding)
        return dx, dw, None, None


class MeanAndVariance(Function):
    """Two differentiable outputs."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.mean(0), x.var(0, unbiased=False)

    @staticmethod
    def backward(ctx, dmean, dvar):
        (x,) = ctx.saved_tensors
        return (dmean + 2 * (x - x.mean(0)) * dvar) / len(x)


class InplaceReLU(Function):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        x.clamp_(min=0)
        ctx.save_for_backward(x)
        return x

    @staticmethod
    def backward(ctx, dy):
        (y,) = ctx.saved_tensors
        return dy * (y > 0)


class WeightedSum(Function):
    """As many tensors as one likes."""

    @staticmethod
    def forward(ctx, scale, *tensors):
        ctx.scale, ctx.count = scale, len(tensors)
        return scale * sum((k + 1) * t for k, t in enumerate(tensors))

    @staticmethod
    def backward(ctx, dy):
        return (None, *((k + 1) * ctx.scale * dy for k in range(ctx.count)))


class MixedPrecisionSquare(Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type="cuda")
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @torch.amp.custom_bwd(device_type="cuda")
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        return 2 * x * dy


class OnlyUsedOutput(Function):
    """Upstream gradients of unused outputs arrive as None."""

    @staticmethod
    def forward(ctx, x):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(x)
        index = x.argmax()
        ctx.mark_non_differentiable(index)
        return x.sin(), index

    @staticmethod
    def backward(ctx, dy, dindex):
        assert dindex is None
        (x,) = ctx.saved_tensors
        return x.cos() * dy


class Threshold(Function):
    """Nothing about it is differentiable, and it says so."""

    @staticmethod
    def forward(ctx, x):
        y = (x > 0).to(x.dtype)
        ctx.mark_non_differentiable(y)
        return y

    @staticmethod
    def backward(ctx, dy):
        raise AssertionError("never asked")


class RoundSTE(Function):
    """A straight-through estimator: its gradient is not the slope, on purpose."""

    @staticmethod
    def forward(ctx, x):
        return torch.round(x)

    @staticmethod
    def backward(ctx, dy):
        return dy


class GradientReversal(Function):
    @staticmethod
    def forward(ctx, x, alpha):
        ctx.alpha = alpha
        return x.view_as(x)

    @staticmethod
    def backward(ctx, dy):
        return -ctx.alpha * dy, None


class UnreducedBias(LinearFunction):
    """Autograd sums this gradient by itself, and says nothing."""

    @staticmethod
    def backward(ctx, grad_output):
        dx, dw, _ = LinearFunction.backward(ctx, grad_output)
        return dx, dw, grad_output


class ForgottenWeight(LinearFunction):
    @staticmethod
    def backward(ctx, grad_output):
        dx, _, db = LinearFunction.backward(ctx, grad_output)
        return dx, None, db


class LowPrecision(LegendrePolynomial3):
    @staticmethod
    def backward(ctx, grad_output):
        return LegendrePolynomial3.backward(ctx, grad_output).float()


class WritesIntoInput(Function):
    @staticmethod
    def forward(ctx, x):
        x[x < 0] = 0
        ctx.save_for_backward(x)
        return x * 2

    @staticmethod
    def backward(ctx, dy):
        (x,) = ctx.saved_tensors
        dy[x == 0] = 0
        return dy * 2


def returning(*gradients: Any) -> Any:
    """A function of ``x`` and a number whose backward returns just these."""

    class Returning(Function):
        @staticmethod
        def forward(ctx, x, k):
            return x * k

        @staticmethod
        def backward(ctx, dy):
            return gradients if len(gradients) != 1 else gradients[0]

    return Returning


class Raising(Function):
    @staticmethod
    def forward(ctx, x, where):
        ctx.where = where
        if where == "forward":
            raise KeyError("mask")
        return x.clone()

    @staticmethod
    def backward(ctx, dy):
        raise ZeroDivisionError("no elements")


class NoBackward(Function):
    @staticmethod
    def forward(ctx, x):
        return x
