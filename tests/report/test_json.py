"""The report for programs obeys its schema, and the schema is strict enough to notice."""

import json as standard
from collections.abc import Callable, Mapping
from typing import Any

import jsonschema
import pytest

from gradcheck.model import Report
from gradcheck.report import json

TOOL = {"name": "gradcheck", "version": "0", "python": "3", "numpy": "2", "sympy": "1"}


@pytest.fixture
def payload(report: Report, sources: Mapping[str, str]) -> Any:
    return standard.loads(json.render(report, sources))


def test_golden(
    report: Report,
    sources: Mapping[str, str],
    golden: Callable[[str, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json, "_tool", lambda: TOOL)
    golden("report.json", json.render(report, sources))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json.schema())


def test_obeys_its_schema(payload: Any) -> None:
    jsonschema.Draft202012Validator(json.schema()).validate(payload)


@pytest.mark.parametrize("field", ["verdict", "step", "fault", "line", "remarks", "erratum"])
def test_the_schema_notices_a_missing_field(payload: Any, field: str) -> None:
    del payload["documents"][0]["claims"][0][field]
    assert not jsonschema.Draft202012Validator(json.schema()).is_valid(payload)


def test_an_unknown_verdict_is_refused(payload: Any) -> None:
    payload["documents"][0]["claims"][0]["verdict"] = "skipped"
    assert not jsonschema.Draft202012Validator(json.schema()).is_valid(payload)


def test_counts_add_up(payload: Any) -> None:
    summary = payload["summary"]
    verdicts = [c["verdict"] for d in payload["documents"] for c in d["claims"]]
    assert summary["claims"] == len(verdicts)
    assert all(summary[word] == verdicts.count(word) for word in set(verdicts))


def test_what_fails_the_run_is_a_new_erratum(payload: Any) -> None:
    marked = [c["id"] for c in payload["documents"][0]["claims"] if c["erratum"] == "new"]
    assert marked == ["eq-2", "eq-5", "eq-6", "eq-7"]
