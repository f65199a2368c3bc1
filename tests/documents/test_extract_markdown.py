"""Markdown and plain text become the regions that a reader would see."""

from __future__ import annotations

import pytest

from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import Kind, Region, Source


def read(text: str, path: str = "a.md") -> Source:
    return read_source(path, text.encode())


def texts(source: Source, kind: Kind) -> list[str]:
    return [region.text for region in source.regions if region.kind is kind]


def maths(text: str, path: str = "a.md") -> list[tuple[str, str]]:
    regions = read(text, path).regions
    return [(r.kind.value, r.text) for r in regions if r.kind in (Kind.DISPLAY, Kind.INLINE)]


def only(source: Source, kind: Kind) -> Region:
    (region,) = [region for region in source.regions if region.kind is kind]
    return region


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("$$a = b$$", "a = b"),
        ("$$\na = b\n$$", "\na = b\n"),
        ("$$\na\n\n= b\n$$", "\na\n\n= b\n"),
        ("so\n$$a$$\nand", "a"),
        ("We have $$\na\n$$ then", "\na\n"),
        ("$$a = b$$.", "a = b"),
        ("$$a = b$$ (3)", "a = b"),
        ("- $$a = b$$", "a = b"),
        ("1. item\n\n    $$a = b$$\n", "a = b"),
        ("> $$a = b$$", "a = b"),
        ("> > $$\n> > a\n> > > b\n> > $$", "\na\n> b\n"),
        ("## $$a = b$$", "a = b"),
        ("Then, $$a = b$$", "a = b"),
        ("Then we get $$a = b$$\n\nmore", "a = b"),
        (r"\[a = b\]", "a = b"),
        (r"text \[a = b\] text", "a = b"),
        (r"\\[ a = b \\]", " a = b "),
        ("\\begin{align}\na &= b \\\\\n\\end{align}", "\\begin{align}\na &= b \\\\\n\\end{align}"),
        ("\\begin{alignat*}{2}a\\end{alignat*}", "\\begin{alignat*}{2}a\\end{alignat*}"),
        (
            "\\begin{cases}\\begin{cases}a\\end{cases}\\end{cases}",
            "\\begin{cases}\\begin{cases}a\\end{cases}\\end{cases}",
        ),
        ("```math\na = b\n```", "a = b\n"),
        ("~~~ math\na = b\n~~~", "a = b\n"),
        ("- ```math\n  a = b\n  ```", "  a = b\n"),
        ("````math\n```\n````", "```\n"),
        (r"$$y \\$$", r"y \\"),
        (r"$$\text{cost } \$5$$", r"\text{cost } \$5"),
        ("$$\\text{\nthe loss of sample\n} = a$$", "\\text{\nthe loss of sample\n} = a"),
    ],
)
def test_displays(text: str, inner: str) -> None:
    assert maths(text) == [("display", inner)]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("so $x_i$ is", "x_i"),
        ("so $x$.", "x"),
        (r"so \(x\) is", "x"),
        (r"so \\(x\\) is", "x"),
        ("so $`x`$ is", "x"),
        ("the mean $$\\mu$$ is a vector", "\\mu"),
        ("given by\nthe mean $$\\mu = 0$$\nwhich is", "\\mu = 0"),
        ("| $$a$$ | a cell |", "a"),
        ("so $a\n+b$ is", "a\n+b"),
        ("Rule: $ (f \\cdot g)' = f' \\cdot g$", " (f \\cdot g)' = f' \\cdot g"),
        ("$5 and $x$", "x"),
        ("\\begin{math}x\\end{math}", "\\begin{math}x\\end{math}"),
        ("[see $x$](http://a.org/$y$)", "x"),
    ],
)
def test_inline(text: str, inner: str) -> None:
    assert maths(text) == [("inline", inner)]


@pytest.mark.parametrize(
    "text",
    [
        "$5 and $6",
        "from $5 to a$6",
        "it costs $ 5 and $ 6 more",
        r"\$a\$ and \$\$b\$\$",
        "`$x$` and ``$$ ` $$``",
        "```\n$$a = b$$\n```",
        "~~~python\n$$a = b$$\n```\n$$c$$\n~~~",
        "```\n$$a = b$$\nnever closed",
        "text\n\n    $$a = b$$\n\ntext",
        "<!-- $$a = b$$ -->",
        "<pre>$$a$$</pre> <code>$b$</code>",
        "[link](http://a.org/$x$/b)",
        "[link](<http://a.org/$x$>)",
        "<http://a.org/$x$>",
        "https://a.org/$x$",
        '<img alt="$x$" src="y">',
        "[ref]: http://a.org/$x$",
        "---\nformula: $x$\n---\ntext",
        r"an array\[1\] and \[citation needed\]",
        r"\[ \] todo",
        "a $b\n\nc$ d",
        r"\( never closed",
    ],
)
def test_not_mathematics(text: str) -> None:
    assert maths(text) == []


@pytest.mark.parametrize(
    ("text", "level", "words"),
    [
        ("# A b", 1, "A b"),
        ("### A ###", 3, "A"),
        ("## A {#sec:a}", 2, "A"),
        ("A b\n===", 1, "A b"),
        ("A b\n---\n", 2, "A b"),
        ("## Case $i \\neq y$", 2, "Case $i \\neq y$"),
    ],
)
def test_headings(text: str, level: int, words: str) -> None:
    heading = only(read(text), Kind.HEADING)
    assert (heading.level, heading.text) == (level, words)
    assert read(text).title == words


def test_a_rule_below_a_display_makes_no_heading() -> None:
    assert [r.kind for r in read("$$a$$\n---\nb").regions] == [Kind.DISPLAY, Kind.PROSE]


def test_numbered_lines_of_plain_text_are_headings() -> None:
    source = read("1. Linear param. $W = 1$ $b$\n\nx\n\n2. Softmax\n\ny\n\n2.1 Its gradient\n\nz\n", "a.txt")
    headings = [(r.level, r.text) for r in source.regions if r.kind is Kind.HEADING]
    assert headings == [(1, "Linear param."), (1, "Softmax"), (2, "Its gradient")]
    assert texts(source, Kind.INLINE) == ["W = 1", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "1. Softmax\n2. ReLU\n",
        "1. If $i = k$\n\n",
        "1. first the mean\n\n",
        "1. This is the sentence of a list that goes on.\n\n",
        "# Real\n\n1. Softmax\n\n",
    ],
)
def test_numbered_lines_that_are_list_items(text: str) -> None:
    assert [r.text for r in read(text).regions if r.kind is Kind.HEADING] == (["Real"] if "#" in text else [])


def test_reading_fence() -> None:
    source = read("a\n```gradcheck\nloss = 'L'\n```\nb")
    reading = only(source, Kind.READING)
    assert reading.text == "loss = 'L'\n"
    assert source.position(reading.offsets[0]) == (3, 1)
    assert texts(source, Kind.PROSE) == ["a\n", "b"]


def test_prose_between_is_context() -> None:
    source = read("if $i \\neq y$ :\n$$a$$\n= see below\n$$b$$\n")
    assert texts(source, Kind.PROSE) == ["if ", " :\n", "\n= see below\n"]


def test_comments_are_not_prose_but_an_unclosed_one_is_text() -> None:
    assert texts(read("a <!-- b --> c"), Kind.PROSE) == ["a ", " c"]
    assert maths("a <!-- b\n\n$$x = 1$$\n") == [("display", "x = 1")]


@pytest.mark.parametrize(
    "text",
    [
        "$$\na = b\n\nWe have\n\n$$\nc = d\n$$\n",
        "$$\na = b\nif $i = y$ :\n$$\nc = d\n$$\n",
        "$$a = b\n\nSo now there is\n\n$$\nc = d\n$$\n",
        "$$a = b\nand so it follows that\n$$\nc = d\n$$\n",
    ],
)
def test_an_unclosed_display_ends_where_words_begin(text: str) -> None:
    first, second = [r for r in read(text).regions if r.kind is Kind.DISPLAY]
    assert (first.text.strip(), first.unclosed) == ("a = b", True)
    assert (second.text, second.unclosed) == ("\nc = d\n", False)


def test_an_unclosed_display_at_the_end() -> None:
    display = only(read("text\n\n$$a = b\n= c\n\nmore"), Kind.DISPLAY)
    assert (display.text, display.unclosed) == ("a = b\n= c", True)


def test_an_unclosed_environment_and_fence() -> None:
    assert only(read("\\begin{align}a\n\nb"), Kind.DISPLAY).unclosed
    fence = only(read("```math\na = b\n\nc"), Kind.DISPLAY)
    assert (fence.text, fence.unclosed) == ("a = b\n\nc", True)


def test_labels_outside_the_mathematics() -> None:
    assert only(read("$$a = b$$ {#eq:loss}"), Kind.DISPLAY).label == "eq:loss"
    myst = only(read("```{math}\n:label: loss\na = b\n```"), Kind.DISPLAY)
    assert (myst.label, myst.text) == ("loss", "a = b\n")


def test_front_matter_gives_the_title() -> None:
    source = read('---\ntitle: "Batch norm"\nx: $y$\n---\n# One\n$$a$$')
    assert source.title == "Batch norm"
    assert source.position(source.regions[0].offsets[0]) == (2, 9)


def test_title_without_a_heading() -> None:
    assert read("Given: $x$ here\n\nmore").title == "Given: $x$ here"
    assert read("$$a$$", "dir/a.md").title == "a.md"


def test_quoted_display_keeps_its_places() -> None:
    source = read("> $$\n> a\n> $$")
    display = only(source, Kind.DISPLAY)
    assert display.text == "\na\n"
    assert [source.text[o] for o in display.offsets[:-1]] == ["\n", "a", "\n"]
    assert source.position(display.offsets[1]) == (2, 3)
