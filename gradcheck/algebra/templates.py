"""Functions of a polynomial as atoms: the argument with its indices abstracted, in a canonical way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

from gradcheck.algebra.components import DELTA, TooComplex
from gradcheck.algebra.poly import Poly, Template

_PREFIX = {"root": "R", "step": "S"}


def function_atom(kind: str, argument: Poly, make: Callable[[Poly], Poly]) -> Poly:
    """The atom ``kind(argument)``, its argument abstracted to a canonical template."""
    template, order = _abstracted(argument, signed=False)[1:]
    return _template_atom(kind, template, order, make)


def signed_atom(kind: str, argument: Poly, make: Callable[[Poly], Poly]) -> tuple[int, Poly]:
    """``(sign, atom)`` with ``argument = sign · (the atom's argument)``, the sign canonical."""
    sign, template, order = _abstracted(argument, signed=True)
    return sign, _template_atom(kind, template, order, make)


def _abstracted(argument: Poly, signed: bool) -> tuple[int, Poly, tuple[str, ...]]:
    """The argument with its indices named ``?0 ?1 …`` in the order that reads smallest."""
    indices = sorted(argument.free())
    if len(indices) > 5:
        raise TooComplex("a function of an argument with too many free indices")
    candidates = []
    for order in permutations(indices):
        template = argument.rename({i: f"?{k}" for k, i in enumerate(order)})
        sign = _orientation(template) if signed else 1
        template = template.scale(sign)
        candidates.append((template.key(), sign, order, template))
    _, sign, order, template = min(candidates, key=lambda c: c[:3])
    return sign, template, order


def _orientation(template: Poly) -> int:
    """The canonical sign: a polynomial in sizes is positive for large ones, others start with a plus."""
    if all(head[:2] == "s:" for head in template.deps()):
        large = sum(c * 10**6 ** sum(e for _, e in m) for m, c in template.terms.items())
        return 1 if large > 0 else -1
    return 1 if template.key()[0][1] > 0 else -1


def _template_atom(kind: str, template: Poly, order: tuple[str, ...], make: Callable[[Poly], Poly]) -> Poly:
    ring, key = template.ring, (kind, template.key())
    head = ring.template_heads.get(key)
    if head is None:
        head = f"{_PREFIX.get(kind, 'F')}{len(ring.templates)}"
        ring.template_heads[key] = head
        deps = template.deps()
        ring.templates[head] = Template(kind, template, len(order), make, DELTA in deps)
        ring.table.deps_of_head[head] = deps
    return ring.plain_atom(head, order)
