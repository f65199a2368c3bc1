"""The five built-in derivations, relation by relation, against a table made by hand.

The numbers are lines of the source documents, which each display's ``from`` comment leads to. Where a
line has several relation signs they are separated by commas, in their order. Several letters are
alternatives; ``?`` marks a sign that need not be a claim of its own.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from gradcheck.documents.check import check_source
from gradcheck.model import Claim, Verdict
from gradcheck.options import Options

ROOT = Path(__file__).parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
OPTIONS = [Options(engines=("algebra", "float64"))]
WORDS = {
    "d": Verdict.DEFINITION, "h": Verdict.HOLDS, "w": Verdict.WRONG, "i": Verdict.INHERITED,
    "r": Verdict.RECOVERED, "c": Verdict.CONVENTION, "s": Verdict.SLIP,
}  # fmt: skip
EXPECTED = {
    "cross-entropy-and-batchnorm-unbiased": """
        9:d 15:h 21:h 23:h 25:h 27:h 33:h 35:h,h 42:d 44:d 46:d 48:d 57:d 61:h 65:h 71:w,r,h 75:h,h 80:h 86:h
        90:h 94:h 98:h 103:w 105:r 107:h 109:h
    """,
    "batchnorm-matrix-kronecker": """
        14:d,d,dh,dh 20:d 21:d 33:d 34:d 35:d 36:d 44:d 54:h 60:h 70:d 71:d 72:h 79:d,hs 91:hd 92:h 97:h 107:h
        124:h,h,h,h,h 125:h,h,h,h,s 126:h,h,h,h,h 127:h,h,h,h,h 128:h,h,h,h,h 136:h 150:d 158:h
        164:h 165:h 166:h
        174:d 175:shd 176:sh 177:hd 178:s 179:h 180:h 181:h 182:h 183:h 189:hd 190:h 191:h 197:hd 198:h 199:h
        200:h 201:h 209:h 210:h
    """,
    "batchnorm-agarwal": "11:d 13:d 15:d 17:d 21:w 25:s 29:s 31:w 33:h 35:h 39:s 41:w 45:d 49:w",
    "batchnorm-handwritten-unbiased": """
        10:d 12:d 14:d 16:d 20:h 22:h 24:h 26:h 28:w 30:r 32:w 34:i 36:i 38:wi 40:h 44:h 46:h 48:h
        50:h 52:hs 54:h
        56:h 58:h 60:h 62:h 64:c 66:ci 68:h 72:h 74:h 76:h 78:h 80:h 82:h 84:h 86:h 88:h 90:c 92:ci
        94:w 96:rc 98:ci
    """,
    "linear-softmax-crossentropy-relu": """
        7:d 13:d,?d,cw 15:hc,h,h 19:d 21:?d,cs 23:h 26:hc 28:h,h 32:d 42:h 44:d 48:hs,h,h 52:h,h,h
        55:h 56:s 57:sh
        62:d 70:sh,h 74:c
    """,
}
FILES = {name: number for number, name in enumerate(EXPECTED)}
FLAGGED = {Verdict.WRONG, Verdict.INHERITED, Verdict.RECOVERED, Verdict.CONVENTION, Verdict.SLIP}
RIGHT = {Verdict.HOLDS, Verdict.DEFINITION}


def read(name: str) -> str:
    return (ROOT / "derivations" / f"{name}.md").read_text(encoding="utf-8")


def table(name: str) -> dict[int, list[str]]:
    """Source line to the words for its signs."""
    cells = (cell.split(":") for cell in EXPECTED[name].split())
    return {int(line): words.split(",") for line, words in cells}


def source_lines(text: str) -> dict[int, int]:
    """Line of ours to line of the source, for every line that a ``from`` comment governs."""
    found: dict[int, int] = {}
    offset = None
    for number, line in enumerate(text.splitlines(), 1):
        comment = re.match(r"<!-- from \S+:(\d+) -->", line)
        if comment:
            offset = int(comment[1]) - number - 1
        if offset is not None:
            found[number] = number + offset
    return found


@cache
def judged(name: str, bare: bool = False) -> dict[int, list[Claim]]:
    """Source line to the claims that stand there, in the order of their columns."""
    text = read(name)
    claims = check_source(f"{name}.md", (stripped(text) if bare else text).encode(), OPTIONS[0]).claims
    lines = source_lines(text)
    out: dict[int, list[Claim]] = {}
    for claim in claims:
        out.setdefault(lines.get(claim.place.line, -claim.place.line), []).append(claim)
    return out


def stripped(text: str) -> str:
    """The displays, the inline conditions and the headings alone, every line where it was.

    A symbol belongs to its section: f is the layer in one and the loss in another.
    """
    out, shown, fenced = [], False, False
    for line in text.splitlines():
        if line.startswith("```"):
            fenced = not fenced
        condition = re.search(r"if \$[^$]*\$|let \$[^$]*\$", line)
        opens = not fenced and line.count("$$") == 1
        keep = shown or "$$" in line or line.startswith("#")
        out.append(line if keep and not fenced else condition[0] if condition and not fenced else "")
        shown ^= opens
    return "\n".join(out)


def matched(words: list[str], claims: list[Claim]) -> list[tuple[str, Claim | None]]:
    """The words of a line with its claims; optional ones left out where there are too many."""
    spare = len(words) - len(claims)
    kept = []
    for word in words:
        if word.startswith("?") and spare > 0:
            spare -= 1
            continue
        kept.append(word.lstrip("?"))
    padded = [*claims, *[None] * (len(kept) - len(claims))]
    return list(zip(kept, padded, strict=False))


def allowed(word: str) -> set[Verdict]:
    return {WORDS[letter] for letter in word}


def shown(name: str, line: int, word: str, claim: Claim | None) -> str:
    if claim is None:
        return f"{name} source line {line}: expected {word}, got no claim"
    return (
        f"{name} source line {line} ({claim.place.line}:{claim.place.column}): expected {word}, "
        f"got {claim.verdict.value}: {claim.latex}  -- {claim.message}"
    )


@pytest.mark.parametrize("name", EXPECTED)
def test_every_relation_has_its_verdict(name: str) -> None:
    """Nothing unread, nothing undecided, every error found, nothing right flagged."""
    found, missed = judged(name), []
    for line, words in table(name).items():
        claims = found.get(line, [])
        required = sum(not w.startswith("?") for w in words)
        if not required <= len(claims) <= len(words):
            missed.append(f"{name} source line {line}: {len(claims)} claims for {words}")
        missed += [
            shown(name, line, word, claim)
            for word, claim in matched(words, claims)
            if claim is None or claim.verdict not in allowed(word)
        ]
    assert not missed, "\n".join(missed)


@pytest.mark.parametrize("name", EXPECTED)
def test_there_are_no_other_claims(name: str) -> None:
    """What is not in the table may only be a definition or hold, and is read."""
    extra = [c for line, claims in judged(name).items() if line not in table(name) for c in claims]
    flagged = [f"{c.place.line}: {c.verdict.value} {c.latex}" for c in extra if c.verdict not in RIGHT]
    assert not flagged, "\n".join(flagged)


def test_the_known_erratum_is_pointed_at() -> None:
    """The exponent 2 that should be -3/2: its line, the sign's column, and a counterexample."""
    text = read("batchnorm-agarwal")
    (claim,) = judged("batchnorm-agarwal")[31]
    line = text.splitlines()[claim.place.line - 1]
    assert claim.label == "8"
    assert claim.verdict is Verdict.WRONG
    assert line[claim.place.column - 1 :].startswith("= \\sum_{i=1}^m")
    assert claim.counterexample is not None
    assert claim.counterexample.printed != claim.counterexample.true


@pytest.mark.parametrize("name", EXPECTED)
def test_every_sign_is_where_it_is_said_to_be(name: str) -> None:
    """At the line and column of a claim stands a relation sign."""
    lines = read(name).splitlines()
    signs = ("=", "\\leftarrow", "\\Leftrightarrow", "\\Rightarrow", ":=")
    for claims in judged(name).values():
        for claim in claims:
            rest = lines[claim.place.line - 1][claim.place.column - 1 :]
            assert rest.startswith(signs), (claim.latex, rest)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_wrong_can_be_checked_by_hand(name: str) -> None:
    """Every ``wrong`` has a concrete point, every ``inherited`` names the claim that it inherits from."""
    claims = [c for found in judged(name).values() for c in found]
    assert not [c.latex for c in claims if c.verdict is Verdict.WRONG and c.counterexample is None]
    ids = {c.id for c in claims}
    assert not [c.latex for c in claims if c.verdict is Verdict.INHERITED and c.cause_claim not in ids]


def mistaken(name: str, found: dict[int, list[Claim]]) -> list[str]:
    """Right relations that are flagged all the same."""
    out = []
    for line, words in table(name).items():
        for word, claim in matched(words, found.get(line, [])):
            if claim is None or claim.verdict not in FLAGGED or claim.verdict in allowed(word):
                continue
            if allowed(word) & RIGHT:
                out.append(shown(name, line, word, claim))
    return out


def opened(name: str, found: dict[int, list[Claim]]) -> list[str]:
    """Relations of the table that stayed open or were passed over."""
    pairs = [(n, w, c) for n, words in table(name).items() for w, c in matched(words, found.get(n, []))]
    return [shown(name, n, w, c) for n, w, c in pairs if c is None or c.verdict.is_open]


@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_right_is_flagged_without_the_prose(name: str) -> None:
    """The headings, displays and conditions alone, nothing declared."""
    missed = mistaken(name, judged(name, bare=True))
    assert not missed, "\n".join(missed)


def test_nine_in_ten_are_decided_without_the_prose() -> None:
    """Over the five documents, nothing declared; the rest says where the reader stopped."""
    left = [line for name in EXPECTED for line in opened(name, judged(name, bare=True))]
    claims = [c for name in EXPECTED for found in judged(name, bare=True).values() for c in found]
    assert not [c.latex for c in claims if c.verdict.is_open and not c.message]
    assert len(left) <= sum(len(w) for name in EXPECTED for w in table(name).values()) / 10, "\n".join(left)


@cache
def raw(name: str) -> dict[int, list[Claim]]:
    """The claims of an original document by line."""
    (path,) = SEEDS.glob(f"{FILES[name]:03d}_*.txt")
    out: dict[int, list[Claim]] = {}
    for claim in check_source(path.name, path.read_bytes(), OPTIONS[0]).claims:
        out.setdefault(claim.place.line, []).append(claim)
    return out


originals = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the original documents are not beside the checkout"
)


@originals
@pytest.mark.parametrize("name", EXPECTED)
def test_nothing_right_is_flagged_in_the_original(name: str) -> None:
    """The documents as they were found."""
    missed = mistaken(name, raw(name))
    assert not missed, "\n".join(missed)


@originals
def test_nine_in_ten_are_decided_in_the_originals() -> None:
    """Every relation of the table is a claim at its own line, and nine in ten are decided."""
    left = [line for name in EXPECTED for line in opened(name, raw(name))]
    assert not [line for line in left if line.endswith("got no claim")], "\n".join(left)
    assert len(left) <= sum(len(w) for name in EXPECTED for w in table(name).values()) / 10, "\n".join(left)
