"""What an exception of the user's says, and the line of the user's own code that it came from."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

_OURS = Path(__file__).resolve().parents[1]
_STANDARD = Path(sysconfig.get_paths()["stdlib"]).resolve()
_INSTALLED = {"site-packages", "dist-packages"}


def raised_at(error: BaseException) -> tuple[str, int] | None:
    """The file and the line of the innermost frame that is neither a library's nor ours, if there is one."""
    frames = [(f.f_code.co_filename, line) for f, line in traceback.walk_tb(error.__traceback__)]
    return next(((path, line) for path, line in reversed(frames) if _is_users(path)), None)


def described(error: BaseException) -> str:
    """The kind of an exception and its text; the line instead, where it has no text.

    >>> described(ValueError("too small")), described(ValueError())
    ('ValueError: too small', 'ValueError')
    """
    kind, text = type(error).__name__, str(error)
    if text.strip():
        return f"{kind}: {text}"
    place = raised_at(error)
    return f"{kind} at line {place[1]}" if place else kind


def _is_users(name: str) -> bool:
    path = Path(name).resolve()
    if not path.is_file() or not _INSTALLED.isdisjoint(path.parts):
        return False
    return not path.is_relative_to(_OURS) and not path.is_relative_to(_STANDARD)
