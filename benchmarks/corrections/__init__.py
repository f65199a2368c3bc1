"""How often corrections bring spoiled equations back: ``python -m benchmarks.corrections``."""
