"""Numbers that have a name: signs, small factors, sizes of axes, short decimals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from math import e, isfinite, log, pi, sqrt

_SAME = 1e-7
_SHARP = 1e-6
_PLAIN = (1, 2, 3)


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
    for named in _candidates(value, sizes, same <= _SHARP):
        if abs(named.value - value) <= same * abs(value):
            return named
    return None


def _candidates(value: float, sizes: Mapping[str, int], sharp: bool) -> Iterator[Named]:
    """What a number may be, the likeliest first."""
    sign, minus = (-1.0, "-") if value < 0 else (1.0, "")
    found = chain(_likely(abs(value), sizes), _unlikely(abs(value)) if sharp else ())
    for n, named in found:
        yield Named(sign * n, minus + named.text, named.size, named.place)


def _likely(size: float, sizes: Mapping[str, int]) -> Iterator[tuple[float, Named]]:
    for plain in (Fraction(a, b) for a in _PLAIN for b in _PLAIN):
        yield float(plain), Named(0.0, _fraction(plain))
    for place, n in sizes.items():
        yield float(n), Named(0.0, f"{n}", n, place)
        yield 1 / n, Named(0.0, f"1/{n}", n, place)
    short, inverse = float(f"{size:.2g}"), float(f"{1 / size:.2g}")
    yield short, Named(0.0, f"{short:g}")
    yield 1 / inverse, Named(0.0, f"1/{inverse:g}")
    for place, n in sizes.items():
        for number, text in _of_size(n):
            yield number, Named(0.0, text, n, place)


def _unlikely(size: float) -> Iterator[tuple[float, Named]]:
    """Numbers that lie so dense that they mean something only if they are met exactly."""
    for power in (1, 2):
        fraction = Fraction(size**power).limit_denominator(64)
        if 0 < fraction.numerator <= 64:
            text = _fraction(fraction, inner=power == 2)
            yield float(fraction) ** (1 / power), Named(0.0, text if power == 1 else f"√{text}")
    for number, text in ((pi, "π"), (e, "e"), (log(2), "ln 2"), (log(10), "ln 10"), (sqrt(2 * pi), "√(2π)")):
        yield number, Named(0.0, text)
        yield 1 / number, Named(0.0, f"1/{text}")
    short, inverse = float(f"{size:.4g}"), float(f"{1 / size:.4g}")
    yield short, Named(0.0, f"{short:.4g}")
    yield 1 / inverse, Named(0.0, f"1/{inverse:.4g}")


def _of_size(n: int) -> Iterator[tuple[float, str]]:
    """Numbers made of the length of an axis."""
    if n < 2:
        return
    yield n / (n - 1), f"{n}/{n - 1}"
    yield (n - 1) / n, f"{n - 1}/{n}"
    if n > 2:
        for k in (2, 3, 4):
            yield float(k * n), f"{k}·{n}"
            yield k / n, f"{k}/{n}"
        yield float(n - 1), f"({n} - 1)"
        yield 1 / (n - 1), f"1/({n} - 1)"
        yield sqrt(n), f"√{n}"
        yield 1 / sqrt(n), f"1/√{n}"
        yield sqrt((n - 1) / n), f"√({n - 1}/{n})"
        yield sqrt(n / (n - 1)), f"√({n}/{n - 1})"
        yield float(n * n), f"{n * n}"
        yield 1 / n**2, f"1/{n * n}"


def _fraction(value: Fraction, inner: bool = False) -> str:
    text = f"{value.numerator}" if value.denominator == 1 else f"{value.numerator}/{value.denominator}"
    return f"({text})" if inner and "/" in text else text
