"""The figures at the end of a report: verdicts counted per document, and one line that sums up."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck import rules
from gradcheck.findings import findings
from gradcheck.model import Claim, Report, Verdict
from gradcheck.report.acceptance_words import excused, is_new
from gradcheck.report.layer_tables import MANY
from gradcheck.report.style import paint, plain, plural, verdict_color
from gradcheck.rules import Severity

EVERY_SIZE = "every size"


def counts_table(report: Report, *, color: bool, verbosity: int) -> str:
    """One row per document: its claims, and how many got each verdict that occurs.

    Of very many documents those without a finding are counted, unless more is asked for.
    """
    columns = [v for v in Verdict if report.count(v)]
    documents = [d for d in report.documents if d.claims]
    shown = [d for d in documents if findings(d)] if len(documents) > MANY and verbosity <= 0 else documents
    rows = [_row(plain(d.path), d.claims, columns, color) for d in shown]
    if len(shown) < len(documents):
        claims = [c for d in documents if d not in shown for c in d.claims]
        name = f"{plural(len(documents) - len(shown), 'document')} without a finding; -v lists them"
        rows.append(_row(name, claims, columns, color))
    if len(documents) > 1:
        rows.append(_row("in all", _all_claims(report), columns, color))
    head = "claims  " + "".join(f"{v.value}  " for v in columns) + "document"
    return "\n".join([paint(head, on=color, bold=True), *rows]) if rows else ""


def summary_line(report: Report, *, color: bool) -> str:
    """What was found in how much, in one line."""
    everything = [f for d in report.documents for f in findings(d)]
    found = [f.severity for f in everything if is_new(f)]
    found += [rules.get(n.code).severity for n in report.notices]
    total = f"{plural(len(_all_claims(report)), 'claim')} in {plural(len(report.documents), 'document')}"
    counted = [(s, found.count(s)) for s in Severity if s in found]
    text = _found(counted, total) + _mended(report) if counted else _nothing_found(report, total)
    if others := excused(everything):
        text += f" {others[0].upper()}{others[1:]}."
    if report.troubles:
        text += f" {plural(len(report.troubles), 'input')} could not be checked."
    return paint(text, "red" if counted or report.troubles else "green", on=color, bold=True)


def _row(name: str, claims: Sequence[Claim], columns: Sequence[Verdict], color: bool) -> str:
    cells = (_cell(v, sum(c.verdict is v for c in claims), color) for v in columns)
    return f"{len(claims):>6}  {''.join(cells)}{name}"


def _cell(verdict: Verdict, count: int, color: bool) -> str:
    text = f"{count or '·':>{len(verdict.value)}}  "
    return paint(text, verdict_color(verdict), on=color) if count else text


def _all_claims(report: Report) -> list[Claim]:
    return [c for d in report.documents for c in d.claims]


def _found(counted: Sequence[tuple[Severity, int]], total: str) -> str:
    parts = ", ".join(plural(n, s.value) for s, n in counted)
    return f"Found {parts} in {total}. `gradcheck rule CODE` explains a code."


def _mended(report: Report) -> str:
    """How many findings have a proved correction, and the option that applies it."""
    mended = [f.is_mended for d in report.documents for f in findings(d) if is_new(f)]
    if not any(mended):
        return ""
    which = f"{sum(mended)} of them" if not all(mended) else "it" if len(mended) == 1 else "all of them"
    return f" `--fix` corrects {which}, `--diff` shows how."


def _nothing_found(report: Report, total: str) -> str:
    claims = _all_claims(report)
    if any(not is_new(f) for d in report.documents for f in findings(d)):
        return f"No new finding in {total}."
    if any(c.verdict not in (Verdict.HOLDS, Verdict.DEFINITION) for c in claims):
        return f"No selected finding in {total}."
    if not claims:
        return "Nothing was checked."
    weaker = sum(_is_weaker(c) for c in claims)
    return f"No finding in {total}{f'; {weaker} proved at small sizes only' if weaker else ''}."


def _is_weaker(claim: Claim) -> bool:
    return claim.verdict is Verdict.HOLDS and claim.scope not in (None, EVERY_SIZE)
