"""The drawing of a graph: arrows lead to the right, boxes keep apart, few arrows cross, names can be read."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from printed_layers import LAYERS, derivation_of

from gradcheck.derive.printing.layering import layered
from gradcheck.derive.printing.layout import HEIGHT, laid_out
from gradcheck.derive.printing.svg import drawing, render
from gradcheck.derive.printing.view import View

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def graphs(draw: st.DrawFn) -> tuple[dict[str, float], list[tuple[str, str]]]:
    count = draw(st.integers(1, 9))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] < p[1])
    arrows = draw(st.lists(pairs, max_size=14)) if count > 1 else []
    widths = {f"v{k}": draw(st.floats(20, 120)) for k in range(count)}
    return widths, [(f"v{a}", f"v{b}") for a, b in arrows]


@given(graphs())
@settings(deadline=None, derandomize=True)
def test_arrows_lead_to_the_right_and_boxes_keep_apart(
    graph: tuple[dict[str, float], list[tuple[str, str]]],
) -> None:
    widths, arrows = graph
    layout = laid_out(widths, arrows)
    assert set(layout.boxes) == set(widths)
    assert set(layout.curves) == set(arrows)
    for tail, head in arrows:
        xs = [x for x, _ in layout.curves[tail, head]]
        assert xs == sorted(xs)
        assert layout.boxes[tail].x < layout.boxes[head].x
    for one, other in combinations(layout.boxes.values(), 2):
        beside = abs(one.x - other.x) >= (one.width + other.width) / 2
        assert beside or abs(one.y - other.y) >= HEIGHT
    for box in layout.boxes.values():
        assert box.width / 2 < box.x < layout.width - box.width / 2
        assert HEIGHT / 2 < box.y < layout.height - HEIGHT / 2


def test_crossings_that_can_be_avoided_are() -> None:
    rows = layered("abxy", [("a", "y"), ("b", "x")]).rows
    assert rows in ((("a", "b"), ("y", "x")), (("b", "a"), ("x", "y")))


def test_an_input_stands_just_before_its_first_use() -> None:
    rows = layered("xgabc", [("x", "a"), ("a", "b"), ("b", "c"), ("g", "c")]).rows
    assert [len(row) for row in rows] == [1, 1, 2, 1]
    assert "g" in rows[2]


def test_a_graph_without_arrows_can_be_drawn() -> None:
    assert laid_out({"a": 40.0, "b": 40.0}, []).boxes.keys() == {"a", "b"}


@pytest.mark.parametrize("name", LAYERS)
def test_is_a_file_of_its_own_with_every_quantity(name: str) -> None:
    forward = derivation_of(name).forward
    root = ElementTree.fromstring(render(derivation_of(name), View()))
    loss = 0 if forward.loss_is_defined else 1
    names = {*forward.graph.nodes, *forward.graph.leaves}
    assert len(root.findall(f"{SVG}rect")) == len(root.findall(f"{SVG}text")) == len(names) + loss
    assert root.find(f"{SVG}style") is not None


def test_parts_are_drawn_differently() -> None:
    root = ElementTree.fromstring(render(derivation_of("batchnorm"), View()))
    parts = [rect.get("class", "").split()[1] for rect in root.findall(f"{SVG}rect")]
    assert set(parts) == {"input", "fixed", "quantity", "output", "loss"}


def test_names_are_text_with_scripts() -> None:
    root = ElementTree.fromstring(render(derivation_of("batchnorm"), View()))
    labels = ["".join(text.itertext()) for text in root.findall(f"{SVG}text")]
    assert "σ2" in labels and "x̂" in labels


def test_vertices_link_to_where_they_are_told() -> None:
    root = ElementTree.fromstring(drawing(derivation_of("affine").forward, {"x": "#there"}))
    assert [a.get("href") for a in root.findall(f"{SVG}a")] == ["#there"]
