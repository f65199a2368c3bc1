"""What is wrong is one number for each output: the slope of the forward's last step, or its mask.

A layer that ends in an elementwise function, y = f(z(x)), has ∂y_o/∂x_i = f′(z_o)·∂z_o/∂x_i. If f′ is wrong,
every column of the table is off by a factor of its own.
"""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.target import Array

_FEWEST = 2


def cut_off(evidence: Evidence) -> Cause | None:
    """Outputs that do not depend on the argument pass the upstream gradient on; or no others do."""
    if not all(_is_usable(v) for v in evidence.views):
        return None
    name = evidence.name
    if all(map(_is_uncut, evidence.views)):
        return Cause(
            "L127",
            f"outputs that do not depend on {name}, because the forward cuts them off or masks them, "
            "pass the upstream "
            f"gradient on to {name}; the others are right",
            "multiply the upstream gradient by the mask of the forward (such as z > 0) first",
        )
    if all(map(_is_inverted, evidence.views)):
        return Cause(
            "L127",
            f"the mask is inverted in the gradient of {name}: just those outputs pass the upstream "
            "gradient on that do "
            f"not depend on {name}",
            "invert the mask: the upstream gradient flows back where the forward lets values through",
        )
    return None


def _is_usable(view: View) -> bool:
    return view.whole and view.columns > _FEWEST and view.slopes is None and bool(view.known.all())


def _live(array: Array, view: View) -> Array:
    """Which columns are not zero."""
    live: Array = np.asarray((np.abs(array) > view.tolerance).any(axis=0))
    return live


def _is_uncut(view: View) -> bool:
    due, given, wrong = _live(view.due, view), _live(view.given, view), np.asarray(view.wrong.any(axis=0))
    return bool(wrong.sum() >= _FEWEST and due.sum() >= _FEWEST and (wrong == (given & ~due)).all())


def _is_inverted(view: View) -> bool:
    due, given = _live(view.due, view), _live(view.given, view)
    return bool(due.sum() >= _FEWEST and given.sum() >= _FEWEST and (due != given).all())


def factor_per_output(evidence: Evidence) -> Cause | None:
    """given = due·r with one r for each output, the same for every element, whatever it is made of."""
    if not all(_is_usable(v) and _has_factors(v) for v in evidence.views):
        return None
    return Cause(
        "L135",
        f"in the gradient of {evidence.name} the upstream gradient at each output has a wrong factor, the "
        "same for every element, as if the slope of a last, elementwise step were wrong",
        "derive that slope anew, in terms of what it is computed from: the input of that step, or its output",
    )


def _has_factors(view: View) -> bool:
    felt = view.felt.sum(axis=0)
    if (felt >= _FEWEST).sum() < max(_FEWEST, 0.5 * view.columns):
        return False
    weight = view.due / view.tolerance**2
    size = (weight * view.due).sum(axis=0)
    factors = (weight * view.given).sum(axis=0) / np.where(size > 0, size, 1.0)
    near = np.abs(view.given - factors * view.due) <= 3 * np.maximum(1.0, np.abs(factors)) * view.tolerance
    return bool(near.all()) and bool(np.ptp(factors[felt >= _FEWEST]) > 1e-6)
