"""Numbers that have a name: signs, small factors, sizes of axes, short decimals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import e, isfinite, log, pi, sqrt

_SAME = 1e-7
_PLAIN = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Named:
    """A number and its name. ``size`` is the axis length that is in it, ``place`` where that stands."""

    value: float
    text: str
    size: int = 0
    place: str = ""

    def __str__(self) -> str:
        return self.text


def name_of(value: float, sizes: Mapping[str, int], same: float = _SAME) -> Named | None:
    """The name of a number, or None. ``sizes`` are the lengths that it may be made of, by name.

    >>> print(name_of(-0.5, {}), name_of(1 / 64, {"x.shape[0]": 64}), name_of(0.34567891, {}))
    -1/2 1/64 None
    """
    if not isfinite(value) or value == 0.0:
        return None
    for named in _candidates(value, sizes):
        if abs(named.value - value) <= same * abs(value):
            return named
    return None


def _candidates(value: float, sizes: Mapping[str, int]) -> Iterator[Named]:
    sign, minus = (-1.0, "-") if value < 0 else (1.0, "")
    size = abs(value)
    for a in (1, 2, 3):
        for b in (1, 2, 3):
            yield Named(sign * a / b, f"{minus}{_fraction(Fraction(a, b))}")
    for place, n in sizes.items():
        for number, text in _of_size(n):
            yield Named(sign * number, f"{minus}{text}", n, place)
    for place, n in sizes.items():
        for k in (2, 3, 4):
            yield Named(sign * n * k, f"{minus}{n * k}", n, place)
            yield Named(sign * k / n, f"{minus}{_fraction(Fraction(k, n))}", n, place)
    fraction = Fraction(size).limit_denominator(64)
    if fraction.numerator <= 64:
        yield Named(sign * float(fraction), f"{minus}{_fraction(fraction)}")
    square = Fraction(size * size).limit_denominator(64)
    if 0 < square.numerator <= 64:
        yield Named(sign * sqrt(square), f"{minus}√{_fraction(square, inner=True)}")
    for number, text in ((pi, "π"), (e, "e"), (log(2), "ln 2"), (log(10), "ln 10"), (sqrt(2 * pi), "√(2π)")):
        for power, written in ((1, text), (-1, f"1/{text}")):
            yield Named(sign * number**power, f"{minus}{written}")
    short = float(f"{size:.4g}")
    yield Named(sign * short, f"{minus}{short:.4g}")
    inverse = float(f"{1 / size:.4g}")
    yield Named(sign / inverse, f"{minus}1/{inverse:.4g}")


def _of_size(n: int) -> Iterator[tuple[float, str]]:
    if n < 2:
        return
    yield float(n), f"{n}"
    yield 1 / n, f"1/{n}"
    yield n / (n - 1), f"{n}/{n - 1}"
    yield (n - 1) / n, f"{n - 1}/{n}"
    if n > 2:
        yield float(n - 1), f"{n - 1}"
        yield 1 / (n - 1), f"1/{n - 1}"
        yield sqrt(n), f"√{n}"
        yield 1 / sqrt(n), f"1/√{n}"
        yield sqrt((n - 1) / n), f"√({n - 1}/{n})"
        yield sqrt(n / (n - 1)), f"√({n}/{n - 1})"
        yield float(n * n), f"{n}²"
        yield 1 / n**2, f"1/{n}²"


def _fraction(value: Fraction, inner: bool = False) -> str:
    text = f"{value.numerator}" if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    return f"({text})" if inner and "/" in text else text
