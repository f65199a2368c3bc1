"""Checks a text with a ledger of errata, and says how each finding stands."""

from dataclasses import dataclass
from pathlib import Path

from gradcheck.accepting import accepted
from gradcheck.errata import Ledger, read_ledger
from gradcheck.errata_mending import by_checking
from gradcheck.findings import exit_code, findings
from gradcheck.inputs import Input
from gradcheck.model import Document, Report, Trouble
from gradcheck.options import Options
from gradcheck.run import check_input


@dataclass(frozen=True)
class Standings:
    """Each finding as ``code`` or ``code standing``, the notices' codes, and the exit code."""

    findings: list[str]
    notices: list[str]
    exit_code: int
    report: Report


def check(given: Input) -> Document | Trouble:
    return check_input(given, Options(corrections=False)).result


def standings(path: Path, ledger: Path | None = None, options: Options | None = None) -> Standings:
    outcome = check_input(Input(str(path)), options or Options(corrections=False))
    assert isinstance(outcome.result, Document), outcome.result
    sources = {str(path): outcome.text}
    errata = read_ledger(ledger) if ledger else Ledger("errata.toml")
    mends = by_checking(sources, check)
    report = accepted(Report((outcome.result,)), sources, errata, mends, whole=True)
    found = [
        f"{f.code} {f.acceptance.standing.value}" if f.acceptance else f.code
        for f in findings(report.documents[0])
    ]
    return Standings(found, [n.code for n in report.notices], exit_code(report), report)
