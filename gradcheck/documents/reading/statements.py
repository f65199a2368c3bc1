"""From a region of mathematics to its statements: chains of relations, conditions, shapes.

A display is cut into rows, a row into statements (at commas, words and wide gaps), a
statement into the expressions between its relation signs. Labels such as ``(8)``,
``\tag{8}`` or ③ are taken off. A row that begins with a sign continues the chain before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.parts import Part, read_parts
from gradcheck.documents.reading.pieces import CONDITIONAL, SHAPED, cut_pieces
from gradcheck.documents.reading.relation_signs import DECIDED, ORDER, RELATIONS, has_relation, outermost
from gradcheck.documents.reading.row_labels import without_label
from gradcheck.documents.reading.rows import cut_rows, flattened, join_rows
from gradcheck.documents.reading.side_notes import unbracketed
from gradcheck.documents.reading.tokens import MAX_DEPTH, Refusal, Token
from gradcheck.documents.reading.unwrapping import unwrapped

__all__ = ["Part", "Statement", "is_decided", "is_index_label", "read_statements"]


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
    for labelled in join_rows(cut_rows(flattened(unwrapped(tokens)))):
        label, row = without_label(labelled)
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


def _row_statements(row: list[Token]) -> list[Statement]:
    statements: list[Statement] = []
    role = ""
    for words, piece in cut_pieces(unbracketed(row)):
        if words:
            role = words
        if not piece:
            continue
        if SHAPED.search(role):
            statements.append(Statement("shape", read_parts(piece)))
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
            role = "" if not CONDITIONAL.search(role) else role
    return statements


def _statement(piece: list[Token], role: str) -> Statement:
    top = outermost(piece)
    ordered = any(t.value in ORDER for t in top)
    if not has_relation(top) and not ordered:
        return Statement("bare", read_parts(piece))
    if ordered and not has_relation(top):
        return Statement("condition", read_parts(piece, signs=RELATIONS | ORDER))
    if CONDITIONAL.search(role):
        return Statement("condition", read_parts(piece, signs=RELATIONS | ORDER))
    return Statement("chain", read_parts(piece))


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


def is_decided(sign: Token) -> bool:
    """Whether a relation sign says that both sides are equal."""
    return sign.value in DECIDED
