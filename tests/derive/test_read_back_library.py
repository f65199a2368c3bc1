"""Every printout of the library, read back by ``gradcheck doc``: each line is proved, whatever the view."""

from functools import cache

import pytest

from gradcheck.derive.derivation import Derivation
from gradcheck.derive.deriving import derive
from gradcheck.derive.printing import renderer
from gradcheck.derive.printing.view import Detail, Notation, View
from gradcheck.deriving.library import builtin, library_names
from gradcheck.deriving.size_names import with_named_sizes
from gradcheck.deriving.source import forwards
from gradcheck.documents.check import check_source
from gradcheck.model import Verdict
from gradcheck.options import ENGINES, Options

NAMES = library_names()
GOOD = (Verdict.DEFINITION, Verdict.HOLDS)


@cache
def derivation_of(name: str, matrices: bool) -> Derivation:
    (forward,) = forwards(*builtin(name))
    forward = with_named_sizes(forward) if matrices else forward
    return derive(forward, second=forward.loss_is_defined, locals=True)


def unproved(name: str, format: str, view: View, engines: tuple[str, ...] = ("algebra",)) -> list[str]:
    text = renderer(format)(derivation_of(name, view.notation == "matrix"), view)
    path = {"markdown": "printed.md", "latex": "printed.tex"}[format]
    document = check_source(path, text.encode(), Options(engines=engines, corrections=False))
    assert any(claim.verdict is Verdict.HOLDS for claim in document.claims)
    return [f"{c.verdict.value}: {c.latex}: {c.message}" for c in document.claims if c.verdict not in GOOD]


@pytest.mark.parametrize("name", NAMES)
def test_markdown_by_all_engines(name: str) -> None:
    assert unproved(name, "markdown", View(), ENGINES) == []


@pytest.mark.parametrize("detail", ["brief", "normal", "verbose"])
@pytest.mark.parametrize("notation", ["index", "matrix"])
@pytest.mark.parametrize("name", NAMES)
def test_markdown_in_every_view(name: str, notation: Notation, detail: Detail) -> None:
    assert unproved(name, "markdown", View(detail=detail, notation=notation)) == []


@pytest.mark.parametrize("detail", ["normal", "verbose"])
@pytest.mark.parametrize("notation", ["index", "matrix"])
@pytest.mark.parametrize("name", NAMES)
def test_latex_in_every_view(name: str, notation: Notation, detail: Detail) -> None:
    assert unproved(name, "latex", View(detail=detail, notation=notation)) == []
