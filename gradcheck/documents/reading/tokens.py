"""TeX mathematics as tokens, each with the stretch of the source file it stands for.

Spacing, sizing and style commands vanish here, user macros are expanded (their tokens
stand where the macro was called), and Unicode mathematics becomes its TeX spelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.reading.spellings import COMBINING, GAPS, GONE, SAME, TEXT, UNICODE, WITH_ARGUMENT

MAX_TOKENS = 20_000
MAX_DEPTH = 60


class Refusal(Exception):
    """The reader cannot go on: why, and at which stretch of the source file."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is ``command``, ``char``, ``number``, ``text``, ``label`` or ``space``.

    ``value`` is the spelling (``\\frac``, ``x``, ``12``); a ``text`` token holds the words of
    ``\\text{…}``; a ``space`` is a wide gap such as ``\\quad``.
    """

    kind: str
    value: str
    start: int
    end: int

    def is_(self, *values: str) -> bool:
        """Whether this is one of these characters or commands."""
        return self.value in values and self.kind in ("command", "char")


@dataclass(frozen=True, slots=True)
class Macro:
    """A user's macro: how many arguments it takes, and its body's tokens."""

    arity: int
    body: tuple[Token, ...]


_LEXER = re.compile(
    r"(?P<space>\s+)|(?P<comment>(?<!\\)%[^\n]*)|(?P<command>\\(?:[A-Za-z]+\*?|.|\n))"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<char>.)",
    re.DOTALL,
)


def tokenise(text: str, offsets: Sequence[int], macros: dict[str, Macro] | None = None) -> list[Token]:
    """The tokens of ``text``; raises `Refusal` when macros make too many of them."""
    return _simplified(expand(lexed(text, offsets), macros or {}))


def lexed(text: str, offsets: Sequence[int]) -> list[Token]:
    """The tokens as they are written, Unicode in its TeX spelling, blanks kept."""
    tokens: list[Token] = []
    for match in _LEXER.finditer(text):
        kind, value = match.lastgroup or "char", match.group()
        start, end = offsets[match.start()], offsets[match.end() - 1] + 1
        if kind == "comment":
            continue
        if kind == "space":
            tokens.append(Token("blank", " ", start, end))
        elif value in COMBINING and tokens:
            accented = tokens.pop()
            accent = Token("command", COMBINING[value], accented.start, end)
            tokens += [accent, Token("char", "{", start, start), accented, Token("char", "}", end, end)]
        elif value in UNICODE:
            tokens += (
                Token(m.lastgroup or "char", m.group(), start, end)
                for m in _LEXER.finditer(UNICODE[value])
                if m.lastgroup != "space"
            )
        else:
            tokens.append(Token(kind, value, start, end))
    return tokens


def expand(tokens: list[Token], macros: dict[str, Macro]) -> list[Token]:
    """``tokens`` with user macros replaced, at most ``MAX_TOKENS`` in all."""
    pending = list(reversed(tokens))
    result: list[Token] = []
    steps = 0
    while pending:
        token = pending.pop()
        macro = macros.get(token.value) if token.kind == "command" else None
        if macro is None:
            result.append(token)
            continue
        steps += 1
        if steps > 2000 or len(pending) > MAX_TOKENS:
            raise Refusal(f"the macro {token.value} expands without end", token.start, token.end)
        arguments, end = [], token.end
        for _ in range(macro.arity):
            argument, end = _argument(pending, end)
            arguments.append(argument)
        pending.extend(reversed(_filled(macro, arguments, replace(token, end=end))))
    if len(result) > MAX_TOKENS:
        raise Refusal(f"a formula of more than {MAX_TOKENS} tokens", result[0].start, result[0].end)
    return result


def _argument(pending: list[Token], end: int) -> tuple[list[Token], int]:
    """A macro's next argument, taken off ``pending``, and where it ends in the source."""
    while pending and pending[-1].kind == "blank":
        pending.pop()
    if not pending or pending[-1].value != "{":
        return ([pending[-1]], pending.pop().end) if pending else ([], end)
    pending.pop()
    depth, argument = 1, list[Token]()
    while pending:
        token = pending.pop()
        end = token.end
        depth += (token.value == "{") - (token.value == "}")
        if not depth:
            break
        argument.append(token)
    return argument, end


def _filled(macro: Macro, arguments: list[list[Token]], call: Token) -> list[Token]:
    filled: list[Token] = []
    body = iter(macro.body)
    for token in body:
        if token.value == "#":
            number = next(body, None)
            if number and number.value.isdigit() and int(number.value) <= len(arguments):
                filled += arguments[int(number.value) - 1]
            continue
        filled.append(replace(token, start=call.start, end=call.end))
    return filled


def _simplified(tokens: list[Token]) -> list[Token]:
    """Without what only changes the looks; text commands made one token each."""
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        k += 1
        if token.kind == "blank":
            continue
        if token.kind == "command":
            if token.value in WITH_ARGUMENT:
                k = _group_end(tokens, k)
                continue
            if token.value in GONE:
                if token.value in ("\\left", "\\right") and k < len(tokens) and tokens[k].value == ".":
                    k += 1
                continue
            if token.value in (r"\label", r"\tag", r"\tag*"):
                end = _group_end(tokens, k)
                words = "".join(t.value for t in tokens[k:end]).strip("{}() ")
                result.append(Token("label", words, token.start, tokens[end - 1].end))
                k = end
                continue
            if token.value in GAPS:
                result.append(replace(token, kind="space"))
                continue
            if token.value in TEXT:
                end = _group_end(tokens, k)
                words = "".join(t.value for t in tokens[k:end])
                result.append(Token("text", words.strip("{} "), token.start, tokens[end - 1].end))
                k = end
                continue
            token = replace(token, value=SAME.get(token.value, token.value))
            if not token.value.startswith("\\"):
                token = replace(token, kind="char")
        result.append(token)
    return result


def _group_end(tokens: list[Token], k: int) -> int:
    """The index after the group (or single token) that begins at ``k``."""
    while k < len(tokens) and tokens[k].kind == "blank":
        k += 1
    if k >= len(tokens) or tokens[k].value != "{":
        return min(k + 1, len(tokens))
    depth = 0
    while k < len(tokens):
        depth += (tokens[k].value == "{") - (tokens[k].value == "}")
        k += 1
        if not depth:
            break
    return k
