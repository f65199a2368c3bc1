"""What ``gradcheck rule``, ``list`` and ``--version`` print."""

from __future__ import annotations

import platform
from importlib.metadata import version
from textwrap import fill

from gradcheck.builtin import builtin_paths, title_of
from gradcheck.rules import Rule, all_rules


def rule_table() -> str:
    """Every rule on one line."""
    name = max(len(r.name) for r in all_rules())
    return "".join(f"{r.code}  {r.name:<{name}}  {r.severity.value:<7}  {r.summary}\n" for r in all_rules())


def rule_page(rule: Rule) -> str:
    """One rule with its explanation and its two examples."""
    parts = [
        f"{rule.code} {rule.name} ({rule.severity.value}: {rule.severity.sentence})",
        f"{rule.summary[0].upper()}{rule.summary[1:]}.",
        fill(rule.explanation, width=100),
    ]
    kind = f"A {rule.example}"
    examples = [(f"{kind} that has it", rule.failing), (f"{kind} that has not", rule.passing)]
    parts += [f"{title}:\n\n{_indented(text)}" for title, text in examples if text]
    return "\n\n".join(parts).rstrip() + "\n"


def builtin_table() -> str:
    """Every built-in derivation on one line: its name, its title."""
    paths = builtin_paths()
    width = max((len(p.stem) for p in paths), default=0)
    return "".join(f"{p.stem:<{width}}  {title_of(p)}\n" for p in paths)


def version_line() -> str:
    """The versions that a report of a bug needs."""
    from sympy.external.gmpy import GROUND_TYPES

    return (
        f"gradcheck {version('gradcheck')} (Python {platform.python_version()}, numpy {version('numpy')}, "
        f"sympy {version('sympy')}, ground types {GROUND_TYPES})\n"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
