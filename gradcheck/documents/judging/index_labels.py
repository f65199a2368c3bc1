"""Index labels beside a claim: ``∂u_{2,1}/∂h_{1,2} = 0   (k=2, l=1, i=1, j=2)``.

Each label says which letter of the general formula took which value. The general formula is
one elsewhere in the document with the same shape and letters where this claim has numbers.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.judging.judgements import Judged, Judgement
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Chain, Collected
from gradcheck.documents.reading.statements import Statement, is_index_label
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.names import Names, letter_of
from gradcheck.model import Answer, Verdict


def label_judgements(chain: Chain, collected: Collected, environment: Environment) -> list[Judged]:
    """The judgement on every ``k = 1`` beside the claims of ``chain``."""
    found = []
    for _, annotation in chain.annotations:
        if len(annotation.parts) != 2 or not (annotation.kind == "chain" or _is_value(annotation)):
            continue
        left, right = annotation.parts
        assert right.sign is not None
        judgement = _judged(chain, annotation, collected, environment.names)
        if annotation.kind != "chain" and judgement.verdict is Verdict.DEFINITION:
            continue
        found.append(
            Judged(
                right.sign.start,
                right.sign.end,
                left.start,
                right.end,
                right.end,
                None,
                judgement,
                (-2, right.sign.start),
            )
        )
    return found


def _is_value(annotation: Statement) -> bool:
    """``for k = 1``, not ``if i = j``: it says which entry is meant."""
    return is_index_label(annotation) and isinstance(annotation.parts[1].tree, s.Number)


def _judged(chain: Chain, annotation: Statement, collected: Collected, names: Names) -> Judgement:
    letter = letter_of(annotation.parts[0].tree)  # type: ignore[arg-type]
    said = annotation.parts[1].tree
    meant = _meant(chain, letter, collected, names) if letter else None
    if meant in (None, letter) or not isinstance(said, (s.Number, s.Symbol)):
        return Judgement(Verdict.DEFINITION, message=f"sets {letter}")
    if _value(said) == meant:
        return Judgement(Verdict.HOLDS, Answer.PROVED, Answer.PROVED)
    start, end = annotation.parts[0].start, annotation.parts[1].end
    message = f"the label says {letter} = {_value(said)}, the formula beside it has {letter} = {meant}"
    slips = [("D404", message, start, end)]
    return Judgement(
        Verdict.SLIP, code="D404", message=message, slips=slips, remedy=(said.start, said.end, meant)
    )


def _value(tree: s.Syntax) -> str:
    return str(tree.value) if isinstance(tree, s.Number) else getattr(tree, "name", "?")


def _meant(chain: Chain, letter: str, collected: Collected, names: Names) -> str | None:
    """What ``letter`` is in this claim: compare it with the general formula."""
    own = chain.parts[0].tree
    if not isinstance(own, s.Syntax):
        return None
    letters = {
        x
        for _, a in chain.annotations
        if (a.kind == "chain" or _is_value(a)) and (x := letter_of(a.parts[0].tree)) is not None  # type: ignore[arg-type]
    }
    for general in _formulas(collected):
        matched: dict[str, str] = {}
        if _match(general, own, names, matched) and letters <= set(matched):
            return matched[letter]
    return None


def _formulas(collected: Collected) -> Iterator[s.Syntax]:
    yield from (tree for _, tree in collected.bare)
    for chain in collected.chains:
        if isinstance(chain.parts[0].tree, s.Syntax):
            yield chain.parts[0].tree


def _match(general: object, own: object, names: Names, matched: dict[str, str]) -> bool:
    """Whether ``own`` is ``general`` with numbers for letters; fills in which."""
    if isinstance(general, s.Symbol) and isinstance(own, s.Symbol):
        a, b = names.resolve(general), names.resolve(own)
        if a.name != b.name or len(a.indices) != len(b.indices):
            return False
        for x, y in zip(a.indices, b.indices, strict=True):
            letter = letter_of(x)
            if letter is None or _value(y) != matched.setdefault(letter, _value(y)):
                return False
        return True
    if isinstance(general, s.Derivative) and isinstance(own, s.Derivative):
        return (
            len(general.wrt) == len(own.wrt)
            and _match(general.of, own.of, names, matched)
            and all(_match(x, y, names, matched) for x, y in zip(general.wrt, own.wrt, strict=True))
        )
    return False
