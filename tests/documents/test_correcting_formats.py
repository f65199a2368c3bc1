"""In every format a correction stands at the right characters, in the file's spelling; macros stay."""

import json
import re

import pytest
from correcting import checked, corrected
from correcting_documents import NORM, ROWS, SQUARES

from gradcheck.model import Verdict

LINES = {
    "sign": (SQUARES, r"\frac{\partial L}{\partial y_i} = \frac{2}{m} (y_i + t_i)", "(y_i - t_i)"),
    "exponent": (
        NORM,
        r"\frac{\partial \hat{x}_i}{\partial v} = -\frac{1}{2} (x_i - \mu) (v + \epsilon)^{-1/2}",
        "^{-3/2}",
    ),
    "bracket": (
        SQUARES,
        r"\frac{\partial L}{\partial y_i} = \frac{2}{m} y_i - t_i",
        r"\left(y_i - t_i\right)",
    ),
    "symbol": (
        SQUARES,
        r"\frac{\partial L}{\partial w} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} t_i",
        r"\frac{\partial L}{\partial y_i} x_i",
    ),
    "gradient": (
        SQUARES,
        r"\frac{\partial L}{\partial w} = \sum_{i=1}^m \frac{\partial L}{\partial x_i} x_i",
        r"\frac{\partial L}{\partial y_i} x_i",
    ),
    "arrays": (
        ROWS,
        r"\frac{\partial L}{\partial W} = \frac{\partial L}{\partial Y} X^T",
        r"X^T \frac{\partial L}{\partial Y}",
    ),
}


def notebook(text: str) -> str:
    cells = [
        {"cell_type": "code", "source": ["x = 1\n"]},
        {"cell_type": "markdown", "source": text.splitlines(keepends=True)},
    ]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}, indent=1)


def page(text: str) -> str:
    body = text.replace("&", "&amp;").replace("<", "&lt;")
    return f"<!doctype html>\n<html><body>\n<p>5 &lt; 6</p>\n{body}\n</body></html>\n"


def quoted(text: str) -> str:
    return "".join(f"> {line}\n" for line in text.splitlines())


def directives(text: str) -> str:
    return re.sub(r"\$\$ (.*?) \$\$", r".. math::\n\n   \1", text)


FORMATS = {
    "md": ("a.md", lambda text: text),
    "crlf": ("a.md", lambda text: text.replace("\n", "\r\n")),
    "quoted": ("a.md", quoted),
    "tex": ("a.tex", lambda text: text),
    "rst": ("a.rst", directives),
    "ipynb": ("a.ipynb", notebook),
    "html": ("a.html", page),
}


def document(forward: str, line: str) -> str:
    return f"Words, 2 < 3.\n\n{forward.strip()}\n\n$$ {line} $$\n\nBehind.\n"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kind", LINES)
def test_the_file_with_the_correction_is_the_file_of_the_right_line(name: str, kind: str) -> None:
    path, written = FORMATS[name]
    forward, line, meant = LINES[kind]
    text = written(document(forward, line))
    claim = checked(text, path).claims[-1]
    assert claim.verdict is Verdict.WRONG
    fixed = corrected(text, claim.corrections[0], path)
    plain = corrected(document(forward, line), checked(document(forward, line)).claims[-1].corrections[0])
    assert meant in plain and fixed == written(plain)
    assert checked(fixed, path).claims[-1].verdict is Verdict.HOLDS


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_page_escapes_is_written_escaped(name: str) -> None:
    path, written = FORMATS[name]
    source = document(
        r"$$ f(x) = \begin{cases} x & x > 0 \\ c x & x < 0 \end{cases} $$",
        r"f'(x) = \begin{cases} c & x > 0 \\ 1 & x < 0 \end{cases}",
    )
    text = written(source)
    fixed = corrected(text, checked(text, path).claims[-1].corrections[0], path)
    right = source.replace(r"c & x > 0 \\ 1 & x < 0", r"1 & x > 0 \\ c & x < 0")
    assert fixed == written(right)


MACROS = {
    "in the line": (
        r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}",
        r"\pd{L}{y_i} = \frac{2}{m} (y_i + t_i)",
        r"\pd{L}{y_i} = \frac{2}{m} (y_i - t_i)",
    ),
    "beside the slip": (
        r"\newcommand{\up}{\frac{\partial L}{\partial y_i}}",
        r"\frac{\partial L}{\partial w} = \sum_{i=1}^m \up t_i",
        r"\frac{\partial L}{\partial w} = \sum_{i=1}^m \up x_i",
    ),
    "with an argument that is wrong": (
        r"\newcommand{\of}[1]{\left( #1 \right)}",
        r"\frac{\partial L}{\partial y_i} = \frac{2}{m} \of{y_i + t_i}",
        r"\frac{\partial L}{\partial y_i} = \frac{2}{m} \of{y_i - t_i}",
    ),
}


@pytest.mark.parametrize("name", MACROS)
def test_macros_are_left_as_they_are(name: str) -> None:
    definition, wrong, right = MACROS[name]
    text = f"$${definition}$$\n{SQUARES}\n$$ {wrong} $$\n"
    claim = checked(text).claims[-1]
    assert claim.verdict is Verdict.WRONG
    assert corrected(text, claim.corrections[0]) == text.replace(wrong, right)


def test_a_slip_inside_a_macro_is_not_mended_where_it_is_called() -> None:
    text = "$$" + r"\newcommand{\wrong}{(y_i + t_i)}" + f"$$\n{SQUARES}\n"
    text += r"$$ \frac{\partial L}{\partial y_i} = \frac{2}{m} \wrong $$" + "\n"
    claim = checked(text).claims[-1]
    assert claim.verdict is Verdict.WRONG
    for correction in claim.corrections:
        fixed = corrected(text, correction)
        assert r"\newcommand{\wrong}{(y_i + t_i)}" in fixed
        assert checked(fixed).claims[-1].verdict is Verdict.HOLDS


@pytest.mark.parametrize("name", ["md", "crlf", "quoted", "tex"])
def test_a_formula_over_several_lines(name: str) -> None:
    path, written = FORMATS[name]
    line = r"\frac{\partial L}{@\partial w} = \frac{2}@{m} \sum_{i=1}^m (y_i@+ t_i) x_i".replace("@", "\n")
    text = written(document(SQUARES, line))
    claim = checked(text, path).claims[-1]
    assert claim.verdict is Verdict.WRONG
    fixed = corrected(text, claim.corrections[0], path)
    assert fixed == written(document(SQUARES, line.replace("+ t_i", "- t_i")))


@pytest.mark.parametrize(
    ("path", "partial", "broken"), [("a.html", "&part; ", ""), ("a.tex", r"\partial ", "% the loss\n")]
)
def test_what_stands_for_a_character_or_for_nothing_is_counted(path: str, partial: str, broken: str) -> None:
    left, upstream = (rf"\frac{{{partial}L}}{{{broken}{partial}{name}}}" for name in ("w", "y_i"))
    line = rf"{left} = \sum_{{i=1}}^m {upstream} t_i"
    text = document(SQUARES, line)
    fixed = corrected(text, checked(text, path).claims[-1].corrections[0], path)
    assert fixed == document(SQUARES, line.replace("t_i", "x_i"))
