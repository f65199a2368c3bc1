"""Forward and backward written by hand on tensors, without autograd."""

from pathlib import Path

from frameworks import needed

import gradcheck
from gradcheck.model import LayerVerdict

needed("torch")

TEXT = """
import torch

def softplus_forward(x):
    return torch.log1p(torch.exp(x)), x

def softplus_backward(dout, x):
    return dout * torch.{}(x)
"""


def test_tensors_are_given_and_taken(tmp_path: Path) -> None:
    for slope, verdict in (("sigmoid", LayerVerdict.PASS), ("tanh", LayerVerdict.FAIL)):
        path = tmp_path / f"{slope}_layer.py"
        path.write_text(TEXT.format(slope))
        assert gradcheck.check(f"{path}:softplus", x="normal(4, 3)").verdict is verdict
