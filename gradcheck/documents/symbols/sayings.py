"""What a document says beside its definitions: averages, dependences, entries that sum to 1."""

from __future__ import annotations

import re

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.symbols.candidates import function_defined
from gradcheck.documents.symbols.names import Names, letter_of
from gradcheck.documents.symbols.sizes import spelled

SAYS_NORMALISED = re.compile(
    r"\bone[- ]hot\b|\bsums? (up )?to (1|one)\b|\badds? up to (1|one)\b|\bprobability distribution\b", re.I
)


def normalised_names(chains: list[Chain], names: Names) -> set[str]:
    """Inputs of which the document says that their entries sum to 1."""
    found = set()
    for chain in chains:
        for before, after in zip(chain.parts, chain.parts[1:], strict=False):
            big, one = before.tree, after.tree
            if isinstance(big, s.Big) and isinstance(one, s.Number) and one.value == 1:
                found |= _plainly_summed(big, names)
    return found


def _plainly_summed(big: s.Big, names: Names) -> set[str]:
    """t of ``\\sum_k t_{nk}``: one symbol, to no power, summed over its last index."""
    if not isinstance(big.body, s.Symbol) or len(big.binders) > 1:
        return set()
    resolved = names.resolve(big.body)
    letters = [b.letter for b in big.binders]
    last = letter_of(resolved.indices[-1]) if resolved.indices else None
    plain = resolved.power is None and not resolved.transposed and not resolved.primes
    return {resolved.name} if plain and last is not None and letters in ([], [last]) else set()


def defines_average(chain: Chain) -> str:
    """``⟨f⟩ = \\frac1B \\sum_{b=1}^B f_b``: the size B that angle brackets average over."""
    left = chain.parts[0].tree
    if not isinstance(left, s.Group) or left.bracket != "\\langle" or len(chain.parts) < 2:
        return ""
    right = chain.parts[1].tree
    nodes = s.walk(right) if isinstance(right, s.Syntax) else ()
    bounds = [b.upper for n in nodes if isinstance(n, s.Big) for b in n.binders]
    return next((spelled(b) for b in bounds if isinstance(b, s.Symbol)), "")


def written_dependences(chains: list[Chain], names: Names) -> dict[str, set[tuple[tuple[str, int], ...]]]:
    """Symbols written with what they depend on, ``f(W) = …``: each way they are written."""
    found: dict[str, set[tuple[tuple[str, int], ...]]] = {}
    for chain in chains:
        left = chain.parts[0].tree
        if len(chain.parts) < 2 or not isinstance(left, s.Product):
            continue
        for introduced in function_defined(chain, 1, left, left, names):
            group = left.factors[1]
            assert isinstance(group, s.Group)
            items = [names.resolve(i) for i in group.items if isinstance(i, s.Symbol)]
            written = tuple((i.name, len(i.indices)) for i in items)
            found.setdefault(introduced.name, set()).add(written)
    return found
