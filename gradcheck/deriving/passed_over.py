"""Relations that look like definitions and were not taken as such."""

from __future__ import annotations

from gradcheck.deriving.circles import follows
from gradcheck.deriving.readings import Reading
from gradcheck.documents.symbols.candidates import Introduced, candidates_of


def check_passed_over(reading: Reading) -> None:
    """Raise `CannotDerive` where definitions alone define a symbol twice, or one that serves as an index.

    In a document that derives something such a relation is a claim, and may be wrong.
    """
    for chain in reading.chains:
        for found in candidates_of(chain, reading.environment.names):
            _check(reading, found)


def _check(reading: Reading, found: Introduced) -> None:
    taken = any(i.tree is found.tree for i in reading.environment.introduced)
    if taken or found.name in reading.unread or found.name in reading.graph.leaves:
        return
    if found.name in reading.graph.nodes:
        if not follows(reading, found):
            line = reading.position(reading.definition(found.name).tree.start)[0]
            reason = f"{found.name} is defined in line {line} already, and differently"
            raise reading.cannot(found.tree, reason, "give one of the two another name")
    elif reading.environment.names.is_bound(found.name) and found.letters:
        reason = f"{found.name} is defined here, and an index elsewhere"
        raise reading.cannot(found.tree, reason, "give one of the two another name")
