"""What a layer raises is the layer's own: it is passed on with the phase in which it happened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gradcheck.layers.errors import LayerError, LayerRaised


@contextmanager
def blamed(phase: str) -> Iterator[None]:
    """Turn exceptions into LayerRaised; ``phase`` is construct, forward or backward.

    >>> with blamed("forward"):
    ...     {}["mask"]
    Traceback (most recent call last):
        ...
    gradcheck.layers.errors.LayerRaised: forward raised KeyError: 'mask'
    """
    try:
        yield
    except LayerError:
        raise
    except Exception as error:
        raise LayerRaised(phase, error) from error
