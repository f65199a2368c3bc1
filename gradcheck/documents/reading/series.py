"""Sums written with dots: ``a_1 + a_2 + ⋯ + a_N`` becomes a sum over the positions.

The general term is read off the last one and an earlier one, which may differ only in
the position: ``(h_{2,1}-\\mu_1) + ⋯ + (h_{N,1}-\\mu_1)``. Terms before the dots are kept as
printed, so an exceptional one (``(h_{1,1}-\\mu_1)(N-1)``) is not generalised away.
"""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import POSITION

Terms = list[tuple[int, s.Syntax]]


def written_out(total: s.Total) -> Terms:
    """The terms of ``total``, each run of dots replaced by a sum minus what stands printed."""
    terms = list(total.terms)
    while True:
        at = next((k for k, (_, t) in enumerate(terms) if isinstance(t, s.Dots)), None)
        if at is None:
            return terms
        terms = _without_dots(terms, at)


def _without_dots(terms: Terms, at: int) -> Terms:
    dots = terms[at][1]
    if at == 0 or at + 1 >= len(terms):
        raise Refusal("⋯ needs a term on either side", dots.start, dots.end)
    sign, last = terms[at + 1]
    if written_alike(terms[at - 1][1], last) and _is_zero(last):
        return terms[:at] + terms[at + 1 :]
    for back in range(1, at + 1):
        before_sign, before = terms[at - back]
        places = differences(before, last)
        if places and before_sign == sign and _position(before, places) is not None:
            printed = _position(before, places)
            assert printed is not None
            return terms[:at] + _rest(last, places, printed + back - 1, sign) + terms[at + 2 :]
    raise Refusal("the pattern of this ⋯ is not clear", dots.start, dots.end)


def _rest(last: s.Syntax, places: list[tuple[object, ...]], printed: int, sign: int) -> Terms:
    """The general term over all positions, less the ``printed`` first ones."""
    letter = s.Symbol(last.start, last.end, POSITION)
    general = _replaced(last, places, letter)
    whole = s.Big(last.start, last.end, "sum", (s.Binder(last.start, last.end, POSITION),), general)
    terms: Terms = [(sign, whole)]
    for k in range(1, printed + 1):
        number = s.Number(last.start, last.end, Fraction(k))
        terms.append((-sign, _replaced(last, places, number)))
    return terms


def _is_zero(tree: s.Syntax) -> bool:
    return isinstance(tree, s.Number) and tree.value == 0


def written_alike(a: s.Syntax, b: s.Syntax) -> bool:
    """Whether two trees are the same but for where they stand."""
    return differences(a, b) == []


def differences(a: object, b: object, path: tuple[object, ...] = ()) -> list[tuple[object, ...]] | None:
    """Where two trees differ in a subscript only: paths into ``b``; None if they differ elsewhere."""
    if isinstance(a, s.Number) and isinstance(b, (s.Symbol, s.Number)) and "sub" in path:
        return [] if isinstance(b, s.Number) and a.value == b.value else [path]
    if isinstance(a, s.Syntax) and isinstance(b, s.Syntax):
        if type(a) is not type(b):
            return None
        found: list[tuple[object, ...]] = []
        for field in fields(a):
            if field.name in ("start", "end", "sub_text"):
                continue
            inner = differences(getattr(a, field.name), getattr(b, field.name), (*path, field.name))
            if inner is None:
                return None
            found += inner
        return found
    if isinstance(a, tuple) and isinstance(b, tuple):
        if len(a) != len(b):
            return None
        found = []
        for k, (x, y) in enumerate(zip(a, b, strict=True)):
            inner = differences(x, y, (*path, k))
            if inner is None:
                return None
            found += inner
        return found
    return [] if a == b else None


def _at(tree: object, path: tuple[object, ...]) -> object:
    for step in path:
        tree = tree[step] if isinstance(step, int) else getattr(tree, str(step))  # type: ignore[index]
    return tree


def _position(tree: s.Syntax, places: list[tuple[object, ...]]) -> int | None:
    """The one number that stands at all ``places`` of ``tree``."""
    found = {_at(tree, p) for p in places}
    values = {n.value for n in found if isinstance(n, s.Number)}
    return (
        int(next(iter(values))) if len(values) == 1 and len(values) == len({type(n) for n in found}) else None
    )


def _replaced(tree: object, places: list[tuple[object, ...]], image: s.Syntax) -> s.Syntax:
    for place in places:
        tree = _put(tree, place, image)
    assert isinstance(tree, s.Syntax)
    return tree


def _put(tree: object, path: tuple[object, ...], image: s.Syntax) -> object:
    if not path:
        return image
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        assert isinstance(tree, tuple)
        return (*tree[:step], _put(tree[step], rest, image), *tree[step + 1 :])
    return replace(tree, **{str(step): _put(getattr(tree, str(step)), rest, image)})  # type: ignore[type-var]
