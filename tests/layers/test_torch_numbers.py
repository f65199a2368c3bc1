"""Torch layers of numbers, tensors without axes: at every evaluation they are given tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from frameworks import needed

import gradcheck
from gradcheck.model import Layer, LayerVerdict

torch = needed("torch")


class Scaled(torch.autograd.Function):
    """b x²."""

    @staticmethod
    def forward(ctx: Any, b: Any, x: Any) -> Any:
        assert torch.is_tensor(b) and b.shape == ()
        ctx.save_for_backward(b, x)
        return b * x**2

    @staticmethod
    def backward(ctx: Any, dout: Any) -> Any:
        b, x = ctx.saved_tensors
        return (dout * x**2).sum(), 2 * b * x * dout


class ScaledWrongly(Scaled):
    """The gradient of b is twice what it should be."""

    @staticmethod
    def backward(ctx: Any, dout: Any) -> Any:
        b, x = ctx.saved_tensors
        return 2 * (dout * x**2).sum(), 2 * b * x * dout


class Cube(torch.autograd.Function):
    """A number in, a number out."""

    @staticmethod
    def forward(ctx: Any, b: Any) -> Any:
        ctx.save_for_backward(b)
        return b**3

    @staticmethod
    def backward(ctx: Any, dout: Any) -> Any:
        (b,) = ctx.saved_tensors
        return 3 * b**2 * dout


class WithNumber(torch.nn.Module):
    """A module whose parameter is a number."""

    def __init__(self) -> None:
        super().__init__()
        self.b = torch.nn.Parameter(torch.tensor(0.5))

    def forward(self, x: Any) -> Any:
        return Scaled.apply(self.b, x)


def plain(b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return b * torch.tanh(x)


def gate(b: torch.Tensor, x: torch.Tensor) -> Any:
    assert torch.is_tensor(b) and torch.is_tensor(x)
    return torch.sigmoid(b * x), (b, x)


def gate_backward(dout: torch.Tensor, kept: Any) -> Any:
    b, x = kept
    slope = dout * torch.sigmoid(b * x) * torch.sigmoid(-b * x)
    return (slope * x).sum(), slope * b


def checked(target: Any, backward: Any = None, **inputs: str) -> Layer:
    return gradcheck.check(target, backward, corners=True, shrink=True, **inputs)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("target", [(Scaled,), (plain,), (gate, gate_backward)], ids=lambda t: t[0].__name__)
def test_a_number_is_checked_beside_an_array(target: tuple[Any, ...], dtype: str) -> None:
    layer = checked(*target, b=f"normal(dtype={dtype})", x=f"normal(4, 3, dtype={dtype})")
    assert layer.verdict is LayerVerdict.PASS and [a.name for a in layer.arguments] == ["b", "x"]
    assert {c.verdict for c in layer.corners} <= {LayerVerdict.PASS, LayerVerdict.UNRESOLVED}


def test_numbers_alone_are_checked() -> None:
    assert checked(Cube, b="normal()").verdict is LayerVerdict.PASS


def test_a_parameter_that_is_a_number_is_moved_and_checked() -> None:
    layer = checked(WithNumber, x="normal(4, 3)")
    assert layer.verdict is LayerVerdict.PASS and [a.name for a in layer.arguments] == ["x", "b"]
    assert any("moved off" in note and "b" in note for note in layer.notes)


@pytest.mark.parametrize("b", ["normal()", "normal(dtype=float32)", "array(2.0)"])
def test_a_wrong_gradient_of_a_number_is_found(b: str) -> None:
    layer = checked(ScaledWrongly, b=b, x="normal(4, 3)")
    number, array = layer.arguments
    assert (number.verdict, array.verdict) == (LayerVerdict.FAIL, LayerVerdict.PASS)
    assert "x=np.array([[-1.42" in str(layer.reproduction)
    assert number.worst is not None and np.isclose(number.worst.analytic, 2 * number.worst.numeric)
