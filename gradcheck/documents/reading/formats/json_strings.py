"""Strings of a JSON text with the place of every character, escapes decoded."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gradcheck.documents.reading.source import Source, UnreadableDocument
from gradcheck.documents.reading.view import ViewBuilder

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)


@dataclass(frozen=True)
class Scalar:
    """A string or other scalar of a JSON text: where in the structure, and where in the text."""

    path: Path
    start: int
    end: int


def require_json(path: str, text: str) -> object:
    """The value of a JSON text, or UnreadableDocument with the line and column of the mistake."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        line, column = Source(path, text, "", ()).position(error.pos)
        message = f"not valid JSON at line {line}, column {column}: {error.msg}. Is the notebook cut off?"
        raise UnreadableDocument(message) from None
    except (RecursionError, ValueError) as error:
        raise UnreadableDocument(f"not a notebook: its JSON cannot be read ({error})") from None


def scalars(text: str) -> Iterator[Scalar]:
    """Every scalar value of a valid JSON text, in order."""
    path: list[str | int] = []
    expects_key: list[bool] = []  # for each open container: is it an object waiting for a key
    for token in _TOKEN.finditer(text):
        mark = token.group()
        if mark in "{[":
            path.append("" if mark == "{" else 0)
            expects_key.append(mark == "{")
        elif mark in "}]":
            path.pop()
            expects_key.pop()
        elif mark == ",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else ""
            expects_key[-1] = not isinstance(last, int)
        elif mark != ":":
            if expects_key and expects_key[-1]:
                path[-1] = json.loads(mark)
                expects_key[-1] = False
            else:
                yield Scalar(tuple(path), token.start(), token.end())


def add_string(builder: ViewBuilder, text: str, scalar: Scalar) -> None:
    """Append a JSON string's characters to a view."""
    at, stop = scalar.start + 1, scalar.end - 1
    for escape in _ESCAPE.finditer(text, at, stop):
        builder.add(text[at : escape.start()], at, escape.start())
        builder.add(_decode(escape.group()), escape.start(), escape.end())
        at = escape.end()
    builder.add(text[at:stop], at, stop)


def _decode(escape: str) -> str:
    character: str = json.loads(f'"{escape}"')
    # Half of a surrogate pair is no character, and could not be printed.
    return "\ufffd" if "\ud800" <= character <= "\udfff" else character
