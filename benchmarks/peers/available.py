"""Every checker that is compared, ourselves first, and which of them are installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError

from benchmarks.peers import of_autograd, of_jax, of_scipy, of_torch, own
from benchmarks.peers.peer import Peer

OURS = Peer("gradcheck", "gradcheck", own.called)
PEERS = (
    OURS,
    Peer("bound", "gradcheck", own.bound),
    Peer("torch slow", "torch", of_torch.slow),
    Peer("torch fast", "torch", of_torch.fast),
    Peer("jax", "jax", of_jax.prepare),
    Peer("autograd", "autograd", of_autograd.prepare),
    Peer("scipy", "scipy", of_scipy.prepare),
)
"""gradcheck is called as users do; *bound* is its check alone, on a layer recognised beforehand."""


def sorted_out() -> tuple[list[Peer], list[str]]:
    """The checkers that are installed, and a line for each one that is not."""
    found, absent = [], []
    for peer in PEERS:
        reason = _missing(peer)
        if reason:
            absent.append(f"{peer.name}: {reason}")
        else:
            found.append(peer)
    return found, absent


def versions(peers: list[Peer]) -> dict[str, str]:
    """The version of each package."""
    return dict(_versions(peers))


def _versions(peers: list[Peer]) -> Iterator[tuple[str, str]]:
    for peer in peers:
        yield peer.package, peer.version


def _missing(peer: Peer) -> str:
    """Why a checker cannot be used, or nothing."""
    try:
        _ = peer.version
    except PackageNotFoundError:
        return "not installed"
    return ""
