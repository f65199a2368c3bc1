"""What a run may be told: the options that the command line and the library share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ENGINES = ("algebra", "float64", "sympy")
"""The engines that can decide a claim, in the order in which they are asked."""


@dataclass(frozen=True, slots=True)
class Options:
    """How documents are checked and which findings count.

    ``reading`` is a file that declares what cannot be inferred; ``timeout`` is in
    seconds per claim; ``select`` and ``ignore`` are prefixes of finding codes;
    ``corrections`` says whether those of wrong claims are sought;
    ``only`` is the id of the one claim to report. ``jobs`` is how many processes work,
    None for as many as pay off, or ``dask`` is the address of a scheduler whose workers do.
    ``document_timeout`` is in seconds for each document, ``memory`` in GiB, None for any.
    """

    reading: Path | None = None
    engines: tuple[str, ...] = ENGINES
    timeout: float = 10.0
    seed: int = 0
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    only: str | None = None
    show_sympy: bool = False
    strict: bool = False
    jobs: int | None = None
    dask: str | None = None
    document_timeout: float = 300.0
    memory: float | None = 4.0
    corrections: bool = True
