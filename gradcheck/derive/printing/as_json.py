"""The printout for programs: ``schema.json`` beside this file describes it, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from gradcheck.derive.derivation import Chain, Derivation
from gradcheck.derive.printing.formulas import Formulas
from gradcheck.derive.printing.outline import Outline, differentiated_by, outline
from gradcheck.derive.printing.view import View
from gradcheck.installed import version_of

SCHEMA = 1
"""The version of the format: fields may be added to it, never renamed."""


def render(derivation: Derivation, view: View) -> str:
    """The printout as one JSON object; a brief view has the results in place of the chains."""
    return json.dumps(payload(derivation, view), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def payload(derivation: Derivation, view: View) -> dict[str, Any]:
    """What `render` writes, as JSON has it."""
    forward, shown = derivation.forward, outline(derivation, view)
    formulas = Formulas(derivation, view)
    return {
        "schema": SCHEMA,
        "tool": {"name": "gradcheck", "version": version_of("gradcheck")},
        "derivation": {
            "title": shown.title,
            "source": _source(forward.source),
            "loss": forward.loss,
            "outputs": list(forward.outputs),
            "inputs": [_quantity(derivation, name) for name in forward.wrt],
            "fixed": [_quantity(derivation, name) for name in forward.fixed],
            "normalised": list(forward.normalised),
            "definitions": _definitions(shown, formulas),
            "graph": [{"from": arrow.tail, "to": arrow.head} for arrow in shown.arrows],
            "locals": [_chain(c, formulas) for entry in shown.entries for c in entry.locals],
            "chains": [_chain(entry.chain, formulas) for entry in shown.entries],
            "second": [_chain(entry.chain, formulas) for entry in shown.second],
            "results": _results(shown, formulas),
            "rules": list(_rules(shown)),
        },
    }


def _source(path: str) -> str:
    """The path as it was given; of a file of the installation, which is absolute, the name."""
    return Path(path).name if Path(path).is_absolute() else path


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `render` gives."""
    text = files("gradcheck.derive.printing").joinpath("schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def _quantity(derivation: Derivation, name: str) -> dict[str, Any]:
    forward = derivation.forward
    return {"name": name, "indices": list(forward.indices(name)), "sizes": list(forward.graph.sizes(name))}


def _definitions(shown: Outline, formulas: Formulas) -> list[dict[str, Any]]:
    found = [
        {
            "name": node.name,
            "indices": list(node.params),
            "sizes": list(node.sizes),
            "latex": formulas.definition(node),
        }
        for node in shown.definitions
    ]
    return _with_code(found, shown.definition_code)


def _results(shown: Outline, formulas: Formulas) -> list[dict[str, Any]]:
    found = []
    for chain in shown.results:
        written = formulas.chain(chain)
        latex = written.lines[-1].right
        found.append({"name": differentiated_by(chain), "subject": written.left, "latex": latex})
    return _with_code(found, shown.result_code)


def _with_code(found: list[dict[str, Any]], code: tuple[str, ...]) -> list[dict[str, Any]]:
    """The same, each with its line of code if there is any."""
    return [entry | {"numpy": line} for entry, line in zip(found, code, strict=True)] if code else found


def _chain(chain: Chain, formulas: Formulas) -> dict[str, Any]:
    written = formulas.chain(chain)
    return {
        "name": differentiated_by(chain),
        "subject": written.left,
        "steps": [
            {"rule": line.rule, "latex": line.right, "facts": list(line.facts)} for line in written.lines
        ],
        "result": written.lines[-1].right,
    }


def _rules(shown: Outline) -> Iterator[dict[str, Any]]:
    for key, rule in shown.rules:
        yield {"name": key, "title": rule.title, "latex": rule.formula, "says": rule.says}
