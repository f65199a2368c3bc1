"""Modules that hold one layer and its inputs, as the examples of the rules are given."""

from __future__ import annotations

from textwrap import indent

NORMAL = '"x": "normal(4, 3)"'


def module(name: str, definitions: str, inputs: str) -> str:
    """A module with its cases, and with the imports that it needs."""
    text = f"{definitions}\n\n\ndef gradcheck_cases():\n    return {{{name!r}: [{{{inputs}}}]}}\n"
    text = text.replace(repr(name), f'"{name}"')
    imports = [line for use, line in (("sys.", "import sys"), ("np.", "import numpy as np")) if use in text]
    return "\n".join([*imports, "", "", text]) if imports else text


def pair(
    name: str, forward: str, backward: str, *, takes: str = "x", inputs: str = NORMAL, above: str = ""
) -> str:
    """A forward that returns its output and a cache, with its backward; both are given as their bodies."""
    definitions = (
        f"{above}def {name}_forward({takes}):\n{indent(forward, '    ')}\n\n\n"
        f"def {name}_backward(dout, cache):\n{indent(backward, '    ')}"
    )
    return module(name, definitions, inputs)
