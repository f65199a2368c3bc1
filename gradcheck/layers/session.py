"""From a target's name to its reports: load, recognise, find inputs, check, try corners, shrink."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from types import ModuleType
from typing import Any

from gradcheck.layers.alternatives import Says, passing_alternative
from gradcheck.layers.cases import as_inputs, cases_in
from gradcheck.layers.completing import completions, lacks
from gradcheck.layers.corners import with_corners
from gradcheck.layers.errors import (
    BadGradient,
    BadOutput,
    CannotLoad,
    CannotRecognise,
    CannotSample,
    LayerRaised,
)
from gradcheck.layers.job import Choice, Job
from gradcheck.layers.judging import Judged, judge, unrunnable
from gradcheck.layers.loading import load, parted
from gradcheck.layers.precision import in_double, is_generic, is_low, with_noise
from gradcheck.layers.recognition import layers_in, recognise
from gradcheck.layers.reproducing import command, reproduction, shown
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.shrinking import shrunk
from gradcheck.layers.source_names import place
from gradcheck.layers.target import Subject, Target
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerFinding, LayerVerdict

Explain = Callable[[Job, Layer], Layer]
"""What is to be added to the report on a job."""


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


def check_wanted(wanted: Wanted, explain: Explain | None = None) -> Iterator[Layer]:
    """A report for each case of a target. Raises CannotLoad, CannotRecognise and CannotSample."""
    where, name = parted(wanted.target)
    module = load(where)
    if name is None:
        raise CannotLoad(f"names no layer; name one as {where}:NAME")
    subject = recognise(module, where, name, wanted.backward)
    given = _given(module, name, wanted)
    for number, inputs in enumerate(given):
        label = wanted.target if len(given) == 1 else f"{wanted.target}[{number}]"
        yield check_subject(subject, inputs, wanted, label, explain)


def check_subject(
    subject: Subject,
    inputs: Mapping[str, Spec | Fixed],
    wanted: Wanted,
    label: str,
    explain: Explain | None = None,
) -> Layer:
    """The report on a recognised layer at these inputs, with what ``explain`` adds to it.

    Raises CannotRecognise and CannotSample.
    """
    seed = wanted.settings.seed
    try:
        choices = completions(subject, inputs, wanted.fixed, seed)
        job = _job(subject, next(choices), wanted, label)
        judged = _judged(job)
        if _has_failed(judged.layer) and _is_doubtful(subject, inputs):
            job, judged = _reconsidered(job, judged, choices)
    except LayerRaised as error:
        return unrunnable(label, error, seed)
    layer = _completed(job, judged)
    return explain(job, layer) if explain is not None else layer


def _has_failed(layer: Layer) -> bool:
    """Whether a gradient is wrong or could not be had; what else was found does not depend on the inputs."""
    failed = any(a.verdict is LayerVerdict.FAIL for a in layer.arguments)
    return failed or layer.verdict is LayerVerdict.ERROR


def _is_doubtful(subject: Subject, inputs: Mapping[str, Spec | Fixed]) -> bool:
    """Whether a failure may come from inputs that were guessed, or from how the layer was read."""
    return lacks(subject, inputs) or bool(getattr(subject, "alternatives", ()))


def _reconsidered(job: Job, judged: Judged, others: Iterator[Choice]) -> tuple[Job, Judged]:
    """The failure, unless it is more likely that something else was meant."""
    broken = judged.layer.verdict is LayerVerdict.ERROR or all(
        a.code == "L106" for a in judged.layer.arguments if a.code
    )
    found = passing_alternative(job, others, broken)
    if found is None:
        return job, judged
    given = ", ".join(f"{n}={v}" for n, v in found.job.choice.items())
    if found.says is Says.MEANT:
        passed = _judged(found.job)
        note = f"it passes only as {found.job.subject.convention} at {given}"
        return found.job, replace(passed, layer=replace(passed.layer, notes=(*passed.layer.notes, note)))
    layer = judged.layer
    if found.says is Says.WRONG:
        return job, replace(judged, layer=replace(layer, notes=(*layer.notes, f"it would pass at {given}")))
    here = ", ".join(f"{n}={v}" for n, v in job.choice.items())
    message = f"it passes at {given}, and fails at {here}; say with --arg which of them is meant"
    arguments = tuple(
        replace(a, verdict=LayerVerdict.UNRESOLVED, code=None, message="", cause="", fix="") if a.code else a
        for a in layer.arguments
    )
    findings = (*layer.findings, LayerFinding("L110", message))
    layer = replace(layer, verdict=LayerVerdict.UNRESOLVED, arguments=arguments, findings=findings)
    return job, replace(judged, layer=layer)


def _completed(job: Job, judged: Judged) -> Layer:
    """The report with what was checked, where, and what follows from the verdict."""
    layer = replace(
        judged.layer,
        inputs=tuple((n, shown(v)) for n, v in job.choice.items()),
        path=judged.layer.path or job.path,
        line=judged.layer.line or job.line,
        command=command(job),
    )
    job = replace(job, still=any(f.code == "L210" for f in layer.findings))
    if layer.verdict is LayerVerdict.FAIL:
        return _reproduced(job, layer)
    if layer.verdict is LayerVerdict.PASS and job.settings.corners:
        return with_corners(layer, job, judged.output)
    return layer


def _judged(job: Job) -> Judged:
    """The verdicts; low precision in float64 if it can be, and a random stream that is global held still."""
    values = job.values()
    if is_low(values) and is_generic(high := job.subject.bind(in_double(values), job.fixed)):
        return _in_low_precision(job, high, job.subject.bind(values, job.fixed))
    target = job.subject.bind(values, job.fixed)
    _check_fixed(job, target)
    if not target.point:
        given = ", ".join(f"{n}={v}" for n, v in job.choice.items()) or "nothing"
        raise CannotSample(f"nothing to differentiate: none of its inputs is a float array (given {given})")
    judged = judge(target, job.settings, job.label)
    if not any(f.code == "L203" for f in judged.layer.findings):
        return judged
    still = judge(replace(job, still=True).target(), job.settings, job.label)
    if any(f.code == "L203" for f in still.layer.findings):
        return judged
    finding = LayerFinding(
        "L210", "the forward draws from a global random stream; it was seeded alike each time"
    )
    return replace(still, layer=replace(still.layer, findings=(*still.layer.findings, finding)))


def _check_fixed(job: Job, target: Target) -> None:
    """Raise CannotSample for a fixed name that the layer does not have."""
    known = {*target.point, *target.fixed, *(p.name for p in job.subject.parameters), *job.choice}
    for name in job.fixed:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"its inputs are {', '.join(sorted(known))}"
            raise CannotSample(f"it has no input {name} that could be fixed; {hint}")


def _in_low_precision(job: Job, high: Target, low: Target) -> Judged:
    judged = judge(high, job.settings, job.label)
    if judged.layer.verdict is LayerVerdict.ERROR:
        return judged
    try:
        return replace(judged, layer=with_noise(judged.layer, low, high, job.settings))
    except (LayerRaised, BadOutput, BadGradient) as error:
        return Judged(unrunnable(job.label, error, job.settings.seed, low))


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
