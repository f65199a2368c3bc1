"""NumPy layers written as classes: a forward that may remember and a backward that is given the upstream.

The class itself or an instance of it may be the subject. Parameters and gradients are found where
the instance keeps them: attributes, dictionaries, lists, parameter objects, an optimizer, an update.
"""

from __future__ import annotations

from gradcheck.layers.adapters.class_calling import Result
from gradcheck.layers.adapters.class_subject import subject_of
from gradcheck.layers.target import Subject


def recognise(name: str, subject: object) -> Subject | None:
    """The layer, if the class has such a pair of methods.

    >>> class Scale:
    ...     def __init__(self, factor): self.factor = factor
    ...     def forward(self, x): return self.factor * x
    ...     def backward(self, dy): return self.factor * dy
    >>> recognise("Scale", Scale).convention
    'class with forward(x) / backward(dy)'
    """
    found = subject_of(name, subject)
    return found if found is not None and found.meaning.result is Result.GRADIENT else None
