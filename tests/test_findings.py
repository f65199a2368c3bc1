"""One mistake, one finding; the exit code is the class of the outcome."""

import pytest

from gradcheck.findings import exit_code, findings
from gradcheck.model import Claim, Document, Place, Remark, Report, Trouble, Verdict
from gradcheck.options import Options
from gradcheck.selection import narrowed

PLACE = Place(1, 1, 2)


def claim(name: str, verdict: Verdict, code: str | None = None, cause: str | None = None) -> Claim:
    return Claim(name, None, PLACE, PLACE, "a = b", verdict, code=code, cause_claim=cause)


def report(*claims: Claim) -> Report:
    return Report((Document("a.md", "a", (), claims),))


ROOT = claim("a", Verdict.WRONG, "D101")
NEXT = claim("b", Verdict.INHERITED, "D201", "a")
LAST = claim("c", Verdict.RECOVERED, "D202", "b")


def test_followers_are_listed_under_their_root() -> None:
    (found,) = findings(report(ROOT, NEXT, LAST).documents[0])
    assert (found.claim, found.followers) == (ROOT, (NEXT, LAST))


def test_a_follower_without_its_root_stands_alone() -> None:
    (found,) = findings(report(NEXT, LAST).documents[0])
    assert (found.claim, found.followers) == (NEXT, (LAST,))


def test_causes_in_a_circle_end() -> None:
    circle = report(claim("a", Verdict.INHERITED, "D201", "b"), claim("b", Verdict.INHERITED, "D201", "a"))
    assert exit_code(circle) == 0


def test_a_remark_that_repeats_its_claim_is_said_once() -> None:
    said = Claim(
        *("a", None, PLACE, PLACE, "a", Verdict.SLIP),
        code="D401",
        remarks=(Remark("D401", "missing", PLACE),),
    )
    assert len(findings(report(said).documents[0])) == 1


@pytest.mark.parametrize(
    ("verdict", "code", "plain", "strict"),
    [
        (Verdict.HOLDS, None, 0, 0),
        (Verdict.WRONG, "D101", 1, 1),
        (Verdict.CONVENTION, "D301", 1, 1),
        (Verdict.SLIP, "D401", 1, 1),
        (Verdict.RECOVERED, "D202", 0, 0),
        (Verdict.UNDECIDED, "D501", 0, 1),
        (Verdict.UNREAD, "D502", 0, 1),
        (Verdict.UNDECIDED, "G901", 2, 2),
    ],
)
def test_exit_codes(verdict: Verdict, code: str | None, plain: int, strict: int) -> None:
    one = report(claim("a", verdict, code))
    assert (exit_code(one), exit_code(one, strict=True)) == (plain, strict)


def test_trouble_wins() -> None:
    assert exit_code(Report(report(ROOT).documents, (Trouble("b.md", "gone"),))) == 2


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (Options(), 1),
        (Options(ignore=("D1",)), 0),
        (Options(select=("D3",)), 0),
        (Options(select=("D101",), ignore=("D",)), 1),
        (Options(select=("D1",), ignore=("D1",)), 0),
        (Options(only="a"), 1),
        (Options(only="b"), 0),
        (Options(only="d"), 2),
    ],
)
def test_narrowing(options: Options, expected: int) -> None:
    assert exit_code(narrowed(report(ROOT, NEXT, LAST), options)) == expected


def test_a_bug_cannot_be_ignored() -> None:
    assert exit_code(narrowed(report(claim("a", Verdict.UNDECIDED, "G901")), Options(ignore=("G",)))) == 2
