"""gradcheck itself: called as a user does in a test, and its check alone on a layer that is already bound."""

from __future__ import annotations

from benchmarks.peers.pair import Pair
from benchmarks.peers.peer import Check, Said, Verdict
from gradcheck.api import check
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.judging import judge
from gradcheck.layers.settings import Settings
from gradcheck.model import Layer, LayerVerdict

_VERDICTS = {LayerVerdict.PASS: Verdict.ACCEPTED, LayerVerdict.UNRESOLVED: Verdict.OPEN}


def called(pair: Pair, seed: int) -> Check:
    """``gradcheck.check`` with its defaults, recognition and report included; constants are held fixed."""
    inputs = {**pair.arguments, **pair.constants}
    return lambda: _said(check(pair.forward, pair.backward, inputs=inputs, fixed=pair.constants, seed=seed))


def bound(pair: Pair, seed: int) -> Check:
    """The check and the verdicts; the layer is recognised and bound beforehand, as peers wrap theirs."""
    subject = FunctionPair(pair.name, pair.forward, pair.backward)
    target = subject.bind({**pair.arguments, **pair.constants}, frozenset(pair.constants))
    return lambda: _said(judge(target, Settings(seed=seed), pair.name).layer)


def _said(layer: Layer) -> Said:
    reasons = [a.message for a in layer.arguments if a.message] + [f.message for f in layer.findings]
    return Said(_VERDICTS.get(layer.verdict, Verdict.REJECTED), "; ".join(reasons))
