"""What corrections change, as a unified diff that ``patch`` and ``git apply`` take."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from difflib import unified_diff

from gradcheck.fixed import Fixed
from gradcheck.output import emit, write_stdout, write_stdout_bytes
from gradcheck.presentation import Presentation
from gradcheck.report.style import paint, plain
from gradcheck.terminal import wants_color

_HUES = {"-": "red", "+": "green", "@": "cyan"}
_NO_END = "\\ No newline at end of file\n"


def unified(outcome: Fixed) -> str:
    """The changes of one document; empty if there are none."""
    path = outcome.before.path
    return unified_text(path, _whole(outcome.text_before, outcome), _whole(outcome.text, outcome))


def unified_text(path: str, before: str, after: str) -> str:
    r"""The difference of two texts.

    >>> print(unified_text("a.md", "x\r\ny", "x\r\nz\n").replace("\r", "^M"))
    --- a.md
    +++ a.md
    @@ -1,2 +1,2 @@
     x^M
    -y
    \ No newline at end of file
    +z
    """
    lines = unified_diff(_lines(before), _lines(after), path, path)
    return "".join(line if line.endswith("\n") else f"{line}\n{_NO_END}" for line in lines)


def show_diff(diff: str, show: Presentation) -> bool:
    """Print a diff, byte for byte unless it is for eyes; whether that worked."""
    if show.output is None and not (sys.stdout.isatty() or wants_color(show.color, sys.stdout)):
        write_stdout_bytes(diff.encode("utf-8"))
        return True
    if show.output is None:
        write_stdout("".join(_for_eyes(diff, wants_color(show.color, sys.stdout))))
        return True
    try:
        emit(diff, show.output)
    except OSError as error:
        print(f"gradcheck: {show.output}: cannot be written: {error.strerror or error}", file=sys.stderr)
        return False
    return True


def _whole(text: str, outcome: Fixed) -> str:
    """A text with the byte order mark of its file, without which a patch would not fit."""
    return "\ufeff" + text if outcome.has_mark else text


def _lines(text: str) -> list[str]:
    """Lines as ``patch`` counts them: they end in a line feed and in nothing else."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1].removesuffix("\n")
    return lines if lines[-1] else lines[:-1]


def _for_eyes(diff: str, color: bool) -> Iterator[str]:
    """The lines with colours, and with nothing in them that could steer a terminal."""
    for line in diff.split("\n")[:-1]:
        heads = line.startswith(("--- ", "+++ "))
        yield (
            paint(
                plain(line.removesuffix("\r")), None if heads else _HUES.get(line[:1]), on=color, bold=heads
            )
            + "\n"
        )
