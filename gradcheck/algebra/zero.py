"""Is a polynomial zero for every size? A proof, never a guess.

Roots are cleared, outermost first: the polynomial is multiplied by the lowest power of a
root R (which is not zero wherever the formula is defined), whole powers of R are written
out as its base, and the parts that belong to different fractional powers must vanish one
by one. Roots inside a sum are brought to one common power instead.
"""

from __future__ import annotations

from gradcheck.algebra.components import Component, Exponent
from gradcheck.algebra.functions import expand_roots
from gradcheck.algebra.poly import Coefficient, Monomial, Poly, Ring, tidy


def is_zero(poly: Poly) -> bool:
    """Whether ``poly`` is proved to vanish; ``False`` is not a refutation."""
    if not poly:
        return True
    roots = [c for c in poly.components() if not c.sizes and c.head[0] == "R"]
    if roots:
        outermost = max(roots, key=lambda c: (int(c.head[1:]), c.id))
        return all(is_zero(part) for part in _cleared(poly, outermost))
    levelled = _level_inner_roots(poly)
    return levelled is not None and is_zero(levelled)


def _cleared(poly: Poly, root: Component) -> list[Poly]:
    """One polynomial without ``root`` for each fractional part of its exponents."""
    ring = poly.ring
    classes: dict[Exponent, list[tuple[Exponent, Monomial, Coefficient]]] = {}
    for monomial, coefficient in poly.terms.items():
        exponent = next((e for i, e in monomial if i == root.id), 0)
        rest = tuple((i, e) for i, e in monomial if i != root.id)
        classes.setdefault(exponent % 1, []).append((exponent, rest, coefficient))
    parts = []
    for members in classes.values():
        lowest = min(e for e, _, _ in members)
        shifted = {
            (*rest, *(((root.id, tidy(e - lowest)),) if e != lowest else ())): c
            for e, rest, c in members
        }
        parts.append(expand_roots(Poly(ring, {tuple(sorted(m)): c for m, c in shifted.items()})))
    return parts


def _level_inner_roots(poly: Poly) -> Poly | None:
    """Roots inside sums brought to their lowest power; None if they are level already."""
    ring = poly.ring
    lowest: dict[tuple[str, Exponent], Exponent] = {}
    for component in poly.components():
        for head, exponent in _inner_roots(component):
            key = (head, exponent % 1)
            lowest[key] = min(lowest.get(key, exponent), exponent)
    touched = {
        c.id
        for c in poly.components()
        if any(e > lowest[h, e % 1] for h, e in _inner_roots(c))
    }
    if not touched:
        return None
    return poly.replace(touched, lambda c: _levelled(ring, c, lowest))


def _inner_roots(component: Component) -> list[tuple[str, Exponent]]:
    return [(h, e) for h, _, e in component.atoms if h[0] == "R"] if component.sizes else []


def _levelled(
    ring: Ring, component: Component, lowest: dict[tuple[str, Exponent], Exponent]
) -> Poly:
    bound, atoms = ring.unbound(component)
    result = ring.one
    for head, indices, exponent in atoms:
        factor = ring.power(ring.atom(head, indices), exponent)
        if head[0] == "R":
            low = lowest[head, exponent % 1]
            base = ring.instance(head, indices).natural_power(int(exponent - low))
            factor = ring.power(ring.atom(head, indices), low) * base
        result = result * factor
    return result.sum_over_all(bound)
