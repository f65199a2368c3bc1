"""The text of an item is what the command prints of it."""

from collections.abc import Mapping
from dataclasses import replace

import click
import pytest
from gate_report import KNOWN, SUPPRESSED
from hostile_report import reports
from hypothesis import given, settings

from gradcheck.items import Item, Outcome, items
from gradcheck.model import Report, Trouble
from gradcheck.report import full
from gradcheck.report.item_text import item_text, trouble_line

Sources = Mapping[str, str]


def named(report: Report, name: str) -> Item:
    return next(item for item in items(report) if item.id == name)


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
@pytest.mark.parametrize("color", [False, True])
def test_every_text_stands_in_the_full_report(
    gate_report: Report, gate_sources: Sources, verbosity: int, color: bool
) -> None:
    printed = full.render(gate_report, gate_sources, verbosity=verbosity, color=color, width=70)
    for item in items(replace(gate_report, troubles=())):
        for text in item_text(item, gate_sources, verbosity=verbosity, color=color, width=70).split("\n\n"):
            assert text in printed


def test_nothing_that_the_full_report_tells_is_missing(gate_report: Report, gate_sources: Sources) -> None:
    texts = [item_text(item, gate_sources) for item in items(replace(gate_report, troubles=()))]
    told = sorted(text for joined in texts if joined for text in joined.split("\n\n"))
    blocks = full.render(gate_report, gate_sources, verbosity=-1).rstrip("\n").split("\n\n")
    assert told == sorted(block for block in blocks if "final results" not in block and "SymPy" not in block)


def test_a_wrong_claim(report: Report, sources: Sources) -> None:
    text = item_text(named(report, "notes/batch norm.md::eq-2"), sources)
    assert text.startswith("error[D101]: equation (8): the right side is not the derivative of l by s\n")
    assert "at m = 3, i = 1, the right side is 3/4, the true value is -1/8" in text
    assert text.endswith("check just this one: gradcheck doc 'notes/batch norm.md' --only eq-2")


def test_several_problems_are_a_blank_line_apart(gate_report: Report, gate_sources: Sources) -> None:
    text = item_text(named(gate_report, "layers.py:relu::layer"), gate_sources)
    assert [part[: part.index("]") + 1] for part in text.split("\n\n")] == ["error[L301]", "warning[L302]"]


def test_an_item_that_holds_has_no_text(report: Report, sources: Sources) -> None:
    assert item_text(named(report, "b.md::eq-2"), sources) == ""


def test_a_known_erratum_says_so(gate_report: Report, gate_sources: Sources) -> None:
    text = item_text(named(gate_report, "notes/batch norm.md::eq-2"), gate_sources)
    assert KNOWN.reason in text and "help" not in text


def test_what_is_suppressed_is_told_where_more_is_asked_for(
    gate_report: Report, gate_sources: Sources
) -> None:
    item = named(gate_report, "notes/batch norm.md::eq-6")
    assert item_text(item, gate_sources) == ""
    assert SUPPRESSED.reason in item_text(item, gate_sources, verbosity=1)


def test_color_only_adds_codes(gate_report: Report, gate_sources: Sources) -> None:
    for item in items(gate_report):
        assert click.unstyle(item_text(item, gate_sources, color=True)) == item_text(item, gate_sources)


def test_a_notice(gate_report: Report, gate_sources: Sources) -> None:
    item = named(gate_report, "notes/errata.toml::G101-line-12")
    assert item_text(item, gate_sources).startswith("error[G101]: the formula is no longer wrong")


def test_a_trouble_reads_as_on_standard_error(report: Report, sources: Sources) -> None:
    troubled = [item for item in items(report) if item.outcome is Outcome.ERROR]
    assert [item_text(item, sources) for item in troubled] == [
        "gradcheck: gone.md: cannot be read: No such file or directory",
        "gradcheck: c.md:1:2: x",
    ]


def test_a_trouble_cannot_steer_the_terminal() -> None:
    assert trouble_line(Trouble("a\x1b[2J.md", "no\nsuch")) == "gradcheck: a␛[2J.md: no␊such"


def test_without_the_sources(report: Report) -> None:
    assert all(item_text(item, {}) for item in items(report) if item.outcome is Outcome.FAILED)


@settings(max_examples=50, deadline=None)
@given(reports())
def test_hostile_texts(drawn: tuple[Report, dict[str, str]]) -> None:
    report, sources = drawn
    for item in items(report):
        text = item_text(item, sources)
        assert "\x1b" not in text and "\u202e" not in text
        text.encode()
