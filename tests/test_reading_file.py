"""A reading file beside a document declares what the document leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.documents.check import check_source
from gradcheck.documents.reading.source import UnreadableDocument
from gradcheck.model import Verdict
from gradcheck.options import Options

HERE = Path(__file__).parent
READING = HERE / "readings" / "linear-softmax-crossentropy-relu.toml"
NOTES = HERE.parent.parent / "shared" / "seeds" / "004_21674e26d6a7d451.txt"
ENGINES = ("algebra", "float64")


def verdicts(text: str, reading: Path | None) -> list[Verdict]:
    """The verdicts on a small document."""
    options = Options(engines=ENGINES, reading=reading)
    return [claim.verdict for claim in check_source("notes.md", text.encode(), options).claims]


def written(tmp_path: Path, text: str) -> Path:
    """A reading file with this text."""
    path = tmp_path / "reading.toml"
    path.write_text(text, encoding="utf-8")
    return path


RELU = r"$$ \frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \mathbb{1}(x_i > 0) $$"


def test_a_definition_that_is_left_out(tmp_path: Path) -> None:
    """Without it the claim is open, with it proved, with a wrong one refuted."""
    assert verdicts(RELU, None) == [Verdict.UNDECIDED]
    right = written(tmp_path, 'define = ["y_i = \\\\max(0, x_i)"]')
    assert verdicts(RELU, right) == [Verdict.HOLDS]
    wrong = written(tmp_path, 'define = ["y_i = x_i^2"]')
    assert verdicts(RELU, wrong) == [Verdict.WRONG]


def test_from_a_line_on(tmp_path: Path) -> None:
    """A `[[from]]` table applies from its line on, and not before."""
    text = f"# One\n\n{RELU}\n\n# Two\n\n{RELU}\n"
    reading = written(tmp_path, '[[from]]\nline = 5\noutput = ["y"]\ndefine = ["y_i = \\\\max(0, x_i)"]')
    assert verdicts(text, reading) == [Verdict.UNDECIDED, Verdict.HOLDS]


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("lose = 'L'", "did you mean `loss`"),
        ("loss = 3", "must be a string"),
        ("[[from]]", "needs line"),
        ("= 1", "TOML"),
    ],
)
def test_a_bad_reading_file_says_why(tmp_path: Path, toml: str, words: str) -> None:
    """Unknown keys, wrong types and broken TOML are named."""
    with pytest.raises(UnreadableDocument, match=words):
        verdicts(RELU, written(tmp_path, toml))


@pytest.mark.skipif(not NOTES.exists(), reason="the original notes are not beside this checkout")
def test_the_handwritten_notes_are_all_decided() -> None:
    """Garbled shapes, names that OCR split, four layers with one set of letters: all of it is decided."""
    document = check_source(NOTES.name, NOTES.read_bytes(), Options(engines=ENGINES, reading=READING))
    assert [c.latex for c in document.claims if c.verdict.is_open] == []
    assert [c.place.line for c in document.claims if c.verdict is Verdict.WRONG] == [13]
