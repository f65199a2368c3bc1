"""What the project has said of a finding, in words, for every report."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.report.style import plural


def accepted(acceptance: Acceptance) -> str:
    """The standing of a finding, the reason for it, and where it is written.

    >>> accepted(Acceptance(Standing.KNOWN, "as printed", "errata.toml:3"))
    'known erratum (errata.toml:3): as printed'
    """
    words = {Standing.KNOWN: "known erratum", Standing.SUPPRESSED: "suppressed"}
    what = words.get(acceptance.standing, acceptance.standing.sentence)
    return f"{what} ({acceptance.where})" + (f": {acceptance.reason}" if acceptance.reason else "")


def is_shown(found: Finding | LayerProblem, verbosity: int) -> bool:
    """Whether a finding is shown one by one: what a comment suppresses only where more is asked for."""
    return verbosity > 0 or not has_standing(found, Standing.SUPPRESSED)


def has_standing(found: Finding | LayerProblem, *standings: Standing) -> bool:
    """Whether the project has said one of these of a finding."""
    return found.acceptance is not None and found.acceptance.standing in standings


def is_new(found: Finding | LayerProblem) -> bool:
    """Whether nothing excuses a finding."""
    return found.acceptance is None or not found.acceptance.standing.excuses


def excused(found: Iterable[Finding | LayerProblem]) -> str:
    """How many findings are known errata and how many suppressed; "" for none."""
    several = list(found)
    known = sum(has_standing(f, Standing.KNOWN) for f in several)
    suppressed = sum(has_standing(f, Standing.SUPPRESSED) for f in several)
    parts = [plural(known, "known erratum", "known errata")] if known else []
    parts += [f"{plural(suppressed, 'finding')} suppressed"] if suppressed else []
    return ", ".join(parts)


def acceptance_payload(acceptance: Acceptance | None) -> dict[str, Any] | None:
    """An acceptance as a plain dictionary."""
    if acceptance is None:
        return None
    return {
        "standing": acceptance.standing.value,
        "reason": acceptance.reason,
        "where": acceptance.where,
    }
