"""What one relation may define: a symbol alone on a side, or a function and its argument."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.reading.statements import is_decided
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import Names, Resolved, letter_of


@dataclass
class Introduced:
    """A definition found in the document: part ``at`` of ``chain`` introduces ``name``."""

    name: str
    letters: tuple[str, ...]
    tree: s.Syntax
    chain: Chain | None
    at: int
    section: int
    formal: str | None = None
    dependent: bool = False
    backwards: bool = False


def candidates_of(chain: Chain, names: Names) -> Iterator[Introduced]:
    """What a chain may define: its left side, or a bare symbol at its right end."""
    for at in range(1, min(2, len(chain.parts))):
        left, right = chain.parts[at - 1].tree, chain.parts[at].tree
        sign = chain.parts[at].sign
        if sign is None or not is_decided(sign) or isinstance(right, s.Placeholder):
            continue
        if isinstance(left, Refusal) or isinstance(right, Refusal):
            continue
        if isinstance(left, s.Symbol):
            yield from _symbol_defined(chain, at, left, right, names)
        elif isinstance(left, s.Product):
            yield from function_defined(chain, at, left, right, names)
        elif isinstance(left, s.Derivative) and isinstance(right, s.Symbol) and len(chain.parts) == 2:
            if _is_kronecker(left, right, names):
                continue
            for found in _symbol_defined(chain, at, right, left, names):
                yield replace(found, backwards=True)
    yield from _function_in_between(chain, names)


def _is_kronecker(left: s.Derivative, right: s.Symbol, names: Names) -> bool:
    """``∂x_i/∂x_j = δ_ij``, and second derivatives; ``∂L/∂z_ij = δ_ij`` may define a δ instead."""
    of_an_entry = isinstance(left.of, s.Symbol) and bool(left.of.sub)
    return right.name in names.deltas and len(right.sub) == 2 and (len(left.wrt) > 1 or of_an_entry)


def _function_in_between(chain: Chain, names: Names) -> Iterator[Introduced]:
    """``y = f(x) = …`` defines f as well as y."""
    if len(chain.parts) < 3:
        return
    first, call, body = (p.tree for p in chain.parts[:3])
    sign = chain.parts[2].sign
    decided = sign is not None and is_decided(sign) and not isinstance(body, s.Placeholder)
    if decided and isinstance(first, s.Symbol) and isinstance(call, s.Product) and isinstance(body, s.Syntax):
        yield from function_defined(chain, 2, call, body, names)


def _symbol_defined(
    chain: Chain, at: int, left: s.Symbol, right: s.Syntax, names: Names
) -> Iterator[Introduced]:
    """``x_i = …``: the symbol, if all its indices are letters and different."""
    if isinstance(right, s.Matrix):
        return
    resolved = names.resolve(left)
    letters = [letter_of(i) for i in resolved.indices]
    if resolved.power is not None or resolved.transposed or resolved.path or None in letters:
        return
    known = [x for x in letters if x and (x.islower() or names.is_bound(x))]
    if len(known) != len(letters) or len(set(known)) < len(known):
        return
    name = resolved.name + "'" * resolved.primes
    if resolved.primes and resolved.name in names.defined:
        return
    yield Introduced(name, tuple(known), right, chain, at, chain.section)


def function_defined(
    chain: Chain, at: int, left: s.Product, right: s.Syntax, names: Names
) -> Iterator[Introduced]:
    """``f(z) = …``: a function of a scalar, or a quantity that depends on z."""
    if len(left.factors) != 2 or left.joins[0] != "" or not isinstance(left.factors[0], s.Symbol):
        return
    group = left.factors[1]
    if not isinstance(group, s.Group) or group.bracket not in ("(", "["):
        return
    if not all(isinstance(i, s.Symbol) for i in group.items):
        return
    resolved = names.resolve(left.factors[0])
    if resolved.primes or resolved.power is not None:
        return
    argument = group.items[0]
    assert isinstance(argument, s.Symbol)
    inner = names.resolve(argument)
    scalar = len(group.items) == 1 and not inner.indices and not names.slots.get(inner.name)
    formal = inner.name if scalar and not resolved.indices and _uses_bare(right, inner, names) else None
    letters = tuple(x for x in map(letter_of, resolved.indices) if x)
    yield Introduced(resolved.name, letters, right, chain, at, chain.section, formal, formal is None)


def _uses_bare(tree: s.Syntax, formal: Resolved, names: Names) -> bool:
    """Whether the right side is elementary in the formal parameter: no products of arrays."""
    has = any(isinstance(n, s.Symbol) and names.resolve(n).name == formal.name for n in s.walk(tree))
    matrices = any(
        isinstance(n, s.Symbol) and n.name.isupper() and not n.name.startswith("\\") for n in s.walk(tree)
    )
    others = {
        names.resolve(n).name
        for n in s.walk(tree)
        if isinstance(n, s.Symbol) and n.name not in ("e", "\\pi") and len(n.name) == 1
    } - {formal.name}
    return has and not matrices and len(others) < 2 and not any(isinstance(n, s.Big) for n in s.walk(tree))


def may_define(candidate: Introduced, names: Names) -> bool:
    """Whether the name may be one that a document defines, and not by itself."""
    name = candidate.name
    if (
        (name == "e" and not candidate.letters)
        or name in ("\\pi", "d", "\\partial")
        or (
            len(name) == 1
            and names.is_bound(name)
            and not candidate.letters
            and isinstance(candidate.tree, (s.Number, s.Symbol))
        )
    ):
        return False
    own = [
        n
        for n in s.walk(candidate.tree)
        if isinstance(n, s.Symbol)
        and (n.sub or n.name != "e")
        and not _inside_differential(candidate.tree, n)
    ]
    if any(names.resolve(n).name == name and candidate.formal is None for n in own if not n.primes):
        return False
    return not isinstance(candidate.tree, (s.Matrix, s.Placeholder))


def _inside_differential(tree: s.Syntax, symbol: s.Symbol) -> bool:
    """Whether the symbol is what a derivative in ``tree`` is taken by."""
    return any(isinstance(n, s.Derivative) and any(symbol is w for w in n.wrt) for n in s.walk(tree))
