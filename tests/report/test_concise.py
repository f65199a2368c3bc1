"""The report of one line a finding."""

from collections.abc import Callable, Mapping

import pytest

from gradcheck.model import Report
from gradcheck.report import concise


@pytest.mark.parametrize("verbosity", [0, 1])
def test_golden(
    report: Report, sources: Mapping[str, str], golden: Callable[[str, str], None], verbosity: int
) -> None:
    golden(f"concise.{verbosity}.txt", concise.render(report, sources, verbosity=verbosity))
