"""What a run is to check, and how each item of it: documents, layers, and the trouble with the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.errata import Ledger
from gradcheck.inputs import Input
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Trouble
from gradcheck.options import Options


@dataclass(frozen=True, slots=True)
class PlannedDocument:
    """A document and how it is checked, with the findings that are asked for."""

    given: Input
    options: Options


@dataclass(frozen=True, slots=True)
class PlannedLayer:
    """A layer, or a file that stands for all of its layers; ``timeout`` is in seconds, ``memory`` in GiB.

    A file that was ``named`` has to have layers; one that a pattern led to need not.
    """

    wanted: Wanted
    options: Options
    timeout: float = 60.0
    memory: float | None = 4.0
    named: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a run is to check.

    ``whole`` tells that the ledger is about nothing else, so that an entry for another document is stale;
    ``options`` are for the notices.
    """

    documents: tuple[PlannedDocument, ...] = ()
    layers: tuple[PlannedLayer, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    ledger: Ledger = field(default_factory=lambda: Ledger("errata.toml"))
    whole: bool = False
    options: Options = field(default_factory=Options)
