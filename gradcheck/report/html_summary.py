"""The top of the page: the outcome in one sentence, and the counts behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gradcheck.acceptance import Standing
from gradcheck.findings import FAILED, FOUND, exit_code
from gradcheck.model import LayerVerdict, Report, Verdict
from gradcheck.report.html_card import Card
from gradcheck.report.style import plural
from gradcheck.report.tables import EVERY_SIZE
from gradcheck.rules import Severity

_GOOD = (Verdict.HOLDS, Verdict.DEFINITION)


@dataclass(frozen=True, slots=True)
class Summary:
    """``state`` is the outcome in a word or two, ``hue`` the verdict or severity that it is coloured like.

    ``claims`` and ``layers`` count by verdict, ``found`` what nothing excuses by severity.
    """

    state: str
    hue: str
    sentence: str
    claims: tuple[tuple[Verdict, int], ...]
    layers: tuple[tuple[LayerVerdict, int], ...]
    found: tuple[tuple[Severity, int], ...]
    known: int
    suppressed: int


def summary(report: Report, cards: Sequence[Card]) -> Summary:
    """What was found in how much."""
    new = [c.severity for c in cards if not _is_excused(c)]
    found = tuple((s, new.count(s)) for s in Severity if s in new)
    claims = [c.verdict for d in report.documents for c in d.claims]
    layers = [layer.verdict for layer in report.layers]
    state, hue = _state(report, found)
    return Summary(
        state,
        hue,
        _sentence(report, found),
        tuple((v, claims.count(v)) for v in Verdict if v in claims),
        tuple((v, layers.count(v)) for v in LayerVerdict if v in layers),
        found,
        _count(cards, Standing.KNOWN),
        _count(cards, Standing.SUPPRESSED),
    )


def _count(cards: Sequence[Card], standing: Standing) -> int:
    return sum(c.standing == standing.value for c in cards)


def _is_excused(card: Card) -> bool:
    return card.acceptance is not None and card.acceptance.standing.excuses


def _state(report: Report, found: Sequence[tuple[Severity, int]]) -> tuple[str, str]:
    code = exit_code(report)
    if code == FAILED:
        return "incomplete", "bug"
    if code == FOUND:
        return "failed", "error"
    if not _checked(report):
        return "nothing checked", "warning"
    return ("passed, with findings", "warning") if found else ("passed", "pass")


def _sentence(report: Report, found: Sequence[tuple[Severity, int]]) -> str:
    text = _outcome(report, found)
    if report.troubles:
        text += f" {plural(len(report.troubles), 'input')} could not be checked."
    return text


def _outcome(report: Report, found: Sequence[tuple[Severity, int]]) -> str:
    checked = _checked(report)
    if found:
        counts = _listed([plural(count, severity.value) for severity, count in found])
        return f"Found {counts}{checked and f' in {checked}'}."
    if not checked:
        return "Nothing was checked."
    if not _all_right(report):
        return f"No new finding in {checked}."
    weaker = sum(
        c.verdict is Verdict.HOLDS and c.scope not in (None, EVERY_SIZE)
        for d in report.documents
        for c in d.claims
    )
    return f"Everything holds: {checked}{f', {weaker:,} proved at small sizes only' if weaker else ''}."


def _checked(report: Report) -> str:
    """How much was checked, "" for nothing."""
    return " and ".join(_parts(report))


def _parts(report: Report) -> Iterator[str]:
    if claims := sum(len(d.claims) for d in report.documents):
        yield f"{plural(claims, 'claim')} of {plural(len(report.documents), 'document')}"
    if report.layers:
        yield plural(len(report.layers), "layer")


def _all_right(report: Report) -> bool:
    claims = (c.verdict in _GOOD for d in report.documents for c in d.claims)
    return all(claims) and all(layer.verdict is LayerVerdict.PASS for layer in report.layers)


def _listed(parts: Sequence[str]) -> str:
    """Parts as a sentence lists them.

    >>> _listed(["1 error"]), _listed(["1 bug", "2 errors", "3 notes"])
    ('1 error', '1 bug, 2 errors and 3 notes')
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)
