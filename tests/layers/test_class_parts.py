"""The parts of which the adapters for classes are made, each by itself."""

from __future__ import annotations

import ast
import copy
from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from gradcheck.layers.adapters.backward_roles import Given, Reading, prediction_of, roles
from gradcheck.layers.adapters.class_source import source_of
from gradcheck.layers.adapters.contexts import Context
from gradcheck.layers.adapters.places import ABSENT, Step, attribute, read, remove, shown, walk, write
from gradcheck.layers.adapters.returned_gradients import Receivers, gradients_returned
from gradcheck.layers.adapters.snapshots import Snapshot
from gradcheck.layers.adapters.spy_optimizer import SpyOptimizer
from gradcheck.layers.errors import BadGradient
from gradcheck.layers.naming import gradient_of
from gradcheck.layers.target import Parameter

Pair = namedtuple("Pair", "left right")


class Holder:
    def __init__(self) -> None:
        self.W = np.ones(2)
        self.params = {"W": self.W, "lists": [np.zeros(1), (np.ones(3), "text")]}
        self.pair = Pair(np.ones(1), 2.0)
        self.me = self


def test_every_place_is_walked_once() -> None:
    places = [shown(place) for place, _ in walk(Holder())]
    assert len(set(places)) == len(places)
    assert {"W", "params.W", "params.lists[1][0]", "pair[0]", "me"} <= set(places)
    assert not any(place.startswith("me.") for place in places)


def test_places_are_read_written_and_removed() -> None:
    holder = Holder()
    inner = (Step("params", True), Step("lists", False), Step(1, False), Step(0, False))
    write(holder, inner, 5)
    assert read(holder, inner) == 5
    assert holder.params["lists"][1] == (5, "text")
    write(holder, (Step("pair", True), Step(1, False)), 3.0)
    assert holder.pair.right == 3.0
    remove(holder, attribute("W"))
    assert read(holder, attribute("W")) is ABSENT
    assert read(holder, (Step("params", True), Step("none", False))) is ABSENT


def test_a_snapshot_knows_what_was_written_and_puts_it_back() -> None:
    holder = Holder()
    original = holder.W
    snapshot = Snapshot(holder)
    assert snapshot.written() == set()
    holder.W *= 2
    holder.new = np.ones(1)  # type: ignore[attr-defined]
    holder.params["lists"].append(1)
    holder.pair = None  # type: ignore[assignment]
    written = snapshot.written()
    assert {shown(p) for p in written} >= {"W", "new", "params.lists", "pair"}
    snapshot.restore(written)
    assert holder.W is original and np.array_equal(original, np.ones(2))
    assert not hasattr(holder, "new") and len(holder.params["lists"]) == 2 and holder.pair is not None
    assert snapshot.written() == set()


def test_a_snapshot_refills_what_was_used_up() -> None:
    holder = Holder()
    snapshot = Snapshot(holder)
    holder.params["lists"].pop()
    del holder.params["W"]
    holder.W = None  # type: ignore[assignment]
    del holder.pair
    snapshot.refill()
    assert snapshot.written() == set()


ROLES = [
    ("dvalues", "inputs", "upstream"),
    ("dout cache", "x", "upstream cache"),
    ("output_error learning_rate", "input_data", "upstream rate"),
    ("rate delta x", "x", "rate upstream input"),
    ("bottom top_diff", "bottom", "input upstream"),
    ("dA Z", "Z", "upstream input"),
    ("dh_next dc_next", "x h_prev c_prev", "upstream upstream"),
    ("output_gradient optimizer", "input", "upstream optimizer"),
    ("y_true y_pred", "y_true y_pred", "input input"),
    ("grad alpha", "x", "upstream rate"),
    ("whatever", "x", "upstream"),
    ("dout strength", "x", "upstream extra"),
    ("dout out", "x", "upstream output"),
]


@pytest.mark.parametrize(("own", "inputs", "due"), ROLES)
def test_roles_are_read_off_names(own: str, inputs: str, due: str) -> None:
    reading = Reading(tuple(inputs.split()))
    found = roles([Parameter(n) for n in own.split()], reading)
    assert " ".join(r.given.value for r in found) == due


def test_what_decides_between_readings_of_one_name() -> None:
    def given(**facts: Any) -> list[Given]:
        return [r.given for r in roles([Parameter("x")], Reading(("x",), **facts))]

    assert given() == [Given.UPSTREAM]
    assert given(has_memory=False) == [Given.INPUT]
    assert given(is_derivative=True) == [Given.INPUT]


@pytest.mark.parametrize(
    ("inputs", "due"),
    [
        ("y p", "p"),
        ("y t", "y"),
        ("x y", "x"),
        ("y_true y_pred", "y_pred"),
        ("a y", "a"),
        ("input target", "input"),
    ],
)
def test_the_prediction_of_a_loss(inputs: str, due: str) -> None:
    assert prediction_of(inputs.split()) == due


class Updating:
    def __init__(self) -> None:
        self.n = 0
        self.params = [1, 2]

    def forward(self, x: Any) -> Any:
        W, b = self.params
        self.n += 1
        self.mean = 0.9 * self.mean + 0.1 * x
        self.out = W * x
        self.out += b
        self.helper(x)
        return self.out

    def helper(self, x: Any) -> None:
        if self.table is None:
            self.table = np.ones(3)
            self.built = True
        self.kept["total"] += x

    def stub(self) -> None:
        """Only words."""

    def forwarded(self) -> Any:
        return self.stub()


def test_what_a_source_tells() -> None:
    source = source_of(Updating)
    updates = {ast.unparse(node) for node in source.own_updates("forward")}
    assert updates == {"self.n", "self.mean", "self.kept['total']"}
    assert source.built_lazily("forward") == {"table", "built"}
    assert source.entries_of("params") == ("W", "b")
    assert [source.is_stub(n) for n in ("stub", "forwarded", "helper", "nothing")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_class_without_source_tells_nothing() -> None:
    space: dict[str, Any] = {"__name__": "nowhere"}
    exec("class Bare:\n    def forward(self, x): return self.y", space)
    source = source_of(space["Bare"])
    assert (source.methods, source.reads("forward"), source.is_stub("forward")) == ({}, [], False)


def test_a_spy_moves_weights_and_is_its_own_copy() -> None:
    spy = SpyOptimizer()
    assert copy.copy(spy) is spy and copy.deepcopy(spy) is spy
    w, g = np.ones(2), np.array([3.0, 4.0])
    spy.start([w])
    for moved in (spy(g, w), spy.get_update(w, g, "W")):
        assert moved is not w and np.array_equal(moved, w - g)
    assert np.array_equal(spy.gradients({"w": w})["w"], g)
    spy.start([w])
    assert np.array_equal(spy.compute(g), g)
    assert spy.gradients({"w": w})["w"] is g
    assert spy.step() is None and spy.lr == 1.0


def test_a_spy_moves_in_place_if_nobody_takes_the_result() -> None:
    spy, w, g = SpyOptimizer(), np.ones(2), np.array([3.0, 4.0])
    spy.start([w])
    spy.step("W", w, g)
    assert np.array_equal(w, 1 - g)


@pytest.mark.parametrize("is_first", [True, False])
def test_a_spy_moves_collections(is_first: bool) -> None:
    spy, w, g = SpyOptimizer(), np.ones(2), np.array([3.0, 4.0])
    weights, gradients = {"w": w}, {"w": g}
    pair = (weights, gradients) if is_first else (gradients, weights)
    spy.start([w])
    new = spy.step(*pair)
    assert new is not weights and np.array_equal(new["w"], 1 - g) and weights["w"] is w
    assert spy.gradients({"w": w})["w"] is g
    spy.step(*pair)
    assert np.array_equal(weights["w"], 1 - g) and np.array_equal(w, np.ones(2))
    held = [w]
    spy.step(held, [g])
    assert np.array_equal(held[0], 1 - g)
    assert np.array_equal(spy.step((w,), (g,))[0], 1 - g)


def test_a_context_gives_back_what_it_was_given() -> None:
    context = Context(2)
    context.save_for_backward(1)
    assert context.retrieve() == 1 and context.saved_tensors == (1,)
    context.save(2)
    assert context.saved_arrays == (1, 2) and context.needs_input_grad == (True, True)


def test_returned_gradients_are_assigned_to_what_they_fit() -> None:
    receivers = Receivers({"x": (4, 3)}, {"labels": (4,)}, {"W": (3, 2), "b": (2,)})
    dx, dW, db = np.ones((4, 3)), np.ones((3, 2)), np.ones(2)
    assert set(gradients_returned(dx, (), receivers)) == {"x"}
    assert set(gradients_returned((dx, dW, db), ("", "", ""), receivers)) == {"x", "W", "b"}
    assert gradients_returned((dx, None), ("", ""), receivers)["labels"] is None
    assert gradients_returned((dW, db), ("dW", "db"), receivers)["W"] is dW
    assert gradients_returned((dx, {"W": dW, "db": db}), ("dx", "grads"), receivers)["b"] is db
    assert gradients_returned(dW, ("",), Receivers({}, {"ids": (3,)}, {"W": (3, 2)})) == {"W": dW}
    assert gradients_returned(None, (), receivers) == {}
    with pytest.raises(BadGradient):
        gradients_returned((dx, dW, db, db, db, db), (), receivers)


SYNONYMS = [
    ("dW", "weights biases", "weights"),
    ("db", "weights biases", "biases"),
    ("weights_error", "weights", "weights"),
    ("grad_bias", "W b", "b"),
    ("dW", "w1 w2", None),
]


@pytest.mark.parametrize(("name", "arguments", "due"), SYNONYMS)
def test_names_of_gradients_by_another_word(name: str, arguments: str, due: str | None) -> None:
    assert gradient_of(name, arguments.split()) == due
