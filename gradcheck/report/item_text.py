"""One problem as the ``full`` report prints it, and with that an item: what the command says of it."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.items import Item, Problem
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Notice, Trouble
from gradcheck.report.acceptance_words import is_shown
from gradcheck.report.diagnostic import diagnostic
from gradcheck.report.layer_diagnostic import layer_diagnostic
from gradcheck.report.notice_diagnostic import notice_diagnostic
from gradcheck.report.style import plain

_OURS = "gradcheck"
"""The name of the program, as every line on standard error begins."""


def item_text(
    item: Item, sources: Mapping[str, str], *, color: bool = False, width: int = 100, verbosity: int = 0
) -> str:
    """The diagnostics of the item's problems, a blank line between them; "" if there are none to show."""
    source = source_of(item.path, sources)
    shown = (p for p in item.problems if is_told(p, verbosity))
    return "\n\n".join(problem_text(p, source, color=color, width=width, verbosity=verbosity) for p in shown)


def source_of(path: str | None, sources: Mapping[str, str]) -> SourceText:
    """The text of a file, empty if it is not at hand."""
    return SourceText(path or "", sources.get(path or "", ""))


def is_told(problem: Problem, verbosity: int) -> bool:
    """Whether a problem is shown one by one: always, but for what a comment suppresses."""
    return isinstance(problem, Notice | Trouble) or is_shown(problem, verbosity)


def problem_text(problem: Problem, source: SourceText, *, color: bool, width: int, verbosity: int) -> str:
    """The problem in the anatomy of its kind; ``source`` is the file that it is in."""
    match problem:
        case Finding():
            return diagnostic(source, problem, color=color, width=width, verbosity=verbosity)
        case LayerProblem():
            lines, snippet = source.lines, verbosity > 0
            return layer_diagnostic(lines, problem, color=color, width=width, snippet=snippet)
        case Notice():
            return notice_diagnostic(source, problem, color=color, width=width)
        case Trouble():
            return trouble_line(problem)


def trouble_line(trouble: Trouble) -> str:
    r"""What could not be done, as on standard error.

    >>> trouble_line(Trouble("gone.md", "there is no such file"))
    'gradcheck: gone.md: there is no such file'
    """
    place = f":{trouble.place.line}:{trouble.place.column}" if trouble.place else ""
    text = f"{trouble.path}{place}: {trouble.message}"
    return plain(text if trouble.path.startswith(_OURS) else f"{_OURS}: {text}")
