"""Activation objects: a function and its derivative, such as ``fn`` and ``grad``, element by element."""

from __future__ import annotations

from gradcheck.layers.adapters.class_calling import Result
from gradcheck.layers.adapters.class_subject import subject_of
from gradcheck.layers.target import Subject


def recognise(name: str, subject: object) -> Subject | None:
    """The activation, if the second method of the class is a derivative of the first.

    >>> class Square:
    ...     def fn(self, z): return z**2
    ...     def grad(self, z): return 2 * z
    >>> recognise("Square", Square).convention
    'class with fn(z) / grad(z), a derivative element by element'
    """
    found = subject_of(name, subject)
    return found if found is not None and found.meaning.result is Result.SLOPE else None
