"""Readings that a whole document needs: proved under the reading, and never a name for another mistake."""

from __future__ import annotations

import re

import pytest

from gradcheck.findings import findings
from gradcheck.inputs import Input
from gradcheck.model import Claim, Document, Verdict
from gradcheck.options import Options
from gradcheck.run import check_input

ENGINES = Options(engines=("algebra", "float64"))
LINE = (
    r"$$ z_i = \sum_{k=1}^d w_k x_{ik} + b $$",
    r"$$ L = \sum_{i=1}^m (z_i - t_i)^2 $$",
)
MATRICES = (
    r"Let $X \in \mathbb{R}^{n \times d}$, $W \in \mathbb{R}^{d \times k}$, $T \in \mathbb{R}^{n \times k}$.",
    r"$$ Y = X W $$",
)
SOFTMAX = r"$$ p_{nk} = \frac{e^{s_{nk}}}{\sum_{j=1}^K e^{s_{nj}}} $$"
ENTROPY = r"$$ L = -\sum_{n=1}^N \sum_{k=1}^K t_{nk} \log p_{nk} $$"
VECTORS = (
    r"Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{k \times n}$, $b \in \mathbb{R}^k$.",
    r"$$ y = W x + b $$",
)


def checked(*blocks: str) -> Document:
    outcome = check_input(Input("notes.md", "\n\n".join(blocks).encode()), ENGINES)
    assert isinstance(outcome.result, Document), outcome.result
    return outcome.result


def flagged(*blocks: str) -> list[Claim]:
    """Every claim that neither holds nor defines."""
    right = (Verdict.HOLDS, Verdict.DEFINITION)
    return [c for c in checked(*blocks).claims if c.verdict not in right]


def renamed(block: str, names: dict[str, str]) -> str:
    """A block with single letters exchanged, behind a d too; commands and words stay."""

    def change(found: re.Match[str]) -> str:
        sign, letter = found["sign"] or "", found["letter"] or ""
        return f"{sign}{names[letter]} " if letter in names else found[0]

    return re.sub(r"\\[a-zA-Z]+|(?P<sign>\bd)?(?P<letter>[A-Za-z])(?![A-Za-z])|[A-Za-z]+", change, block)


MEANS = {
    "the sum is defined, the mean printed": (
        *LINE,
        r"$$ \frac{\partial L}{\partial z_i} = \frac{2}{m} (z_i - t_i) $$",
    ),
    "the mean is defined, the sum printed, in two lines": (
        LINE[0],
        r"$$ L = \frac{1}{m} \sum_{i=1}^m (z_i - t_i)^2 $$",
        r"$$ \frac{\partial L}{\partial w_k} = 2 \sum_{i=1}^m (z_i - t_i) x_{ik} $$",
        r"$$ \frac{\partial L}{\partial b} = 2 \sum_{i=1}^m (z_i - t_i) = -2 \sum_{i=1}^m (t_i - z_i) $$",
    ),
    "matrices, a squared norm": (
        *MATRICES,
        r"$$ L = \frac{1}{2n} \| Y - T \|_F^2 $$",
        r"$$ \nabla_W L = X^\top (Y - T) $$",
    ),
    "losses of single examples, averaged": (
        LINE[0],
        r"$$ e_i = \frac12 (z_i - t_i)^2, \qquad L = \frac1m \sum_{i=1}^m e_i $$",
        r"$$ \frac{\partial L}{\partial w_k} = \sum_{i=1}^m (z_i - t_i) x_{ik} $$",
    ),
    "cross entropy of one-hot labels": (
        "The labels $t$ are one-hot.",
        SOFTMAX,
        ENTROPY,
        r"$$ \frac{\partial L}{\partial s_{nk}} = \frac1N (p_{nk} - t_{nk}) $$",
    ),
    "cross entropy of labels that are said to sum to one": (
        SOFTMAX,
        ENTROPY,
        r"where $\sum_{k=1}^K t_{nk} = 1$.",
        r"$$ \frac{\partial L}{\partial s_{nk}} = \frac{p_{nk} - t_{nk}}{N} $$",
    ),
    "only the data are averaged, not the penalty": (
        LINE[0],
        r"$$ L = \frac1m \sum_{i=1}^m (z_i - t_i)^2 + \lambda \sum_{k=1}^d w_k^2 $$",
        r"$$ \frac{\partial L}{\partial w_k} = 2 \sum_{i=1}^m (z_i - t_i) x_{ik} + 2 \lambda w_k $$",
    ),
    "a mean over all entries, not only over the batch": (
        r"$$ L = \frac1n \sum_{i=1}^n \sum_{j=1}^h (Y_{ij} - T_{ij})^2 $$",
        r"$$ \frac{\partial L}{\partial Y_{ij}} = \frac{2}{n h} (Y_{ij} - T_{ij}) $$",
    ),
    "a part of the loss with a name of its own": (
        r"$$ D = \sum_{i=1}^m (g_i - t_i)^2, \qquad R = \lambda \sum_{i=1}^m g_i^4, \qquad L = D + R $$",
        r"$$ \frac{\partial L}{\partial g_i} = \frac2m (g_i - t_i) + 4 \lambda g_i^3 $$",
    ),
}
LAYOUTS = {
    "an outer product the other way round": (
        *VECTORS,
        r"$$ \frac{\partial L}{\partial W} = x \left( \frac{\partial L}{\partial y} \right)^T $$",
    ),
    "a batch, gradients on both sides": (
        *MATRICES,
        r"$$ \frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y} X $$",
        r"$$ \frac{\partial L}{\partial X} = W \frac{\partial L}{\partial Y} $$",
    ),
    "the loss written out": (
        *MATRICES,
        r"$$ L = \|Y - T\|_F^2 $$",
        r"$$ \frac{\partial L}{\partial Y} = 2 (Y - T)^\top $$",
    ),
    "nabla": (*VECTORS, r"$$ \nabla_W L = x (\nabla_y L)^\top $$"),
    "a square matrix": (
        r"Let $A \in \mathbb{R}^{n \times n}$, $u, v \in \mathbb{R}^n$.",
        r"$$ q = u^\top A v $$",
        r"$$ \frac{\partial q}{\partial A} = v u^\top $$",
    ),
    "a Jacobian": (*VECTORS, r"$$ \frac{\partial y}{\partial x} = W^\top $$"),
}
HALVES = {
    "a line": (
        *LINE,
        r"$$ \frac{\partial L}{\partial w_k} = \sum_{i=1}^m (z_i - t_i) x_{ik} $$",
        r"$$ \frac{\partial L}{\partial b} = \sum_{i=1}^m (z_i - t_i) $$",
    ),
    "a mean of squares": (
        LINE[0],
        r"$$ L = \frac1m \sum_{i=1}^m (z_i - t_i)^2 $$",
        r"$$ \frac{\partial L}{\partial z_i} = \frac1m (z_i - t_i) $$",
        r"$$ \frac{\partial L}{\partial b} = \frac1m \sum_{i=1}^m (z_i - t_i) $$",
    ),
    "a squared norm": (
        r"Let $X \in \mathbb{R}^{n \times d}$, $w \in \mathbb{R}^d$, $t \in \mathbb{R}^n$.",
        r"$$ r = X w - t $$",
        r"$$ L = \| r \|^2 $$",
        r"$$ \frac{\partial L}{\partial r} = r $$",
        r"$$ \frac{\partial L}{\partial w} = X^\top r $$",
    ),
    "with ½ where none is meant": (
        r"$$ L = \frac12 \sum_k (o_k - t_k)^2 $$",
        r"$$ o_k = \sum_{j=1}^h v_{kj} a_j $$",
        r"$$ \frac{\partial L}{\partial v_{kj}} = 2 (o_k - t_k) a_j $$",
        r"$$ \frac{\partial L}{\partial a_j} = 2 \sum_{k=1}^K (o_k - t_k) v_{kj} $$",
    ),
    "only the penalty": (
        r"$$ L = \sum_{i=1}^m (w x_i + v z_i - t_i)^2 + \lambda (w^2 + v^2) $$",
        r"$$ \frac{\partial L}{\partial w} = 2 \sum_{i=1}^m (w x_i + v z_i - t_i) x_i + \lambda w $$",
        r"$$ \frac{\partial L}{\partial v} = 2 \sum_{i=1}^m (w x_i + v z_i - t_i) z_i + \lambda v $$",
    ),
}
KINKS = {
    "cases": (
        r"$$ y = \max(0, u) $$",
        r"$$ \frac{dy}{du} = \begin{cases} 1 & u \ge 0 \\ 0 & u < 0 \end{cases} $$",
    ),
    "turned round": (
        r"$$ y = \max(0, u) $$",
        r"$$ \frac{dy}{du} = \begin{cases} 1 & \text{if } 0 \le u \\ 0 & \text{otherwise} \end{cases} $$",
    ),
    "the tie falls to the rest": (
        r"$$ y = \max(0, u) $$",
        r"$$ \frac{dy}{du} = \begin{cases} 0 & u < 0 \\ 1 & \text{otherwise} \end{cases} $$",
    ),
    "an Iverson bracket": (r"$$ y = \max(0, u) $$", r"$$ \frac{dy}{du} = [u \geq 0] $$"),
    "leaky": (
        r"$$ y = \begin{cases} u & u > 0 \\ a u & \text{otherwise} \end{cases} $$",
        r"$$ \frac{\partial y}{\partial u} = \begin{cases} 1 & u \geqslant 0 \\ a & u < 0 \end{cases} $$",
    ),
    "absolute value": (
        r"$$ y = |u| $$",
        r"$$ \frac{dy}{du} = \begin{cases} 1 & u \ge 0 \\ -1 & u < 0 \end{cases} $$",
    ),
    "hinge": (
        r"$$ y = \max(0, 1 - t u) $$",
        r"$$ \frac{\partial y}{\partial u} = -t \, \mathbb{1}[t u \le 1] $$",
    ),
    "the smaller one": (
        r"$$ y = \min(u, 0) $$",
        r"$$ \frac{dy}{du} = \begin{cases} 1 & u \le 0 \\ 0 & u > 0 \end{cases} $$",
    ),
    "two inputs": (r"$$ y = \max(u, v) $$", r"$$ \frac{\partial y}{\partial u} = \mathbb{1}(u \ge v) $$"),
}
DOCUMENTS = [
    pytest.param(code, blocks, id=f"{code} {name}")
    for code, group in {"D303": KINKS, "D307": MEANS, "D308": LAYOUTS, "D309": HALVES}.items()
    for name, blocks in group.items()
]
OTHER_NAMES = {
    "L": r"\Lambda", "z": r"\zeta", "t": r"\tau", "x": r"\xi", "w": r"\omega", "W": r"\Omega", "X": r"\Xi",
    "Y": r"\Upsilon", "y": r"\psi", "b": r"\beta", "m": "B", "u": r"\upsilon", "p": "q",
    "q": "p", "s": r"\eta", "v": r"\nu", "o": r"\chi", "a": r"\alpha", "r": r"\rho",
}  # fmt: skip


@pytest.mark.parametrize(("code", "blocks"), DOCUMENTS)
@pytest.mark.parametrize("names", [{}, OTHER_NAMES], ids=["as written", "renamed"])
def test_the_reading_is_named_once(code: str, blocks: tuple[str, ...], names: dict[str, str]) -> None:
    """Every line that needs it has it, and there is one finding, which says what to change."""
    document = checked(*(renamed(block, names) for block in blocks))
    bad = [c for c in document.claims if c.verdict not in (Verdict.HOLDS, Verdict.DEFINITION)]
    roots = [c for c in bad if c.cause_claim is None]
    assert [(c.verdict, c.code) for c in roots] == [(Verdict.CONVENTION, code)], bad
    assert {c.verdict for c in bad} <= {Verdict.CONVENTION, Verdict.INHERITED}
    assert roots[0].message.startswith("right ") and "; " in roots[0].message
    assert any(note.startswith("to repair: ") for note in roots[0].notes)
    assert [f.code for f in findings(document)] == [code]


SPOILED = [
    (r"\frac{2}{m}", r"\frac{-2}{m}"),
    (r"\frac{2}{m}", r"\frac{2}{m^2}"),
    (r"\frac{2}{m}", r"\frac{3}{m}"),
    (r"(z_i - t_i) $$", r"(z_i + t_i) $$"),
    (r"(z_i - t_i) $$", r"z_i $$"),
    (r"(z_i - t_i) $$", r"(z_i - t_i)^2 $$"),
]


@pytest.mark.parametrize(("old", "new"), SPOILED)
def test_a_mean_with_another_mistake_is_wrong(old: str, new: str) -> None:
    *rest, claim = MEANS["the sum is defined, the mean printed"]
    spoiled = claim.replace(old, new)
    assert spoiled != claim
    assert [c.verdict for c in flagged(*rest, spoiled)] == [Verdict.WRONG]


@pytest.mark.parametrize(
    ("old", "new"),
    [("= x", "= -x"), ("= x", "= 2 x"), ("^T $$", " $$"), ("= x", "= b"), (r"\partial y}", r"\partial x}")],
)
def test_a_transposed_gradient_with_another_mistake_is_no_convention(old: str, new: str) -> None:
    *rest, claim = LAYOUTS["an outer product the other way round"]
    spoiled = claim.replace(old, new)
    assert spoiled != claim
    assert not [c for c in checked(*rest, spoiled).claims if c.verdict in (Verdict.CONVENTION, Verdict.HOLDS)]


@pytest.mark.parametrize(
    ("old", "new"),
    [(r"= \sum", r"= -\sum"), ("- t_i", "+ t_i"), ("(z_i - t_i)", "z_i"), (r"= \sum", r"= 4 \sum")],
)
def test_half_a_square_with_another_mistake_is_wrong(old: str, new: str) -> None:
    first, second, *claims = HALVES["a line"]
    spoiled = [claim.replace(old, new) for claim in claims]
    assert spoiled != claims
    assert {c.verdict for c in flagged(first, second, *spoiled)} == {Verdict.WRONG}


RIGHT_BESIDE = {
    "D307": (
        *MEANS["the sum is defined, the mean printed"],
        r"$$ \frac{\partial L}{\partial b} = 2 \sum_{i=1}^m (z_i - t_i) $$",
    ),
    "D307 in the same chain": (
        *LINE,
        r"$$ \frac{\partial L}{\partial z_i} = 2 (z_i - t_i) = \frac2m (z_i - t_i) $$",
    ),
    "D308": (
        *LAYOUTS["a batch, gradients on both sides"][:3],
        r"$$ \frac{\partial L}{\partial X} = \frac{\partial L}{\partial Y} W^T $$",
    ),
    "D308 a Jacobian": (
        *VECTORS,
        r"$$ \frac{\partial y}{\partial x} = W^\top $$",
        r"$$ v = W x $$",
        r"$$ \frac{\partial v}{\partial x} = W $$",
    ),
    "D309": (*HALVES["a line"], r"$$ \frac{\partial L}{\partial z_i} = 2 (z_i - t_i) $$"),
}


@pytest.mark.parametrize("blocks", RIGHT_BESIDE.values(), ids=RIGHT_BESIDE)
def test_a_right_line_beside_it_makes_the_other_one_wrong(blocks: tuple[str, ...]) -> None:
    """A reading that some line of the document contradicts is not what was meant."""
    bad = flagged(*blocks)
    assert bad and {c.verdict for c in bad} == {Verdict.WRONG}


def test_one_line_without_the_two_is_a_mistake() -> None:
    """Two independent lines have to need the ½."""
    (claim,) = flagged(*HALVES["a line"][:3])
    assert claim.verdict is Verdict.WRONG


def test_a_free_upstream_gradient_has_no_mean() -> None:
    """Nothing says what the loss sums: 1/m too many is wrong."""
    claim = r"$$ \frac{\partial L}{\partial b} = \frac1m \sum_{i=1}^m \frac{\partial L}{\partial z_i} $$"
    (found,) = flagged(LINE[0], claim)
    assert found.verdict is Verdict.WRONG


def test_an_intermediate_mean_is_not_the_loss() -> None:
    """``∂μ/∂x_i = 1`` is wrong for a mean, whatever else would be right for a sum."""
    (found,) = flagged(r"$$ \mu = \frac1m \sum_{i=1}^m x_i^3 $$", r"$$ L = \mu^2 $$",
                       r"$$ \frac{\partial L}{\partial x_i} = 6 \mu x_i^2 $$")  # fmt: skip
    assert found.verdict is Verdict.WRONG


SMOOTH = {
    "Huber": (
        r"$$ y = \begin{cases} \frac12 r^2 & |r| \le d \\ d |r| - \frac12 d^2 & |r| > d \end{cases} $$",
        r"$$ \frac{dy}{dr} = \begin{cases} r & |r| \le d \\ d \,\mathrm{sign}(r) & |r| > d \end{cases} $$",
    ),
    "a half parabola": (
        r"$$ y = \begin{cases} u^2 & u \ge 0 \\ 0 & u < 0 \end{cases} $$",
        r"$$ \frac{dy}{du} = \begin{cases} 2u & u \ge 0 \\ 0 & u < 0 \end{cases} $$",
    ),
    "the usual choice": (
        r"$$ y = \max(0, u) $$",
        r"$$ \frac{dy}{du} = \begin{cases} 0 & u \le 0 \\ 1 & u > 0 \end{cases} $$",
    ),
    "the usual choice, leaky": (
        r"$$ y = \begin{cases} u & u > 0 \\ a u & u \le 0 \end{cases} $$",
        r"$$ \frac{\partial y}{\partial u} = \begin{cases} 1 & u > 0 \\ a & u \le 0 \end{cases} $$",
    ),
    "hinge": (
        r"$$ y = \max(0, 1 - t u) $$",
        r"$$ \frac{\partial y}{\partial u} = -t \, \mathbb{1}[t u < 1] $$",
    ),
}


@pytest.mark.parametrize("blocks", SMOOTH.values(), ids=SMOOTH)
def test_no_kink_no_choice(blocks: tuple[str, ...]) -> None:
    """Where both sides meet, or the usual value is taken, nothing is to be said."""
    assert flagged(*blocks) == []
