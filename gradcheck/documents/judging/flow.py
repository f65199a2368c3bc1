"""Where errors go: the final result for every quantity, and which error, if any, reaches it.

The last claim about a gradient is its final result. Under each error at its root stands
whether the final result for the same quantity, and the document's last one, is right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.values import Value
from gradcheck.model import Answer, Claim, FinalResult, Verdict

_WORDS = {
    "right": "is right: the error does not reach it",
    "undecided": "is undecided",
}


class Quantity(NamedTuple):
    """A derivative for all entries at once, and whether it is the gradient of a loss."""

    name: str
    of_loss: bool


def quantity(left: object) -> Quantity | None:
    """What a chain with this left side derives; None for a single entry or path.

    >>> quantity(Value(e.Adjoint("L", "x", ("i",)))), quantity(Value(e.Adjoint("L", "x", (1,))))
    (Quantity(name='dL/dx', of_loss=True), None)
    """
    if not isinstance(left, Value):
        return None
    match left.expr:
        case e.Adjoint(loss, node, indices, None) if _are_letters(indices):
            return Quantity(f"d{loss}/d{node}", True)
        case e.Partial(e.Ref(name, of), wrt, indices) if _are_letters((*of, *indices)):
            return Quantity(f"d{name}/d{wrt}", False)
        case _:
            return None


def _are_letters(indices: Sequence[e.Index]) -> bool:
    return all(isinstance(i, str) for i in indices)


def with_flow(
    claims: Sequence[Claim], quantities: Mapping[str, Quantity]
) -> tuple[tuple[Claim, ...], tuple[FinalResult, ...]]:
    """The claims, each error at its root with notes on the results, and the final results.

    ``quantities`` maps the ids of claims to what they derive: the gradients of the loss are the
    results, and where a document has none, all derivatives.
    """
    of_loss = any(q.of_loss for q in quantities.values())
    names = {claim: q.name for claim, q in quantities.items() if q.of_loss or not of_loss}
    results = _final_results(claims, names)
    by_id = {claim.id: claim for claim in claims}
    noted = (
        replace(c, notes=(*c.notes, *_notes(c, names.get(c.id, ""), results, by_id)))
        if c.verdict in (Verdict.WRONG, Verdict.CONVENTION) and c.cause_claim is None
        else c
        for c in claims
    )
    return tuple(noted), results


def _final_results(claims: Sequence[Claim], quantities: Mapping[str, str]) -> tuple[FinalResult, ...]:
    """The last claim about each quantity, in the order of the document."""
    by_id = {claim.id: claim for claim in claims}
    last: dict[str, Claim] = {}
    for claim in claims:
        name = quantities.get(claim.id)
        if name and claim.verdict is not Verdict.DEFINITION:
            last.pop(name, None)
            last[name] = claim
    return tuple(
        FinalResult(name, claim.id, verdict, _root(claim, by_id) if verdict == "wrong" else None)
        for name, claim in last.items()
        for verdict in [_verdict(claim)]
    )


def _verdict(claim: Claim) -> str:
    if claim.verdict in (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION):
        return "wrong"
    return "right" if claim.truth is Answer.PROVED else "undecided"


def _root(claim: Claim, by_id: Mapping[str, Claim]) -> str:
    """The claim where the error of a wrong claim entered: itself, if it names no other."""
    seen = {claim.id}
    while (cause := by_id.get(claim.cause_claim or "")) is not None and cause.id not in seen:
        seen.add(cause.id)
        claim = cause
    return claim.id


def _notes(
    root: Claim, own: str, results: Sequence[FinalResult], by_id: Mapping[str, Claim]
) -> Iterator[str]:
    for result in results:
        if result.quantity == own:
            yield from _note(root, f"the final result for {own}", result, by_id)
    if results and results[-1].quantity != own:
        last = f"the document's last result, {results[-1].quantity}"
        yield from _note(root, last, results[-1], by_id, pause=",")


def _note(
    root: Claim, what: str, result: FinalResult, by_id: Mapping[str, Claim], pause: str = ""
) -> Iterator[str]:
    if result.claim == root.id:
        yield f"this is {what}"
        return
    yield f"{what} ({_place(by_id[result.claim])}){pause} {_fate(root, result, by_id)}"


def _fate(root: Claim, result: FinalResult, by_id: Mapping[str, Claim]) -> str:
    if result.verdict != "wrong":
        return _WORDS[result.verdict]
    if result.cause_claim == root.id:
        return "is wrong because of this"
    if result.cause_claim == result.claim:
        return "is wrong too, by an error of its own"
    return f"is wrong too, because of {_place(by_id[result.cause_claim or result.claim])}"


def _place(claim: Claim) -> str:
    """A claim as it is called in a sentence."""
    return f"equation {claim.label}" if claim.label else f"{claim.id}, line {claim.place.line}"
