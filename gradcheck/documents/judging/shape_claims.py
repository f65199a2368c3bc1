"""Claims about sizes: ``size = N×D · D×L + L = N×L + L = N×L``.

A product of shapes contracts the sizes that meet; a smaller shape added is repeated along
the last axes of the larger one.
"""

from __future__ import annotations

from gradcheck.documents.judging.judgements import Judged, Judgement
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.collect import Collected
from gradcheck.documents.reading.statements import Part, Statement
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.model import Answer, Verdict

Shape = tuple[str, ...]


class _Unfit(Exception):
    """Shapes that do not fit together."""


def shape_judgements(collected: Collected) -> list[Judged]:
    """The judgement on every relation between shapes."""
    found = []
    for statement in collected.shape_claims:
        for at, part in enumerate(statement.parts):
            if part.sign is None:
                continue
            judgement = _judged(statement, at)
            before = statement.parts[at - 1] if at else part
            start = min(before.start, part.sign.start)
            found.append(
                Judged(
                    part.sign.start,
                    part.sign.end,
                    start,
                    part.end,
                    part.end,
                    None,
                    judgement,
                    (-3, part.sign.start),
                )
            )
    return found


def _judged(statement: Statement, at: int) -> Judgement:
    part = statement.parts[at]
    if isinstance(part.tree, Refusal):
        return Judgement(Verdict.UNREAD, refusal=part.tree)
    try:
        own = shape_of(part.tree)
    except _Unfit as error:
        return Judgement(
            Verdict.WRONG, Answer.REFUTED, Answer.REFUTED, message=f"these shapes do not fit: {error}"
        )
    except Refusal as refusal:
        return Judgement(Verdict.UNREAD, refusal=refusal)
    first = _first_shape(statement.parts[:at])
    if first is None:
        return Judgement(Verdict.DEFINITION, message="states a shape")
    if first == own:
        return Judgement(Verdict.HOLDS, Answer.PROVED, Answer.PROVED)
    text = f"the left side has shape {'×'.join(first)}, the right side {'×'.join(own)}"
    return Judgement(Verdict.WRONG, Answer.REFUTED, Answer.REFUTED, message=text)


def _first_shape(parts: list[Part]) -> Shape | None:
    for part in parts:
        if isinstance(part.tree, s.Syntax):
            try:
                found = shape_of(part.tree)
            except (_Unfit, Refusal):
                continue
            if len(found) > 1 or len(parts) > 1:
                return found
    return None


def shape_of(tree: s.Syntax) -> Shape:
    """The shape that a formula about sizes comes to. Raises `Refusal` for anything else."""
    match tree:
        case s.Symbol():
            return (tree.name + (f"_{tree.sub_text}" if tree.sub_text else ""),)
        case s.Number():
            return (str(tree.value),)
        case s.Group() if len(tree.items) == 1:
            return shape_of(tree.items[0])
        case s.Group():
            return tuple(x for item in tree.items for x in shape_of(item))
        case s.Product():
            return _product(tree)
        case s.Total():
            return _broadcast([shape_of(t) for _, t in tree.terms])
        case _:
            raise Refusal("not a shape", tree.start, tree.end)


def _product(tree: s.Product) -> Shape:
    matrices: list[list[str]] = [list(shape_of(tree.factors[0]))]
    for factor, join in zip(tree.factors[1:], tree.joins, strict=True):
        if join == "\\times":
            matrices[-1] += shape_of(factor)
        else:
            matrices.append(list(shape_of(factor)))
    result = matrices[0]
    for other in matrices[1:]:
        if result[-1] != other[0]:
            raise _Unfit(f"{'×'.join(result)} times {'×'.join(other)}")
        result = result[:-1] + other[1:]
    return tuple(result)


def _broadcast(shapes: list[Shape]) -> Shape:
    largest = max(shapes, key=len)
    for shape in shapes:
        if shape and largest[-len(shape) :] != shape and shape != ("1",):
            raise _Unfit(f"{'×'.join(largest)} plus {'×'.join(shape)}")
    return largest
