"""What is differentiated by: names as people type them, and what is held fixed unasked."""

import pytest

from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.asked import find_symbol, split_asked
from gradcheck.deriving.source import forwards
from gradcheck.deriving.typed import definitions_as_document

LAYER = [
    r"a_{ik} = \sum_{j=1}^D x_{ij} W^{(1)}_{jk} + b_k; \hat{a}_{ik} = \frac{a_{ik}}{\sigma_{B} + \epsilon};"
    r" y_{ik} = \gamma_k \hat a_{ik}"
]
DOCUMENT = definitions_as_document(LAYER)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("gamma", r"\gamma"),
        (r"\gamma", r"\gamma"),
        ("γ", r"\gamma"),
        ("gamma_k", r"\gamma"),
        ("a_hat", r"\hat{a}"),
        (r"\hat a", r"\hat{a}"),
        ("â", r"\hat{a}"),
        ("x_{ij}", "x"),
        ("sigma_B", r"\sigma_{B}"),
        ("W1", "W^{(1)}"),
        ("W^{(1)}", "W^{(1)}"),
        ("w1", "W^{(1)}"),
        ("varepsilon", r"\epsilon"),
        ("a", "a"),
    ],
)
def test_names_are_met_half_way(typed: str, name: str) -> None:
    (forward,) = forwards("x.md", DOCUMENT, wrt=(typed,))
    assert forward.wrt == (name,)
    assert name not in forward.fixed


def test_case_tells_symbols_apart() -> None:
    assert find_symbol("w", ["W", "w"]) == "w"
    assert find_symbol("Q", ["w", "q"]) == "q"
    assert find_symbol("x", [r"\mathbf{x}", "y"]) == r"\mathbf{x}"


def test_several_names_in_one_argument() -> None:
    assert split_asked(["x, gamma", "W_{i,j}"]) == ("x", "gamma", "W_{i,j}")
    (forward,) = forwards("x.md", DOCUMENT, wrt=("gamma,x", "b"))
    assert forward.wrt == (r"\gamma", "x", "b")
    assert set(forward.fixed) == {"W^{(1)}", r"\sigma_{B}", r"\epsilon"}


def test_a_name_that_is_nearly_right() -> None:
    with pytest.raises(CannotDerive) as caught:
        forwards("x.md", DOCUMENT, wrt=("gama",))
    assert caught.value.help == r"did you mean \gamma?"


def test_a_name_that_is_unknown() -> None:
    with pytest.raises(CannotDerive, match="no output depends on q") as caught:
        forwards("x.md", DOCUMENT, wrt=("q",))
    assert r"\gamma" in caught.value.help


def test_the_loss_itself_is_refused() -> None:
    with pytest.raises(CannotDerive, match="the loss itself"):
        forwards("x.md", definitions_as_document(["L = x^2"]), wrt=("L",))


def test_topics_that_do_not_depend_on_it_are_left_out() -> None:
    two = definitions_as_document(["y_i = x_i^2; q_j = z_j^3"])
    (forward,) = forwards("x.md", two, wrt=("z",))
    assert forward.outputs == ("q",)


def test_what_is_usually_fixed() -> None:
    (forward,) = forwards("x.md", DOCUMENT)
    assert forward.fixed == (r"\epsilon",)
    (forward,) = forwards("x.md", definitions_as_document(["L = \\sum_i (y_i - x_i)^2"]))
    assert (forward.wrt, forward.fixed) == (("x",), ("y",))


def test_something_is_always_differentiated_by() -> None:
    (forward,) = forwards("x.md", definitions_as_document([r"L = \epsilon^2"]))
    assert forward.wrt == (r"\epsilon",)
