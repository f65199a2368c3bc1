"""torch.autograd.gradcheck with its defaults, on a torch.autograd.Function around the NumPy code."""

from __future__ import annotations

from types import new_class
from typing import Any

import numpy as np

from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, raising
from gradcheck.layers.adapters.frameworks import framework


def slow(pair: Pair, seed: int) -> Check:
    """The default mode: the whole Jacobian, both ways."""
    return _prepare(pair, seed, fast=False)


def fast(pair: Pair, seed: int) -> Check:
    """``fast_mode=True``: one random projection."""
    return _prepare(pair, seed, fast=True)


def _prepare(pair: Pair, seed: int, fast: bool) -> Check:
    torch = framework("torch")
    function = _wrapped(torch, pair)
    inputs = tuple(torch.tensor(v, requires_grad=True) for v in pair.arguments.values())

    def check() -> None:
        torch.manual_seed(seed)
        torch.autograd.gradcheck(function.apply, inputs, fast_mode=fast)

    return raising(check)


def _wrapped(torch: Any, pair: Pair) -> Any:
    """The pair as a torch.autograd.Function."""

    def forward(context: Any, *tensors: Any) -> Any:
        out, context.cache = pair.run(*(t.detach().numpy() for t in tensors))
        return torch.as_tensor(np.asarray(out))

    def backward(context: Any, upstream: Any) -> Any:
        return tuple(torch.as_tensor(np.asarray(g)) for g in pair.pull(upstream.numpy(), context.cache))

    members = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return new_class("Wrapped", (torch.autograd.Function,), exec_body=lambda space: space.update(members))
