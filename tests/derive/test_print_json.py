"""The printout for programs obeys its schema, and the schema is strict enough to notice."""

import json
from typing import Any

import jsonschema
import pytest
from printed_layers import LAYERS, derivation_of

from gradcheck.derive.printing.as_json import render, schema
from gradcheck.derive.printing.view import View


def printed(name: str, **fields: Any) -> Any:
    return json.loads(render(derivation_of(name), View(**fields)))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("detail", ["brief", "normal", "verbose"])
@pytest.mark.parametrize("name", LAYERS)
def test_obeys_its_schema(name: str, detail: str) -> None:
    jsonschema.Draft202012Validator(schema()).validate(printed(name, detail=detail))


@pytest.mark.parametrize("field", ["title", "loss", "outputs", "inputs", "definitions", "graph", "chains"])
def test_the_schema_notices_a_missing_field(field: str) -> None:
    payload = printed("softmax")
    del payload["derivation"][field]
    assert not jsonschema.Draft202012Validator(schema()).is_valid(payload)


def test_keys_are_sorted() -> None:
    text = render(derivation_of("softmax"), View())
    assert text == json.dumps(json.loads(text), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def test_says_the_whole_derivation() -> None:
    derivation = derivation_of("batchnorm")
    payload = printed("batchnorm", detail="verbose")["derivation"]
    assert [d["name"] for d in payload["definitions"]] == list(derivation.forward.graph.nodes)
    assert [len(c["steps"]) for c in payload["chains"]] == [len(c.steps) for c in derivation.chains]
    assert [c["result"] for c in payload["chains"]] == [c["steps"][-1]["latex"] for c in payload["chains"]]
    assert len(payload["locals"]) == len(derivation.locals)
    assert any(step["facts"] for chain in payload["chains"] for step in chain["steps"])
    assert {"from": "x", "to": r"\mu"} in payload["graph"]
