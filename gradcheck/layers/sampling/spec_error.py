"""The one error of everything that reads or makes an input of a layer."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class SpecError(ValueError):
    """An input that cannot be made; ``column`` counts characters from 1, None where there is no text.

    >>> str(SpecError("unknown distribution 'norml'", 3))
    "unknown distribution 'norml' (column 3)"
    """

    def __init__(self, message: str, column: int | None = None) -> None:
        super().__init__(message if column is None else f"{message} (column {column})")
        self.message = message
        self.column = column

    def at(self, column: int) -> SpecError:
        """The same error at a column, unless it already stands at one."""
        return self if self.column is not None else SpecError(self.message, column)

    def moved(self, characters: int) -> SpecError:
        """The same error in a text that starts so many characters later."""
        return self if self.column is None else SpecError(self.message, self.column + characters)


def hint(word: str, known: Iterable[str]) -> str:
    """What was probably meant, or what there is, as the end of a message.

    >>> hint("norml", ["normal", "ones"]), hint("xyz", ["normal", "ones"])
    ('; did you mean normal?', '; there are normal, ones')
    """
    choices = sorted(known)
    near = get_close_matches(word.lower(), choices, n=1)
    if near:
        return f"; did you mean {near[0]}?"
    return f"; there are {', '.join(choices)}" if choices else "; it takes none"
