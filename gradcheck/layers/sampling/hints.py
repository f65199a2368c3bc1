"""Which templates a kind of annotation allows, and what there is for a parameter that nothing else fits."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.layers.sampling.annotations import Hint
from gradcheck.layers.sampling.family_table import UNKNOWN, UNKNOWN_IN_CONSTRUCTOR
from gradcheck.layers.sampling.symbols import SYMBOLS
from gradcheck.layers.sampling.templates import Template

_UNKNOWN = {
    "float": "0.5 | normal()",
    "int": "2 | D | 1",
    "bool": "True | False",
    "text": '"mean" | "same"',
    "mapping": "{}",
    "tuple": "(D,) | (2, 2)",
    "array": UNKNOWN.partition(" | 0.5")[0],
    "floats": UNKNOWN.partition(" | 0.5")[0],
    "integers": "integers(0, D, N) | integers(0, D, N, T)",
    "booleans": "bernoulli(N, D, p=0.8, dtype=bool)",
}


def unknown_cell(hint: Hint | None, group: str) -> str:
    """The alternatives for a parameter whose name says nothing.

    >>> unknown_cell(Hint("float"), "forward")
    '0.5 | normal()'
    """
    if hint is not None:
        return _UNKNOWN[hint.kind]
    return UNKNOWN_IN_CONSTRUCTOR if group == "constructor" else UNKNOWN


def fitting(alternatives: Sequence[Template], hint: Hint | None) -> tuple[Template, ...]:
    """The alternatives that an annotation allows.

    >>> from gradcheck.layers.sampling.templates import templates
    >>> [t.text for t in fitting(templates("normal() | 0.5 | 2 | D"), Hint("float"))]
    ['normal()', '0.5']
    """
    return tuple(t for t in alternatives if hint is None or hint.kind in _kinds(t))


def _kinds(template: Template) -> set[str]:
    """The kinds of annotation that may stand at what a template gives."""
    text = template.text
    if not template.kind:
        return {_literal_kind(text)}
    elements = "booleans" if "dtype=bool" in text else "integers" if template.kind == "integers" else "floats"
    return {"array", elements, *(["float"] if not template.axes else [])}


def _literal_kind(text: str) -> str:
    starts = {"{": "mapping", "(": "tuple", '"': "text", "T": "bool"}
    if text in SYMBOLS or text.lstrip("-").isdigit():
        return "int"
    return starts.get(text[0], "float") if text != "None" else "nothing"
