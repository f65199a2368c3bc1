"""Documents in many notations; what is to be found stands in each of them, behind every display.

``<!-- expect: holds wrong slip[D403] definition|holds -->`` (``% expect:`` in LaTeX, ``.. expect:`` in rst)
has a word per relation sign of the display before it, alternatives with ``|``, a code in brackets where it
matters. What is true comes first; ``undecided`` and ``unread`` behind it say that the tool may stop there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck.documents.check import check_source
from gradcheck.model import Claim, Verdict
from gradcheck.options import Options

CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = sorted(
    p.relative_to(CORPUS).as_posix()
    for p in CORPUS.rglob("*.*")
    if p.is_file() and p.name != "derivations-expected.md"
)
ENGINES = Options(engines=("algebra", "float64"))
EXPECT = re.compile(r"(?:<!--|%|\.\.)\s*expect:\s*([a-zA-Z0-9 |\[\]]+?)\s*(?:-->|$|\\n|\")", re.M)
WORDS = {v.value for v in Verdict}
ASIDE = {Verdict.HOLDS, Verdict.DEFINITION, Verdict.SLIP}
SHORT = ("minimal/", "blogs/")
"""Documents about one thing each, which need not have both right and wrong equations."""


@dataclass(frozen=True)
class Group:
    """What is expected of the display that ends before an offset."""

    start: int
    end: int
    words: list[str]


def groups(text: str) -> list[Group]:
    """The expectations with the stretch of text that each one speaks about."""
    out, start = [], 0
    for found in EXPECT.finditer(text):
        out.append(Group(start, found.start(), found[1].split()))
        start = found.end()
    return out


def offset(lines: list[int], claim: Claim) -> int:
    return lines[claim.place.line - 1] + claim.place.column - 1


def fits(word: str, claim: Claim) -> bool:
    """Whether a claim is what one word of an expectation allows."""
    for choice in word.split("|"):
        verdict, _, code = choice.rstrip("]").partition("[")
        codes = {claim.code, *(r.code for r in claim.remarks)}
        if claim.verdict.value == verdict and (not code or code in codes):
            return True
    return False


def described(claim: Claim, expected: str) -> str:
    """One line of a failure."""
    where = f"{claim.place.line}:{claim.place.column}"
    got = f"{claim.verdict.value} {claim.code}: {claim.latex}  -- {claim.message}"
    return f"{where} expected {expected} got {got}"


def aligned(words: list[str], here: list[Claim]) -> tuple[list[Claim], list[Claim]]:
    """The claims of the display, which are the last ones, and the asides before them."""
    first = max(len(here) - len(words), 0)
    return here[first:], here[:first]


def misses(text: str, claims: tuple[Claim, ...], unseen: bool = False) -> list[str]:
    """Everything that is not as the document expects; an aside of an unseen one may stay open."""

    def passes(claim: Claim) -> bool:
        open_allowed = unseen or text.startswith(":=", offset(lines, claim))
        return claim.verdict in ASIDE or (open_allowed and claim.verdict is Verdict.UNDECIDED)

    lines = [0]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    out, seen = [], 0
    for group in groups(text):
        here = [c for c in claims if group.start <= offset(lines, c) < group.end]
        seen += len(here)
        shown, asides = aligned(group.words, here)
        if len(shown) < len(group.words):
            line = text.count("\n", 0, group.end) + 1
            out.append(f"{line}: expected {group.words}, got {[c.verdict.value for c in here]}")
            continue
        out += [described(c, w) for c, w in zip(shown, group.words, strict=True) if not fits(w, c)]
        out += [described(c, "an aside that holds") for c in asides if not passes(c)]
    behind = sorted(claims, key=lambda c: offset(lines, c))[seen:]
    return out + [described(c, "nothing behind the last display") for c in behind if not passes(c)]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_findings_are_as_the_document_says(name: str) -> None:
    """Every relation of every display gets the verdict that is written behind it."""
    data = (CORPUS / name).read_bytes()
    text = data.decode().replace("\r\n", "\n")
    assert groups(text), "no expectation in the document"
    assert {re.split(r"\[", c)[0] for g in groups(text) for w in g.words for c in w.split("|")} <= WORDS
    document = check_source(name, data, ENGINES)
    missed = misses(text, document.claims, unseen=name.startswith("unseen/"))
    assert not missed, f"{len(missed)} misses:\n" + "\n".join(missed)


def test_the_corpus_is_wide_enough() -> None:
    """At least 15 documents, in every format but plain text, each with right and wrong equations."""
    texts = {name: (CORPUS / name).read_text(encoding="utf-8") for name in DOCUMENTS}
    words = {name: {w for g in groups(text) for w in g.words} for name, text in texts.items()}
    assert len(DOCUMENTS) >= 15
    assert {Path(name).suffix for name in DOCUMENTS} >= {".md", ".tex", ".rst", ".ipynb", ".html"}
    long = {name: found for name, found in words.items() if not name.startswith(SHORT)}
    assert [name for name, found in long.items() if not {"holds", "wrong"} <= found] == []
