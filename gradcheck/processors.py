"""How many processors this process may use."""

from __future__ import annotations

import os


def processors() -> int:
    """Those it is allowed to run on, where the system tells; else one."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
