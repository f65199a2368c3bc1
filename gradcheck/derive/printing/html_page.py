"""The page put together: what its templates are given, and the policy that keeps it to itself."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gradcheck.algebra.sympy_names import Names
from gradcheck.derive.derivation import Chain, Derivation
from gradcheck.derive.printing.formulas import Formulas, Written
from gradcheck.derive.printing.mathml import mathml
from gradcheck.derive.printing.outline import Entry, differentiated_by, outline
from gradcheck.derive.printing.svg import drawing, graph_style
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES

_HERE = "gradcheck.derive.printing"


@dataclass(frozen=True)
class Shown:
    """An entry as the page shows it: its place there, its chain, and the local derivatives before it."""

    anchor: str
    heading: tuple[tuple[str, bool], ...]
    written: Written
    locals: tuple[Written, ...]


def page(derivation: Derivation, view: View) -> str:
    """The whole page."""
    shown, formulas = outline(derivation, view), Formulas(derivation, view)
    anchors = _anchors(shown.entries)
    links = {name: f"#{anchor}" for name, anchor in anchors.items()}
    style = _style()
    template = _environment().get_template("page.html.jinja")
    return template.render(
        title=shown.title,
        definitions=[formulas.definition(node) for node in shown.definitions],
        definition_code=shown.definition_code,
        result_code=shown.result_code,
        given=[(row.label, [formulas.fragments(item) for item in row.items]) for row in shown.given],
        graph=Markup(drawing(derivation.forward, links)),
        entries=_shown(shown.entries, formulas, anchors),
        second=_shown(shown.second, formulas, {}),
        results=[(_link(chain, links), formulas.chain(chain)) for chain in shown.results],
        rules=shown.rules,
        titles={key: rule.title for key, rule in RULES.items()},
        style=Markup(style),
        policy=f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; form-action 'none'",
    )


def _environment() -> Environment:
    """The templates, in which nothing is markup unless it says so."""
    environment = Environment(
        loader=PackageLoader(_HERE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["mathml"] = mathml
    return environment


def _style() -> str:
    page_style = (files(_HERE) / "templates" / "page.css").read_text(encoding="utf-8")
    return page_style + graph_style()


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _anchors(entries: Iterable[Entry]) -> dict[str, str]:
    """The places of the gradients on the page, by the name of the quantity."""
    names = Names()
    return {name: f"d-{names.of(name)}" for name in (differentiated_by(e.chain) for e in entries)}


def _shown(entries: Iterable[Entry], formulas: Formulas, anchors: dict[str, str]) -> list[Shown]:
    return [
        Shown(
            anchors.get(differentiated_by(entry.chain), ""),
            formulas.heading(entry.chain),
            formulas.chain(entry.chain),
            tuple(map(formulas.chain, entry.locals)),
        )
        for entry in entries
    ]


def _link(chain: Chain, links: dict[str, str]) -> str:
    return links.get(differentiated_by(chain), "")
