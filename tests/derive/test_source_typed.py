"""Definitions typed on a command line become a document that reads like any other."""

import pytest

from gradcheck.deriving.source import forwards
from gradcheck.deriving.typed import definitions_as_document, is_bare


@pytest.mark.parametrize(
    "lines",
    [
        [r"u_i = x_i^2", r"y_i = \gamma u_i"],
        [r"u_i = x_i^2; y_i = \gamma u_i"],
        ["u_i = x_i^2\ny_i = \\gamma u_i\n"],
        [r"u_i = x_i^2 \\ y_i = \gamma u_i"],
        [r"$u_i = x_i^2$; $$y_i = \gamma u_i$$;"],
        ["u_i = x_i^2; y_i = γ u_i"],
    ],
)
def test_every_way_to_type_two_definitions_is_the_same(lines: list[str]) -> None:
    (forward,) = forwards("<definitions>", definitions_as_document(lines))
    assert list(forward.graph.nodes) == ["u", "y"]
    assert forward.graph.leaves == {"x": ("|i|",), r"\gamma": ()}


def test_cases_stay_whole() -> None:
    line = r"y_i = \begin{cases} x_i & x_i > 0 \\ 0 & x_i \leq 0 \end{cases}; z_i = y_i^2"
    (forward,) = forwards("<definitions>", definitions_as_document([line]))
    assert list(forward.graph.nodes) == ["y", "z"]


def test_lines_count_definitions() -> None:
    assert definitions_as_document(["a = b; ; c = d", "e = f"]).count(b"\n") == 3


@pytest.mark.parametrize(
    ("text", "bare"), [("y_i = x_i^2\n", True), ("# A\n$$y = x$$", False), ("$y$", False)]
)
def test_bare_formulas_are_told_from_documents(text: str, bare: bool) -> None:
    assert is_bare(text) is bare
