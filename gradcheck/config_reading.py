"""From the table ``[tool.gradcheck]`` to a Configuration: the keys of each table, and what a row inherits."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradcheck import config_values as read
from gradcheck.configured import CACHE, Configuration, ConfiguredDocuments, ConfiguredLayer
from gradcheck.layer_targets import check_asked
from gradcheck.quoting import printable
from gradcheck.toml_source import TomlValue

_Readers = Mapping[str, Callable[[TomlValue], Any]]

_GENERAL: _Readers = {
    "exclude": read.patterns,
    "errata": read.path,
    "reading": read.reading,
    "select": read.codes,
    "ignore": read.codes,
    "strict": read.flag,
    "jobs": read.jobs,
    "seed": read.seed,
    "timeout": read.timeouts,
    "memory": read.memory,
    "cache": read.cache,
    "engines": read.engines,
}
_DOCUMENT: _Readers = {
    "path": read.pattern,
    "reading": read.reading,
    "select": read.codes,
    "ignore": read.codes,
    "timeout": read.seconds,
    "engines": read.engines,
}
_LAYER: _Readers = {
    "target": read.target,
    "args": read.inputs,
    "fixed": read.names,
    "backward": read.name,
    "derivation": read.derivation,
    "confidence": read.probability,
    "detectable": read.size,
    "rtol": read.tolerance,
    "atol": read.tolerance,
    "corners": read.flag,
    "timeout": read.seconds,
    "seed": read.seed,
    "select": read.codes,
    "ignore": read.codes,
}


_DOCUMENTS_FORM = 'a list, such as documents = ["docs/**/*.md"]'
_DOCUMENT_FORM = (
    'a pattern, such as "docs/**/*.md", or a table, such as { path = "paper/*.tex", timeout = 30 }'
)
_LAYERS_FORM = 'a list, such as layers = ["layers.py:batchnorm"]'
_LAYER_FORM = (
    'a target, such as "layers.py:batchnorm", or a table, such as '
    '{ target = "layers.py:batchnorm", args = { x = "normal(4, 3)" } }'
)


def defaults(root: Path) -> Configuration:
    """The configuration of a directory in which nothing is configured."""
    return Configuration(path=None, root=root, cache=root / CACHE)


def read_configuration(value: TomlValue) -> Configuration:
    """The configuration that the table of a file holds. Raises BadToml."""
    path = value.source.path
    table = value.table(("documents", "layers", *_GENERAL), "[tool.gradcheck]", "a table")
    said = {"cache": path.parent / CACHE, **_said(table, _GENERAL)}
    general = Configuration(path=path, root=path.parent, **said)
    return replace(general, documents=_documents(table, general), layers=_layers(table, general))


def _documents(table: Mapping[str, TomlValue], general: Configuration) -> tuple[ConfiguredDocuments, ...]:
    values = table["documents"].elements(_DOCUMENTS_FORM) if "documents" in table else []
    rows = tuple(_document(value, general) for value in values)
    _check_once(values, [row.pattern for row in rows], "listed twice")
    return rows


def _document(value: TomlValue, general: Configuration) -> ConfiguredDocuments:
    said = _row(value, _DOCUMENT, "path", _DOCUMENT_FORM)
    inherited = {
        "reading": general.reading,
        "timeout": general.timeout.claim,
        "engines": general.engines,
    }
    said["pattern"] = said.pop("path")
    return ConfiguredDocuments(**inherited | said | _checks(said, general), line=value.line)


def _layers(table: Mapping[str, TomlValue], general: Configuration) -> tuple[ConfiguredLayer, ...]:
    values = table["layers"].elements(_LAYERS_FORM) if "layers" in table else []
    rows = tuple(_layer(value, general) for value in values)
    _check_once(values, [check_asked(row) for row in rows], "listed twice with the same args")
    return rows


def _layer(value: TomlValue, general: Configuration) -> ConfiguredLayer:
    said = _row(value, _LAYER, "target", _LAYER_FORM)
    inherited = {"timeout": general.timeout.layer, "seed": general.seed}
    return ConfiguredLayer(**inherited | said | _checks(said, general), line=value.line)


def _row(value: TomlValue, readers: _Readers, key: str, form: str) -> dict[str, Any]:
    """What a row says: a text is the one key that it needs."""
    if isinstance(value.value, str):
        return {key: readers[key](value)}
    table = value.table(readers, f"a row of {value.keys[-2]}", form)
    if key not in table:
        raise value.bad(f"{value.name} needs a {key}: a row is {form}")
    return _said(table, readers)


def _said(table: Mapping[str, TomlValue], readers: _Readers) -> dict[str, Any]:
    return {key: readers[key](value) for key, value in table.items() if key in readers}


def _checks(said: Mapping[str, Any], general: Configuration) -> dict[str, Any]:
    """The codes that count for a row."""
    ignored = dict.fromkeys((*general.ignore, *said.get("ignore", ())))
    return {"select": said.get("select", general.select), "ignore": tuple(ignored)}


def _check_once(values: Sequence[TomlValue], rows: Sequence[Hashable], fault: str) -> None:
    lines: dict[Hashable, int] = {}
    for value, row in zip(values, rows, strict=True):
        if row in lines:
            what = (
                value.value
                if isinstance(value.value, str)
                else value.value.get("target", value.value.get("path"))
            )
            raise value.bad(f"{printable(what)} is {fault}; the first is on line {lines[row]}")
        lines[row] = value.line
