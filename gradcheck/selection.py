"""Narrows a report to what was asked for: finding codes, or one claim of a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from gradcheck import rules
from gradcheck.layer_findings import CORNER_CODES
from gradcheck.model import ArgumentCheck, Claim, Corner, Document, Layer, Notice, Report, Trouble
from gradcheck.options import Options
from gradcheck.rules import Severity


def narrowed(report: Report, options: Options) -> Report:
    """The report with deselected findings silenced and, with ``only``, one claim.

    A silenced claim or argument keeps its verdict and loses its code, message and corrections, so that it is
    no finding; a silenced finding or special case of a layer is left out. Bugs of our own cannot be silenced.
    """
    documents = tuple(narrowed_document(d, options) for d in report.documents)
    layers = tuple(narrowed_layer(layer, options) for layer in report.layers)
    troubles = report.troubles
    if options.only is not None and not any(d.claims for d in documents):
        troubles = (*troubles, no_such_claim(options.only, report.documents))
    notices = narrowed_notices(report.notices, options)
    return replace(report, documents=documents, layers=layers, notices=notices, troubles=troubles)


def only_argument(layer: Layer, only: str) -> Layer:
    """The report on one argument alone, by its name or with the layer's; the verdict is that argument's."""
    kept = tuple(a for a in layer.arguments if only in (a.name, f"{layer.target}::{a.name}"))
    return replace(layer, arguments=kept, verdict=kept[0].verdict if kept else layer.verdict)


def only_items(report: Report, only: str) -> Report:
    """What is said of one claim or argument: ``eq-8``, or ``notes.md::eq-8`` where others have that name too.

    If there is none of that name, this is trouble.
    """
    documents = tuple(
        replace(d, results=(), claims=tuple(c for c in d.claims if only in (c.id, f"{d.path}::{c.id}")))
        for d in report.documents
    )
    layers = tuple(replace(only_argument(layer, only), findings=(), corners=()) for layer in report.layers)
    found = replace(
        report,
        documents=tuple(d for d in documents if d.claims),
        layers=tuple(layer for layer in layers if layer.arguments),
        notices=(),
    )
    if found.documents or found.layers or report.troubles:
        return found
    message = f"nothing that was checked is called {only}; -v lists everything"
    return replace(found, troubles=(Trouble("--only", message),))


def is_selected(code: str, options: Options) -> bool:
    """Whether findings of a code count; the longest matching prefix decides, and ``ignore`` wins a tie.

    >>> is_selected("D403", Options(select=("D",), ignore=("D4",)))
    False
    >>> is_selected("D403", Options(select=("D403",), ignore=("D4",)))
    True
    """
    if rules.get(code).severity is Severity.BUG:
        return True
    chosen = _longest(code, options.select) if options.select else 0
    return chosen > _longest(code, options.ignore)


def _longest(code: str, prefixes: Iterable[str]) -> int:
    """The length of the longest prefix that fits, or -1."""
    return max((len(p) for p in prefixes if code.startswith(p)), default=-1)


def narrowed_notices(notices: Iterable[Notice], options: Options) -> tuple[Notice, ...]:
    """The selected notices; none where one claim alone is asked for, which they need not be about."""
    return tuple(n for n in notices if options.only is None and is_selected(n.code, options))


def narrowed_document(document: Document, options: Options) -> Document:
    """A document with deselected findings silenced and, with ``only``, one claim."""
    kept = (c for c in document.claims if options.only in (None, c.id))
    results = tuple(r for r in document.results if options.only in (None, r.claim))
    return replace(document, claims=tuple(_narrowed_claim(c, options) for c in kept), results=results)


def _narrowed_claim(claim: Claim, options: Options) -> Claim:
    remarks = tuple(r for r in claim.remarks if is_selected(r.code, options))
    if claim.code and not is_selected(claim.code, options):
        return replace(claim, remarks=remarks, code=None, message="", corrections=())
    return replace(claim, remarks=remarks)


def narrowed_layer(layer: Layer, options: Options) -> Layer:
    """A layer with deselected findings silenced."""
    return replace(
        layer,
        arguments=tuple(_narrowed_argument(a, options) for a in layer.arguments),
        findings=tuple(f for f in layer.findings if is_selected(f.code, options)),
        corners=tuple(c for c in layer.corners if _is_shown(c, options)),
    )


def _narrowed_argument(argument: ArgumentCheck, options: Options) -> ArgumentCheck:
    if argument.code and not is_selected(argument.code, options):
        return replace(argument, code=None, message="", cause="", fix="")
    return argument


def _is_shown(corner: Corner, options: Options) -> bool:
    code = CORNER_CODES.get(corner.verdict)
    return code is None or is_selected(code, options)


def no_such_claim(only: str, documents: Iterable[Document]) -> Trouble:
    """The trouble with an id that no claim of the documents has, with the nearest."""
    from difflib import get_close_matches

    near = get_close_matches(only, [c.id for d in documents for c in d.claims], n=1)
    hint = f"; did you mean {near[0]}?" if near else "; gradcheck doc -v lists the claims with their ids"
    return Trouble("--only", f"no claim has the id {only}{hint}")
