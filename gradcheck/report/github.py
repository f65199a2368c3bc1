"""The report for GitHub Actions: workflow commands that show each finding beside its line.

The format is that of the page "Workflow commands for GitHub Actions". Lines and columns count from 1;
``endColumn`` is the column after the last, as other checkers write it and as ours is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradcheck import rules
from gradcheck.acceptance import Standing
from gradcheck.model import Report
from gradcheck.report.entries import Entry, entries, trouble_entries
from gradcheck.report.ruler import CUT
from gradcheck.report.style import plain, plural
from gradcheck.rules import Severity

_LEVELS = {
    Severity.BUG: "error",
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}
_SHOWN = 10  # of each level, by GitHub, of one step
_LONGEST_MESSAGE, _LONGEST_LINE = 4096, 1000  # bytes of UTF-8
_ELSEWHERE = (
    f"GitHub shows {_SHOWN} of each level for a step. The job summary has them all if a step writes it: "
    '--format markdown >> "$GITHUB_STEP_SUMMARY"'
)


def render(
    report: Report,
    sources: Mapping[str, str],
    *,
    color: bool = False,
    verbosity: int = 0,
    width: int = 100,
) -> str:
    """One command a finding, the worst first, known errata as notices, what a comment suppresses not at all.

    Of each level there are at most ten, the last of which says how many more there would be. Colour,
    verbosity and width change nothing.
    """
    told = [*trouble_entries(report, sources), *entries(report, sources)]
    told.sort(key=lambda entry: entry.severity.rank)
    levels = {level: [e for e in told if _LEVELS[e.severity] == level] for level in _LEVELS.values()}
    rows = [row for level, group in levels.items() for row in _rows(level, group)]
    return "".join(f"{row}\n" for row in rows)


def _rows(level: str, group: Sequence[Entry]) -> Iterator[str]:
    """The commands of one level."""
    shown = group if len(group) <= _SHOWN else group[: _SHOWN - 1]
    yield from (_command(level, _properties(entry), _message(entry)) for entry in shown)
    if left_out := len(group) - len(shown):
        more = f"{left_out:,} more {plural(left_out, level).split()[-1]}"
        yield _command(level, {"title": f"gradcheck: {more}"}, f"{more} not shown here. {_ELSEWHERE}")


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    """
    >>> _command("error", {"file": "a,b.md", "line": "3"}, "100%:\\nwrong")
    '::error file=a%2Cb.md,line=3::100%25:%0Awrong'
    """
    said = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {said}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(plain(text)).replace(":", "%3A").replace(",", "%2C")


def _properties(entry: Entry) -> dict[str, str]:
    return {**_where(entry), "title": _title(entry)}


def _where(entry: Entry) -> dict[str, str]:
    """The file and, if they can be right, the line and the columns: GitHub refuses those below 1."""
    if not entry.path:
        return {}
    if entry.line is None or entry.line < 1:
        return {"file": entry.path}
    lines = {"file": entry.path, "line": str(entry.line), "endLine": str(entry.line)}
    start, end = entry.columns or (0, 0)
    return {**lines, "col": str(start), "endColumn": str(end)} if 0 < start <= end else lines


def _title(entry: Entry) -> str:
    if entry.code:
        return f"gradcheck {entry.code} ({rules.get(entry.code).name})"
    return "gradcheck: a bug of its own" if entry.severity is Severity.BUG else "gradcheck: not checked"


def _message(entry: Entry) -> str:
    """Where and what, the evidence, the correction, the command; evidence gives way where it gets too long.

    The place is said again because the log of the step shows no more than the message.
    """
    first = _line(f"{entry.where}: {entry.message}")
    if entry.standing is Standing.KNOWN:
        return "\n".join([first, *map(_line, entry.facts[:1])])
    ends = [_line(f"try: {entry.remedy}")] if entry.remedy else []
    ends += [f"check just this one: {plain(entry.command)}"] if _is_short(entry.command) else []
    room = _LONGEST_MESSAGE - _size("\n".join([first, *ends]))
    return "\n".join([first, *_facts(entry, room), *ends])


def _facts(entry: Entry, room: int) -> Iterator[str]:
    """The evidence, as much of it as fits."""
    for line in (part for fact in entry.facts for part in fact.splitlines()):
        shown = _line(line)
        room -= _size(shown) + 1
        if room < 0:
            return
        yield shown


def _is_short(command: str) -> bool:
    """Whether there is a command and it can be shown whole."""
    return bool(command) and _size(plain(command)) < _LONGEST_LINE


def _line(text: str) -> str:
    """A text on one line that is not too long."""
    line = plain(" ".join(part.strip() for part in text.splitlines()))
    if _size(line) <= _LONGEST_LINE:
        return line
    return line.encode()[: _LONGEST_LINE - _size(CUT)].decode(errors="ignore") + CUT


def _size(text: str) -> int:
    return len(text.encode())
