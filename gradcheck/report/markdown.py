"""The report for a job summary or a merge request, in the Markdown that GitHub and GitLab share.

Everything that comes from documents and layers is shown literally: ``markdown_text`` says how.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from gradcheck.acceptance import Standing
from gradcheck.items import Outcome
from gradcheck.model import Report
from gradcheck.report.entries import Entry, entries, trouble_entries
from gradcheck.report.markdown_entries import full_entry, short_entry
from gradcheck.report.markdown_fitting import Section, size
from gradcheck.report.markdown_text import cell, code
from gradcheck.report.style import plural
from gradcheck.report.suites import Suite, outcomes, suites
from gradcheck.rules import Severity

LIMIT = 900 * 1024
"""The most bytes that a summary takes; GitHub refuses those of more than 1 MiB."""

_SHARE = LIMIT // 8  # of each section but the findings, which get what is left
_WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "failed",
    Outcome.EXPECTED: "known errata",
    Outcome.SKIPPED: "skipped",
    Outcome.ERROR: "not checked",
}
_ONE = {Outcome.EXPECTED: "known erratum"}


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
    strict: bool = False,
) -> str:
    """The outcome, how many checks came out how, the findings and how to mend them, what is accepted.

    ``verbosity`` below 0 leaves out the table, above 0 adds what comments suppress. With ``strict``,
    warnings fail. Colour and width change nothing.
    """
    found = suites(report, strict=strict)
    heading = _heading(report, sources, outcomes(found))
    table = _table(found if verbosity >= 0 else ()).fitted(_SHARE)
    others = [section.fitted(_SHARE) for section in _other_sections(report, sources, verbosity)]
    parts = [heading, table, *others]
    room = LIMIT - sum(size(part) + 1 for part in parts)
    parts.insert(2, _findings(report, sources).fitted(room))
    return "\n".join(part for part in parts if part)


def _heading(report: Report, sources: Mapping[str, str], counts: Counter[Outcome]) -> str:
    """What came of it, in a heading and a sentence."""
    told = [entry for entry in entries(report, sources) if _is_new(entry)]
    found = [entry.severity for entry in told]
    parts = [plural(found.count(s), s.value) for s in Severity if s in found]
    parts += [f"{plural(len(report.troubles), 'input')} not checked"] if report.troubles else []
    said = ", ".join(plural(counts[o], _ONE.get(o, word), word) for o, word in _WORDS.items() if counts[o])
    sentence = f"{plural(counts.total(), 'check')}: {said}." if counts else "There was nothing to check."
    return f"## gradcheck {_outcome(counts)}{': ' if parts else ''}{', '.join(parts)}\n\n{sentence}\n"


def _outcome(counts: Counter[Outcome]) -> str:
    if counts[Outcome.ERROR]:
        return "could not check everything"
    if counts[Outcome.FAILED]:
        return "failed"
    return "passed" if counts else "checked nothing"


def _table(found: Sequence[Suite]) -> Section:
    """A row for each document, layer and file; a column for each outcome that occurs."""
    shown = [outcome for outcome in _WORDS if outcomes(found)[outcome]]
    head = ["document, layer or file", "checks", *(_WORDS[outcome] for outcome in shown)]
    rule = ["---", *("---:" for _ in head[1:])]
    rows = [_row([cell(code(suite.name)), *_figures(outcomes([suite]), shown)]) for suite in found]
    return Section(_row(head) + _row(rule), rows, "row", "rows")


def _figures(counts: Counter[Outcome], shown: Iterable[Outcome]) -> list[str]:
    return [f"{counts.total():,}", *(f"{counts[outcome]:,}" if counts[outcome] else "·" for outcome in shown)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _findings(report: Report, sources: Mapping[str, str]) -> Section:
    """What is new about documents and layers."""
    told = entries(replace(report, notices=()), sources)
    return _section("Findings", full_entry, filter(_is_new, told), "finding", "findings")


def _other_sections(report: Report, sources: Mapping[str, str], verbosity: int) -> list[Section]:
    """What is excused and why, what is wrong with the excuses, what could not be checked."""
    told = entries(replace(report, notices=()), sources, verbosity=verbosity)
    known = (entry for entry in told if entry.standing is Standing.KNOWN)
    suppressed = (entry for entry in told if entry.standing is Standing.SUPPRESSED)
    notices = entries(Report(notices=report.notices), sources)
    troubles = trouble_entries(report, sources)
    return [
        _section("Known errata", short_entry, known, "known erratum", "known errata"),
        _section("Suppressed", short_entry, suppressed, "suppressed finding", "suppressed findings"),
        _section("Ledger and suppressions", full_entry, notices, "notice", "notices"),
        _section("Not checked", short_entry, troubles, "input", "inputs"),
    ]


def _section(title: str, row: Callable[[Entry], str], told: Iterable[Entry], noun: str, many: str) -> Section:
    return Section(f"### {title}\n\n", [row(entry) for entry in told], noun, many)


def _is_new(entry: Entry) -> bool:
    """Whether nothing excuses it."""
    return entry.standing is None or not entry.standing.excuses
