"""Index letters: printable, one size each, and read back as what they are."""

from pathlib import Path

import pytest

from gradcheck.algebra import expr as e
from gradcheck.derive.derivation import Forward
from gradcheck.deriving.library import builtin, library_names
from gradcheck.deriving.source import forwards
from gradcheck.deriving.typed import definitions_as_document

ROOT = Path(__file__).parents[2]


def typed(*lines: str) -> Forward:
    (forward,) = forwards("x.md", definitions_as_document(lines))
    return forward


def bound(body: e.Expr, around: tuple[str, ...]) -> None:
    """Every sum inside binds a letter of its own."""
    if isinstance(body, e.Sum):
        assert body.index not in around
        around = (*around, body.index)
    for child in e.children(body):
        bound(child, around)


def check(forward: Forward) -> None:
    graph, letters = forward.graph, forward.letters
    names = {*graph.nodes, *graph.leaves, forward.loss, *letters}
    for node in graph.nodes.values():
        for param, size in zip(node.params, node.sizes, strict=True):
            assert param in letters[size]
        bound(node.body, node.params)
    for size, found in letters.items():
        assert len(set(found)) == len(found) >= 6
        assert not names & set(found)
        assert all(len(x) == 1 and x.islower() for x in found), size
    first = [found[0] for found in letters.values()]
    assert len(set(first)) == len(first)
    for leaf in graph.leaves:
        assert len(set(forward.indices(leaf))) == len(graph.leaves[leaf])


@pytest.mark.parametrize("name", library_names())
def test_letters_of_the_library(name: str) -> None:
    for forward in forwards(*builtin(name)):
        check(forward)


@pytest.mark.parametrize(
    "path",
    [
        *sorted((ROOT / "derivations").glob("*.md")),
        ROOT / "tests/corpus/mlp-mse-rows.md",
        ROOT / "tests/corpus/blogs/mlp-superscript.md",
        ROOT / "tests/corpus/blogs/matfac.md",
    ],
    ids=lambda p: p.stem,
)
def test_letters_of_documents(path: Path) -> None:
    for forward in forwards(str(path), path.read_bytes()):
        check(forward)


def test_the_document_s_own_letters_come_first() -> None:
    forward = typed(r"y_{nk} = x_{nk} - \frac{1}{N} \sum_{n=1}^N x_{nk}")
    assert [found[0] for found in forward.letters.values()] == ["n", "k"]
    assert forward.graph.nodes["y"].params == ("n", "k")


def test_matrices_get_letters() -> None:
    forward = typed("Y = X W + b")
    assert forward.graph.nodes["Y"].params == ("i", "j")
    check(forward)


def test_a_letter_that_runs_over_two_sizes_stays_with_one() -> None:
    forward = typed(r"a = \sum_{i=1}^n x_i; b = \sum_{i=1}^m z_i; y = a b")
    sums = [n for node in forward.graph.nodes.values() for n in e.walk(node.body) if isinstance(n, e.Sum)]
    assert len({s.index for s in sums}) == 2
    check(forward)


def test_a_letter_that_names_something_gives_way() -> None:
    forward = typed(r"p_i = \sum_{k=1}^n \exp(x_{ik}); y_i = k p_i")
    assert "k" in forward.graph.leaves
    check(forward)


def test_a_length_that_is_counted_with_gets_a_name() -> None:
    forward = typed(r"L = \operatorname{mean}((X - T) \odot (X - T))")
    sizes = {n.name for n in e.walk(forward.graph.nodes["L"].body) if isinstance(n, e.Size)}
    assert sizes == set(forward.letters) == set(forward.graph.leaves["X"])
    assert all(len(size) == 1 and size.isupper() for size in sizes)


def test_every_letter_is_read_back_as_an_index() -> None:
    """A definition written with any of the letters means the same as with the first."""
    pattern = r"y_{@j} = x_{@j} - \frac{1}{m} \sum_{@=1}^m x_{@j}"
    first = typed(pattern.replace("@", "i"))
    for letter in first.letters["m"]:
        again = typed(pattern.replace("@", letter))
        assert again.graph.leaves == first.graph.leaves
        assert again.graph.nodes["y"].sizes == first.graph.nodes["y"].sizes
