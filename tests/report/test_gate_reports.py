"""Reports with known, changed, stale and suppressed findings."""

from typing import Any

import jsonschema
import pytest

from gradcheck.model import Report
from gradcheck.report import json, renderer


@pytest.mark.parametrize("verbosity", [-1, 0, 1])
def test_full(gate_report: Report, gate_sources: dict[str, str], golden: Any, verbosity: int) -> None:
    golden(f"gate.full.{verbosity}.txt", renderer("full")(gate_report, gate_sources, verbosity=verbosity))


def test_concise(gate_report: Report, gate_sources: dict[str, str], golden: Any) -> None:
    golden("gate.concise.txt", renderer("concise")(gate_report, gate_sources))


def test_json_follows_its_schema(gate_report: Report, gate_sources: dict[str, str]) -> None:
    payload = json.payload(gate_report, gate_sources)
    jsonschema.validate(payload, json.schema())
    errata = {c["id"]: c["erratum"] for c in payload["documents"][0]["claims"]}
    assert errata["eq-1"] == "stale"
    assert errata["eq-2"] == "known"
    assert errata["eq-5"] == "changed"
    assert errata["eq-6"] is None
    assert errata["eq-7"] == "new"
    assert payload["notices"][0]["code"] == "G101"
