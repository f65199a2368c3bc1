"""gradcheck itself, called as a user does in a test."""

from __future__ import annotations

from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, Said, Verdict
from gradcheck.api import check
from gradcheck.model import LayerVerdict

_VERDICTS = {LayerVerdict.PASS: Verdict.ACCEPTED, LayerVerdict.UNRESOLVED: Verdict.OPEN}


def prepare(pair: Pair, seed: int) -> Check:
    """``gradcheck.check`` with its defaults; constants are held fixed."""
    inputs = {**pair.arguments, **pair.constants}

    def said() -> Said:
        layer = check(pair.forward, pair.backward, inputs=inputs, fixed=pair.constants, seed=seed)
        reasons = [a.message for a in layer.arguments if a.message] + [f.message for f in layer.findings]
        return Said(_VERDICTS.get(layer.verdict, Verdict.REJECTED), "; ".join(reasons))

    return said
