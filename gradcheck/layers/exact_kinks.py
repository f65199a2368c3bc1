"""At an exact kink no derivative exists; a backward has to give one between the one-sided ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from gradcheck.layers.bench import Bench, Centre, contract
from gradcheck.layers.stencil import Stencil
from gradcheck.layers.target import Array

_MOST = 64
_SAME_SLOPE = 1e-2
_SLACK = 10.0


def wrong_at_kinks(
    bench: Bench, centre: Centre, line: Stencil, mask: Array, steps: Mapping[str, Array]
) -> list[str]:
    """What is wrong at outputs of ``mask`` whose kink is at x itself; one backward for each of up to 64."""
    ahead = 2.0 * (line.half_plus - line.centre) / line.h
    behind = 2.0 * (line.centre - line.half_minus) / line.h
    farther = ((line.plus - line.centre) / line.h, (line.centre - line.minus) / line.h)
    size = np.abs(ahead) + np.abs(behind)
    bent = np.maximum(np.abs(farther[0] - ahead), np.abs(farther[1] - behind))
    exact = mask & (bent <= _SAME_SLOPE * size) & (np.abs(ahead - behind) > _SAME_SLOPE * size)
    found = []
    for number in np.flatnonzero(exact)[:_MOST]:
        only = np.zeros(line.centre.size)
        only[number] = 1.0
        value = contract(bench.pull(centre, only).values, steps)
        low, high = sorted((float(ahead[number]), float(behind[number])))
        slack = _SLACK * float(bent[number]) + 1e-6 * float(size[number])
        if not low - slack <= value <= high + slack:
            found.append(_sentence(int(number), value, low, high))
    return found


def _sentence(number: int, value: float, low: float, high: float) -> str:
    return (
        f"output {number} stands exactly at a kink: along the checked direction the backward gives "
        f"{value:.6g}, the one-sided derivatives are {low:.6g} and {high:.6g}"
    )
