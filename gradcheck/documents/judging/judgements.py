"""What is said of one relation, and how a chain was read."""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.documents.judging.equations import Decision, Equation
from gradcheck.documents.judging.flow import Quantity
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.model import Answer, Correction, Verdict


class Unsettled(Refusal):
    """Read, but what is written leaves open what is meant."""


@dataclass
class Judgement:
    """What was decided about part ``at`` of a chain.

    ``doubt`` is what a correction can be sought with, where one is due; ``remedy`` is what to write
    where, if that is known at once.
    """

    verdict: Verdict
    step: Answer = Answer.NONE
    truth: Answer = Answer.NONE
    decision: Decision | None = None
    refusal: Refusal | None = None
    cause: tuple[int, int] | None = None
    reading: str = "stated"
    code: str | None = None
    message: str = ""
    notes: list[str] = field(default_factory=list)
    slips: list[tuple[str, str, int, int]] = field(default_factory=list)
    equation: Equation | None = None
    doubt: object = None
    corrections: tuple[Correction, ...] = ()
    remedy: tuple[int, int, str] | None = None
    mended: dict[tuple[str, str, int, int], tuple[Correction, ...]] = field(default_factory=dict)
    sympy: str | None = None


@dataclass
class Judged:
    """A claim before it is written down: the sign, the expressions around it, the judgement.

    ``quantity`` is the derivative that its chain derives.
    """

    sign_start: int
    sign_end: int
    start: int
    before_end: int
    end: int
    label: str | None
    judgement: Judgement
    key: tuple[int, int]
    quantity: Quantity | None = None


@dataclass
class Read:
    """The parts of a chain with their values (or why there is none), read once per mode."""

    values: list[Value | Refusal | list[tuple[Value, Value]]]
    frame: Frame
    slips: list[list[tuple[str, str, int, int]]]
    conflicts: list[list[tuple[str, str]]]
