"""The process in which layers run: it takes tasks from a pipe and sends back what came of them."""

from __future__ import annotations

import signal
import warnings
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from gradcheck.bugs import bug_message
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer, LayerFinding, LayerVerdict, Trouble

if TYPE_CHECKING:
    from gradcheck.layers.job import Job

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Loaded:
    """Sent once the module is imported: what happens from then on is the layer's doing."""


def serve(pipe: Connection) -> None:
    """Do one task after another until the pipe closes; None marks the end of a task's results."""
    from gradcheck.layers.contained import Printed, contained

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which ends this process
    warnings.simplefilter("ignore")  # they are the layer's; what it computes is judged, not how it warns
    printed = Printed()
    with contained(printed):
        while True:
            try:
                task = pipe.recv()
            except EOFError:
                return
            printed.take()
            if isinstance(task, Wanted):
                _check(task, pipe, printed)
            else:
                _name(task, pipe)
            pipe.send(None)


def _explained(wanted: Wanted, job: Job, layer: Layer) -> Layer:
    """The report with the formulas that the layer implements; documents are read only where that is asked."""
    failed = any(a.verdict is LayerVerdict.FAIL for a in layer.arguments)
    if wanted.derivation is None and not (failed and wanted.patience > 0):
        return layer
    from gradcheck.bridge.explaining import explained

    return explained(job, layer, wanted.derivation, wanted.patience)


def _check(wanted: Wanted, pipe: Connection, printed: object) -> None:
    from gradcheck.layers.contained import Printed
    from gradcheck.layers.errors import LayerError
    from gradcheck.layers.loading import load, parted
    from gradcheck.layers.session import check_wanted

    assert isinstance(printed, Printed)
    try:
        load(parted(wanted.target)[0])
        printed.take()  # a module is imported for the first of its layers only, which must not matter
        pipe.send(Loaded())
        for layer in check_wanted(wanted, partial(_explained, wanted)):
            pipe.send(_with_printed(layer, printed.take()))
    except LayerError as error:
        pipe.send(Trouble(wanted.target, str(error)))
    except SystemExit as stop:
        finding = LayerFinding("L404", f"it calls sys.exit({stop.code!r}) instead of raising an error")
        pipe.send(Layer(wanted.target, LayerVerdict.ERROR, findings=(finding,), seed=wanted.settings.seed))
    except Exception as error:
        pipe.send(Trouble(wanted.target, bug_message(error, "layer"), is_bug=True))


def _name(target: str, pipe: Connection) -> None:
    from gradcheck.layers.errors import LayerError
    from gradcheck.layers.session import names_of

    try:
        pipe.send(names_of(target))
    except LayerError as error:
        pipe.send(Trouble(target, str(error)))
    except Exception as error:
        pipe.send(Trouble(target, bug_message(error, "layer"), is_bug=True))


def _with_printed(layer: Layer, text: str) -> Layer:
    """The report, with a finding if the layer printed."""
    lines = text.strip().splitlines()
    if not lines:
        return layer
    first = lines[0] if len(lines[0]) <= _LONGEST else f"{lines[0][: _LONGEST - 1]}…"
    message = f"it prints {len(lines)} line{'s' if len(lines) > 1 else ''}, the first: {first}"
    return replace(layer, findings=(*layer.findings, LayerFinding("L209", message)))
