"""The options of the commands, table by table, and what makes a value acceptable."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click


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
    raise click.BadParameter(f"unknown format {value}{did_you_mean(value, FORMATS)}; {available}")


_DERIVED = ("text", "latex", "markdown", "html", "json", "numpy", "torch")


def _derive_format(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """A format of printouts or of code, or a usage error that lists them."""
    if value in _DERIVED:
        return value
    available = f"available are {', '.join(_DERIVED)}"
    raise click.BadParameter(f"unknown format {value}{did_you_mean(value, _DERIVED)}; {available}")


def _outputs(
    ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str | None, tuple[tuple[str, str], ...]]:
    """The file that the report goes to, None for standard output, and further reports by format and file."""
    from gradcheck.report import FORMATS

    plain: list[str] = []
    more: list[tuple[str, str]] = []
    for value in values:
        name, colon, file = value.partition(":")
        if colon and name in FORMATS:
            more.append((name, file))
        else:
            plain.append(value)
    files = [*plain, *(file for _, file in more)]
    if not all(files):
        raise click.BadParameter("name a file, as in --output junit:report.xml")
    if len(plain) > 1:
        raise click.BadParameter(
            "one file takes the report; further ones are FORMAT:FILE, as junit:report.xml"
        )
    if len(set(files)) < len(files):
        raise click.BadParameter("the same file is named twice")
    return (plain[0] if plain else None), tuple(more)


def _ledger(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """A ledger that can be read, or "none"."""
    if value in (None, "none") or Path(value).is_file():
        return value
    raise click.BadParameter(f"no such file: {value}; write --errata none for no ledger")


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
    """Names of engines, in their own order; none where the option is not given."""
    from gradcheck.options import ENGINES

    if value is None:
        return ()
    names = _split(value)
    for name in names:
        if name not in ENGINES:
            hint = did_you_mean(name, ENGINES)
            raise click.BadParameter(f"unknown engine {name}{hint}; the engines are {', '.join(ENGINES)}")
    if not names:
        raise click.BadParameter(f"name at least one of {', '.join(ENGINES)}")
    return tuple(name for name in ENGINES if name in names)


def _arguments(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """Inputs by name; what an input means is read where the layer is checked."""
    found: dict[str, str] = {}
    for text in values:
        name, equals, value = text.partition("=")
        name = name.strip()
        if not equals or not name.isidentifier() or not value.strip():
            raise click.BadParameter(f"{text!r} is not NAME=INPUT, such as x=normal(64,32)")
        if name in found:
            raise click.BadParameter(f"{name} is given twice")
        found[name] = value
    return found


def _derivation(ctx: click.Context, parameter: click.Parameter, value: str | None) -> Path | None:
    """The file of a document: named itself, or as a built-in derivation is."""
    if value is None or Path(value).is_file():
        return Path(value) if value is not None else None
    from gradcheck.builtin import builtin_paths

    known = {path.stem: path for path in builtin_paths()}
    if value in known:
        return known[value]
    hint = did_you_mean(value, known)
    raise click.BadParameter(f"no such file, and no built-in derivation: {value}{hint}; see `gradcheck list`")


def _names(ctx: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Comma-separated names."""
    return _split(",".join(values))


_READABLE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_Option = Callable[[Callable[..., Any]], Callable[..., Any]]

_REPORT: tuple[_Option, ...] = (
    click.option(
        "--format",
        metavar="FORMAT",
        default="full",
        show_default=True,
        callback=_checked_format,
        help="full, concise, json, junit, sarif, github, markdown or html.",
    ),
    click.option(
        "--output",
        metavar="[FORMAT:]FILE",
        multiple=True,
        callback=_outputs,
        help="Write the report to FILE, whole or not at all; FORMAT:FILE writes one more. Repeatable.",
    ),
    click.option(
        "--select", metavar="CODES", multiple=True, callback=_codes, help="Only findings with these codes."
    ),
    click.option(
        "--ignore", metavar="CODES", multiple=True, callback=_codes, help="No findings with these codes."
    ),
    click.option(
        "--errata", metavar="FILE|none", callback=_ledger, help="The ledger of known errata, or none."
    ),
    click.option("--strict", is_flag=True, help="Exit with 1 also for anything that stayed open."),
    click.option("--exit-zero", is_flag=True, help="Exit with 0 whatever is found (2 stays 2)."),
    click.option(
        "--seed",
        metavar="N",
        type=click.IntRange(0),
        default=None,
        help="Seed of everything that is random.  [default: 0]",
    ),
    click.option(
        "--config",
        metavar="FILE",
        type=_READABLE,
        help="The configuration, instead of the nearest pyproject.toml with [tool.gradcheck].",
    ),
)
_WORK: tuple[_Option, ...] = (
    click.option("--dask", metavar="ADDRESS", help="Let the workers of this Dask cluster do the work."),
    click.option(
        "--memory",
        metavar="GIB",
        type=click.FloatRange(0, min_open=True),
        default=None,
        help="Memory for each document or layer, in GiB.  [default: 4]",
    ),
    click.option("--no-cache", is_flag=True, help="Check also what has not changed since the last run."),
    click.option(
        "--watch", is_flag=True, help="Check again, and only what changed, whenever a file is saved."
    ),
)
_SHOWN: tuple[_Option, ...] = (
    click.option("-q", "--quiet", count=True, help="Findings only, no figures."),
    click.option(
        "-v", "--verbose", count=True, help="Also what was recognised, and everything that was checked."
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours; auto obeys NO_COLOR, FORCE_COLOR, the terminal.",
    ),
)


def _jobs(what: str) -> _Option:
    return click.option(
        "--jobs",
        metavar="N",
        type=click.IntRange(1),
        default=None,
        help=f"{what} checked at once.  [default: as many as pay off]",
    )


def _timeout(what: str, seconds: str) -> _Option:
    return click.option(
        "--timeout",
        metavar="SECONDS",
        type=click.FloatRange(0, min_open=True),
        default=None,
        help=f"{what}  [default: {seconds}]",
    )


_DOC: tuple[_Option, ...] = (
    *_REPORT,
    _jobs("Documents"),
    *_WORK,
    _timeout("Time for each claim, after which it is undecided.", "10"),
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
    click.option(
        "--fix", is_flag=True, help="Write the proved corrections into the documents, then check again."
    ),
    click.option("--diff", is_flag=True, help="Print what --fix would change as a diff, and change nothing."),
    click.option(
        "--add-errata", is_flag=True, help="Print entries for the ledger of errata, instead of a report."
    ),
    click.option("--show", type=click.Choice(["sympy"]), help="Print each claim as SymPy expressions."),
    click.option(
        "--stdin-filename",
        metavar="NAME",
        default="stdin.md",
        show_default=True,
        help="The name, and so the format, of standard input.",
    ),
    *_SHOWN,
)
_GATE: tuple[_Option, ...] = (
    *_REPORT,
    _jobs("Documents and layers"),
    _timeout("Time for each claim and for each layer.", "10 and 60"),
    *_WORK,
    click.option("--only", metavar="ID", help="Report this alone, such as eq-8 or notes.md::eq-8."),
    *_SHOWN,
)
_LAYER: tuple[_Option, ...] = (
    click.option(
        "--arg",
        "arguments",
        metavar="NAME=INPUT",
        multiple=True,
        callback=_arguments,
        help="An input: x=normal(64,32), y=integers(0,10,64), p=0.5, or conf='{\"pad\": 1}'.",
    ),
    click.option(
        "--fixed", metavar="NAMES", multiple=True, callback=_names, help="Inputs that are not differentiated."
    ),
    click.option("--backward", metavar="NAME", help="The function that is the backward of the target."),
    click.option(
        "--derivation",
        metavar="NAME|FILE",
        callback=_derivation,
        help="A document, or a built-in derivation, to say which of its formulas each gradient is.",
    ),
    click.option(
        "--confidence",
        metavar="P",
        type=click.FloatRange(0, 1, min_open=True, max_open=True),
        default=None,
        help="How surely an error of the size --detectable is to be caught.  [default: 0.999]",
    ),
    click.option(
        "--detectable",
        metavar="D",
        type=click.FloatRange(0, min_open=True),
        default=None,
        help="The size of an error, relative to the gradient's, that is guaranteed.  [default: 0.001]",
    ),
    click.option(
        "--rtol",
        metavar="R",
        type=click.FloatRange(0),
        default=None,
        help="Widens the tolerance, which is derived, to atol + R·|difference|.",
    ),
    click.option(
        "--atol", metavar="A", type=click.FloatRange(0), default=None, help="Widens the tolerance likewise."
    ),
    click.option(
        "--corners/--no-corners", default=None, help="Also try special cases, apart.  [default: corners]"
    ),
    *_REPORT,
    _jobs("Layers"),
    *_WORK,
    _timeout("Time for each layer, after which it is an error.", "60"),
    click.option("--only", metavar="NAME", help="Report this argument alone."),
    *_SHOWN,
)


_DERIVE: tuple[_Option, ...] = (
    click.option(
        "--wrt",
        metavar="NAMES",
        multiple=True,
        callback=_names,
        help="What to differentiate by, as x,gamma.  [default: the inputs, apart from the usual constants]",
    ),
    click.option(
        "--variance",
        type=click.Choice(["1/m", "1/(m-1)"]),
        help="Define variances with this factor, whatever the definitions say.",
    ),
    click.option("--second", is_flag=True, help="Also the second derivatives, of a scalar loss."),
    click.option(
        "--topic",
        metavar="N",
        type=click.IntRange(1),
        help="Of a document with several topics, the Nth alone.",
    ),
    click.option(
        "--format",
        metavar="FORMAT",
        default="text",
        show_default=True,
        callback=_derive_format,
        help="text, latex, markdown, html, json; or the code: numpy, torch.",
    ),
    click.option(
        "--notation",
        type=click.Choice(["index", "matrix", "numpy"]),
        default="index",
        show_default=True,
        help="How formulas are written; what has no matrix form stays in indices.",
    ),
    click.option("--fragment", is_flag=True, help="LaTeX without preamble, to be put into a document."),
    click.option("--ascii", is_flag=True, help="Text in ASCII alone."),
    click.option("--output", metavar="FILE", help="Write to FILE, whole or not at all."),
    click.option(
        "--stdin-filename",
        metavar="NAME",
        default="stdin.md",
        show_default=True,
        help="The name, and so the format, of standard input.",
    ),
    click.option("-q", "--brief", is_flag=True, help="The results alone."),
    click.option("-v", "--verbose", is_flag=True, help="Also how each definition is differentiated."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours; auto obeys NO_COLOR, FORCE_COLOR, the terminal.",
    ),
)


def derive_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``gradcheck derive``, in the order of the table."""
    return _given(command, _DERIVE)


def doc_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``gradcheck doc``, in the order of the table."""
    return _given(command, _DOC)


def layer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``gradcheck layer``, in the order of the table."""
    return _given(command, _LAYER)


def gate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of ``gradcheck gate``, in the order of the table."""
    return _given(command, _GATE)


def _given(command: Callable[..., Any], options: tuple[_Option, ...]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
