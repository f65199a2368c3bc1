"""Special cases in which layers that are right elsewhere go wrong; tried apart from the main verdict."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from gradcheck.layers.checking import check_target
from gradcheck.layers.errors import LayerError
from gradcheck.layers.job import Job
from gradcheck.layers.variants import Variant, variants
from gradcheck.model import Corner, Layer, LayerVerdict

_LONGEST = 2.0


def with_corners(layer: Layer, job: Job, output: tuple[int, ...]) -> Layer:
    """The report with the special cases; where the check itself took long, with a note instead of them."""
    if layer.seconds <= _LONGEST:
        return replace(layer, corners=corners(job, output, [a.name for a in layer.arguments]))
    each = layer.seconds / max(1, layer.evaluations.forward + layer.evaluations.backward)
    note = f"special cases were not tried: one evaluation takes {each:.2g} s"
    return replace(layer, notes=(*layer.notes, note))


def corners(job: Job, output: tuple[int, ...], checked: Collection[str]) -> tuple[Corner, ...]:
    """Every special case that applies, checked like the layer itself.

    ``output`` is its output's shape, ``checked`` are the arguments whose gradients are.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an empty batch has no mean; what comes of it is judged
        found = [_tried(job, variant) for variant in variants(job, output, checked)]
    return tuple(c for c in found if c is not None)


def _tried(job: Job, variant: Variant) -> Corner | None:
    try:
        with np.errstate(all="ignore"):
            target = job.with_choice(variant.choice).target()
            settings = replace(job.settings, rtol=max(variant.rtol, job.settings.rtol))
            outcome = check_target(variant.change(target) if variant.change else target, settings)
    except LayerError as error:
        return None if variant.optional else Corner(variant.name, LayerVerdict.ERROR, str(error))
    except ValueError:
        return None
    return _corner(variant.name, outcome.verdicts, {f.code: f.message for f in outcome.findings})


def _corner(name: str, verdicts: Mapping[str, LayerVerdict], findings: Mapping[str, str]) -> Corner:
    wrong = [n for n, v in verdicts.items() if v is LayerVerdict.FAIL]
    if wrong:
        return Corner(name, LayerVerdict.FAIL, f"the gradient of {_listed(wrong)} is wrong")
    for code in ("L103", "L202"):
        if code in findings:
            return Corner(name, LayerVerdict.FAIL, findings[code])
    if "L104" in findings:  # a mask shares a tie out as people mean it to, if not as a derivative may
        return Corner(name, LayerVerdict.ERROR, f"only at an exact tie or zero: {findings['L104']}")
    if any(v is LayerVerdict.UNRESOLVED for v in verdicts.values()):
        return Corner(name, LayerVerdict.UNRESOLVED, "the differences are too noisy to tell")
    return Corner(name, LayerVerdict.PASS)


def _listed(names: list[Any]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
