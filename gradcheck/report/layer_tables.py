"""The figures about layers at the end of a report: one row each, and one line that sums up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gradcheck.layer_findings import layer_findings
from gradcheck.model import ArgumentCheck, Layer, LayerVerdict, Report
from gradcheck.report.acceptance_words import excused, is_new
from gradcheck.report.layer_words import duration, guarantee
from gradcheck.report.style import (
    display_width,
    layer_verdict_color,
    paint,
    plain,
    plural,
    severity_color,
)
from gradcheck.rules import Severity

MANY = 20
"""The most rows of a table in which what is in order has a row of its own, unless more is asked for."""

_LEAST = 24
_VERDICT = max(len(v.value) for v in LayerVerdict)


def layers_table(layers: Sequence[Layer], *, color: bool, width: int, promises: bool) -> str:
    """One row per layer; ``promises`` adds under each that passes what that is worth.

    Of very many layers those that pass are counted then.
    """
    passing = 0
    if promises and len(layers) > MANY:
        shown = [layer for layer in layers if layer.verdict is not LayerVerdict.PASS or layer_findings(layer)]
        passing, layers = len(layers) - len(shown), shown
    target = max((display_width(plain(layer.target)) for layer in layers), default=0)
    target = max(target, len("target"))
    head = f"{'target':<{target}}  {'verdict':<{_VERDICT}}  forward  backward      time  arguments"
    rows = [paint(head, on=color, bold=True)]
    for layer in layers:
        rows += _row(layer, target, color, width)
        if promises and (text := guarantee(layer)):
            rows.append(f"  {plain(text)}")
    rows = rows if layers else []
    if passing:
        rows.append(f"{plural(passing, 'layer passes', 'layers pass')} without a finding; -v lists them")
    return "\n".join(rows)


def layers_line(report: Report, *, color: bool, troubles: bool) -> str:
    """What was found in how many layers, in one line; ``troubles`` adds what could not be checked."""
    verdicts = [layer.verdict for layer in report.layers]
    counts = ", ".join(f"{verdicts.count(v):,} {v.value}" for v in LayerVerdict if v in verdicts)
    everything = [p for layer in report.layers for p in layer_findings(layer)]
    found = [p.severity for p in everything if is_new(p)]
    others = excused(everything)
    text = f"Checked {plural(len(verdicts), 'layer')}: {counts}. {_found(found, verdicts, bool(others))}"
    if others:
        text += f" {others[0].upper()}{others[1:]}."
    if troubles and report.troubles:
        text += f" {plural(len(report.troubles), 'input')} could not be checked."
    hue = "red" if troubles and report.troubles else _hue(found, verdicts)
    return paint(text, hue, on=color, bold=True)


def _row(layer: Layer, target: int, color: bool, width: int) -> Iterator[str]:
    name = plain(layer.target)
    pad = " " * (target - display_width(name))
    verdict = paint(f"{layer.verdict.value:<{_VERDICT}}", layer_verdict_color(layer.verdict), on=color)
    figures = (
        f"{layer.evaluations.forward:>7,}  {layer.evaluations.backward:>8,}  {duration(layer.seconds):>8}"
    )
    indent = target + _VERDICT + len(figures) + 6
    first, *rest = _wrapped(layer.arguments, max(_LEAST, width - indent), color) or ["·"]
    yield f"{name}{pad}  {verdict}  {figures}  {first}"
    yield from (" " * indent + line for line in rest)


def _wrapped(arguments: Sequence[ArgumentCheck], room: int, color: bool) -> list[str]:
    """The verdicts of the arguments in lines of at most ``room`` cells."""
    lines: list[str] = []
    used = room
    for argument in arguments:
        word = argument.verdict.value
        size = display_width(f"{plain(argument.name)} {word}, ")
        text = f"{plain(argument.name)} {paint(word, layer_verdict_color(argument.verdict), on=color)}"
        if lines and used + size <= room:
            lines[-1] += f", {text}"
            used += size
        else:
            lines.append(text)
            used = size
    return [f"{line}," for line in lines[:-1]] + lines[-1:]


def _found(found: Sequence[Severity], verdicts: Sequence[LayerVerdict], accepted: bool) -> str:
    counted = ", ".join(plural(found.count(s), s.value) for s in Severity if s in found)
    if counted:
        return f"Found {counted}. `gradcheck rule CODE` explains a code."
    if accepted:
        return "No new finding."
    return "No finding." if _all_pass(verdicts) else "No selected finding."


def _hue(found: Sequence[Severity], verdicts: Sequence[LayerVerdict]) -> str:
    if found:
        return severity_color(min(found, key=lambda s: s.rank))
    return "green" if _all_pass(verdicts) else "yellow"


def _all_pass(verdicts: Sequence[LayerVerdict]) -> bool:
    return all(v is LayerVerdict.PASS for v in verdicts)
