"""A fixed sample of mistakes is undone by corrections; the large one is ``benchmarks.corrections``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from mutants_corpus import Document
from mutants_correcting import corrected
from mutants_drawing import Drawing
from mutants_recovery import Offer, Recovery, offers

CORPUS = Path(__file__).parents[1] / "corpus"
NAMES = (
    "layernorm.md", "sigmoid-bce.md", "softmax-regression.md", "mlp-mse-rows.md", "rmsnorm.md", "relu-mlp.md",
    "unseen/vae-loss.md", "unseen/lstm-cell.md", "blogs/activations.md", "blogs/batchnorm-cs231n.md",
    "blogs/l2norm.md", "label-smoothing.html",
)  # fmt: skip
COUNT = 40
RIGHT = (Recovery.EXACT, Recovery.COMMUTED, Recovery.EQUIVALENT)


@cache
def sample() -> list[tuple[str, list[Offer]]]:
    """Every mutant of the sample in words, with what was offered for it."""
    documents = [Document(str(CORPUS / name), (CORPUS / name).read_text(encoding="utf-8")) for name in NAMES]
    found = []
    for mutant in Drawing(documents, seed=11).mutants(COUNT):
        name = Path(mutant.equation.document.path).name
        words = f"[{mutant.kind}] {name}: {mutant.equation.right} -> {mutant.right}"
        found.append((words, offers(mutant.equation, mutant.text, corrected(mutant).corrections)))
    return found


def listed(found: list[str]) -> str:
    return f"{len(found)} of {COUNT}:\n" + "\n".join(found)


def test_no_correction_leaves_the_claim_wrong() -> None:
    bad = [f"{w}: {o.right}" for w, given in sample() for o in given if o.recovery is Recovery.BAD]
    assert not bad, listed(bad)


@pytest.mark.parametrize(("words", "least"), [(RIGHT, 0.75), ((Recovery.EXACT, Recovery.COMMUTED), 0.65)])
def test_most_mistakes_are_undone_by_the_first_correction(words: tuple[Recovery, ...], least: float) -> None:
    missed = [w for w, given in sample() if not given or given[0].recovery not in words]
    assert len(missed) <= (1 - least) * COUNT, listed(missed)


def test_nearly_all_mistakes_are_undone_by_some_correction() -> None:
    missed = [w for w, given in sample() if not any(o.recovery in RIGHT for o in given)]
    assert len(missed) <= 0.1 * COUNT, listed(missed)
