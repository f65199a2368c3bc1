"""From the outcome of a check to what is reported: verdicts, the worst elements, findings."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradcheck.layers.bench import Bench, same
from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.finding import find_cause
from gradcheck.layers.causes.form import form_cause, stale
from gradcheck.layers.checking import check_target
from gradcheck.layers.directions import stream
from gradcheck.layers.errors import BadGradient, BadOutput, LayerError, LayerRaised
from gradcheck.layers.locating import locate
from gradcheck.layers.naming import is_constant
from gradcheck.layers.outcome import Outcome
from gradcheck.layers.raised import raised_at
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Array, Target
from gradcheck.model import ArgumentCheck, Evaluations, Layer, LayerFinding, LayerVerdict
from gradcheck.rules import Severity, get

WORST_FIRST = (LayerVerdict.ERROR, LayerVerdict.FAIL, LayerVerdict.UNRESOLVED, LayerVerdict.PASS)
_LOCATING = 1
_CAUSES = 3
_CODES = {LayerRaised: "L401", BadOutput: "L402", BadGradient: "L405"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A layer's report, and the shape of its first output."""

    layer: Layer
    output: tuple[int, ...] = ()


def judge(target: Target, settings: Settings, label: str) -> Judged:
    """Check a target and put the result into words. What the layer raises becomes a finding."""
    started = time.perf_counter()
    try:
        with np.errstate(all="ignore"):
            kept = {n: v.copy() for n, v in target.state().items()}
            outcome = check_target(target, settings)
            arguments = tuple(_arguments(target, outcome, settings))
            if not arguments:
                raise BadGradient(f"the backward gives no gradient of {', '.join(target.point)}")
    except (LayerRaised, BadOutput, BadGradient) as error:
        return Judged(unrunnable(label, error, settings.seed, target))
    bench = outcome.bench
    return Judged(
        Layer(
            target=label,
            verdict=worst([a.verdict for a in arguments], outcome.findings),
            arguments=arguments,
            findings=(*_findings(outcome), *_left_behind(target, kept)),
            evaluations=Evaluations(bench.forwards, bench.backwards),
            seconds=time.perf_counter() - started,
            seed=settings.seed,
            recognised=target.convention,
            notes=tuple(_notes(target, outcome, arguments)),
        ),
        outcome.output,
    )


def unrunnable(label: str, error: LayerError, seed: int, target: Target | None = None) -> Layer:
    """The report on a layer that could not be run, with the line of it that raised."""
    code = next((code for kind, code in _CODES.items() if isinstance(error, kind)), "L401")
    convention = target.convention if target else ""
    place = raised_at(error.original) if isinstance(error, LayerRaised) else None
    return Layer(
        label,
        LayerVerdict.ERROR,
        findings=(LayerFinding(code, str(error)),),
        seed=seed,
        recognised=convention,
        path=place[0] if place else None,
        line=place[1] if place else None,
    )


def worst(verdicts: Sequence[LayerVerdict], findings: Sequence[LayerFinding] = ()) -> LayerVerdict:
    """The verdict on the whole: the worst of its arguments'; a finding that is an error is a failure."""
    failed = any(get(f.code).severity is Severity.ERROR for f in findings)
    found = [*verdicts, LayerVerdict.FAIL] if failed else list(verdicts)
    return min(found, key=WORST_FIRST.index, default=LayerVerdict.UNRESOLVED)


def _arguments(target: Target, outcome: Outcome, settings: Settings) -> Iterator[ArgumentCheck]:
    for name, value in target.point.items():
        problem = next((p for p in outcome.problems if p.argument == name), None)
        if name in outcome.verdicts and not (problem is not None and problem.fatal):
            yield _argument(name, value, outcome, settings)
        elif problem is not None and problem.code != "L105":
            check = ArgumentCheck(name, value.shape, str(value.dtype), LayerVerdict.FAIL)
            check = replace(check, code=problem.code, message=problem.message)
            yield _with_cause(check, _cause(name, problem.code, outcome, settings))
        elif _is_wanted(name, value, outcome, given=problem is not None):
            yield _missing(name, value, outcome, settings, given=problem is not None)


def _is_wanted(name: str, value: Array, outcome: Outcome, given: bool) -> bool:
    """Whether somebody wants the gradient of an argument for which None is ``given``, or nothing.

    Labels and masks have none by right, and so has the data of a loss for which nothing is returned.
    """
    if is_constant(name.rpartition(".")[2]) or bool(np.isin(value, (0.0, 1.0)).all()):
        return False
    return given or (outcome.bench.target.upstream and outcome.output != ())


def _missing(name: str, value: Array, outcome: Outcome, settings: Settings, given: bool) -> ArgumentCheck:
    """An argument without a gradient: that is right only if the output does not depend on it."""
    shape, dtype = value.shape, str(value.dtype)
    if not depends(outcome.bench, name, settings):
        return ArgumentCheck(name, shape, dtype, LayerVerdict.PASS)
    message = (
        f"the backward gives {'None for' if given else 'no gradient of'} {name}, and the output "
        f"depends on it (--fixed {name} if it is a constant)"
    )
    check = ArgumentCheck(name, shape, dtype, LayerVerdict.FAIL, code="L105", message=message)
    return _with_cause(check, _cause(name, "L105", outcome, settings))


def depends(bench: Bench, name: str, settings: Settings) -> bool:
    """Whether the output changes with an argument at all, a little and a lot."""
    rng = stream(settings.seed, _LOCATING)
    centre = bench.centre()
    value = bench.point[name]
    steps = {name: rng.normal(size=value.shape) * (np.abs(value).max(initial=0.0) or 1.0)}
    moved = [bench.outputs(steps, t) for t in (1e-3, -1e-3, 0.1)]
    level = float(np.abs(centre.flat).max())
    return any(float(np.abs(m - centre.flat).max()) > 1e3 * centre.eps * level for m in moved)


def _argument(name: str, value: Array, outcome: Outcome, settings: Settings) -> ArgumentCheck:
    verdict = outcome.verdicts[name]
    found = outcome.decisive(name)
    detectable, missed = outcome.claim(name, settings)
    claims = verdict is LayerVerdict.PASS and missed < 1.0
    size = found.sizes.get(name, 0.0) if found is not None else 0.0
    scale = max(size, abs(found.numeric)) if found is not None else 0.0
    shape_problem = next((p for p in outcome.problems if p.argument == name and p.code == "L106"), None)
    code, message = _said(name, verdict, outcome)
    if shape_problem is not None and not _is_wrong(name, outcome):
        code, message = shape_problem.code, shape_problem.message
    located = None
    if verdict is LayerVerdict.FAIL and code in ("L101", "L103"):
        examined = outcome.examined.get(name)
        upstream = examined.upstream if examined is not None else outcome.upstreams[0]
        located = locate(outcome.bench, name, upstream, stream(settings.seed, _LOCATING), settings)
    check = ArgumentCheck(
        name=name,
        shape=value.shape,
        dtype=str(value.dtype),
        verdict=verdict,
        error=abs(found.residual) / scale if found is not None and scale else None,
        tolerance=found.tolerance / scale if found is not None and scale else None,
        miss_probability=missed if claims else None,
        detectable=detectable if claims else None,
        kinks=outcome.kinks,
        worst=located.worst if located else None,
        wrong=located.wrong if located else None,
        code=code,
        message=message,
    )
    return _with_cause(check, _cause(name, code, outcome, settings) if verdict is LayerVerdict.FAIL else None)


def _with_cause(check: ArgumentCheck, cause: Cause | None) -> ArgumentCheck:
    """The argument with the cause of its failure, whose code is the more telling one."""
    return replace(check, code=cause.code, cause=cause.cause, fix=cause.fix) if cause is not None else check


def _cause(name: str, code: str | None, outcome: Outcome, settings: Settings) -> Cause | None:
    """Why an argument has failed, where that can be told."""
    if code is None or not settings.causes:
        return None
    bench, rng = outcome.bench, stream(settings.seed, _CAUSES)
    if code == "L109":
        return stale(name)
    if code in ("L105", "L106", "L107"):
        return form_cause(code, bench, name, rng, settings)
    return find_cause(bench, name, rng, settings) if code == "L101" else None


def _is_wrong(name: str, outcome: Outcome) -> bool:
    examined = outcome.examined.get(name)
    return name in outcome.stale or (examined is not None and examined.verdict is LayerVerdict.FAIL)


def _said(name: str, verdict: LayerVerdict, outcome: Outcome) -> tuple[str | None, str]:
    if verdict is LayerVerdict.PASS:
        return None, ""
    if verdict is LayerVerdict.UNRESOLVED:
        return "L102", f"the differences along {name} are too noisy to tell whether its gradient is right"
    if name in outcome.stale:
        return "L109", (
            f"the gradient of {name} is right at first and wrong after a forward of something else: it is "
            "that of an earlier forward, or right only at the values that came first"
        )
    return "L101", f"the gradient of {name} is wrong"


def _findings(outcome: Outcome) -> Iterator[LayerFinding]:
    yield from outcome.findings
    for problem in outcome.problems:
        if not problem.fatal and problem.code != "L106":
            yield LayerFinding(problem.code, problem.message)
    for name in outcome.bench.target.accumulating:
        message = (
            f"the gradient of {name} adds up from call to call; it is put back before each backward here"
        )
        yield LayerFinding("L205", message)
    for name in outcome.bench.aliased:
        yield LayerFinding(
            "L204", f"the output shares memory with {name}: writing into one changes the other"
        )
    if outcome.bench.coarse or outcome.noise:
        level = outcome.noise or 2.0**-23
        yield LayerFinding(
            "L208",
            f"the outputs are exact to about {level:.1g} only; is there a float32 buffer or cast inside?",
        )


def _left_behind(target: Target, before: Mapping[str, Array]) -> Iterator[LayerFinding]:
    """What the layer keeps that is no longer what it was before the check."""
    for name, value in target.state().items():
        if name not in before or not same(value, before[name]):
            yield LayerFinding(
                "L206", f"{name} is changed by every call; it is put back before each one here"
            )


def _notes(target: Target, outcome: Outcome, arguments: Sequence[ArgumentCheck]) -> Iterator[str]:
    yield from target.notes
    if how := target.assigned():
        yield f"gradients assigned {how}"
    told = {a.name for a in arguments}
    if silent := [n for n in target.point if n not in told]:
        yield f"no gradient is returned for {', '.join(silent)}: held fixed, not checked"
    if outcome.kinks:
        yield f"{outcome.kinks} output{'s' if outcome.kinks > 1 else ''} at a kink, not verified"
