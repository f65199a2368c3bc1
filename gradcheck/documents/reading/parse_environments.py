"""Environments inside a formula: matrices, cases and the rows of ``aligned``."""

from __future__ import annotations

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, spelled, split
from gradcheck.documents.reading.parse_conditions import conditions
from gradcheck.documents.reading.tokens import Refusal, Token


def environment(parser: Cursor, token: Token) -> s.Syntax:
    name = spelled(parser.raw_argument())
    if name in ("array", "alignedat") and parser.peek().is_("{"):
        parser.raw_argument()
    start = parser.at
    end = _environment_end(parser, token)
    body = parser.tokens[start:end]
    parser.at = end + 1
    parser.raw_argument()
    close = parser.last_end
    rows = split(body, "\\\\")
    if rows and not rows[-1]:
        rows.pop()
    if name.rstrip("*") in ("cases", "dcases", "rcases"):
        return _cases(parser, token, close, rows)
    if "matrix" in name or name == "array":
        return s.Matrix(token.start, close, tuple(_cells(parser, row) for row in rows))
    if name.rstrip("*") in ("aligned", "split", "gathered", "alignedat"):
        return parser.within([t for t in body if not t.is_("&", "\\\\")])
    raise Refusal(f"the environment `{name}` is not read inside a formula", token.start, token.end)


def _environment_end(parser: Cursor, token: Token) -> int:
    depth = 1
    for k in range(parser.at, len(parser.tokens)):
        if parser.tokens[k].is_("\\begin"):
            depth += 1
        elif parser.tokens[k].is_("\\end"):
            depth -= 1
            if depth == 0:
                return k
    raise Refusal("this environment is never ended", token.start, token.end)


def _cells(parser: Cursor, row: list[Token]) -> tuple[s.Syntax | None, ...]:
    cells: list[s.Syntax | None] = []
    for cell in split(row, "&"):
        if not cell:
            cells.append(None)
        elif len(cell) == 1 and cell[0].is_("\\cdots", "\\vdots", "\\ddots"):
            cells.append(s.Dots(cell[0].start, cell[0].end, cell[0].value))
        else:
            cells.append(parser.within(cell))
    return tuple(cells)


def _cases(parser: Cursor, token: Token, end: int, rows: list[list[Token]]) -> s.Syntax:
    """Rows ``value & condition``, ``value, condition`` or ``condition: value``."""
    read = [_case(parser, row) for row in rows if row]
    if not read:
        raise Refusal("cases without a row", token.start, end)
    return s.Cases(token.start, end, tuple(read))


def _case(parser: Cursor, row: list[Token]) -> tuple[s.Syntax, tuple[s.Compare, ...]]:
    if any(t.is_(":") for t in row):
        condition, value = _cut(row, lambda t: t.is_(":"))
    elif any(t.is_("&") for t in row):
        value, condition = _cut(row, lambda t: t.is_("&"))
    else:
        value, condition = _cut(row, lambda t: t.is_(",") or t.kind in ("text", "space"), top=True)
    value = [t for t in value if not (t.is_("&") or t.kind in ("space", "text"))]
    while value and value[-1].is_(",", ";", "."):
        value.pop()
    condition = [t for t in condition if t.kind not in ("text", "space") and not t.is_("&")]
    while condition and condition[-1].is_(",", ".", ";"):
        condition.pop()
    tree = parser.within(value)
    if not condition:
        return tree, ()
    inner = parser.fresh(condition)
    compared = conditions(inner)
    if not inner.done() or not compared:
        raise inner.refuse("this condition is not read")
    return tree, tuple(compared)


def _cut(row: list[Token], stop, top: bool = False) -> tuple[list[Token], list[Token]]:  # type: ignore[no-untyped-def]
    depth = 0
    for k, token in enumerate(row):
        if stop(token) and (not top or depth == 0):
            return row[:k], row[k + 1 :]
        depth += token.is_("{", "(", "[", "\\{") - token.is_("}", ")", "]", "\\}")
    return row, []
