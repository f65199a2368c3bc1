"""A row cut into pieces, one statement each: at words, gaps, arrows and commas."""

from __future__ import annotations

import re

from gradcheck.documents.reading.relation_signs import ORDER, RELATIONS, has_order, has_relation, outermost
from gradcheck.documents.reading.tokens import Token

CONDITIONAL = re.compile(r"\b(if|when|for|provided|whenever|otherwise|case)\b|^\s*(si|falls|wenn)\b", re.I)
_CONNECTIVE = re.compile(
    r"\b(if|when|for|where|and|or|with|so|hence|thus|therefore|otherwise|since|because|recall|then|let|given|"
    r"i\.e|e\.g|all|see|from|by|as|we|have|size|sizes|shape|dim|dimension|that|which|is|are|row|column|"
    r"provided|using|note|here|but|the|of|because|similarly|also|while|using)\b",
    re.I,
)
SHAPED = re.compile(r"\b(size|sizes|shape|dim|dims|dimension|dimensions)\b", re.I)


def cut_pieces(row: list[Token]) -> list[tuple[str, list[Token]]]:
    """The row cut at words, gaps, arrows and commas at its own level: (words before, tokens)."""
    pieces: list[tuple[str, list[Token]]] = []
    words, current, depth = "", list[Token](), 0

    def flush() -> None:
        nonlocal words, current
        while current and current[-1].is_(",", ";", ".", ":"):
            current = current[:-1]
        if current or words:
            pieces.append((words, current))
        words, current = "", []

    for k, token in enumerate(row):
        depth += token.is_("{", "(", "[", "\\begin") - token.is_("}", ")", "]", "\\end")
        if depth <= 0 and token.kind == "text" and _is_connective(row, k):
            flush()
            words = (words + " " + token.value).strip()
        elif depth <= 0 and _separates(row, k, current):
            flush()
        elif depth <= 0 and token.is_("\\forall"):
            flush()
            words = "for"
        elif depth <= 0 and token.is_("&"):
            ends = bool(current) and current[-1].value in RELATIONS
            if current and not ends and has_relation(outermost(current)) and not _operator_follows(row, k):
                flush()
        elif token.kind != "space" and not (token.is_("&") and depth <= 0):
            current.append(token)
    flush()
    return pieces


def _is_connective(row: list[Token], k: int) -> bool:
    value = row[k].value
    if not value or not any(c.isalpha() for c in value):
        return True
    if len(value.split()) >= 3:
        return True
    if not _CONNECTIVE.search(value):
        return False
    following = row[k + 1] if k + 1 < len(row) else None
    is_name = following is not None and (following.value in RELATIONS or following.is_("(", "^", "_"))
    return not (is_name and not SHAPED.search(value)) or bool(CONDITIONAL.search(value))


def _separates(row: list[Token], k: int, current: list[Token]) -> bool:
    token = row[k]
    if token.is_("\\Rightarrow", "\\therefore", "\\because"):
        return True
    if token.is_("\\Leftrightarrow"):
        rest = outermost(row[k + 1 :])
        return has_relation(rest)
    if token.is_(",", ";") or token.kind == "space":
        rest = outermost(row[k + 1 :])
        related = any(t.value in RELATIONS | ORDER for t in rest) or any(t.kind == "text" for t in rest)
        if token.kind == "space":
            begins_with_sign = bool(rest) and rest[0].value in RELATIONS | {"+", "-"}
            after_sign = bool(current) and current[-1].value in RELATIONS
            return related and not begins_with_sign and not after_sign and has_order(outermost(current))
        return related or has_order(outermost(current))
    return False


def _operator_follows(row: list[Token], k: int) -> bool:
    following = next((t for t in row[k + 1 :] if t.kind != "space" and not t.is_("&")), None)
    return following is not None and (
        following.value in RELATIONS or following.is_("+", "-", "\\cdot", "\\times", "\\odot", ")", "]")
    )
