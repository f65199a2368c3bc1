"""Whether corrections bring a right equation back: each is written into the mutant, then compared."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from mutants_corpus import Equation, unwritten, verdict_at
from mutants_same import cancels, commuted, written_alike
from mutants_side import Splice

from gradcheck.model import Change, Correction, Verdict

_SHORT = 12
"""Characters of a left side that is too short for its return to be a repetition."""
_LINE_END = re.compile(r"\r\n?|\n")


class Recovery(Enum):
    """How near a corrected document is to the original."""

    EXACT = "exact"  # token for token
    COMMUTED = "commuted"  # up to the order of terms and factors
    EQUIVALENT = "equivalent"  # another right side, and the claim holds
    HOLLOW = "hollow"  # it holds, for it repeats the left side, or adds what it takes away
    ELSEWHERE = "elsewhere"  # something else than the right side was changed, and the claim holds
    BROKEN = "broken"  # it holds, but TeX would stumble over it
    BAD = "bad"  # the claim does not hold

    @property
    def restores(self) -> bool:
        """Whether the author would know the formula again."""
        return self in (Recovery.EXACT, Recovery.COMMUTED)


@dataclass(frozen=True)
class Offer:
    """A correction with what came of it: the right side afterwards and, where it was checked, the verdict."""

    correction: Correction
    recovery: Recovery
    right: str
    verdict: Verdict | None = None


def offers(equation: Equation, mutant: str, corrections: Iterable[Correction]) -> list[Offer]:
    """Every correction of a mutant, classified, in the order in which they are offered."""
    return [_offer(equation, mutant, correction) for correction in corrections]


def _offer(equation: Equation, mutant: str, correction: Correction) -> Offer:
    path, original = equation.document.path, equation.document.text
    start, end = equation.stretch
    corrected = applied(mutant, correction.changes)
    tail = original[end:]
    inside = corrected.startswith(original[:start]) and corrected.endswith(tail)
    right = unwritten(path, corrected[start : len(corrected) - len(tail)]) if inside else corrected
    if inside and written_alike(right, equation.right):
        return Offer(correction, Recovery.EXACT, right)
    verdict = verdict_at(path, corrected, equation.sign + _shift(mutant, correction.changes, equation.sign))
    if verdict is not Verdict.HOLDS:
        return Offer(correction, Recovery.BAD, right, verdict)
    if not inside:
        return Offer(correction, Recovery.ELSEWHERE, right, verdict)
    return Offer(correction, _holding(equation, right), right, verdict)


def _holding(equation: Equation, right: str) -> Recovery:
    """What a right side is that makes the claim hold."""
    if not _closes(right):
        return Recovery.BROKEN
    if _is_hollow(equation, right):
        return Recovery.HOLLOW
    return Recovery.COMMUTED if commuted(right, equation.right) else Recovery.EQUIVALENT


def _is_hollow(equation: Equation, right: str) -> bool:
    if cancels(right) and not cancels(equation.right):
        return True
    old, new = ("".join(text.split()) for text in (equation.right, right))
    lefts = ("".join(left.split()) for left in equation.lefts)
    return any(len(left) > _SHORT and left in new and left not in old for left in lefts)


def _closes(text: str) -> bool:
    r"""Whether braces close, and every ``\left`` and ``\right`` has its bracket."""
    bare = re.sub(r"\\[{}]", "", text)
    paired = len(re.findall(r"\\left(?![A-Za-z])", text)) == len(re.findall(r"\\right(?![A-Za-z])", text))
    bracketed = not re.search(
        r"\\(left|right)(?![A-Za-z])\s*(?![\s()\[\]|./<>]|\\[{}|]|\\[lr]?(?:angle|vert|Vert|brace|floor|ceil))",
        text,
    )
    return bare.count("{") == bare.count("}") and paired and bracketed


def applied(text: str, changes: Iterable[Change]) -> str:
    """The text after the changes, exactly as they are written."""
    out, at = list[str](), 0
    for splice in _splices(text, changes):
        out += [text[at : splice.start], splice.new]
        at = splice.end
    return "".join([*out, text[at:]])


def _shift(text: str, changes: Iterable[Change], offset: int) -> int:
    """By how much changes before an offset move what stands there."""
    return sum(len(s.new) - (s.end - s.start) for s in _splices(text, changes) if s.end <= offset)


def _splices(text: str, changes: Iterable[Change]) -> list[Splice]:
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return [
        Splice(starts[c.line - 1] + c.column - 1, starts[c.end_line - 1] + c.end_column - 1, c.latex)
        for c in changes
    ]
