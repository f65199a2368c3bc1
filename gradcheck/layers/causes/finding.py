"""The hypotheses in their order: the first that explains every number at every point is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constant_factor import constant_factor, zero
from gradcheck.layers.causes.evidence import Evidence
from gradcheck.layers.causes.factors import factor, factor_along_axis, near_factor, simple_factor
from gradcheck.layers.causes.gathering import gather
from gradcheck.layers.causes.means import mean_added, mean_over_axes
from gradcheck.layers.causes.missing import missing_terms
from gradcheck.layers.causes.mixtures import (
    entries,
    extra_terms,
    fixed_at_first,
    half_product,
    mixed,
)
from gradcheck.layers.causes.normalising import normalising
from gradcheck.layers.causes.others import other_argument, projected, pulled
from gradcheck.layers.causes.outputs_masked import cut_off, factor_per_output
from gradcheck.layers.causes.parts import constant_part, not_masked, only_part
from gradcheck.layers.causes.places import permuted
from gradcheck.layers.causes.profiles import profile
from gradcheck.layers.causes.shifting import displaced, shifted
from gradcheck.layers.causes.slopes import elsewhere, formula, other_function, other_mask
from gradcheck.layers.causes.softmax_axes import softmax_axes
from gradcheck.layers.causes.sums import spread_sum, summed_formula, wrong_sum
from gradcheck.layers.causes.terms import constant_term, skip, term
from gradcheck.layers.causes.transposing import transposed, transposed_argument, transposed_outputs
from gradcheck.layers.causes.upstreams import Answer, answers, is_linear, upstream
from gradcheck.layers.errors import LayerError
from gradcheck.layers.settings import Settings

Hypothesis = Callable[[Evidence], Cause | None]

HYPOTHESES: tuple[Hypothesis, ...] = (
    zero,
    constant_factor,
    transposed,
    permuted,
    fixed_at_first,
    other_argument,
    wrong_sum,
    spread_sum,
    transposed_outputs,
    transposed_argument,
    constant_part,
    not_masked,
    normalising,
    softmax_axes,
    mean_over_axes,
    mean_added,
    skip,
    half_product,
    missing_terms,
    shifted,
    other_mask,
    mixed,
    entries,
    elsewhere,
    constant_term,
    simple_factor,
    near_factor,
    other_function,
    factor,
    pulled,
    projected,
    term,
    profile,
    formula,
    summed_formula,
    displaced,
    cut_off,
    extra_terms,
    factor_per_output,
    factor_along_axis,
    only_part,
)
"""From the simple to the intricate, so that a plain factor is not called something else."""


OF_PROJECTIONS: tuple[Hypothesis, ...] = (zero, constant_factor)
"""Those that hold along every direction if they hold for every element."""


def find_cause(bench: Bench, name: str, rng: np.random.Generator, settings: Settings) -> Cause | None:
    """The cause of a wrong gradient, or None."""
    try:
        evidence = gather(bench, name, rng, settings)
    except (LayerError, ValueError):  # it raises nearby, or its output has another size there
        return None
    if evidence is None:
        return None
    try:
        with np.errstate(all="ignore"):
            found = _found(evidence, [] if evidence.projected else answers(evidence.first, rng))
    except (LayerError, np.linalg.LinAlgError):
        return None
    spoiled = [what for what, phase in bench.written.items() if phase == "backward"]
    if found is not None and spoiled:
        return replace(found, fix=f"do not write into {spoiled[0]} before its last use: work on a copy")
    return found


def _found(evidence: Evidence, answered: list[Answer]) -> Cause | None:
    if answered and not is_linear(answered, evidence.first):
        return upstream(evidence, answered)
    if not any(v.wrong.any() for v in evidence.views):
        return None
    hypotheses = OF_PROJECTIONS if evidence.projected else HYPOTHESES
    return next((cause for hypothesis in hypotheses if (cause := hypothesis(evidence))), None)
