r"""The printout as a LaTeX document, which our own reader takes and proves line by line.

The rule of a line stands to the right of it, as in a textbook, where there is room for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, repeat

from gradcheck.derive.derivation import Derivation
from gradcheck.derive.printing.formulas import Formulas, Line, Written
from gradcheck.derive.printing.given import Row
from gradcheck.derive.printing.latex_text import escaped
from gradcheck.derive.printing.latex_width import width
from gradcheck.derive.printing.outline import Entry, Outline, outline
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES

_BEFORE = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{textcomp}
\usepackage{amsmath}
\usepackage{amssymb}
\usepackage[margin=2.5cm]{geometry}
\allowdisplaybreaks
\begin{document}
"""
_AFTER = r"\end{document}" + "\n"
_ROOM = 78
"""How many letters, as `width` counts them, go into a line of that page."""
_GAP = 4
_NEXT = " \\\\\n"
_SIZES = {"": 1.0, r"\small": 0.9, r"\footnotesize": 0.8, r"\scriptsize": 0.7}


def render(derivation: Derivation, view: View) -> str:
    """The printout as a document, or as a fragment for one that loads amsmath and amssymb."""
    shown, formulas = outline(derivation, view), Formulas(derivation, view)
    body = "\n\n".join(_blocks(shown, formulas)) + "\n"
    return body if view.fragment else f"{_BEFORE}\n{body}\n{_AFTER}"


def _blocks(shown: Outline, formulas: Formulas) -> Iterator[str]:
    """The paragraphs in their order."""
    yield rf"\section*{{{escaped(shown.title)}}}"
    yield "\n".join(f"% gradcheck {line}".rstrip() for line in shown.declaration)
    yield r"\subsection*{Definitions}"
    yield _sized("gather*", (formulas.definition(node) for node in shown.definitions))
    yield from _code(shown.definition_code)
    yield _list(_row(row, formulas) for row in shown.given)
    yield r"\subsection*{Computational graph}"
    yield _list(_computed(shown))
    if shown.entries:
        yield r"\subsection*{Gradients, last to first}"
        yield from _entries(shown.entries, formulas)
    if shown.second:
        yield r"\subsection*{Second derivatives}"
        yield from _entries(shown.second, formulas)
    yield r"\subsection*{Result}"
    yield _sized("gather*", (formulas.chain(each).result for each in shown.results))
    yield from _code(shown.result_code)
    if shown.rules:
        yield r"\subsection*{Rules}"
        items = (rf"\item[{_capital(escaped(rule.title))}] {escaped(rule.says)}" for _, rule in shown.rules)
        yield _environment("description", "\n".join(items))


def _code(lines: tuple[str, ...]) -> Iterator[str]:
    if lines:
        yield f"{{\\small\n{_environment('verbatim', chr(10).join(filter(None, lines)))}\n}}"


def _row(row: Row, formulas: Formulas) -> str:
    items = (
        "".join(f"${text}$" if is_formula else escaped(text) for text, is_formula in formulas.fragments(item))
        for item in row.items
    )
    return f"{escaped(row.label)}: {', '.join(items)}"


def _computed(shown: Outline) -> Iterator[str]:
    """For each vertex what it is computed from."""
    for vertex in shown.vertices:
        tails = [f"${arrow.tail}$" for arrow in shown.arrows if arrow.head == vertex.name]
        if tails:
            yield f"${vertex.name}$ from {', '.join(tails)}"


def _entries(entries: Iterable[Entry], formulas: Formulas) -> Iterator[str]:
    for entry in entries:
        yield from (_chain(formulas.chain(each)) for each in (*entry.locals, entry.chain))


def _chain(written: Written) -> str:
    """The lines of a chain, aligned, each beside its rule; where the room is wanting, each below its rule."""
    widest = width(written.left) + 2 + max(width(line.right) for line in written.lines)
    if widest + _GAP + max(map(_words, written.lines)) <= _ROOM:
        return _environment("align*", _rows(written.left, written.lines))
    sides = [written.left, *[""] * (len(written.lines) - 1)]
    return "\n\n".join(
        f"{_capital(_reason(line))}:\n{_sized('equation*', [f'{left} = {line.right}'.lstrip()])}"
        for left, line in zip(sides, written.lines, strict=True)
    )


def _rows(left: str, lines: Iterable[Line]) -> str:
    sides = chain((left,), repeat(""))
    return _NEXT.join(
        rf"{side} &= {line.right} && \text{{{_reason(line)}}}"
        for side, line in zip(sides, lines, strict=False)
    )


def _reason(line: Line) -> str:
    return ", with ".join((escaped(RULES[line.rule].title), *(f"${fact}$" for fact in line.facts)))


def _words(line: Line) -> float:
    return len(RULES[line.rule].title) + sum(6 + width(fact) for fact in line.facts)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _sized(environment: str, equations: Iterable[str]) -> str:
    """A display in the largest size in which its widest line fits, the smallest if none does."""
    lines = tuple(equations)
    block, widest = _environment(environment, _NEXT.join(lines)), max(map(width, lines), default=0)
    size = next((name for name, factor in _SIZES.items() if widest * factor <= _ROOM), r"\scriptsize")
    return f"{{{size}\n{block}\n}}" if size else block


def _list(items: Iterable[str]) -> str:
    return _environment("itemize", "\n".join(rf"\item {item}" for item in items))


def _environment(name: str, body: str) -> str:
    return f"\\begin{{{name}}}\n{body}\n\\end{{{name}}}"
