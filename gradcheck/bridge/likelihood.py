"""How unlikely an edit is as a slip of code, which is not how unlikely it is as a slip of print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import gcd

from gradcheck.algebra import expr as e
from gradcheck.documents.correcting.edits import Edit, merged, ordered
from gradcheck.documents.correcting.sizing import is_paired
from gradcheck.documents.correcting.workbench import Reread, Workbench
from gradcheck.documents.judging.equations import Equation

_FRACTION = re.compile(r"(\d+)(?:/|\}\s*\{)(\d+)")
_BRACKETS = frozenset("()[]{}\\leftrigh ")
_BRACKET, _SUM, _DELTA = 0.5, 0.3, 0.4
_REDUCIBLE = 0.4
_TERM, _FACTOR = -0.5, -0.1


def cost(bench: Workbench, edit: Edit, reread: Reread, tiny: frozenset[str]) -> float | None:
    """What the edit costs; None for what no code would do.

    Code differentiates nothing, and does not multiply by a number such as ε whose only use is to be added:
    that only stands for nothing at all.
    """
    pieces = merged(ordered(map(bench.spelling.sized, edit.pieces)))
    was, is_now = bench.spelling.region(pieces[0].start).text, bench.spelling.changed(pieces)
    if is_paired(was) and not is_paired(is_now):
        return None
    before = bench.printed.equations if bench.printed is not None else ()
    if _partials(reread.equations) > _partials(before):
        return None
    if _scales(reread.equations, tiny) > _scales(before, tiny):
        return None
    found = edit.cost + _REDUCIBLE * (_reducible(is_now) > _reducible(was))
    old = [bench.spelling.between(p.start, p.end).strip() for p in edit.pieces]
    new = [p.latex.strip() for p in edit.pieces]
    if all(set(text) <= _BRACKETS for text in (*old, *new)):
        found += _BRACKET
    found += _SUM * any("\\sum" in b and "\\sum" not in a for a, b in zip(old, new, strict=True))
    found += _DELTA * any("\\delta" in b and "\\delta" not in a for a, b in zip(old, new, strict=True))
    if len(new) == 1 and not new[0]:
        found += _TERM if old[0][:1] in ("+", "-") else _FACTOR
    return found


def _reducible(latex: str) -> int:
    r"""How many fractions of numbers could be reduced: nobody writes 3/6.

    >>> _reducible(r"x^{-3/6} + \frac{2}{4} - \frac12")
    2
    """
    return sum(gcd(int(a), int(b)) > 1 for a, b in _FRACTION.findall(latex))


def _partials(equations: Sequence[Equation]) -> int:
    return sum(isinstance(n, e.Partial) for q in equations for n in e.walk(q.right))


def _scales(equations: Sequence[Equation], tiny: frozenset[str]) -> int:
    """How often a product or a power is taken of a tiny number itself."""
    parts = (n for q in equations for n in e.walk(q.right) if isinstance(n, e.Mul | e.Pow))
    return sum(isinstance(c, e.Var) and c.name in tiny for n in parts for c in e.children(n))
