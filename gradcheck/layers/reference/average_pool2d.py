"""Average pooling: y[n, c, i, j] is the mean x in the size × size window at (s i, s j), s the stride.

dL/dx gathers dL/dy / size² from every window that x is in, windows that overlap included.

Source: LeCun, Bottou, Bengio and Haffner, "Gradient-Based Learning Applied to Document Recognition" (1998).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

Array = NDArray[np.float64]
Cache = tuple[tuple[int, ...], int, int]


def average_pool2d_forward(x: Array, size: int, stride: int) -> tuple[Array, Cache]:
    """y (n, c, (h − size) // stride + 1, (l − size) // stride + 1) of x (n, c, h, l).

    Rows and columns that no window reaches are left out. Raises ValueError for a window
    larger than the image, and for a size or a stride below 1.

    >>> average_pool2d_forward(np.arange(9.0).reshape(1, 1, 3, 3), size=2, stride=1)[0].tolist()
    [[[[2.0, 3.0], [5.0, 6.0]]]]
    """
    if size < 1 or stride < 1:
        raise ValueError(f"size {size} or stride {stride} is below 1")
    windows = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    return windows.mean(axis=(4, 5)), (x.shape, size, stride)


def average_pool2d_backward(dout: Array, cache: Cache) -> Array:
    """The gradient of x, given dout, shaped like the output."""
    shape, size, stride = cache
    dx = np.zeros(shape, dout.dtype)
    share = dout / (size * size)
    rows, columns = (stride * n for n in dout.shape[2:])
    for u, v in np.ndindex(size, size):
        # += because with a stride below the size an entry is in several windows.
        dx[:, :, u : u + rows : stride, v : v + columns : stride] += share
    return dx


def gradcheck_cases() -> dict[str, list[dict[str, object]]]:
    """Inputs to check this layer at: windows apart, overlapping, and with a remainder."""
    return {
        "average_pool2d": [
            {"x": "normal(2, 3, 4, 6)", "size": 2, "stride": 2},
            {"x": "normal(2, 2, 5, 6)", "size": 3, "stride": 1},
            {"x": "normal(1, 2, 6, 8)", "size": 3, "stride": 2},
        ]
    }
