"""Relations that claim nothing new: definitions, restatements, updates, conditions on inputs."""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.judgements import Judgement
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain
from gradcheck.documents.reading.statements import is_decided
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.sayings import defines_average
from gradcheck.model import Answer, Verdict


def definition(judge: ChainJudge, judgement: Judgement, at: int, environment: Environment) -> None:
    """The relation that introduces a symbol, states it again, or only asks for it."""
    chain = judge.chain
    tree = chain.parts[at].tree
    if isinstance(tree, s.Placeholder):
        _settle_as(judgement, Verdict.DEFINITION, "asks for the value; nothing is claimed")
        judgement.refusal = None
        return
    defining = environment.defining.get((chain.order, at))
    if defining is not None and (defining.name in judge.meaning.defined or defining.formal is not None):
        _settle_as(judgement, Verdict.DEFINITION, f"introduces {defining.name}")
        judgement.refusal = None
        return
    if defining is not None and defining.name in judge.meaning.failed:
        judgement.verdict, judgement.refusal = Verdict.UNREAD, judge.meaning.failed[defining.name]
        return
    first = chain.parts[0].tree
    if (
        at == 1
        and isinstance(first, s.Symbol)
        and environment.names.resolve(first).name in environment.kronecker
    ):
        _settle_as(judgement, Verdict.DEFINITION, "introduces a Kronecker delta")
    elif at == 1 and defines_average(chain):
        _settle_as(judgement, Verdict.DEFINITION, "says what the angle brackets mean")
        judgement.refusal = None
    elif at == 1 and judgement.verdict is Verdict.HOLDS and _restates(judge, at):
        _settle_as(judgement, Verdict.DEFINITION, "restates a definition")
    elif at == 1 and _updates(judge):
        _settle_as(judgement, Verdict.DEFINITION, "an update of a value, not an equation")
        judgement.refusal = None


def _settle_as(judgement: Judgement, verdict: Verdict, message: str) -> None:
    judgement.verdict, judgement.message = verdict, message
    judgement.step = judgement.truth = Answer.NONE
    judgement.decision = None


def _restates(judge: ChainJudge, at: int) -> bool:
    """The left side is a defined symbol, the right side its definition written out as it was."""
    left, right = judge.read.values[0], judge.read.values[at]
    if not isinstance(left, Value) or not isinstance(right, Value) or not isinstance(left.expr, e.Ref):
        return False
    algebra = judge.judge.algebra
    try:
        a, b = judge.aligned(left, right, at)
        if not isinstance(a.expr, e.Ref):
            return False
        node = judge.judge.graph.nodes[a.expr.name]
        body = e.rename(node.body, dict(zip(node.params, a.expr.indices, strict=True)))
        same_functions = _functions(body) == _functions(b.expr)
        return same_functions and not (algebra.lower(body) - algebra.lower(b.expr))
    except (TooComplex, ZeroDivisionError, ValueError, Refusal):
        return False


def _functions(expr: e.Expr) -> list[str]:
    return sorted(n.name for n in e.walk(expr) if isinstance(n, e.Fun))


def _updates(judge: ChainJudge) -> bool:
    """``w ← w − η ∂L/∂w``: the left side's own symbol stands on the right."""
    chain = judge.chain
    left, right = chain.parts[0].tree, chain.parts[1].tree
    if not isinstance(left, s.Symbol) or not isinstance(right, s.Total):
        return False
    value = judge.read.values[0]
    if not isinstance(value, Value) or not isinstance(value.expr, e.Var):
        return False
    names = judge.reader.environment.names
    own = names.resolve(left).name
    return any(isinstance(t, s.Symbol) and names.resolve(t).name == own for _, t in right.terms)


def not_an_equality(chain: Chain, judgement: Judgement, at: int) -> None:
    sign = chain.parts[at].sign
    if sign is not None and not is_decided(sign) and judgement.verdict is not Verdict.DEFINITION:
        holds = judgement.verdict is Verdict.HOLDS
        if not holds and judgement.verdict is not Verdict.UNREAD:
            judgement.verdict = Verdict.UNDECIDED
            judgement.step = judgement.truth = Answer.UNDECIDED
            judgement.message = f"`{sign.value}` is not an equality; only equalities are decided"


def nothing_known(judge: ChainJudge, judgement: Judgement, at: int) -> None:
    """A relation between inputs alone is a condition on them, not something to refute."""
    if judgement.verdict not in (Verdict.WRONG, Verdict.INHERITED, Verdict.RECOVERED):
        return
    left = judge.read.values[0]
    if not isinstance(left, Value):
        return
    if at == 1 and _is_condition_on_inputs(judge):
        _settle_as(judgement, Verdict.DEFINITION, "states a condition on the inputs")
    elif isinstance(left.expr, e.Var) and left.expr.name not in judge.used:
        judgement.verdict = Verdict.UNDECIDED
        judgement.step = judgement.truth = Answer.UNDECIDED
        judgement.decision = None
        judgement.message = f"neither proved nor refuted: {left.expr.name} is not defined here"


def _is_condition_on_inputs(judge: ChainJudge) -> bool:
    """``\\sum_k t_k = 1``, ``\\|w\\| = 1``: inputs, and a number."""
    left, right = (judge.chain.parts[k].tree for k in (0, 1))
    value = judge.read.values[0]
    if not isinstance(right, s.Number) or not isinstance(value, Value):
        return False
    plain = isinstance(left, (s.Big, s.Norm)) and isinstance(left.body, s.Symbol)
    inputs = not any(isinstance(n, (e.Ref, e.Adjoint, e.Partial)) for n in e.walk(value.expr))
    return plain and inputs
