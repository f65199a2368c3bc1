"""How the same array operations are spelled in NumPy and in PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_COMMON = "exp log tanh sin cos sinh cosh abs sign sqrt".split()


@dataclass(frozen=True)
class Dialect:
    """One array library.

    ``functions`` are templates of one argument, ``helpers`` the names of functions that the
    generated module has to bring along. ``reduction`` has the words for the axis and for keeping it,
    ``types`` those of arrays and of numbers that are computed.
    """

    module: str
    functions: Mapping[str, str]
    helpers: Mapping[str, str]
    reduction: tuple[str, str]
    permute: str
    largest: str
    maximum: str
    minimum: str
    bounded: Mapping[str, str]
    cast: str
    input_cast: str
    einsum: str
    eye: str
    spread: str
    dtype: str
    types: tuple[str, str]


SCALAR = {n: f"math.{n}({{}})" for n in "exp log tanh sin cos sinh cosh sqrt erf erfc".split()}
"""Functions of Python numbers."""

NUMPY = Dialect(
    module="np",
    functions={
        **{name: f"np.{name}({{}})" for name in _COMMON},
        "atan": "np.arctan({})",
        "relu": "np.maximum({}, 0)",
        "softplus": "np.logaddexp(0, {})",
    },
    helpers={"sigmoid": "_logistic", "erf": "_erf", "erfc": "_erfc"},
    reduction=("axis", "keepdims"),
    permute="transpose",
    largest="max",
    maximum="np.maximum({}, {})",
    minimum="np.minimum({}, {})",
    bounded={"max": "np.maximum({}, {})", "min": "np.minimum({}, {})"},
    cast="{}.astype({}.dtype)",
    input_cast="{}.astype({}.dtype, copy=False)",
    einsum='np.einsum("{}", {}, optimize=True)',
    eye="np.eye({}, dtype={}.dtype)",
    spread="np.broadcast_to({}, {}).copy()",
    dtype="{}.dtype",
    types=("Array", "np.float64"),
)

TORCH = Dialect(
    module="torch",
    functions={
        **{name: f"torch.{name}({{}})" for name in _COMMON},
        "atan": "torch.atan({})",
        "relu": "torch.relu({})",
        "softplus": "torch.nn.functional.softplus({}, threshold=50)",
        "sigmoid": "torch.sigmoid({})",
        "erf": "torch.erf({})",
        "erfc": "torch.erfc({})",
    },
    helpers={},
    reduction=("dim", "keepdim"),
    permute="permute",
    largest="amax",
    maximum="torch.maximum({}, {})",
    minimum="torch.minimum({}, {})",
    bounded={"max": "torch.clamp({}, min={})", "min": "torch.clamp({}, max={})"},
    cast="{}.to({}.dtype)",
    input_cast="{}.to({}.dtype)",
    einsum='torch.einsum("{}", {})',
    eye="torch.eye({0}, dtype={1}.dtype, device={1}.device)",
    spread="torch.broadcast_to({}, {}).clone()",
    dtype="dtype={0}.dtype, device={0}.device",
    types=("Tensor", "Tensor"),
)
