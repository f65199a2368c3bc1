"""Documents full of claims, and of mistakes: what is differentiated comes from the definitions alone."""

import re
from pathlib import Path

import pytest

from gradcheck.algebra import expr as e
from gradcheck.derive.derivation import CannotDerive, Forward
from gradcheck.deriving.source import forwards, read_forwards

ROOT = Path(__file__).parents[2]
CORPUS = [p for p in sorted((ROOT / "tests/corpus").rglob("*")) if p.is_file()]
BUILT_IN = sorted((ROOT / "derivations").glob("*.md"))

BATCHNORM = r"""
$$\mu_j = \frac{1}{m} \sum_{i=1}^m x_{ij}$$
$$\sigma_j^2 = \frac{1}{m} \sum_{i=1}^m (x_{ij} - \mu_j)^2$$
$$\hat x_{ij} = \frac{x_{ij} - \mu_j}{\sqrt{\sigma_j^2 + \epsilon}}$$
$$y_{ij} = \gamma_j \hat x_{ij} + \beta_j$$
"""


def of(text: str) -> list[Forward]:
    return forwards("x.md", text.encode())


def one(text: str) -> Forward:
    (found,) = of(text)
    return found


def plain(body: e.Expr) -> bool:
    return not any(isinstance(n, e.Adjoint | e.Partial) for n in e.walk(body))


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_document_gives_definitions_or_a_reason(path: Path) -> None:
    try:
        found = forwards(str(path), path.read_bytes())
    except CannotDerive as stop:
        assert stop.reason and stop.path
        return
    assert found
    for forward in found:
        graph = forward.graph
        assert all(plain(node.body) for node in graph.nodes.values())
        mentioned = {
            n.name for node in graph.nodes.values() for n in e.walk(node.body) if isinstance(n, e.Var)
        }
        assert mentioned == set(graph.leaves) == {*forward.wrt, *forward.fixed}
        assert forward.loss_is_defined is not bool(forward.outputs)
        assert set(forward.outputs) <= set(graph.nodes)
        assert graph.roots == ({forward.loss: forward.outputs} if forward.outputs else {})


OUTPUTS = {
    "batchnorm-agarwal": [("l", ("y",), [r"\mu_{B}", r"\sigma_{B}^{2}", r"\hat{x}", "y"])],
    "batchnorm-handwritten-unbiased": [("L", ("y",), [r"\mu", r"\sigma^{2}", r"\hat{x}", "y"])],
    "batchnorm-matrix-kronecker": [
        (r"\mathcal{L}", ("a",), ["h", r"\mu", r"\sigma^{2}", r"\hat{h}", "y", "a"])
    ],
    "cross-entropy-and-batchnorm-unbiased": [
        ("L", ("y",), [r"\mu_{B}", r"\sigma_{B}^{2}", r"\hat{x}", "y"]),
        ("L", ("p",), ["p"]),
    ],
    "linear-softmax-crossentropy-relu": [("L", ("f",), ["f"]), ("L", ("y",), ["y"]), ("L", ("y",), ["y"])],
}


@pytest.mark.parametrize("path", BUILT_IN, ids=lambda p: p.stem)
def test_the_built_in_derivations_give_their_definitions(path: Path) -> None:
    found = forwards(str(path), path.read_bytes())
    assert [(f.loss, f.outputs, list(f.graph.nodes)) for f in found] == OUTPUTS[path.stem]


def test_what_no_output_needs_is_left_out_with_a_note() -> None:
    path = ROOT / "derivations/batchnorm-matrix-kronecker.md"
    notes = read_forwards(str(path), path.read_bytes()).notes
    assert notes == (r"left out, since \mathcal{L} does not depend on it: u, v",)


def test_the_title_is_that_of_the_topic() -> None:
    path = ROOT / "derivations/linear-softmax-crossentropy-relu.md"
    assert [f.title for f in forwards(str(path), path.read_bytes())] == ["1. Linear", "2. Softmax", "4. ReLU"]


def test_a_number_computed_from_arrays_is_the_loss_itself() -> None:
    forward = one(r"$$e_i = x_i - t_i$$ $$q = \sum_{i=1}^n e_i^2$$")
    assert (forward.loss, forward.outputs, forward.graph.roots) == ("q", (), {})


def test_a_free_loss_avoids_the_names_of_the_definitions() -> None:
    assert one("$$y_i = L x_i$$").loss == r"\mathcal{L}"
    assert one(r"$$y_i = L \mathcal{L}_0 x_i + \mathcal{L}$$").loss == r"\ell"


def test_several_outputs_share_one_loss() -> None:
    forward = one(r"$$c_i = a_i b_i$$ $$h_i = a_i^2$$")
    assert forward.outputs == ("c", "h")


def test_layers_that_share_nothing_are_derived_apart() -> None:
    found = of(r"$$y_i = x_i^2 + \epsilon$$ $$q_j = \exp(z_j) + \epsilon$$")
    assert [f.outputs for f in found] == [("y",), ("q",)]


def test_gradients_in_the_notation_of_code_are_no_definitions() -> None:
    text = r"""
$$Y = X W$$

Write $\bar{v} = \frac{\partial L}{\partial v}$.

$$\bar{X} = \bar{Y} W^T$$
"""
    forward = one(text)
    assert forward.outputs == ("Y",) and list(forward.graph.nodes) == ["Y"]


def test_a_function_alone_is_a_quantity() -> None:
    forward = one(r"$$f(x) = x \tanh(x)$$")
    assert (forward.loss, list(forward.graph.leaves)) == ("f", ["x"])


def test_a_function_that_is_used_is_written_out() -> None:
    forward = one(r"$$g(z) = z^2$$ $$y_i = g(x_i) + 1$$")
    assert list(forward.graph.nodes) == ["y"]


def test_a_symbol_defined_anew_makes_another_topic() -> None:
    text = "# Squares\n$$f(x) = x^2$$\n$$f'(x) = 2x$$\n# Cubes\n$$f(x) = x^3$$\n$$f'(x) = 3x^2$$\n"
    assert len(of(text)) == 2


def test_entries_that_sum_to_one_are_carried_over() -> None:
    text = r"""
$$p_{nk} = \frac{e^{z_{nk}}}{\sum_j e^{z_{nj}}}$$
$$L = -\sum_n \sum_k t_{nk} \log p_{nk}$$
with $\sum_k t_{nk} = 1$.
"""
    assert one(text).normalised == ("t",)


def renamed(text: str, names: dict[str, str]) -> str:
    return re.sub("|".join(re.escape(n) for n in names), lambda m: names[m[0]], text)


def test_names_decide_nothing() -> None:
    """Every symbol, index and size under another name: the same graph under other names."""
    names = {
        r"\mu": "a", r"\sigma": "s", r"\hat x": r"\tilde w", "x": "w", r"\epsilon": r"\eta", "y": "z",
        r"\gamma": "g", r"\beta": r"\phi", "_{ij}": "_{kl}", "_j": "_l", "i=1": "k=1",
        "^m": "^{N}", "{m}": "{N}",
    }  # fmt: skip
    ours, theirs = one(BATCHNORM), one(renamed(BATCHNORM, names))
    assert list(theirs.graph.nodes) == ["a", "s^{2}", r"\tilde{w}", "z"]
    for mine, other in zip(ours.graph.nodes.values(), theirs.graph.nodes.values(), strict=True):
        assert shape(mine.body) == shape(other.body)


def shape(body: e.Expr) -> object:
    """The expression without its names."""
    return type(body).__name__, tuple(shape(c) for c in e.children(body))


def test_unreadable_definitions_that_no_output_needs_are_noted() -> None:
    text = r"""
$$y_i = x_i^2$$

$$z = \prod_i x_i$$

$$\frac{\partial L}{\partial x_i} = 2 x_i \frac{\partial L}{\partial y_i}$$
"""
    found = read_forwards("x.md", text.encode())
    assert [f.outputs for f in found.forwards] == [("y",)]
    assert found.notes == (r"x.md:4:7: the definition of z cannot be read: \prod is not read",)


def test_a_declared_input_is_held_fixed() -> None:
    text = "```gradcheck\nfixed = ['w', '\\gamma']\n```\n" + r"$$y_i = \gamma w_i x_i + \epsilon$$"
    forward = one(text)
    assert (forward.wrt, forward.fixed) == (("x", r"\epsilon"), (r"\gamma", "w"))


def test_reading_needs_neither_sympy_nor_numpy() -> None:
    import subprocess
    import sys

    program = (
        "import sys; from gradcheck.deriving.source import forwards;"
        "from gradcheck.deriving.library import builtin;"
        "forwards(*builtin('batchnorm'), variance='1/(m-1)'); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"sympy", "numpy"}.isdisjoint(done.stdout.split())
