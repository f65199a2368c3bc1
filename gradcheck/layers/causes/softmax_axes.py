"""The sum in the gradient of a softmax runs over other axes than the forward does."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.normalising_parts import Grouping, groupings
from gradcheck.layers.target import Array

_FEWEST = 3


def softmax_axes(evidence: Evidence) -> Cause | None:
    """A softmax, y·(dy − Σ dy·y), that is summed over other axes than the forward's."""
    view, name = evidence.first, evidence.name
    if not view.whole or view.shape != view.out_shape or view.columns < _FEWEST:
        return None
    every = list(groupings(view.shape))
    due = [g for g in every if all(_is_softmax(v, v.due, g) for v in evidence.views)]
    given = [g for g in every if all(_is_softmax(v, v.given, g) for v in evidence.views)]
    if not due or not given:
        return None
    return Cause(
        "L119",
        f"the sum of dy·y in the gradient of {name} is taken over {given[0].text}; it is due over "
        f"{due[0].text}",
        f"dx = y·(dy - (dy·y).sum()) with the sum over {due[0].text}",
    )


def _is_softmax(view: View, array: Array, grouping: Grouping) -> bool:
    y = view.output
    same = np.zeros(array.shape, dtype=bool)
    for members in grouping.numbers:
        same[np.ix_(members, members)] = True
    expected = np.diag(y) - np.where(same, y[:, None] * y[None, :], 0.0)
    return bool((np.abs(array - expected) <= view.tolerance)[view.known].all())
