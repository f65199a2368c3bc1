"""The formula that a gradient implements, in words and as a pair of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcheck.model import Implemented, Layer, Verdict

BOUND = "bound to "
"""How what is said of a layer begins that was bound to a document."""
_WRONG = (Verdict.WRONG, Verdict.INHERITED)


def title(found: Implemented) -> str:
    """How a formula is referred to.

    >>> from gradcheck.model import Place
    >>> title(Implemented("notes/bn.md", Place(49, 5, 20), "13", "x", Verdict.HOLDS))
    'equation 13 (notes/bn.md:49:5)'
    """
    where = f"{found.path}:{found.place.line}:{found.place.column}"
    return f"equation {found.label} ({where})" if found.label else f"the formula at {where}"


def sentence(argument: str, found: Implemented) -> str:
    """What is said of one argument."""
    said = f"the gradient of {argument} is {_computed(found)}"
    same = [title(other) for other in found.alternatives if not other.edit and other.through is None]
    return f"{said}; it is also {', '.join(same)}" if same else said


def _computed(found: Implemented) -> str:
    if found.through is not None:
        inner = found.through
        return f"{title(found)}, where {title(inner)} is computed {inner.edit or _as_printed(inner)}"
    if found.edit:
        wrong = ", wrong as printed," if found.verdict in _WRONG else ""
        return f"{title(found)}{wrong} {found.edit}"
    return f"{title(found)} {_as_printed(found)}"


def _as_printed(found: Implemented) -> str:
    if found.verdict not in _WRONG:
        return "as printed"
    return f"as printed, which is wrong: {found.remedy}" if found.remedy else "as printed, which is wrong"


def compared(found: Implemented) -> Iterator[str]:
    """The formula of the document and the one computed, where they differ, and other ways to see it."""
    one = found.through or found
    if one.changes:
        yield f"document: {_on_one_line(one.latex)}"
        yield f"layer:    {_on_one_line(one.computed)}"
    for other in found.alternatives:
        if other.edit or other.through is not None:
            yield f"that is also {_computed(other)}"


def implements_listing(layer: Layer) -> str:
    """What each gradient of a layer implements, one line each; empty where nothing is known."""
    if not layer.derivation:
        return ""
    rows = [f"{layer.target}: {layer.derivation}"]
    for argument in layer.arguments:
        if argument.implements is not None:
            rows.append(f"  {sentence(argument.name, argument.implements)}")
        elif layer.derivation.startswith(BOUND):
            rows.append(
                f"  the gradient of {argument.name} is none of its formulas, nor a single edit of one"
            )
    return "\n".join(rows)


def _on_one_line(latex: str) -> str:
    return re.sub(r"\s+", " ", latex).strip()
