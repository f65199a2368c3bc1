"""Which processes there are, as far as tests have to know."""

import os
import time
from collections.abc import Callable
from pathlib import Path


def children(pid: int | None = None) -> set[int]:
    """The children of a process, zombies included; of this one by default."""
    threads = Path(f"/proc/{pid or os.getpid()}/task").glob("*/children")
    return {int(word) for path in threads for word in path.read_text(encoding="ascii").split()}


def is_running(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_for(condition: Callable[[], object], seconds: float = 60.0) -> bool:
    """Whether something comes true in the end."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def command_lines() -> list[bytes]:
    """What the children of this process were started as."""
    return [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children()]
