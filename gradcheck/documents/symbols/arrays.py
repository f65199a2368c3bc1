"""Which bare symbols of matrix notation are arrays, and of which rank.

A small letter is a vector only if something shows it: a transpose, bold type, a matrix
beside it, an element-wise sign, a norm, a ∇, or a sum with something that is an array.
Capitals are matrices, except sizes and losses, which never get here.
"""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.symbols.names import Names


def arrays_in(
    trees: list[s.Syntax], names: Names, equations: list[tuple[s.Syntax, s.Syntax]]
) -> dict[str, bool]:
    """The symbols that are used as whole arrays; whether something shows it, or it only follows."""
    nodes = [n for t in trees for n in s.walk(t)]
    scalars = {n for node in nodes if isinstance(node, s.Fraction_) if (n := _name(node.denominator, names))}
    shown = set[str]().union(*(_shown_by(node, names) for node in nodes)) - scalars
    found = set(shown)
    while True:
        more = set[str]()
        for node in nodes:
            more |= _spread(node, names, found) - scalars
        for left, right in equations:
            more |= _carried_over(left, right, names, found) - scalars
        if more <= found:
            return {name: name in shown for name in found}
        found |= more


def _name(node: s.Syntax, names: Names) -> str | None:
    while isinstance(node, s.Group) and len(node.items) == 1:
        node = node.items[0]
    return names.resolve(node).name if isinstance(node, s.Symbol) else None


def _shown_by(node: s.Syntax, names: Names) -> set[str]:
    match node:
        case s.Symbol():
            resolved = names.resolve(node)
            bold = node.name.startswith("\\mathbf{") and node.name != "\\mathbf{1}"
            capital = rank_by_habit(resolved.name) == 2 and not node.sub
            return {resolved.name} if resolved.transposed or bold or capital else set()
        case s.Norm(kind="norm") | s.Derivative(sign="nabla"):
            inner = [node.body] if isinstance(node, s.Norm) else list(node.wrt)
            return {n for part in inner for x in s.walk(part) if (n := _name(x, names))}
        case s.Product() if "\\odot" in node.joins:
            return {n for f in node.factors if (n := _name(f, names))}
        case _:
            return set()


def _spread(node: s.Syntax, names: Names, found: set[str]) -> set[str]:
    """Symbols next to arrays: ``W x`` shows x, ``W x + b`` shows b."""
    if isinstance(node, s.Product):
        factors = [_name(f, names) for f in node.factors]
        matrices = [f is not None and f in found and rank_by_habit(f) == 2 for f in factors]
        beside = [
            f
            for k, f in enumerate(factors)
            if f and ((k and matrices[k - 1]) or (k + 1 < len(factors) and matrices[k + 1]))
        ]
        return {f for f in beside if rank_by_habit(f) == 1}
    if isinstance(node, s.Total) and any(_is_array(t, names, found) for _, t in node.terms):
        return {n for _, t in node.terms if (n := _name(t, names)) and rank_by_habit(n) == 1}
    return set()


def _carried_over(left: s.Syntax, right: s.Syntax, names: Names, found: set[str]) -> set[str]:
    """``o = σ(z)`` with o an array, element by element: z is one too."""
    if _name(left, names) not in found:
        return set()
    nodes = list(s.walk(right))
    symbols = [n for n in nodes if isinstance(n, s.Symbol)]
    plain = not any(isinstance(n, (s.Big, s.Norm, s.Derivative)) for n in nodes)
    if not plain or any(names.resolve(n).transposed or rank_by_habit(n.name) == 2 for n in symbols):
        return set()
    return {
        name
        for n in symbols
        if (name := names.resolve(n).name) and not names.resolve(n).indices and rank_by_habit(name) == 1
        if n.name not in ("e", "d")
    }


def _is_array(tree: s.Syntax, names: Names, found: set[str]) -> bool:
    name = _name(tree, names)
    if name is not None:
        return name in found
    if isinstance(tree, s.Product) and all(j in ("", "\\cdot", "\\odot") for j in tree.joins):
        inner = [_name(f, names) for f in tree.factors]
        rows = sum(isinstance(f, s.Symbol) and names.resolve(f).transposed for f in tree.factors)
        return any(n in found for n in inner if n) and rows == 0
    return False


def rank_by_habit(name: str) -> int:
    """How many axes a bare symbol has in matrix notation: capitals two, small letters one."""
    bare = name
    while bare.startswith(("\\mathbf{", "\\hat{", "\\tilde{", "\\bar{")):
        bare = bare[bare.index("{") + 1 :]
    head = bare.split("_")[0].split("^")[0].rstrip("'}")
    if head.startswith("\\"):
        return 1 if name.startswith("\\mathbf") else 0
    return 2 if head.isupper() else 1
