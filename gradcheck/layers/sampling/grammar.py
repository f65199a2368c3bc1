"""Text to input: ``normal(64, 32)``, ``{"mode": "train"}``, ``array([1.0, 2.0])``; nothing is evaluated."""

from __future__ import annotations

import ast
import warnings

from gradcheck.layers.sampling.limits import guard, guard_elements
from gradcheck.layers.sampling.nodes import Reader
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec


def parse(text: str) -> Spec | Fixed:
    """The input that a text stands for. Raises SpecError, which says what is wrong at which column.

    >>> parse("uniform(8, 5, low=-1)"), parse('{"mode": "train", "eps": 1e-5, "trace": false}')
    (uniform(8, 5, low=-1), {"mode": "train", "eps": 1e-05, "trace": False})
    >>> parse("norml(3)")
    Traceback (most recent call last):
    ...
    gradcheck.layers.sampling.spec_error.SpecError: unknown distribution 'norml'; did you mean normal? ...
    """
    body = text.lstrip()
    try:
        guard(body)
        reader = Reader(body)
        found = reader.read(_tree(body, reader))
        value = found if isinstance(found, Spec | Fixed) else Fixed(found)
        guard_elements(value.elements)
    except SpecError as error:
        raise error.moved(len(text) - len(body)) from None
    return value


def parse_argument(text: str) -> tuple[str, Spec | Fixed]:
    """The name and the input of ``name=input``. Raises SpecError.

    >>> parse_argument("x=normal(64, 32)")
    ('x', normal(64, 32))
    """
    name, sign, value = text.partition("=")
    if not sign or not name.strip().isidentifier():
        raise SpecError(f"{_shortened(text)!r} is not of the form NAME=INPUT, such as x=normal(64, 32)")
    try:
        return name.strip(), parse(value)
    except SpecError as error:
        raise error.moved(len(name) + 1) from None


def _shortened(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _tree(text: str, reader: Reader) -> ast.expr:
    if not text.strip():
        raise SpecError("there is no input; write one such as normal(64, 32)", 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape in a text is not worth a SyntaxWarning
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = reader.start_of_line(error.lineno or 1) + (error.offset or 1)
        raise SpecError(f"cannot be read: {error.msg}", column) from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise SpecError(f"cannot be read: {type(error).__name__}", 1) from None
