"""From a formula to an array expression: every part has its axes in the order of the frame around it.

A *frame* is the axes of the array that is being built, in order. Whatever enters it is
aligned with it at once, so that broadcasting does the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from gradcheck.algebra.expr import (
    Add,
    Constant,
    Delta,
    Expr,
    Fun,
    Last,
    Mul,
    Num,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
    free_indices,
    walk,
)
from gradcheck.derive.code.chaining import chained
from gradcheck.derive.code.contracting import Summer, order_of
from gradcheck.derive.code.definitions import Definition
from gradcheck.derive.code.dialects import SCALAR, Dialect
from gradcheck.derive.code.index_sizes import Sizes, index_sizes
from gradcheck.derive.code.numbers import as_ratio, literal
from gradcheck.derive.code.tidying import as_power, coefficient, factors_of
from gradcheck.derive.code.values import ATOM, POWER, PRODUCT, SUM, UNARY, Axes, Value, aligned, pattern
from gradcheck.derive.derivation import CannotDerive

Layout = tuple[int | None, ...]
"""How a tensor lies in memory: for each axis which of its indices it is, None for a length of one."""


class Writer:
    """Writes formulas with given names for tensors and sizes.

    ``asked`` collects, for every tensor, the layouts in which formulas would like to have it.
    """

    def __init__(
        self,
        dialect: Dialect,
        names: Mapping[str, str],
        size: Callable[[str], str],
        sizes: Sizes,
        numbers: frozenset[str] = frozenset(),
        like: str = "",
        layouts: Mapping[str, Layout] | None = None,
    ) -> None:
        self.dialect, self.names, self.size, self.sizes = dialect, names, size, sizes
        self.numbers, self.like, self.layouts = numbers, like, layouts or {}
        self.helpers: set[str] = set()
        self.asked: dict[str, set[Layout]] = {}
        self.lengths: dict[str, str] = {}
        self._sums = Summer(self)

    def write(self, expr: Expr, frame: Axes) -> Value:
        """The formula as an array in the frame."""
        match expr:
            case Num(value):
                return literal(value)
            case Constant(name):
                return Value(f"math.{name}", plain=True)
            case Size(name):
                return Value(self.size(name), plain=True)
            case Var() | Ref():
                return self._entry(expr, frame)
            case Add():
                return self._sum(expr, frame)
            case Mul():
                return self.product(expr, frame)
            case Pow():
                return self._power(expr, frame)
            case Fun(name, args):
                return self._function(name, args, frame)
            case Sum():
                return self._sums.write(expr, frame)
            case Delta():
                return self._delta(expr, frame)
            case _:
                raise CannotDerive(f"a {type(expr).__name__} cannot be written as code")

    def definition(self, definition: Definition, frame: Axes) -> Value:
        """The right side of a definition as an array in the frame."""
        self.lengths.update(index_sizes(definition.body, self.sizes))
        self.lengths.update(zip(definition.params, definition.sizes, strict=True))
        if definition.largest:
            return self._sums.reduced(definition.body, dict(definition.largest), frame, self.dialect.largest)
        return self.write(definition.body, frame)

    def formula(self, expr: Expr, frame: Axes) -> Value:
        """A formula that is no definition as an array in the frame."""
        self.lengths.update(index_sizes(expr, self.sizes))
        return self.write(expr, frame)

    def aligned(self, value: Value, frame: Axes) -> Value:
        """The array with its axes as the frame has them."""
        return aligned(value, frame, self.dialect.permute)

    def is_plain(self, expr: Expr) -> bool:
        """Whether the formula is a Python number: it has no array in it."""
        return not any(
            isinstance(p, Ref | Sum | Delta) or (isinstance(p, Var) and p.name not in self.numbers)
            for p in walk(expr)
        )

    # -- tensors ----------------------------------------------------------------------

    def _entry(self, expr: Var | Ref, frame: Axes) -> Value:
        code = self.names[expr.name]
        if expr.name in self.numbers:
            return Value(code, plain=True)
        layout = self.layouts.get(expr.name, tuple(range(len(expr.indices))))
        named = [i for i in expr.indices if isinstance(i, str)]
        if len(named) < len(expr.indices) or len(set(named)) < len(named):
            return self.aligned(self._picked(code, expr, layout), frame)
        axes = tuple(None if k is None else str(expr.indices[k]) for k in layout)
        wanted = pattern(named, frame)
        if sorted(a for a in wanted if a) == sorted(named):
            asked = tuple(None if a is None else expr.indices.index(a) for a in wanted)
            self.asked.setdefault(expr.name, set()).add(asked)
        return self.aligned(Value(code, axes=axes), frame)

    def _picked(self, code: str, expr: Var | Ref, layout: Layout) -> Value:
        """Entries at fixed positions, or on a diagonal."""
        places, axes = [], []
        for k in layout:
            index = None if k is None else expr.indices[k]
            if isinstance(index, str):
                places.append(":")
                axes.append(index)
            else:
                places.append("-1" if isinstance(index, Last) else str(0 if index is None else index - 1))
        value = Value(f"{code}[{', '.join(places)}]" if len(axes) < len(places) else code, axes=tuple(axes))
        if len(set(axes)) == len(axes):
            return value
        letters = {a: chr(ord("a") + k) for k, a in enumerate(dict.fromkeys(axes))}
        subscripts = f"{''.join(letters[a] for a in axes)}->{''.join(letters.values())}"
        return Value(f'{self.dialect.module}.einsum("{subscripts}", {value.code})', axes=tuple(letters))

    def _delta(self, expr: Delta, frame: Axes) -> Value:
        left, right = expr.left, expr.right
        letters = [i for i in (left, right) if isinstance(i, str)]
        if not letters:
            raise CannotDerive("a Kronecker delta of two fixed positions cannot be written as code")
        eye = self.dialect.eye.format(self.size(self.lengths[letters[0]]), self.like)
        if len(letters) == 2:
            order = tuple(a for a in frame if a in letters)
            return self.aligned(Value(eye, axes=order), frame)
        fixed = next(i for i in (left, right) if not isinstance(i, str))
        place = "-1" if isinstance(fixed, Last) else str(fixed - 1)
        return self.aligned(Value(f"{eye}[{place}]", axes=(letters[0],)), frame)

    # -- arithmetic -------------------------------------------------------------------

    def _sum(self, expr: Add, frame: Axes) -> Value:
        terms = expr.terms
        if coefficient(terms[0])[0] < 0:
            terms = tuple(sorted(terms, key=lambda t: coefficient(t)[0] < 0))
        code = self.write(terms[0], frame).within(SUM)
        for term in terms[1:]:
            number, body = coefficient(term)
            part = self.product(Mul((Num(abs(number)), *factors_of(body))), frame)
            code += f" {'-' if number < 0 else '+'} {part.within(PRODUCT)}"
        return Value(code, SUM, frame, self.is_plain(expr))

    def product(self, expr: Mul, frame: Axes) -> Value:
        """Factors and divisors, those with few axes first: what is small is multiplied while it is small."""
        number, rest = coefficient(expr)
        factors = list(factors_of(rest)) if rest != Num(Fraction(1)) else []
        above, below = as_ratio(abs(number))
        mean, factors = self._sums.mean(factors, frame)
        numerators = [(0, Value(above, plain=True))] if above else []
        denominators = [(0, Value(below, plain=True))] if below else []
        if mean is not None:
            numerators.append((len(mean.named), mean))
        arrays = any(not self.is_plain(f) and not _is_step(f) for f in factors) or mean is not None
        for small in self._small(factors, frame):
            factors = [f for f in factors if not any(f is s for s in small)]
            own = order_of(Mul(small), frame)
            numerators.append((len(own), self.aligned(self.product(Mul(small), own), frame)))
        for factor in factors:
            base, power = as_power(factor)
            rank = len(free_indices(factor))
            if power < 0:
                inverse = base if power == -1 else Pow(base, Num(-power))
                denominators.append((rank, self.write(inverse, frame)))
            elif power in (3, 4) and isinstance(base, Var | Ref) and not self.is_plain(base):
                numerators += [(rank, self.write(base, frame))] * int(power)
            elif _is_step(factor):
                numerators.append((rank, self._step(factor, frame, cast=not arrays)))
            else:
                numerators.append((rank, self.write(factor, frame)))
        code, binding = chained(numerators, denominators)
        if number < 0:
            code, binding = f"-{code}", UNARY if binding > UNARY else binding
        return Value(code, binding, frame, self.is_plain(expr))

    def _small(self, factors: list[Expr], frame: Axes) -> list[tuple[Expr, ...]]:
        """Factors with the same axes that would each need new ones of length one: their product does once."""
        groups: dict[frozenset[str], list[Expr]] = {}
        for factor in factors:
            groups.setdefault(free_indices(factor), []).append(factor)
        return [
            tuple(members)
            for axes, members in groups.items()
            if len(members) > 1 and None in pattern(tuple(axes), frame)
        ]

    def _power(self, expr: Pow, frame: Axes) -> Value:
        base, power = as_power(expr)
        if power == 1:
            below = self.write(expr.base, frame)
            above = self.write(expr.exponent, frame)
            code = f"{below.within(ATOM)} ** {above.within(UNARY)}"
            return Value(code, POWER, frame, self.is_plain(expr))
        if power < 0:
            return self.product(Mul((expr,)), frame)
        plain = self.is_plain(base)
        inner = self.write(base, frame)
        if power == Fraction(1, 2):
            table = SCALAR if plain else self.dialect.functions
            return Value(table["sqrt"].format(inner.code), ATOM, inner.axes, plain)
        if power in (3, 4) and isinstance(base, Var | Ref) and not plain:
            return Value(" * ".join([inner.within(PRODUCT + 1)] * int(power)), PRODUCT, inner.axes)
        space = "" if isinstance(base, Var | Ref) and power.denominator == 1 else " "
        exponent = literal(power).within(ATOM)
        return Value(f"{inner.within(ATOM)}{space}**{space}{exponent}", POWER, inner.axes, plain)

    # -- functions --------------------------------------------------------------------

    def _function(self, name: str, args: tuple[Expr, ...], frame: Axes) -> Value:
        if name in ("max", "min"):
            return self._extreme(name, args, frame)
        if name == "where":
            return self._choice(args, frame)
        if name == "step":
            return self._step(Fun(name, args), frame, cast=True)
        (argument,) = args
        inner = self.write(argument, frame)
        if self.is_plain(argument) and name in SCALAR:
            return Value(SCALAR[name].format(inner.code), plain=True)
        helper = self.dialect.helpers.get(name)
        if helper is not None:
            self.helpers.add(name)
            return Value(f"{helper}({inner.code})", axes=inner.axes)
        if name not in self.dialect.functions:
            raise CannotDerive(f"the function {name} cannot be written as code")
        return Value(self.dialect.functions[name].format(inner.code), axes=inner.axes)

    def _extreme(self, name: str, args: tuple[Expr, ...], frame: Axes) -> Value:
        """The larger or smaller of two arrays, or of an array and a number."""
        ordered = sorted(args, key=self.is_plain)
        value = self.write(ordered[0], frame)
        template = self.dialect.maximum if name == "max" else self.dialect.minimum
        for other in ordered[1:]:
            spelled = self.dialect.bounded[name] if self.is_plain(other) else template
            value = Value(spelled.format(value.code, self.write(other, frame).code), axes=frame)
        return value

    def _choice(self, args: tuple[Expr, ...], frame: Axes) -> Value:
        condition, above, below = (self.write(a, frame) for a in args)
        code = f"{self.dialect.module}.where({condition.within(SUM)} > 0, {above.code}, {below.code})"
        value = Value(code, axes=frame)
        return value if not (above.plain and below.plain) else self._cast(value)

    def _step(self, expr: Expr, frame: Axes, cast: bool) -> Value:
        assert isinstance(expr, Fun)
        inner = self.write(expr.args[0], frame)
        value = Value(f"({inner.within(SUM)} > 0)", axes=frame)
        return self._cast(value) if cast else value

    def _cast(self, value: Value) -> Value:
        return Value(self.dialect.cast.format(value.code, self.like), axes=value.axes)


def _is_step(expr: Expr) -> bool:
    return isinstance(expr, Fun) and expr.name == "step"
