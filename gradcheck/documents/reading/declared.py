"""What a document declares: the TOML of its ``gradcheck`` blocks, or of a file beside it."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, field

from gradcheck.documents.reading.source import UnreadableDocument

_KEYS = {"loss", "output", "define", "assume", "shapes", "alias", "fixed", "from"}


@dataclass
class Declared:
    """Declarations in force from source line ``line`` on.

    ``define`` and ``assume`` hold LaTeX equations; ``alias`` maps a printed symbol to the
    LaTeX it stands for; ``shapes`` maps a symbol to the names of its axes' sizes; ``fixed`` are the
    inputs that a derivation holds fixed, None where nothing is said.
    """

    line: int = 0
    section: int = 0
    loss: str | None = None
    output: list[str] = field(default_factory=list)
    define: list[str] = field(default_factory=list)
    assume: list[str] = field(default_factory=list)
    shapes: dict[str, list[str]] = field(default_factory=dict)
    alias: dict[str, str] = field(default_factory=dict)
    fixed: list[str] | None = None


def read_declared(text: str, where: str, line: int = 0) -> list[Declared]:
    """The declarations of one block; ``[[from]]`` tables with a ``line`` apply from there on.

    Raises `UnreadableDocument` for bad TOML, an unknown key or a value of the wrong type.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableDocument(f"{where}: not valid TOML: {error}") from None
    parts = table.pop("from", [])
    if not isinstance(parts, list):
        raise UnreadableDocument(f"{where}: write [[from]], a list of tables with a line each")
    found = [_one(table, where, line)]
    for part in parts:
        at = part.pop("line", None) if isinstance(part, dict) else None
        if not isinstance(at, int):
            raise UnreadableDocument(f"{where}: each [[from]] needs line = N")
        found.append(_one(part, where, at))
    return found


def _one(table: dict[str, object], where: str, line: int) -> Declared:
    for key in table:
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, 1)
            hint = f"; did you mean `{close[0]}`?" if close else f"; known are {', '.join(sorted(_KEYS))}"
            raise UnreadableDocument(f"{where}: unknown key `{key}`{hint}")
    return Declared(
        line,
        0,
        _text(table.get("loss"), "loss", where),
        _texts(table.get("output", []), "output", where),
        _texts(table.get("define", []), "define", where),
        _texts(table.get("assume", []), "assume", where),
        {k: _texts(v, f"shapes.{k}", where) for k, v in _table(table, "shapes", where).items()},
        {k: _text(v, f"alias.{k}", where) or "" for k, v in _table(table, "alias", where).items()},
        _texts(table["fixed"], "fixed", where) if "fixed" in table else None,
    )


def _table(table: dict[str, object], key: str, where: str) -> dict[str, object]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise UnreadableDocument(f"{where}: `{key}` must be a table")
    return value


def _text(value: object, key: str, where: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise UnreadableDocument(f"{where}: `{key}` must be a string")
    return value


def _texts(value: object, key: str, where: str) -> list[str]:
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not all(isinstance(i, str) for i in items):
        raise UnreadableDocument(f"{where}: `{key}` must be a list of strings")
    return list(items)
