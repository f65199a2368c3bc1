"""Edits as pieces of text, what sizes a bracket, formulas up to order, and LaTeX as an author spells it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.algebra import expr as e
from gradcheck.documents.correcting.canonical import canonical
from gradcheck.documents.correcting.edits import Misfit, Piece, edited, merged, ordered, spaced
from gradcheck.documents.correcting.numerals import Numerals
from gradcheck.documents.correcting.sizing import is_paired, length_before, without_sizing
from gradcheck.documents.correcting.spelling import Spelling
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.tokens import Token, tokenise
from gradcheck.model import Change

X, Y, Z = (e.Var(name, ("i",)) for name in "xyz")
NAMES = st.sampled_from([X, Y, Z, e.number(2), e.number(-3)])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: e.add(*pair)),
        st.tuples(inner, inner).map(lambda pair: e.mul(*pair)),
    ),
    max_leaves=8,
)


def tokens(text: str) -> list[Token]:
    return tokenise(text, range(len(text) + 1), {})


def after(text: str, *pieces: Piece) -> str:
    return "".join(t.value for t in edited(tokens(text), pieces, lambda piece: tokens(piece.latex)))


def spelling(text: str, path: str = "a.md") -> Spelling:
    return Spelling(read_source(path, text.encode()))


def test_pieces_replace_insert_and_delete_whatever_their_order() -> None:
    pieces = [Piece(8, 9, "c"), Piece(0, 1, "a b"), Piece(4, 4, "-")]
    assert after("x + y - z", *pieces) == after("x + y - z", *reversed(pieces)) == "ab+-y-c"
    assert after("x + y", Piece(2, 5, "")) == "x"


@pytest.mark.parametrize("piece", [Piece(1, 3, "x"), Piece(0, 2, ""), Piece(3, 3, "-")])
def test_an_edit_does_not_cut_a_token(piece: Piece) -> None:
    with pytest.raises(Misfit):
        after(r"\gamma x", piece)


def test_what_is_inserted_stands_before_what_is_replaced() -> None:
    assert merged(ordered([Piece(3, 5, "x"), Piece(3, 3, "-")])) == [Piece(3, 5, "-x")]
    assert merged([Piece(0, 2, r"\gamma"), Piece(2, 3, "y")]) == [Piece(0, 3, r"\gamma y")]
    assert merged([Piece(0, 1, "a"), Piece(2, 3, "b")]) == [Piece(0, 1, "a"), Piece(2, 3, "b")]


@pytest.mark.parametrize(
    ("before", "latex", "behind", "written"),
    [
        (r"\mu", "x", " ", " x"),
        (r"2\mu ", "x", " ", "x"),
        ("2", r"\mu", "x", r"\mu "),
        ("2", r"\mu", "_", r"\mu"),
        (r"\mu", "", "x", " "),
        (r"\mu", "^2", "x", "^2"),
    ],
)
def test_a_command_stays_apart_from_a_letter(before: str, latex: str, behind: str, written: str) -> None:
    assert spaced(before, latex, behind) == written


@pytest.mark.parametrize(
    ("text", "length"),
    [(r"x \left", 5), (r"x \Big ", 5), (r"\bigl", 5), (r"\leftarrow", 0), (r"\right", 6), ("", 0)],
)
def test_what_sizes_a_bracket(text: str, length: int) -> None:
    assert length_before(text) == length
    assert without_sizing(text) == text[: len(text) - length].rstrip()


@pytest.mark.parametrize(
    ("text", "paired"),
    [
        (r"\left( x \right)", True),
        (r"\left( \left[ x \right] \right.", True),
        (r"\left( x )", False),
        (r"\right) \left(", False),
        (r"x \leftarrow y \rightarrow z", True),
    ],
)
def test_every_left_has_its_right(text: str, paired: bool) -> None:
    assert is_paired(text) is paired


@given(EXPRESSIONS, EXPRESSIONS, EXPRESSIONS)
def test_order_and_brackets_do_not_matter(a: e.Expr, b: e.Expr, c: e.Expr) -> None:
    assert canonical(e.mul(a, e.mul(b, c))) == canonical(e.mul(e.mul(c, a), b))
    assert canonical(e.add(a, b)) == canonical(e.add(b, a))
    assert canonical(e.divide(a, X)) == canonical(e.mul(e.power(X, -1), a))


def test_the_names_of_bound_indices_do_not_matter_but_those_of_free_ones_do() -> None:
    def total(index: str, body: e.Expr) -> e.Expr:
        return e.Sum(index, "n", body)

    def entry(index: str) -> e.Expr:
        return e.Var("x", (index,))

    assert canonical(total("i", entry("i"))) == canonical(total("j", entry("j")))
    assert canonical(total("i", entry("j"))) != canonical(total("i", entry("i")))
    assert canonical(entry("i")) != canonical(entry("j"))
    nested = (total("i", total("j", e.mul(entry(a), e.Var("y", (b,))))) for a, b in ("ij", "ji"))
    assert len({canonical(x) for x in nested}) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [(e.add(X, Y), e.mul(X, Y)), (e.divide(X, Y), e.divide(Y, X)), (X, e.neg(X)), (X, e.power(X, 2))],
)
def test_different_formulas_have_different_forms(one: e.Expr, other: e.Expr) -> None:
    assert canonical(one) != canonical(other)


@pytest.mark.parametrize(
    ("document", "exponent", "factor"),
    [
        (r"(s + e)^{-1/2}", "3/2", r"\frac{3}{2}"),
        (r"(s + e)^{-\tfrac{1}{2}}", r"\tfrac{3}{2}", r"\tfrac{3}{2}"),
        (r"0.5 x", "1.5", "1.5"),
        (r"x + y", r"\frac{3}{2}", r"\frac{3}{2}"),
    ],
)
def test_numbers_are_spelled_as_in_the_document(document: str, exponent: str, factor: str) -> None:
    spelled = Numerals(document).spelled
    assert (spelled(Fraction(3, 2)), spelled(Fraction(3, 2), exponent=False)) == (exponent, factor)
    assert (spelled(Fraction(-3, 2)), spelled(Fraction(4))) == (f"-{exponent}", "4")


@pytest.mark.parametrize(
    ("text", "path", "line", "column", "length"),
    [
        ("Words.\n\n$$ y = \\mathbf{dS} x $$\n", "a.md", 3, 16, 2),
        ("Words.\r\n\r\n$$ y = \\mathbf{dS} x $$\r\n", "a.md", 3, 16, 2),
        ("<p>a &amp; b</p>\n<p>$$ y &lt; \\mathbf{dS} x $$</p>\n", "a.html", 2, 22, 2),
    ],
)
def test_a_piece_is_a_change_where_it_stands_in_the_file(
    text: str, path: str, line: int, column: int, length: int
) -> None:
    found = spelling(text, path)
    start = text.index("dS")
    assert found.between(start, start + length) == "dS"
    assert found.change(Piece(start, start + length, "x")) == Change(line, column, line, column + length, "x")
    assert found.whole(start, start + length) == (start - len(r"\mathbf{"), start + length + 1)
    assert found.before(start).endswith(r"\mathbf{") and found.after(start).startswith("dS} x")


def test_a_change_takes_what_sizes_its_bracket_and_keeps_commands_apart() -> None:
    text = r"$$ y = \left( x \right) z + \mu c $$"
    found = spelling(text)
    opening, closing = text.index("("), text.index(")")
    assert found.sized(Piece(opening, opening + 1, "")) == Piece(text.index(r"\left"), opening + 1, "")
    assert found.sized(Piece(closing, closing + 1, "")) == Piece(text.index(r"\right"), closing + 1, "")
    mu = text.index(r"\mu")
    assert found.change(Piece(mu, mu + 4, r"\nu")).latex == r"\nu "
    assert found.changed([Piece(mu, mu + 3, r"\nu")]).strip() == text[3:-3].replace(r"\mu", r"\nu").strip()
