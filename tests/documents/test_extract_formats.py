"""TeX, notebooks, reStructuredText and HTML become regions placed in their own files."""

from __future__ import annotations

import json

import pytest

from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import Kind, Source, UnreadableDocument


def read(text: str, path: str) -> Source:
    return read_source(path, text.encode())


def maths(source: Source) -> list[tuple[str, str]]:
    return [(r.kind.value, r.text) for r in source.regions if r.kind in (Kind.DISPLAY, Kind.INLINE)]


def texts(source: Source, kind: Kind) -> list[str]:
    return [region.text for region in source.regions if region.kind is kind]


TEX = r"""\documentclass{article} % $no$
\newcommand{\loss}{$\mathcal{L}$}
\title{Batch norm}
\DeclareMathOperator{\relu}{relu}
\begin{document}
\maketitle
\section[short]{The \emph{mean}}
We have $x$, 50\% of \(y\)\\[2pt] and % $c$
%gradcheck loss = "L"
%gradcheck m = 3
\begin{align} % first
a &= b \\ % why
% $$ whole line $$
  &= c
\end{align}
\begin{verbatim}
$$v$$ % \end{align}
\end{verbatim}
\verb|$z$| \def\foo#1{$#1$} \newcommand{\bar}[1]{$#1$}
\[d = e\] $$f$$
\begin{comment}$$g$$\end{comment} \iffalse $h$ \fi
\subsection*{Next}
\end{document}
$$after$$
"""


def test_tex() -> None:
    source = read(TEX, "a.tex")
    assert maths(source) == [
        ("inline", "x"),
        ("inline", "y"),
        ("display", "\\begin{align} \na &= b \\\\ \n  &= c\n\\end{align}"),
        ("display", "d = e"),
        ("display", "f"),
    ]
    headings = [(r.level, r.text) for r in source.regions if r.kind is Kind.HEADING]
    assert headings == [(0, "Batch norm"), (1, "The \\emph{mean}"), (2, "Next")]
    assert source.title == "Batch norm"
    assert texts(source, Kind.READING) == [' loss = "L"\nm = 3\n'.lstrip()]
    assert "\\newcommand{\\loss}" in source.regions[0].text
    assert "\\DeclareMathOperator" in source.regions[2].text


def test_tex_places_skip_the_comments() -> None:
    source = read(TEX, "a.tex")
    align = next(r for r in source.regions if r.kind is Kind.DISPLAY)
    for character, offset in zip(align.text, align.offsets[:-1], strict=True):
        assert source.text[offset] == character
    assert source.position(align.offsets[align.text.index("= c")]) == (14, 4)


def test_tex_without_a_document_environment() -> None:
    assert maths(read("\\section{A}\n$$a = b$$", "a.tex")) == [("display", "a = b")]


def test_tex_whole_line_comment_is_no_paragraph() -> None:
    assert maths(read("so $a\n% note\n+ b$", "a.tex")) == [("inline", "a\n+ b")]


def notebook(*cells: tuple[str, object]) -> str:
    return json.dumps(
        {"cells": [{"cell_type": k, "metadata": {}, "source": s} for k, s in cells], "nbformat": 4}
    )


def test_notebook() -> None:
    text = notebook(
        ("markdown", ['# T\u00e9st "q"\n', "$$\\frac{a}{b} = \u03c3$$\n"]),
        ("code", ["x = '$$no$$'"]),
        ("raw", "$$no$$"),
        ("markdown", "so $x$"),
    )
    source = read(text, "a.ipynb")
    assert maths(source) == [("display", "\\frac{a}{b} = σ"), ("inline", "x")]
    assert source.title == 'Tést "q"'
    display = next(r for r in source.regions if r.kind is Kind.DISPLAY)
    written = "".join(text[a:b] for a, b in zip(display.offsets, display.offsets[1:], strict=False))
    assert written == "\\\\frac{a}{b} = \\u03c3"


def test_notebook_places_in_the_file_with_either_line_end() -> None:
    pretty = json.dumps(json.loads(notebook(("markdown", ["a\n", "so $x$"]))), indent=1)
    for text in (pretty, pretty.replace("\n", "\r\n")):
        source = read(text, "a.ipynb")
        region = next(r for r in source.regions if r.kind is Kind.INLINE)
        line, column = source.position(region.offsets[0])
        assert source.line(line)[column - 1 :] == 'x$"'


def test_notebook_of_nbformat_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Loss"]},
        {"source": "$$a = b$$\r\n", "cell_type": "markdown"},
    ]
    source = read(json.dumps({"worksheets": [{"cells": cells}]}), "a.ipynb")
    assert [(r.kind, r.level, r.text) for r in source.regions] == [
        (Kind.HEADING, 2, "Loss"),
        (Kind.DISPLAY, 0, "a = b"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"cells": [\n  {"cell_type" "markdown"}]}', "line 2, column 16"),
        ("[1, 2]", "no list of cells"),
        ("[" * 100000, "cannot be read"),
    ],
)
def test_notebook_that_is_none(text: str, message: str) -> None:
    with pytest.raises(UnreadableDocument, match=message):
        read(text, "a.ipynb")


RST = """=====
Title
=====

.. a comment with :math:`no`
   and $$ more

Part one
--------

The mean :math:`\\mu` is not ``:math:`no```::

    :math:`literal`

.. math::
   :label: eq1

   a = b

   c = d \\\\
   e = f

.. math:: g = h

.. math:: i
   = j

.. note::

   Here :math:`k` too.

.. code-block:: python

   :math:`no`

.. gradcheck::

   loss = "L"

Part two
--------
"""


def test_rst() -> None:
    source = read(RST, "a.rst")
    assert maths(source) == [
        ("inline", "\\mu"),
        ("display", "a = b"),
        ("display", "c = d \\\\\n   e = f"),
        ("display", "g = h"),
        ("display", "i\n   = j"),
        ("inline", "k"),
    ]
    assert [r.label for r in source.regions if r.kind is Kind.DISPLAY] == ["eq1", "eq1", None, None]
    headings = [(r.level, r.text) for r in source.regions if r.kind is Kind.HEADING]
    assert headings == [(1, "Title"), (2, "Part one"), (2, "Part two")]
    assert [t.strip() for t in texts(source, Kind.READING)] == ['loss = "L"']
    assert not any("comment" in t or "literal" in t for t in texts(source, Kind.PROSE))


HTML = """<!DOCTYPE html>
<html><head><title>Batch &amp; norm</title><style>$s$</style></head><body>
<h1 class="x">One</h1>
<p>if $i &lt; j$ and \\(a\\), $5 or $6:<br>
$$a &amp;= b &gt; c$$</p>
<pre>$$no$$</pre><code>$no$</code><!-- $$no$$ --><script>var x = "$$no$$";</script>
<script type="math/tex; mode=display">d &= e</script>
<script type='math/tex'>f</script>
<h2>Two</h2>
<span class="katex"><span class="katex-mathml"><math xmlns="m" display="block"><semantics><mi>g</mi>
<annotation encoding="application/x-tex">g &lt; h</annotation></semantics></math></span>
<span class="katex-html"><span>g</span> shown</span></span>
<p>$$g &lt; h$$</p>
<p>\\begin{align}p &amp;= q\\end{align}</p>
<pre><code class="language-gradcheck">loss = "L" # &gt;
</code></pre>
</body></html>
"""


def test_html() -> None:
    source = read(HTML, "a.html")
    assert maths(source) == [
        ("inline", "i < j"),
        ("inline", "a"),
        ("display", "a &= b > c"),
        ("display", "d &= e"),
        ("inline", "f"),
        ("display", "g < h"),
        ("display", "\\begin{align}p &= q\\end{align}"),
    ]
    headings = [(r.level, r.text) for r in source.regions if r.kind is Kind.HEADING]
    assert headings == [(0, "Batch & norm"), (1, "One"), (2, "Two")]
    assert source.title == "Batch & norm"
    assert texts(source, Kind.READING) == ['loss = "L" # >\n']
    assert not any("shown" in text for text in texts(source, Kind.PROSE))


def test_html_places_are_those_of_the_entities() -> None:
    source = read(HTML, "a.html")
    display = next(r for r in source.regions if r.kind is Kind.DISPLAY)
    place = display.offsets[display.text.index("&")]
    assert source.text[place : place + 5] == "&amp;"
    assert source.text[display.offsets[display.text.index("&") + 1]] == "="


def test_html_prose_between_annotations_stays_between_them() -> None:
    annotation = '<math><annotation encoding="application/x-tex">{}</annotation></math>'
    source = read("<p>so " + annotation.format("a") + " if " + annotation.format("b") + " then</p>", "a.html")
    assert [region.text.strip() for region in source.regions] == ["so", "a", "if", "b", "then"]
