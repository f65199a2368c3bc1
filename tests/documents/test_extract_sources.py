"""Places, encodings, hostile inputs: what holds for a document of any format."""

from __future__ import annotations

import json
import random
import re
import sys
from pathlib import Path
from types import FrameType

import pytest

from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.formats.seeker import Seeker
from gradcheck.documents.reading.source import Kind, Source, UnreadableDocument

SUFFIXES = (".md", ".txt", ".tex", ".rst", ".html", ".ipynb")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "white space"),
        (b"abc\x00def", "NUL byte at offset 3"),
        (bytes(range(128, 256)) * 50, "most of the file"),
        ("so\r\ncaf\xe9 is the name of a place\r\n".encode("latin-1"), r"0xe9 at offset 7 \(line 2\).*UTF-8"),
        ("a = b".encode("utf-16-le"), "NUL"),
        (b"\xff\xfea", "UTF-16"),
    ],
)
def test_files_that_cannot_be_read(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableDocument, match=message):
        read_source("a.md", data)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks_are_no_characters(encoding: str) -> None:
    source = read_source("a.md", "$$σ$$".encode(encoding))
    assert source.text == "$$σ$$"
    assert source.position(source.regions[0].offsets[0]) == (1, 3)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    source = read_source("a.md", end.join(["# T", "", "a\u2028b\x0cc", "$$", "x", "$$", ""]).encode())
    display = next(region for region in source.regions if region.kind is Kind.DISPLAY)
    assert display.text == "\nx\n"
    assert source.position(display.offsets[1]) == (5, 1)
    assert source.line(3) == "a\u2028b\x0cc"
    assert (source.line(7), source.line(0), source.line(8)) == ("", "", "")


def test_place_is_cut_at_the_end_of_its_line() -> None:
    source = Source("a", "ab\r\ncd\n", "", ())
    assert (source.place(1, 6).column, source.place(1, 6).end_column) == (2, 3)
    assert source.position(7) == (3, 1)
    assert source.place(7, 7).line == 3


def test_unknown_suffixes_are_read_as_text() -> None:
    assert [r.kind for r in read_source("README", b"$$a$$").regions] == [Kind.DISPLAY]


# fmt: off
FRAGMENTS = [
    *["$$", "$", "\\[", "\\]", "\\(", "\\)"],
    *["\\\\[", "\\\\]", "\\begin{align}", "\\end{align}", "`", "```", "~~~"],
    *["```math", "```gradcheck", "<!--", "-->", "> ", "- ", "# "],
    *["1. ", "    ", "\n", "\n\n", "\r\n", "\r", "\\"],
    *["{", "}", "](", ")", "<", "<p>", "</p>"],
    *["<pre>", "&amp;", "%", ".. math::", "::", ":math:`", "---", "==="],
    *["x = y", "some words here", "$x$", "\\text{", "\\title{"],
    *["\\begin{document}", "é", "\U0001d7d9", "\x0b", '"'],
    *["<math>", "<span class='katex-html'>", "</span>", "<script>"],
    *["%gradcheck a", "\\iffalse", "\\verb|", "&"],
]
# fmt: on


def nasty(seed: int) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(FRAGMENTS) for _ in range(chance.randint(1, 60))) + "x"


def encode(text: str, suffix: str) -> bytes:
    if suffix == ".ipynb":
        return json.dumps({"cells": [{"cell_type": "markdown", "source": text.splitlines(True)}]}).encode()
    return text.encode()


def assert_places(source: Source, *, plain: bool) -> None:
    end = -1
    for region in source.regions:
        offsets = list(region.offsets)
        assert len(offsets) == len(region.text) + 1
        assert offsets == sorted(offsets)
        assert min(offsets) >= 0
        assert offsets[-1] <= len(source.text)
        if plain:
            shown = "".join(source.text[offset] for offset in offsets[:-1])
            assert shown.replace("\r", "\n") == region.text
        if region.kind is not Kind.READING:  # in TeX it may stand in comments amid a display
            assert offsets[0] >= end, "regions overlap"
            end = offsets[-1]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_places_in_nasty_documents(suffix: str) -> None:
    for seed in range(400):
        source = read_source("a" + suffix, encode(nasty(seed), suffix))
        assert_places(source, plain=suffix in (".md", ".txt", ".tex", ".rst"))


def test_every_character_outside_blocks_is_in_a_region() -> None:
    text = "a $x$ b\n\n$$y$$\n\n# h\n\nc <b>d</b> `e`\n"
    covered = {o for r in read_source("a.md", text.encode()).regions for o in r.offsets[:-1]}
    assert {c for i, c in enumerate(text) if i not in covered} <= set("$# \n")


# fmt: off
OPENERS = [
    *["$", "$$", "$$ ", "\\[", "x \\[", "\\(", "x \\\\["],
    *["\\begin{align}", "`", "$`", "``` x\n", "> ", ">", "<!--"],
    *["](", "<a ", "<a b='", '<a b="', "<pre>", "<code>"],
    *["[a", "# ", "    x\n", "a\n---\n", "1. A\n\n", "\\", "{"],
    *["\\title{", "\\def\\a{", "%", "%gradcheck\n"],
    *["\\iffalse", "\\verb|", "\\begin{verbatim}", ":math:`", "``"],
    *[".. math::\n", ".. x\n", "a::\n\n", "<span>"],
    *["<span class='katex-html'>", "<math>", "&", "&amp;", "<h1>"],
    *["$x$ \\[ word ", "$$a$$ ", "$a", "x\n", "\n", " "],
    *["\t", "some words here\n", "---\n", "a::\n\n b\n\n", "=", "`a ",
    "<h1>a<math><annotation encoding='application/x-tex'>x</annotation></math></h1>"],
]
# fmt: on


def work(text: str, suffix: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """How much is done to read a text: calls, and characters that searches look at."""
    total = 0
    search = Seeker._search

    def count_search(self: Seeker, pattern: re.Pattern[str], start: int) -> tuple[int, int] | None:
        nonlocal total
        span = search(self, pattern, start)
        total += (span[1] if span else len(self.text)) - start
        return span

    def count_call(frame: FrameType, event: str, arg: object) -> None:
        nonlocal total
        total += 1

    monkeypatch.setattr(Seeker, "_search", count_search)
    sys.setprofile(count_call)
    try:
        read_source("a" + suffix, encode(text, suffix))
    finally:
        sys.setprofile(None)
        monkeypatch.undo()
    return total


@pytest.mark.parametrize("suffix", [".md", ".tex", ".rst", ".html"])
@pytest.mark.parametrize("opener", OPENERS)
def test_twice_the_text_is_twice_the_work(opener: str, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for tail in ("x", "x\nsome words here\n$$ \\] \\) --> \\\\] `$"):
        once = work(opener * 200 + tail, suffix, monkeypatch)
        twice = work(opener * 400 + tail, suffix, monkeypatch)
        assert twice < 2.3 * once + 200


def test_no_format_reads_outside_its_own_package() -> None:
    """Reading a document never evaluates it."""
    package = Path(read_source.__code__.co_filename).parent
    code = "\n".join(path.read_text() for path in (package / "formats").glob("*.py"))
    assert not re.search(r"\b(?:eval|exec|compile|__import__)\((?!r)", code.replace("re.compile(", ""))
