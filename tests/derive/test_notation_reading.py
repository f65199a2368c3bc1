"""What is printed is read back as the same: definitions as an equal graph, claims as proved ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from gradcheck.algebra.expr import (
    Adjoint,
    Expr,
    Graph,
    Ref,
    Sum,
    free_indices,
    indices_of,
    mapped,
    rename,
    walk,
)
from gradcheck.algebra.lowering import Algebra
from gradcheck.derive.notation.latex import definition, relation, space
from gradcheck.derive.notation.matrix import matrix_relation
from gradcheck.documents.check import check_source
from gradcheck.documents.judging.chain_reading import ChainReader
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.collect import Collected, collect
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.topics import parts_of
from gradcheck.options import Options

CORPUS = Path(__file__).parents[1] / "corpus"
OPTIONS = Options(engines=("algebra",), corrections=False)

BATCH_NORM = r"""
$$\mu_j = \frac{1}{m} \sum_{i=1}^{m} x_{ij}$$
$$\sigma^2_j = \frac{1}{m} \sum_{i=1}^{m} (x_{ij} - \mu_j)^2$$
$$\hat{x}_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma^2_j + \epsilon}}$$
$$y_{ij} = \gamma_j \hat{x}_{ij} + \beta_j$$
$$\frac{\partial L}{\partial \gamma_j} = \sum_{i=1}^{m} \frac{\partial L}{\partial y_{ij}} \hat{x}_{ij}$$
$$\frac{\partial L}{\partial \beta_j} = \sum_{i=1}^{m} \frac{\partial L}{\partial y_{ij}}$$
$$\frac{\partial L}{\partial \sigma^2_j} = -\frac{1}{2} (\sigma^2_j + \epsilon)^{-3/2} \sum_{i=1}^{m}
  \frac{\partial L}{\partial \hat{x}_{ij}} (x_{ij} - \mu_j)$$
$$\frac{\partial \hat{x}_{ij}}{\partial \sigma^2_j}
  = -\frac{1}{2} (x_{ij} - \mu_j) (\sigma^2_j + \epsilon)^{-3/2}$$
$$\frac{\partial L}{\partial x_{ij}} = \frac{\gamma_j}{m \sqrt{\sigma^2_j + \epsilon}} \left(
  m \frac{\partial L}{\partial y_{ij}}
  - \sum_{k=1}^{m} \frac{\partial L}{\partial y_{kj}}
  - \hat{x}_{ij} \sum_{k=1}^{m} \frac{\partial L}{\partial y_{kj}} \hat{x}_{kj} \right)$$
"""
LABELLED = r"""
$$\mu_{B,j} = \frac{1}{m} \sum_{i=1}^{m} x_{ij}$$
$$\sigma_{B,j}^2 = \frac{1}{m} \sum_{i=1}^{m} (x_{ij} - \mu_{B,j})^2$$
$$y_{ij} = \frac{x_{ij} - \mu_{B,j}}{\sqrt{\sigma_{B,j}^2 + \epsilon}}$$
$$\frac{\partial L}{\partial \sigma_{B,j}^2} = -\frac{1}{2} (\sigma_{B,j}^2 + \epsilon)^{-3/2} \sum_{i=1}^{m}
  \frac{\partial L}{\partial y_{ij}} (x_{ij} - \mu_{B,j})$$
"""
SOFTMAX = r"""
$$p_{ik} = \frac{e^{z_{ik}}}{\sum_{j=1}^{K} e^{z_{ij}}}$$
$$L = -\frac{1}{m} \sum_{i=1}^{m} \sum_{k=1}^{K} t_{ik} \log p_{ik}$$
$$\sum_{k=1}^{K} t_{ik} = 1$$
$$\frac{\partial L}{\partial p_{ik}} = -\frac{t_{ik}}{m p_{ik}}$$
$$\frac{\partial p_{ik}}{\partial z_{ij}} = p_{ik} (\delta_{kj} - p_{ij})$$
$$\frac{\partial L}{\partial z_{ik}} = \frac{1}{m} (p_{ik} - t_{ik})$$
"""
ATTENTION = r"""
$$S_{ij} = \frac{1}{\sqrt{d}} \sum_{a=1}^{d} Q_{ia} K_{ja}$$
$$P_{ij} = \frac{e^{S_{ij}}}{\sum_{k=1}^{m} e^{S_{ik}}}$$
$$O_{ib} = \sum_{j=1}^{m} P_{ij} V_{jb}$$
$$\frac{\partial L}{\partial V_{jb}} = \sum_{i=1}^{n} P_{ij} \frac{\partial L}{\partial O_{ib}}$$
$$\frac{\partial L}{\partial P_{ij}} = \sum_{b=1}^{p} \frac{\partial L}{\partial O_{ib}} V_{jb}$$
$$\frac{\partial L}{\partial S_{ij}} = P_{ij} \left( \frac{\partial L}{\partial P_{ij}}
  - \sum_{k=1}^{m} P_{ik} \frac{\partial L}{\partial P_{ik}} \right)$$
$$\frac{\partial L}{\partial Q_{ia}}
  = \frac{1}{\sqrt{d}} \sum_{j=1}^{m} \frac{\partial L}{\partial S_{ij}} K_{ja}$$
$$\frac{\partial L}{\partial K_{ja}}
  = \frac{1}{\sqrt{d}} \sum_{i=1}^{n} \frac{\partial L}{\partial S_{ij}} Q_{ia}$$
"""
AFFINE = r"""
$$y_{nk} = \sum_{j=1}^{D} x_{nj} w_{jk} + b_k$$
$$\frac{\partial L}{\partial b_k} = \sum_{n=1}^{N} \frac{\partial L}{\partial y_{nk}}$$
$$\frac{\partial L}{\partial w_{jk}} = \sum_{n=1}^{N} x_{nj} \frac{\partial L}{\partial y_{nk}}$$
$$\frac{\partial L}{\partial x_{nj}} = \sum_{k=1}^{M} \frac{\partial L}{\partial y_{nk}} w_{jk}$$
"""
RECURRENT = r"""
$$a_i = \sum_{j=1}^{H} U_{ij} s_j + \sum_{k=1}^{D} W_{ik} x_k + b_i$$
$$h_i = \tanh(a_i)$$
$$\frac{\partial h_i}{\partial a_i} = 1 - \tanh^2(a_i)$$
$$\frac{\partial L}{\partial a_i} = \frac{\partial L}{\partial h_i} (1 - h_i^2)$$
$$\frac{\partial L}{\partial U_{ij}} = \frac{\partial L}{\partial a_i} s_j$$
$$\frac{\partial L}{\partial s_j} = \sum_{i=1}^{H} U_{ij} \frac{\partial L}{\partial a_i}$$
"""
LSTM = r"""
$$f_i = \operatorname{sigmoid}(u_i)$$
$$g_i = \tanh(v_i)$$
$$c_i = f_i s_i + (1 - f_i) g_i$$
$$h_i = \frac{1}{1 + e^{-r_i}} \tanh(c_i)$$
$$\frac{\partial L}{\partial c_i}
  = \frac{\partial L}{\partial h_i} \frac{1}{1 + e^{-r_i}} (1 - \tanh^2(c_i))$$
$$\frac{\partial L}{\partial u_i} = \frac{\partial L}{\partial c_i} (s_i - g_i) f_i (1 - f_i)$$
$$\frac{\partial L}{\partial v_i} = \frac{\partial L}{\partial c_i} (1 - f_i) (1 - g_i^2)$$
$$\frac{\partial L}{\partial s_i} = f_i \frac{\partial L}{\partial c_i}$$
"""
GELU = r"""
$$y_i = \frac{1}{2} x_i \left( 1 + \operatorname{erf}\left( \frac{x_i}{\sqrt{2}} \right) \right)$$
$$\frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \left( \frac{1}{2}
  \left( 1 + \operatorname{erf}\left( \frac{x_i}{\sqrt{2}} \right) \right)
  + \frac{x_i}{\sqrt{2 \pi}} \exp\left( -\frac{x_i^2}{2} \right) \right)$$
"""
GATED = r"""
$$r_i = \max(0, x_i)$$
$$q_i = \operatorname{ReLU}(x_i - w_i)$$
$$y_i = |x_i| + 0.044715 x_i^3 q_i + \alpha \mathbb{1}[x_i > 0] r_i$$
$$\frac{\partial q_i}{\partial w_i} = -\mathbb{1}[x_i > w_i]$$
$$\frac{\partial L}{\partial q_i} = 0.044715 x_i^3 \frac{\partial L}{\partial y_i}$$
$$\frac{\partial L}{\partial \alpha}
  = \sum_{i=1}^{n} \mathbb{1}[x_i > 0] r_i \frac{\partial L}{\partial y_i}$$
"""
QUADRATIC = r"""
$$r_i = \sum_{j=1}^{d} X_{ij} w_j - t_i$$
$$f = \frac{1}{2} \sum_{i=1}^{n} r_i^2 + \frac{\lambda}{2} \sum_{j=1}^{d} w_j^2$$
$$\frac{\partial f}{\partial w_j} = \sum_{i=1}^{n} r_i X_{ij} + \lambda w_j$$
$$\frac{\partial^2 f}{\partial w_j \partial w_k} = \sum_{i=1}^{n} X_{ij} X_{ik} + \lambda \delta_{jk}$$
$$\frac{\partial}{\partial r_i} \left[ r_i^2 + r_i \right] = 2 r_i + 1$$
"""
DOCUMENTS = {
    "batch norm": BATCH_NORM,
    "batch norm with sizes": r"Let $x \in \mathbb{R}^{m \times D}$." + BATCH_NORM,
    "labelled": LABELLED,
    "softmax": SOFTMAX,
    "attention": ATTENTION,
    "affine": AFFINE,
    "recurrent": RECURRENT,
    "lstm": LSTM,
    "gelu": GELU,
    "gated": GATED,
    "quadratic": QUADRATIC,
}
OTHER_NAMES = {
    **dict(zip("xywbzptahscgfrquv", "uvmavqrzbtewhgpxy", strict=True)),
    **dict(zip("QKVSPOUWX", "ABCGEMRYZ", strict=True)),
    r"\mu": r"\nu", r"\sigma": r"\rho", r"\gamma": r"\alpha", r"\beta": r"\theta", r"\epsilon": r"\eta",
    r"\alpha": r"\kappa", r"\lambda": r"\xi", "L": r"\mathcal{J}",
}  # fmt: skip
"""Other names for quantities; those of indices and sizes stay, and functions with them."""


@dataclass(frozen=True)
class Read:
    """A document's chains as expressions; ``free`` are the axes or indices of each."""

    graph: Graph
    chains: list[tuple[list[Expr], tuple[str, ...]]]
    assumed: bool


def environment_of(name: str, data: bytes) -> tuple[Collected, list[Environment]]:
    collected = collect(read_source(name, data), [])
    return collected, [part.environments[0] for part in parts_of(collected)]


def graph_of(text: str) -> Graph:
    _, (environment, *_) = environment_of("printed.md", text.encode())
    return environment.graph(environment.epochs[0][1])


def read(name: str, data: bytes) -> Read | None:
    """The chains of a document that are right and need no conditions; None if it has several topics."""
    collected, environments = environment_of(name, data)
    if len(environments) > 1 or len(environments[0].epochs) > 1:
        return None
    environment = environments[0]
    meaning = environment.epochs[0][1]
    graph = environment.graph(meaning)
    source = read_source(name, data)
    right = {
        (c.place.line, c.place.column)
        for c in check_source(name, data, OPTIONS).claims
        if proved(c.verdict.value)
    }
    chains = []
    for chain in collected.chains:
        values = ChainReader(environment, meaning, chain).read().values
        signs = [part.sign for part in chain.parts[1:] if part.sign is not None]
        places = [source.place(sign.start, sign.end) for sign in signs]
        plain = [value for value in values if isinstance(value, Value) and not value.outer]
        if chain.conditions or any(chain.condition_of) or len(plain) < len(values):
            continue
        if not places or any((p.line, p.column) not in right for p in places):
            continue
        if len({value.rank for value in plain}) == 1:
            chains.append(lettered(plain, meaning.sizes.named))
    return Read(graph, [c for c in chains if c[0][0] != c[0][1]], bool(environment.normalised))


def proved(verdict: str) -> bool:
    return verdict in ("definition", "holds")


def lettered(values: Sequence[Value], taken: dict[str, int]) -> tuple[list[Expr], tuple[str, ...]]:
    """The sides of a chain with letters for indices that a machine named."""
    axes = values[0].axes
    sides = [rename(v.expr, dict(zip(v.axes, axes, strict=True))) for v in values]
    used = {i for side in sides for part in walk(side) for i in index_names(part)}
    free = (x for x in "ijklpqrstuvwxyz" if x not in used and x not in taken)
    letters = {i: next(free) for i in sorted(used) if i.startswith("α")}
    subject = sides[0]
    own = subject.indices if isinstance(subject, (Ref, Adjoint)) else tuple(sorted(free_indices(subject)))
    indices = axes or tuple(i for i in own if isinstance(i, str))
    return [relettered(side, letters) for side in sides], tuple(letters.get(i, i) for i in indices)


def index_names(expr: Expr) -> Iterator[str]:
    yield from (i for i in indices_of(expr) if isinstance(i, str))
    if isinstance(expr, Sum):
        yield expr.index


def relettered(expr: Expr, letters: dict[str, str]) -> Expr:
    def bound(node: Expr) -> Expr:
        if isinstance(node, Sum) and node.index in letters:
            return Sum(letters[node.index], node.size, rename(node.body, {node.index: letters[node.index]}))
        return node

    return mapped(rename(expr, dict(letters)), bound)


def renamed(text: str) -> str:
    """A document with other names for all its quantities."""
    commands = "frac sqrt sum left right exp log tanh max partial mathbb pi delta hat".split()
    keep = rf"\\(?:{'|'.join(commands)})(?![a-z])|\\operatorname\{{\w+\}}|e\^|\^\{{\w+\}}|_\{{[^}}]*\}}|_\w"
    return re.sub(
        rf"(?P<keep>{keep})|\\[a-z]+|[A-Za-z]",
        lambda m: m[0] if m["keep"] or m[0] in "mnKdDNMH" else OTHER_NAMES.get(m[0], m[0]),
        text,
    )


def failures(text: str, assumed: bool) -> list[str]:
    """The claims of a printed document that are not proved."""
    claims = check_source("printed.md", text.encode(), OPTIONS).claims
    assert claims
    return [
        f"{c.verdict.value}: {c.latex}: {c.message}"
        for c in claims
        if not proved(c.verdict.value) and not (assumed and "sum to 1" in c.message)
    ]


def display(lines: Sequence[str]) -> str:
    return "\n\n".join(f"$$\n{line}\n$$" for line in lines)


@pytest.fixture(params=["as it is", "renamed"])
def spelled(request: pytest.FixtureRequest) -> Callable[[str], str]:
    return renamed if request.param == "renamed" else str


@pytest.mark.parametrize("name", DOCUMENTS)
def test_definitions_are_read_back_as_an_equal_graph(name: str, spelled: Callable[[str], str]) -> None:
    text = spelled(DOCUMENTS[name])
    graph = graph_of(text)
    # Letters such as a and b are indices because a sum somewhere binds them: the claims stay in the document.
    shapes, claims = text[: text.index("$$")], text[text.index(r"$$\frac{\partial") :]
    printed = display([definition(node, graph) for node in graph.nodes.values()])
    again = graph_of(f"{shapes}\n\n{printed}\n\n{claims}")
    assert again.nodes.keys() == graph.nodes.keys() and again.leaves == graph.leaves
    assert again.roots == graph.roots
    algebra = Algebra(graph)
    for node in graph.nodes.values():
        other = again.nodes[node.name]
        body = rename(other.body, dict(zip(other.params, node.params, strict=True)))
        assert other.sizes == node.sizes and algebra.equal(node.body, body)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_claims_are_read_back_as_proved(name: str, spelled: Callable[[str], str]) -> None:
    text = spelled(DOCUMENTS[name])
    found = read("typed.md", text.encode())
    assert found is not None and len(found.chains) == text.count("$$") // 2
    printed = display([relation(left, rights, found.graph) for (left, *rights), _ in found.chains])
    assert failures(printed, assumed=False) == []


@pytest.mark.parametrize(
    "name", sorted(p.name for p in CORPUS.glob("*.*") if p.name != "derivations-expected.md")
)
def test_whole_documents_are_read_back_as_proved(name: str) -> None:
    found = read(name, (CORPUS / name).read_bytes())
    if found is None or not found.chains:
        pytest.skip("a document of several topics")
    printed = display([relation(left, rights, found.graph) for (left, *rights), _ in found.chains])
    assert failures(printed, assumed=True) == []


def matrices(found: Read) -> tuple[str, int]:
    """The chains that have a form in matrix notation, printed after the shapes, and how many those are."""
    graph = found.graph
    spaces = [s for name in (*graph.leaves, *graph.nodes) if (s := space(name, graph)) is not None]
    lines = [matrix_relation(left, rights, axes, graph) for (left, *rights), axes in found.chains]
    kept = [line for line in lines if line is not None]
    return "Here " + ", ".join(f"${s}$" for s in spaces) + ".\n\n" + display(kept), len(kept)


@pytest.mark.parametrize(
    ("name", "fewest"),
    [("softmax", 5), ("attention", 8), ("affine", 4), ("recurrent", 5), ("batch norm with sizes", 5)],
)
def test_matrix_notation_is_read_back_as_proved(
    name: str, fewest: int, spelled: Callable[[str], str]
) -> None:
    found = read("typed.md", spelled(DOCUMENTS[name]).encode())
    assert found is not None
    printed, count = matrices(found)
    assert count >= fewest and failures(printed, assumed=True) == []


@pytest.mark.parametrize(
    "name",
    ["mlp-mse-rows.md", "affine-columns.md", "attention-index.md", "ridge.md", "layernorm.md", "tanh-rnn.md",
     "relu-mlp.md", "softmax-regression.md", "sigmoid-bce.md", "word2vec-negative-sampling.md"],
)  # fmt: skip
def test_whole_documents_in_matrix_notation_are_read_back_as_proved(name: str) -> None:
    found = read(name, (CORPUS / name).read_bytes())
    assert found is not None
    printed, count = matrices(found)
    assert count >= 3 and failures(printed, assumed=True) == []
