"""What refutes a claim or a gradient as the rows of a small table, to be checked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite, isnan, prod

from gradcheck.model import ArgumentCheck, Claim, Element
from gradcheck.report.layer_words import apart, brief


@dataclass(frozen=True, slots=True)
class Fact:
    """One row: ``name`` after what kind of thing it names, ``symbol`` where it is one of the document's."""

    kind: str
    name: str
    value: str
    symbol: bool = False


def counterexample_facts(claim: Claim) -> tuple[Fact, ...]:
    """Sizes, positions, values, and the two sides there; nothing where there is no counterexample."""
    example = claim.counterexample
    if example is None:
        return ()
    return (
        *(Fact("size", name, str(value), True) for name, value in example.sizes.items()),
        *(Fact("position", name, str(value), True) for name, value in example.at.items()),
        *(Fact("value of", name, value, True) for name, value in example.values.items()),
        Fact("", "right side, as printed", example.printed),
        Fact("", "true value", example.true),
    )


def gradient_facts(argument: ArgumentCheck, seed: int) -> Iterator[Fact]:
    """The worst element, how many are wrong, and how far the gradient is from the differences."""
    if argument.worst is not None:
        yield from _element(argument.worst)
    size = prod(argument.shape)
    if argument.wrong is not None and size > 1:
        yield Fact("", "wrong elements", f"{argument.wrong:,} of {size:,}")
    if number(argument.error):
        yield Fact("", "relative error along the checked direction", number(argument.error))
        if number(argument.tolerance):
            yield Fact("", "tolerance", number(argument.tolerance))
        yield Fact("", "seed", str(seed))


def number(value: float | None) -> str:
    """A number whose size matters, "" where it is not known."""
    return "" if value is None or isnan(value) else brief(value)


def _element(worst: Element) -> Iterator[Fact]:
    analytic, numeric = apart(worst.analytic, worst.numeric)
    if worst.index:
        yield Fact("", "worst element", str(list(worst.index)))
    yield Fact("", "the backward says", analytic)
    yield Fact("", "the differences say", numeric)
    if isfinite(worst.analytic) and isfinite(worst.numeric):
        yield Fact("", "relative error of this element", brief(worst.relative_error))
