"""From a derivation to code: array expressions, NumPy modules and PyTorch functions."""
