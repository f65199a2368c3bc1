"""What a generated layer is called."""

from __future__ import annotations

import re
from pathlib import PurePath

from gradcheck.derive.code.identifiers import Names
from gradcheck.derive.derivation import Forward

_LONGEST = 40


def function_name(forward: Forward, name: str | None = None) -> str:
    """The given name, else that of the document's file, else the title; always an identifier.

    >>> from gradcheck.algebra.expr import Graph
    >>> function_name(Forward("Batch norm (1/m)", Graph(), "L", (), ()))
    'batch_norm_1_m'
    """
    wish = name or PurePath(forward.source).stem or forward.title
    plain = re.sub(r"\W+", "_", wish.encode("ascii", "ignore").decode()).strip("_").lower()
    if not plain or plain[0].isdigit():
        plain = f"layer_{plain}".rstrip("_")
    return Names().give("", plain[:_LONGEST].rstrip("_"))


def class_name(name: str) -> str:
    """The name of a class for a function's.

    >>> class_name("lstm_step")
    'LstmStep'
    """
    return "".join(word.capitalize() for word in name.split("_"))
