"""The configuration of a directory: ``[tool.gradcheck]`` in the nearest pyproject.toml that has it.

[tool.gradcheck]
documents = ["docs/**/*.md", { path = "paper/*.tex", reading = "paper.toml" }]
layers = [
    "net/layers.py",
    { target = "net/conv.py:conv", args = { x = "normal(2, 3, 7, 5)", stride = 2 }, fixed = ["mask"] },
]
"""

from __future__ import annotations

import os
from pathlib import Path

from gradcheck.config_files import Unmatched, documents_of, layers_of, patterns_without_match
from gradcheck.config_reading import defaults, read_configuration
from gradcheck.configured import (
    Checks,
    Configuration,
    ConfiguredDocuments,
    ConfiguredLayer,
    Seed,
    Timeouts,
)
from gradcheck.toml_source import BadToml, TomlSource, TomlValue, bad_toml

__all__ = [
    "BadConfiguration",
    "Checks",
    "Configuration",
    "ConfiguredDocuments",
    "ConfiguredLayer",
    "Seed",
    "Timeouts",
    "Unmatched",
    "configuration",
    "configured_layers",
    "documents_of",
    "layers_of",
    "patterns_without_match",
]

_NAME = "pyproject.toml"


class BadConfiguration(BadToml):
    """The configuration cannot be used; the message says where and why."""


def configuration(directory: Path, file: Path | None = None) -> Configuration:
    """The configuration for a directory, or that of a file; the defaults if there is none.

    A file called pyproject.toml has to have ``[tool.gradcheck]``; in any other the keys stand at the top.
    Raises BadConfiguration.
    """
    try:
        value = _nearest(directory) if file is None else _of_file(file)
        return defaults(Path(os.path.realpath(directory))) if value is None else read_configuration(value)
    except BadToml as error:
        raise BadConfiguration(error.path, error.what, error.line) from None


def configured_layers(directory: Path) -> tuple[ConfiguredLayer, ...]:
    """The layers that are configured for a directory; none if nothing is. Raises BadConfiguration."""
    return tuple(layers_of(configuration(directory)))


def _nearest(directory: Path) -> TomlValue | None:
    here = Path(os.path.realpath(directory))
    for folder in (here, *here.parents):
        path = folder / _NAME
        if os.path.isfile(path) and (value := _own_table(TomlSource.read(path))):
            return value
    return None


def _of_file(file: Path) -> TomlValue:
    source = TomlSource.read(Path(os.path.realpath(file.parent), file.name))
    own = _own_table(source)
    if file.name != _NAME:
        if own:
            raise own.bad(
                f"only in a {_NAME} do the keys stand under [tool.gradcheck]; here they stand at the top"
            )
        return source.root
    if own is None:
        raise bad_toml(source.path, "there is no [tool.gradcheck] in it", 1)
    return own


def _own_table(source: TomlSource) -> TomlValue | None:
    tools = source.table.get("tool")
    if isinstance(tools, dict) and "gradcheck" in tools:
        return TomlValue(source, ("tool", "gradcheck"), tools["gradcheck"])
    return None
