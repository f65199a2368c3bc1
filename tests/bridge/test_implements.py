"""Right layers implement formulas, wrong ones a formula as printed; names, order and layout do not matter."""

import bridged_layers as b
import pytest

from gradcheck.builtin import builtin_directory
from gradcheck.model import Implemented, LayerVerdict, Verdict
from gradcheck.report.implemented_words import sentence

CORPUS = b.PAPERS.parents[1] / "corpus"
AGARWAL = builtin_directory() / "batchnorm-agarwal.md"


def labels(found: Implemented | None) -> set[str | None]:
    """The equations that a gradient is, as printed."""
    assert found is not None and not found.edit and found.through is None
    return {found.label, *(other.label for other in found.alternatives)}


RIGHT = [
    (b.BATCHNORM.format(**b.BATCHNORM_RIGHT), "batchnorm.md", {}, [{"10", "11"}, {"5"}, {"6"}]),
    (b.SOFTMAX.format(**b.SOFTMAX_RIGHT), "softmax.md", {}, [{"3"}]),
    (b.LAYERNORM.format(**b.LAYERNORM_RIGHT), "layernorm.md", {}, [{"8"}, {"6"}, {"5"}]),
    (b.AFFINE.format(**b.AFFINE_RIGHT), "affine-rows.md", {}, [{"2"}, {"3"}, {"4"}]),
    (b.AFFINE.format(**b.AFFINE_RIGHT), "affine-matrix.md", {}, [{"2"}, {"3"}, {"4"}]),
    (b.COLUMN.format(**b.COLUMN_RIGHT), "affine-columns.md", b.COLUMN_INPUTS, [{"2"}, {"3"}, {"4"}]),
]


@pytest.mark.parametrize(("source", "paper", "inputs", "due"), RIGHT, ids=[row[1] for row in RIGHT])
def test_every_argument_of_a_right_layer(
    source: str, paper: str, inputs: dict[str, str], due: object
) -> None:
    layer = b.checked(source, b.PAPERS / paper, inputs)
    assert layer.verdict is LayerVerdict.PASS
    assert layer.derivation.startswith(f"bound to {paper}: ")
    assert [labels(a.implements) for a in layer.arguments] == due


def test_one_example_per_row_where_the_document_has_a_column() -> None:
    """Every row is an example: the gradient of W gathers them all, and W is bound transposed or not."""
    source = b.AFFINE.format(**b.AFFINE_RIGHT)
    layer = b.checked(source, b.PAPERS / "affine-columns.md")
    assert [labels(a.implements) for a in layer.arguments] == [{"2"}, {"3"}, {"4"}]
    averaged = b.checked(
        b.AFFINE.format(**{**b.AFFINE_RIGHT, "db": "dy.mean(0)"}), b.PAPERS / "affine-columns.md"
    )
    bias = averaged.arguments[2]
    assert bias.implements is not None and "averaged over the positions along axis 0" in bias.implements.edit


def test_names_and_the_order_of_arguments_do_not_matter() -> None:
    source = """
import numpy as np

def f_forward(beta, x, gamma, k=1e-3):
    b, d = x.mean(0), x.var(0)
    q = (x - b) / np.sqrt(d + k)
    return beta * q + gamma, (beta, q, d, k)

def f_backward(u, kept):
    a, q, d, k = kept
    n = len(u)
    dbeta, dgamma = (u * q).sum(0), u.sum(0)
    dx = a / (n * np.sqrt(d + k)) * (n * u - u.sum(0) - (u * q).sum(0))
    return dbeta, dx, dgamma
"""
    layer = b.checked(source, b.PAPERS / "batchnorm.md")
    scale, x, shift = layer.arguments
    assert labels(scale.implements) == {"5"} and labels(shift.implements) == {"6"}
    assert x.implements is not None and "without `\\hat{x}_i`" in x.implements.edit


@pytest.mark.parametrize("constant", ["1e-5", "0.0", "3.7e-4"])
def test_a_constant_inside_the_layer_is_found(constant: str) -> None:
    source = b.LAYERNORM.format(**b.LAYERNORM_RIGHT).replace("1e-4", constant)
    layer = b.checked(source, b.PAPERS / "layernorm.md")
    assert f"\\epsilon is {float(constant):g}" in layer.derivation
    assert labels(layer.arguments[0].implements) == {"8"}


def test_a_wrong_formula_of_the_document_is_recognised() -> None:
    code = "gamma*dy/s - (x-mu)/m*S(xh*gamma*dy/s) - S(gamma*dy/s)/m"
    layer = b.checked(b.BATCHNORM.format(**{**b.BATCHNORM_RIGHT, "dx": code}), AGARWAL)
    found = layer.arguments[0].implements
    assert found is not None and (found.label, found.edit, found.verdict) == ("13", "", Verdict.WRONG)
    assert found.place.line == 66 or found.latex.startswith("\\delta")
    said = sentence("x", found)
    assert "as printed, which is wrong: `(x_i - \\mu_B)` should be `\\hat{x}_i`" in said
    assert layer.arguments[0].cause


def test_a_wrong_intermediate_formula_of_the_document_is_recognised() -> None:
    code = "S(dxh*(x-mu))*-0.5*(var+eps)**2"
    layer = b.checked(b.BATCHNORM.format(**{**b.BATCHNORM_RIGHT, "dvar": code}), AGARWAL)
    found = layer.arguments[0].implements
    assert found is not None and found.label == "10" and found.through is not None
    assert (found.through.label, found.through.edit, found.through.verdict) == ("8", "", Verdict.WRONG)


def test_the_built_in_derivations_explain_a_failing_layer() -> None:
    layer = b.checked(
        b.BATCHNORM.format(**{**b.BATCHNORM_RIGHT, "dx": "dxh/s + dvar*2*(x-mu)/(m-1) + dmu/m"}), None
    )
    found = layer.arguments[0].implements
    assert found is not None and found.edit == "with `m` replaced by `m - 1`"
    assert [a.implements for a in layer.arguments[1:]] == [None, None]


def test_a_passing_layer_is_left_alone_without_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("a document was read")

    monkeypatch.setattr("gradcheck.bridge.explaining._paper", never)
    layer = b.checked(b.SOFTMAX.format(**b.SOFTMAX_RIGHT), None)
    assert layer.verdict is LayerVerdict.PASS and layer.arguments[0].implements is None


def test_a_layer_that_matches_no_document() -> None:
    source = """
import numpy as np

def swish_forward(x):
    s = 1 / (1 + np.exp(-x))
    return x * s, (x, s)

def swish_backward(dy, cache):
    x, s = cache
    return dy * s
"""
    layer = b.checked(source, b.PAPERS / "batchnorm.md")
    assert layer.derivation == "no formula of batchnorm.md computes what this forward computes"
    assert layer.arguments[0].implements is None
    assert b.checked(source, None).arguments[0].implements is None


def test_a_gradient_that_is_no_single_edit_of_a_formula() -> None:
    source = b.SOFTMAX.format(dx="np.sin(3*p)*dp + np.cumsum(dp, -1)")
    layer = b.checked(source, b.PAPERS / "softmax.md", patience=1.0)
    assert layer.derivation.startswith("bound to softmax.md")
    assert layer.arguments[0].implements is None


ATTENTION = """
import numpy as np

def attend_forward(q, k, v):
    a = q @ k.T / np.sqrt(q.shape[-1])
    e = np.exp(a - a.max(-1, keepdims=True))
    p = e / e.sum(-1, keepdims=True)
    return p @ v, (q, k, v, p)

def attend_backward(do, cache):
    q, k, v, p = cache
    dp = do @ v.T
    ds = p * (dp - (dp * p).sum(-1, keepdims=True))
    return ds @ k, ds.T @ q / np.sqrt(q.shape[-1]), p.T @ do
"""


def test_attention_by_a_document_of_the_corpus() -> None:
    layer = b.checked(ATTENTION, CORPUS / "attention-index.md")
    q, k, v = (a.implements for a in layer.arguments)
    assert q is not None and q.edit == "without `\\frac{1}{\\sqrt{d}}`"
    assert k is not None and k.verdict is Verdict.WRONG and k.edit == "with `d` replaced by `\\sqrt{d}`"
    assert v is not None and not v.edit


def test_a_loss_with_integer_labels() -> None:
    source = """
import numpy as np

def cross_entropy_loss(logits, labels):
    p = np.exp(logits - logits.max(1, keepdims=True))
    p /= p.sum(1, keepdims=True)
    rows = np.arange(len(p))
    loss = -np.log(p[rows, labels]).mean()
    p[rows, labels] -= 1
    return loss, p
"""
    layer = b.checked(source, b.PAPERS / "cross-entropy.md", name="cross_entropy_loss")
    found = layer.arguments[0].implements
    assert found is not None and (found.label, found.edit) == ("3", "without `\\frac{1}{N}`")


def test_of_a_gradient_that_is_right_at_other_inputs_no_formula_is_blamed() -> None:
    """A stale cache makes the check fail; the formula that is computed is right."""
    source = (b.PAPERS.parents[1] / "planted" / "stale.py").read_text(encoding="utf-8")
    layer = b.checked(source, b.PAPERS / "affine-matrix.md", name="Linear")
    weights = next(a for a in layer.arguments if a.name == "W")
    assert layer.derivation.startswith("bound to affine-matrix.md")
    assert weights.verdict is LayerVerdict.FAIL and weights.implements is None
