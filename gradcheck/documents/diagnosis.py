"""What a bare answer leaves to say: restated definitions, slips, inheritance, conventions.

Each rule looks at the judgements of one chain and refines them. None turns a refuted value
into a proved one unless the algebra proves it under the reading that is then named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.algebra.poly import Poly
from gradcheck.documents import syntax as s
from gradcheck.documents.collect import Chain
from gradcheck.documents.deciding import EVERY_SIZE, Decision, Equation, Judge, unit_sum
from gradcheck.documents.environment import Environment, defines_average
from gradcheck.documents.judging import ChainJudge, Judgement
from gradcheck.documents.statements import is_decided
from gradcheck.documents.tokens import Refusal
from gradcheck.documents.values import Value
from gradcheck.model import Answer, Verdict

History = list[tuple[Chain, list[Judgement]]]


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
        _definition(judge, judgement, at, environment)
        _not_an_equality(chain, judgement, at)
        _nothing_known(judge, judgement, at)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED, Verdict.UNDECIDED):
            _alias(judge, judgement, at, mode)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED, Verdict.UNDECIDED):
            for words in _losses_meant(judge, at, mode):
                _agree(judgement, "D305", words)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED):
            _convention(judge, judgement, at, mode, environment)
        if judgement.verdict in (Verdict.WRONG, Verdict.INHERITED) and environment.says_symmetric:
            _symmetric(judge, judgement, at, mode)
        if judgement.verdict is Verdict.WRONG:
            _inherited(judge, judgement, at, mode, history)
        if judgement.verdict is Verdict.INHERITED and judgement.cause is None:
            judgement.cause = _cause(chain, found, at)
        if judgement.verdict in (Verdict.HOLDS, Verdict.DEFINITION) and judgement.slips:
            judgement.verdict = Verdict.SLIP
        if judgement.verdict is Verdict.HOLDS:
            _kink(chain, judgement, at)


def _reading(judge: ChainJudge, at: int, mode: tuple[str, str]) -> str:
    values = [v for v in (judge.read.values[0], judge.read.values[at]) if isinstance(v, Value)]
    nodes = [n for v in values for n in e.walk(v.expr)]
    if any(isinstance(n, e.Partial) for n in nodes):
        return "total" if mode[0] == "total" else "local"
    return "adjoint" if any(isinstance(n, e.Adjoint) for n in nodes) else "stated"


# -- definitions -----------------------------------------------------------------------


def _definition(judge: ChainJudge, judgement: Judgement, at: int, environment: Environment) -> None:
    """The relation that introduces a symbol, states it again, or only asks for it."""
    chain = judge.chain
    tree = chain.parts[at].tree
    if isinstance(tree, s.Placeholder):
        _set(judgement, Verdict.DEFINITION, "asks for the value; nothing is claimed")
        judgement.refusal = None
        return
    defining = environment.defining.get((chain.order, at))
    if defining is not None and (defining.name in judge.meaning.defined or defining.formal is not None):
        _set(judgement, Verdict.DEFINITION, f"introduces {defining.name}")
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
        _set(judgement, Verdict.DEFINITION, "introduces a Kronecker delta")
    elif at == 1 and defines_average(chain):
        _set(judgement, Verdict.DEFINITION, "says what the angle brackets mean")
        judgement.refusal = None
    elif at == 1 and judgement.verdict is Verdict.HOLDS and _restates(judge, at):
        _set(judgement, Verdict.DEFINITION, "restates a definition")
    elif at == 1 and _updates(judge):
        _set(judgement, Verdict.DEFINITION, "an update of a value, not an equation")
        judgement.refusal = None


def _set(judgement: Judgement, verdict: Verdict, message: str) -> None:
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
        a, b = judge._aligned(left, right, at)
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


def _not_an_equality(chain: Chain, judgement: Judgement, at: int) -> None:
    sign = chain.parts[at].sign
    if sign is not None and not is_decided(sign) and judgement.verdict is not Verdict.DEFINITION:
        holds = judgement.verdict is Verdict.HOLDS
        if not holds and judgement.verdict is not Verdict.UNREAD:
            judgement.verdict = Verdict.UNDECIDED
            judgement.step = judgement.truth = Answer.UNDECIDED
            judgement.message = f"`{sign.value}` is not an equality; only equalities are decided"


def _nothing_known(judge: ChainJudge, judgement: Judgement, at: int) -> None:
    """A relation between inputs alone is a condition on them, not something to refute."""
    if judgement.verdict not in (Verdict.WRONG, Verdict.INHERITED, Verdict.RECOVERED):
        return
    left = judge.read.values[0]
    if not isinstance(left, Value):
        return
    if at == 1 and _is_condition_on_inputs(judge):
        _set(judgement, Verdict.DEFINITION, "states a condition on the inputs")
    elif isinstance(left.expr, e.Var) and left.expr.name not in judge._used:
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


# -- slips -----------------------------------------------------------------------------


def _alias(judge: ChainJudge, judgement: Judgement, at: int, mode: tuple[str, str]) -> None:
    """An undefined symbol that, read as a defined one of the same rank, makes the value right."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    used = {
        n.name for node in judge.judge.graph.nodes.values() for n in e.walk(node.body) if isinstance(n, e.Var)
    }
    strangers = {
        n.name: len(n.indices) for n in e.walk(value.expr) if isinstance(n, e.Var) and n.name not in used
    }
    left = judge.read.values[0]
    own = (
        {n.name for n in e.walk(left.expr) if isinstance(n, (e.Var, e.Ref))}
        if isinstance(left, Value)
        else set()
    )
    for stranger, rank in strangers.items():
        if stranger in own:
            continue
        for name, node in judge.judge.graph.nodes.items():
            if len(node.params) != rank:
                continue
            renamed = _read_as(value.expr, stranger, name)
            if _proves(judge, at, mode, renamed):
                place = _symbol_place(judge, at, stranger)
                judgement.slips.append(("D406", f"{stranger} is not defined; {name} is meant", *place))
                _accept(judge, judgement, at, renamed)
                return


def _read_as(expr: e.Expr, stranger: str, name: str) -> e.Expr:
    """``expr`` with the undefined ``stranger`` read as the defined ``name``."""

    def change(part: e.Expr) -> e.Expr:
        return e.Ref(name, part.indices) if isinstance(part, e.Var) and part.name == stranger else part

    return e.mapped(expr, change)


def _symbol_place(judge: ChainJudge, at: int, name: str) -> tuple[int, int]:
    tree = judge.chain.parts[at].tree
    assert isinstance(tree, s.Syntax)
    names = judge.reader.environment.names
    for node in s.walk(tree):
        if isinstance(node, s.Symbol) and names.resolve(node).name == name:
            return node.start, node.end
    return tree.start, tree.end


def _accept(judge: ChainJudge, judgement: Judgement, at: int, expr: e.Expr) -> None:
    value = judge.read.values[at]
    assert isinstance(value, Value)
    judge.read.values[at] = replace(value, expr=expr)
    judgement.verdict = Verdict.HOLDS
    judgement.step = judgement.truth = Answer.PROVED
    judgement.decision = Decision(Answer.PROVED, EVERY_SIZE)


def _proves(
    judge: ChainJudge, at: int, mode: tuple[str, str], expr: e.Expr, other: Judge | None = None,
    overrides: Algebra | None = None, left: int = 0,
) -> bool:  # fmt: skip
    """Whether the value is right with part ``at`` replaced by ``expr``, or under another judge."""
    bench = other or judge.judge
    saved = judge.read.values[at]
    assert isinstance(saved, Value)
    judge.read.values[at] = replace(saved, expr=expr)
    try:
        equations = judge.equations(left, at, mode)
        if isinstance(equations, Refusal):
            return False
        if overrides is None and not all(map(bench.plausible, equations)):
            return False
        return all(bench.holds(q, overrides) for q in equations)
    finally:
        judge.read.values[at] = saved


# -- conventions -----------------------------------------------------------------------


def _convention(
    judge: ChainJudge,
    judgement: Judgement,
    at: int,
    mode: tuple[str, str],
    environment: Environment,
) -> None:
    """Right as a whole under a reading that the document does not state."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    if judgement.verdict is not Verdict.INHERITED:
        for node, other, words in judge.judge.other_variances:
            if _proves(judge, at, mode, value.expr, other):
                _agree(
                    judgement,
                    "D301",
                    f"right if {node} is defined with {words}; the document defines it otherwise",
                )
                return
    for printed, meant, renamed in _swapped_upstreams(judge, value):
        if _proves(judge, at, mode, renamed):
            if judgement.verdict is Verdict.INHERITED:
                return
            _agree(
                judgement,
                "D302",
                f"right if {printed} stands for {meant}; as printed a factor is counted twice or missing",
            )
            return
    for name in _normalisations(judge, at, mode):
        if environment.says_normalised:
            environment.normalised.add(name)
        else:
            words = f"right only if the entries of {name} sum to 1, which the document does not say"
            _agree(judgement, "D304", words)
        return


def _agree(judgement: Judgement, code: str, message: str) -> None:
    judgement.verdict, judgement.code, judgement.message = Verdict.CONVENTION, code, message


def _swapped_upstreams(judge: ChainJudge, value: Value) -> Iterator[tuple[str, str, e.Expr]]:
    """``dL/dx̂`` read as the gradient of another node of the same shape, everywhere in the line."""
    graph = judge.judge.graph
    left = judge.read.values[0]
    subject = (
        {n.node for n in e.walk(left.expr) if isinstance(n, e.Adjoint)} if isinstance(left, Value) else set()
    )
    printed = {(n.loss, n.node) for n in e.walk(value.expr) if isinstance(n, e.Adjoint)}
    for loss, node in sorted(printed):
        for root in graph.roots.get(loss, ()):
            if root == node or node in subject or (loss, root) in printed:
                continue
            if node not in graph.nodes or graph.sizes(root) != graph.sizes(node):
                continue
            yield f"d{loss}/d{node}", f"d{loss}/d{root}", _swapped(value.expr, node, root)


def _swapped(expr: e.Expr, node: str, other: str) -> e.Expr:
    """``expr`` with every gradient of ``node`` replaced by that of ``other``."""

    def change(part: e.Expr) -> e.Expr:
        found = isinstance(part, e.Adjoint) and part.node == node
        return replace(part, node=other) if found and isinstance(part, e.Adjoint) else part

    return e.mapped(expr, change)


def _symmetric(judge: ChainJudge, judgement: Judgement, at: int, mode: tuple[str, str]) -> None:
    """Right if an input that the prose calls symmetric is."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    for name, other in judge.judge.symmetrised:
        if _proves(judge, at, mode, value.expr, other):
            _agree(judgement, "D306", f"right only if {name} is symmetric")
            return


def _losses_meant(judge: ChainJudge, at: int, mode: tuple[str, str]) -> Iterator[str]:
    """``∂f/∂b`` of the output f on the left, where the loss's gradient ∂L/∂b is given."""
    left, right = judge.read.values[0], judge.read.values[at]
    if not isinstance(left, Value) or not isinstance(right, Value) or not isinstance(left.expr, e.Partial):
        return
    partial = left.expr
    if not isinstance(partial.body, e.Ref):
        return
    for loss, roots in judge.judge.graph.roots.items():
        if partial.body.name in roots:
            meant = replace(
                left,
                expr=e.Adjoint(loss, partial.wrt, partial.indices),
                axes=left.axes[left.outer :],
                outer=0,
            )
            judge.read.values[0] = meant
            try:
                proved = _proves(judge, at, mode, right.expr)
            finally:
                judge.read.values[0] = left
            if proved:
                yield f"right if d{loss}/d{partial.wrt} is meant on the left"


def _normalisations(judge: ChainJudge, at: int, mode: tuple[str, str]) -> Iterator[str]:
    """Each input such that the value is right if the input's entries sum to 1."""
    equations = judge.equations(0, at, mode)
    if not isinstance(equations, list) or any(q.equal_sizes for q in equations):
        return
    algebra = judge.judge.algebra
    for name, sizes in judge.judge.graph.leaves.items():
        if sizes and name not in judge.judge.normalised:
            known = unit_sum(algebra, name, sizes)
            if all(_vanishes(algebra, q, known) for q in equations):
                yield name


def _vanishes(algebra: Algebra, equation: Equation, known: Poly) -> bool:
    try:
        difference = algebra.lower(equation.left) - algebra.lower(equation.right)
        return algebra.vanishes(difference, (known,))
    except (TooComplex, ZeroDivisionError, RecursionError, KeyError, ValueError):
        return False


def _kink(chain: Chain, judgement: Judgement, at: int) -> None:
    """``1(x ≥ 0)`` as the slope of a function with a kink at 0 picks the right-hand slope there."""
    tree, left = chain.parts[at].tree, chain.parts[0].tree
    if not isinstance(tree, s.Syntax) or not isinstance(left, s.Syntax):
        return
    derived = any(isinstance(n, s.Derivative) or (isinstance(n, s.Symbol) and n.primes) for n in s.walk(left))
    if not derived:
        return
    for node in s.walk(tree):
        if isinstance(node, s.Compare) and _includes_tie(node):
            _agree(
                judgement,
                "D303",
                "at the kink itself there is no derivative; this takes the right-hand slope there",
            )
            return


def _includes_tie(node: s.Compare) -> bool:
    zero_right = isinstance(node.right, s.Number)
    return (node.sign == ">=" and zero_right) or (node.sign == "<=" and not zero_right)


# -- inheritance -----------------------------------------------------------------------


def _cause(chain: Chain, found: list[Judgement], at: int) -> tuple[int, int] | None:
    """The claim of the same chain where the error that reached this one entered."""
    for k in range(at - 1, 0, -1):
        if found[k - 1].verdict in (Verdict.WRONG, Verdict.CONVENTION):
            return chain.order, k
        if found[k - 1].cause is not None:
            return found[k - 1].cause
    return None


def _inherited(
    judge: ChainJudge, judgement: Judgement, at: int, mode: tuple[str, str], history: History
) -> None:
    """Right if what an earlier line printed wrongly for a gradient were right."""
    value = judge.read.values[at]
    if not isinstance(value, Value):
        return
    for cause, overrides in _printed_gradients(judge, history):
        algebra = judge.judge.overridden(overrides)
        lefts = (at - 1, 0) if at > 1 else (0,)
        if any(_proves(judge, at, mode, value.expr, None, algebra, left) for left in lefts):
            judgement.verdict = Verdict.INHERITED
            judgement.step, judgement.cause = Answer.PROVED, cause
            judgement.message = "follows from an earlier wrong line"
            return


def _printed_gradients(
    judge: ChainJudge, history: History
) -> Iterator[tuple[tuple[int, int], dict[str, e.Expr]]]:
    """For each gradient that an earlier chain ends with wrongly: the claim at fault, and the formula."""
    latest: dict[str, tuple[tuple[int, int], e.Expr]] = {}
    for chain, found in history:
        if not found or chain is judge.chain or chain.section < judge.since:
            continue
        end = found[-1]
        if end.verdict not in (Verdict.WRONG, Verdict.INHERITED, Verdict.CONVENTION) or end.equation is None:
            continue
        left = judge.reader.environment.subjects.get(chain.order)
        if left is None or left.node not in judge.judge.graph.nodes:
            continue
        printed = _over_params(left, end.equation.right, judge.judge.graph)
        if printed is None:
            continue
        latest[left.node] = end.cause or (chain.order, len(found)), printed
    for node, (cause, printed) in latest.items():
        yield cause, {node: printed}
    if len(latest) > 1:
        last = next(reversed(latest.values()))[0]
        yield last, {node: printed for node, (_, printed) in latest.items()}


def _over_params(left: e.Adjoint, printed: e.Expr, graph: e.Graph) -> e.Expr | None:
    params = graph.nodes[left.node].params
    names = [i for i in left.indices if isinstance(i, str)]
    if len(names) != len(params) or len(set(names)) < len(names):
        return None
    return e.rename(printed, dict(zip(names, params, strict=True)))
