"""Plain identifiers for the LaTeX-like names of a document, never the same one twice."""

from __future__ import annotations

import re

_ACCENTS = "widehat|widetilde|overline|hat|tilde|bar|vec|dot|ddot"
_FONTS = "mathbf|mathrm|mathcal|mathbb|boldsymbol|bm|text|operatorname"
_REWRITES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (rf"\\(?:wide|over)?({_ACCENTS})\s*\{{([^{{}}]*)\}}", r"\2_\1"),
        (rf"\\({_ACCENTS})\s+(\\?[A-Za-z])", r"\2_\1"),
        (rf"\\(?:{_FONTS})\s*\{{([^{{}}]*)\}}", r"\1"),
        (r"\^\s*\{([^{}]*)\}", r"\1"),
        (r"_\s*\{([^{}]*)\}", r"_\1"),
    )
)


def plain(name: str) -> str:
    r"""``name`` as an identifier.

    >>> [plain(n) for n in (r"\hat{x}", r"\sigma_{B}^{2}", r"dL/d\hat{y}", "x'")]
    ['x_hat', 'sigma_B2', 'dL_dy_hat', 'x_prime']
    """
    before = ""
    while before != name:
        before = name
        for pattern, replacement in _REWRITES:
            name = pattern.sub(replacement, name)
    name = re.sub(r"'|\\prime", "_prime", name).replace("^", "").replace("\\", "")
    name = re.sub(r"\W+", "_", name).strip("_")
    return name if name and not name[0].isdigit() else f"v_{name}"


class Names:
    """The identifiers given out within one document: different names stay different."""

    def __init__(self) -> None:
        self._given: dict[object, str] = {}
        self._taken: set[str] = set()

    def of(self, name: str, positions: tuple[int, ...] = ()) -> str:
        """The identifier of a name, or of one entry of a tensor: ``x_hat_2``."""
        key = (name, positions)
        if key not in self._given:
            wanted = "_".join((plain(name), *map(str, positions)))
            self._given[key] = self._free(wanted)
        return self._given[key]

    def _free(self, wanted: str) -> str:
        candidate, count = wanted, 1
        while candidate in self._taken:
            count += 1
            candidate = f"{wanted}__{count}"
        self._taken.add(candidate)
        return candidate
