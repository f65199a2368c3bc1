"""The report as one web page that needs nothing else: for the artifacts of a CI run, and for printing."""

from __future__ import annotations

from collections.abc import Mapping

from gradcheck.extras import from_extra
from gradcheck.model import Report


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """The whole report; colour, verbosity and width change nothing, since a page folds and wraps by itself.

    Raises MissingExtra where jinja2 or latex2mathml are not installed.
    """
    with from_extra("html", "the format html"):
        from gradcheck.report.html_page import page
    return page(report, sources)
