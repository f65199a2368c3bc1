"""gradcheck beside torch, jax, autograd and scipy, on the same layers: ``python -m benchmarks.peers``."""
