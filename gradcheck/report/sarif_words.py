"""The message of a result: what is said first, then a line for each fact and correction, and what to type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gradcheck import rules
from gradcheck.changes import LINE_END
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Notice
from gradcheck.report import diagnostic, layer_diagnostic
from gradcheck.report.acceptance_words import accepted
from gradcheck.report.problems import Found
from gradcheck.report.style import plain
from gradcheck.report.suggestion import in_words

_LONGEST_MESSAGE = 8000
_LONGEST_FACT = 1000
_LINKS = 20
_LINK = re.compile(r"\](?=\()")
_BRACKETS = re.compile(r"[\[\]\\]")


def message(path: str, problem: Found, related: Sequence[str] = ()) -> str:
    """All that is said of a problem; ``related`` are the names of the result's related locations.

    Braces stay single: only where a message has arguments do consumers take ``{0}`` for one of them,
    and no consumer shows a doubled brace as one.
    """
    first, *facts = _facts(path, problem)
    said = [_sentence(first if first.strip() else rules.get(problem.code).summary), *map(_sentence, facts)]
    links = ", ".join(_link(name, nth) for nth, name in enumerate(related[:_LINKS], 1))
    see = f"\nsee {links}." if links else ""
    return cut("\n".join(said), _LONGEST_MESSAGE - len(see)) + see


def one_line(text: str) -> str:
    """Text of one line, short and with every character visible."""
    return cut(plain(cut(text, _LONGEST_FACT)), _LONGEST_FACT)


def brief(text: str) -> str:
    """Text of several lines, short and harmless."""
    return cut(harmless(cut(text, _LONGEST_FACT)), _LONGEST_FACT)


def harmless(text: str) -> str:
    r"""Text of several lines in which every character is visible and nothing is a link.

    >>> harmless("[x](y)\x1b")
    '[x] (y)␛'
    """
    return _LINK.sub("] ", "\n".join(map(plain, LINE_END.split(text))))


def cut(text: str, room: int) -> str:
    """The beginning of a text that is too long.

    >>> cut("0123456789", 5)
    '0123…'
    """
    return text if len(text) <= room else f"{text[: room - 1]}…"


def _facts(path: str, problem: Found) -> Iterator[str]:
    match problem:
        case Finding():
            yield diagnostic.title(problem)
            yield from _standing(problem)
            yield from diagnostic.notes(problem)
            yield from (f"correction: {in_words(c)}" for c in problem.corrections[:1])
            yield from (f"or: {in_words(c)}" for c in problem.corrections[1:])
            yield _command(diagnostic.rerun(path, problem))
        case LayerProblem(argument=argument, layer=layer):
            yield f"{layer.target}: {problem.message}"
            yield from _standing(problem)
            if argument is not None:
                yield from layer_diagnostic.evidence(argument, layer.seed)
                yield from [f"correction: {argument.fix}"] if argument.fix else []
            if command := layer_diagnostic.rerun(problem):
                yield _command(command)
        case Notice():
            yield problem.message
            yield from [problem.help] if problem.help else []


def _standing(problem: Finding | LayerProblem) -> Iterator[str]:
    if problem.acceptance is not None:
        yield accepted(problem.acceptance)


def _command(command: str) -> str:
    return f"check just this one: `{command}`"


def _sentence(text: str) -> str:
    """One fact, ended: some viewers show all of a message as one paragraph."""
    said = brief(text.rstrip())
    return said if "\n" in said or said.endswith((".", "!", "?", ":", "…")) else f"{said}."


def _link(name: str, number: int) -> str:
    """A link to a related location, which GitHub shows for no other reason."""
    return f"[{cut(_BRACKETS.sub('', plain(name)), 100) or number}]({number})"
