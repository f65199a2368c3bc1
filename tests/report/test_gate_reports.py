"""Reports with known, changed, stale and suppressed findings."""

from dataclasses import replace
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


def many(report: Report, times: int) -> Report:
    """A report with one document and one layer that are not in order, and many that are."""
    right = replace(report.documents[1].claims[1], id="eq-1")
    document = replace(report.documents[1], claims=(right,))
    layer = next(one for one in report.layers if one.target == "cube")
    wrong = next(one for one in report.layers if one.target == "layers.py:batchnorm")
    return Report(
        (*(replace(document, path=f"n{n}.md") for n in range(times)), report.documents[0]),
        layers=(*(replace(layer, target=f"cube{n}") for n in range(times)), wrong),
    )


@pytest.mark.parametrize(("times", "verbosity", "listed"), [(10, 0, True), (30, 0, False), (30, 1, True)])
def test_of_very_many_what_is_in_order_is_counted(
    gate_report: Report, gate_sources: dict[str, str], times: int, verbosity: int, listed: bool
) -> None:
    text = renderer("full")(many(gate_report, times), gate_sources, verbosity=verbosity)
    assert ("  n3.md" in text) is ("cube3 " in text) is listed
    assert (f"{times} documents without a finding; -v lists them" in text) is not listed
    assert (f"{times} layers pass without a finding; -v lists them" in text) is not listed
    assert "notes/batch norm.md" in text and "layers.py:batchnorm" in text
