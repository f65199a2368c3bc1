"""The printout as one web page that needs nothing else, for a screen and for paper."""

from __future__ import annotations

from gradcheck.derive.derivation import Derivation
from gradcheck.derive.printing.view import View
from gradcheck.extras import from_extra


def render(derivation: Derivation, view: View) -> str:
    """The whole page. Raises MissingExtra where jinja2 or latex2mathml are not installed."""
    with from_extra("html", "the format html"):
        from gradcheck.derive.printing.html_page import page
    return page(derivation, view)
