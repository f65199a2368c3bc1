"""From a target's name to its reports: load, recognise, find inputs, check, try corners, shrink."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from gradcheck.layers.cases import as_inputs, cases_in
from gradcheck.layers.completing import completed
from gradcheck.layers.corners import corners
from gradcheck.layers.errors import (
    BadGradient,
    BadOutput,
    CannotLoad,
    CannotRecognise,
    CannotSample,
    LayerRaised,
)
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.judging import judge, unrunnable
from gradcheck.layers.loading import load, parted
from gradcheck.layers.precision import in_double, is_generic, is_low, with_noise
from gradcheck.layers.recognition import layers_in, recognise
from gradcheck.layers.reproducing import command, reproduction
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.shrinking import shrunk
from gradcheck.layers.source_names import place
from gradcheck.layers.target import Subject, Target
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerVerdict


def names_of(target: str) -> list[str]:
    """The targets that one stands for: itself, or every layer of a file. Raises LayerError."""
    where, name = parted(target)
    module = load(where)
    if name is not None:
        return [target]
    found = layers_in(module)
    cases = cases_in(module)
    if cases is not None:
        found = list(cases)
    if not found:
        raise CannotRecognise(
            "no layer was recognised in it: no pair such as f_forward/f_backward, no class with forward and "
            f"backward, no loss that returns its gradient; name one as {where}:NAME"
        )
    return [f"{where}:{name}" for name in found]


def check_wanted(wanted: Wanted) -> Iterator[Layer]:
    """A report for each case of a target. Raises CannotLoad, CannotRecognise and CannotSample."""
    where, name = parted(wanted.target)
    module = load(where)
    if name is None:
        raise CannotLoad(f"names no layer; name one as {where}:NAME")
    subject = recognise(module, where, name, wanted.backward)
    given = _given(module, name, wanted)
    for number, inputs in enumerate(given):
        label = wanted.target if len(given) == 1 else f"{wanted.target}[{number}]"
        yield check_subject(subject, inputs, wanted, label)


def check_subject(subject: Subject, inputs: Mapping[str, Spec | Fixed], wanted: Wanted, label: str) -> Layer:
    """The report on a recognised layer at these inputs. Raises CannotRecognise and CannotSample."""
    try:
        choice = completed(subject, inputs, wanted.fixed, wanted.settings.seed)
        job = _job(subject, choice, wanted, label)
        judged, output = _judged(job)
    except LayerRaised as error:
        return unrunnable(label, error, wanted.settings.seed)
    layer = replace(
        judged,
        inputs=tuple((n, str(v)) for n, v in choice.items()),
        path=job.path,
        line=job.line,
        command=command(job),
    )
    if layer.verdict is LayerVerdict.FAIL:
        return _reproduced(job, layer)
    if layer.verdict is LayerVerdict.PASS and wanted.settings.corners:
        return replace(layer, corners=corners(job, output))
    return layer


def _judged(job: Job) -> tuple[Layer, tuple[int, ...]]:
    """The verdicts, and the shape of the first output; low precision in float64 if it can be."""
    values = job.values()
    if is_low(values) and is_generic(high := job.subject.bind(in_double(values), job.fixed)):
        return _in_low_precision(job, high, job.subject.bind(values, job.fixed))
    target = job.subject.bind(values, job.fixed)
    if not target.point:
        given = ", ".join(f"{n}={v}" for n, v in job.choice.items()) or "nothing"
        raise CannotSample(f"nothing to differentiate: none of its inputs is a float array (given {given})")
    judged = judge(target, job.settings, job.label)
    return judged.layer, judged.output


def _in_low_precision(job: Job, high: Target, low: Target) -> tuple[Layer, tuple[int, ...]]:
    judged = judge(high, job.settings, job.label)
    if judged.layer.verdict is LayerVerdict.ERROR:
        return judged.layer, ()
    try:
        return with_noise(judged.layer, low, high, job.settings), judged.output
    except (LayerRaised, BadOutput, BadGradient) as error:
        return unrunnable(job.label, error, job.settings.seed, low), ()


def _given(module: ModuleType, name: str, wanted: Wanted) -> list[Mapping[str, Spec | Fixed]]:
    """The inputs of each case: those asked for win over the file's own."""
    cases = (cases_in(module) or {}).get(name, [])
    asked = as_inputs(wanted.inputs, "--arg ")
    return [{**case, **asked} for case in cases] or [asked]


def _job(subject: Subject, choice: Choice, wanted: Wanted, label: str) -> Job:
    path, line = place(_backward_of(subject))
    options = [f"--fixed {n}" for n in sorted(wanted.fixed)]
    options += [f"--backward {wanted.backward}"] if wanted.backward else []
    asked = (
        " ".join(["gradcheck layer", shlex.quote(wanted.target), *options]) if ":" in wanted.target else ""
    )
    return Job(label, subject, choice, wanted.settings, wanted.fixed, asked, path, line)


def _backward_of(subject: Any) -> Any:
    """What has to be changed if a gradient is wrong, as far as the subject tells."""
    for attribute in ("backward", "function", "layer", "kind", "cls", "subject"):
        if (found := getattr(subject, attribute, None)) is not None:
            return found
    return None


def _reproduced(job: Job, layer: Layer) -> Layer:
    """The failure with the smallest case that shows it."""
    failing = next((a.name for a in layer.arguments if a.verdict is LayerVerdict.FAIL), None)
    small = shrunk(job, failing) if failing is not None and job.settings.shrink else job
    return replace(layer, reproduction=reproduction(small))
