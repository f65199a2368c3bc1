"""The parts that generated modules share: headline, signatures, docstrings, cases."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from gradcheck.derive.code.cases import cases_of
from gradcheck.derive.code.definitions import Program
from gradcheck.derive.code.describing import definitions_text, gradients_text
from gradcheck.derive.code.functions import Functions
from gradcheck.derive.code.wrapping import WIDTH
from gradcheck.derive.derivation import Derivation

_COUNTED = 6


def headline(derivation: Derivation) -> list[str]:
    """The docstring of a module, with all formulas, and what follows it in every module."""
    lines = [f'"""{derivation.forward.title.rstrip(".")}.', ""]
    lines += [f"    {line}" for line in definitions_text(derivation)]
    lines += ["", "and backwards:", ""]
    lines += [f"    {line}" for line in gradients_text(derivation)]
    return [*lines, '"""', "", "from __future__ import annotations", ""]


def cases_function(
    derivation: Derivation, program: Program, functions: Functions, name: str, returns_none: bool
) -> str:
    """The function that says at which inputs to check."""
    cases = cases_of(program, derivation.forward.normalised, functions.name, returns_none)
    lines = [
        "def gradcheck_cases() -> dict[str, list[dict[str, object]]]:",
        '    """Inputs to check this layer at."""',
        "    return {",
        f'        "{name}": [',
    ]
    for case in cases:
        lines += _case_lines(case)
    return "\n".join([*lines, "        ]", "    }", ""])


def _case_lines(case: list[str]) -> list[str]:
    together = f"            {{{', '.join(case)}}},"
    if len(together) <= WIDTH + 4:
        return [together]
    return ["            {", *(f"                {item}," for item in case), "            },"]


def function(head: list[str], doc: list[str], body: tuple[str, ...], returned: str) -> str:
    """A function as text."""
    inner = [*doc, *body, *_returned(returned)]
    return "\n".join([*head, *(f"    {line}" if line else "" for line in inner), ""])


def _returned(returned: str) -> list[str]:
    together = f"return {returned}"
    if len(together) <= WIDTH:
        return [together]
    return ["return (", *(f"    {line}" for line in textwrap.wrap(f"{returned},", WIDTH - 4)), ")"]


def docstring(first: str, more: Sequence[str] = ()) -> list[str]:
    """A docstring; a first sentence that is too long for one line goes on in the next."""
    lines = textwrap.wrap(first, WIDTH - 4)
    if len(lines) == 1 and not more:
        return [f'"""{first}"""']
    return [f'"""{lines[0]}', *lines[1:], *(("", *more) if more else ()), '"""']


def signature(name: str, parameters: list[str], result: str) -> list[str]:
    """The head of a function, on one line if it is short."""
    together = f"def {name}({', '.join(parameters)}) -> {result}:"
    if len(together) <= WIDTH + 4:
        return [together]
    inside = f"    {', '.join(parameters)}"
    lines = [inside] if len(inside) <= WIDTH + 4 else [f"    {p}," for p in parameters]
    return [f"def {name}(", *lines, f") -> {result}:"]


def tuple_type(types: list[str]) -> str:
    """The type of several values; a lone one is no tuple, and many of one type are not counted."""
    if len(types) == 1:
        return types[0]
    if len(types) > _COUNTED and len(set(types)) == 1:
        return f"tuple[{types[0]}, ...]"
    return f"tuple[{', '.join(types) or '()'}]"
