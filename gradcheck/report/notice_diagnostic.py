"""One finding about the ledger of errata or a suppression as people read it."""

from __future__ import annotations

from gradcheck import rules
from gradcheck.changes import SourceText
from gradcheck.model import Notice
from gradcheck.report.anatomy import fact, headline, location
from gradcheck.report.excerpt import excerpt
from gradcheck.report.style import severity_color


def notice_diagnostic(source: SourceText, notice: Notice, *, color: bool, width: int) -> str:
    """The notice in the anatomy of rustc's diagnostics."""
    severity, place = rules.get(notice.code).severity, notice.place
    margin = " " * len(str(place.line))
    rows = [headline(severity, notice.code, notice.message, color=color)]
    rows.append(location(margin, f"{notice.path}:{place.line}:{place.column}", color=color))
    if 0 < place.line <= len(source.lines):
        rows += excerpt(source.lines, place, place, width=width, color=severity_color(severity), on=color)
    if notice.help:
        rows += fact(margin, "help", notice.help, color=color)
    return "\n".join(rows)
