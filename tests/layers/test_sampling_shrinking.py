"""The sizes in a choice, and smaller ones in their place."""

import numpy as np
import pytest

from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.sampling.shrinking import resized, sizes_of
from gradcheck.layers.sampling.specs import Fixed


def choice(**texts: str) -> dict:
    return {name: parse(text) for name, text in texts.items()}


def shrunk(sizes: dict[int, int], **texts: str) -> dict[str, str]:
    return {name: str(value) for name, value in resized(choice(**texts), sizes).items()}


def test_sizes_are_distinct_greater_than_one_and_fall() -> None:
    assert sizes_of(choice(x="normal(64, 32)", b="normal(1, 32)", y="integers(0, 10, 64)")) == (64, 32, 10)
    assert sizes_of(choice(p='{"w": normal(7, 5), "stride": 9}', a="array([1.0, 2.0])")) == (7, 5, 2)
    assert sizes_of(choice(n_in="32", stride="2", input_shape="(3, 8)", eps="0.1", mode='"x"')) == (32, 8, 3)
    assert sizes_of({}) == ()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"x": "normal(64, 32)"}, {"x": "normal(2, 3)"}),
        ({"x": "normal(64, 32, std=2, dtype=float32)"}, {"x": "normal(2, 3, std=2, dtype=float32)"}),
        ({"y": "integers(0, 32, 64)"}, {"y": "integers(0, 3, 2)"}),
        ({"y": "integers(5, 32, 64)"}, {"y": "integers(5, 32, 2)"}),
        ({"y": "integers(-1, 32, 64)"}, {"y": "integers(-1, 3, 2)"}),
        ({"y": "integers(-1, 31, 64)"}, {"y": "integers(-1, 31, 2)"}),
        ({"y": "integers(-9, -2, 64)"}, {"y": "integers(-9, -2, 2)"}),
        ({"n_in": "32", "n_out": "64"}, {"n_in": "3", "n_out": "2"}),
        ({"stride": "32", "axis": "64"}, {"stride": "32", "axis": "64"}),
        ({"input_shape": "(64, 32)"}, {"input_shape": "(2, 3)"}),
        (
            {"cfg": '{"n_in": 32, "pad": 64, "w": normal(32)}'},
            {"cfg": '{"n_in": 3, "pad": 64, "w": normal(3)}'},
        ),
        ({"a": "full(64, value=32)"}, {"a": "full(2, value=32)"}),
        ({"s": "spd(32)"}, {"s": "spd(3)"}),
        ({"t": '"64"', "flag": "true"}, {"t": '"64"', "flag": "True"}),
    ],
)
def test_sizes_are_replaced_where_they_are_sizes(before: dict[str, str], after: dict[str, str]) -> None:
    assert shrunk({64: 2, 32: 3}, **before) == after


def test_sizes_are_exchanged_at_once() -> None:
    assert shrunk({4: 3, 3: 2}, x="normal(4, 3)") == {"x": "normal(3, 2)"}


def test_arrays_are_cut() -> None:
    assert shrunk({3: 2}, a="array([[1, 2, 3], [4, 5, 6]])") == {"a": "array([[1, 2], [4, 5]])"}


def test_an_array_without_axes_stays_an_array() -> None:
    assert shrunk({3: 2}, a="array(3.0)") == {"a": "array(3.0)"}


@pytest.mark.parametrize("size", [0, 1])
def test_a_batch_of_one_and_none_can_be_drawn(size: int) -> None:
    small = resized(choice(x="normal(64, 32)", y="integers(0, 10, 64)", t="onehot(64, 10)"), {64: size})
    assert [np.shape(v) for v in draw_all(small, 0).values()] == [(size, 32), (size,), (size, 10)]


def test_the_sizes_of_loaded_arrays_inside_containers() -> None:
    inner = Fixed(np.ones((2, 3)), "load('x.npy')")
    outer = Fixed({"x": inner})
    assert (outer.sizes, outer.elements) == ((2, 3), 6)
    assert str(outer) == "{\"x\": load('x.npy')}"
    assert outer.resized({3: 1}).draw(np.random.default_rng(0))["x"].shape == (2, 1)
