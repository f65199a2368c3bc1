"""From a region of mathematics to its statements: chains of relations, conditions, shapes.

A display is cut into rows, a row into statements (at commas, words and wide gaps), a
statement into the expressions between its relation signs. Labels such as ``(8)``,
``\\tag{8}`` or ③ are taken off. A row that begins with a sign continues the chain before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gradcheck.documents import syntax as s
from gradcheck.documents.parser import Note, Parser, split
from gradcheck.documents.tokens import MAX_DEPTH, Refusal, Token

RELATIONS = frozenset(
    r"= \leftarrow \coloneqq := \equiv \Leftrightarrow \approx \propto \simeq \sim \cong \Leftarrow".split()
)
_DECIDED = frozenset(r"= \leftarrow \coloneqq := \equiv \Leftrightarrow".split())
_ORDER = frozenset(r"\neq < > \leq \geq \ll \gg \in \notin \subset \subseteq \rightarrow \mapsto".split())
_ROWS = frozenset(
    """align aligned alignat alignedat flalign equation gather gathered split eqnarray multline
    displaymath math array IEEEeqnarray dmath empheq subequations""".split()
)
_CONDITIONAL = re.compile(r"\b(if|when|for|provided|whenever|otherwise|case)\b|^\s*(si|falls|wenn)\b", re.I)
_CONNECTIVE = re.compile(
    r"\b(if|when|for|where|and|or|with|so|hence|thus|therefore|otherwise|since|because|recall|then|let|given|"
    r"i\.e|e\.g|all|see|from|by|as|we|have|size|sizes|shape|dim|dimension|that|which|is|are|row|column|"
    r"provided|using|note|here|but|the|of|because|similarly|also|while|using)\b",
    re.I,
)
_SHAPED = re.compile(r"\b(size|sizes|shape|dim|dims|dimension|dimensions)\b", re.I)
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class Part:
    """One expression of a chain and the sign before it (None for the first).

    ``tree`` is what was read, or the `Refusal` that stopped the reader.
    """

    sign: Token | None
    tree: s.Syntax | Refusal
    start: int
    end: int
    notes: tuple[Note, ...] = ()


@dataclass
class Statement:
    """A chain ``A = B = C`` with the conditions that hold for it.

    ``kind`` is ``chain``, ``condition``, ``shape`` or ``bare`` (an expression alone).
    A chain whose first part has a sign continues an earlier one.
    """

    kind: str
    parts: list[Part]
    conditions: list[s.Compare] = field(default_factory=list)
    annotations: list[Statement] = field(default_factory=list)
    label: str | None = None

    @property
    def continues(self) -> bool:
        return bool(self.parts) and self.parts[0].sign is not None


def read_statements(tokens: list[Token]) -> list[Statement]:
    """All statements of one region, row by row. Raises `Refusal` for brackets nested too deeply."""
    _shallow(tokens)
    statements: list[Statement] = []
    for labelled in _joined(_rows(_flattened(unwrapped(tokens)))):
        label, row = _without_label(labelled)
        found = _row_statements(row)
        if label and found:
            target = next((f for f in found if f.kind == "chain"), found[0])
            target.label = label
        statements += found
    return statements


def _shallow(tokens: list[Token]) -> None:
    depth = 0
    for token in tokens:
        depth += token.is_("{", "(", "[", "\\{") - token.is_("}", ")", "]", "\\}")
        if depth > MAX_DEPTH:
            raise Refusal(f"brackets nested more than {MAX_DEPTH} deep", token.start, token.end)


_BOXES = frozenset(
    r"\boxed \fbox \underbrace \overbrace \underline \overline \displaystyle \ensuremath".split()
)
_COLOURED = frozenset(r"\textcolor \colorbox \fcolorbox".split())
_STACKED = frozenset(r"\stackrel \overset \underset".split())


def unwrapped(tokens: list[Token], depth: int = 0) -> list[Token]:
    """Without boxes, colours and braces around whole relations, and what is stacked on a sign."""
    if depth > 8:
        return tokens
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        if token.is_("\\color") and k + 1 < len(tokens) and tokens[k + 1].is_("{"):
            k = _close(tokens, k + 1) + 1
            continue
        if token.value in _STACKED and (sign := _stacked_sign(tokens, k)) is not None:
            result.append(tokens[sign])
            k = _close(tokens, sign - 1) + 1
            continue
        opener = k + 1 if token.value in _BOXES | _COLOURED else k
        if token.value in _COLOURED and opener < len(tokens) and tokens[opener].is_("{"):
            opener = _close(tokens, opener) + 1
        if opener < len(tokens) and tokens[opener].is_("{") and not _is_argument(tokens, k, opener):
            end = _close(tokens, opener)
            inner = tokens[opener + 1 : end]
            if token.value in _COLOURED or _has_relation(_top(unwrapped(inner, depth + 1))):
                result += unwrapped(inner, depth + 1)
                k = (
                    _after_scripts(tokens, end + 1)
                    if token.value in ("\\underbrace", "\\overbrace")
                    else end + 1
                )
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


_SPACED = RELATIONS | frozenset(r"\cdot \times \odot \\".split())


def _stacked_sign(tokens: list[Token], k: int) -> int | None:
    """The position of the sign in ``\\stackrel{(1)}{=}``."""
    if k + 1 >= len(tokens) or not tokens[k + 1].is_("{"):
        return None
    second = _close(tokens, k + 1) + 1
    if second + 2 < len(tokens) and tokens[second].is_("{") and tokens[second + 1].value in RELATIONS:
        return second + 1
    return None


def _close(tokens: Sequence[Token], k: int) -> int:
    """The position of the brace that closes the one at ``k``; the last token if none does."""
    depth = 0
    for j in range(k, len(tokens)):
        depth += tokens[j].is_("{") - tokens[j].is_("}")
        if depth == 0:
            return j
    return len(tokens) - 1


def _after_scripts(tokens: Sequence[Token], k: int) -> int:
    while k + 1 < len(tokens) and tokens[k].is_("_", "^"):
        k = _close(tokens, k + 1) + 1 if tokens[k + 1].is_("{") else k + 2
    return k


def _flattened(tokens: list[Token]) -> list[Token]:
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
                opens_rows = name in _ROWS or (name == "cases" and not _has_relation(result[-40:]))
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


def _has_relation(tokens: Sequence[Token]) -> bool:
    return any(t.value in RELATIONS and t.kind != "text" for t in tokens)


def _rows(tokens: list[Token]) -> list[list[Token]]:
    return [row for row in split(tokens, "\\\\") if row]


def _joined(rows: list[list[Token]]) -> list[list[Token]]:
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
        return _has_relation(before) and (not _has_relation(_top(row)) or first.is_("\\cdot", "\\times"))
    return _open_brackets(before) > 0 and not _has_relation(_top(row))


def _top(tokens: Sequence[Token]) -> list[Token]:
    """The tokens outside all brackets and environments."""
    top, depth = [], 0
    for token in tokens:
        if token.is_("}", ")", "]", "\\}", "\\end"):
            depth = max(0, depth - 1)
        elif depth == 0:
            top.append(token)
        if token.is_("{", "(", "[", "\\{", "\\begin"):
            depth += 1
    return top


def _open_brackets(tokens: Sequence[Token]) -> int:
    return sum(t.is_("(", "[", "\\{") for t in tokens) - sum(t.is_(")", "]", "\\}") for t in tokens)


def _without_label(row: list[Token]) -> tuple[str | None, list[Token]]:
    """A row's label, and the row without it."""
    label = next((t.value for t in row if t.kind == "label"), None)
    row = [t for t in row if t.kind != "label"]
    while row and (
        row[0].is_("&", "\\therefore", "\\because", "\\Rightarrow", "\\rightarrow") or row[0].kind == "space"
    ):
        row = row[1:]
    while row and (row[-1].is_("&", ".", ",", ";", "\\square", "\\blacksquare") or row[-1].kind == "space"):
        row = row[:-1]
    if row and row[0].is_("\\textcircled"):
        end = next((k for k, t in enumerate(row) if t.is_("}")), 1)
        label = label or "".join(t.value for t in row[1:end]).strip("{}")
        row = row[end + 1 :]
        while row and (row[0].is_(":", ".", ")") or row[0].kind == "space"):
            row = row[1:]
    elif row and (row[0].value.strip() in _CIRCLED and row[0].value.strip()):
        label = label or row[0].value.strip()
        row = row[1:]
    if (
        len(row) > 3
        and row[0].is_("(")
        and row[1].kind == "number"
        and row[2].is_(")")
        and row[3].kind == "space"
    ):
        label, row = label or row[1].value, row[4:]
    return _trailing_label(label, row)


def _trailing_label(label: str | None, row: list[Token]) -> tuple[str | None, list[Token]]:
    bar = next((k for k, t in enumerate(row) if t.is_("|") and k and row[k - 1].kind == "space"), None)
    if bar is not None and sum(t.is_("|") for t in row) % 2:
        row = row[: bar - 1]
    opener = next((k for k in range(len(row) - 1, -1, -1) if row[k].is_("(")), None)
    if (
        opener
        and row[-1].is_(")")
        and row[opener - 1].kind == "space"
        and 1 <= len(row) - opener - 2 <= 4
        and not _has_relation(row[opener:])
        and any(t.kind == "number" or t.is_("*") for t in row[opener + 1 : -1])
        and all(t.kind in ("number", "char") for t in row[opener + 1 : -1])
    ):
        label = label or "".join(t.value for t in row[opener + 1 : -1])
        row = row[: opener - 1]
    return label, row


def _row_statements(row: list[Token]) -> list[Statement]:
    statements: list[Statement] = []
    role = ""
    for words, piece in _pieces(row):
        if words:
            role = words
        if not piece:
            continue
        if _SHAPED.search(role):
            statements.append(Statement("shape", _parts(piece, shape=True)))
            continue
        found = _statement(piece, role)
        chain = next((st for st in reversed(statements) if st.kind == "chain"), None)
        if found.kind == "condition" and chain is not None:
            chain.conditions += _compared(found)
            chain.annotations.append(found)
        elif found.kind == "chain" and chain is not None and is_index_label(found):
            chain.annotations.append(found)
        elif found.kind != "bare" or not statements:
            statements.append(found)
        if found.kind != "condition":
            role = "" if not _CONDITIONAL.search(role) else role
    return statements


def is_index_label(statement: Statement) -> bool:
    """``k = 1`` beside a claim: a bare letter equal to a number or a letter."""
    if len(statement.parts) != 2:
        return False
    left, right = (p.tree for p in statement.parts)
    return (
        isinstance(left, s.Symbol)
        and not left.sub
        and len(left.name) == 1
        and left.name.islower()
        and left.sup is None
        and (isinstance(right, s.Number) or _is_plain_letter(right))
    )


def _is_plain_letter(tree: s.Syntax | Refusal) -> bool:
    return isinstance(tree, s.Symbol) and len(tree.name) == 1 and not tree.sub and tree.sup is None


def _compared(statement: Statement) -> list[s.Compare]:
    """A condition statement as comparisons."""
    found = []
    for before, after in zip(statement.parts, statement.parts[1:], strict=False):
        if isinstance(before.tree, s.Syntax) and isinstance(after.tree, s.Syntax) and after.sign:
            sign = {"=": "=", "\\neq": "!=", "<": "<", ">": ">", "\\leq": "<=", "\\geq": ">=", "\\in": "in"}
            name = sign.get(after.sign.value)
            if name:
                found.append(s.Compare(before.start, after.end, name, before.tree, after.tree))
    return found


def _pieces(row: list[Token]) -> list[tuple[str, list[Token]]]:
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
            if current and not ends and _has_relation(_top(current)) and not _operator_follows(row, k):
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
    return not (is_name and not _SHAPED.search(value)) or bool(_CONDITIONAL.search(value))


def _separates(row: list[Token], k: int, current: list[Token]) -> bool:
    token = row[k]
    if token.is_("\\Rightarrow", "\\therefore", "\\because"):
        return True
    if token.is_("\\Leftrightarrow"):
        rest = _top(row[k + 1 :])
        return _has_relation(rest)
    if token.is_(",", ";") or token.kind == "space":
        rest = _top(row[k + 1 :])
        related = any(t.value in RELATIONS | _ORDER for t in rest) or any(t.kind == "text" for t in rest)
        if token.kind == "space":
            begins_with_sign = bool(rest) and rest[0].value in RELATIONS | {"+", "-"}
            after_sign = bool(current) and current[-1].value in RELATIONS
            return related and not begins_with_sign and not after_sign and _has_order(_top(current))
        return related or _has_order(_top(current))
    return False


def _has_order(tokens: Sequence[Token]) -> bool:
    return any(t.value in RELATIONS | _ORDER for t in tokens)


def _operator_follows(row: list[Token], k: int) -> bool:
    following = next((t for t in row[k + 1 :] if t.kind != "space" and not t.is_("&")), None)
    return following is not None and (
        following.value in RELATIONS or following.is_("+", "-", "\\cdot", "\\times", "\\odot", ")", "]")
    )


def _statement(piece: list[Token], role: str) -> Statement:
    top = _top(piece)
    ordered = any(t.value in _ORDER for t in top)
    if not _has_relation(top) and not ordered:
        return Statement("bare", _parts(piece))
    if ordered and not _has_relation(top):
        return Statement("condition", _parts(piece, signs=RELATIONS | _ORDER))
    if _CONDITIONAL.search(role):
        return Statement("condition", _parts(piece, signs=RELATIONS | _ORDER))
    return Statement("chain", _parts(piece))


def _parts(piece: list[Token], signs: frozenset[str] = RELATIONS, shape: bool = False) -> list[Part]:
    """The expressions between the relation signs of a statement."""
    parts: list[Part] = []
    sign: Token | None = None
    current: list[Token] = []
    depth = 0
    for k, token in enumerate(piece):
        if token.is_("}", ")", "]", "\\}", "\\end"):
            depth = max(0, depth - 1)
        closed = depth == 0 or (token.value in signs and not _closes_later(piece[k:]))
        if closed and token.kind != "text" and (token.value in signs or _is_colon_equal(piece, k)):
            if token.is_(":"):
                continue
            if current or sign is not None:
                parts.append(_part(sign, current, shape))
            sign = _sign_token(piece, k)
            current, depth = [], 0
            continue
        if token.is_("{", "(", "[", "\\{", "\\begin"):
            depth += 1
        current.append(token)
    parts.append(_part(sign, current, shape))
    return parts


def _closes_later(tokens: Sequence[Token]) -> bool:
    depth = 0
    for token in tokens:
        depth += token.is_("{", "(", "[", "\\{", "\\begin") - token.is_("}", ")", "]", "\\}", "\\end")
        if depth < 0:
            return True
    return False


def _is_colon_equal(piece: list[Token], k: int) -> bool:
    return piece[k].is_(":") and k + 1 < len(piece) and piece[k + 1].is_("=")


def _sign_token(piece: list[Token], k: int) -> Token:
    token = piece[k]
    if k and piece[k - 1].is_(":") and token.is_("="):
        return Token("char", ":=", piece[k - 1].start, token.end)
    return token


def _part(sign: Token | None, tokens: list[Token], shape: bool) -> Part:
    while tokens and (tokens[-1].is_(",", ".", ";", ":") or tokens[-1].kind == "space"):
        tokens = tokens[:-1]
    if not tokens:
        where = sign or Token("end", "", 0, 0)
        return Part(
            sign, Refusal("nothing stands after this sign", where.start, where.end), where.start, where.end
        )
    start, end = tokens[0].start, tokens[-1].end
    parser = Parser(tokens)
    try:
        tree: s.Syntax | Refusal = parser.whole()
    except Refusal as refusal:
        tree = refusal
    except RecursionError:
        tree = Refusal("brackets nested too deeply", start, end)
    return Part(sign, tree, start, end, tuple(parser.notes))


def is_decided(sign: Token) -> bool:
    """Whether a relation sign says that both sides are equal."""
    return sign.value in _DECIDED
