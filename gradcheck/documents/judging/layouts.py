"""Derivatives laid out the other way: numerator layout for denominator layout, or the reverse."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.algebra import expr as e
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.chain_reading import ChainReader
from gradcheck.documents.meaning.layout import Layout
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading.tokens import Refusal


def gradients_in(left: Value | Refusal | list[tuple[Value, Value]]) -> Iterator[Layout]:
    """The layouts that matter to a left side: a gradient by a matrix, or of a vector by a vector."""
    if isinstance(left, Value) and left.rank == 2 and isinstance(left.expr, (e.Adjoint, e.Partial)):
        yield Layout.JACOBIAN if left.outer else Layout.GRADIENT


def laid_out(judge: ChainJudge, layout: Layout) -> ChainJudge:
    """The chain read again with every derivative of that kind transposed."""
    reader = ChainReader(judge.reader.environment, judge.meaning, judge.chain)
    judge.meaning.transposed = layout
    try:
        return ChainJudge(reader, judge.judge, reader.read())
    finally:
        judge.meaning.transposed = None
