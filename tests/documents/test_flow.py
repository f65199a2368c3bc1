"""Where an error goes: what inherits it, what recovers, and whether the final results are right."""

from __future__ import annotations

import pytest

from gradcheck.documents.judging.flow import Quantity, with_flow
from gradcheck.findings import findings
from gradcheck.inputs import Input
from gradcheck.model import Answer, Claim, Document, FinalResult, Place, Report, Verdict
from gradcheck.options import Options
from gradcheck.run import check_input
from gradcheck.selection import narrowed

LINE = (r"$$ y_i = a x_i + c $$", r"$$ L = \sum_{i=1}^m (y_i - t_i)^2 $$")
PLACE = Place(1, 1, 2)
REACHES = "is wrong because of this"
STOPS = "is right: the error does not reach it"


def checked(*blocks: str) -> Document:
    text = "\n\n".join((*LINE, *(f"$$ {block} $$" for block in blocks)))
    outcome = check_input(Input("notes.md", text.encode()), Options(engines=("algebra", "float64")))
    assert isinstance(outcome.result, Document), outcome.result
    return outcome.result


def verdicts(document: Document) -> list[tuple[str, str | None]]:
    """The verdict and the cause of every claim after the definitions."""
    return [(c.verdict.value, c.cause_claim) for c in document.claims[len(LINE) :]]


def results(document: Document) -> list[tuple[str, str, str, str | None]]:
    return [(r.quantity, r.claim, r.verdict, r.cause_claim) for r in document.results]


def root_notes(document: Document) -> tuple[str, ...]:
    """What is noted under the only finding."""
    (finding,) = findings(document)
    return tuple(n for n in finding.claim.notes if "result" in n)


def test_a_value_that_recovers_names_the_error() -> None:
    document = checked(r"\frac{\partial L}{\partial y_i} = -2 (y_i - t_i) = 2 (y_i - t_i)")
    assert verdicts(document) == [("wrong", None), ("recovered", "claim-3")]
    assert results(document) == [("dL/dy", "claim-4", "right", None)]
    (finding,) = findings(document)
    assert [c.id for c in finding.followers] == ["claim-4"]
    assert root_notes(document) == (f"the final result for dL/dy (claim-4, line 5) {STOPS}",)


def test_an_error_is_followed_into_later_chains() -> None:
    """The last gradient does not use what was printed wrongly."""
    document = checked(
        r"\frac{\partial L}{\partial y_i} = -2 (y_i - t_i)",
        r"\frac{\partial L}{\partial a} = -2 \sum_{i=1}^m (y_i - t_i) x_i = 2 \sum_{i=1}^m (t_i - y_i) x_i",
        r"\frac{\partial L}{\partial c} = 2 \sum_{i=1}^m (y_i - t_i)",
    )
    assert verdicts(document) == [
        ("wrong", None),
        ("inherited", "claim-3"),
        ("inherited", "claim-3"),
        ("holds", None),
    ]
    assert results(document) == [
        ("dL/dy", "claim-3", "wrong", "claim-3"),
        ("dL/da", "claim-5", "wrong", "claim-3"),
        ("dL/dc", "claim-6", "right", None),
    ]
    assert root_notes(document) == (
        "this is the final result for dL/dy",
        f"the document's last result, dL/dc (claim-6, line 9), {STOPS}",
    )


def test_an_error_that_reaches_the_last_result() -> None:
    document = checked(
        r"\frac{\partial L}{\partial y_i} = 3 (y_i - t_i)",
        r"\frac{\partial L}{\partial a} = 3 \sum_{i=1}^m (y_i - t_i) x_i",
    )
    assert root_notes(document)[-1] == f"the document's last result, dL/da (claim-4, line 7), {REACHES}"


@pytest.mark.parametrize(
    "again",
    [
        r"\sum_{i=1}^m (y_i + t_i) x_i",
        r"\sum_{i=1}^m x_i y_i + \sum_{j=1}^m t_j x_j",
        r"\sum_{i=1}^m (a x_i + c) x_i + \sum_{i=1}^m t_i x_i",
    ],
)
def test_the_same_wrong_formula_again_is_one_finding(again: str) -> None:
    """Also for a gradient by an input, which no later line goes through."""
    wrong = r"\frac{\partial L}{\partial a} = \sum_{i=1}^m (y_i + t_i) x_i"
    document = checked(wrong, rf"\frac{{\partial L}}{{\partial a}} = {again}")
    assert verdicts(document) == [("wrong", None), ("inherited", "claim-3")]
    assert root_notes(document) == (f"the final result for dL/da (claim-4, line 7) {REACHES}",)


def test_another_wrong_formula_is_another_finding() -> None:
    document = checked(
        r"\frac{\partial L}{\partial a} = \sum_{i=1}^m (y_i + t_i) x_i",
        r"\frac{\partial L}{\partial a} = 5 \sum_{i=1}^m (y_i + t_i) x_i",
    )
    assert verdicts(document) == [("wrong", None), ("wrong", None)]
    first, second = findings(document)
    assert "is wrong too, by an error of its own" in first.claim.notes[-1]
    assert second.claim.notes[-1] == "this is the final result for dL/da"


def test_a_right_formula_later_is_the_result() -> None:
    document = checked(
        r"\frac{\partial L}{\partial a} = 3 \sum_{i=1}^m (y_i - t_i) x_i",
        r"\frac{\partial L}{\partial a} = 2 \sum_{i=1}^m (y_i - t_i) x_i",
    )
    assert results(document) == [("dL/da", "claim-4", "right", None)]
    assert root_notes(document) == (f"the final result for dL/da (claim-4, line 7) {STOPS}",)


def test_a_result_that_is_not_read_is_undecided() -> None:
    document = checked(
        r"\frac{\partial L}{\partial a} = 3 \sum_{i=1}^m (y_i - t_i) x_i",
        r"\frac{\partial L}{\partial a} = \oint x",
    )
    assert results(document) == [("dL/da", "claim-4", "undecided", None)]
    assert document.claims[2].notes == ("the final result for dL/da (claim-4, line 7) is undecided",)


@pytest.mark.parametrize(
    "claim",
    [
        r"$$ \frac{\partial y_1}{\partial x_1} = 2 x_1 $$",
        "If $i \\neq j$:\n\n" + r"$$ \frac{\partial y_i}{\partial x_j} = 0 $$",
    ],
)
def test_single_entries_and_cases_are_no_results(claim: str) -> None:
    text = f"$$ y_i = x_i^2 $$\n\n{claim}\n"
    outcome = check_input(Input("a.md", text.encode()), Options(engines=("algebra", "float64")))
    assert isinstance(outcome.result, Document)
    assert [c.verdict for c in outcome.result.claims] == [Verdict.DEFINITION, Verdict.HOLDS]
    assert outcome.result.results == ()


def test_without_a_loss_the_derivatives_are_the_results() -> None:
    outcome = check_input(
        Input("a.md", rb"$$ y = u^3 $$" + b"\n\n" + rb"$$ \frac{dy}{du} = 2 u^2 = 3 u^2 $$"),
        Options(engines=("algebra", "float64")),
    )
    assert isinstance(outcome.result, Document)
    assert results(outcome.result) == [("dy/du", "claim-3", "right", None)]


def test_with_only_one_claim_its_result_alone_is_kept() -> None:
    document = checked(
        r"\frac{\partial L}{\partial y_i} = 3 (y_i - t_i)",
        r"\frac{\partial L}{\partial a} = 3 \sum_{i=1}^m (y_i - t_i) x_i",
    )
    (one,) = narrowed(Report((document,)), Options(only="claim-4")).documents
    assert [r.quantity for r in one.results] == ["dL/da"]


def claim(name: str, verdict: Verdict, truth: Answer, cause: str | None = None) -> Claim:
    return Claim(name, None, PLACE, PLACE, "a = b", verdict, truth=truth, cause_claim=cause)


def test_causes_in_a_circle_end() -> None:
    circle = [
        claim("a", Verdict.INHERITED, Answer.REFUTED, "b"),
        claim("b", Verdict.INHERITED, Answer.REFUTED, "a"),
    ]
    _, found = with_flow(circle, {"b": Quantity("dL/dx", True)})
    assert found == (FinalResult("dL/dx", "b", "wrong", "a"),)


def test_definitions_are_not_results() -> None:
    claims = [claim("a", Verdict.HOLDS, Answer.PROVED), claim("b", Verdict.DEFINITION, Answer.NONE)]
    _, found = with_flow(claims, dict.fromkeys(("a", "b"), Quantity("dL/dx", True)))
    assert found == (FinalResult("dL/dx", "a", "right"),)
