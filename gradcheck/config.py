"""The layers that ``[tool.gradcheck]`` in the nearest pyproject.toml names, with their inputs.

[tool.gradcheck]
layers = [
    "net/layers.py",
    { target = "net/conv.py:conv", args = { x = "normal(2, 3, 7, 5)", stride = 2 }, fixed = ["mask"] },
]
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

_KEYS = ("layers",)
_LAYER_KEYS = ("target", "args", "fixed", "backward")


class BadConfiguration(Exception):
    """The configuration cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class ConfiguredLayer:
    """A target and what is said of its inputs."""

    target: str
    args: Mapping[str, Any] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    backward: str | None = None


def configured_layers(directory: Path) -> tuple[ConfiguredLayer, ...]:
    """The layers of the nearest pyproject.toml that has ``[tool.gradcheck]``; none if there is no such file.

    Files are named from where the pyproject.toml stands. Raises BadConfiguration.
    """
    for folder in (directory, *directory.parents):
        path = folder / "pyproject.toml"
        if path.is_file():
            table = _table(path)
            if table is not None:
                return tuple(_layer(path, row) for row in _rows(path, table))
    return ()


def _table(path: Path) -> Mapping[str, Any] | None:
    try:
        tools = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadConfiguration(f"{path}: cannot be read: {error}") from None
    table = tools.get("gradcheck") if isinstance(tools, dict) else None
    if table is None:
        return None
    _known(path, table, _KEYS, "[tool.gradcheck]")
    return dict(table)


def _rows(path: Path, table: Mapping[str, Any]) -> list[Any]:
    rows = table.get("layers", [])
    if not isinstance(rows, list):
        raise BadConfiguration(f'{path}: layers has to be a list, such as ["layers.py:batchnorm"]')
    return rows


def _layer(path: Path, row: Any) -> ConfiguredLayer:
    if isinstance(row, str):
        return ConfiguredLayer(_located(path, row))
    _known(path, row, _LAYER_KEYS, "a layer")
    if not isinstance(row.get("target"), str):
        raise BadConfiguration(f'{path}: a layer needs a target, such as target = "layers.py:batchnorm"')
    args, fixed = row.get("args", {}), row.get("fixed", [])
    if not isinstance(args, dict):
        raise BadConfiguration(
            f'{path}: args of {row["target"]} has to be a table, such as {{ x = "normal(4, 3)" }}'
        )
    if not isinstance(fixed, list) or not all(isinstance(name, str) for name in fixed):
        raise BadConfiguration(f"{path}: fixed of {row['target']} has to be a list of names")
    return ConfiguredLayer(_located(path, row["target"]), args, tuple(fixed), row.get("backward"))


def _located(path: Path, target: str) -> str:
    """The target with its file named from here."""
    where, colon, name = target.partition(".py")
    if not colon:
        return target
    file = (path.parent / f"{where}.py").resolve()
    here = Path.cwd()
    shown = file.relative_to(here) if file.is_relative_to(here) else file
    return f"{shown}{name}"


def _known(path: Path, table: Any, keys: Iterable[str], what: str) -> None:
    if not isinstance(table, dict):
        raise BadConfiguration(f"{path}: {what} has to be a table, not {table!r}")
    for key in table:
        if key not in keys:
            near = get_close_matches(key, list(keys), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(keys)}"
            raise BadConfiguration(f"{path}: unknown key {key} in {what}; {hint}")
