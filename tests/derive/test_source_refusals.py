"""What is refused, and where: a definition that may mean something else is not derived from."""

import pytest

from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.source import forwards, read_forwards
from gradcheck.deriving.typed import definitions_as_document

REFUSED = {
    r"y_i = x_j": (1, 9, "the index j stands in the definition of y, and nothing binds it"),
    r"L = -\log p_c; p_i = \frac{e^{s_i}}{\sum_k e^{s_k}}": (1, 13, "p_{c} is read as one name"),
    r"L = \sum_j \exp(s_j) - s_c": (1, 26, "the index c stands in the definition of L"),
    r"y_{ib} = \sum_j p_{ij} v_{jb}": (1, 26, "nothing shows that b is an index"),
    r"a_i = b_i + 1; b_i = a_i x_i": (2, 9, "a circular definition: b → a → b"),
    r"a_i = b_i; b_i = c_i; c_i = a_i + 1": (3, 9, "a circular definition: c → a → b → c"),
    r"x_i = x_i + 1": (1, 9, "a circular definition: x → x"),
    r"y_i = a x_i; y_i = b x_i": (2, 9, "y is defined in line 1 already, and differently"),
    r"y = f(x)": (1, 7, "f is applied like a function, and nothing defines it"),
    r"y_i = \operatorname{foo}(x_i + 1)": (1, 9, "the function foo is not known here"),
    r"y_i = \mathrm{foo}(x_i + 1)": (1, 9, "applied like a function"),
    r"y_{nd} = x_{nd} - \frac{1}{N} \sum_{n=1}^N x_{nd}": (1, 12, "nothing shows that d is an index"),
    r"p_i = \sum_{k=1}^n \exp(x_{ik}); k_j = \sum_i p_i w_{ij}": (2, 9, "k is defined here, and an index"),
    r"y_i = \max_j x_{ij}": (1, 9, "the definition of y cannot be read"),
    r"m_i = \max_j x_{ij}; y_i = m_i^2": (1, 9, "the definition of m cannot be read"),
    r"y_i = x_{\arg\max_j x_{ij}}": (1, 12, "a subscript that is computed"),
    r"y_{ij} = \sum_u \sum_v x_{i+u,j+v} w_{uv}": (1, 29, "a subscript that is computed"),
    r"y_i = \prod_j x_{ij}": (1, 9, r"\prod is not read"),
    r"y_i = x_i +": (1, 13, "ends where a quantity was expected"),
    r"y_i = \int x_i": (1, 9, "outside what is read here"),
    r"y_i = x_{ij}; z_i = x_i": (2, 9, "x has 1 index here and 2 elsewhere"),
    r"z_{ij} = x_{ij}; y_i = z_i": (2, 9, "z has 1 index here and 2 elsewhere"),
    r"y_i = x_i, if x_i > 0": (1, 9, "y is defined under a condition only"),
    r"y = \lVert x \rVert^2": (1, 7, "the length of what is read as a number"),
    r"y = target x": (1, 7, "`target` is a product of 6 letters"),
    r"y = gamma x": (1, 7, "`gamma` is a product of 5 letters"),
    r"gamma = x^2; y = \gamma x": (1, 3, "its left side is not a symbol alone"),
    r"x + 1 = y": (1, 3, "its left side is not a symbol alone"),
    r"x": (0, 0, "nothing is defined here"),
    "": (0, 0, "empty"),
}


@pytest.mark.parametrize("definitions", REFUSED)
def test_a_reason_with_its_place(definitions: str) -> None:
    line, column, reason = REFUSED[definitions]
    with pytest.raises(CannotDerive) as caught:
        forwards("x.md", definitions_as_document([definitions]))
    stop = caught.value
    assert reason in stop.reason
    assert (stop.path, stop.line, stop.column) == ("x.md", line, column)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bytes(range(256)), "binary"),
        (b"\xff\xfe\xfd", ""),
        (b"$$y_i = " + b"(" * 500 + b"x" + b")" * 500 + b"$$", "nested"),
        (b"$$y_i = " + b"+".join([b"x_i"] * 30_000) + b"$$", "tokens"),
        (b"# Nothing\n\nWords alone.\n", "nothing is defined"),
        (b"```gradcheck\nfixd = ['t']\n```\n$$y = x^2$$", "did you mean `fixed`"),
        (b"```gradcheck\nfixed = 3\n```\n$$y = x^2$$", "must be a list"),
        (b"```gradcheck\nfixed = ['q']\n```\n$$y = x^2$$", "which no definition uses"),
    ],
)
def test_documents_that_cannot_be_used(data: bytes, reason: str) -> None:
    with pytest.raises(CannotDerive) as caught:
        forwards("x.md", data)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    "definitions",
    [
        r"u_i = \frac{x_i - m}{s}; x_i = s u_i + m",
        r"y_i = x_i^2; y_i = x_i x_i",
        r"p_i = \frac{e^{x_i}}{\sum_k e^{x_k}}; \sum_i p_i = 1",
        r"\hat y_i = a (x_i + 1); z_i = \hat y_i (1 - \hat y_i)",
        r"c_t = f_t c_{t-1} + i_t g_t",
        r"y_i = \sum_{j \neq i} x_j",
    ],
)
def test_what_follows_from_the_definitions_does_no_harm(definitions: str) -> None:
    assert forwards("x.md", definitions_as_document([definitions]))


def test_a_loss_that_cannot_be_read_is_not_passed_over() -> None:
    text = r"""
$$h_i = x_i^2$$
$$L = \prod_i h_i$$
$$\frac{\partial L}{\partial x_i} = 0$$
"""
    with pytest.raises(CannotDerive, match="the definition of L cannot be read"):
        forwards("x.md", text.encode())


def test_a_capital_that_is_read_as_a_number_is_noted() -> None:
    found = read_forwards("x.md", definitions_as_document([r"h_t = \tanh(W h_{t-1} + b)"]))
    assert [n.partition(";")[0] for n in found.notes] == [
        "read as a number, not as an array: W",
        "h_{t-1} is read as a quantity of its own, not as an entry of h: this is one step",
    ]
