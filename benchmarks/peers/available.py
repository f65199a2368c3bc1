"""Every checker that is compared, ourselves first, and which of them are installed."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError

from benchmarks.peers import of_autograd, of_jax, of_scipy, of_torch, own
from benchmarks.peers.peer import Peer

OURS = Peer("gradcheck", "gradcheck", own.called)
PEERS = (
    OURS,
    Peer("bound", "gradcheck", own.bound),
    Peer("torch slow", "torch", of_torch.slow, draws=1),
    Peer("torch fast", "torch", of_torch.fast),
    Peer("jax", "jax", of_jax.prepare),
    Peer("autograd", "autograd", of_autograd.prepare),
    Peer("scipy", "scipy", of_scipy.prepare, draws=1),
)
"""gradcheck is called as users do; *bound* is its check alone, on a layer recognised beforehand."""


def installed() -> list[Peer]:
    """The checkers whose packages are installed."""
    return [peer for peer in PEERS if _is_installed(peer)]


def absent() -> list[str]:
    """A line for each checker whose package is not installed."""
    return [f"{peer.name}: not installed" for peer in PEERS if not _is_installed(peer)]


def versions(peers: Sequence[Peer]) -> dict[str, str]:
    """The version of each checker's package, by the checker's name."""
    return {peer.name: peer.version for peer in peers}


def _is_installed(peer: Peer) -> bool:
    try:
        return bool(peer.version)
    except PackageNotFoundError:
        return False
