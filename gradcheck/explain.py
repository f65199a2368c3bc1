"""What ``gradcheck rule``, ``list`` and ``--version`` print."""

from __future__ import annotations

import platform
from importlib.metadata import version
from textwrap import fill

from gradcheck.builtin import builtin_paths, title_of
from gradcheck.deriving.library import library_names, library_title
from gradcheck.layers import reference
from gradcheck.rules import Rule, all_rules


def rule_table() -> str:
    """Every rule on one line."""
    name = max(len(r.name) for r in all_rules())
    return "".join(f"{r.code}  {r.name:<{name}}  {r.severity.value:<7}  {r.summary}\n" for r in all_rules())


def rules_in_markdown() -> str:
    """Every rule as a row of a Markdown table, for README."""
    rows = (f"| `{r.code}` | {r.name} | {r.severity.value} | {r.summary} |" for r in all_rules())
    return "\n".join(["| code | name | weight | what it says |", "|---|---|---|---|", *rows]) + "\n"


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
    """Every derivation, set of definitions and layer that is built in, on one line: its name, its title."""
    derivations = [(p.stem, title_of(p)) for p in builtin_paths()]
    layers = [(f"{reference.__name__}.{n}:{n}", reference.title_of(n)) for n in reference.names()]
    definitions = [(name, library_title(name)) for name in library_names()]
    blocks = [
        _table("Derivations (gradcheck doc)", derivations),
        _table("Definitions (gradcheck derive)", definitions),
        _table("Layers (gradcheck layer)", layers),
    ]
    return "\n".join(blocks)


def _table(title: str, rows: list[tuple[str, str]]) -> str:
    width = max((len(name) for name, _ in rows), default=0)
    return f"{title}\n" + "".join(f"  {name:<{width}}  {text}\n" for name, text in rows)


def version_line() -> str:
    """The versions that a report of a bug needs."""
    from sympy.external.gmpy import GROUND_TYPES

    return (
        f"gradcheck {version('gradcheck')} (Python {platform.python_version()}, numpy {version('numpy')}, "
        f"sympy {version('sympy')}, ground types {GROUND_TYPES})\n"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}".rstrip() for line in text.splitlines())
