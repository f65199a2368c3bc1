"""A layer's report with the formulas that it implements: of one document, or of a built-in one."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from gradcheck.algebra.components import TooComplex
from gradcheck.bridge.binding import NO_VALUE, Binding, bind
from gradcheck.bridge.comparing import Stand, arrays_of
from gradcheck.bridge.matching import Matcher
from gradcheck.bridge.naming import described
from gradcheck.bridge.paper import Paper, Topic, read_paper
from gradcheck.bridge.samples import Sample, samples
from gradcheck.builtin import builtin_directory, builtin_paths
from gradcheck.documents.reading.source import UnreadableDocument
from gradcheck.layers.errors import CannotLoad, LayerError
from gradcheck.layers.job import Job
from gradcheck.model import ArgumentCheck, Layer, LayerVerdict
from gradcheck.report.implemented_words import BOUND, sentence

_BINDING = 0.25
"""Seconds to bind a layer to one part of a built-in document."""
_ASKED = 30.0
"""Seconds for a document that was asked for."""
_EACH = {True: 6.0, False: 1.5}
"""Seconds for the edits of one formula, of a document that was asked for or was not."""
_FAILED = (LayerVerdict.FAIL,)


def explained(job: Job, layer: Layer, derivation: str | None, patience: float) -> Layer:
    """The report with what each gradient implements.

    With a ``derivation`` (a path) of every argument; without, only of failing ones, by the built-in
    derivations, for ``patience`` seconds at most. Raises CannotLoad if the document cannot be read.
    """
    started = time.monotonic()
    if layer.verdict is LayerVerdict.ERROR or not layer.arguments:
        return layer
    if derivation is None and not any(a.verdict in _FAILED for a in layer.arguments):
        return layer
    asked = _asked(derivation) if derivation is not None else None
    try:
        with np.errstate(all="ignore"):
            if asked is not None:
                return _by_document(job, layer, asked, started + _ASKED)
            return _by_builtin(job, layer, started + patience)
    except (LayerError, TooComplex, RecursionError, *NO_VALUE):
        return layer


def _asked(derivation: str) -> Paper:
    try:
        return _paper(derivation)
    except (UnreadableDocument, OSError) as error:
        raise CannotLoad(f"--derivation {derivation}: {error}") from None


def _by_document(job: Job, layer: Layer, paper: Paper, until: float) -> Layer:
    points, name = samples(job), os.path.basename(paper.path)
    if len(points) < 2:
        return replace(
            layer, derivation=f"not compared with {name}: it has no single float64 output to go by"
        )
    found = _bound(paper, points, until)
    if found is None:
        return replace(layer, derivation=f"no formula of {name} computes what this forward computes")
    topic, binding = found
    bound = replace(layer, derivation=f"{BOUND}{name}: {described(binding, points[0])}")
    return _with_matches(bound, topic, binding, points, until, everything=True)


def _by_builtin(job: Job, layer: Layer, until: float) -> Layer:
    points = samples(job)
    if len(points) < 2:
        return layer
    for path in builtin_paths():
        if time.monotonic() > until:
            break
        found = _bound(_paper(str(path)), points, min(until, time.monotonic() + _BINDING))
        if found is not None:
            matched = _with_matches(layer, *found, points, until, everything=False)
            if any(a.implements for a in matched.arguments):
                return matched
    return layer


@lru_cache(maxsize=32)
def _paper(path: str) -> Paper:
    """The document; its path is given from the working directory, a built-in one elsewhere by its name."""
    full, here = Path(path).resolve(), Path.cwd()
    shown = str(full.relative_to(here)) if full.is_relative_to(here) else path
    if full.parent == builtin_directory().resolve() and not full.is_relative_to(here):
        shown = full.name
    return read_paper(shown, full.read_bytes())


def _bound(paper: Paper, points: Sequence[Sample], until: float) -> tuple[Topic, Binding] | None:
    """The part of the document that the layer is."""
    for topic in paper.topics:
        binding = bind(topic.graph, topic.losses, points, until)
        if binding is not None:
            return topic, binding
    return None


def _with_matches(
    layer: Layer,
    topic: Topic,
    binding: Binding,
    points: Sequence[Sample],
    until: float,
    everything: bool,
) -> Layer:
    stands = [Stand(binding, p) for p in points]
    matcher = Matcher(stands, topic.formulas(), until, _EACH[everything])
    tensors = {array: tensor for tensor, array in arrays_of(stands[0]).items()}

    def matched(argument: ArgumentCheck) -> ArgumentCheck:
        failed = argument.verdict in _FAILED
        if argument.name not in tensors or not (failed or everything):
            return argument
        match = matcher.match(argument.name, tensors[argument.name], failed)
        if match is None:
            return argument
        cause = argument.cause or (sentence(argument.name, match) if failed else "")
        return replace(argument, implements=match, cause=cause)

    return replace(layer, arguments=tuple(map(matched, layer.arguments)))
