"""Whether a document writes whole arrays, ``XW + b``, or only their entries."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import Names, is_transpose


def is_matrix_mode(trees: list[s.Syntax], names: Names, shaped: bool) -> bool:
    """Whether the document writes whole arrays: shapes, transposes, bold letters, element-wise signs."""
    if shaped:
        return True
    for tree in trees:
        for node in s.walk(tree):
            if isinstance(node, s.Symbol) and (
                names.resolve(node).transposed or node.name.startswith("\\mathbf{")
            ):
                return True
            if isinstance(node, s.Power) and is_transpose(node.exponent):
                return True
            if isinstance(node, s.Product) and ("\\odot" in node.joins or _capitals_meet(node)):
                return True
            if isinstance(node, s.Derivative) and node.sign == "nabla":
                return True
    return False


def _capitals_meet(node: s.Product) -> bool:
    """``XW``: two capitals without indices side by side."""
    bare = [
        isinstance(f, s.Symbol) and len(f.name) == 1 and f.name.isupper() and not f.sub for f in node.factors
    ]
    return any(a and b and j == "" for a, b, j in zip(bare, bare[1:], node.joins, strict=False))
