"""A failing case as a command and as a Python snippet, either of which shows it again."""

from __future__ import annotations

import shlex
from typing import Any

import numpy as np

from gradcheck.layers.adapters.calling import name_of
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.job import Job
from gradcheck.layers.sampling.literals import python_literal
from gradcheck.layers.sampling.resolve import as_command
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.model import Reproduction

_WRITTEN_OUT = 64


def reproduction(job: Job) -> Reproduction:
    """The command and the snippet for a job."""
    return Reproduction(command(job), _snippet(job))


def shown(value: Spec | Fixed) -> str:
    """An input as text; a large array by its shape, because nobody reads or types its numbers.

    >>> shown(Fixed(np.zeros((300, 4)))), shown(Fixed(np.array([1.5])))
    ('an array of float64 (300, 4)', 'array([1.5])')
    """
    array = value.value if isinstance(value, Fixed) else None
    if isinstance(array, np.ndarray) and array.size > _WRITTEN_OUT:
        return f"an array of {array.dtype} {array.shape}"
    return str(value)


def command(job: Job) -> str:
    """The command that checks a job again; "" for a layer from no file, or for inputs too large to type."""
    large = any(isinstance(v, Fixed) and v.elements > _WRITTEN_OUT for v in job.choice.values())
    if not job.command or large:
        return ""
    parts = [job.command, *as_command(job.choice), f"--seed {job.settings.seed}"]
    return " ".join(parts)


def _snippet(job: Job) -> str:
    inputs = "".join(f"    {name}={_written(job, name, value)},\n" for name, value in job.values().items())
    target = repr(_target(job)) if job.command else _names(job)
    fixed = f"    fixed={sorted(job.fixed)!r},\n" if job.fixed else ""
    return (
        "import numpy as np\n"
        "from gradcheck import assert_gradients\n\n"
        f"assert_gradients(\n    {target},\n    inputs=dict(\n"
        + "".join(f"    {line}\n" for line in inputs.splitlines())
        + f"    ),\n{fixed}    seed={job.settings.seed},\n)\n"
    )


def _target(job: Job) -> str:
    """The target of the command, as it was named."""
    return shlex.split(job.command)[2]


def _names(job: Job) -> str:
    """What was handed over, by name, for a test in which these names are known."""
    if isinstance(job.subject, FunctionPair):
        return f"{name_of(job.subject.forward)}, {name_of(job.subject.backward)}"
    return job.label


def _written(job: Job, name: str, value: Any) -> str:
    """A small array number by number, a large one as the text it was drawn from."""
    if isinstance(value, np.ndarray) and value.size > _WRITTEN_OUT:
        return repr(str(job.choice[name]))
    return python_literal(value)
