"""The printout as Markdown for GitHub and notebooks, which our own reader takes and proves line by line.

Every formula stands in a paragraph of its own, and a chain goes on in the next one: no line break within
mathematics, of which Markdown may take a backslash away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from gradcheck.derive.derivation import Derivation
from gradcheck.derive.printing.formulas import Formulas, Line, Written
from gradcheck.derive.printing.given import Row
from gradcheck.derive.printing.graph import Vertex
from gradcheck.derive.printing.linear import linear
from gradcheck.derive.printing.outline import Entry, Outline, outline
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES, DerivationRule

_EATEN = re.compile(r"\\[^A-Za-z0-9\s]|`")
_NOT_IN_ANCHORS = re.compile(r"[^\w -]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#$|~])")

_SHAPES = {"input": ("([", "])"), "fixed": ("[/", "/]"), "output": ("[[", "]]"), "loss": ("((", "))")}
"""How a flowchart draws the parts that are no intermediate quantity."""


def render(derivation: Derivation, view: View) -> str:
    """The printout as one Markdown document."""
    shown, formulas = outline(derivation, view), Formulas(derivation, view)
    return "\n\n".join(_blocks(shown, formulas)) + "\n"


def display(formula: str) -> str:
    r"""A formula on lines of its own; in a fence where a backslash stands before punctuation.

    >>> print(display("a = b"))
    $$a = b$$
    >>> print(display(r"\{a\}"))
    ```math
    \{a\}
    ```
    """
    return f"```math\n{formula}\n```" if _EATEN.search(formula) else f"$${formula}$$"


def inline(formula: str) -> str:
    r"""A formula within a line of text.

    >>> inline("x_{i}"), inline(r"a\,b")
    ('$x_{i}$', '$`a\\,b`$')
    """
    return f"$`{formula}`$" if _EATEN.search(formula) else f"${formula}$"


def escaped(text: str) -> str:
    r"""Words in which nothing is markup.

    >>> escaped("a_b [c]")
    'a\\_b \\[c\\]'
    """
    return _SPECIAL.sub(r"\\\1", text)


def _blocks(shown: Outline, formulas: Formulas) -> Iterator[str]:
    """The paragraphs in their order."""
    yield f"# {escaped(shown.title)}"
    yield from (
        "<details><summary>How gradcheck reads this document</summary>",
        _declared(shown),
        "</details>",
    )
    yield "## Definitions"
    yield from (display(formulas.definition(node)) for node in shown.definitions)
    yield from _code(shown.definition_code)
    yield "\n".join(_row(row, formulas) for row in shown.given)
    yield "## Computational graph"
    yield _mermaid(shown)
    if shown.entries:
        yield "## Gradients, last to first"
        yield from _entries(shown.entries, formulas)
    if shown.second:
        yield "## Second derivatives"
        yield from _entries(shown.second, formulas)
    yield "## Result"
    yield from (display(formulas.chain(chain).result) for chain in shown.results)
    yield from _code(shown.result_code)
    if shown.rules:
        yield "## Rules"
        yield from (_rule(rule) for _, rule in shown.rules)


def _declared(shown: Outline) -> str:
    return "\n".join(("```gradcheck", *shown.declaration, "```"))


def _code(lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield "\n".join(("```python", *filter(None, lines), "```"))


def _row(row: Row, formulas: Formulas) -> str:
    return f"- {row.label}: " + ", ".join(_row_of(formulas.fragments(item)) for item in row.items)


def _row_of(fragments: tuple[tuple[str, bool], ...]) -> str:
    return "".join(inline(text) if is_formula else text for text, is_formula in fragments)


def _entries(entries: Iterable[Entry], formulas: Formulas) -> Iterator[str]:
    for entry in entries:
        written = formulas.chain(entry.chain)
        yield f"### {_row_of(formulas.heading(entry.chain))}"
        for local in entry.locals:
            yield from _chain(formulas.chain(local))
        yield from _chain(written)


def _chain(written: Written) -> Iterator[str]:
    """One paragraph for each step, below the name of its rule; the later ones go on with an equals sign."""
    left = written.left
    for line in written.lines:
        yield f"{_reason(line)}:"
        yield display(f"{left} = {line.right}".lstrip())
        left = ""


def _reason(line: Line) -> str:
    title = RULES[line.rule].title
    link = f"[{title[0].upper()}{title[1:]}](#{_anchor(title)})"
    return ", with ".join((link, *map(inline, line.facts)))


def _rule(rule: DerivationRule) -> str:
    return f"### {rule.title[0].upper()}{rule.title[1:]}\n\n{rule.says}"


def _anchor(title: str) -> str:
    """The name that GitHub gives to a heading."""
    return _NOT_IN_ANCHORS.sub("", title.lower()).replace(" ", "-")


def _mermaid(shown: Outline) -> str:
    """The graph as a diagram that GitHub draws."""
    numbers = {vertex.name: f"v{at}" for at, vertex in enumerate(shown.vertices)}
    lines = [f"    {numbers[v.name]}{_box(v)}" for v in shown.vertices]
    lines += [f"    {numbers[a.tail]} --> {numbers[a.head]}" for a in shown.arrows]
    return "\n".join(("```mermaid", "flowchart LR", *lines, "```"))


def _box(vertex: Vertex) -> str:
    """A name in the shape of its part."""
    label = linear(vertex.name).replace("#", "#35;").replace('"', "#quot;").replace("`", "#96;")
    before, after = _SHAPES.get(vertex.part, ("[", "]"))
    return f'{before}"{label}"{after}'
