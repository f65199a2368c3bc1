"""Layers written by hand: a target is recognised, given inputs, differenced, and judged."""
