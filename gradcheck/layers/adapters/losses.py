"""Loss objects: a loss of a prediction and a target, and its gradient, whose upstream is 1."""

from __future__ import annotations

from gradcheck.layers.adapters.class_calling import Result
from gradcheck.layers.adapters.class_subject import subject_of
from gradcheck.layers.target import Subject


def recognise(name: str, subject: object) -> Subject | None:
    """The loss, if the second method needs no upstream gradient, or the only one returns its own.

    >>> class SquareLoss:
    ...     def loss(self, y, p): return (p - y) ** 2 / 2
    ...     def gradient(self, y, p): return p - y
    >>> recognise("SquareLoss", SquareLoss).convention
    'class with loss(y, p) / gradient(y, p), the gradient of a loss'
    """
    found = subject_of(name, subject)
    return found if found is not None and found.meaning.result in (Result.LOSS, Result.OWN) else None
