"""One call of both methods before the check, to see what the layer itself says that it differentiates."""

from __future__ import annotations

import numpy as np

from gradcheck.layers.adapters.class_running import Running
from gradcheck.layers.adapters.results import is_float
from gradcheck.layers.errors import LayerError


def claimed(running: Running) -> frozenset[str]:
    """The targets that get a gradient all the same, such as the second input of a distance.

    Zeros are what authors return for an input that has none.
    """
    point = {n: v for n, v in running.inputs.items() if isinstance(v, np.ndarray) and is_float(v)}
    targets = running.targets & set(point)
    if not targets:
        return frozenset()
    try:
        call = running.evaluate({n: v.copy() for n, v in point.items()})
        found = call.backward(tuple(np.ones(np.shape(o)) for o in call.outputs))
        return frozenset(n for n in targets if found.get(n) is not None and np.any(found[n]))
    except (LayerError, ValueError, TypeError, KeyError):
        return frozenset()
