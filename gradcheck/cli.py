"""The command line. At the top only click is imported, so that ``--help`` costs little more than click."""

from __future__ import annotations

import errno
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from gradcheck.bugs import Terminated
from gradcheck.cli_options import derive_options, did_you_mean, doc_options, gate_options, layer_options

if TYPE_CHECKING:
    from gradcheck.presentation import Presentation
    from gradcheck.project import Flags

_CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
_BUG = 2
_INTERRUPTED = 128 + signal.SIGINT
_TERMINATED = 128 + signal.SIGTERM
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class Commands(click.Group):
    """A group that answers an unknown command with the nearest one."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the error for an unknown one says which may be meant."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            ctx.fail(f"no such command: {args[0]}{did_you_mean(args[0], self.list_commands(ctx))}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What ends it early is told here: click would not say which signal it was."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as stop:
            return _interrupted(stop)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    _open_streams()
    _end_on_terminate()
    try:
        result = app.main(arguments, prog_name="gradcheck", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (KeyboardInterrupt, click.Abort) as stop:
        return _interrupted(stop)
    except OSError as error:
        return _unwritable(error) if error.errno in _FULL else _report_bug(error)
    except Exception as error:
        return _report_bug(error)
    return result if isinstance(result, int) else 0


@click.group(cls=Commands, context_settings=_CONTEXT, invoke_without_command=True)
@click.option("--version", is_flag=True, help="Show the versions of gradcheck and of what it stands on.")
@click.pass_context
def app(ctx: click.Context, version: bool) -> None:
    """Verify gradients that were derived or coded by hand."""
    if version:
        from gradcheck.explain import version_line

        _say(version_line())
        ctx.exit(0)
    if ctx.invoked_subcommand is None:
        _say(ctx.get_help() + "\n")


@app.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@doc_options
def doc(paths: tuple[str, ...], **given: Any) -> int:
    """Verify the derivations in documents.

    A PATH is a document (.md, .markdown, .tex, .txt, .ipynb, .rst, .html), a directory that is searched for
    them, or - for standard input. With no PATH, the built-in derivations are verified.

    With --fix, what standard input holds goes corrected to standard output, and the report to standard error.

    \b
    Exit codes:
      0  everything checked holds; with --fix, in the corrected documents
      1  something was found; with --diff also if --fix would change anything
      2  something could not be done: bad usage, an unreadable or missing document,
         nothing to check, a bug of gradcheck; 2 wins over 1
    """
    flags, show = _flags(given), _presentation(given)
    if given["diff"] and (show.format != "full" or show.more):
        raise click.UsageError("--diff prints a diff, not a report: leave out the format or --diff")
    if given["add_errata"] and (given["fix"] or given["diff"] or given["watch"]):
        raise click.UsageError("--add-errata stands alone: leave out --fix, --diff and --watch")
    if given["fix"] or given["diff"]:
        if given["watch"]:
            raise click.UsageError("--watch changes nothing: leave out --fix and --diff")
        from gradcheck.fix_run import run_fix

        return run_fix(paths, given["stdin_filename"], flags, show, diff=given["diff"])
    from gradcheck.doc import run_doc

    add, name = given["add_errata"], given["stdin_filename"]
    if given["watch"] and "-" in paths:
        raise click.UsageError("--watch needs files: standard input is read only once")
    return _once_or_watched(
        lambda flags, seen: run_doc(paths, name, flags, show, seen, add_errata=add), flags, given
    )


@app.command()
@click.argument("targets", metavar="[TARGET]...", nargs=-1)
@layer_options
def layer(targets: tuple[str, ...], **given: Any) -> int:
    """Check hand-written backward passes against float64 differences.

    A TARGET is path/to/file.py:name or package.module:name, where name is a forward function (its backward is
    found by name), a class, an instance, a torch or jax layer; a file alone means every layer in it.

    \b
    Examples:
      gradcheck layer layers.py:batchnorm
      gradcheck layer layers.py:conv --arg 'x=normal(2,3,7,5)' --arg 'w=normal(4,3,3,3)' --arg stride=2
      gradcheck layer net.losses:hinge --arg 'x=normal(64,10)' --arg 'y=integers(0,10,64)'
      gradcheck layer layers.py:batchnorm --derivation batchnorm-agarwal

    \b
    Exit codes:
      0  every gradient agrees with the differences
      1  something was found; with --strict also what stayed unresolved
      2  something could not be done: bad usage, no such file or layer, nothing to check,
         no inputs found, a bug of gradcheck; 2 wins over 1
    """
    from gradcheck.layer import run_layer
    from gradcheck.layers.wanted import Spelled

    own = {
        "inputs": {name: Spelled(text) for name, text in given["arguments"].items()},
        "fixed": frozenset(given["fixed"]),
    }
    names = ("backward", "derivation", "confidence", "detectable", "rtol", "atol", "corners")
    flags = _flags(given, **own, **{name: given[name] for name in names})
    show = _presentation(given)
    return _once_or_watched(lambda flags, seen: run_layer(targets, flags, show, seen), flags, given)


@app.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@gate_options
def gate(paths: tuple[str, ...], **given: Any) -> int:
    """Check every document and layer that the configuration names.

    The configuration is [tool.gradcheck] in the nearest pyproject.toml. With PATHs, only what of it these
    files touch is checked, as a hook before a commit does.

    \b
    Exit codes:
      0  everything checked holds, apart from known errata and suppressed findings
      1  something new was found, or an erratum is stale or changed; with --strict also
         anything undecided, unread or unresolved
      2  something could not be done: bad usage, bad configuration, a missing file,
         nothing to check, a bug of gradcheck; 2 wins over 1
    """
    from gradcheck.gate import run_gate

    show = _presentation(given)
    return _once_or_watched(lambda flags, seen: run_gate(paths, flags, show, seen), _flags(given), given)


@app.command()
@click.argument("sources", metavar="SOURCE...", nargs=-1)
@derive_options
def derive(sources: tuple[str, ...], **given: Any) -> int:
    """Print a symbolic derivation, or the code that it yields.

    A SOURCE is a layer of the library (`gradcheck list`), a document, of which only the definitions count,
    - for standard input, or definitions themselves, one or several.

    \b
    Examples:
      gradcheck derive batchnorm
      gradcheck derive batchnorm --variance '1/(m-1)' --wrt x --format latex > batchnorm.tex
      gradcheck derive notes.md --format html --output notes.html
      gradcheck derive 'y_i = \\frac{e^{x_i}}{\\sum_k e^{x_k}}' --brief
      gradcheck derive attention --format torch > attention.py && gradcheck layer attention.py

    \b
    Exit codes:
      0  derived; every line that is printed was proved for every size
      2  it could not be done: bad usage, an unreadable document, nothing defined,
         definitions that cannot be differentiated, a bug of gradcheck
    """
    if given["brief"] and given["verbose"]:
        raise click.UsageError("--brief prints less, --verbose more: leave one out")
    if given["fragment"] and given["format"] != "latex":
        raise click.UsageError("--fragment is for --format latex")
    from gradcheck.derive_run import Wanted, run_derive

    brief, verbose = given.pop("brief"), given.pop("verbose")
    return run_derive(
        Wanted(sources, detail="brief" if brief else "verbose" if verbose else "normal", **given)
    )


@app.command("list")
def list_builtin() -> None:
    """List the built-in derivations, definitions and layers, one line each."""
    from gradcheck.explain import builtin_table

    _say(builtin_table())


@app.command()
@click.argument("code", required=False)
def rule(code: str | None) -> None:
    """List the finding codes, or explain one with an example that has it and one that has not."""
    from gradcheck.explain import rule_page, rule_table
    from gradcheck.rules import UnknownCode, get

    try:
        _say(rule_table() if code is None else rule_page(get(code)))
    except UnknownCode as error:
        raise click.UsageError(str(error)) from None


def _flags(given: Mapping[str, Any], **own: Any) -> Flags:
    from gradcheck.project import Flags

    names = ("config", "errata", "select", "ignore", "strict", "seed", "jobs", "dask", "memory")
    some = ("only", "timeout", "reading", "engines")
    said = {name: given[name] for name in names} | {name: given[name] for name in some if name in given}
    return Flags(**said, cache=not given["no_cache"], show_sympy=given.get("show") == "sympy", **own)


def _presentation(given: Mapping[str, Any]) -> Presentation:
    from gradcheck.presentation import Presentation

    output, more = given["output"]
    return Presentation(
        **{name: given[name] for name in ("format", "color", "exit_zero")},
        output=output,
        more=more,
        verbosity=given["verbose"] - given["quiet"],
    )


def _once_or_watched(run: Callable[[Flags, set[str]], int], flags: Flags, given: Mapping[str, Any]) -> int:
    """Run once, or again whenever something is saved."""
    if not given["watch"]:
        return run(flags, set())
    from gradcheck.watch import watch

    return watch(run, flags)


def _say(text: str) -> None:
    from gradcheck.output import write_stdout

    write_stdout(text)


def _open_streams() -> None:
    """Let a standard stream that is closed lead nowhere: the next file to be opened would take its place."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: the stream's
            os.set_inheritable(nowhere, True)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _end_on_terminate() -> None:
    """Let the signal with which systems end a run do what Ctrl-C does; only a main thread may."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminate)


def _terminate(number: int, frame: object) -> None:
    raise Terminated


def _interrupted(stop: BaseException) -> int:
    click.echo("gradcheck: interrupted", err=True)
    return _TERMINATED if isinstance(stop, Terminated) else _INTERRUPTED


def _unwritable(error: OSError) -> int:
    """Tell that what was to be printed could not be."""
    from gradcheck.output import discard, write_stderr

    discard(sys.stdout)
    write_stderr(f"gradcheck: standard output: cannot be written: {error.strerror}\n")
    return _BUG


def _report_bug(error: Exception) -> int:
    from traceback import print_exception

    print_exception(error)
    message = "this is a bug of gradcheck; please report it with the lines above and `gradcheck --version`"
    print(f"gradcheck: internal error: {message}", file=sys.stderr)
    return _BUG
