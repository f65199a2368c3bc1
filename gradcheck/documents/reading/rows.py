"""A display cut into rows; a row that only continues the one before is joined to it."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.reading.cursor import split
from gradcheck.documents.reading.relation_signs import RELATIONS, has_relation, outermost
from gradcheck.documents.reading.tokens import Token

_ROWS = frozenset(
    """align aligned alignat alignedat flalign equation gather gathered split eqnarray multline
    displaymath math array IEEEeqnarray dmath empheq subequations""".split()
)


def flattened(tokens: list[Token]) -> list[Token]:
    """Without the ``\\begin``/``\\end`` of environments that only make rows."""
    result: list[Token] = []
    stack: list[bool] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        if token.is_("\\begin", "\\end") and k + 1 < len(tokens) and tokens[k + 1].is_("{"):
            close = next((j for j in range(k, len(tokens)) if tokens[j].is_("}")), len(tokens) - 1)
            name = "".join(t.value for t in tokens[k + 2 : close]).rstrip("*")
            if token.is_("\\begin"):
                opens_rows = name in _ROWS or (name == "cases" and not has_relation(result[-40:]))
                stack.append(opens_rows and not (stack and not stack[-1]))
                if stack[-1]:
                    k = _after_arguments(tokens, close + 1, name)
                    continue
            elif stack and stack.pop():
                k = close + 1
                continue
        result.append(token)
        k += 1
    return result


def _after_arguments(tokens: list[Token], k: int, name: str) -> int:
    """Skip ``{rcl}`` after array and alignat, ``[t]`` after aligned."""
    takes = name in ("array", "alignat", "alignedat", "IEEEeqnarray")
    for opener, closer in (("[", "]"), ("{", "}")):
        if k < len(tokens) and tokens[k].is_(opener) and (takes or opener == "[") and k + 2 < len(tokens):
            end = next((j for j in range(k, len(tokens)) if tokens[j].is_(closer)), k)
            if takes or end - k <= 2:
                k = end + 1
    return k


def cut_rows(tokens: list[Token]) -> list[list[Token]]:
    return [row for row in split(tokens, "\\\\") if row]


def join_rows(rows: list[list[Token]]) -> list[list[Token]]:
    """Rows that only continue the expression of the row before are joined to it."""
    joined: list[list[Token]] = []
    for row in rows:
        first = next((t for t in row if not t.is_("&") and t.kind != "space"), None)
        if first is None:
            continue
        if joined and first.value not in RELATIONS and _continues(joined[-1], row, first):
            joined[-1] += [t for t in row if not t.is_("&")]
        else:
            joined.append(list(row))
    return joined


def _continues(before: list[Token], row: list[Token], first: Token) -> bool:
    last = next((t for t in reversed(before) if not t.is_("&") and t.kind not in ("space", "label")), None)
    if last is not None and (last.value in RELATIONS or last.is_("+", "-", "\\cdot", "\\times")):
        return True
    if first.is_("+", "-", "\\cdot", "\\times", "\\odot"):
        return has_relation(before) and (not has_relation(outermost(row)) or first.is_("\\cdot", "\\times"))
    return _open_brackets(before) > 0 and not has_relation(outermost(row))


def _open_brackets(tokens: Sequence[Token]) -> int:
    return sum(t.is_("(", "[", "\\{") for t in tokens) - sum(t.is_(")", "]", "\\}") for t in tokens)
