"""The ledger of known errata: a TOML file, written by people, that says which errors are known and why.

[[erratum]]
document = "notes/batchnorm.md"
formula = '\\frac{\\partial l}{\\partial s} = \\sum_i d_i (x_i - \\mu) (s + \\epsilon)^2'
reason = "the exponent is a misprint of the source"
code = "D101"
correction = '\\frac{\\partial l}{\\partial s} = \\sum_i d_i (x_i - \\mu) (s + \\epsilon)^{-3/2}'

``document`` is named from where the ledger stands. ``formula`` is quoted as printed and has to occur exactly
once in it; white space does not count. ``code`` (one or a list) and ``correction`` are optional, and are
checked where they are given.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gradcheck.rules import UnknownCode, get
from gradcheck.short_path import short_path
from gradcheck.toml_source import BadToml, TomlSource, TomlValue

_KEYS = ("document", "formula", "reason", "code", "correction")
_FORMS = {
    "document": 'the path of a document, such as "notes/batchnorm.md"',
    "formula": r"its text as printed, such as '\frac{\partial L}{\partial x} = x - t'",
    "reason": 'what you know of it, such as "a misprint of the source"',
    "correction": r"what should be printed, such as '\frac{\partial L}{\partial x} = 2(x - t)'",
}
_CODES = 'a finding code such as "D101", or a list of them'


class BadErrata(BadToml):
    """The ledger cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One known erratum; ``file`` is its document, ``line`` that of its formula."""

    document: str
    file: Path
    formula: str
    reason: str
    codes: tuple[str, ...]
    correction: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The errata of a project; ``path`` is its file as it is shown."""

    path: str
    entries: tuple[Entry, ...] = ()
    text: str = ""

    def about(self, path: str) -> tuple[Entry, ...]:
        """The entries for one document."""
        file = Path(os.path.realpath(path))
        return tuple(entry for entry in self.entries if entry.file == file)


def read_ledger(path: Path) -> Ledger:
    """The ledger in a file. Raises BadErrata, whose message begins with the file and the line."""
    try:
        source = TomlSource.read(path)
        root = source.root.table(("erratum",), "a ledger of errata", "a table")
        rows = root["erratum"].elements("[[erratum]], in double brackets") if root else []
        entries = tuple(map(_entry, rows))
        _refuse_repeated(rows, entries)
    except BadToml as error:
        raise BadErrata(error.path, error.what, error.line) from None
    return Ledger(short_path(path), entries, source.text)


def _entry(row: TomlValue) -> Entry:
    given = row.table(_KEYS, "an erratum", "a table, with its keys below [[erratum]]")
    for key in ("document", "formula", "reason"):
        if key not in given:
            raise row.bad(f"an erratum needs a {key}: {_FORMS[key]}")
    texts = {key: value.text(_FORMS[key]) for key, value in given.items() if key != "code"}
    correction = texts.pop("correction", None)
    if "\0" in texts["document"]:
        raise given["document"].bad("a path holds no NUL character")
    file = Path(os.path.realpath(row.source.path.parent / texts["document"]))
    codes = _codes(given["code"]) if "code" in given else ()
    return Entry(**texts, codes=codes, correction=correction, file=file, line=given["formula"].line)


def _codes(value: TomlValue) -> tuple[str, ...]:
    values = value.elements(_CODES) if isinstance(value.value, list) else [value]
    if not values:
        raise value.bad(f"code has to be {_CODES}")
    return tuple(map(_code, values))


def _code(value: TomlValue) -> str:
    try:
        return get(value.text(_CODES)).code
    except UnknownCode as error:
        raise value.bad(str(error)) from None


def _refuse_repeated(rows: Iterable[TomlValue], entries: Iterable[Entry]) -> None:
    """Two entries for one error would both have to be deleted once it is corrected."""
    seen: dict[tuple[Path, str, str], int] = {}
    for row, entry in zip(rows, entries, strict=True):
        formula = "".join(entry.formula.split())
        for code in entry.codes or ("",):
            first = seen.setdefault((entry.file, formula, code), entry.line)
            if first != entry.line:
                raise row.bad(f"the same erratum as in line {first}; delete one of the two")
