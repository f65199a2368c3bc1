"""From a target's name to its reports: load, recognise, find inputs, check, try corners, shrink."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any

from gradcheck.layers.cases import as_inputs, cases_in
from gradcheck.layers.completing import completed
from gradcheck.layers.corners import corners
from gradcheck.layers.errors import BadGradient, BadOutput, CannotLoad, CannotRecognise, LayerRaised
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.judging import judge, unrunnable
from gradcheck.layers.loading import load, parted
from gradcheck.layers.precision import in_double, is_generic, is_low, with_noise
from gradcheck.layers.recognition import layers_in, recognise
from gradcheck.layers.reproducing import reproduction
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.shrinking import shrunk
from gradcheck.layers.source_names import place
from gradcheck.layers.target import Subject
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Corner, Layer, LayerVerdict


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
        judged = _judged(job)
    except LayerRaised as error:
        return unrunnable(label, error, wanted.settings.seed)
    layer = replace(
        judged,
        inputs=tuple((n, str(v)) for n, v in choice.items()),
        path=job.path,
        line=job.line,
    )
    if layer.verdict is LayerVerdict.FAIL:
        return _reproduced(job, layer)
    if layer.verdict is LayerVerdict.PASS and wanted.settings.corners:
        return _with_corners(layer, corners(job))
    return layer


def _judged(job: Job) -> Layer:
    """The verdicts; a layer in low precision is differenced in float64 if it can compute in it."""
    values = job.values()
    target = job.subject.bind(values, job.fixed)
    if not is_low(values):
        return judge(target, job.settings, job.label).layer
    high = job.subject.bind(in_double(values), job.fixed)
    if not is_generic(high):
        return judge(target, job.settings, job.label).layer
    layer = judge(high, job.settings, job.label).layer
    if layer.verdict is LayerVerdict.ERROR:
        return layer
    try:
        return with_noise(layer, job.subject.bind(values, job.fixed), high, job.settings)
    except (LayerRaised, BadOutput, BadGradient) as error:
        return unrunnable(job.label, error, job.settings.seed, target)


def _given(module: ModuleType, name: str, wanted: Wanted) -> list[Mapping[str, Spec | Fixed]]:
    """The inputs of each case: those asked for win over the file's own."""
    cases = (cases_in(module) or {}).get(name, [])
    asked = as_inputs(wanted.inputs, "--arg ")
    return [{**case, **asked} for case in cases] or [asked]


def _job(subject: Subject, choice: Choice, wanted: Wanted, label: str) -> Job:
    path, line = place(_backward_of(subject))
    options = [f"--fixed {n}" for n in sorted(wanted.fixed)]
    options += [f"--backward {wanted.backward}"] if wanted.backward else []
    command = " ".join(["gradcheck layer", wanted.target, *options]) if ":" in wanted.target else ""
    return Job(label, subject, choice, wanted.settings, wanted.fixed, command, path, line)


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


def _with_corners(layer: Layer, found: tuple[Corner, ...]) -> Layer:
    return replace(layer, corners=found)
