"""Inputs for what was not given: proposals are tried until the layer runs on one."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.directions import direction, stream
from gradcheck.layers.errors import CannotRecognise, CannotSample, LayerError, LayerRaised
from gradcheck.layers.job import Choice
from gradcheck.layers.sampling.proposals import propose
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.target import MISSING, Parameter, Subject

_MOST = 400


def completed(
    subject: Subject, given: Mapping[str, Spec | Fixed], fixed: frozenset[str], seed: int
) -> Choice:
    """The given inputs with one for each parameter that lacks it. Raises CannotSample.

    Of the proposals, the first with which forward and backward run and every gradient has the
    shape of its argument; else the first with which the forward runs.
    """
    _check_names(subject.parameters, given)
    if all(p.name in given or p.default is not MISSING for p in subject.parameters):
        return dict(given)
    second: Choice | None = None
    latest: Exception | None = None
    for choice in itertools.islice(propose(subject.parameters, given), _MOST):
        try:
            fits = _fits(subject, choice, fixed, seed)
        except CannotRecognise:
            raise
        except (LayerError, ValueError) as error:
            latest = latest or error
            continue
        if fits:
            return choice
        second = second or choice
    if second is None:
        raise CannotSample(_unsampled(subject, given, latest))
    return second


def _fits(subject: Subject, choice: Choice, fixed: frozenset[str], seed: int) -> bool:
    """Whether the backward runs too, with the right shapes. Raises LayerError if the forward fails."""
    with np.errstate(all="ignore"):
        target = subject.bind(draw_all(choice, seed), fixed)
        bench = Bench(target, dict(target.point))
        centre = bench.centre()
        if not target.point:
            return False
        size = centre.flat.size
        v = direction(stream(seed), size) if target.upstream else np.ones(size)
        try:
            return not bench.pull(centre, v).problems
        except LayerError:
            return False


def _check_names(parameters: tuple[Parameter, ...], given: Mapping[str, Spec | Fixed]) -> None:
    from difflib import get_close_matches

    known = [p.name for p in parameters]
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"its inputs are {', '.join(known) or 'none'}"
            raise CannotSample(f"it has no input {name}; {hint}")


def _unsampled(subject: Subject, given: Mapping[str, Spec | Fixed], latest: Exception | None) -> str:
    missing = [p.name for p in subject.parameters if p.name not in given and p.default is MISSING]
    example = " ".join(f"--arg '{n}=normal(4, 3)'" for n in missing)
    why = ""
    if isinstance(latest, LayerRaised):
        original = latest.original
        why = f" (one of those tried ended with {type(original).__name__}: {original})"
    elif latest is not None:
        why = f" (one of those tried: {latest})"
    return (
        f"no inputs were found for {', '.join(missing)} with which it runs{why}; give them, as in {example}"
    )
