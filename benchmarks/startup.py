"""What a command costs from start to exit, beside a Python process that does next to nothing."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.table import Figure
from benchmarks.timing import in_turns

_DOC = ("-m", "gradcheck", "doc", "--errata", "none")
_SYMPY = ("-c", "import sympy")
_NUMPY = ("-c", "import numpy")
_LAYER = "gradcheck/layers/reference/batchnorm.py"
_PASSED = (0,)
_FINDINGS = (0, 1)
"""The derivations hold the errors of their sources, so that 1 is the exit code of a run that worked."""


def startup_figures(repetitions: int = 7) -> Iterator[Figure]:
    """The built-in documents against ``import sympy``, ``--help`` against ``pass``."""
    quick = (*_DOC, "--engines", "algebra,float64")
    yield _ratio("gradcheck doc --engines algebra,float64 : import sympy", quick, _SYMPY, 3.0, repetitions)
    yield _ratio("gradcheck doc, all engines : import sympy", _DOC, _SYMPY, None, 3)
    yield _ratio(
        "gradcheck --help : pass", ("-m", "gradcheck", "--help"), ("-c", "pass"), 6.0, 2 * repetitions
    )


def layer_startup_figures(repetitions: int = 15) -> Iterator[Figure]:
    """One small layer that passes, from the command to its report, against ``import numpy``."""
    command = ("-m", "gradcheck", "layer", f"{_LAYER}:batchnorm")
    yield _ratio("gradcheck layer FILE:NAME : import numpy", command, _NUMPY, None, repetitions, _PASSED)


def derive_figure(layer: str, format: str, repetitions: int = 5) -> Figure:
    """One layer of the library, derived and printed, against ``import sympy``."""
    command = ("-m", "gradcheck", "derive", layer, "--format", format)
    what = f"gradcheck derive {layer} --format {format} : import sympy"
    return _ratio(what, command, _SYMPY, 2.0, repetitions, _PASSED)


def _ratio(
    what: str,
    subject: tuple[str, ...],
    reference: tuple[str, ...],
    bound: float | None,
    repetitions: int,
    allowed: tuple[int, ...] = _FINDINGS,
) -> Figure:
    ours, theirs = in_turns(subject, reference, repetitions, allowed)
    return Figure(what, ours / theirs, "×", bound, f"{1000 * ours:.0f} ms : {1000 * theirs:.0f} ms")
