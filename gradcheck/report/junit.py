"""The report for CI servers: JUnit XML, a test for each claim, each argument of a layer, each notice.

There is no one schema. Servers agree on the elements and on most attributes; ``file`` and ``line`` of a
test are pytest's, and GitLab and GitHub's test reporters read them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gradcheck.items import Item, Outcome
from gradcheck.model import Report, Trouble
from gradcheck.report.item_text import item_text
from gradcheck.report.style import plain
from gradcheck.report.suites import Suite, outcomes, seconds, suites

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
_FAILURES = {Outcome.FAILED: "failure", Outcome.ERROR: "error"}
# The only characters that XML forbids and that ``plain`` lets through.
_FORBIDDEN = {0xFFFE: "\N{REPLACEMENT CHARACTER}", 0xFFFF: "\N{REPLACEMENT CHARACTER}"}


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
    strict: bool = False,
) -> str:
    """A suite for each document, layer and file; a failure's text is what ``full`` prints, without colour.

    A test that has not failed says what was found all the same in its ``system-out``. With ``strict``,
    warnings fail.
    """
    found = suites(report, strict=strict)
    root = Element("testsuites", {"name": "gradcheck", **_totals(found)})
    for suite in found:
        element = SubElement(root, "testsuite", {"name": _one_line(suite.name), **_totals([suite])})
        for item in suite.items:
            _add_test(element, item, item_text(item, sources, width=width, verbosity=verbosity))
    indent(root)
    return f"{_DECLARATION}{tostring(root, encoding='unicode')}\n"


def _totals(several: Sequence[Suite]) -> dict[str, str]:
    """Every test is counted once: it has passed, or is in one of the other three."""
    counts = outcomes(several)
    return {
        "tests": str(counts.total()),
        "failures": str(counts[Outcome.FAILED]),
        "errors": str(counts[Outcome.ERROR]),
        "skipped": str(counts[Outcome.SKIPPED] + counts[Outcome.EXPECTED]),
        "time": _time(sum(seconds(item) for suite in several for item in suite.items)),
    }


def _add_test(suite: Element, item: Item, text: str) -> None:
    test = SubElement(suite, "testcase", classname=_one_line(item.suite), name=_one_line(item.name))
    if item.path is not None:
        test.set("file", _one_line(item.path))
    if item.line is not None:
        test.set("line", str(item.line))
    test.set("time", _time(seconds(item)))
    if item.outcome in _FAILURES:
        result = SubElement(test, _FAILURES[item.outcome], type=_type(item), message=_one_line(item.reason))
        result.text = _lines(text or item.reason)
        return
    if item.outcome is not Outcome.PASSED:
        SubElement(test, "skipped", message=_one_line(item.reason))
    if text:
        SubElement(test, "system-out").text = _lines(text)


def _type(item: Item) -> str:
    """The code of the worst problem, or what it is that has none."""
    first = next(iter(item.problems), None)
    if isinstance(first, Trouble):
        return "bug" if first.is_bug else "trouble"
    return first.code if first is not None else item.outcome.value


def _time(amount: float) -> str:
    """Seconds as Maven's Surefire writes them, which is all that Jenkins takes."""
    return f"{amount:.3f}"


def _one_line(text: str) -> str:
    r"""What an attribute may hold: no character that XML forbids, no end of a line.

    >>> _one_line("a \x1b[31m\nb")
    'a ␛[31m; b'
    """
    return plain("; ".join(text.splitlines())).translate(_FORBIDDEN)


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.split("\n")).translate(_FORBIDDEN)
