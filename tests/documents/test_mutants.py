"""The makers of mistakes make the mistakes they are named for; corrections are compared as they should be."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from mutants import KINDS, drawn, drawn_two, mistakes
from mutants_corpus import Document, Equation, judged, verdict_at
from mutants_drawing import COUNTED, Drawing
from mutants_recovery import Recovery, applied, offers
from mutants_same import commuted, written_alike
from mutants_side import Side, spliced, vocabulary

from gradcheck.model import Change, Correction, Verdict

WORDS = vocabulary(
    [
        r"\mu = \frac{1}{m} \sum_{i=1}^m x_i",
        r"h_t = \hat{x}_i + y_i \gamma W_{ij} \sum_{j=1}^N V_{jk}",
        r"\frac{\partial L}{\partial \hat{x}_i} = \frac{\partial L}{\partial y_i}",
    ]
)


def made(kind: str, right: str) -> set[str]:
    """Everything that a kind makes of a right side, without blanks."""
    side = Side(right, 0, len(right), WORDS)
    return {spliced(right, edit).replace(" ", "") for edit in KINDS[kind](side)}


EXAMPLES = [
    ("lost_minus", r"-a - b", r"a - b"),
    ("lost_minus", r"a - \frac{-1}{2}", r"a - \frac{1}{2}"),
    ("plus_for_minus", r"a + b", r"a - b"),
    ("lost_term", r"a - b + c", r"a + c"),
    ("lost_term", r"(a - b) c", r"(- b) c"),
    ("lost_factor", r"\gamma (x_i - \mu)", r"(x_i - \mu)"),
    ("lost_factor", r"a \cdot b", r"a"),
    ("lost_factor", r"a / b", r"1/b"),
    ("lost_two", r"2 (x_i - \mu)", r"(x_i - \mu)"),
    ("other_exponent", r"x^2", r"x^{3}"),
    ("exponent_sign", r"(v + e)^{-3/2}", r"(v + e)^{3/2}"),
    ("exponent_sign", r"e^{-z}", r"e^{z}"),
    ("lost_exponent", r"r^3 x", r"r x"),
    ("upside_down", r"\frac{a}{b + c}", r"\frac{b + c}{a}"),
    ("moved_bracket", r"(a + b) c", r"(a + b c)"),
    ("moved_bracket", r"(a + b) c", r"(a) + b c"),
    ("swapped_parts", r"a - b", r"b - a"),
    ("other_symbol", r"y_i", r"\hat{x}_i"),
    ("lost_accent", r"\hat{x}_i y", r"x_i y"),
    ("lost_size", r"\frac{1}{m} \sum_i x_i", r"\sum_i x_i"),
    ("lost_size", r"\frac{x_i}{m}", r"x_i"),
    ("size_less_one", r"\frac{1}{m}", r"\frac{1}{m-1}"),
    ("size_less_one", r"\frac{1}{m-1}", r"\frac{1}{m}"),
    ("other_index", r"x_i y_k", r"x_i y_i"),
    ("other_bound", r"\sum_{i=1}^m x_i", r"\sum_{i=1}^{N} x_i"),
    ("other_bound", r"\sum_{i=1}^m x_i", r"\sum_{i=1}^{m-1} x_i"),
    ("lost_sum", r"\frac{1}{m} \sum_{i=1}^m x_i", r"\frac{1}{m} x_i"),
    ("other_derivative", r"\frac{\partial L}{\partial \hat{x}_i}", r"\frac{\partial L}{\partial y_i}"),
    ("lost_partial", r"\frac{\partial L}{\partial \hat{x}_i}", r"\frac{\partial L}{\hat{x}_i}"),
    ("lost_partial", r"\frac{dL}{dx}", r"\frac{L}{dx}"),
    ("lost_transpose", r"X^\top Y", r"X Y"),
    ("swapped_factors", r"X^\top Y", r"Y X^\top"),
    ("lost_delta", r"p_i (\delta_{ij} - p_j)", r"p_i (1 - p_j)"),
    ("lost_delta", r"\mathbb{1}[a_j > 0] x_j", r"1 x_j"),
    ("sibling_function", r"\log p_k", r"\exp p_k"),
    ("added_minus", r"a b", r"-a b"),
    ("lost_numerator", r"\frac{x_i}{r}", r"\frac{1}{r}"),
    ("lost_denominator", r"\frac{a + b}{r} c", r"(a + b) c"),
    ("repeated_factor", r"x_i r", r"x_i x_i r"),
    ("other_number", r"\frac12 x", r"\frac14 x"),
    ("added_square", r"x_i r", r"x_i^2 r"),
    ("outer_square", r"\sum_i x_i^2", r"(\sum_i x_i)^2"),
    ("factor_below", r"\frac{a b}{c}", r"\frac{a}{c b}"),
    ("factor_below", r"a \frac{b}{c}", r"\frac{b}{c a}"),
    ("factor_above", r"\frac{a}{b c}", r"\frac{a b}{c}"),
    ("lost_root", r"\frac{1}{\sqrt{v + e}}", r"\frac{1}{(v + e)}"),
    ("added_root", r"a (v + e)", r"a \sqrt{v + e}"),
    ("lost_brackets", r"a (b + c)", r"a b + c"),
    ("added_hat", r"x_i", r"\hat{x}_i"),
    ("added_size", r"\sum_i x_i", r"\frac{1}{m} \sum_i x_i"),
    ("other_size", r"\frac{1}{m}", r"\frac{1}{N}"),
    ("swapped_indices", r"W_{ij}", r"W_{ji}"),
    ("lost_index", r"x_i r", r"x r"),
    ("shifted_index", r"h_{t-1}", r"h_{t}"),
    ("added_sum", r"x_i", r"\sum_{i} x_i"),
    ("other_sum_index", r"\sum_{i=1}^m x_i", r"\sum_{j=1}^m x_i"),
    ("other_numerator", r"\frac{\partial L}{\partial y_i}", r"\frac{\partial \hat{x}_i}{\partial y_i}"),
    ("upside_down_derivative", r"\frac{dL}{dx}", r"\frac{dx}{dL}"),
    ("added_transpose", r"X W_{ij}", r"X^\top W_{ij}"),
    ("matrix_for_elementwise", r"A \odot B", r"A \cdot B"),
    ("matrix_for_elementwise", r"A B", r"A \odot B"),
    ("lost_function", r"\log(a) b", r"(a) b"),
    ("lost_function", r"e^{-z}", r"(-z)"),
    ("lost_prime", r"\sigma'(z)", r"\sigma(z)"),
    ("other_comparison", r"\mathbb{1}[a > 0]", r"\mathbb{1}[a < 0]"),
    ("strict_comparison", r"\mathbb{1}[a > 0]", r"\mathbb{1}[a \geq 0]"),
    ("swapped_cases", r"\begin{cases} a & x > 0 \\ b & x < 0 \end{cases}",
     r"\begin{cases} b & x > 0 \\ a & x < 0 \end{cases}"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "right", "wrong"), EXAMPLES)
def test_each_kind_makes_the_mistake_it_is_named_for(kind: str, right: str, wrong: str) -> None:
    assert wrong.replace(" ", "") in made(kind, right)


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in EXAMPLES} == set(KINDS)
    assert len(KINDS) >= 25


@pytest.mark.parametrize("right", sorted({right for _, right, _ in EXAMPLES}))
def test_brackets_of_an_edited_formula_still_close(right: str) -> None:
    """No kind cuts a group in two."""
    side = Side(right, 0, len(right), WORDS)
    for edits in mistakes(side).values():
        for edit in edits:
            text = spliced(right, edit)
            assert text.count("{") == text.count("}"), text
            assert text.count("(") == text.count(")"), text


def test_a_command_does_not_swallow_the_letter_behind_a_cut() -> None:
    assert made("lost_factor", r"\gamma\beta x") >= {r"\gammax", r"\betax"}
    side = Side(r"\gamma\beta x", 0, 13, WORDS)
    assert r"\gamma x" in {spliced(side.text, edit) for edit in KINDS["lost_factor"](side)}


def test_two_mistakes_do_not_touch_and_differ_in_kind() -> None:
    right = r"\frac{1}{m} \sum_{i=1}^m \hat{x}_i (x_i - \mu)^2 - \gamma y_i"
    side, random = Side(right, 0, len(right), WORDS), Random(3)
    pairs = [pair for _ in range(50) if (pair := drawn_two(side, random)) is not None]
    assert len(pairs) > 20
    for one, two in pairs:
        assert one.kind != two.kind
        assert all(a.end < b.start or b.end < a.start for a in one.edit for b in two.edit)


def test_the_same_seed_draws_the_same() -> None:
    side = Side(r"a (b - c)^2", 0, 11, WORDS)
    assert [drawn(side, Random(5)) for _ in range(9)] == [drawn(side, Random(5)) for _ in range(9)]


# -- comparing ---------------------------------------------------------------------------

ALIKE = [
    (r"\frac{a}{b} x_i", r"\dfrac a b x_{i}"),
    (r"\left( a + b \right) c", r"(a+b)\,c"),
    (r"{x}^{2}", r"x^2"),
]
COMMUTED = [
    (r"a b - c", r"-c + b a"),
    (r"\frac{a}{b} c", r"a c b^{-1}"),
    (r"-(c - d) x", r"(d - c) x"),
    (r"\frac{1}{\sqrt{v + e}}", r"(e + v)^{-1/2}"),
    (r"\frac{1}{2} x", r"x/2"),
    (r"\sum_i x_i y_i", r"\sum_{i} (y_i x_i)"),
    (r"\exp(-z) y", r"y e^{-z}"),
    (r"a - (b - c)", r"(a - b) + c"),
    (r"X^\top Y", r"X^T Y"),
    (r"\sum_i x_i", r"\sum_{i=1}^n x_i"),
    (r"\frac{\partial L}{\partial x_i}", r"\frac{dL}{dx_i}"),
]
DIFFERENT = [
    (r"a - b", r"a + b"),
    (r"a (b + c)", r"a b + c"),
    (r"x_i y_j", r"x_j y_i"),
    (r"\sum_{i=1}^m x_i", r"\sum_{i=1}^N x_i"),
    (r"\hat{x}_i", r"x_i"),
    (r"(a + b)^2", r"(a + b)^3"),
    (r"\log p", r"\exp p"),
    (r"\frac{\partial L}{\partial x}", r"\frac{\partial L}{\partial y}"),
    (r"X^\top Y", r"X Y"),
    (
        r"\begin{cases} a & x > 0 \\ b & x < 0 \end{cases}",
        r"\begin{cases} b & x > 0 \\ a & x < 0 \end{cases}",
    ),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_is_written_alike(one: str, other: str) -> None:
    assert written_alike(one, other) and commuted(one, other)


@pytest.mark.parametrize(("one", "other"), COMMUTED)
def test_what_differs_in_order_only(one: str, other: str) -> None:
    assert commuted(one, other) and not written_alike(one, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_another_formula(one: str, other: str) -> None:
    assert not commuted(one, other) and not written_alike(one, other)


# -- documents ---------------------------------------------------------------------------

NOTE = r"""# Squares

$$y_i = x_i^2$$

$$L = \sum_{i=1}^n y_i$$

$$\frac{\partial L}{\partial x_i} = 2 x_i$$
"""


def squares() -> Equation:
    (equation,) = Document("squares.md", NOTE).equations
    return equation


def test_the_right_side_of_a_claim_that_holds_is_found() -> None:
    equation = squares()
    assert equation.right.strip() == "2 x_i"
    assert NOTE[slice(*equation.stretch)].strip() == "2 x_i"
    assert NOTE[equation.sign] == "="


@pytest.mark.parametrize(
    ("find", "put", "recovery"),
    [
        ("3 x_i", "2 x_i", Recovery.EXACT),
        ("3 x_i", "{2} x_{i}", Recovery.EXACT),
        ("3 x_i", r"x_i \cdot 2", Recovery.COMMUTED),
        ("3 x_i", r"\frac{dy_i}{dx_i}", Recovery.EQUIVALENT),
        ("3 x_i", "4 x_i", Recovery.BAD),
        ("3 x_i", r"\frac{\partial L}{\partial x_i}", Recovery.HOLLOW),
        ("3 x_i", r"2 x_i + y_i - y_i", Recovery.HOLLOW),
        ("3 x_i", r"\left x_i 2", Recovery.BROKEN),
        ("3 x_i", r"2 \left\left( x_i \right)\right", Recovery.BROKEN),
        ("3 x_i", r"2 \left\langle x_i \right\rangle", Recovery.BAD),
        ("3 x_i", r"2 x_i - (x_i - (x_i))", Recovery.HOLLOW),
        ("L}{", r"(\frac{3}{2} L)}{", Recovery.ELSEWHERE),
    ],
)
def test_corrections_are_classified(find: str, put: str, recovery: Recovery) -> None:
    equation = squares()
    mutant = NOTE.replace("2 x_i", "3 x_i")
    line = next(n for n, text in enumerate(mutant.splitlines(), 1) if "partial" in text)
    column = mutant.splitlines()[line - 1].index(find) + 1
    change = Change(line, column, line, column + len(find), put)
    (offer,) = offers(equation, mutant, [Correction("", (change,), True, "every size")])
    assert offer.recovery is recovery


def test_changes_of_one_correction_are_applied_together() -> None:
    changes = (Change(1, 1, 1, 1, "x"), Change(1, 3, 2, 2, "-"))
    assert applied("abc\ndef\n", changes) == "xab-ef\n"


@pytest.mark.parametrize("suffix", [".html", ".ipynb", ".tex", ".rst"])
def test_mutants_of_every_format_keep_the_document_readable(suffix: str) -> None:
    """What is put in is written as the format writes it, and nothing else moves."""
    paths = sorted((Path(__file__).parents[1] / "corpus").glob(f"*{suffix}"))
    assert paths
    for document in (Document(str(p), p.read_text(encoding="utf-8")) for p in paths):
        claims = judged(document.path, document.text)
        verdicts = []
        for equation in document.equations[-2:]:
            for edit in KINDS["lost_factor"](equation.side):
                spoiled = judged(document.path, equation.edited(edit))
                assert len(spoiled) == len(claims)
                verdicts += [c.judgement.verdict for c in spoiled if c.sign_start == equation.sign]
        assert sum(v in COUNTED for v in verdicts) > len(verdicts) / 2


def test_drawn_mutants_are_wrong_and_distinct() -> None:
    drawing = Drawing([Document("squares.md", NOTE)], seed=1)
    found = list(drawing.mutants(12))
    assert len({m.text for m in found}) == 12
    assert all(m.verdict in COUNTED and m.text != NOTE for m in found)
    assert sum(sum(c.values()) for c in drawing.tally.values()) >= 12
    assert verdict_at("squares.md", NOTE, squares().sign) is Verdict.HOLDS
