"""Boxes, colours and braces taken off whole relations, and what is stacked on a sign."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.reading.relation_signs import RELATIONS, has_relation, outermost
from gradcheck.documents.reading.tokens import Token

_BOXES = frozenset(
    r"\boxed \fbox \underbrace \overbrace \underline \overline \displaystyle \ensuremath".split()
)
_COLOURED = frozenset(r"\textcolor \colorbox \fcolorbox".split())
_STACKED = frozenset(r"\stackrel \overset \underset".split())
_SPACED = RELATIONS | frozenset(r"\cdot \times \odot \\".split())


def unwrapped(tokens: list[Token]) -> list[Token]:
    """Without boxes, colours and braces around whole relations, and what is stacked on a sign."""
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        if token.is_("\\color") and k + 1 < len(tokens) and tokens[k + 1].is_("{"):
            k = closing_brace(tokens, k + 1) + 1
            continue
        if token.value in _STACKED and (sign := _stacked_sign(tokens, k)) is not None:
            result.append(tokens[sign])
            k = closing_brace(tokens, sign - 1) + 1
            continue
        opener = k + 1 if token.value in _BOXES | _COLOURED else k
        if token.value in _COLOURED and opener < len(tokens) and tokens[opener].is_("{"):
            opener = closing_brace(tokens, opener) + 1
        if opener < len(tokens) and tokens[opener].is_("{") and not _is_argument(tokens, k, opener):
            end = closing_brace(tokens, opener)
            inner = tokens[opener + 1 : end]
            if has_relation(inner) or token.value in _COLOURED:
                inner = unwrapped(inner)
            if token.value in _COLOURED or has_relation(outermost(inner)):
                result += inner
                k = (
                    _after_scripts(tokens, end + 1)
                    if token.value in ("\\underbrace", "\\overbrace")
                    else end + 1
                )
                continue
            result += [*tokens[k : opener + 1], *inner, tokens[end]]
            k = end + 1
            continue
        if token.is_("\\{") and k + 1 < len(tokens) and tokens[k + 1].is_("\\begin"):
            k += 1
            continue
        result.append(token)
        k += 1
    return result


def _is_argument(tokens: list[Token], k: int, opener: int) -> bool:
    """Whether a brace belongs to a command or a script before it."""
    if opener != k or k == 0:
        return False
    before = tokens[k - 1]
    spaced = before.value in _SPACED
    return before.is_("^", "_", "}", "]") or (before.kind == "command" and not spaced)


def _stacked_sign(tokens: list[Token], k: int) -> int | None:
    """The position of the sign in ``\\stackrel{(1)}{=}``."""
    if k + 1 >= len(tokens) or not tokens[k + 1].is_("{"):
        return None
    second = closing_brace(tokens, k + 1) + 1
    if second + 2 < len(tokens) and tokens[second].is_("{") and tokens[second + 1].value in RELATIONS:
        return second + 1
    return None


def closing_brace(tokens: Sequence[Token], k: int) -> int:
    """The position of the brace that closes the one at ``k``; the last token if none does."""
    depth = 0
    for j in range(k, len(tokens)):
        depth += tokens[j].is_("{") - tokens[j].is_("}")
        if depth == 0:
            return j
    return len(tokens) - 1


def _after_scripts(tokens: Sequence[Token], k: int) -> int:
    while k + 1 < len(tokens) and tokens[k].is_("_", "^"):
        k = closing_brace(tokens, k + 1) + 1 if tokens[k + 1].is_("{") else k + 2
    return k
