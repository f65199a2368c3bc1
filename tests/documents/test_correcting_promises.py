"""What a correction promises: it is offered for what is wrong only, and with it the claim is right."""

import random
from functools import cache
from pathlib import Path

import pytest
from correcting import Slip, SourceText, after, applied, checked, renamed
from correcting_documents import (
    COLUMNS,
    ENTRIES,
    LEAKY,
    MARGIN,
    NORM,
    RELU,
    ROOT_MEAN_SQUARE,
    ROWS,
    SOFTMAX,
    SQUARES,
    SQUARES_RAISED,
    TANH,
)
from mutants_corpus import verdict_at

from gradcheck.model import Claim, Document, Verdict

ROOT = Path(__file__).parents[2]
WRONG = (Verdict.WRONG, Verdict.INHERITED)
RIGHT = (Verdict.HOLDS, Verdict.RECOVERED, Verdict.DEFINITION)
"""A line after a wrong one is recovered when it is mended; a restated definition is one again."""
FOLDERS = (ROOT / "derivations", ROOT / "tests" / "corpus", ROOT / "tests" / "corpus" / "blogs")
PATHS = sorted(
    p for f in FOLDERS for p in f.iterdir() if p.suffix in (".md", ".tex", ".rst", ".html", ".ipynb")
)
PATHS = [p for p in PATHS if p.name != "derivations-expected.md"]


@cache
def document(path: Path) -> tuple[str, Document]:
    text = path.read_text(encoding="utf-8")
    return text, checked(text, path.name)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_with_any_correction_a_wrong_claim_is_right(path: Path) -> None:
    text, found = document(path)
    source = SourceText(path.name, text)
    for claim in (c for c in found.claims if c.verdict in WRONG):
        sign = source.offset(claim.place.line, claim.place.column)
        for correction in claim.corrections:
            edits = source.edits(correction.changes)
            moved = sign + sum(len(e.new) - (e.end - e.start) for e in edits if e.end <= sign)
            verdict = verdict_at(path.name, applied(text, edits), moved)
            assert verdict in RIGHT, f"{claim.latex}: {correction.edit}"


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_only_what_is_wrong_is_corrected(path: Path) -> None:
    _, found = document(path)
    offered = {c.verdict for c in found.claims if c.corrections}
    assert offered <= {Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION}
    corrections = [x for c in found.claims for x in c.corrections]
    assert all(x.proved and x.scope and x.changes for x in corrections)


def test_most_wrong_claims_have_a_correction() -> None:
    wrong = [c for path in PATHS for c in document(path)[1].claims if c.verdict in WRONG]
    assert len(wrong) > 100
    assert sum(bool(c.corrections) for c in wrong) >= 0.95 * len(wrong)


OPEN = {
    "a name that nothing defines": (SQUARES, r"\frac{\partial L}{\partial w} = \frac{2}{m} k_7 Q"),
    "what cannot be read": (SQUARES, r"\frac{\partial L}{\partial w} = \frac{2}{m} \sum_{i=1}^{i} x_i"),
    "no equality": (SQUARES, r"\frac{\partial L}{\partial y_i} \leq \frac{3}{m} (y_i - t_i)"),
}


@pytest.mark.parametrize("name", OPEN)
def test_what_stays_open_is_not_corrected(name: str) -> None:
    forward, line = OPEN[name]
    for text in (f"{forward}\n$$ {line} $$\n", renamed(f"{forward}\n$$ {line} $$\n")):
        claim = checked(text).claims[-1]
        assert claim.verdict in (Verdict.UNDECIDED, Verdict.UNREAD)
        assert claim.corrections == () and all(not r.corrections for r in claim.remarks)


LEFTS = [
    (SQUARES, r"\frac{\partial L}{\partial w}", ["w", "b", "x_i", "t_i", "y_i", "m", "2", "3"]),
    (SQUARES_RAISED, r"\dfrac{dJ}{du}", ["u", "c", "q^{(k)}", "r^{(k)}", "N", "7"]),
    (SOFTMAX, r"\frac{\partial L}{\partial z_i}", ["p_i", "t_i", "z_i", "n", "5"]),
    (NORM, r"\frac{\partial \hat{x}_i}{\partial v}", ["x_i", r"\mu", "v", r"\epsilon", "m", "3"]),
    (ROOT_MEAN_SQUARE, r"\frac{do_j}{dr}", ["g_j", "s_j", "r", "n", "4"]),
    (TANH, r"\frac{\partial h}{\partial w}", ["h", "u", "w", "x", "b", "6"]),
    (MARGIN, r"\frac{d\ell}{ds}", ["t", "s", r"\ell", "2"]),
]
SHAPES = [
    r"{} {} + {}",
    r"\frac{{{}}}{{{}}} - {}",
    r"\left( {} + {} \right)^3 {}",
    r"\sqrt{{{}}} {} {}",
    r"{} - {}^2 {}",
]


def nonsense(seed: int) -> Slip:
    """A derivative said to be something that has nothing to do with it."""
    rng = random.Random(seed)
    forward, left, words = rng.choice(LEFTS)
    parts = (rng.choice(SHAPES).format(*rng.choices(words, k=3)) for _ in range(2))
    return Slip(forward, left, rng.choice((r"{} \cdot ({})", "{} + {}")).format(*parts), "")


@pytest.mark.parametrize("seed", range(25))
def test_for_nonsense_there_is_nothing_or_something_proved(seed: int) -> None:
    text = nonsense(seed).text
    claim = checked(text).claims[-1]
    assert claim.verdict not in RIGHT
    for correction in claim.corrections:
        mended = after(text, claim, correction)
        assert correction.proved and mended is not None and mended.verdict is Verdict.HOLDS


RIGHT_LINES = [
    (SQUARES, r"\frac{\partial L}{\partial w} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i"),
    (SQUARES_RAISED, r"\dfrac{dJ}{du} = \frac{1}{N} \sum_k (a^{(k)} - r^{(k)}) q^{(k)}"),
    (SOFTMAX, r"\frac{\partial L}{\partial z_i} = p_i - t_i"),
    (NORM, r"\frac{\partial \hat{x}_i}{\partial v} = -\frac{1}{2} (x_i - \mu) (v + \epsilon)^{-3/2}"),
    (ROOT_MEAN_SQUARE, r"\frac{do_j}{dr} = -\frac{o_j}{r}"),
    (RELU, r"\frac{\partial L}{\partial z_i} = 2 (a_i - t_i) \mathbb{1}(z_i > 0)"),
    (LEAKY, r"f'(x) = \begin{cases} 1 & x > 0 \\ c & x < 0 \end{cases}"),
    (MARGIN, r"\frac{d\ell}{ds} = \frac{-t}{1 + e^{t s}}"),
    (ROWS, r"\frac{\partial L}{\partial W} = X^T \frac{\partial L}{\partial Y}"),
    (COLUMNS, r"\frac{\partial E}{\partial \mathbf{v}} = 2 A^\top \mathbf{r}"),
    (ENTRIES, r"\frac{\partial L}{\partial Z} = \frac{\partial L}{\partial A} \odot (1 - A \odot A)"),
]


@pytest.mark.parametrize("forward, line", RIGHT_LINES)
def test_what_is_right_is_left_alone(forward: str, line: str) -> None:
    claims: tuple[Claim, ...] = checked(f"{forward}\n$$ {line} $$\n").claims
    assert claims[-1].verdict is Verdict.HOLDS
    assert all(c.corrections == () for c in claims)
