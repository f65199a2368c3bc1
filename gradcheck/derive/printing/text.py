"""The printout for a terminal: formulas drawn over several lines, the rule of each step above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from textwrap import indent, wrap

from click import style
from rich.cells import cell_len

from gradcheck.derive.derivation import Chain, Derivation
from gradcheck.derive.printing.drawn import Drawn
from gradcheck.derive.printing.given import Row
from gradcheck.derive.printing.outline import Entry, Outline, outline
from gradcheck.derive.printing.symbols import in_ascii
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES, DerivationRule

_MARGIN = "  "


def render(derivation: Derivation, view: View) -> str:
    """The printout as text, at most ``view.width`` columns wide where the formulas allow it."""
    page = _Page(outline(derivation, view), Drawn(derivation, view, view.width - len(_MARGIN)), view)
    return "\n\n".join(page.brief() if view.detail == "brief" else page.blocks()) + "\n"


class _Page:
    """The paragraphs of one printout."""

    def __init__(self, shown: Outline, drawn: Drawn, view: View) -> None:
        self._shown, self._drawn, self._view = shown, drawn, view

    def brief(self) -> Iterator[str]:
        """The results alone."""
        yield self._heading(self._shown.title, "=")
        yield from self._results()

    def blocks(self) -> Iterator[str]:
        """Everything."""
        shown = self._shown
        yield self._heading(shown.title, "=")
        yield self._heading("Definitions")
        yield from (_inset(self._drawn.definition(node)) for node in shown.definitions)
        yield from self._code(shown.definition_code)
        yield "\n".join(map(self._row, shown.given))
        yield self._heading("Computational graph")
        yield _inset("\n".join(self._graph()))
        yield from self._entries("Gradients, last to first", shown.entries)
        yield from self._entries("Second derivatives", shown.second)
        yield self._heading("Result")
        yield from self._results()
        if shown.rules:
            yield self._heading("Rules")
            yield from (self._rule(rule) for _, rule in shown.rules)

    def _heading(self, words: str, line: str = "-") -> str:
        title = self._words(words)
        return self._bold(f"{title}\n{line * cell_len(title)}")

    def _bold(self, text: str) -> str:
        return style(text, bold=True) if self._view.color else text

    def _words(self, words: str) -> str:
        return in_ascii(words) if self._view.ascii else words

    def _row(self, row: Row) -> str:
        """The items of a row beside each other; below each other where one is drawn over several lines."""
        items = [self._drawn.item(item) for item in row.items]
        if any("\n" in item for item in items):
            return "\n".join((f"{row.label}:", "", *(f"{_inset(item)}\n" for item in items)))
        return self._wrapped(f"{row.label}: {', '.join(items)}")

    def _wrapped(self, text: str) -> str:
        return "\n".join(wrap(text, max(self._view.width, 20), subsequent_indent=_MARGIN))

    def _graph(self) -> Iterator[str]:
        """For each quantity what it is computed from."""
        arrow = "<-" if self._view.ascii else "←"
        for vertex in self._shown.vertices:
            tails = [a.tail for a in self._shown.arrows if a.head == vertex.name]
            if tails:
                yield f"{self._drawn.name(vertex.name)} {arrow} {', '.join(map(self._drawn.name, tails))}"

    def _entries(self, heading: str, entries: Iterable[Entry]) -> Iterator[str]:
        for at, entry in enumerate(entries):
            if not at:
                yield self._heading(heading)
            yield self._bold(self._drawn.heading(entry.chain))
            for chain in (*entry.locals, entry.chain):
                yield from self._chain(chain)

    def _chain(self, chain: Chain) -> Iterator[str]:
        for step, drawn in self._drawn.steps(chain):
            facts = self._drawn.facts(step)
            reason = self._reason(step.rule, bool(facts))
            yield "\n".join((reason, *(f"{_inset(fact)}\n" for fact in facts), _inset(drawn)))

    def _reason(self, rule: str, has_facts: bool) -> str:
        words = self._words(RULES[rule].title) + (", with" if has_facts else "")
        return style(f"[{words}]", fg="cyan") if self._view.color else f"[{words}]"

    def _results(self) -> Iterator[str]:
        """The results; as code where that is asked for."""
        if self._shown.result_code:
            return self._code(self._shown.result_code)
        return (_inset(self._drawn.result(chain)) for chain in self._shown.results)

    def _code(self, lines: tuple[str, ...]) -> Iterator[str]:
        if lines:
            yield _inset("\n".join(filter(None, lines)))

    def _rule(self, rule: DerivationRule) -> str:
        return self._wrapped(self._words(f"{rule.title}: {rule.says}"))


def _inset(text: str) -> str:
    return indent(text, _MARGIN)
