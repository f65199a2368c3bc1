"""The sentences about a layer that several formats share: numbers, the worst element, the guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite, isnan, prod

from gradcheck.model import ArgumentCheck, Element, Layer, LayerVerdict
from gradcheck.report.style import plural

_FEW, _ALL = 6, 17
_SECOND = 0.9995


def brief(value: float) -> str:
    """A number whose size matters.

    >>> brief(0.31), brief(2e-9)
    ('0.31', '2e-09')
    """
    return f"{value:.2g}"


def apart(first: float, second: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart, at least six.

    >>> apart(0.12, 0.15), apart(1.0, 1.00000001)
    (('0.12', '0.15'), ('1', '1.00000001'))
    """
    for digits in range(_FEW, _ALL + 1):
        texts = (f"{first:.{digits}g}", f"{second:.{digits}g}")
        if texts[0] != texts[1]:
            break
    return texts


def duration(seconds: float) -> str:
    """A time as people read it.

    >>> duration(0.00017), duration(0.25), duration(12)
    ('0.17 ms', '250 ms', '12.0 s')
    """
    return f"{1000 * seconds:.3g} ms" if seconds < _SECOND else f"{seconds:.1f} s"


def worst_element(argument: ArgumentCheck) -> str:
    """What the backward and the differences say of the worst element, and how many are wrong; or ""."""
    parts = [_element(argument.worst)] if argument.worst is not None else []
    size = prod(argument.shape)
    if argument.wrong is not None and size > 1:
        parts.append(_extent(argument.wrong, size))
    return "; ".join(parts)


def closeness(argument: ArgumentCheck) -> tuple[str, str]:
    """How far a gradient is from the differences, and how far it might be; "" for what is not known."""
    return _named("relative error", argument.error), _named("tolerance", argument.tolerance)


def argument_line(argument: ArgumentCheck) -> str:
    """One argument with its verdict and what that verdict is worth."""
    shape = f"({', '.join(map(str, argument.shape))}{',' * (len(argument.shape) == 1)})"
    error, tolerance = closeness(argument)
    known = f"{error} ({tolerance})" if error and tolerance else error or tolerance
    line = f"{argument.name} {shape} {argument.dtype}: {argument.verdict.value}{known and f', {known}'}"
    return "; ".join(part for part in (line, promise([argument])) if part)


def guarantee(layer: Layer) -> str:
    """What a passing layer is worth, in one line; "" for any other."""
    if layer.verdict is not LayerVerdict.PASS:
        return ""
    promised = promise(layer.arguments, " in any gradient")
    kinks = max((a.kinks for a in layer.arguments), default=0)
    left_out = f"{plural(kinks, 'output')} at a kink not verified" if kinks else ""
    text = "; ".join(part for part in (promised, left_out) if part)
    return f"guarantee: {text}" if text else ""


def promise(arguments: Sequence[ArgumentCheck], where: str = "") -> str:
    """How surely an error in the gradients that pass is found; "" where nothing is said about that."""
    known = [
        (a.miss_probability, a.detectable)
        for a in arguments
        if a.verdict is LayerVerdict.PASS and a.miss_probability is not None and a.detectable is not None
    ]
    if not known:
        return ""
    size = f"an error of relative size {brief(max(d for _, d in known))} or more{where}"
    if not all(p < 1 for p, _ in known):
        return f"{size} may be missed: the differences are not exact enough"
    return f"{size} is missed with probability at most {brief(max(p for p, _ in known))}"


def _extent(wrong: int, size: int) -> str:
    if wrong == size:
        return f"all {size} elements are wrong"
    return f"{wrong} of {size} elements {'is' if wrong == 1 else 'are'} wrong"


def _named(name: str, value: float | None) -> str:
    return "" if value is None or isnan(value) else f"{name} {brief(value)}"


def _element(worst: Element) -> str:
    where = f"element {list(worst.index)}" if worst.index else "the gradient"
    analytic, numeric = apart(worst.analytic, worst.numeric)
    text = f"{where}: the backward says {analytic}, the differences say {numeric}"
    if not isfinite(worst.analytic) or not isfinite(worst.numeric):
        return text
    return f"{text} (relative error {brief(worst.relative_error)})"
