"""Documents that misbehave while they are read, wherever that is."""

import os
import signal
import time
from pathlib import Path

from gradcheck.inputs import Input


class Hanging(Input):
    """A document that is never read to its end."""

    def read(self) -> bytes:
        time.sleep(600)
        return b""


class Swelling(Input):
    """A document that takes memory without end."""

    def read(self) -> bytes:
        held = []
        while True:
            held.append(b"x" * 2**26)
            time.sleep(0.01)


class Exiting(Input):
    """A document that ends the interpreter."""

    def read(self) -> bytes:
        os._exit(7)


class Killed(Input):
    """A document whose process is killed."""

    def read(self) -> bytes:
        os.kill(os.getpid(), signal.SIGKILL)
        return b""


class KilledOnce(Input):
    """A document whose process is killed the first time; the file at its path tells that."""

    def read(self) -> bytes:
        if not Path(self.path).exists():
            Path(self.path).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return b"$$a = 1$$"


class HangsAway(Input):
    """A document that is read where it is sent from, and hangs where it is checked."""

    def read(self) -> bytes:
        if self.data is not None:
            time.sleep(600)
        return b"$$a = 1$$"


class KillsItsParent(Input):
    """A document that kills, once, what supervises the process that checks it; its file tells that."""

    def read(self) -> bytes:
        if self.data is not None and not Path(self.path).exists():
            Path(self.path).touch()
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(600)
        return b"$$a = 1$$"
