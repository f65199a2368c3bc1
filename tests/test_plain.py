"""Reports as JSON and back."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from gradcheck.inputs import built_in
from gradcheck.model import Document, Layer, Place, Report
from gradcheck.options import Options
from gradcheck.plain import NotPlain, from_plain, to_plain
from gradcheck.run import check_input

sys.path.append(str(Path(__file__).parent / "helpers"))

from layer_report import LAYERS


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.target)
def test_layers_survive(layer: Layer) -> None:
    text = json.dumps(to_plain(layer))
    assert repr(from_plain(Layer, json.loads(text))) == repr(layer)


def test_documents_survive() -> None:
    result = check_input(built_in()[0], Options()).result
    assert isinstance(result, Document) and result.claims
    assert from_plain(Document, json.loads(json.dumps(to_plain(result)))) == result


@pytest.mark.parametrize(
    "data",
    [None, 1, {}, [], [1, 2], ["1", 2, 3], [1, 2, 3, 4], [True, 2, 3], [1.5, 2, 3], [[1], 2, 3], "xyz"],
)
def test_what_is_no_place_is_refused(data: Any) -> None:
    with pytest.raises(NotPlain):
        from_plain(Place, data)


def test_what_has_no_plain_form_is_refused() -> None:
    with pytest.raises(NotPlain):
        to_plain(object())


def test_a_report_survives() -> None:
    report = Report(layers=LAYERS)
    assert repr(from_plain(Report, json.loads(json.dumps(to_plain(report))))) == repr(report)
