"""The derivations themselves: every line true by an engine without algebra, compact, whatever the names."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from gradcheck.algebra import expr as e
from gradcheck.algebra.numeric import NoPoint, Point, compare, sample
from gradcheck.derive.derivation import CannotDerive, Chain, Derivation, Forward, Step
from gradcheck.derive.deriving import derive
from gradcheck.derive.notation.latex import latex
from gradcheck.derive.proving import Prover
from gradcheck.derive.rules import RULES
from gradcheck.deriving.library import builtin, library_names
from gradcheck.deriving.source import forwards
from gradcheck.deriving.typed import definitions_as_document

NAMES = library_names()


def layer(name: str) -> Forward:
    (forward,) = forwards(*builtin(name))
    return forward


def typed(*definitions: str, **asked: tuple[str, ...]) -> Forward:
    (forward,) = forwards("typed.md", definitions_as_document(definitions), **asked)
    return forward


def printed(derivation: Derivation, name: str) -> str:
    return latex(derivation.chain(name).result, derivation.forward.graph)


@pytest.mark.parametrize("name", NAMES)
def test_every_line_agrees_with_finite_differences(name: str) -> None:
    derivation = derive(layer(name), locals=True)
    assert [c.subject.node for c in derivation.chains][-1] in derivation.forward.wrt  # type: ignore[union-attr]
    for chain in (*derivation.chains, *derivation.locals):
        for step in chain.steps:
            assert step.rule in RULES
            assert agrees(chain.subject, step.value, derivation.forward), f"{chain.subject}: {step}"


def agrees(left: e.Expr, right: e.Expr, forward: Forward) -> bool:
    """Whether two formulas have the same values at random points, at least one of which decides."""
    graph, index_sizes = forward.graph, sizes_of(left, forward)
    sizes = {
        s: 2 + k % 3 for k, s in enumerate(sorted({*forward.letters, *index_sizes.values(), *counted(graph)}))
    }
    answers = []
    for seed in range(3):
        point = sample(graph, [left, right], sizes, np.random.default_rng(seed), index_sizes=index_sizes)
        for name in forward.normalised:
            shares = np.abs(point.values[name])
            point = Point(point.sizes, point.values | {name: shares / shares.sum(axis=-1, keepdims=True)})
        answers.append(compare(left, right, graph, point, index_sizes).agrees)
    return False not in answers and True in answers


def differs(left: e.Expr, right: e.Expr, forward: Forward) -> bool:
    """Whether two formulas have different values at a point where both have one."""
    try:
        return not agrees(left, right, forward)
    except NoPoint:
        return False


def counted(graph: e.Graph) -> set[str]:
    return {p.name for n in graph.nodes.values() for p in e.walk(n.body) if isinstance(p, e.Size)}


def sizes_of(subject: e.Expr, forward: Forward) -> dict[str, str]:
    """The size that each free index of a derivative runs over."""
    found: dict[str, str] = {}
    match subject:
        case e.Adjoint(_, name, indices):
            pairs = [(name, indices)]
        case e.Partial(e.Ref(body, at) | e.Adjoint(_, body, at), name, indices):
            pairs = [(body, at), (name, indices)]
        case e.Partial(_, name, indices):
            pairs = [(name, indices)]
        case _:
            raise AssertionError(subject)
    for name, indices in pairs:
        found |= {str(i): s for i, s in zip(indices, forward.graph.sizes(name), strict=True)}
    return found


COMPACT = {
    (
        "batchnorm",
        "x",
    ): r"\frac{\gamma_{j}}{\sqrt{\sigma_{j}^{2} + \epsilon}} \left( \frac{\partial L}{\partial y_{ij}}"
    r" - \frac{1}{m} \sum_{l=1}^{m} \frac{\partial L}{\partial y_{lj}}"
    r" - \frac{\hat{x}_{ij}}{m} \sum_{l=1}^{m} \hat{x}_{lj} \frac{\partial L}{\partial y_{lj}} \right)",
    (
        "batchnorm_unbiased",
        "x",
    ): r"\frac{\gamma_{j}}{\sqrt{\sigma_{j}^{2} + \epsilon}} \left( \frac{\partial L}{\partial y_{ij}}"
    r" - \frac{1}{m} \sum_{l=1}^{m} \frac{\partial L}{\partial y_{lj}}"
    r" - \frac{\hat{x}_{ij}}{m - 1} \sum_{l=1}^{m} \hat{x}_{lj} \frac{\partial L}{\partial y_{lj}} \right)",
    (
        "softmax",
        "x",
    ): r"y_{ik} \left( \frac{\partial L}{\partial y_{ik}}"
    r" - \sum_{l=1}^{K} y_{il} \frac{\partial L}{\partial y_{il}} \right)",
    ("softmax_cross_entropy", "x"): r"\frac{p_{ik} - t_{ik}}{m}",
    ("label_smoothing", "z"): r"\frac{p_{ik} - q_{ik}}{m}",
    ("sigmoid", "x"): r"y_{ij} \frac{\partial L}{\partial y_{ij}} (1 - y_{ij})",
    ("tanh", "x"): r"\frac{\partial L}{\partial y_{ij}} (1 - y_{ij}^{2})",
    ("affine", "w"): r"\sum_{i} x_{ij} \frac{\partial L}{\partial y_{ik}}",
    (
        "attention",
        "s",
    ): r"p_{ij} \left( \frac{\partial L}{\partial p_{ij}}"
    r" - \sum_{l=1}^{N} p_{il} \frac{\partial L}{\partial p_{il}} \right)",
    (
        "log_softmax",
        "x",
    ): r"\frac{\partial L}{\partial y_{ik}} - e^{y_{ik}} \sum_{l=1}^{K} \frac{\partial L}{\partial y_{il}}",
}
"""The forms in which papers print these gradients."""


@pytest.mark.parametrize(("name", "wrt"), COMPACT)
def test_results_are_as_papers_print_them(name: str, wrt: str) -> None:
    assert printed(derive(layer(name)), wrt) == COMPACT[name, wrt]


def test_without_a_name_for_the_normalised_input_the_bracket_is_kept() -> None:
    forward = typed(
        r"\mu = \frac{1}{m} \sum_{i=1}^m x_i",
        r"v = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2",
        r"y_i = g \frac{x_i - \mu}{\sqrt{v + \epsilon}} + b",
    )
    assert printed(derive(forward), "x") == (
        r"\frac{g}{\sqrt{v + \epsilon}} \left( \frac{\partial L}{\partial y_{i}}"
        r" - \frac{1}{m} \sum_{j=1}^{m} \frac{\partial L}{\partial y_{j}}"
        r" - \frac{x_{i} - \mu}{m \cdot (v + \epsilon)}"
        r" \sum_{j=1}^{m} (x_{j} - \mu) \frac{\partial L}{\partial y_{j}} \right)"
    )


def test_steps_name_their_rules_and_facts() -> None:
    chains = derive(layer("batchnorm")).chains
    rules = {c.subject.node: [s.rule for s in c.steps] for c in chains if isinstance(c.subject, e.Adjoint)}
    assert rules["x"] == ["chain", "local", "substitute", "collect"]
    assert rules[r"\mu"][-1] == "fact"
    (fact,) = next(c for c in chains if c.subject.node == r"\mu").steps[-1].facts  # type: ignore[union-attr]
    assert latex(fact[0], layer("batchnorm").graph) == r"\sum_{i=1}^{m} (x_{ij} - \mu_{j})"
    assert fact[1] == e.ZERO
    assert "kronecker" in [s.rule for s in derive(layer("softmax")).chains[0].steps]


# -- whatever things are called, and in whichever order they are defined --------------------


def renamed(forward: Forward, names: Mapping[str, str], letters: Mapping[str, str]) -> Forward:
    """The same computation with other symbols, sizes as they are, and other index letters."""

    def node(part: e.Expr) -> e.Expr:
        match part:
            case e.Var(name, indices) | e.Ref(name, indices):
                return type(part)(names[name], tuple(letters.get(str(i), i) for i in indices))
            case e.Sum(index, size, body):
                return e.Sum(letters[index], size, body)
            case e.Delta(left, right):
                return e.Delta(letters.get(str(left), left), letters.get(str(right), right))
            case _:
                return part

    graph = e.Graph(
        {
            names[n.name]: e.Node(
                names[n.name], tuple(letters[p] for p in n.params), n.sizes, e.mapped(n.body, node)
            )
            for n in forward.graph.nodes.values()
        },
        {names[leaf]: sizes for leaf, sizes in forward.graph.leaves.items()},
        {loss: tuple(names[o] for o in outputs) for loss, outputs in forward.graph.roots.items()},
    )
    return replace(
        forward,
        graph=graph,
        loss=names.get(forward.loss, forward.loss),
        outputs=tuple(names[o] for o in forward.outputs),
        wrt=tuple(names[w] for w in forward.wrt),
        fixed=tuple(names[f] for f in forward.fixed),
        normalised=tuple(names[n] for n in forward.normalised),
        letters={size: tuple(letters[x] for x in pool) for size, pool in forward.letters.items()},
    )


@pytest.mark.parametrize("name", NAMES)
def test_the_result_does_not_hang_on_names(name: str) -> None:
    forward = layer(name)
    everything = [*forward.graph.nodes, *forward.graph.leaves]
    names = {old: f"q_{{{chr(97 + k % 26)}{k}}}" for k, old in enumerate(reversed(everything))}
    pool = sorted({x for letters in forward.letters.values() for x in letters})
    letters = dict(zip(pool, reversed(pool), strict=True))
    theirs = derive(renamed(forward, names, letters))
    ours = derive(forward)
    assert [len(c.steps) for c in theirs.chains] == [len(c.steps) for c in ours.chains]
    for mine, other in zip(ours.chains, theirs.chains, strict=True):
        assert shape(mine.result) == shape(other.result)


def shape(expr: e.Expr) -> str:
    """A formula without its names, and without the order of terms and factors."""
    inner = sorted(map(shape, e.children(expr)))
    own = expr.value if isinstance(expr, e.Num) else len(e.indices_of(expr))
    kind = "entry" if isinstance(expr, e.Var | e.Ref) else type(expr).__name__
    return f"{kind}{own}({','.join(inner)})"


@pytest.mark.parametrize("name", ["batchnorm", "attention", "lstm_step", "softmax_cross_entropy", "glu"])
def test_the_result_does_not_hang_on_the_order_of_definitions(name: str) -> None:
    data = builtin(name)[1]
    head, *blocks = data.decode().split("\n$$")
    turned = "\n$$".join([head, *reversed(blocks)]).encode()
    (forward,) = forwards("turned.md", turned)
    ours = {n: derive(layer(name)).chain(n).result for n in layer(name).wrt}
    theirs = {n: derive(forward).chain(n).result for n in forward.wrt}
    assert {n: shape(r) for n, r in ours.items()} == {n: shape(r) for n, r in theirs.items()}


# -- the prover is asked, and can refuse -----------------------------------------------------


def mutants(expr: e.Expr) -> list[e.Expr]:
    """Formulas that differ from ``expr`` in one place."""
    found: list[e.Expr] = [e.neg(expr), e.mul(e.number(2), expr)]
    parts = [p for p in e.walk(expr) if isinstance(p, e.Pow | e.Add | e.Mul)]
    for part in parts:
        match part:
            case e.Pow(base, e.Num(x)):
                other: e.Expr = e.Pow(base, e.Num(x + 1))
            case e.Add(terms):
                other = e.Add((*terms[:-1], e.neg(terms[-1])))
            case e.Mul(factors) if not isinstance(factors[0], e.Num):
                other = e.Mul((*factors, factors[0]))
            case _:
                continue
        found.append(e.mapped(expr, lambda p, part=part, other=other: other if p == part else p))
    return found


@pytest.mark.parametrize("name", ["batchnorm", "softmax", "rmsnorm", "gelu", "huber", "attention"])
def test_wrong_lines_are_not_proved(name: str) -> None:
    forward = layer(name)
    prover = Prover(forward)
    tried = 0
    for chain in derive(forward).chains:
        for mutant in mutants(chain.result):
            if mutant != chain.result and differs(chain.subject, mutant, forward):
                tried += 1
                assert not prover.equal(chain.subject, mutant)
                with pytest.raises(CannotDerive, match="could not be proved"):
                    prover.kept(chain.subject, [Step("collect", mutant)])
    assert tried > 3


@pytest.mark.parametrize(
    ("definition", "inputs"),
    [
        (r"y_i = \frac12 x_i (1 + \operatorname{erf}(\frac{x_i}{\sqrt 2}))", "x"),
        (r"y_i = u_i v_i", "u"),
        (r"y_i = x_i^3", "x"),
    ],
)
def test_results_divide_by_nothing_that_may_be_zero(definition: str, inputs: str) -> None:
    forward = typed(definition)
    result = derive(forward).chain(inputs).result
    below = [
        p.base
        for p in e.walk(result)
        if isinstance(p, e.Pow) and isinstance(p.exponent, e.Num) and p.exponent.value < 0
    ]
    assert not [b for b in below if any(isinstance(p, e.Var | e.Ref) for p in e.walk(b))]


# -- second derivatives, and what is refused -------------------------------------------------


def hessian(chain: Chain, forward: Forward) -> str:
    return latex(chain.result, forward.graph)


def test_second_derivatives() -> None:
    forward = layer("softmax_cross_entropy")
    (chain,) = derive(forward, second=True).second
    assert hessian(chain, forward) == r"\frac{\delta_{ij} p_{ik} (\delta_{kl} - p_{il})}{m}"
    assert agrees(chain.subject, chain.result, forward)


@pytest.mark.parametrize("name", ["mlp", "bce_with_logits", "linear_regression", "mse", "softmax_regression"])
def test_second_derivatives_agree_with_differences(name: str) -> None:
    forward = layer(name)
    chains = derive(forward, second=True).second
    assert len(chains) == len(forward.wrt) * (len(forward.wrt) + 1) // 2
    for chain in chains:
        assert agrees(chain.subject, chain.result, forward), chain.subject


def test_second_derivatives_need_a_loss() -> None:
    with pytest.raises(CannotDerive, match="need a scalar loss") as refused:
        derive(layer("softmax"), second=True)
    assert "--second" in refused.value.help


def test_a_regulariser_is_its_own_way_to_the_loss() -> None:
    forward = typed(r"r_i = \sum_j x_{ij} w_j - t_i", r"L = \sum_i r_i^2 + \lambda \sum_j w_j^2", wrt=("w",))
    (chain,) = [c for c in derive(forward).chains if c.subject.node == "w"]  # type: ignore[union-attr]
    assert chain.steps[0].rule == "chain"
    assert printed(derive(forward), "w").startswith(r"2 \left( \lambda w_{j} + \sum_{i}")


def test_a_square_is_not_solved_for_its_root() -> None:
    forward = typed(r"e_i = (w x_i - t_i)^2", r"L = \sum_i e_i", wrt=("w",))
    assert printed(derive(forward), "w") == r"2 \sum_{i} x_{i} (w x_{i} - t_{i})"
