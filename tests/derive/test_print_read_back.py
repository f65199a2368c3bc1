"""The acid test of a printout: our own reader takes it, and proves every line of it."""

from collections import Counter

import pytest
from printed_layers import LAYERS, derivation_of, forward_of, matrix_derivation, renamed_derivation_of

from gradcheck.derive.derivation import Derivation
from gradcheck.derive.deriving import derive
from gradcheck.derive.printing import latex_document, markdown
from gradcheck.derive.printing.view import View
from gradcheck.documents.check import check_source
from gradcheck.model import Verdict
from gradcheck.options import Options

RENDER = {"md": markdown.render, "tex": latex_document.render}
VIEWS = {
    "normal": View(),
    "brief": View(detail="brief"),
    "matrix": View(notation="matrix"),
    "fragment": View(fragment=True),
}


def verdicts(derivation: Derivation, suffix: str, view: View) -> Counter[Verdict]:
    """What the reader says of the lines of a printout."""
    text = RENDER[suffix](derivation, view)
    document = check_source(f"printed.{suffix}", text.encode(), Options(engines=("algebra",)))
    wrong = [c for c in document.claims if c.verdict not in (Verdict.DEFINITION, Verdict.HOLDS)]
    assert not wrong, "\n".join(f"{c.verdict.value}: {c.latex} {c.notes}" for c in wrong)
    return Counter(c.verdict for c in document.claims)


@pytest.mark.parametrize("suffix", RENDER)
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("name", LAYERS)
def test_every_line_is_proved(name: str, view: str, suffix: str) -> None:
    derivation = derivation_of(name)
    found = verdicts(derivation, suffix, VIEWS[view])
    assert found[Verdict.DEFINITION] == len(derivation.forward.graph.nodes)
    assert found[Verdict.HOLDS] >= len(derivation.forward.wrt)


@pytest.mark.parametrize("suffix", RENDER)
@pytest.mark.parametrize("name", LAYERS)
def test_every_line_is_proved_whatever_the_symbols(name: str, suffix: str) -> None:
    derivation = renamed_derivation_of(name)
    found = verdicts(derivation, suffix, View())
    assert found[Verdict.DEFINITION] == len(derivation.forward.graph.nodes)


@pytest.mark.parametrize("suffix", RENDER)
def test_matrices_are_read_back(suffix: str) -> None:
    text = RENDER[suffix](matrix_derivation(), View(notation="matrix"))
    assert "_{" not in text.replace("_{i", "") and r"x \in \mathbb{R}^{N \times D}" in text
    verdicts(matrix_derivation(), suffix, View(notation="matrix"))


@pytest.mark.parametrize("suffix", RENDER)
@pytest.mark.parametrize("name", ["linear_regression", "mlp", "half_squared_error"])
def test_losses_in_matrices_are_read_back(name: str, suffix: str) -> None:
    verdicts(derive(forward_of(name)), suffix, View(notation="matrix"))


@pytest.mark.parametrize("suffix", RENDER)
def test_second_derivatives_are_read_back(suffix: str) -> None:
    derivation = derive(forward_of("mse"), second=True)
    text = RENDER[suffix](derivation, View())
    assert "Second derivatives" in text and r"\partial^{2} L" in text
    assert len(derivation.second) == 1
    verdicts(derivation, suffix, View())


@pytest.mark.parametrize("suffix", RENDER)
def test_every_step_is_a_line(suffix: str) -> None:
    derivation = derivation_of("batchnorm")
    steps = sum(len(chain.steps) for chain in derivation.chains)
    assert verdicts(derivation, suffix, View())[Verdict.HOLDS] >= steps + len(derivation.forward.wrt)


@pytest.mark.parametrize("suffix", RENDER)
def test_the_derivatives_of_the_definitions_are_proved(suffix: str) -> None:
    derivation = derivation_of("batchnorm")
    steps = sum(len(chain.steps) for chain in (*derivation.chains, *derivation.locals))
    assert verdicts(derivation, suffix, View(detail="verbose"))[Verdict.HOLDS] >= steps
