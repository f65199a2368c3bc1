r"""Formulas in LaTeX, as KaTeX and pdflatex with amsmath take them.

>>> from gradcheck.algebra.expr import Graph, Ref, Size, Sum, Var, divide, neg
>>> graph = Graph(leaves={"x": ("m",)})
>>> print(latex(divide(neg(Sum("i", "m", Var("x", ("i",)))), Size("m")), graph))
-\frac{1}{m} \sum_{i=1}^{m} x_{i}
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.algebra.expr import Expr, Graph, Index, Last, Node, Ref
from gradcheck.derive.notation.arranging import arranged
from gradcheck.derive.notation.names import Name, taken_apart
from gradcheck.derive.notation.pieces import (
    Applied,
    Bars,
    Bracketed,
    Condition,
    Factors,
    Kronecker,
    Numeral,
    Piece,
    Quotient,
    Radical,
    Raised,
    Slashed,
    Slope,
    Summation,
    Symbol,
    Total,
    Transposed,
    is_tall,
)

_FUNCTIONS = {
    "relu": r"\operatorname{ReLU}",
    "atan": r"\arctan",
    **{name: f"\\{name}" for name in ("exp", "log", "tanh", "sin", "cos", "sinh", "cosh", "max", "min")},
}
_JOINS = {"": " ", "·": r" \cdot ", "⊙": r" \odot "}
_CLOSERS = {"(": ")", "[": "]"}
_CUSTOMARY = frozenset("ijklmnpqrst")
"""Letters that everybody takes for indices; two others look like a word unless a comma parts them."""


def latex(expr: Expr, graph: Graph) -> str:
    """``expr`` in index notation, without dollar signs."""
    return written(arranged(expr, graph))


def relation(left: Expr, rights: Sequence[Expr], graph: Graph) -> str:
    r"""``left = right = …`` as one chain, a line for each right side if there are several."""
    return chained(latex(left, graph), [latex(right, graph) for right in rights])


def definition(node: Node, graph: Graph) -> str:
    """``name_{params} = body``."""
    return relation(Ref(node.name, node.params), [node.body], graph)


def chained(left: str, rights: Sequence[str]) -> str:
    r"""Written formulas as a chain; several lines stand in an ``aligned`` environment.

    >>> print(chained("L", ["a", "b"]))
    \begin{aligned}
    L &= a \\
    &= b
    \end{aligned}
    """
    if len(rights) == 1:
        return f"{left} = {rights[0]}"
    lines = [f"{left} &= {rights[0]}", *(f"&= {right}" for right in rights[1:])]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def space(name: str, graph: Graph) -> str | None:
    r"""What a quantity is an element of, ``X \in \mathbb{R}^{n \times d}``; None if a size has no name.

    A scalar is in ``\mathbb{R}^{1}``: the 1 says that no array is meant.
    """
    sizes = graph.sizes(name)
    if any(size.startswith("|") for size in sizes):
        return None
    dimensions = r" \times ".join(sizes) or "1"
    return rf"{symbol(name, ())} \in \mathbb{{R}}^{{{dimensions}}}"


def written(piece: Piece) -> str:
    """An arranged formula."""
    match piece:
        case Numeral():
            return piece.text
        case Symbol(name, indices):
            return symbol(name, indices)
        case Total(terms):
            return _terms(terms)
        case Factors(factors, joins):
            signs = [_JOINS[join] for join in joins]
            return "".join(written(f) + sign for f, sign in zip(factors, [*signs, ""], strict=True))
        case Quotient(above, below):
            return rf"\frac{{{written(above)}}}{{{written(below)}}}"
        case Slashed(above, below):
            return f"{above}/{below}"
        case Radical(radicand, degree):
            return rf"\sqrt{'' if degree == 2 else f'[{degree}]'}{{{written(radicand)}}}"
        case Raised(base, exponent):
            return f"{written(base)}^{{{written(exponent)}}}"
        case Applied(function, arguments, power):
            return _applied(function, arguments, power)
        case Bars(body, double, mark):
            bar = r"\|" if double else "|"
            return rf"\left{bar} {written(body)} \right{bar}" + (f"_{mark}" if mark else "")
        case Summation(index, size, body):
            bounds = f"_{{{index}}}" if size is None else f"_{{{index}=1}}^{{{written(size)}}}"
            return rf"\sum{bounds} {written(body)}"
        case Slope():
            return _slope(piece)
        case Kronecker(left, right):
            return f"\\delta_{{{_indices((left, right))}}}"
        case Condition(left, sign, right):
            return rf"\mathbf{{1}}[{written(left)} {sign} {written(right)}]"
        case Bracketed(body, opener):
            return _enclosed(written(body), opener, is_tall(body))
        case Transposed(body):
            return rf"{written(body)}^{{\top}}"


def _terms(terms: tuple[tuple[bool, Piece], ...]) -> str:
    text = ""
    for negative, piece in terms:
        sign = ("-" if negative else "") if not text else " - " if negative else " + "
        text += sign + written(piece)
    return text


def _applied(function: str, arguments: tuple[Piece, ...], power: int) -> str:
    head = _FUNCTIONS.get(function, rf"\operatorname{{{function}}}")
    if power != 1:
        head += f"^{{{power}}}"
    return head + _enclosed(", ".join(map(written, arguments)), "(", any(map(is_tall, arguments)))


def _enclosed(text: str, opener: str, tall: bool) -> str:
    closer = _CLOSERS[opener]
    return rf"\left{opener} {text} \right{closer}" if tall else f"{opener}{text}{closer}"


def _slope(slope: Slope) -> str:
    sign = r"\mathrm{d}" if slope.total and len(slope.by) == 1 else r"\partial"
    order = f"^{{{len(slope.by)}}}" if len(slope.by) > 1 else ""
    of = "" if slope.of is None else " " + written(slope.of)
    if slope.through is not None:
        of += f"({written(slope.through)})"
    if len(slope.by) > 1 and len(set(slope.by)) == 1 and not set("^'") & set(slope.by[0].name):
        by = f"{sign} {written(slope.by[0])}{order}"
    else:
        by = " ".join(f"{sign} {written(variable)}" for variable in slope.by)
    return rf"\frac{{{sign}{order}{of}}}{{{by}}}"


def symbol(name: str, indices: tuple[Index, ...]) -> str:
    r"""A name with its indices: ``\sigma_{B,j}^{2}``."""
    found = taken_apart(name)
    scripts = _below(found, indices)
    mark = f"^{{{found.mark}}}" if found.mark else ""
    return found.letter + (f"_{{{scripts}}}" if scripts else "") + mark + found.primes


def _below(name: Name, indices: tuple[Index, ...]) -> str:
    if not indices:
        return ",".join(_label(label, alone=True) for label in name.labels)
    return ",".join([*(_label(label, alone=False) for label in name.labels), _indices(indices)])


def _label(label: str, alone: bool) -> str:
    r"""A label that nobody takes for indices: a word, or small letters beside indices, stand upright."""
    small = label.isascii() and label.isalpha() and label.islower()
    return rf"\text{{{label}}}" if small and len(label) > (2 if alone else 0) else label


def _indices(indices: tuple[Index, ...]) -> str:
    """Indices side by side where they are two of the customary letters, else with commas."""
    texts = [i.size if isinstance(i, Last) else str(i) for i in indices]
    plain = len(indices) < 3 and all(i in _CUSTOMARY for i in indices)
    return ("" if plain else ",").join(texts)
