"""The label of a row, written as ``(8)``, ``\\tag{8}`` or ③, taken off the row."""

from __future__ import annotations

from gradcheck.documents.reading.relation_signs import has_order
from gradcheck.documents.reading.tokens import Token

_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


def without_label(row: list[Token]) -> tuple[str | None, list[Token]]:
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
        and not has_order(row[opener + 1 :])
        and any(t.kind == "number" or t.is_("*") for t in row[opener + 1 : -1])
        and all(t.kind in ("number", "char") for t in row[opener + 1 : -1])
    ):
        label = label or "".join(t.value for t in row[opener + 1 : -1])
        row = row[: opener - 1]
    return label, row
