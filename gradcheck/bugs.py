"""What is said when gradcheck itself fails, and what is raised when it is asked to end."""

from __future__ import annotations

import traceback
from pathlib import Path


def bug_message(error: Exception, subject: str) -> str:
    """One line for an exception that nobody expected, with the place that raised it.

    ``subject`` is what was being checked, a document or a layer.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return (
        f"internal error: {type(error).__name__}: {error}{place}. This is a bug of gradcheck, not of "
        f"your {subject}; please report it with this message, the {subject} and what "
        "`gradcheck --version` prints"
    )


class Terminated(KeyboardInterrupt):
    """The run was asked to end by SIGTERM."""
