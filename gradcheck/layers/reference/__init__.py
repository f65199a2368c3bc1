"""Right layers in NumPy, one file each: what a hand-written layer is compared with."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from gradcheck.layers.errors import CannotLoad


def names() -> tuple[str, ...]:
    """The reference layers, sorted.

    >>> names()[:3]
    ('affine', 'attention', 'average_pool2d')
    """
    return tuple(sorted(module.name for module in iter_modules(__path__)))


def load(name: str) -> ModuleType:
    """The module of one layer, with its ``NAME_forward``, ``NAME_backward`` and ``gradcheck_cases``.

    The annotations say float64; every layer computes in the precision of its input.
    Raises CannotLoad for a name that is not in ``names()``.

    >>> load("relu").relu_backward.__name__
    'relu_backward'
    """
    if name not in names():
        raise CannotLoad(f"there is no reference layer {name!r}; there are {', '.join(names())}")
    return import_module(f"{__name__}.{name}")


def title_of(name: str) -> str:
    """The first line of a layer's docstring, read without importing it.

    >>> title_of("affine")
    'Affine (fully connected) layer: y = x w + b.'
    """
    source = Path(__path__[0], f"{name}.py").read_text(encoding="utf-8")
    return (ast.get_docstring(ast.parse(source)) or name).splitlines()[0]
