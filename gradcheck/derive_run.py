"""The body of ``gradcheck derive``: find the definitions, derive, print."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.derive.derivation import CannotDerive, Derivation, Forward
from gradcheck.derive.deriving import derive
from gradcheck.derive.printing import renderer
from gradcheck.derive.printing.view import Detail, Notation, View
from gradcheck.deriving.size_names import counts_without_name, with_named_sizes
from gradcheck.deriving.source import Sources, read_forwards
from gradcheck.deriving.sources_named import Source, named_source
from gradcheck.extras import MissingExtra
from gradcheck.output import emit, write_stderr
from gradcheck.terminal import page_width, wants_color

_CODE = ("numpy", "torch")
_SEVERAL = ("text", "markdown")
"""The formats whose printouts may simply follow each other."""


@dataclass(frozen=True)
class Wanted:
    """What the command line asks for."""

    sources: tuple[str, ...]
    stdin_filename: str = "stdin.md"
    wrt: tuple[str, ...] = ()
    variance: str | None = None
    second: bool = False
    topic: int | None = None
    format: str = "text"
    detail: Detail = "normal"
    notation: Notation = "index"
    fragment: bool = False
    ascii: bool = False
    color: str = "auto"
    output: str | None = None


def run_derive(wanted: Wanted) -> int:
    """Print the derivations of what is named, and return the exit code."""
    collecting = gc.isenabled()
    gc.disable()  # much is made and all of it kept: looking for garbage takes a sixth of the time
    try:
        source = named_source(wanted.sources, wanted.stdin_filename, _stdin)
        found = read_forwards(source.path, source.data, wrt=wanted.wrt, variance=wanted.variance)
        for note in found.notes:
            write_stderr(f"gradcheck: note: {note}\n")
        verbose = wanted.detail == "verbose"
        chosen = _chosen(found, source, wanted)
        if wanted.notation == "matrix":
            chosen = [with_named_sizes(forward) for forward in chosen]
        derivations = [_derived(f, wanted.second, verbose) for f in chosen]
        text = _rendered(derivations, source, wanted)
    except CannotDerive as refusal:
        write_stderr(_told(refusal))
        return 2
    except MissingExtra as missing:
        write_stderr(f"gradcheck: {missing}\n")
        return 2
    finally:
        if collecting:
            gc.enable()
    try:
        emit(text, wanted.output)
    except OSError as error:
        if wanted.output is None:
            raise
        write_stderr(f"gradcheck: {wanted.output}: cannot be written: {error.strerror}\n")
        return 2
    return 0


def _derived(forward: Forward, second: bool, verbose: bool) -> Derivation:
    """The derivation; sizes get names where a result counts with one that has none, as in ``Σ_k 1``."""
    derivation = derive(forward, second=second, locals=verbose)
    if not counts_without_name(derivation):
        return derivation
    return derive(with_named_sizes(forward), second=second, locals=verbose)


def _stdin() -> bytes:
    from gradcheck.inputs import LARGEST

    return sys.stdin.buffer.read(LARGEST + 1)


def _chosen(found: Sources, source: Source, wanted: Wanted) -> Sequence[Forward]:
    """The topics of the document to derive: the one asked for, or all."""
    forwards = found.forwards
    listed = "; ".join(f"{k}: {f.title}" for k, f in enumerate(forwards, 1))
    if wanted.topic is not None:
        if not 1 <= wanted.topic <= len(forwards):
            raise CannotDerive(f"there is no topic {wanted.topic}", source.shown, help=f"there are {listed}")
        return forwards[wanted.topic - 1 : wanted.topic]
    if len(forwards) > 1 and wanted.format not in _SEVERAL:
        reason = f"several things are defined, and {wanted.format} is printed for one"
        raise CannotDerive(reason, source.shown, help=f"choose one with --topic; there are {listed}")
    return forwards


def _rendered(derivations: Sequence[Derivation], source: Source, wanted: Wanted) -> str:
    if wanted.format in _CODE:
        return _coder(wanted.format)(derivations[0], source.name)
    render, view = renderer(wanted.format), _view(wanted)
    return "\n".join(render(derivation, view) for derivation in derivations)


def _coder(format: str) -> Callable[[Derivation, str | None], str]:
    if format == "numpy":
        from gradcheck.derive.code.numpy_module import numpy_source

        return numpy_source
    from gradcheck.derive.code.torch_module import torch_source

    return torch_source


def _view(wanted: Wanted) -> View:
    to_stdout = wanted.output is None
    return View(
        detail=wanted.detail,
        notation=wanted.notation,
        ascii=wanted.ascii or (to_stdout and not _prints_unicode()),
        width=page_width(sys.stdout) if to_stdout else 100,
        fragment=wanted.fragment,
        color=to_stdout and wants_color(wanted.color, sys.stdout),
    )


def _prints_unicode() -> bool:
    try:
        "∂Σσ̂".encode(sys.stdout.encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _told(refusal: CannotDerive) -> str:
    """A refusal as people read it: where, why, what to do."""
    place = ""
    if refusal.path:
        shown = refusal.path if not Path(refusal.path).is_absolute() else _near(refusal.path)
        place = f"{shown}:{refusal.line}:{refusal.column}: " if refusal.line else f"{shown}: "
    lines = [f"gradcheck: {place}{refusal.reason}"]
    if refusal.help:
        lines.append(f"  help: {refusal.help}")
    return "\n".join(lines) + "\n"


def _near(path: str) -> str:
    from gradcheck.short_path import short_path

    return short_path(path)
