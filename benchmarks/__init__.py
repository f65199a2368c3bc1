"""The figures that gradcheck publishes, each reproducible by one command: ``python -m benchmarks.doc``."""
