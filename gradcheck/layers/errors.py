"""What keeps a layer from being checked, each with a message that says what to do."""

from __future__ import annotations

from gradcheck.layers.raised import described


class LayerError(Exception):
    """A layer cannot be checked; the message is for the person who wrote it."""


class CannotLoad(LayerError):
    """There is no such file or name, or the file cannot be imported."""


class CannotRecognise(LayerError):
    """The target exists and is in none of the known conventions, or in one only in part."""


class CannotSample(LayerError):
    """No value for an argument could be found or made."""


class LayerRaised(LayerError):
    """The layer itself raised; ``phase`` is construct, forward or backward, ``original`` its exception."""

    def __init__(self, phase: str, original: BaseException) -> None:
        super().__init__(f"{phase} raised {described(original)}")
        self.phase = phase
        self.original = original


class BadOutput(LayerError):
    """The forward gave something that cannot be differenced: None, complex numbers, objects, NaN."""


class BadGradient(LayerError):
    """The backward gave something that cannot be assigned to the arguments."""
