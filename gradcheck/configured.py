"""What a configuration says: plain data, with the line on which each row stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from gradcheck.options import ENGINES

Seed = int | Literal["random"]
"""A seed, or the wish that each run draws one."""

CACHE = ".gradcheck_cache"
"""The directory of the cache, beside the configuration, where nothing else is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What is said of everything, and may be said of a row again.

    ``select`` and ``ignore`` are prefixes of finding codes; a row's ``select`` replaces the general one, its
    ``ignore`` adds to it.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for each claim, layer and document; None where nothing is said."""

    claim: float | None = None
    layer: float | None = None
    document: float | None = None


@dataclass(frozen=True, slots=True)
class ConfiguredDocuments(Checks):
    """Documents, and how they are checked: what a row leaves open is as for everything.

    ``timeout`` is in seconds per claim. Rows are equal whatever their ``line``.
    """

    pattern: str
    reading: Path | None = None
    timeout: float | None = None
    engines: tuple[str, ...] = ENGINES
    line: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ConfiguredLayer(Checks):
    """A target, what is said of its inputs, and how it is checked.

    ``timeout`` and ``seed`` are as for everything where the row leaves them open; the rest is None there,
    which means the default of a check. Rows are equal whatever their ``line``; ``by_pattern`` tells that the
    target is a file that a pattern led to, which need not have any layer.
    """

    target: str
    args: Mapping[str, Any] = field(default_factory=dict)
    fixed: tuple[str, ...] = ()
    backward: str | None = None
    derivation: Path | None = None
    confidence: float | None = None
    detectable: float | None = None
    rtol: float | None = None
    atol: float | None = None
    corners: bool | None = None
    timeout: float | None = None
    seed: Seed | None = None
    line: int = field(default=0, compare=False)
    by_pattern: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Configuration(Checks):
    """Everything that ``[tool.gradcheck]`` says, or the defaults.

    ``path`` is the file, None without one; ``root`` is the directory that its paths and patterns are relative
    to. Paths are absolute; patterns and the targets of layers are as they were written. ``memory`` is in GiB
    for each item; ``cache`` is None where none is wanted; ``jobs`` is None for as many as pay off.
    """

    path: Path | None
    root: Path
    documents: tuple[ConfiguredDocuments, ...] = ()
    exclude: tuple[str, ...] = ()
    layers: tuple[ConfiguredLayer, ...] = ()
    errata: Path | None = None
    reading: Path | None = None
    strict: bool = False
    jobs: int | None = None
    seed: Seed = 0
    timeout: Timeouts = field(default_factory=Timeouts)
    memory: float | None = None
    cache: Path | None = None
    engines: tuple[str, ...] = ENGINES
