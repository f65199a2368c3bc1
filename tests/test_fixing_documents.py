"""Real documents corrected: in every format and encoding what is proved mends, and nothing else changes."""

import codecs
import html
import json
import re
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from gradcheck import rules
from gradcheck.cli import main
from gradcheck.fixed import Fixed, mistaken
from gradcheck.fixing import fix_input
from gradcheck.inputs import Input
from gradcheck.options import Options
from gradcheck.rules import Rule

CORPUS = Path(__file__).parent / "corpus"
DERIVATIONS = Path(__file__).parents[1] / "derivations"
WRONG = r"""# Rectified line, squared error

A batch of $m$ examples. Café.

$$ y_i = \max(0, x_i) $$

$$ L = \sum_{i=1}^m (y_i - t_i)^2 $$

$$ \frac{\partial L}{\partial y_i} = y_i - t_i $$

\[
\begin{aligned}
\frac{\partial L}{\partial t_i} &= 2 (y_i - t_i) \\
&= -2 y_i + 2 t_i
\end{aligned}
\]

$$ \frac{\partial L}{\partial x_i} = 2 (y_i - t_i) \mathbb{1}(x_i < 0) $$
"""
RULES = [r for r in rules.all_rules() if r.code.startswith("D")]


def fixed(name: str, data: bytes, **options: object) -> Fixed:
    outcome = fix_input(Input(name, data), Options(**options))  # type: ignore[arg-type]
    assert isinstance(outcome, Fixed), outcome.result
    return outcome


def notebook(text: str, **options: object) -> bytes:
    source = text.splitlines(keepends=True)
    cells = [{"cell_type": "markdown", "metadata": {}, "source": source}]
    return json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5}, **options).encode()  # type: ignore[arg-type]


def page(text: str) -> bytes:
    return f"<!doctype html><title>x</title><body>{html.escape(text)}</body>".encode()


def page_of_scripts(text: str) -> bytes:
    scripts = re.sub(
        r"(?s)\$\$(.*?)\$\$|\\\[(.*?)\\\]",
        lambda m: f'<script type="math/tex; mode=display">{m[1] or m[2]}</script>',
        text,
    )
    return f"<!doctype html><title>x</title><body>{scripts}</body>".encode()


FORMATS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "md": ("a.md", str.encode),
    "crlf": ("a.md", lambda text: text.replace("\n", "\r\n").encode()),
    "mark": ("a.md", lambda text: codecs.BOM_UTF8 + text.encode()),
    "utf-16": ("a.md", lambda text: text.encode("utf-16")),
    "tex": ("a.tex", str.encode),
    "txt": ("a.txt", str.encode),
    "ipynb": ("a.ipynb", lambda text: notebook(text, indent=1, ensure_ascii=False)),
    "ipynb in ASCII": ("a.ipynb", notebook),
    "ipynb in CRLF": ("a.ipynb", lambda text: notebook(text.replace("\n", "\r\n"))),
    "html": ("a.html", page),
    "html with scripts": ("a.html", page_of_scripts),
}


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_mended_in_its_own_spelling(name: str) -> None:
    path, written = FORMATS[name]
    data = written(WRONG)
    outcome = fixed(path, data)
    assert len(mistaken(outcome.before, Options())) == 3
    assert mistaken(outcome.document, Options()) == () and outcome.undone == ()
    blocks = SequenceMatcher(None, data, outcome.fixed_data, autojunk=False).get_matching_blocks()
    assert sum(block.size for block in blocks) > len(data) - 20
    assert mistaken(fixed(path, outcome.fixed_data).before, Options()) == ()


def test_all_formats_get_the_same_correction() -> None:
    text = fixed("a.md", WRONG.encode()).text
    for name, (path, written) in FORMATS.items():
        if name != "html with scripts":
            assert fixed(path, written(WRONG)).fixed_data == written(text), name


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_is_proved_mends(rule: Rule) -> None:
    outcome = fixed("example.md", rule.failing.encode())
    offered = {
        c.id
        for c in outcome.before.claims
        if any(x.corrections and x.corrections[0].proved for x in (c, *c.remarks))
    }
    assert outcome.undone == () and not offered & set(mistaken(outcome.document, Options()))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_what_is_right_stays(rule: Rule) -> None:
    assert not fixed("example.md", rule.passing.encode()).is_changed


@pytest.mark.parametrize(
    "path",
    [CORPUS / "linear-sigmoid.ipynb", CORPUS / "label-smoothing.html", DERIVATIONS / "batchnorm-agarwal.md"],
    ids=lambda path: path.name,
)
def test_a_fixed_document_is_as_it_is_reported(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    code = main(["doc", str(copy), "--fix"])
    assert copy.read_bytes() != path.read_bytes()
    assert main(["doc", str(copy)]) == code
    again = copy.read_bytes()
    assert main(["doc", str(copy), "--fix"]) == code and copy.read_bytes() == again


def test_one_equation_of_a_derivation() -> None:
    data = (DERIVATIONS / "batchnorm-agarwal.md").read_bytes()
    outcome = fixed("a.md", data, only="eq-8")
    before, after = (text.splitlines() for text in (data.decode(), outcome.text))
    ((old, new),) = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    (head, _, tail), (new_head, _, new_tail) = (x.partition(r"\epsilon)^") for x in (old, new))
    assert head == new_head and tail.removeprefix("2") == new_tail[new_tail.index(r" \quad") :]
