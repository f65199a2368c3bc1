"""Names that the reader takes for something else are refused, not derived from."""

import pytest

from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.source import forwards
from gradcheck.deriving.typed import definitions_as_document

REFUSED = {
    r"\pi_k = \frac{e^{z_k}}{\sum_j e^{z_j}}": "the number π",
    r"d = \sqrt{x^2 + y^2}": "the sign of a derivative",
    r"y_n = w_0 + \sum_{i=1}^p w_i x_{ni}": "an entry 0",
    r"y_i = i x_i": "the position i as a number",
    r"y_j = x_j + d_j": "read as one number, though j is an index",
    r"y_{\alpha} = \sum_\beta w_{\alpha\beta} x_\beta": r"\beta as an index",
    r"f = \theta^\top x": "transposed, but read as a number",
    r"f = w^\top x + b": "what it is multiplied with is read as a number",
    r"y = V \tanh(W x + b)": "V and W are read as numbers",
    r"y = 3": "nothing here depends on anything",
    r"i = \sigma(W_i x + b_i)": "a quantity here, and an index in `W_i`",
}
TAKEN = [
    r"p_k = \frac{e^{z_k}}{\sum_j e^{z_j}}",
    r"y_n = b + \sum_{i=1}^p w_i x_{ni}",
    r"y_j = x_j + s_j",
    r"x \in \mathbb{R}^n; w \in \mathbb{R}^n; f = w^\top x + b",
    r"L = C \sum_i x_i^2",
    r"y_i = \pi x_i e^{x_i}",
    r"h_i = \sigma(W_{\text{in}} x_i + b_{\text{in}})",
]


@pytest.mark.parametrize("text", REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(CannotDerive) as refused:
        forwards("typed.md", definitions_as_document([text]))
    assert REFUSED[text] in refused.value.reason and refused.value.help


@pytest.mark.parametrize("text", TAKEN)
def test_taken(text: str) -> None:
    (forward,) = forwards("typed.md", definitions_as_document([text]))
    assert forward.wrt
