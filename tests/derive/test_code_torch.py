"""Generated PyTorch functions: `gradcheck layer` passes them, and they agree with autograd and with NumPy."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from derived_code import Generated, derivation_of, verdicts, written
from frameworks import needed

from gradcheck.derive.code.titles import class_name
from gradcheck.derive.code.torch_module import torch_source
from gradcheck.deriving.library import library_names
from gradcheck.layers.loading import load

torch = needed("torch")


@pytest.mark.parametrize("name", library_names())
def test_code_passes_its_own_check(name: str, tmp_path: Path) -> None:
    path = written(tmp_path, f"{name}_torch", torch_source(derivation_of(name), name))
    assert verdicts(path) == {"pass"}


@pytest.mark.parametrize("name", library_names())
def test_the_same_as_in_numpy(name: str, tmp_path: Path) -> None:
    module = load(str(written(tmp_path, f"{name}_torch", torch_source(derivation_of(name), name))))
    layer = Generated(derivation_of(name), tmp_path)
    for values in layer.inputs():
        tensors = {n: _tensor(v) for n, v in values.items()}
        found = getattr(module, name)(**tensors)
        outputs = found if isinstance(found, tuple) else (found,)
        sum(o.sum() for o in outputs).backward()
        wanted, gradients = layer.run(values)
        for ours, theirs in zip(outputs, wanted, strict=True):
            np.testing.assert_allclose(ours.detach().numpy(), theirs, atol=1e-10)
        leaves = [t for t in tensors.values() if getattr(t, "grad", None) is not None]
        assert len(leaves) == len(gradients)
        in_order = sorted(leaves, key=lambda t: _place(t, tensors, layer.source))
        for leaf, gradient in zip(in_order, gradients, strict=True):
            np.testing.assert_allclose(leaf.grad.numpy(), gradient, atol=1e-10)


def test_single_precision_stays_single(tmp_path: Path) -> None:
    module = load(str(written(tmp_path, "single", torch_source(derivation_of("attention"), "attention"))))
    q, k, v = (torch.randn(4, 3, requires_grad=True) for _ in range(3))
    module.attention(q, k, v).sum().backward()
    assert q.grad.dtype is torch.float32


def test_a_mistake_is_found(tmp_path: Path) -> None:
    source = torch_source(derivation_of("rmsnorm"), "rmsnorm")
    ahead, back, behind = source.partition("def backward")
    assert "(gamma * dout" in behind
    path = written(tmp_path, "wrong", ahead + back + behind.replace("(gamma * dout", "(2 * gamma * dout", 1))
    assert "fail" in verdicts(path)


def test_class_names() -> None:
    assert class_name("softmax_cross_entropy") == "SoftmaxCrossEntropy"


def _tensor(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return torch.tensor(value, requires_grad=value.dtype == np.float64)


def _place(tensor: Any, tensors: dict[str, Any], source: str) -> int:
    """Where the backward of the NumPy code returns the gradient of an input."""
    name = next(n for n, t in tensors.items() if t is tensor)
    returned = source[source.index("_backward") :].partition("    return ")[2].partition("\n")[0]
    return returned.split(", ").index(f"d{name}")
