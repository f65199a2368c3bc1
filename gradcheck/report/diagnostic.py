"""One finding as people read it: what is, where, the line with a caret, facts, and how to rerun it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator

from gradcheck.acceptance import Standing
from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.model import Claim, Correction, Counterexample, Verdict
from gradcheck.report.acceptance_words import accepted, has_standing
from gradcheck.report.anatomy import fact, headline, location
from gradcheck.report.excerpt import excerpt
from gradcheck.report.style import plain, plural, severity_color
from gradcheck.report.suggestion import in_words, suggestion

_FOLLOWERS = {
    Verdict.INHERITED: ("later claim inherits it", "later claims inherit it"),
    Verdict.RECOVERED: ("later claim recovers from it", "later claims recover from it"),
    Verdict.CONVENTION: ("later claim needs the same reading", "later claims need the same reading"),
}


def diagnostic(source: SourceText, finding: Finding, *, color: bool, width: int, verbosity: int) -> str:
    """The finding in the anatomy of rustc's diagnostics; of a known erratum no more than what and where."""
    gutter = len(str(max(finding.place.line, finding.fault.line)))
    margin = " " * gutter
    hue = severity_color(finding.severity)
    rows = [headline(finding.severity, finding.code, title(finding), color=color)]
    where = f"{source.path}:{finding.place.line}:{finding.place.column}"
    rows.append(location(margin, where, color=color))
    said = [] if finding.acceptance is None else [accepted(finding.acceptance)]
    if said and has_standing(finding, Standing.KNOWN) and verbosity <= 0:
        return "\n".join([*rows, *fact(margin, "note", said[0], color=color)])
    rows += excerpt(source.lines, finding.place, finding.fault, width=width, color=hue, on=color)
    for text in (*said, *notes(finding)):
        rows += fact(margin, "note", text, color=color)
    for text, correction in _helps(source.path, finding, verbosity):
        rows += fact(margin, "help", text, color=color)
        if correction is not None:
            rows += suggestion(source, correction, gutter, width=width, color=color)
    return "\n".join(rows)


def title(finding: Finding) -> str:
    """What is said of a claim, with its printed label if it has one."""
    about = f"equation {name_of(finding.claim)}: " if finding.claim.label else ""
    return about + finding.message


def notes(finding: Finding) -> Iterator[str]:
    """What can be verified by hand, and what follows from it."""
    if not finding.remark:
        yield from _evidence(finding.claim)
        yield from finding.claim.notes
        yield from _consequences(finding.followers)


def rerun(path: str, finding: Finding) -> str:
    """The command that checks the claim again, and no other."""
    return f"gradcheck doc {shlex.quote(path)} --only {shlex.quote(finding.claim.id)}"


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


def _helps(path: str, finding: Finding, verbosity: int) -> Iterator[tuple[str, Correction | None]]:
    """What can be done: the best correction, the others, and what to type next."""
    name, only = shlex.quote(path), shlex.quote(finding.claim.id)
    best, others = finding.corrections[:1], finding.corrections[1:]
    yield from ((in_words(c), c) for c in best)
    if finding.is_mended:
        yield f"apply it: gradcheck doc {name} --fix --only {only}", None
    if verbosity > 0:
        yield from _more_corrections(others, finding.followers)
    elif others:
        them = "it" if len(others) == 1 else "them"
        yield f"{plural(len(others), 'other correction')}; -v shows {them}", None
    yield f"check just this one: {rerun(path, finding)}", None


def _more_corrections(
    others: Iterable[Correction], followers: Iterable[Claim]
) -> Iterator[tuple[str, Correction | None]]:
    """The corrections that may be meant instead, and those of the claims that inherit the error."""
    yield from ((f"or {in_words(c)}", c) for c in others)
    for claim in followers:
        yield from ((f"then, at {name_of(claim)}: {in_words(c)}", c) for c in claim.corrections[:1])


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
