"""Maximum pooling: y[n, c, i, j] is the largest x in the size × size window at (s i, s j), s the stride.

dL/dx gathers dL/dy from every window in which x is the largest, windows that overlap included. Where
several entries are equally large, a kink, the first of the window in reading order gets it all.

Source: Ranzato, Huang, Boureau and LeCun, "Unsupervised Learning of Invariant Feature Hierarchies
with Applications to Object Recognition" (2007).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[NDArray[np.int_], tuple[int, ...], int, int]


def max_pool2d_forward(x: Array, size: int, stride: int) -> tuple[Array, Cache]:
    """y (n, c, (h − size) // stride + 1, (l − size) // stride + 1) of x (n, c, h, l).

    Rows and columns that no window reaches are left out. Raises ValueError for a window
    larger than the image, and for a size or a stride below 1.

    >>> max_pool2d_forward(np.arange(9.0).reshape(1, 1, 3, 3), size=2, stride=1)[0].tolist()
    [[[[4.0, 5.0], [7.0, 8.0]]]]
    """
    if size < 1 or stride < 1:
        raise ValueError(f"size {size} or stride {stride} is below 1")
    windows = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    flat = windows.reshape(*windows.shape[:4], size * size)
    return flat.max(axis=-1), (flat.argmax(axis=-1), x.shape, size, stride)


def max_pool2d_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of x, given dout, shaped like the output."""
    largest, shape, size, stride = cache
    dx = np.zeros(shape, dout.dtype)
    rows, columns = (stride * n for n in dout.shape[2:])
    for u, v in np.ndindex(size, size):
        part = dout * (largest == u * size + v)
        # += because with a stride below the size an entry is in several windows.
        dx[:, :, u : u + rows : stride, v : v + columns : stride] += part
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at: windows apart, overlapping, and with a remainder."""
    return {
        "max_pool2d": [
            {"x": "permutation(2, 3, 4, 6)", "size": 2, "stride": 2},
            {"x": "permutation(2, 2, 5, 6)", "size": 3, "stride": 1},
            {"x": "permutation(1, 2, 6, 8)", "size": 3, "stride": 2},
        ]
    }
