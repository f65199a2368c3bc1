"""Signs: a term with the wrong one, a lost minus, one too many, a difference the wrong way round."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.fillings.filling import Filling
from gradcheck.documents.correcting.scaffold import Place
from gradcheck.documents.correcting.spots import Spot
from gradcheck.documents.correcting.workbench import Workbench
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Token

_OPEN = frozenset(["root", "numerator", "item", "argument", "value", "exponent"])


def signs(bench: Workbench, place: Place) -> Iterator[Filling]:
    """The place's value negated, where a sign may be written for it."""
    node, role = place.node, place.spot.role
    negative = -place.printed
    if role == "term":
        yield Filling(negative, 1.0, lambda: flipped(bench, place.spot))
    elif isinstance(node, s.Total):
        if len(node.terms) == 2 and node.terms[0][0] > 0 > node.terms[1][0]:
            yield Filling(negative, 1.3, lambda: _exchanged(bench, node))
        elif len(node.terms) == 1:
            yield Filling(negative, 1.0, lambda: _flip(bench, node, 0))
    elif role in _OPEN:
        words = f"a minus is missing before `{bench.text(node)}`"
        cost = 1.0 if role in ("root", "value") else 1.1
        yield Filling(negative, cost, lambda: Edit((minus_before(bench, place.spot),), words, cost))
    elif role == "factor" and isinstance(node, s.Number):
        yield Filling(negative, 1.4, lambda: _bracketed(bench, node))


def _bracketed(bench: Workbench, node: s.Syntax) -> Edit:
    text = bench.text(node)
    return Edit((Piece(node.start, node.end, f"(-{text})"),), f"`{text}` should be `-{text}`", 1.4)


def minus_before(bench: Workbench, spot: Spot) -> Piece:
    """A minus in front of a quantity, in braces where TeX takes a single token."""
    node = spot.node
    if spot.role in ("exponent", "numerator") and not bench.is_braced(node):
        return Piece(node.start, node.end, "{-" + bench.text(node) + "}")
    return Piece(node.start, node.start, "-")


def flipped(bench: Workbench, spot: Spot) -> Edit | None:
    """The sign of one term turned."""
    total = spot.parent
    assert isinstance(total, s.Total)
    k = next(k for k, (_, t) in enumerate(total.terms) if t is spot.node)
    return _flip(bench, total, k)


def _flip(bench: Workbench, total: s.Total, k: int) -> Edit | None:
    term = total.terms[k][1]
    token = sign_token(bench, total, k)
    text = bench.text(term)
    if token is None:
        return (
            Edit((Piece(term.start, term.start, "-"),), f"the sign of `{text}` should be −", 1.0)
            if k == 0
            else None
        )
    sign = "+" if token.value == "-" else "-"
    written = "" if k == 0 and sign == "+" else sign
    word = "+" if sign == "+" else "−"
    return Edit((Piece(token.start, token.end, written),), f"the sign of `{text}` should be {word}", 1.0)


def sign_token(bench: Workbench, total: s.Total, k: int) -> Token | None:
    """The token that gives term ``k`` its sign."""
    start = total.start if k == 0 else total.terms[k - 1][1].end
    end = total.terms[k][1].start
    found = [t for t in bench.part.tokens if start <= t.start < end and t.is_("+", "-")]
    return found[-1] if found else None


def _exchanged(bench: Workbench, node: s.Total) -> Edit:
    """``b − a`` for ``a − b``."""
    (_, a), (_, b) = node.terms
    one, two = bench.text(a), bench.text(b)
    words = f"`{bench.text(node)}` should be `{two} - {one}`"
    return Edit((Piece(a.start, a.end, two), Piece(b.start, b.end, one)), words, 1.3)
