"""Arrays recognised as c·f^p·g^q of known arrays f and g.

The logarithm of such a product is linear in p and q, so they are fitted, have to come out as multiples of 1/2, and
what is left has to be one constant, to the exactness of the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.causes.constants import Named, name_of
from gradcheck.layers.causes.features import Features
from gradcheck.layers.target import Array

_LARGEST_POWER = 4
_NEAR = 1e-3
_SAMPLED = 96
_FEWEST = 5
_FINE = 1e-4
_MOST_PAIRED = 120
_SUPERSCRIPT = {
    2.0: "²",
    3.0: "³",
    4.0: "⁴",
    -1.0: "⁻¹",
    -2.0: "⁻²",
    -3.0: "⁻³",
    -4.0: "⁻⁴",
    0.5: "^½",
    -0.5: "^-½",
}


@dataclass(frozen=True, slots=True)
class Monomial:
    """c·Π f^p, the factors by name."""

    constant: float
    powers: tuple[tuple[str, float], ...]
    named: Named | None = None

    def __call__(self, features: Features) -> Array | None:
        """Its value, None where a factor is not known."""
        result: Array = np.full((1, 1), self.constant)
        for name, power in self.powers:
            if name not in features:
                return None
            with np.errstate(all="ignore"):
                result = result * features[name] ** power
        return result

    def scaled(self, by: float) -> Monomial:
        """The same times a number."""
        return Monomial(self.constant * by, self.powers, None)

    def text(self) -> str:
        """As people write it: 2·x/y².

        >>> Monomial(-2.0, (("x", 1.0), ("y", -2.0))).text()
        '-2·x/y²'
        """
        above = [_power(n, p) for n, p in self.powers if p > 0]
        below = [_power(n, -p) for n, p in self.powers if p < 0]
        number = str(self.named or name_of(self.constant, {}) or f"{self.constant:.6g}")
        if number in ("1", "-1") and above:
            number = number.removesuffix("1")
        if above and number not in ("", "-"):
            above = [number, *above]
            number = ""
        over = number + "·".join(above)
        return over + (
            "/" + ("·".join(below) if len(below) == 1 else f"({'·'.join(below)})") if below else ""
        )


def _power(name: str, power: float) -> str:
    if power == 1.0:
        return name
    if power == 0.5:
        return f"√{name}"
    bare = name if name.startswith("(") or name.isidentifier() else f"({name})"
    return f"{bare}{_SUPERSCRIPT.get(power) or f'^{power:g}'}"


def monomials(target: Array, error: Array, where: Array, features: Features) -> Iterator[Monomial]:
    """The products of one or two features, with a constant, that ``target`` is at the places ``where``."""
    where = where & np.isfinite(target) & (np.abs(target) > 0)
    if not _is_enough(target, error, where):
        return
    places = np.argwhere(where)
    if len(places) > _SAMPLED:
        places = places[np.linspace(0, len(places) - 1, _SAMPLED).astype(int)]
    sampled = target[tuple(places.T)]
    logs, names = _logs(features, target.shape, places)
    if not names:
        return
    for powers in _fitted(np.log(np.abs(sampled)), logs, names):
        found = _constant(powers, target, error, where, features)
        if found is not None:
            yield found


def _is_enough(target: Array, error: Array, where: Array) -> bool:
    """Whether there are enough different numbers, and exact enough, for two powers and a constant."""
    if where.sum() < _FEWEST:
        return False
    fine = np.broadcast_to(error, target.shape)[where] <= _FINE * np.abs(target[where])
    distinct = np.unique(np.round(np.log(np.abs(target[where])), 6))
    return bool(fine.mean() > 0.5) and len(distinct) >= _FEWEST


def _logs(features: Features, shape: tuple[int, ...], places: Array) -> tuple[Array, list[str]]:
    rows, names = [], []
    for name, array in features.items():
        taken = np.broadcast_to(array, shape)[tuple(places.T)]
        with np.errstate(all="ignore"):
            log = np.log(np.abs(taken))
        if np.isfinite(log).all() and np.ptp(log) > 1e-6:
            rows.append(log)
            names.append(name)
        if len(names) >= _MOST_PAIRED:
            break
    return (np.array(rows) if rows else np.zeros((0, len(places)))), names


def _fitted(target: Array, logs: Array, names: list[str]) -> Iterator[tuple[tuple[str, float], ...]]:
    """The powers of one feature, then of two, that leave a constant; all pairs are fitted at once."""
    target = target - target.mean()
    logs = logs - logs.mean(axis=1, keepdims=True)
    size = float(target @ target)
    gram, products = logs @ logs.T, logs @ target
    own = np.diag(gram)
    for i in np.argsort(-(products**2) / own):
        power = _snapped(products[i] / own[i])
        if power and _rest(target - power * logs[i]) <= _NEAR * np.sqrt(size):
            yield ((names[i], power),)
    first, second = np.triu_indices(len(names), 1)
    det = own[first] * own[second] - gram[first, second] ** 2
    with np.errstate(all="ignore"):
        p = (products[first] * own[second] - products[second] * gram[first, second]) / det
        q = (products[second] * own[first] - products[first] * gram[first, second]) / det
        left = size - p * products[first] - q * products[second]
    good = (det > 1e-9 * own[first] * own[second]) & (left <= _NEAR**2 * size)
    pairs = sorted(np.flatnonzero(good), key=lambda k: (abs(p[k]) + abs(q[k]), k))
    for k in pairs:
        powers = _snapped(p[k]), _snapped(q[k])
        if all(powers):
            rest = target - powers[0] * logs[first[k]] - powers[1] * logs[second[k]]
            if _rest(rest) <= _NEAR * np.sqrt(size):
                yield ((names[first[k]], powers[0]), (names[second[k]], powers[1]))


def _rest(rest: Array) -> float:
    return float(np.sqrt(rest @ rest))


def _snapped(power: float) -> float:
    """The nearest multiple of 1/2, 0 if none is near."""
    if not np.isfinite(power):
        return 0.0
    near = round(2 * power) / 2
    return near if abs(near - power) < _NEAR and abs(near) <= _LARGEST_POWER else 0.0


def _constant(
    powers: tuple[tuple[str, float], ...], target: Array, error: Array, where: Array, features: Features
) -> Monomial | None:
    """The product with its constant, if it is the target to within its errors."""
    shape = Monomial(1.0, powers)(features)
    if shape is None:
        return None
    shape = np.broadcast_to(shape, target.shape)[where]
    errors = np.broadcast_to(error, target.shape)[where]
    values = target[where]
    if not np.isfinite(shape).all():
        return None
    weight = shape / (errors + 1e-300)
    constant = float(((values / (errors + 1e-300)) @ weight) / (weight @ weight))
    near = np.abs(values - constant * shape) <= 2 * errors + 1e-10 * np.abs(values)
    return Monomial(constant, powers) if near.all() else None
