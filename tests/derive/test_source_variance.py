"""Restating a variance under the other convention, wherever and however it is written."""

import pytest

from gradcheck.algebra import expr as e
from gradcheck.algebra.lowering import Algebra
from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.library import builtin
from gradcheck.deriving.source import forwards
from gradcheck.deriving.typed import definitions_as_document

MEAN = r"\mu = \frac1n \sum_{i=1}^n x_i"
BY = {"1/m": "n", "1/(m-1)": "(n - 1)"}
FORMS = {
    "named mean": (MEAN, r"v = \frac{1}{DIVISOR} \sum_{i=1}^n (x_i - \mu)^2"),
    "fraction": (MEAN, r"v = \frac{\sum_{i=1}^n (x_i - \mu)^2}{DIVISOR}"),
    "inside": (MEAN, r"v = \sum_{i=1}^n \frac{(x_i - \mu)^2}{DIVISOR}"),
    "inlined": (r"v = \frac{1}{DIVISOR} \sum_{i=1}^n \left(x_i - \frac1n \sum_{k=1}^n x_k\right)^2",),
    "with factors": (MEAN, r"v = 3 c \frac{1}{DIVISOR} \sum_{i=1}^n (x_i - \mu)^2"),
    "swapped": (MEAN, r"v = \frac{1}{DIVISOR} \sum_{i=1}^n (\mu - x_i)^2"),
    "under a root": (MEAN, r"v = \sqrt{\frac{1}{DIVISOR} \sum_{i=1}^n (x_i - \mu)^2 + c}"),
}


def body(form: str, divisor: str, variance: str | None = None) -> tuple[e.Graph, e.Expr]:
    lines = [line.replace("DIVISOR", divisor) for line in FORMS[form]] + ["y_i = x_i v"]
    (forward,) = forwards("x.md", definitions_as_document(lines), variance=variance)
    return forward.graph, forward.graph.nodes["v"].body


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("written", BY.values())
@pytest.mark.parametrize("wanted", BY)
def test_the_variance_is_the_wanted_one(form: str, written: str, wanted: str) -> None:
    graph, found = body(form, written, wanted)
    expected = body(form, BY[wanted])[1]
    assert Algebra(graph).equal(found, expected)
    if written != BY[wanted]:
        assert not Algebra(graph).equal(found, body(form, written)[1])


def test_over_two_axes_at_once() -> None:
    (forward,) = forwards(*builtin("groupnorm"), variance="1/(m-1)")
    assert e.Pow(e.Add((e.Mul((e.Size("C"), e.Size("P"))), e.number(-1))), e.number(-1)) in e.walk(
        forward.graph.nodes[r"\sigma^{2}"].body
    )


def test_the_library_s_two_batch_norms_are_each_other_s() -> None:
    (biased,) = forwards(*builtin("batchnorm"))
    (unbiased,) = forwards(*builtin("batchnorm_unbiased"))
    (restated,) = forwards(*builtin("batchnorm"), variance="1/(m-1)")
    (back,) = forwards(*builtin("batchnorm_unbiased"), variance="1/m")
    assert restated.graph == unbiased.graph != biased.graph == back.graph


@pytest.mark.parametrize(
    "definitions",
    [
        r"v = \frac1n \sum_{i=1}^n (x_i - t_i)^2",
        r"v = \frac1n \sum_{i=1}^n x_i^2",
        r"\mu = \frac1n \sum_{i=1}^n x_i; v = \frac{1}{k} \sum_{i=1}^n (x_i - \mu)^2",
        r"\mu = \frac1n \sum_{i=1}^n x_i; v = \frac1n \sum_{i=1}^n \frac{(x_i - \mu)^2}{w}",
        r"\mu = \frac1n \sum_{i=1}^n x_i; v = \frac1n \sum_{i=1}^n w_i (x_i - \mu)^2",
    ],
)
def test_what_is_no_variance_is_refused(definitions: str) -> None:
    with pytest.raises(CannotDerive, match="no definition is a variance"):
        forwards("x.md", definitions_as_document([definitions]), variance="1/m")


def test_another_convention_is_refused() -> None:
    with pytest.raises(CannotDerive, match="no convention"):
        forwards(*builtin("batchnorm"), variance="1/(m-2)")
