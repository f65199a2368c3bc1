"""A report as tests: what passes, fails, is expected to fail, is skipped, or is an error."""

from dataclasses import replace

import pytest
from layer_report import LAYERS

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.findings import exit_code
from gradcheck.items import Outcome, items
from gradcheck.model import (
    ArgumentCheck,
    Claim,
    Document,
    Layer,
    LayerVerdict,
    Notice,
    Place,
    Report,
    Trouble,
    Verdict,
)

PLACE = Place(1, 1, 2)
KNOWN = Acceptance(Standing.KNOWN, "why", "errata.toml:1")
CHANGED = Acceptance(Standing.CHANGED, "why", "errata.toml:1")
SUPPRESSED = Acceptance(Standing.SUPPRESSED, "", "a.md:1")


def report(verdict: Verdict, code: str | None, acceptance: Acceptance | None = None) -> Report:
    claim = Claim("eq-1", None, PLACE, PLACE, "a = b", verdict, code=code, acceptance=acceptance)
    return Report((Document("a.md", "a", (), (claim,)),))


@pytest.mark.parametrize(
    ("verdict", "code", "acceptance", "outcome", "reason"),
    [
        (Verdict.HOLDS, None, None, Outcome.PASSED, ""),
        (Verdict.DEFINITION, None, None, Outcome.PASSED, ""),
        (Verdict.WRONG, "D101", None, Outcome.FAILED, "D101 the two sides differ"),
        (Verdict.WRONG, "D101", CHANGED, Outcome.FAILED, "D101 the two sides differ"),
        (Verdict.WRONG, "D101", KNOWN, Outcome.EXPECTED, "known erratum: why (errata.toml:1)"),
        (Verdict.WRONG, "D101", SUPPRESSED, Outcome.SKIPPED, "suppressed: no reason given (a.md:1)"),
        (Verdict.WRONG, None, None, Outcome.SKIPPED, "wrong: "),
        (Verdict.UNDECIDED, "D501", None, Outcome.SKIPPED, "undecided: "),
        (Verdict.INHERITED, "D201", None, Outcome.SKIPPED, "inherited: "),
        (Verdict.UNDECIDED, "G901", None, Outcome.ERROR, "two engines"),
    ],
)
def test_claims(
    verdict: Verdict, code: str | None, acceptance: Acceptance | None, outcome: Outcome, reason: str
) -> None:
    (item,) = items(report(verdict, code, acceptance))
    assert (item.id, item.outcome) == ("a.md::eq-1", outcome)
    assert item.reason.startswith(reason)


def test_what_stays_open_fails_a_strict_run() -> None:
    undecided = replace(report(Verdict.UNDECIDED, "D501"), strict=True)
    assert [item.outcome for item in items(undecided)] == [Outcome.FAILED]
    assert exit_code(undecided) == 1


def test_notices_and_troubles() -> None:
    found = items(
        Report(
            troubles=(Trouble("a.md", "gone"), Trouble("a.md", "again")),
            notices=(Notice("G101", "stale", "errata.toml", Place(3, 1, 2)),),
        )
    )
    assert [(item.id, item.outcome) for item in found] == [
        ("errata.toml::G101-line-3", Outcome.FAILED),
        ("a.md::check", Outcome.ERROR),
        ("a.md::check-2", Outcome.ERROR),
    ]


def test_an_argument_may_be_called_layer() -> None:
    argument = ArgumentCheck("layer", (1,), "float64", LayerVerdict.PASS)
    found = items(Report(layers=(Layer("a.py:f", LayerVerdict.PASS, (argument,)),)))
    assert [item.name for item in found] == ["layer", "layer-2"]


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.target)
def test_layers_fail_as_the_command_does(layer: Layer, strict: bool) -> None:
    whole = Report(layers=(layer,), strict=strict)
    outcomes = {item.outcome for item in items(whole)}
    expected = 2 if Outcome.ERROR in outcomes else 1 if Outcome.FAILED in outcomes else 0
    assert exit_code(whole) == expected
