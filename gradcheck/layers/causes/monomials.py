"""Arrays recognised as c·f^p·g^q of known arrays f and g.

The logarithm of such a product is linear in p and q, so they are fitted, have to come out as multiples of
1/2, and what is left has to be one constant, to the exactness of the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gradcheck.layers.causes.constants import Named, name_of
from gradcheck.layers.causes.features import Features
from gradcheck.layers.target import Array

_LARGEST_POWER = 4
_NEAR = 2e-3
_SAMPLED = 96
_MOST = 2000
_FEWEST = 4
_MOSTLY = 0.5
_FEWEST_FOR_TWO = 6
_FINE = 1e-3
_COARSE = 1e-5
_FEWEST_IF_COARSE = 10
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
        minus, number = ("-", number[1:]) if number.startswith("-") else ("", number)
        top, slash, bottom = number.partition("/")
        above = [top, *above] if top != "1" or not above else above
        below = [bottom, *below] if slash else below
        over = minus + "·".join(above)
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


@dataclass(frozen=True, slots=True)
class Target:
    """Numbers at one point, how far each may be off, which of them count, and the features there."""

    values: Array
    error: Array
    where: Array
    features: Features


def monomials(targets: Sequence[Target], pairs: bool = True) -> Iterator[Monomial]:
    """The products of one or two features, with a constant, that the targets of all points are."""
    pools = [p for p in map(_pool, targets) if p is not None]
    if len(pools) < len(targets):
        return
    values = np.concatenate([p.values for p in pools])
    error = np.concatenate([p.error for p in pools])
    distinct = _distinct(values, error)
    if distinct < _FEWEST:
        return
    names = [n for n in targets[0].features if all(n in t.features for t in targets)][:_MOST_PAIRED]
    known = {n: np.concatenate([p.features[n] for p in pools]) for n in names}
    sample = _sample(values.size)
    logs, usable = _logs(known, sample)
    if not usable:
        return
    for powers in _fitted(
        np.log(np.abs(values[sample])), logs, usable, pairs and distinct >= _FEWEST_FOR_TWO
    ):
        found = _constant(powers, values, error, known)
        if found is not None:
            yield found


def _pool(target: Target) -> Target | None:
    """The numbers that count, in a row; None if there are none."""
    shape = target.values.shape
    where = target.where & np.isfinite(target.values) & (np.abs(target.values) > 0)
    if not where.any():
        return None
    places = np.flatnonzero(where)
    if places.size > _MOST:
        places = places[np.linspace(0, places.size - 1, _MOST).astype(int)]
    index = np.unravel_index(places, shape)
    taken = {n: np.broadcast_to(a, shape)[index] for n, a in target.features.items()}
    return Target(target.values[index], np.broadcast_to(target.error, shape)[index], where, taken)


def _distinct(values: Array, error: Array) -> int:
    """How many different numbers there are, 0 if they are not exact enough."""
    relative = error / np.abs(values)
    fine = relative <= _FINE
    if fine.mean() <= _MOSTLY:
        return 0
    found = len(np.unique(np.round(np.log(np.abs(values[fine])), 6)))
    return found if np.median(relative) <= _COARSE or found >= _FEWEST_IF_COARSE else 0


def _sample(size: int) -> Array:
    places: Array = np.linspace(0, size - 1, _SAMPLED).astype(int) if size > _SAMPLED else np.arange(size)
    return places


def _logs(known: Features, sample: Array) -> tuple[Array, list[str]]:
    rows, names = [], []
    for name, array in known.items():
        with np.errstate(all="ignore"):
            log = np.log(np.abs(array[sample]))
        if np.isfinite(log).all() and np.ptp(log) > 1e-6:
            rows.append(log)
            names.append(name)
    return (np.array(rows) if rows else np.zeros((0, len(sample)))), names


def _fitted(
    target: Array, logs: Array, names: list[str], pairs: bool
) -> Iterator[tuple[tuple[str, float], ...]]:
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
    if not pairs:
        return
    first, second = np.triu_indices(len(names), 1)
    det = own[first] * own[second] - gram[first, second] ** 2
    with np.errstate(all="ignore"):
        p = (products[first] * own[second] - products[second] * gram[first, second]) / det
        q = (products[second] * own[first] - products[first] * gram[first, second]) / det
        left = size - p * products[first] - q * products[second]
    good = (det > 1e-9 * own[first] * own[second]) & (left <= _NEAR**2 * size)
    best = sorted(np.flatnonzero(good), key=lambda k: (round(abs(p[k]) + abs(q[k]), 2), k))
    for k in best:
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
    powers: tuple[tuple[str, float], ...], values: Array, error: Array, known: Features
) -> Monomial | None:
    """The product with its constant, if it is the target to within its errors."""
    shape = Monomial(1.0, powers)(known)
    if shape is None or not np.isfinite(shape := shape.ravel()).all():
        return None
    weight = shape / (error + 1e-300)
    constant = float(((values / (error + 1e-300)) @ weight) / (weight @ weight))
    near = np.abs(values - constant * shape) <= 2 * error + 1e-10 * np.abs(values)
    return Monomial(constant, powers) if near.all() else None
