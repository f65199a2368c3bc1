"""Changes of single places by their text alone, where a formula cannot be taken apart into arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from gradcheck.algebra import expr as e
from gradcheck.documents.correcting.edits import Edit
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.fillings.quantities import numbers_as_text, powers
from gradcheck.documents.correcting.fillings.shapes import across, shapes
from gradcheck.documents.correcting.fillings.signs import signs
from gradcheck.documents.correcting.scaffold import Place
from gradcheck.documents.correcting.spots import Spot, spots
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.meaning.holes import Opening
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s

_MOST = 500
_HIDDEN = 0.1
"""What a slip costs more where it is less likely to be the one."""


def differentiated(bench: Workbench) -> list[Spot]:
    """The places inside what is differentiated."""
    found = [n for n in s.walk(bench.tree) if isinstance(n, s.Derivative)]
    bodies = [n.of for n in found if n.of is not None and not isinstance(n.of, s.Symbol)]
    return [spot for body in bodies for spot in spots(body, bench.meaning.names)]


def textual_edits(bench: Workbench, places: Iterable[Spot]) -> Iterator[Edit]:
    """Every sign, number, power and part of these places changed."""
    yield from islice(_edits(bench, places), _MOST)


def _edits(bench: Workbench, places: Iterable[Spot]) -> Iterator[Edit]:
    for spot in places:
        for filling in _fillings(bench, _unread(spot)):
            edit = filling.make()
            if edit is not None:
                yield replace(edit, cost=edit.cost + _HIDDEN)


def _fillings(bench: Workbench, place: Place) -> Iterator[Filling]:
    yield from signs(bench, place)
    yield from numbers_as_text(bench, place)
    yield from shapes(bench, place)
    yield from across(bench, place)
    yield from powers(bench, place)


def _unread(spot: Spot) -> Place:
    """A place whose values do not matter."""
    opening = Opening(Value(e.ONE), (), (), Frame({}))
    return Place(spot, "", None, opening, (), (), e.ONE, np.ones(()))
