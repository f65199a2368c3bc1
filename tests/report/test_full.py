"""What people read: carets stand where they should, and the rest is as it was agreed."""

from collections.abc import Callable, Mapping

import pytest

from gradcheck.model import Claim, Document, Place, Report, Verdict
from gradcheck.report import full
from gradcheck.report.excerpt import cut
from gradcheck.report.style import display_width

Golden = Callable[[str, str], None]


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_golden(report: Report, sources: Mapping[str, str], golden: Golden, verbosity: int) -> None:
    golden(f"full.{verbosity}.txt", full.render(report, sources, verbosity=verbosity))


def test_golden_in_color(report: Report, sources: Mapping[str, str], golden: Golden) -> None:
    golden("full.color.txt", full.render(report, sources, color=True).replace("\x1b", "ESC"))


def test_color_only_adds_codes(report: Report, sources: Mapping[str, str]) -> None:
    import click

    assert click.unstyle(full.render(report, sources, color=True)) == full.render(report, sources)


@pytest.mark.parametrize("width", [40, 60, 100, 1000])
def test_source_lines_fit(report: Report, sources: Mapping[str, str], width: int) -> None:
    rows = full.render(report, sources, width=width).splitlines()
    assert all(display_width(row) <= width for row in rows if " | " in row)


def test_a_document_cannot_steer_the_terminal(report: Report, sources: Mapping[str, str]) -> None:
    assert "\x1b" not in full.render(report, sources)


def test_nothing_found() -> None:
    place = Place(1, 1, 2)
    held = Claim("eq-1", None, place, place, "a = a", Verdict.HOLDS, scope="sizes 2, 3, 4")
    text = full.render(Report((Document("a.md", "a", (), (held,)),)), {"a.md": "="})
    assert text.endswith("No finding in 1 claim in 1 document; 1 proved at small sizes only.\n")


def test_worst_first(report: Report, sources: Mapping[str, str]) -> None:
    heads = [row for row in full.render(report, sources).splitlines() if row.startswith(("error", "warning"))]
    assert [head[: head.index("]") + 1] for head in heads] == [
        *("error[D101]", "error[D301]", "error[D401]", "error[D405]"),
        *("warning[D502]", "warning[D501]"),
    ]


@pytest.mark.parametrize("column", range(1, 202, 8))
@pytest.mark.parametrize("length", [1, 7, 60])
@pytest.mark.parametrize("filler", ["abcdefgh", "x̂y漢\t"])
def test_the_caret_stands_under_its_character(column: int, length: int, filler: str) -> None:
    line = (filler * 40)[: column - 1] + "#" * length + filler * 20
    part = cut(line, column - 1, column - 1 + length, 40)
    assert display_width(part.text) <= 40
    before = part.text[: part.text.index("#")]
    assert display_width(before) == part.indent
    assert part.length == part.text.count("#")


@pytest.mark.parametrize("place", [Place(1, 4, 5), Place(1, 99, 120), Place(7, 1, 2)])
def test_a_place_past_the_end_is_shown_all_the_same(place: Place) -> None:
    lost = Claim("eq-1", None, place, place, "a", Verdict.UNREAD, code="D502")
    assert "^" in full.render(Report((Document("a.md", "a", (), (lost,)),)), {"a.md": "a ="})
