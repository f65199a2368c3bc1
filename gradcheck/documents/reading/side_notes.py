"""A note in brackets at the end of a row, ``… \\quad (k=1, l=2)`` or ``(i \\neq j)``, taken out of them."""

from __future__ import annotations

from gradcheck.documents.reading.cursor import split
from gradcheck.documents.reading.relation_signs import ORDER, has_relation, outermost
from gradcheck.documents.reading.tokens import Token

_CLOSES = {"(": ")", "[": "]", "\\{": "\\}"}


def unbracketed(row: list[Token]) -> list[Token]:
    """The row with the note behind its gap bare; a condition, other than a mere value, gets its “if”."""
    opener = _opener(row)
    if opener is None or not has_relation(outermost(row[:opener])):
        return row
    inside = row[opener + 1 : -1]
    if any(t.kind == "text" for t in inside):
        return row
    parts = split(inside, ",")
    if not parts or not all(_relates(part) for part in parts):
        return row
    word = Token("text", "if", row[opener].start, row[opener].start)
    return [*row[:opener], *([] if all(map(_is_value, parts)) else [word]), *inside]


def _opener(row: list[Token]) -> int | None:
    """Where the bracket opens that ends the row and stands behind a gap."""
    depth = 0
    for k in range(len(row) - 1, 0, -1):
        depth += row[k].is_(*_CLOSES.values()) - row[k].is_(*_CLOSES)
        if depth == 0:
            pair = row[k].is_(*_CLOSES) and row[-1].is_(_CLOSES[row[k].value])
            return k if pair and (row[k - 1].kind == "space" or row[k - 1].is_("&")) else None
    return None


def _relates(part: list[Token]) -> bool:
    top = outermost(part)
    return has_relation(top) or any(t.value in ORDER for t in top)


def _is_value(part: list[Token]) -> bool:
    """``k = 1``: a letter, a sign and a number."""
    tokens = [t for t in part if t.kind != "space"]
    return len(tokens) == 3 and tokens[1].is_("=") and tokens[2].kind == "number"
