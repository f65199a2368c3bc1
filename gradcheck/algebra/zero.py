"""Is a polynomial zero for every size? A proof, never a guess.

Roots are cleared, outermost first: the polynomial is multiplied by the lowest power of a
root R (which is not zero wherever the formula is defined), whole powers of R are written
out as its base, and the parts that belong to different fractional powers must vanish one
by one. Roots inside a sum are brought to one common power instead.
"""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra.components import Component, Exponent
from gradcheck.algebra.poly import Coefficient, Monomial, Poly, Ring, tidy
from gradcheck.algebra.roots import expand_roots


def is_zero(poly: Poly) -> bool:
    """Whether ``poly`` is proved to vanish; ``False`` is not a refutation."""
    if not poly:
        return True
    roots = [c for c in poly.components() if not c.sizes and c.head[0] == "R"]
    if roots:
        outermost = max(roots, key=lambda c: (int(c.head[1:]), c.id))
        return all(is_zero(part) for part in _cleared(poly, outermost))
    for step in (_partial_fractions, _level_inner_roots):
        changed = step(poly)
        if changed is not None:
            return is_zero(changed)
    return False


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
            (*rest, *(((root.id, tidy(e - lowest)),) if e != lowest else ())): c for e, rest, c in members
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
            if _is_binomial(ring, head):
                lowest[key] = min(exponent, exponent % 1)
            else:
                lowest[key] = min(lowest.get(key, exponent), exponent)
    touched = {
        c.id
        for c in poly.components()
        if any(e > lowest[h, e % 1] and (e >= 1 or not _is_binomial(ring, h)) for h, e in _inner_roots(c))
    }
    if not touched:
        return None
    return poly.replace(touched, lambda c: _levelled(ring, c, lowest))


def _partial_fractions(poly: Poly) -> Poly | None:
    """Inside sums, a root R of ``a + c·E`` and the atom E never stand in one product.

    ``E R^e = (R − a)/c · R^e`` and ``E^{-1} R^e = (R − c·E)/a · E^{-1} R^e`` until they do not;
    None if they never did.
    """
    ring = poly.ring
    touched = {c.id for c in poly.components() if _mixed(ring, c) is not None}
    if not touched:
        return None
    return poly.replace(touched, lambda c: _separated(ring, c))


def _mixed(ring: Ring, component: Component) -> tuple[int, int] | None:
    """The positions of a negative power of R and a power of its atom E in a contraction."""
    if not component.sizes:
        return None
    for k, (head, indices, exponent) in enumerate(component.atoms):
        if head[0] != "R" or exponent >= 0:
            continue
        pair = _binomial(ring, head, indices)
        for j, (other, at, _) in enumerate(component.atoms):
            if pair is not None and (other, at) == pair[1]:
                return k, j
    return None


def _binomial(
    ring: Ring, head: str, indices: tuple[str, ...]
) -> tuple[Poly, tuple[str, tuple[str, ...]], Coefficient] | None:
    """A root's base as ``a + c·E``: the number a, the atom E, the coefficient c."""
    base = ring.instance(head, indices)
    if len(base.terms) != 2 or () not in base.terms:
        return None
    ((monomial, coefficient),) = ((m, c) for m, c in base.terms.items() if m)
    if len(monomial) != 1 or monomial[0][1] != 1:
        return None
    atom = ring.table.by_id[monomial[0][0]]
    if atom.sizes or atom.id in ring.special:
        return None
    return ring.constant(base.terms[()]), (atom.head, atom.indices), coefficient


def _is_binomial(ring: Ring, head: str) -> bool:
    """Whether partial fractions take care of a root."""
    places = tuple(f"?{k}" for k in range(ring.templates[head].arity))
    return _binomial(ring, head, places) is not None


def _separated(ring: Ring, component: Component) -> Poly:
    found = _mixed(ring, component)
    assert found is not None
    bound, atoms = ring.unbound(component)
    root, at, low = atoms[found[0]]
    name, place, exponent = atoms[found[1]]
    pair = _binomial(ring, root, at)
    assert pair is not None
    a, _, c = pair
    r, e = ring.atom(root, at), ring.atom(name, place)
    if exponent > 0:
        swapped = (r - a).scale(Fraction(1) / c) * ring.power(e, tidy(exponent - 1))
    else:
        ((_, number),) = a.terms.items()
        swapped = (r - e.scale(c)).scale(Fraction(1) / number) * ring.power(e, exponent)
    others = (ring.power(ring.atom(h, i), x) for k, (h, i, x) in enumerate(atoms) if k not in found)
    total = ring.product(others) * ring.power(r, low) * swapped
    return total.sum_over_all(bound)


def _inner_roots(component: Component) -> list[tuple[str, Exponent]]:
    return [(h, e) for h, _, e in component.atoms if h[0] == "R"] if component.sizes else []


def _levelled(ring: Ring, component: Component, lowest: dict[tuple[str, Exponent], Exponent]) -> Poly:
    bound, atoms = ring.unbound(component)
    result = ring.one
    for head, indices, exponent in atoms:
        factor = ring.power(ring.atom(head, indices), exponent)
        if head[0] == "R":
            low = lowest[head, exponent % 1]
            if _is_binomial(ring, head):
                low = min(exponent, exponent % 1)
            base = ring.instance(head, indices).natural_power(int(exponent - low))
            factor = ring.power(ring.atom(head, indices), low) * base
        result = result * factor
    return result.sum_over_all(bound)
