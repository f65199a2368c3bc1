"""What a printout declares to our own reader, so that no symbol's part has to be guessed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from gradcheck.derive.derivation import Forward
from gradcheck.derive.printing.view import View


def declaration(forward: Forward, view: View) -> tuple[str, ...]:
    r"""The lines of a ``gradcheck`` block: the loss, and what it depends on if nobody defined it.

    Where whole arrays are written, the shapes of the inputs as well.

    >>> from gradcheck.algebra.expr import Graph
    >>> graph = Graph(leaves={"x": ("m", "D"), r"\lambda": ()})
    >>> forward = Forward("t", graph, r"\mathcal{L}", ("y", "h'"), ("x",))
    >>> print(*declaration(forward, View(notation="matrix")), sep="\n")
    loss = '\mathcal{L}'
    output = ['y', "h'"]
    <BLANKLINE>
    [shapes]
    'x' = ['m', 'D']
    '\lambda' = []
    """
    lines = [f"loss = {_string(forward.loss)}"]
    if not forward.loss_is_defined:
        lines.append(f"output = {_list(forward.outputs)}")
    if view.notation == "matrix":
        shapes = list(_shapes(forward))
        lines += ["", "[shapes]", *shapes] if shapes else []
    return tuple(lines)


def _shapes(forward: Forward) -> Iterator[str]:
    for name, sizes in forward.graph.leaves.items():
        if not any(size.startswith("|") for size in sizes):
            yield f"{_string(name)} = {_list(sizes)}"


def _list(names: Iterable[str]) -> str:
    return f"[{', '.join(map(_string, names))}]"


def _string(name: str) -> str:
    """A name as TOML has it, without backslashes doubled where that can be."""
    return json.dumps(name, ensure_ascii=False) if "'" in name else f"'{name}'"
