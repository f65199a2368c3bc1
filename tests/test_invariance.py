"""What a document says does not depend on how it is written: the same verdicts, in the same order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from itertools import permutations
from pathlib import Path

import pytest
import retouch

from gradcheck.documents.check import check_source
from gradcheck.model import Claim
from gradcheck.options import Options

ROOT = Path(__file__).parents[1]
ENGINES = Options(engines=("algebra", "float64"), corrections=False)
DERIVATIONS = sorted(p.relative_to(ROOT).as_posix() for p in (ROOT / "derivations").glob("*.md"))
CORPUS = [
    f"tests/corpus/{name}.md"
    for name in (
        "attention-index", "groupnorm", "l2-normalisation", "layernorm", "logsumexp-softplus",
        "relu-mlp", "rmsnorm",
        "sigmoid-bce", "softmax-regression", "tanh-rnn",
    )
]  # fmt: skip
DOCUMENTS = [*DERIVATIONS, *CORPUS]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def judged(text: str | bytes, name: str = "document.md") -> tuple[Claim, ...]:
    """The claims of a text; one that a change left alone is not judged again."""
    data = text if isinstance(text, bytes) else text.encode()
    return check_source(name, data, ENGINES).claims


@cache
def original(path: str) -> tuple[Claim, ...]:
    found = judged(read(path), path)
    assert found
    return found


def compare(before: tuple[Claim, ...], after: tuple[Claim, ...]) -> None:
    """Fail with the claims whose verdicts are not what they were."""
    lines = [
        f"{b.place.line}:{b.place.column} {b.verdict.value} became {a.verdict.value}: {a.latex}"
        for b, a in zip(before, after, strict=False)
        if a.verdict is not b.verdict
    ]
    if len(before) != len(after):
        lines.append(f"{len(before)} claims became {len(after)}")
    assert not lines, "\n".join(lines)


RETOUCHED: dict[str, Callable[[str], str]] = {
    "dfrac": lambda t: retouch.replaced(t, {"\\frac": "\\dfrac"}),
    "frac": lambda t: retouch.replaced(t, {"\\dfrac": "\\frac"}),
    "curly differentials": lambda t: retouch.differentials(t, "\\partial"),
    "straight differentials": lambda t: retouch.differentials(t, "d"),
    "brackets that grow": lambda t: retouch.brackets(t, "\\left", "\\right"),
    "plain brackets": lambda t: retouch.brackets(t, "", ""),
    "big brackets": lambda t: retouch.brackets(t, "\\big", "\\big"),
    "Bigl brackets": lambda t: retouch.brackets(t, "\\Bigl", "\\Bigr"),
    "square displays": lambda t: retouch.displays(t, "\\[", "\\]"),
    "align": retouch.aligned,
    "spaces": retouch.spaced,
    "no spaces": retouch.unspaced,
    "blank lines": lambda t: retouch.spread(t, "\n\n"),
    "comments": lambda t: retouch.spread(t, "<!-- a remark, $a = b$ -->"),
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "byte order mark": lambda t: "\ufeff" + t,
    "trailing blanks": lambda t: t.replace("\n", "  \n"),
}


@pytest.mark.parametrize("path", DOCUMENTS)
@pytest.mark.parametrize("change", RETOUCHED)
def test_layout_does_not_matter(change: str, path: str) -> None:
    """Fractions, differentials, brackets, displays, blanks, comments and line ends."""
    compare(original(path), judged(RETOUCHED[change](read(path)), path))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_the_file_name_does_not_matter(path: str) -> None:
    """Nothing is known by its name, not even a built-in document."""
    compare(original(path), judged(read(path), "/elsewhere/Ünknown name.markdown"))


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_notebook_says_the_same(path: str) -> None:
    """The same sections as cells."""
    compare(original(path), judged(retouch.as_notebook(read(path)), "document.ipynb"))


@pytest.mark.parametrize("path", [p for p in DOCUMENTS if "```" not in read(p)])
def test_a_latex_document_says_the_same(path: str) -> None:
    """The same formulas and sentences between ``\\begin{document}`` and ``\\end{document}``."""
    compare(original(path), judged(retouch.as_tex(read(path)), "document.tex"))


SYMBOLS = {
    "derivations/batchnorm-agarwal.md": {
        "x": "u", "y": "w", "l": "E", "\\mu": "\\nu", "\\sigma": "\\tau", "\\gamma": "\\alpha",
        "\\beta": "\\kappa",
        "\\epsilon": "\\varepsilon", "\\delta": "\\eta", "B": "S",
    },
    "derivations/batchnorm-handwritten-unbiased.md": {
        "x": "u", "y": "w", "L": "E", "\\mu": "\\nu", "\\sigma": "\\tau", "\\gamma": "\\alpha",
        "\\beta": "\\kappa",
        "\\epsilon": "\\varepsilon",
    },
    "derivations/batchnorm-matrix-kronecker.md": {
        "h": "z", "y": "o", "\\mu": "\\nu", "\\gamma": "\\alpha", "\\beta": "\\kappa", "\\sigma": "\\tau",
        "\\delta": "\\eta", "u": "q", "v": "r", "a": "s",
    },
    "derivations/cross-entropy-and-batchnorm-unbiased.md": {
        "l": "s", "p": "q", "y": "c", "L": "E", "x": "u", "\\mu": "\\nu", "\\sigma": "\\tau",
        "\\gamma": "\\alpha",
        "\\beta": "\\kappa", "\\epsilon": "\\varepsilon", "B": "S",
    },
    "derivations/linear-softmax-crossentropy-relu.md": {"\\Gamma": "\\Lambda", "P": "R"},
    "tests/corpus/attention-index.md": {"Q": "A", "K": "B", "V": "C", "S": "Z", "P": "W", "O": "Y", "L": "E"},
    "tests/corpus/l2-normalisation.md": {"x": "u", "y": "w", "s": "q", "L": "E", "\\rho": "\\tau"},
    "tests/corpus/layernorm.md": {"x": "u", "y": "w", "g": "q", "\\mu": "\\nu", "\\sigma": "\\tau", "L": "E"},
    "tests/corpus/logsumexp-softplus.md": {"x": "v", "F": "G", "\\zeta": "\\xi"},
    "tests/corpus/rmsnorm.md": {"x": "u", "y": "w", "g": "a", "r": "q", "\\ell": "J",
    "\\varepsilon": "\\eta"},
    "tests/corpus/sigmoid-bce.md": {"z": "a", "p": "q", "t": "y", "L": "E"},
    "tests/corpus/softmax-regression.md": {"z": "a", "p": "q", "t": "y", "E": "J", "w": "v", "x":
    "u", "b": "c"},
    "tests/corpus/tanh-rnn.md": {"a": "z", "h": "g", "U": "V", "W": "R", "x": "u", "b": "c", "s": "r"},
}  # fmt: skip
INDICES = {
    "derivations/batchnorm-agarwal.md": {"i": "k"},
    "derivations/batchnorm-handwritten-unbiased.md": {"i": "k", "j": "r"},
    "derivations/batchnorm-matrix-kronecker.md": {"i": "r", "j": "s", "k": "q", "l": "c", "p": "t"},
    "derivations/cross-entropy-and-batchnorm-unbiased.md": {"i": "k", "j": "r"},
    "derivations/linear-softmax-crossentropy-relu.md": {"i": "r", "j": "s", "k": "q", "t": "c"},
    "tests/corpus/attention-index.md": {"i": "s", "j": "t", "k": "l"},
    "tests/corpus/l2-normalisation.md": {"i": "p", "j": "q", "k": "l"},
    "tests/corpus/layernorm.md": {"i": "k", "j": "l"},
    "tests/corpus/logsumexp-softplus.md": {"i": "p", "j": "l"},
    "tests/corpus/rmsnorm.md": {"i": "p", "j": "q", "k": "s"},
    "tests/corpus/sigmoid-bce.md": {"i": "k"},
    "tests/corpus/softmax-regression.md": {"j": "l", "k": "c", "n": "i"},
    "tests/corpus/tanh-rnn.md": {"i": "p", "j": "q", "k": "r"},
}
COUNTS = {
    "derivations/batchnorm-agarwal.md": {"m": "n"},
    "derivations/batchnorm-handwritten-unbiased.md": {"n": "N"},
    "derivations/batchnorm-matrix-kronecker.md": {"N": "M"},
    "derivations/cross-entropy-and-batchnorm-unbiased.md": {"m": "N"},
    "tests/corpus/l2-normalisation.md": {"n": "N"},
    "tests/corpus/layernorm.md": {"D": "H"},
    "tests/corpus/logsumexp-softplus.md": {"K": "n"},
    "tests/corpus/rmsnorm.md": {"n": "N"},
    "tests/corpus/sigmoid-bce.md": {"N": "m"},
    "tests/corpus/softmax-regression.md": {"K": "C", "D": "F"},
    "tests/corpus/tanh-rnn.md": {"H": "N", "D": "M"},
}


@pytest.mark.parametrize("path", SYMBOLS)
def test_names_of_symbols_do_not_matter(path: str) -> None:
    """Every symbol under another name, all at once and one at a time."""
    compare(original(path), judged(retouch.renamed(read(path), SYMBOLS[path]), path))
    for old, new in SYMBOLS[path].items():
        compare(original(path), judged(retouch.renamed(read(path), {old: new}), path))


@pytest.mark.parametrize("path", INDICES)
def test_names_of_indices_do_not_matter(path: str) -> None:
    """Every index letter under another name."""
    compare(original(path), judged(retouch.renamed(read(path), INDICES[path]), path))


@pytest.mark.parametrize("path", INDICES)
def test_indices_may_change_places(path: str) -> None:
    """The index letters of a document handed round among themselves."""
    letters = list(INDICES[path])
    turned = dict(zip(letters, [*letters[1:], letters[0]], strict=True))
    compare(original(path), judged(retouch.renamed(read(path), turned), path))


@pytest.mark.parametrize("path", COUNTS)
def test_names_of_sizes_do_not_matter(path: str) -> None:
    """Every size under another name."""
    compare(original(path), judged(retouch.renamed(read(path), COUNTS[path]), path))


@pytest.mark.parametrize("first", range(4))
def test_definitions_may_stand_in_any_order(first: int) -> None:
    """The four definitions of the handwritten page, which has them backwards already."""
    path = "derivations/batchnorm-handwritten-unbiased.md"
    for order in (o for o in permutations(range(4)) if o[0] == first):
        text = retouch.swapped(read(path), dict(enumerate(order)))
        compare(original(path), judged(text, path))


@pytest.mark.parametrize(("path", "one", "other"), [
    ("derivations/batchnorm-agarwal.md", 4, 5),
    ("derivations/batchnorm-agarwal.md", 6, 8),
    ("tests/corpus/groupnorm.md", 0, 1),
])  # fmt: skip
def test_independent_claims_may_change_places(path: str, one: int, other: int) -> None:
    """Two displays of one relation each, neither of which uses the other."""
    before = original(path)
    text = retouch.swapped(read(path), {one: other, other: one})
    expected = {c.latex: c.verdict for c in before}
    found = {c.latex: c.verdict for c in judged(text, path)}
    assert found == expected
