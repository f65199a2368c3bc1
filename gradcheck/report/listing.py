"""Everything about a document, for ``-v``: how its symbols were read, and each claim on one line."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.model import Claim, Document, SymbolReading
from gradcheck.report.style import display_width, paint, plain, verdict_color


def listing(document: Document, *, color: bool) -> str:
    """The symbols and the claims of a document, in reading order."""
    head = paint(f"{plain(document.path)}: {plain(document.title)}", on=color, bold=True)
    return "\n".join([head, *_symbols(document.readings), *_claims(document.claims, color)])


def sympy_listing(document: Document, *, color: bool) -> str:
    """Each claim as SymPy expressions, where they were asked for."""
    head = paint(f"{plain(document.path)}: the claims in SymPy", on=color, bold=True)
    rows = [row for c in document.claims if c.sympy is not None for row in _sympy(c)]
    return "\n".join([head, *rows]) if rows else ""


def claim_line(claim: Claim) -> str:
    """The answers about a claim: verdict, scope, reading, step and truth."""
    scope = f"{claim.scope}, " if claim.scope else ""
    answers = f"step {claim.step.value}, truth {claim.truth.value}"
    return f"{claim.verdict.value:<10}  {scope}{claim.reading}, {answers}"


def _symbols(readings: tuple[SymbolReading, ...]) -> Iterator[str]:
    width = max((display_width(plain(r.symbol)) for r in readings), default=0)
    for reading in readings:
        symbol = plain(reading.symbol)
        line = f", line {reading.line}" if reading.line else ""
        pad = " " * (width - display_width(symbol))
        yield f"  {symbol}{pad}  {plain(reading.role)} ({reading.source}{line})"


def _claims(claims: tuple[Claim, ...], color: bool) -> Iterator[str]:
    places = [f"{c.place.line}:{c.place.column}" for c in claims]
    wide = max(map(len, places), default=0)
    name = max((len(c.id) for c in claims), default=0)
    for claim, place in zip(claims, places, strict=True):
        hue = verdict_color(claim.verdict)
        yield f"  {place:>{wide}}  {claim.id:<{name}}  {paint(claim_line(claim), hue, on=color)}"


def _sympy(claim: Claim) -> Iterator[str]:
    first, *rest = (claim.sympy or "").splitlines() or [""]
    head = f"  {claim.place.line}:{claim.place.column} {claim.id}: "
    yield head + plain(first)
    yield from (" " * len(head) + plain(line) for line in rest)
