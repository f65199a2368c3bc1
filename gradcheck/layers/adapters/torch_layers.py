"""What is recognised as a torch layer: functions with a backward, modules, functions of tensors."""

from __future__ import annotations

from gradcheck.layers.adapters.frameworks import loaded
from gradcheck.layers.adapters.torch_function import recognise_function
from gradcheck.layers.adapters.torch_module import recognise_module
from gradcheck.layers.adapters.torch_plain import recognise_plain
from gradcheck.layers.target import Subject


def recognise(name: str, subject: object) -> Subject | None:
    """The subject, if it is one of torch's kinds; torch is not imported for this."""
    if loaded("torch") is None:
        return None
    return (
        recognise_function(name, subject) or recognise_module(name, subject) or recognise_plain(name, subject)
    )
