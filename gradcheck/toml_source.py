"""A TOML file whose values know where they stand, so that every complaint about one begins with its line."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from gradcheck.quoting import cut, hint, printable, quoted
from gradcheck.short_path import short_path
from gradcheck.toml_lines import DEEPEST, Lines, lines_of, too_deep

LARGEST = 4 * 1024 * 1024
"""The most that is read of one TOML file, in bytes."""

LARGEST_INTEGER = 2**63 - 1
"""The largest that TOML promises to hold; Python would take more, and then refuse to print it."""

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_NUMBER_TOO_LONG = re.compile(r"[0-9_]{4000,}")
_SAID = 600
"""The most characters of a message."""


class BadToml(Exception):
    """The file cannot be used; the message is ``path:line: what``, or ``path: what`` where no line is."""

    def __init__(self, path: str, what: str, line: int | None = None) -> None:
        super().__init__(f"{path}: {what}" if line is None else f"{path}:{line}: {what}")
        self.path, self.what, self.line = path, what, line


@dataclass(frozen=True)
class TomlSource:
    """A TOML file that was read: its table, and the lines of what is in it."""

    path: Path
    text: str
    table: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> TomlSource:
        """The file. Raises BadToml."""
        text = _text(path)
        return cls(path, text, _table(path, text))

    @cached_property
    def _lines(self) -> Lines:
        return lines_of(self.text)

    @property
    def root(self) -> TomlValue:
        """The whole table."""
        return TomlValue(self, (), self.table)

    def line(self, *keys: str | int) -> int:
        """The line of a key or an element, or of the nearest one around it that is known."""
        return self._lines.of(*keys)


@dataclass(frozen=True, slots=True)
class TomlValue:
    """A value in a file, with the keys and indices that lead to it."""

    source: TomlSource
    keys: tuple[str | int, ...]
    value: Any

    @property
    def line(self) -> int:
        """The line of its key, or of the element itself."""
        return self.source.line(*self.keys)

    @property
    def name(self) -> str:
        """Its key, with the indices of an element: ``fixed``, ``fixed[0]``."""
        parts: list[str] = []
        for key in reversed(self.keys):
            if isinstance(key, str):
                return printable(key) + "".join(reversed(parts))
            parts.append(f"[{key}]")
        return "the file"

    def bad(self, what: str) -> BadToml:
        """The error that says something of this value."""
        return bad_toml(self.source.path, what, self.line)

    def table(self, known: Collection[str], what: str, form: str) -> dict[str, TomlValue]:
        """The values of a table that may have the known keys and no other. Raises BadToml."""
        inner = self.entries(form)
        for key, value in inner.items():
            if key not in known:
                raise value.bad(f"unknown key {printable(key)} in {what}{hint(key, known)}")
        return inner

    def entries(self, form: str) -> dict[str, TomlValue]:
        """The values of a table of any keys. Raises BadToml."""
        self.require(isinstance(self.value, dict), form)
        return {key: TomlValue(self.source, (*self.keys, key), value) for key, value in self.value.items()}

    def elements(self, form: str) -> list[TomlValue]:
        """The elements of a list. Raises BadToml."""
        self.require(isinstance(self.value, list), form)
        return [TomlValue(self.source, (*self.keys, n), value) for n, value in enumerate(self.value)]

    def text(self, form: str) -> str:
        """A string that is not empty. Raises BadToml."""
        self.require(isinstance(self.value, str) and self.value.strip() != "", form)
        return str(self.value)

    def flag(self, form: str) -> bool:
        """Either truth value. Raises BadToml."""
        self.require(isinstance(self.value, bool), form)
        return bool(self.value)

    def integer(self, form: str, least: int) -> int:
        """An integer of TOML's range, which a truth value is not. Raises BadToml."""
        self.require(type(self.value) is int and self.value >= least, form)
        if self.value > LARGEST_INTEGER:
            raise self.bad(f"{self.name} is larger than 64 bits hold")
        return int(self.value)

    def number(self, form: str, fits: Callable[[float], bool]) -> float:
        """A finite number in a range, which a truth value is not. Raises BadToml."""
        number = _finite(self.value)
        self.require(number is not None and fits(number), form)
        return float(self.value)

    def require(self, fits: bool, form: str) -> None:
        """Raise BadToml, which shows what the value has to be, unless it fits."""
        if not fits:
            raise self.bad(f"{self.name} has to be {form}, not {quoted(self.value)}")


def bad_toml(path: Path, what: str, line: int | None = None) -> BadToml:
    """The error about a place in a file."""
    return BadToml(short_path(path), cut(what, _SAID), line)


def _text(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise bad_toml(path, "no such file") from None
    except (OSError, ValueError) as error:
        raise bad_toml(path, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > LARGEST:
        what = f"larger than {LARGEST // 1024**2} MiB, the most that is read of a TOML file"
        raise bad_toml(path, what, data.count(b"\n") + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"cannot be read as UTF-8: byte {data[error.start]:#04x}"
        raise bad_toml(path, what, data.count(b"\n", 0, error.start) + 1) from None


def _table(path: Path, text: str) -> dict[str, Any]:
    if (line := too_deep(text)) is not None:
        raise bad_toml(path, f"nested too deep: {DEEPEST} levels are the most that is read", line)
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise bad_toml(path, f"cannot be read as TOML: {_reason(error)}", _line(text, error)) from None


def _reason(error: ValueError) -> str:
    """What tomllib says, without the place; which does not place a number that Python refuses."""
    if isinstance(error, tomllib.TOMLDecodeError):
        return _PLACE.sub("", str(error))
    return "a number has too many digits"


def _line(text: str, error: ValueError) -> int:
    place = _PLACE.search(str(error))
    if place and place[1]:
        return int(place[1])
    number = None if place else _NUMBER_TOO_LONG.search(text)
    return text.count("\n", 0, number.start() if number else len(text.rstrip())) + 1


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:
        return None
