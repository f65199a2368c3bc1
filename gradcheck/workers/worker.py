"""The process in which documents and layers are checked: tasks come by a pipe, and results go back."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import signal
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from gradcheck.bugs import bug_message
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerFinding, LayerVerdict, Trouble
from gradcheck.workers.tasks import DocumentTask, LayerTask, NamesOutcome, NamesTask, Outcome
from gradcheck.workers.watching import Watch

if TYPE_CHECKING:
    from gradcheck.layers.contained import Printed
    from gradcheck.layers.job import Job

ENDING = frozenset({signal.SIGINT, signal.SIGTERM})
"""The signals with which people and systems end a run."""

IDLE = 600.0
"""Seconds after which a process that is given nothing to do ends."""

_LONGEST = 60
_ALIVE = 1.0
Send = Callable[[Any], None]


@dataclass(frozen=True, slots=True)
class Begun:
    """Sent when a task is begun: starting the process is not the task's doing."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Sent once the module is imported: what happens from then on is the layer's doing."""


def serve(pipe: Connection, kind: type, directory: str | None) -> None:
    """Do one task after another until the pipe closes; None marks the end of what is sent for one.

    What tasks of this ``kind`` need is imported before the first comes. Paths are relative to
    ``directory``.
    """
    from gradcheck.layers.contained import Printed, contained

    faulthandler.disable()  # how a layer dies is reported; a parent such as pytest may have switched it on
    _leave_interrupts_to_the_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    warnings.simplefilter("ignore")  # they are the layer's; what it computes is judged, not how it warns
    if directory is not None:
        with suppress(OSError):  # the file that is then not found is reported
            os.chdir(directory)
    printed, watch = Printed(), Watch()
    with contained(printed):
        _prepare(kind)
        while pipe.poll(IDLE):
            try:
                task = pipe.recv()
            except EOFError:
                return
            printed.take()
            pipe.send(Begun())
            perform(task, pipe.send, printed, watch)
            pipe.send(None)


def perform(task: DocumentTask | NamesTask | LayerTask, send: Send, printed: Printed, watch: Watch) -> None:
    """Do one task here, and send what comes of it."""
    if isinstance(task, DocumentTask):
        send(_checked(task))
    elif isinstance(task, NamesTask):
        watch.start()
        send(_named(task.target, watch))
    else:
        watch.start()
        _check(task.wanted, send, printed, watch)


def _leave_interrupts_to_the_parent() -> None:
    """Ctrl-C reaches every process of a terminal; the parent ends this one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)


def _end_with_parent() -> None:
    """End this process, whatever it does, once its parent is gone.

    The pipe does not tell: processes that were forked later hold the parent's end of it, too.
    """
    parent = multiprocessing.parent_process()
    while parent is not None and os.getppid() == parent.pid:
        time.sleep(_ALIVE)
    os._exit(1)


def _prepare(kind: type) -> None:
    if kind is DocumentTask:
        import gradcheck.fixing
    else:
        import gradcheck.layers.session  # noqa: F401


def _checked(task: DocumentTask) -> Outcome:
    from gradcheck.fixing import fix_input
    from gradcheck.run import check_input

    return (fix_input if task.fix else check_input)(task.given, task.options)


def _named(target: str, watch: Watch) -> NamesOutcome:
    from gradcheck.layers.errors import CannotRecognise, LayerError
    from gradcheck.layers.loading import load, parted
    from gradcheck.layers.session import names_of

    try:
        module = load(parted(target)[0])
        watch.imported()
        try:
            return NamesOutcome(names_of(target), watch.dependencies(module))
        except CannotRecognise as error:
            return NamesOutcome(Trouble(target, str(error)), watch.dependencies(module), is_empty=True)
    except LayerError as error:
        return NamesOutcome(Trouble(target, str(error)))
    except Exception as error:
        return NamesOutcome(Trouble(target, bug_message(error, "layer"), is_bug=True))


def _check(wanted: Wanted, send: Send, printed: Printed, watch: Watch) -> None:
    from gradcheck.layers.errors import LayerError
    from gradcheck.layers.loading import load, parted
    from gradcheck.layers.session import check_wanted

    try:
        module = load(parted(wanted.target)[0])
        watch.imported()
        printed.take()  # a module is imported for the first of its layers only, which must not matter
        send(Loaded())
        for layer in check_wanted(wanted, partial(_explained, wanted)):
            send(_with_printed(layer, printed.take()))
        send(watch.dependencies(module))
    except LayerError as error:
        send(Trouble(wanted.target, str(error)))
    except SystemExit as stop:
        finding = LayerFinding("L404", f"it calls sys.exit({stop.code!r}) instead of raising an error")
        send(Layer(wanted.target, LayerVerdict.ERROR, findings=(finding,), seed=wanted.settings.seed))
    except Exception as error:
        send(Trouble(wanted.target, bug_message(error, "layer"), is_bug=True))


def _explained(wanted: Wanted, job: Job, layer: Layer) -> Layer:
    """The report with the formulas that the layer implements; documents are read only where that is asked."""
    failed = any(a.verdict is LayerVerdict.FAIL for a in layer.arguments)
    if wanted.derivation is None and not (failed and wanted.patience > 0):
        return layer
    from gradcheck.bridge.explaining import explained

    return explained(job, layer, wanted.derivation, wanted.patience)


def _with_printed(layer: Layer, text: str) -> Layer:
    """The report, with a finding if the layer printed."""
    lines = text.strip().splitlines()
    if not lines:
        return layer
    first = lines[0] if len(lines[0]) <= _LONGEST else f"{lines[0][: _LONGEST - 1]}…"
    message = f"it prints {len(lines)} line{'s' if len(lines) > 1 else ''}, the first: {first}"
    return replace(layer, findings=(*layer.findings, LayerFinding("L209", message)))
