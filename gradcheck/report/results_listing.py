"""The final results of a document: the last formula for each gradient, and whether it is right."""

from __future__ import annotations

from gradcheck.model import Claim, Document, FinalResult
from gradcheck.report.diagnostic import name_of
from gradcheck.report.style import display_width, paint, plain

_COLORS = {"right": "green", "wrong": "red", "undecided": "yellow"}


def results_listing(document: Document, *, color: bool) -> str:
    """One line for each quantity that the document derives; nothing if it derives none."""
    if not document.results:
        return ""
    claims = {claim.id: claim for claim in document.claims}
    head = paint(f"{plain(document.path)}: final results", on=color, bold=True)
    wide = max(display_width(plain(r.quantity)) for r in document.results)
    rows = (_row(r, claims, wide, color) for r in document.results if r.claim in claims)
    return "\n".join([head, *rows])


def _row(result: FinalResult, claims: dict[str, Claim], wide: int, color: bool) -> str:
    name = plain(result.quantity)
    verdict = paint(result.verdict, _COLORS[result.verdict], on=color)
    cause = claims.get(result.cause_claim or "")
    why = f", because of {name_of(cause)}" if cause is not None and cause.id != result.claim else ""
    pad = " " * (wide - display_width(name))
    return f"  {name}{pad}  {name_of(claims[result.claim])} is {verdict}{why}"
