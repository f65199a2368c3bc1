"""One finding as people read it: what is, where, the line with a caret, facts, and how to rerun it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from gradcheck.findings import Finding
from gradcheck.model import Claim, Counterexample, Verdict
from gradcheck.report.anatomy import fact, headline, location
from gradcheck.report.excerpt import excerpt
from gradcheck.report.style import plain, plural, severity_color

_FOLLOWERS = {
    Verdict.INHERITED: ("later claim inherits it", "later claims inherit it"),
    Verdict.RECOVERED: ("later claim recovers from it", "later claims recover from it"),
}


def diagnostic(path: str, lines: Sequence[str], finding: Finding, *, color: bool, width: int) -> str:
    """The finding in the anatomy of rustc's diagnostics."""
    gutter = " " * len(str(max(finding.place.line, finding.fault.line)))
    hue = severity_color(finding.severity)
    rows = [headline(finding.severity, finding.code, _title(finding), color=color)]
    where = f"{path}:{finding.place.line}:{finding.place.column}"
    rows.append(location(gutter, where, color=color))
    rows += excerpt(lines, finding.place, finding.fault, width=width, color=hue, on=color)
    for word, text in _facts(path, finding):
        rows += fact(gutter, word, text, color=color)
    return "\n".join(rows)


def name_of(claim: Claim) -> str:
    """A claim by its printed label, or else by its id.

    Labels that are not plain, such as a circled digit, are shown as they are printed.
    """
    if claim.label is None:
        return claim.id
    return f"({plain(claim.label)})" if claim.label.isalnum() else plain(claim.label)


def point(counterexample: Counterexample) -> str:
    """Where a counterexample stands: sizes, then positions.

    >>> point(Counterexample({"m": 3}, {}, "1", "2", {"i": 1}))
    'm = 3, i = 1'
    """
    return _assignments({**counterexample.sizes, **counterexample.at})


def _title(finding: Finding) -> str:
    about = f"equation {name_of(finding.claim)}: " if finding.claim.label else ""
    return about + finding.message


def _facts(path: str, finding: Finding) -> Iterator[tuple[str, str]]:
    """The facts below an excerpt, each with the word that introduces it."""
    claim = finding.claim
    if not finding.remark:
        yield from (("note", text) for text in _evidence(claim))
        yield from (("note", text) for text in claim.notes)
        yield from (("note", text) for text in _consequences(finding.followers))
    yield "help", f"check just this one: gradcheck doc {shlex.quote(path)} --only {shlex.quote(claim.id)}"


def _evidence(claim: Claim) -> Iterator[str]:
    """What refutes a claim, to be checked by hand."""
    if (example := claim.counterexample) is not None:
        where = point(example)
        numbers = f"the right side is {example.printed}, the true value is {example.true}"
        yield f"at {where}, {numbers}" if where else numbers
        if example.values:
            yield f"there {_assignments(example.values)}"
    if claim.verdict is Verdict.INHERITED and claim.cause_claim:
        yield f"the step is right; the error enters at {claim.cause_claim}"


def _consequences(followers: Iterable[Claim]) -> Iterator[str]:
    """The later claims that a root explains, by what became of them."""
    followers = tuple(followers)
    for verdict, (one, many) in _FOLLOWERS.items():
        if group := [c for c in followers if c.verdict is verdict]:
            places = ", ".join(f"{name_of(c)} at {c.place.line}:{c.place.column}" for c in group)
            yield f"{plural(len(group), one, many)}: {places}"


def _assignments(values: dict[str, str] | dict[str, int] | dict[str, int | str]) -> str:
    return ", ".join(f"{name} = {value}" for name, value in values.items())
