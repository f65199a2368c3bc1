"""The body of ``gradcheck doc --fix`` and ``--diff``: correct in memory, then write or show the result."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck.doc import concerning, conclude, inputs_of
from gradcheck.findings import FAILED, FOUND, OK, exit_code
from gradcheck.fix_diff import show_diff, unified
from gradcheck.fixing import Fixed, fix_input, mistaken
from gradcheck.inputs import Input
from gradcheck.model import Trouble
from gradcheck.options import Options
from gradcheck.output import write_stdout_bytes
from gradcheck.presentation import INTERRUPTED, Presentation, show_troubles
from gradcheck.report.style import plural
from gradcheck.rewriting import CannotRewrite, rewrite
from gradcheck.run import Interrupted, Outcome, gather, work_through
from gradcheck.terminal import ProgressLine

_BUILT_IN = (
    "gradcheck: --fix: the built-in derivations belong to the installation and stay as they are; "
    "name the documents to correct, or see with --diff what would be corrected"
)
Pair = tuple[Input, Outcome]


def run_fix(
    paths: Sequence[str], stdin_filename: str, options: Options, show: Presentation, *, diff: bool
) -> int:
    """Correct the documents, or show the corrections as a diff; returns the exit code."""
    if not (paths or diff):
        print(_BUILT_IN, file=sys.stderr)
        return FAILED
    inputs, troubles = inputs_of(paths, stdin_filename)
    progress = ProgressLine()
    try:
        outcomes = work_through(inputs, options, fix_input, progress)
    except Interrupted:
        progress.clear()
        print("gradcheck: interrupted; no document was changed", file=sys.stderr)
        return INTERRUPTED
    progress.clear()
    done = list(zip(inputs, outcomes, strict=True))
    finish = _show if diff else _write
    return finish(done, troubles, options, show)


def _show(done: Sequence[Pair], troubles: Sequence[Trouble], options: Options, show: Presentation) -> int:
    """Print what ``--fix`` would change, and change nothing."""
    diff = "".join(unified(o) for _, o in done if isinstance(o, Fixed))
    for _, outcome in done:
        _tell(outcome, "would fix", options, show)
    report, _ = gather([outcome for _, outcome in done])
    report = concerning(replace(report, troubles=(*troubles, *report.troubles)), options)
    show_troubles(report)
    written = show_diff(diff, show)
    code = exit_code(report, strict=options.strict) if written else FAILED
    code = max(code, FOUND) if diff else code
    return OK if show.exit_zero and code != FAILED else code


def _write(done: Sequence[Pair], troubles: Sequence[Trouble], options: Options, show: Presentation) -> int:
    """Write every corrected document, and report on the documents as they are now."""
    failed: list[Trouble] = []
    outcomes: list[Outcome] = []
    for given, outcome in done:
        try:
            _put(given, outcome)
        except CannotRewrite as error:
            failed.append(Trouble(given.path, str(error)))
            outcomes.append(_as_it_was(outcome))
        else:
            outcomes.append(outcome)
            _tell(outcome, "fixed", options, show)
    report, sources = gather(outcomes)
    if not any(isinstance(o, Fixed) and o.is_changed for o in outcomes) and not failed:
        _tell_nothing(outcomes, options, show)
    report = replace(report, troubles=(*troubles, *report.troubles, *failed))
    aside = any(given.data is not None for given, _ in done)
    return conclude(report, sources, options, replace(show, aside=aside))


def _put(given: Input, outcome: Outcome) -> None:
    """A corrected document to its file; what came from standard input goes on, corrected or not."""
    if given.data is not None:
        write_stdout_bytes(outcome.fixed_data if isinstance(outcome, Fixed) else given.data)
    elif isinstance(outcome, Fixed) and outcome.is_changed:
        rewrite(Path(given.path), outcome.data, outcome.fixed_data)


def _as_it_was(outcome: Outcome) -> Outcome:
    return Outcome(outcome.before, outcome.text_before) if isinstance(outcome, Fixed) else outcome


def _tell(outcome: Outcome, verb: str, options: Options, show: Presentation) -> None:
    """Say on standard error what became of a document, unless nothing did."""
    if not isinstance(outcome, Fixed):
        return
    path = outcome.before.path
    for name in outcome.undone:
        print(f"gradcheck: {path}: the correction of {name} made nothing better: undone", file=sys.stderr)
    remaining = mistaken(outcome.document, options)
    mended = [name for name in mistaken(outcome.before, options) if name not in remaining]
    if outcome.is_changed and show.verbosity >= 0:
        rest = f"{len(remaining)} {'remains' if len(remaining) == 1 else 'remain'}"
        print(
            f"gradcheck: {verb} {plural(len(mended), 'claim')} in {path} ({rest}): {', '.join(mended)}",
            file=sys.stderr,
        )


def _tell_nothing(outcomes: Sequence[Outcome], options: Options, show: Presentation) -> None:
    """Say that nothing was fixed, where there was something to fix."""
    documents = [o.document for o in outcomes if isinstance(o, Fixed)]
    if show.verbosity >= 0 and any(mistaken(d, options) for d in documents):
        print("gradcheck: nothing was fixed: no finding here has a proved correction", file=sys.stderr)
