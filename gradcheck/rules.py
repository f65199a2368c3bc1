"""The one table of finding codes: what each means, with an example that has it and one that has not."""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.acceptance import Acceptance
from gradcheck.cause_rules import CAUSE_RULES
from gradcheck.document_rules import DOCUMENT_RULES
from gradcheck.gate_rules import GATE_RULES
from gradcheck.layer_rules import LAYER_RULES
from gradcheck.rule import Rule, Severity, UnknownCode

__all__ = ["Rule", "Severity", "UnknownCode", "all_rules", "get", "matching", "weight"]

_RULES = tuple(sorted((*DOCUMENT_RULES, *LAYER_RULES, *CAUSE_RULES, *GATE_RULES), key=lambda rule: rule.code))
_BY_CODE = {rule.code: rule for rule in _RULES}


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by code."""
    return _RULES


def get(code: str) -> Rule:
    """The rule with a code, in either case.

    >>> get("d101").name
    'wrong-equation'

    Raises UnknownCode, with the nearest code.
    """
    try:
        return _BY_CODE[code.upper()]
    except KeyError:
        raise UnknownCode(f"unknown finding code {code!r}{_hint(code, _BY_CODE)}") from None


def weight(code: str, acceptance: Acceptance | None) -> Severity:
    """The severity of a finding: a note if the project has accepted it. Bugs of our own stay bugs."""
    severity = get(code).severity
    accepted = acceptance is not None and acceptance.standing.excuses
    return Severity.NOTE if accepted and severity is not Severity.BUG else severity


def matching(prefix: str) -> tuple[Rule, ...]:
    """The rules whose code begins with a prefix.

    >>> [rule.code for rule in matching("D2")]
    ['D201', 'D202']

    Raises UnknownCode when there is none.
    """
    if found := tuple(rule for rule in _RULES if prefix and rule.code.startswith(prefix.upper())):
        return found
    raise UnknownCode(f"no finding code begins with {prefix!r}{_hint(prefix, _BY_CODE)}")


def _hint(code: str, codes: Iterable[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(code.upper(), list(codes), n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else "; `gradcheck rule` lists them"
