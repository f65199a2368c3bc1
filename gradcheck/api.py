"""The library: ``check`` and ``assert_gradients``, for use inside tests and notebooks."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from gradcheck.layers.cases import as_inputs
from gradcheck.layers.recognition import function_pair, recognise_object, recognise_pair
from gradcheck.layers.session import check_subject, check_wanted
from gradcheck.layers.settings import Settings
from gradcheck.layers.target import Subject
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerVerdict, Report
from gradcheck.report import renderer


def check(
    target: Any,
    backward: Any = None,
    /,
    *,
    inputs: Any = None,
    fixed: Iterable[str] = (),
    seed: int = 0,
    confidence: float = 0.999,
    detectable: float = 1e-3,
    rtol: float = 0.0,
    atol: float = 0.0,
    corners: bool = False,
    shrink: bool = False,
    **more_inputs: Any,
) -> Layer:
    """Check a layer's backward against float64 differences of its forward.

    ``target`` is a forward function, a class, an instance, a ``gradcheck.Layer``, a framework's layer or
    a text such as ``"layers.py:batchnorm"``; ``backward`` is the function that belongs to a forward
    function and is found by its name if it is left out. ``inputs`` (or keywords) are arrays or texts
    such as ``"normal(64, 32)"``; what is missing is proposed. Those in ``fixed`` are not
    differentiated. For upstream gradients v, directions u and the derivative D of v·f along u, every
    argument has to satisfy |g·u − D| ≤ max(τ, atol + rtol·|D|), where τ is derived from the
    differences. An error of relative size ``detectable`` is missed with probability at most
    1 − ``confidence``. The five forward evaluations become more only if something disagrees.

    Raises CannotLoad, CannotRecognise or CannotSample (all LayerError); what the layer itself
    raises becomes a finding.

    >>> import numpy as np
    >>> def square(x): return x**2
    >>> def square_backward(dout, x): return 2 * dout * x
    >>> check(square, square_backward, x=np.array([1.0, 2.0])).verdict.value
    'pass'
    """
    if inputs is not None and not isinstance(inputs, Mapping):
        inputs = {"inputs": inputs}  # many a forward calls its argument so
    given = as_inputs({**(inputs or {}), **more_inputs}, "input ")
    settings = Settings(seed, confidence, detectable, rtol, atol, corners, shrink)
    if isinstance(target, str):
        wanted = Wanted(target, given, frozenset(fixed), backward, settings)
        return _one(list(check_wanted(wanted)))
    subject = _subject(target, backward)
    label = _label(target)
    return check_subject(subject, given, Wanted(label, given, frozenset(fixed), None, settings), label)


def assert_gradients(target: Any, backward: Any = None, /, **options: Any) -> Layer:
    """``check``, and an AssertionError with the whole report unless every argument passes.

    >>> import numpy as np
    >>> def cube(x): return x**3
    >>> def cube_backward(dout, x): return 2 * dout * x**2
    >>> assert_gradients(cube, cube_backward, x=np.array([1.0, 2.0]))
    Traceback (most recent call last):
    AssertionError: error[L113]: cube: the gradient of x is wrong
    ...
    """
    __tracebackhide__ = True  # pytest then shows the caller's line, and the report
    layer = check(target, backward, **{"shrink": True, **options})
    if layer.verdict is not LayerVerdict.PASS:
        raise AssertionError(renderer("full")(Report(layers=(layer,)), {}, verbosity=0).rstrip())
    return layer


def _subject(target: Any, backward: Any) -> Subject:
    if backward is not None:
        return function_pair(_label(target), target, backward)
    if inspect.isfunction(target):
        return recognise_pair(target) or recognise_object(_label(target), target)
    return recognise_object(_label(target), target)


def _label(target: Any) -> str:
    name = getattr(target, "__name__", None) or getattr(target, "name", None)
    return str(name or type(target).__name__)


def _one(layers: list[Layer]) -> Layer:
    """The worst of several cases."""
    from gradcheck.layers.judging import WORST_FIRST

    return min(layers, key=lambda layer: WORST_FIRST.index(layer.verdict))
