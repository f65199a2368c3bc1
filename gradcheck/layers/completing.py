"""Inputs for what was not given: proposals are tried until the layer runs on one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

import numpy as np

from gradcheck.layers.bench import Bench
from gradcheck.layers.errors import CannotRecognise, CannotSample, LayerError, LayerRaised
from gradcheck.layers.job import Choice
from gradcheck.layers.sampling.proposals import propose
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.sampling.shrinking import resized
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.target import MISSING, Parameter, Subject

_MOST = 400
_LIKELIEST = 12
_FEW = 4
_USUAL = 3
_SIZES = (4, 2, 5, 6, 8, 10, 16)
"""Numbers of features to try in place of the usual one, for layers that bring their own weights."""

_DOMAINS = ((0.1, 0.9), (1.1, 2.9))


def completions(
    subject: Subject, given: Mapping[str, Spec | Fixed], fixed: frozenset[str], seed: int
) -> Iterator[Choice]:
    """The given inputs with one for each parameter that lacks it: every proposal with which the forward runs.

    The backward has no say in it: inputs that are bent to fit it would hide its mistakes. Raises
    CannotSample if there is no such proposal.
    """
    _check_names(subject.parameters, given)
    if not lacks(subject, given):
        yield dict(given)
        return
    found = False
    latest: Exception | None = None
    for choice in itertools.islice(_proposals(subject, given), _MOST):
        try:
            runs = _runs(subject, choice, fixed, seed)
        except CannotRecognise:
            raise
        except (LayerError, ValueError) as error:
            latest = latest or error
            continue
        if runs:
            found = True
            yield choice
    if not found:
        raise CannotSample(_unsampled(subject, given, latest))


def lacks(subject: Subject, given: Mapping[str, Spec | Fixed]) -> bool:
    """Whether inputs have to be proposed: one is missing, or nothing that is given can be differentiated."""
    return any(p.name not in given and p.default is MISSING for p in subject.parameters)


def _proposals(subject: Subject, given: Mapping[str, Spec | Fixed]) -> Iterator[Choice]:
    """The proposals, and after the first few the same in other sizes and domains."""
    proposals = propose(subject.parameters, given)
    likeliest = list(itertools.islice(proposals, _LIKELIEST))
    first = [choice for choice in likeliest if any(v.sizes for v in choice.values())]
    yield from first
    for size in _SIZES:
        yield from (resized(choice, {_USUAL: size}) for choice in first[:_FEW])
    for low, high in _DOMAINS:
        yield from ({n: _within(v, low, high, n in given) for n, v in choice.items()} for choice in first)
    yield from (choice for choice in likeliest if choice not in first)
    yield from proposals


def _within(value: Spec | Fixed, low: float, high: float, given: bool) -> Spec | Fixed:
    """A normal draw that nobody asked for, as a uniform one."""
    if given or not isinstance(value, Spec) or value.kind != "normal":
        return value
    return Spec("uniform", value.shape, (("low", low), ("high", high)))


def _runs(subject: Subject, choice: Choice, fixed: frozenset[str], seed: int) -> bool:
    """Whether there is something to differentiate and the forward is finite, or else LayerError."""
    with np.errstate(all="ignore"):
        target = subject.bind(draw_all(choice, seed), fixed)
        if not target.point:
            return False
        Bench(target, dict(target.point)).centre()
    return True


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
