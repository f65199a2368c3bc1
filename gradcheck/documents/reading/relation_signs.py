"""The signs that relate two expressions, and where in a run of tokens they stand."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.reading.tokens import Token

RELATIONS = frozenset(
    r"= \leftarrow \coloneqq := \equiv \Leftrightarrow \approx \propto \simeq \sim \cong \Leftarrow".split()
)
DECIDED = frozenset(r"= \leftarrow \coloneqq := \equiv \Leftrightarrow".split())
ORDER = frozenset(r"\neq < > \leq \geq \ll \gg \in \notin \subset \subseteq \rightarrow \mapsto".split())


def has_relation(tokens: Sequence[Token]) -> bool:
    return any(t.value in RELATIONS and t.kind != "text" for t in tokens)


def has_order(tokens: Sequence[Token]) -> bool:
    return any(t.value in RELATIONS | ORDER for t in tokens)


def outermost(tokens: Sequence[Token]) -> list[Token]:
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
