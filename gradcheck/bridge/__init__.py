"""From code to the document it implements: a layer's gradients held against the formulas of a derivation."""
