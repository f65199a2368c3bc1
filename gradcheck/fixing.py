"""Corrections put into a document, round by round; what is not better when checked again is undone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.bugs import bug_message
from gradcheck.changes import Edit, SourceText, applied, touch
from gradcheck.documents.reading.decode import encode_like
from gradcheck.fixed import OPEN, SOUND, Fixed, asked_for, is_wrong
from gradcheck.inputs import Input
from gradcheck.model import Change, Claim, Document, Trouble, Verdict
from gradcheck.options import Options
from gradcheck.run import check_input
from gradcheck.workers.tasks import Outcome

ROUNDS = 6
"""How often a document is corrected and checked again: a mended line may uncover another."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proved correction: the claim that it mends, and what it changes."""

    claim: Claim
    edits: tuple[Edit, ...]


def fix_input(given: Input, options: Options) -> Outcome:
    """Check one input and correct what it can. Never raises: what goes wrong becomes a Trouble."""
    try:
        given = replace(given, data=given.read())
    except OSError:
        return check_input(given, options)  # which says what is wrong with it
    first = check_input(given, options)
    try:
        return first if isinstance(first.result, Trouble) else _Fixer(given, first, options).fix()
    except Exception as error:
        return Outcome(Trouble(given.path, bug_message(error, "document"), is_bug=True))


class _Fixer:
    """One document on its way through the rounds."""

    def __init__(self, given: Input, first: Outcome, options: Options) -> None:
        assert isinstance(first.result, Document) and given.data is not None
        self._given, self._data, self._options = given, given.data, options
        self._before = self._document = first.result
        self._text_before = self._text = first.text
        self._undone: list[str] = []

    def fix(self) -> Fixed:
        for nth in range(ROUNDS):
            proposals = self._proposals(patient=nth == 0)
            if not proposals:
                break
            self._apply(proposals)
        return Fixed(
            self._document,
            self._text,
            before=self._before,
            text_before=self._text_before,
            data=self._data,
            undone=tuple(self._undone),
        )

    def _proposals(self, patient: bool) -> list[Proposal]:
        """The corrections of this round. Whoever is patient lets a consequence wait for its cause."""
        source = SourceText(self._given.path, self._text)
        by_id = {claim.id: claim for claim in self._document.claims}
        taken: dict[str, list[Proposal]] = {}
        edits: list[Edit] = []
        claims = [c for c in asked_for(self._document, self._options) if c.id not in self._undone]
        wanted = {c.id for c in claims if any(_corrections(c))}
        for claim in claims:
            if patient and any(cause in wanted for cause in _causes(claim, by_id)):
                continue
            for changes in _corrections(claim):
                proposal = Proposal(claim, source.edits(changes))
                if not touch(proposal.edits, edits):
                    taken.setdefault(claim.id, []).append(proposal)
                    edits += proposal.edits
        return [proposal for group in taken.values() for proposal in group]

    def _apply(self, proposals: Sequence[Proposal]) -> None:
        """All of them at once or, if that is not better, those that make it better one by one."""
        if (better := self._tried(proposals)) is not None:
            self._document, self._text = better
            return
        kept: list[Proposal] = []
        best = None
        for proposal in proposals:
            better = self._tried([*kept, proposal]) if len(proposals) > 1 else None
            if better is None:
                self._undone.append(proposal.claim.id)
            else:
                kept.append(proposal)
                best = better
        if best is not None:
            self._document, self._text = best

    def _tried(self, proposals: Sequence[Proposal]) -> tuple[Document, str] | None:
        """The document with some corrections, if it is better for every claim that they are about."""
        edits = sorted((e for p in proposals for e in p.edits), key=lambda e: (e.start, e.end))
        text = applied(self._text, edits)
        data = encode_like(text, self._data)
        result = check_input(replace(self._given, data=data), self._options).result
        if isinstance(result, Trouble) or not is_better(self._document, result):
            return None
        before, after = ({c.id: _mistakes(c) for c in d.claims} for d in (self._document, result))
        helped = all(after[p.claim.id] < before[p.claim.id] for p in proposals)
        return (result, text) if helped else None


def is_better(before: Document, after: Document) -> bool:
    """Whether there are fewer mistakes, nothing that held has been spoilt, and nothing else stays open."""
    sound, still_sound = (_ids(document, SOUND) for document in (before, after))
    return (
        {c.id for c in before.claims} <= {c.id for c in after.claims}
        and sound <= still_sound
        and len(_ids(after, OPEN)) <= len(_ids(before, OPEN))
        and sum(map(_mistakes, after.claims)) < sum(map(_mistakes, before.claims))
    )


def _ids(document: Document, verdicts: tuple[Verdict, ...]) -> set[str]:
    return {claim.id for claim in document.claims if claim.verdict in verdicts}


def _mistakes(claim: Claim) -> int:
    """How much is wrong with a claim: its verdict, less if its value is right, and each remark on it."""
    verdict = 0 if claim.verdict in (*SOUND, *OPEN) else 1 if claim.verdict is Verdict.RECOVERED else 2
    return verdict + 2 * len(claim.remarks)


def _corrections(claim: Claim) -> Iterator[tuple[Change, ...]]:
    """The best correction of a wrong claim and of each remark on it, where it is proved."""
    offered = [claim.corrections] if is_wrong(claim) else []
    for corrections in offered + [r.corrections for r in claim.remarks]:
        if corrections and corrections[0].proved:
            yield corrections[0].changes


def _causes(claim: Claim, by_id: dict[str, Claim]) -> Iterator[str]:
    """The claims that a claim inherits its error from, the nearest first."""
    seen = {claim.id}
    while claim.cause_claim is not None and claim.cause_claim not in seen:
        yield claim.cause_claim
        seen.add(claim.cause_claim)
        if claim.cause_claim not in by_id:
            return
        claim = by_id[claim.cause_claim]
