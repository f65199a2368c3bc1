"""What a bare answer leaves to say: restated definitions, slips, inheritance, conventions.

Each rule looks at the judgements of one chain and refines them. None turns a refuted value
into a proved one unless the algebra proves it under the reading that is then named.
"""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.aliases import alias
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.conventions import convention, losses_meant, symmetric
from gradcheck.documents.judging.inheritance import History, inherited, root_cause
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.judging.kinks import kink
from gradcheck.documents.judging.rereading import agree
from gradcheck.documents.judging.restating import definition, not_an_equality, nothing_known
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.symbols.environment import Environment
from gradcheck.model import Answer, Verdict


def diagnose(
    judge: ChainJudge,
    found: list[Judgement],
    mode: tuple[str, str],
    environment: Environment,
    history: History,
) -> None:
    """Refine the judgements of one chain, in place."""
    chain = judge.chain
    for at, judgement in enumerate(found, 1):
        judgement.slips = list(judge.read.slips[at]) + (list(judge.read.slips[0]) if at == 1 else [])
        judgement.reading = _reading(judge, at, mode)
        definition(judge, judgement, at, environment)
        not_an_equality(chain, judgement, at)
        nothing_known(judge, judgement, at)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED, Verdict.UNDECIDED):
            alias(judge, judgement, at, mode)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED, Verdict.UNDECIDED):
            for words, repair in losses_meant(judge, at, mode):
                agree(judgement, "D305", words, repair)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED):
            convention(judge, judgement, at, mode, environment)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED) and environment.says_symmetric:
            symmetric(judge, judgement, at, mode)
        if judgement.verdict is Verdict.WRONG and not (at > 1 and found[at - 2].truth is Answer.PROVED):
            inherited(judge, judgement, at, mode, history)
        if judgement.verdict in (Verdict.INHERITED, Verdict.RECOVERED) and judgement.cause is None:
            judgement.cause = root_cause(chain, found, at)
        if judgement.verdict in (Verdict.HOLDS, Verdict.DEFINITION) and judgement.slips:
            judgement.verdict = Verdict.SLIP
        if judgement.verdict is Verdict.HOLDS:
            kink(judge, judgement, at)


def _reading(judge: ChainJudge, at: int, mode: tuple[str, str]) -> str:
    values = [v for v in (judge.read.values[0], judge.read.values[at]) if isinstance(v, Value)]
    nodes = [n for v in values for n in e.walk(v.expr)]
    if any(isinstance(n, e.Partial) for n in nodes):
        return "total" if mode[0] == "total" else "local"
    return "adjoint" if any(isinstance(n, e.Adjoint) for n in nodes) else "stated"
