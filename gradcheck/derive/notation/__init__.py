"""Formulas on paper and on a screen: index notation and matrix notation in LaTeX, and text for a terminal."""
