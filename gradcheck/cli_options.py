"""The options of ``gradcheck doc``: one table, and what makes a value acceptable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

_LATER = ("junit", "sarif", "github", "markdown", "html")


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """The end of an error about an unknown word: the nearest known one, if any is near."""
    from difflib import get_close_matches

    near = get_close_matches(word, list(words), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _checked_format(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """A format that exists, or a usage error that lists those that do."""
    from gradcheck.report import FORMATS

    if value in FORMATS:
        return value
    available = f"available are {', '.join(FORMATS)}"
    if value in _LATER:
        raise click.BadParameter(f"the format {value} does not exist yet; {available}")
    raise click.BadParameter(f"unknown format {value}{did_you_mean(value, FORMATS)}; {available}")


def _codes(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Comma-separated prefixes of finding codes, each of which fits some code."""
    from gradcheck.rules import UnknownCode, matching

    prefixes = _split(",".join(values))
    for prefix in prefixes:
        try:
            matching(prefix)
        except UnknownCode as error:
            raise click.BadParameter(str(error)) from None
    return tuple(prefix.upper() for prefix in prefixes)


def _engine_names(ctx: click.Context, parameter: click.Parameter, value: str | None) -> tuple[str, ...]:
    """Names of engines, in their own order; without any, all."""
    from gradcheck.options import ENGINES

    names = ENGINES if value is None else _split(value)
    for name in names:
        if name not in ENGINES:
            hint = did_you_mean(name, ENGINES)
            raise click.BadParameter(f"unknown engine {name}{hint}; the engines are {', '.join(ENGINES)}")
    if not names:
        raise click.BadParameter(f"name at least one of {', '.join(ENGINES)}")
    return tuple(name for name in ENGINES if name in names)


_READABLE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    click.option(
        "--format",
        metavar="full|concise|json",
        default="full",
        show_default=True,
        callback=_checked_format,
        help="How the report is written.",
    ),
    click.option("--output", metavar="FILE", help="Write the report to FILE, whole or not at all."),
    click.option(
        "--select", metavar="CODES", multiple=True, callback=_codes, help="Only findings with these codes."
    ),
    click.option(
        "--ignore", metavar="CODES", multiple=True, callback=_codes, help="No findings with these codes."
    ),
    click.option("--strict", is_flag=True, help="Exit with 1 also for anything undecided or unread."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found (2 stays 2)."),
    click.option(
        "--seed", metavar="N", type=int, default=0, show_default=True, help="Seed of the random points."
    ),
    click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(1),
        default=None,
        help="Documents checked at once.  [default: as many as pay off]",
    ),
    click.option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(0, min_open=True),
        default=10.0,
        show_default=True,
        help="Time for each claim, after which it is undecided.",
    ),
    click.option("--only", metavar="ID", help="Report this claim alone, such as eq-8."),
    click.option(
        "--reading", metavar="FILE", type=_READABLE, help="A file that declares what cannot be inferred."
    ),
    click.option(
        "--engines",
        metavar="NAMES",
        callback=_engine_names,
        help="Of algebra, float64 and sympy, those to use.  [default: all]",
    ),
    click.option("--show", type=click.Choice(["sympy"]), help="Print each claim as SymPy expressions."),
    click.option(
        "--stdin-filename",
        metavar="NAME",
        default="stdin.md",
        show_default=True,
        help="The name, and so the format, of standard input.",
    ),
    click.option("-q", "--quiet", count=True, help="Findings only, no figures."),
    click.option("-v", "--verbose", count=True, help="Also every symbol as it was read, and every claim."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours; auto obeys NO_COLOR, FORCE_COLOR, the terminal.",
    ),
)


def doc_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``gradcheck doc``, in the order of the table."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
