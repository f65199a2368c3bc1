"""The configuration of a project together with the flags of a command, which win over it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from gradcheck.builtin import builtin_directory
from gradcheck.config import (
    BadConfiguration,
    Configuration,
    ConfiguredDocuments,
    ConfiguredLayer,
    configuration,
    documents_of,
    layers_of,
)
from gradcheck.errata import BadErrata, Ledger, read_ledger
from gradcheck.inputs import Input
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.options import Options
from gradcheck.plan import PlannedDocument, PlannedLayer
from gradcheck.toml_source import BadToml

V = TypeVar("V")
CLAIM, LAYER, DOCUMENT = 10.0, 60.0, 300.0
"""Seconds for each claim, layer and document, where nothing else is said."""

MEMORY = 4.0
"""GiB for each item, where nothing else is said."""

LEDGER = "errata.toml"
"""The name of the ledger that comes with the built-in derivations."""

_NO_LEDGER = Ledger(LEDGER)
_PATIENCE = 3.0
"""Seconds for which a failing layer may be compared with the built-in derivations."""

_RANDOM = 2**32


class BadProject(BadToml):
    """The configuration or the ledger cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Flags:
    """What a command line says; None, or nothing, where it leaves the word to the configuration.

    ``errata`` is a file or "none"; ``cache`` is False where nothing is to be remembered, ``remember_in`` a
    directory for what is remembered where no configuration says another.
    """

    config: Path | None = None
    errata: str | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only: str | None = None
    strict: bool = False
    seed: int | None = None
    jobs: int | None = None
    dask: str | None = None
    timeout: float | None = None
    memory: float | None = None
    cache: bool = True
    remember_in: Path | None = None
    reading: Path | None = None
    engines: tuple[str, ...] = ()
    show_sympy: bool = False
    inputs: Mapping[str, str] = field(default_factory=dict)
    fixed: frozenset[str] = frozenset()
    backward: str | None = None
    derivation: Path | None = None
    confidence: float | None = None
    detectable: float | None = None
    rtol: float | None = None
    atol: float | None = None
    corners: bool | None = None


@dataclass(frozen=True)
class Project:
    """What is checked, and how: of two words on the same the flag's counts."""

    configuration: Configuration
    flags: Flags

    @classmethod
    def open(cls, flags: Flags) -> Project:
        """The project of the working directory. Raises BadProject."""
        try:
            return cls(configuration(Path.cwd(), flags.config), flags)
        except BadConfiguration as error:
            raise BadProject(error.path, error.what, error.line) from None

    @cached_property
    def seed(self) -> int:
        """The seed of this run, drawn if it is to be random."""
        said = self.flags.seed if self.flags.seed is not None else self.configuration.seed
        return secrets.randbelow(_RANDOM) if said == "random" else int(said)

    @property
    def seed_is_drawn(self) -> bool:
        """Whether the seed is this run's own."""
        return self.flags.seed is None and self.configuration.seed == "random"

    @property
    def jobs(self) -> int | None:
        """How many processes work, None for as many as pay off."""
        return self.flags.jobs or self.configuration.jobs

    @property
    def strict(self) -> bool:
        """Whether what stayed open fails the run."""
        return self.flags.strict or self.configuration.strict

    @property
    def cache(self) -> Path | None:
        """The directory in which results are remembered; without a configuration only if one is named."""
        if not self.flags.cache:
            return None
        configured = self.configuration.cache if self.configuration.path else None
        return configured or self.flags.remember_in

    @property
    def files(self) -> set[str]:
        """The files that say what is checked, and how."""
        said = (self.configuration.path, self.flags.config, self.flags.reading, self.configuration.reading)
        rows = (row.reading for row in self.configuration.documents)
        return {str(path) for path in (*said, *rows) if path is not None}

    @property
    def ledger_path(self) -> Path | None:
        """The ledger of errata, if there is one."""
        if self.flags.errata is None:
            return self.configuration.errata
        return None if self.flags.errata == "none" else Path(self.flags.errata)

    def ledger(self, *, built_in: bool = False) -> Ledger:
        """The known errata, those of the built-in derivations if it is about them. Raises BadProject."""
        path = self.ledger_path
        if built_in and self.flags.errata is None:
            path = builtin_directory() / LEDGER
        try:
            return read_ledger(path) if path is not None else _NO_LEDGER
        except BadErrata as error:
            raise BadProject(error.path, error.what, error.line) from None

    @cached_property
    def documents(self) -> Mapping[str, tuple[str, ConfiguredDocuments]]:
        """The configured documents by their real paths: each as it is shown, and its row."""
        return {os.path.realpath(path): (path, row) for path, row in documents_of(self.configuration)}

    @cached_property
    def layers(self) -> tuple[ConfiguredLayer, ...]:
        """The configured layers."""
        return tuple(layers_of(self.configuration))

    def planned_document(self, given: Input) -> PlannedDocument:
        """A document, checked as its row of the configuration says, if it has one."""
        _, row = self.documents.get(os.path.realpath(given.path), ("", None))
        return PlannedDocument(given, self.options(None if given.data is not None else row))

    def options(self, row: ConfiguredDocuments | None = None) -> Options:
        """How documents of a row are checked, or any that has none."""
        flags, general = self.flags, self.configuration
        said = row or general
        return Options(
            reading=flags.reading or said.reading,
            engines=flags.engines or said.engines,
            timeout=_first(flags.timeout, row.timeout if row else None, general.timeout.claim, CLAIM),
            seed=self.seed,
            select=flags.select or said.select,
            ignore=flags.ignore or said.ignore,
            only=flags.only,
            show_sympy=flags.show_sympy,
            strict=self.strict,
            jobs=self.jobs,
            dask=flags.dask,
            document_timeout=_first(general.timeout.document, DOCUMENT),
            memory=self._memory,
        )

    def planned_layer(self, row: ConfiguredLayer) -> PlannedLayer:
        """A layer with its settings. What flags say of its inputs goes together with what its row says."""
        flags, general = self.flags, self.configuration
        timeout = _first(flags.timeout, row.timeout, general.timeout.layer, LAYER)
        derivation = flags.derivation or row.derivation
        wanted = Wanted(
            row.target,
            {**row.args, **flags.inputs},
            flags.fixed | frozenset(row.fixed),
            flags.backward or row.backward,
            self._settings(row),
            str(derivation) if derivation is not None else None,
            min(_PATIENCE, timeout / 4),
        )
        options = Options(
            select=flags.select or row.select or general.select,
            ignore=flags.ignore or row.ignore or general.ignore,
        )
        return PlannedLayer(wanted, options, timeout, self._memory, named=not row.by_pattern)

    def asked_layers(self, targets: Iterable[str]) -> list[ConfiguredLayer]:
        """The rows of targets; one that is configured brings what the configuration says of it."""
        rows: dict[str, list[ConfiguredLayer]] = {}
        for row in self.layers:
            rows.setdefault(row.target, []).append(row)
        return [row for target in targets for row in rows.get(target, [ConfiguredLayer(target=target)])]

    def _settings(self, row: ConfiguredLayer) -> Settings:
        flags, usual = self.flags, Settings()
        seed = row.seed if flags.seed is None and isinstance(row.seed, int) else self.seed

        def said(name: str) -> Any:
            return _first(getattr(flags, name), getattr(row, name), getattr(usual, name))

        names = ("confidence", "detectable", "rtol", "atol", "corners")
        return Settings(seed=seed, **{name: said(name) for name in names})

    @property
    def _memory(self) -> float:
        return _first(self.flags.memory, self.configuration.memory, MEMORY)


def _first(*values: V | None) -> V:
    """The first that is said."""
    return next(value for value in values if value is not None)
