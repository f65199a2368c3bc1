"""A rule as SARIF describes it, so that viewers can explain a finding without gradcheck at hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gradcheck.rules import Rule, Severity

LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "note",
}
"""What SARIF calls the severities."""

_LANGUAGES = {"document": "markdown", "layer": "python", "ledger": "text"}


def descriptor(rule: Rule) -> dict[str, Any]:
    """SARIF's reportingDescriptor of a rule."""
    return {
        "id": rule.code,
        "name": pascal_case(rule.name),
        "shortDescription": {"text": f"{_capital(rule.summary)}."},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": _help(rule), "markdown": _markdown(rule)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [rule.example]},
    }


def pascal_case(name: str) -> str:
    """A rule's name as SARIF wants names.

    >>> pascal_case("gradient-not-finite")
    'GradientNotFinite'
    """
    return "".join(word[:1].upper() + word[1:] for word in name.split("-"))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _help(rule: Rule) -> str:
    """The page of ``gradcheck rule``, in plain text."""
    parts = [f"{rule.code} {rule.name}", rule.explanation, _consequence(rule)]
    parts += [f"{title}:\n\n{text.rstrip()}" for title, text in _examples(rule)]
    return "\n\n".join(parts)


def _markdown(rule: Rule) -> str:
    parts = [f"**{rule.code} {rule.name}**", rule.explanation, _consequence(rule)]
    parts += [f"{title}:\n\n{_fenced(text, _LANGUAGES[rule.example])}" for title, text in _examples(rule)]
    return "\n\n".join(parts)


def _consequence(rule: Rule) -> str:
    return f"{_capital(rule.severity.value)}: {rule.severity.sentence}."


def _examples(rule: Rule) -> Iterator[tuple[str, str]]:
    for title, text in (("that has it", rule.failing), ("that has not", rule.passing)):
        if text:
            yield f"A {rule.example} {title}", text


def _fenced(text: str, language: str) -> str:
    """A block of code, in a fence longer than any run of backticks inside."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"
