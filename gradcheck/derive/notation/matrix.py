r"""Formulas in matrix notation, where there is a plain one: ``X W``, ``G W^\top``, ``a \odot b``.

A quantity with two indices is a matrix, one with a single index a column vector. A bias is added to every
row as it is; any other vector that is repeated along an axis has a vector of ones beside it.

>>> from gradcheck.algebra.expr import Adjoint, Graph, Node, Ref, Var, Sum, mul
>>> product = Sum("k", "d", mul(Var("X", ("i", "k")), Var("W", ("k", "j"))))
>>> node = Node("Y", ("i", "j"), ("n", "h"), product)
>>> graph = Graph({"Y": node}, {"X": ("n", "d"), "W": ("d", "h")}, {"L": ("Y",)})
>>> matrix(product, ("i", "j"), graph)
'X W'
>>> print(matrix(Sum("j", "h", mul(Adjoint("L", "Y", ("i", "j")), Var("W", ("k", "j")))), ("i", "k"), graph))
\frac{\partial L}{\partial Y} W^{\top}
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from gradcheck.algebra.expr import (
    ZERO,
    Add,
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Graph,
    Index,
    Mul,
    Num,
    Ref,
    Size,
    Sum,
    Var,
    free_indices,
    fresh_index,
    rename,
    walk,
)
from gradcheck.derive.notation.arrays import (
    ONES,
    Array,
    MatrixProduct,
    NoMatrixForm,
    in_a_row,
    powers,
    scalar_power,
    scaled,
    transposed,
    with_scalars,
)
from gradcheck.derive.notation.assembling import bracketed, is_sum, put_together
from gradcheck.derive.notation.contracting import Group, contracted, grouped
from gradcheck.derive.notation.factors import Power, Product, product_of
from gradcheck.derive.notation.latex import chained, written
from gradcheck.derive.notation.pieces import (
    Applied,
    Condition,
    Numeral,
    Piece,
    Slope,
    Symbol,
    Total,
    Transposed,
)

_ENTRYWISE = frozenset("exp log tanh sigmoid softplus erf sin cos sinh cosh atan abs sign relu".split())


def matrix(expr: Expr, indices: Sequence[str], graph: Graph) -> str | None:
    """``expr`` as an array with the axes ``indices``, in LaTeX; None where that has no plain form."""
    piece = arranged_in_arrays(expr, indices, graph)
    return None if piece is None else written(piece)


def matrix_relation(left: Expr, rights: Sequence[Expr], indices: Sequence[str], graph: Graph) -> str | None:
    """A chain in matrix notation; None if one of its sides has no plain form."""
    sides = [matrix(side, indices, graph) for side in (left, *rights)]
    whole = [side for side in sides if side is not None]
    return chained(whole[0], whole[1:]) if len(whole) == len(sides) else None


def arranged_in_arrays(expr: Expr, indices: Sequence[str], graph: Graph) -> Piece | None:
    """The arrangement of ``expr`` in matrix notation, if there is one."""
    try:
        return _Arrays(graph, tuple(indices)).whole(expr)
    except NoMatrixForm:
        return None


class _Arrays:
    """Reads expressions as arrays; ``wanted`` are the axes of the whole, in order."""

    def __init__(self, graph: Graph, wanted: tuple[str, ...]) -> None:
        if len(wanted) > 2:
            raise NoMatrixForm
        self.graph, self.wanted = graph, wanted
        self.names = {*graph.nodes, *graph.leaves, *graph.roots}

    def whole(self, expr: Expr) -> Piece:
        negative, array = self.signed(expr)
        piece = self.spread(array, self.wanted)
        return Total(((True, bracketed(piece) if is_sum(piece) else piece),)) if negative else piece

    def signed(self, expr: Expr) -> tuple[bool, Array]:
        """Whether a minus stands before ``expr``, and the array that it stands before."""
        match expr:
            case Num(value) if value < 0:
                return True, Array(put_together(-value, [], [], 0))
            case Add():
                return False, self.total(expr)
            case Fun(name, arguments):
                return False, self.function(name, arguments)
            case Var(name, indices) | Ref(name, indices):
                return False, Array(self.array(name), _axes(indices))
            case Size(name) if not name.startswith("|"):
                return False, Array(Symbol(name))
            case Constant(name):
                return False, Array(Symbol("e" if name == "e" else f"\\{name}"))
            case Adjoint(loss, node, indices, None):
                return False, Array(Slope(Symbol(loss), (self.array(node),)), _axes(indices))
            case Delta(str() as left, str() as right) if "I" not in self.names:
                return False, Array(Symbol("I"), _axes((left, right)))
            case _:
                summed: dict[str, str] = {}
                product = product_of(self.opened(expr, summed, set(free_indices(expr))))
                if product.above == ((expr, Fraction(1)),):
                    raise NoMatrixForm
                return self.product(product, list(summed))

    def array(self, name: str) -> Symbol:
        """A whole quantity by its name, if its shape can be stated and no other is called the same."""
        sizes = self.graph.sizes(name) if name in self.names - set(self.graph.roots) else ()
        if any(size.startswith("|") for size in sizes) or "_{\\cdot}" in name:
            raise NoMatrixForm
        return Symbol(name)

    def plain(self, expr: Expr) -> Array:
        """``expr`` with its sign inside."""
        negative, array = self.signed(expr)
        if not negative:
            return array
        piece = array.piece
        return Array(Total(((True, bracketed(piece) if is_sum(piece) else piece),)), array.axes)

    def order(self, arrays: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
        """The axes of several arrays in the order that most matrices have, else as the whole has them."""
        axes = {i for own in arrays for i in own}
        if len(axes) > 2:
            raise NoMatrixForm
        default = tuple(sorted(axes, key=[*self.wanted, *sorted(axes - set(self.wanted))].index))
        turned = sum(own == default[::-1] for own in arrays if len(own) == 2)
        return default[::-1] if turned > arrays.count(default) else default

    def total(self, expr: Add) -> Array:
        """Terms as arrays of one shape."""
        terms = [self.signed(term) for term in expr.terms]
        axes = self.order([array.axes for _, array in terms])
        pieces: list[tuple[bool, Piece]] = []
        matrix_stands_before = False
        for (negative, array), term in zip(terms, expr.terms, strict=True):
            is_bias = isinstance(term, Var) and matrix_stands_before and array.axes == axes[1:]
            matrix_stands_before |= len(array.axes) == 2
            piece = array.piece if is_bias or _is_number(term) else self.spread(array, axes)
            if isinstance(piece, Total) and not negative:
                pieces += piece.terms
            else:
                pieces.append((negative, bracketed(piece) if is_sum(piece) else piece))
        return Array(Total(tuple(pieces)), axes)

    def spread(self, array: Array, axes: tuple[str, ...]) -> Piece:
        """An array repeated along the axes that it lacks, by ones."""
        if not array.axes and axes:
            ones = ONES if len(axes) == 1 else in_a_row(ONES, Transposed(ONES))
            return ones if array.piece == Numeral(1) else scaled(array.piece, ones)
        if len(array.axes) == 1 and len(axes) == 2 and array.axes[0] in axes:
            if array.axes[0] == axes[0]:
                return in_a_row(array.piece, Transposed(ONES))
            return in_a_row(ONES, transposed(array.piece))
        return array.along(axes)

    def function(self, name: str, arguments: tuple[Expr, ...]) -> Array:
        """A function of every entry."""
        if name in ("max", "min"):
            return self.extremum(name, arguments)
        array = self.plain(arguments[0])
        if name == "step" and isinstance(array.piece, Total):
            match array.piece.terms:
                case ((False, left), (True, right)):
                    return Array(Condition(left, ">", right), array.axes)
        if name == "step":
            return Array(Condition(array.piece, ">", Numeral(0)), array.axes)
        if name not in _ENTRYWISE:
            raise NoMatrixForm
        return Array(Applied(name, (array.piece,)), array.axes)

    def extremum(self, name: str, arguments: tuple[Expr, ...]) -> Array:
        """The larger or the smaller, entry by entry, of an array and numbers."""
        if sum(not _is_number(argument) for argument in arguments) != 1:
            raise NoMatrixForm
        arrays = [Array(Numeral(0)) if a == ZERO else self.plain(a) for a in arguments]
        (axes,) = (a.axes for a, x in zip(arrays, arguments, strict=True) if not _is_number(x))
        return Array(Applied(name, tuple(a.piece for a in arrays)), axes)

    def opened(self, expr: Expr, summed: dict[str, str], taken: set[str]) -> Expr:
        """``expr`` without the sums around its factors, which go to ``summed`` under names of their own."""
        match expr:
            case Sum(index, size, body):
                fresh = index if index not in taken else fresh_index(index, taken | set(summed))
                taken |= {fresh, *free_indices(body)}
                summed[fresh] = size
                renamed = rename(body, {index: fresh}) if fresh != index else body
                inner = self.opened(renamed, summed, taken)
                if fresh in free_indices(inner):
                    return inner
                del summed[fresh]
                return Mul((Size(size), inner))
            case Mul(factors):
                return Mul(tuple(self.opened(f, summed, taken) for f in factors))
            case _:
                return expr

    def product(self, product: Product, summed: list[str]) -> tuple[bool, Array]:
        """A product of scalars and arrays, contracted over what is summed."""
        negative = product.coefficient < 0
        above, below = list(product.above), list(product.below)
        groups = list(self.softmaxes(above, below))
        top: list[Piece] = []
        bottom: list[Piece] = []
        for own, scalars, divides in ((above, top, False), (below, bottom, True)):
            for base, exponent in own:
                minus, array = self.signed(base) if exponent == 1 else (False, self.plain(base))
                negative ^= minus
                if array.axes:
                    pieces = powers(array.piece, exponent)
                    groups.append(Group(array.axes, *(((), pieces) if divides else (pieces, ()))))
                else:
                    scalars.append(scalar_power(array.piece, exponent))
        found = contracted(groups, summed)
        whole = self.combined([g for g in found if g.axes])
        numbers = [p for g in found if not g.axes for p in g.above]
        return negative, with_scalars(put_together(abs(product.coefficient), top, bottom, 0), numbers, whole)

    def turned(self, group: Group) -> Group:
        """A product of matrices with its axes as the whole has them: ``A B^T`` rather than ``(B A^T)^T``."""
        match group:
            case Group(axes, (MatrixProduct() as product,), ()) if axes == self.wanted[::-1]:
                return Group(self.wanted, (transposed(product),))
            case _:
                return group

    def combined(self, groups: list[Group]) -> Array | None:
        """The product of arrays without a sum: entry by entry, or by a diagonal matrix on either side."""
        if not groups:
            return None
        matrices = [self.turned(g) for g in groups if len(g.axes) == 2]
        vectors = {g.axes[0]: g.array.piece for g in groups if len(g.axes) == 1}
        axes = self.order([g.axes for g in [*matrices, *(g for g in groups if len(g.axes) == 1)]])
        if len(axes) == 1:
            return Array(vectors[axes[0]], axes)
        if not matrices:
            return Array(in_a_row(vectors[axes[0]], transposed(vectors[axes[1]])), axes)
        (array,) = (g.array for g in grouped(matrices))
        left = [Applied("diag", (vectors[axes[0]],))] if axes[0] in vectors else []
        right = [Applied("diag", (vectors[axes[1]],))] if axes[1] in vectors else []
        row = (*left, array.along(axes), *right)
        return Array(in_a_row(*row) if len(row) > 1 else row[0], axes)

    def softmaxes(self, above: list[Power], below: list[Power]) -> Iterator[Group]:
        """Exponentials over their own sums, taken out of a product."""
        for top in list(above):
            for bottom in list(below):
                axis = _normalised_axis(top, bottom)
                if axis is None or top not in above or bottom not in below:
                    continue
                assert isinstance(top[0], Fun)
                array = self.plain(top[0].args[0])
                others = tuple(i for i in array.axes if i != axis)
                rows = Applied("softmax", (array.along((*others, axis)),))
                above.remove(top)
                below.remove(bottom)
                yield Group((*others, axis), (rows,))


def _normalised_axis(top: Power, bottom: Power) -> str | None:
    """The index j of ``exp(z_j)`` over the sum of the same over j."""
    match top, bottom:
        case (Fun("exp", (z,)), 1), (Sum(index, _, Fun("exp", (other,))), 1):
            return next((j for j in sorted(free_indices(z)) if rename(z, {j: index}) == other), None)
        case _:
            return None


def _is_number(expr: Expr) -> bool:
    """Whether an expression is made of numbers and sizes, which may stand beside arrays."""
    return not any(isinstance(part, (Var, Ref, Adjoint)) for part in walk(expr))


def _axes(indices: tuple[Index, ...]) -> tuple[str, ...]:
    """Indices as axes: at most two, all letters, all different."""
    letters = tuple(i for i in indices if isinstance(i, str))
    if len(indices) > 2 or len(set(letters)) < len(indices):
        raise NoMatrixForm
    return letters
