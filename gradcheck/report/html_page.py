"""The page put together: what its templates are given, and the policy that keeps it to itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gradcheck.acceptance import Standing
from gradcheck.model import Claim, Document, FinalResult, Layer, Report
from gradcheck.report.acceptance_words import accepted
from gradcheck.report.diagnostic import name_of
from gradcheck.report.html_anchors import Anchors, DocumentAnchors, document_anchors
from gradcheck.report.html_card import NEW, Card
from gradcheck.report.html_cards import cards
from gradcheck.report.html_evidence import number
from gradcheck.report.html_mathml import mathml
from gradcheck.report.html_summary import summary
from gradcheck.report.html_text import finalized, shortened, ticked
from gradcheck.report.implemented_words import implements_listing
from gradcheck.report.layer_words import duration, guarantee, promise, worst_element
from gradcheck.report.style import plural
from gradcheck.rules import Severity

_HERE = "gradcheck.report"
_SECTIONS = {
    "findings": "Findings",
    "notices": "Errata and comments to mend",
    "errata": "Known errata",
    "suppressed": "Suppressed findings",
}
_EXCUSED = {Standing.KNOWN.value: "errata", Standing.SUPPRESSED.value: "suppressed"}


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document with the places of its claims on the page, and its final results."""

    document: Document
    anchors: DocumentAnchors
    results: tuple[tuple[FinalResult, Claim, Claim | None], ...]


@dataclass(frozen=True, slots=True)
class LayerView:
    """A layer with its place on the page."""

    layer: Layer
    anchor: str


def page(report: Report, sources: Mapping[str, str]) -> str:
    """The whole page."""
    anchors = Anchors()
    documents = document_anchors(report, anchors)
    layers = tuple(LayerView(x, anchors.fresh("layer", x.target)) for x in report.layers)
    found = cards(report, sources, anchors, documents)
    style, script = _asset("report.css"), _asset("report.js")
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            summary=summary(report, found),
            groups=tuple(_groups(found)),
            severities=[s for s in Severity if any(c.severity is s for c in found)],
            standings=[s for s in (NEW, *(s.value for s in Standing)) if any(c.standing == s for c in found)],
            report=report,
            documents=tuple(map(_document, report.documents, documents)),
            layers=layers,
            style=style,
            script=script,
            policy=_policy(style, script),
        )
    )


def _environment() -> Environment:
    """The templates, in which nothing is markup unless it says so."""
    environment = Environment(
        loader=PackageLoader(_HERE, "templates"),
        autoescape=True,
        finalize=finalized,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"mathml": mathml, "shortened": shortened, "ticked": ticked}
    environment.filters |= {"accepted": accepted, "number": number, "duration": duration, "name_of": name_of}
    environment.globals |= {"plural": plural, "promise": promise, "worst_element": worst_element}
    environment.globals |= {"guarantee": guarantee, "implements_listing": implements_listing}
    return environment


def _asset(name: str) -> Markup:
    return Markup((files(_HERE) / "templates" / name).read_text(encoding="utf-8"))


def _policy(style: str, script: str) -> str:
    """The page loads nothing and runs nothing but what it carries."""
    return (
        "default-src 'none'; "
        f"style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _groups(found: tuple[Card, ...]) -> Iterator[tuple[str, str, tuple[Card, ...]]]:
    """The sections of findings: the name of each on the page, its heading, its cards."""
    sections = [_section(card) for card in found]
    for name, heading in _SECTIONS.items():
        yield name, heading, tuple(c for c, section in zip(found, sections, strict=True) if section == name)


def _section(card: Card) -> str:
    if card.is_notice:
        return "notices"
    return _EXCUSED.get(card.standing, "findings")


def _document(document: Document, anchors: DocumentAnchors) -> DocumentView:
    claims = {claim.id: claim for claim in document.claims}
    results = tuple(
        (result, claims[result.claim], claims.get(result.cause_claim or ""))
        for result in document.results
        if result.claim in claims
    )
    return DocumentView(document, anchors, results)
