"""Frozen dataclasses as JSON and back: by their type hints, and nothing that is not in them is believed.

Unlike pickle, reading cannot run code, so that a cache may come from elsewhere.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

Reader = Callable[[Any], Any]


class NotPlain(ValueError):
    """The data is not what the type says."""


def to_plain(value: Any) -> Any:
    """A value made of dataclasses, enums, tuples, dictionaries and scalars, as JSON has it."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, tuple | list):
        return [to_plain(element) for element in value]
    if isinstance(value, frozenset):
        return sorted(to_plain(element) for element in value)
    if isinstance(value, Mapping):
        return {str(key): to_plain(element) for key, element in value.items()}
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value):
        return [to_plain(getattr(value, field.name)) for field in fields(value)]
    if callable(item := getattr(value, "item", None)):  # a scalar of numpy
        return to_plain(item())
    raise NotPlain(f"{type(value).__name__} has no plain form")


def from_plain(kind: Any, data: Any) -> Any:
    """The value of a type that ``to_plain`` made data of. Raises NotPlain.

    >>> from gradcheck.model import Place
    >>> from_plain(Place, to_plain(Place(1, 2, 3)))
    Place(line=1, column=2, end_column=3)
    """
    try:
        return _reader(kind)(data)
    except (TypeError, ValueError, KeyError, RecursionError) as error:
        raise NotPlain(f"not a {getattr(kind, '__name__', kind)}: {error}") from error


@cache
def _reader(kind: Any) -> Reader:
    """What reads values of a type."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return _of_optional(kind, arguments)
    if origin is tuple:
        return _of_tuple(arguments)
    if origin is dict:
        return _of_dictionary(arguments)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if is_dataclass(kind):
        return _of_dataclass(kind)
    if kind in (bool, int, float, str):
        return _of_scalar(kind)
    raise TypeError(f"{kind} has no plain form")


def _of_scalar(kind: Any) -> Reader:
    accepted = (int, float) if kind is float else kind

    def read(data: Any) -> Any:
        if not isinstance(data, accepted) or (isinstance(data, bool) and kind is not bool):
            raise TypeError(f"{data!r:.40} is no {kind.__name__}")
        return kind(data)

    return read


def _of_optional(kind: Any, arguments: tuple[Any, ...]) -> Reader:
    inner = [argument for argument in arguments if argument is not type(None)]
    if len(inner) != 1 or len(arguments) != 2:
        raise TypeError(f"{kind} has no plain form")
    return lambda data: None if data is None else _reader(inner[0])(data)


def _of_tuple(arguments: tuple[Any, ...]) -> Reader:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        element = arguments[0]
        return lambda data: tuple(map(_reader(element), _list(data)))
    return lambda data: tuple(
        _reader(kind)(element) for kind, element in zip(arguments, _list(data), strict=True)
    )


def _of_dictionary(arguments: tuple[Any, ...]) -> Reader:
    def read(data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise TypeError(f"{data!r:.40} is no table")
        return {key: _reader(arguments[1])(element) for key, element in data.items()}

    return read


def _of_dataclass(kind: Any) -> Reader:
    hints = get_type_hints(kind)
    kinds = [hints[field.name] for field in fields(kind)]
    return lambda data: kind(
        *(_reader(inner)(element) for inner, element in zip(kinds, _list(data), strict=True))
    )


def _list(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise TypeError(f"{data!r:.40} is no list")
    return data
