"""The body of ``gradcheck doc --fix`` and ``--diff``: correct in memory, then write or show the result."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gradcheck.doc import not_vacuous, plan_of
from gradcheck.executing import reported
from gradcheck.findings import FAILED, FOUND, OK, exit_code
from gradcheck.fix_diff import show_diff, unified
from gradcheck.fixed import Fixed, mistaken
from gradcheck.inputs import Input
from gradcheck.model import Trouble
from gradcheck.options import Options
from gradcheck.output import write_stdout_bytes
from gradcheck.plan import Plan
from gradcheck.presentation import Presentation, conclude, interrupted_code, show_troubles
from gradcheck.project import BadProject, Flags, Project
from gradcheck.report.style import plural
from gradcheck.rewriting import CannotRewrite, rewrite
from gradcheck.runs import bad_project
from gradcheck.terminal import ProgressLine
from gradcheck.workers.parallel import CannotSchedule
from gradcheck.workers.runner import Runner
from gradcheck.workers.tasks import DocumentTask, Outcome

_BUILT_IN = (
    "gradcheck: --fix: the built-in derivations belong to the installation and stay as they are; "
    "name the documents to correct, or see with --diff what would be corrected"
)


def run_fix(
    paths: Sequence[str], stdin_filename: str, flags: Flags, show: Presentation, *, diff: bool
) -> int:
    """Correct the documents, or show the corrections as a diff; returns the exit code."""
    if not (paths or diff):
        print(_BUILT_IN, file=sys.stderr)
        return FAILED
    try:
        project = Project.open(flags)
        plan = plan_of(project, paths, stdin_filename)
    except BadProject as error:
        return bad_project(error, show)
    progress = ProgressLine()
    with Runner(project.jobs, flags.dask, None) as runner:
        try:
            tasks = [DocumentTask(one.given, one.options, fix=True) for one in plan.documents]
            outcomes = list(runner.perform(tasks, progress))
        except (KeyboardInterrupt, CannotSchedule) as error:
            progress.clear()
            return _abandoned(error)
        progress.clear()
        finish = _Finish(plan, outcomes, runner, show)
        return finish.show() if diff else finish.write()


def _abandoned(error: KeyboardInterrupt | CannotSchedule) -> int:
    what = "interrupted" if isinstance(error, KeyboardInterrupt) else str(error)
    print(f"gradcheck: {what}; no document was changed", file=sys.stderr)
    return interrupted_code(error) if isinstance(error, KeyboardInterrupt) else FAILED


class _Finish:
    """What is done with corrected documents."""

    def __init__(self, plan: Plan, outcomes: Sequence[Outcome], runner: Runner, show: Presentation) -> None:
        self._plan, self._outcomes, self._runner, self._show = plan, outcomes, runner, show

    def show(self) -> int:
        """Print what ``--fix`` would change, and change nothing."""
        diff = "".join(unified(o) for o in self._outcomes if isinstance(o, Fixed))
        self._tell("would fix", self._outcomes)
        report = not_vacuous(reported(self._plan, self._outcomes, self._runner).report)
        report = replace(report, notices=())  # an erratum is stale once it is mended, not before
        show_troubles(report)
        code = exit_code(report) if show_diff(diff, self._show) else FAILED
        code = max(code, FOUND) if diff else code
        return OK if self._show.exit_zero and code != FAILED else code

    def write(self) -> int:
        """Write every corrected document, and report on the documents as they are now."""
        failed: list[Trouble] = []
        outcomes: list[Outcome] = []
        for planned, outcome in zip(self._plan.documents, self._outcomes, strict=True):
            try:
                _put(planned.given, outcome)
            except CannotRewrite as error:
                failed.append(Trouble(planned.given.path, str(error)))
                outcomes.append(_as_it_was(outcome))
            else:
                outcomes.append(outcome)
                self._tell("fixed", [outcome])
        if not any(isinstance(o, Fixed) and o.is_changed for o in outcomes) and not failed:
            self._tell_nothing(outcomes)
        done = reported(self._plan, outcomes, self._runner)
        report = replace(done.report, troubles=(*done.report.troubles, *failed))
        aside = any(planned.given.data is not None for planned in self._plan.documents)
        return conclude(not_vacuous(report), done.sources, replace(self._show, aside=aside))

    def _tell(self, verb: str, outcomes: Sequence[Outcome]) -> None:
        for outcome in outcomes:
            _tell(outcome, verb, self._plan.options, self._show)

    def _tell_nothing(self, outcomes: Sequence[Outcome]) -> None:
        """Say that nothing was fixed, where there was something to fix."""
        documents = [o.document for o in outcomes if isinstance(o, Fixed)]
        if self._show.verbosity >= 0 and any(mistaken(d, self._plan.options) for d in documents):
            print("gradcheck: nothing was fixed: no finding here has a proved correction", file=sys.stderr)


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
