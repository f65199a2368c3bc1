"""The words that both wings of gradcheck share: verdicts, claims and the report.

Everything here is plain frozen data. Positions are 1-based and counted in
characters of the source file, as an editor shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from gradcheck.acceptance import Acceptance


class Verdict(Enum):
    """What is said of one claim; the value is the word in every report."""

    DEFINITION = "definition"
    HOLDS = "holds"
    WRONG = "wrong"
    INHERITED = "inherited"
    RECOVERED = "recovered"
    CONVENTION = "convention"
    SLIP = "slip"
    UNDECIDED = "undecided"
    UNREAD = "unread"

    @property
    def sentence(self) -> str:
        """One sentence that says what the word promises."""
        return _SENTENCES[self]

    @property
    def is_error(self) -> bool:
        """Whether this verdict alone makes a run end with exit code 1."""
        return self in (Verdict.WRONG, Verdict.CONVENTION, Verdict.SLIP)

    @property
    def is_open(self) -> bool:
        """Whether the question stayed open (an error under ``--strict``)."""
        return self in (Verdict.UNDECIDED, Verdict.UNREAD)


_SENTENCES = {
    Verdict.DEFINITION: "introduces a symbol, or restates a definition",
    Verdict.HOLDS: "the step is right and the value is right",
    Verdict.WRONG: "the step and the value are wrong: the error enters here",
    Verdict.INHERITED: "the step is right, the value is wrong because of an earlier claim",
    Verdict.RECOVERED: "the step is wrong, the value is right again",
    Verdict.CONVENTION: "right only under a reading that the document does not state",
    Verdict.SLIP: "malformed as written, the value is unaffected",
    Verdict.UNDECIDED: "read, but neither proved nor refuted",
    Verdict.UNREAD: "the reader stopped here",
}


class Answer(Enum):
    """The answer to one of the two questions, step and truth."""

    NONE = "none"
    PROVED = "proved"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one line of a source file; ``end_column`` is exclusive."""

    line: int
    column: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A point where the two sides of a refuted claim differ, to be checked by hand.

    ``sizes`` maps size symbols to integers, ``values`` maps printed symbols to
    printed values, ``printed`` and ``true`` are the two sides there, ``at`` maps
    free indices to positions.
    """

    sizes: dict[str, int]
    values: dict[str, str]
    printed: str
    true: str
    at: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Numeric:
    """What float64 evaluation against finite differences says of a claim."""

    agrees: bool
    error: float
    tolerance: float


@dataclass(frozen=True, slots=True)
class SymbolReading:
    """How one symbol was understood, and whether that was inferred or declared."""

    symbol: str
    role: str
    source: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of the source file and the LaTeX to write there; ``end_column`` is exclusive.

    An empty stretch inserts, an empty ``latex`` deletes.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    latex: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A change of the document after which the claim holds: ``edit`` says it in words.

    ``changes`` do not overlap and stand in the order of the source; all of them together are one
    correction. ``scope`` is the scope of the proof, as for a claim.
    """

    edit: str
    changes: tuple[Change, ...]
    proved: bool
    scope: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding that stands beside the verdict of a claim, such as a slip."""

    code: str
    message: str
    place: Place
    corrections: tuple[Correction, ...] = ()
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One relation sign of one chain, with everything that was decided about it.

    ``place`` is the sign; ``fault`` is the smallest span that the verdict is
    about, quoted with a caret; ``reading`` is adjoint, local, total or stated.
    """

    id: str
    label: str | None
    place: Place
    fault: Place
    latex: str
    verdict: Verdict
    step: Answer = Answer.NONE
    truth: Answer = Answer.NONE
    scope: str | None = None
    reading: str = "stated"
    cause_claim: str | None = None
    counterexample: Counterexample | None = None
    numeric: Numeric | None = None
    code: str | None = None
    message: str = ""
    notes: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    corrections: tuple[Correction, ...] = ()
    sympy: str | None = None
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class FinalResult:
    """The last claim about a quantity: "right", "wrong" because of ``cause_claim``, or "undecided"."""

    quantity: str
    claim: str
    verdict: str
    cause_claim: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """One checked document: what was read, what was decided."""

    path: str
    title: str
    readings: tuple[SymbolReading, ...] = ()
    claims: tuple[Claim, ...] = ()
    results: tuple[FinalResult, ...] = ()


class LayerVerdict(Enum):
    """What is said of a layer, of one of its arguments, or of a corner; the value is the word."""

    PASS = "pass"
    FAIL = "fail"
    UNRESOLVED = "unresolved"
    ERROR = "error"

    @property
    def sentence(self) -> str:
        """One sentence that says what the word promises."""
        return _LAYER_SENTENCES[self]


_LAYER_SENTENCES = {
    LayerVerdict.PASS: "agrees with the differences of the forward",
    LayerVerdict.FAIL: "differs from the differences of the forward",
    LayerVerdict.UNRESOLVED: "the differences are too noisy to tell",
    LayerVerdict.ERROR: "it could not be run",
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a gradient: what the backward says and what the differences say."""

    index: tuple[int, ...]
    analytic: float
    numeric: float

    @property
    def relative_error(self) -> float:
        """|analytic − numeric| / max(|analytic|, |numeric|), and 0 where both are 0."""
        scale = max(abs(self.analytic), abs(self.numeric))
        return abs(self.analytic - self.numeric) / scale if scale else 0.0


@dataclass(frozen=True, slots=True)
class Implemented:
    """The formula of a document that a gradient turns out to compute.

    ``place`` and ``latex`` are the right side as printed, ``verdict`` is that of its claim. ``edit`` says
    what the layer has otherwise, "" for nothing: with ``changes`` made, the formula is ``computed``.
    ``through`` is a formula for an intermediate gradient, as the layer computes it, if that is what is wrong.
    ``remedy`` says what the formula should be where it is wrong as printed; ``alternatives`` are formulas
    that amount to the same.
    """

    path: str
    place: Place
    label: str | None
    latex: str
    verdict: Verdict
    edit: str = ""
    changes: tuple[Change, ...] = ()
    computed: str = ""
    remedy: str = ""
    through: Implemented | None = None
    alternatives: tuple[Implemented, ...] = ()


@dataclass(frozen=True, slots=True)
class ArgumentCheck:
    """The gradient with respect to one argument.

    ``error`` and ``tolerance`` are relative to the size of that gradient along the direction
    that decided. An error of relative size ``detectable`` or more is missed with probability
    at most ``miss_probability``. ``kinks`` counts the outputs that were left out because
    they stand at a kink; ``wrong`` the elements found wrong, None where they were not counted.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    verdict: LayerVerdict
    error: float | None = None
    tolerance: float | None = None
    miss_probability: float | None = None
    detectable: float | None = None
    kinks: int = 0
    worst: Element | None = None
    wrong: int | None = None
    code: str | None = None
    message: str = ""
    cause: str = ""
    fix: str = ""
    implements: Implemented | None = None
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class LayerFinding:
    """Something about a layer beside the verdicts on its arguments."""

    code: str
    message: str
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Corner:
    """A special case that was tried apart from the main verdict, such as a batch of one."""

    name: str
    verdict: LayerVerdict
    message: str = ""
    acceptance: Acceptance | None = None


@dataclass(frozen=True, slots=True)
class Evaluations:
    """How often the main check called the layer."""

    forward: int = 0
    backward: int = 0


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The smallest case found that still fails, as a command and as a Python snippet."""

    command: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One checked layer. ``recognised`` is the convention in one line, ``inputs`` each input as drawn.

    ``path`` and ``line`` tell where the backward is defined, when that is known; ``command`` checks this
    layer again at these inputs. ``derivation`` says how it was bound to the document that it was to be
    compared with, or that it was not.
    """

    target: str
    verdict: LayerVerdict
    arguments: tuple[ArgumentCheck, ...] = ()
    findings: tuple[LayerFinding, ...] = ()
    corners: tuple[Corner, ...] = ()
    evaluations: Evaluations = Evaluations()
    seconds: float = 0.0
    seed: int = 0
    recognised: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    reproduction: Reproduction | None = None
    path: str | None = None
    line: int | None = None
    command: str = ""
    derivation: str = ""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Work that could not be done: a missing file, an unreadable one, a bug of ours.

    ``place`` is where in the file, when it is known; ``is_bug`` marks our own fault.
    """

    path: str
    message: str
    place: Place | None = None
    is_bug: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """A finding about what the project says of findings, such as an erratum that is none any longer.

    ``path`` and ``place`` tell where that is written, ``help`` what to do.
    """

    code: str
    message: str
    path: str
    place: Place
    help: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of one run over any number of documents and layers.

    ``strict`` tells that what stayed open fails the run.
    """

    documents: tuple[Document, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    layers: tuple[Layer, ...] = ()
    notices: tuple[Notice, ...] = ()
    strict: bool = False

    def count(self, verdict: Verdict) -> int:
        """How many claims of all documents got ``verdict``."""
        return sum(c.verdict is verdict for d in self.documents for c in d.claims)
