"""A finding keeps its fingerprint while the text around it changes, and shares it with no other."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from gradcheck.inputs import Input
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import (
    ArgumentCheck,
    Claim,
    Document,
    Layer,
    LayerFinding,
    LayerVerdict,
    Notice,
    Place,
    Remark,
    Report,
    Verdict,
)
from gradcheck.options import Options
from gradcheck.report.fingerprints import fingerprints
from gradcheck.report.problems import problems
from gradcheck.run import check_input

Sources = Mapping[str, str]
LOSS = r"$$ L = \sum_{i=1}^m (x_i - t_i)^2 $$"
WRONG = r"$$ \frac{\partial L}{\partial x_i} = x_i - t_i $$"
OTHER = r"$$ \frac{\partial L}{\partial t_i} = x_i - t_i $$"


def prints(report: Report, sources: Sources | None = None) -> list[str]:
    """The fingerprints in the order of the report."""
    return fingerprints(problems(report, sources or {}, verbosity=1))


def checked(path: str, *parts: str) -> tuple[Report, Sources]:
    text = "\n\n".join(parts)
    document = check_input(Input(path, text.encode()), Options()).result
    assert isinstance(document, Document)
    return Report((document,)), {path: text}


def claim(latex: str, line: int = 1, code: str = "D101", name: str = "claim-1") -> Claim:
    place = Place(line, 1, 2)
    return Claim(name, None, place, place, latex, Verdict.WRONG, code=code)


def of_claims(*claims: Claim, path: str = "a.md") -> Report:
    return Report((Document(path, "", (), claims),))


@pytest.fixture
def before() -> list[str]:
    found = prints(*checked("a.md", LOSS, WRONG, OTHER))
    assert len(set(found)) == 2
    return found


@pytest.mark.parametrize(
    "parts",
    [
        ("# A title", "Some words.", LOSS, "$$ a := b $$", WRONG, OTHER),
        (LOSS, WRONG.replace(" = ", "\n= "), "In between.", f"We get {OTHER}"),
        (LOSS, WRONG.replace("$$", "$$\n"), OTHER),
    ],
)
def test_what_stands_around_does_not_matter(before: list[str], parts: tuple[str, ...]) -> None:
    assert prints(*checked("a.md", *parts)) == before


def test_the_order_does_not_matter(before: list[str]) -> None:
    assert prints(*checked("a.md", LOSS, OTHER, WRONG)) == before[::-1]


def test_names_do_not_matter(before: list[str]) -> None:
    tagged = WRONG.replace(" $$", r" \tag{7} $$"), OTHER.replace(" $$", r" \tag{8} $$")
    report, sources = checked("a.md", LOSS, *tagged)
    assert {c.id for c in report.documents[0].claims} != {"claim-1", "claim-2", "claim-3"}
    assert prints(report, sources) == before


def test_another_formula_matters(before: list[str]) -> None:
    after = prints(*checked("a.md", LOSS, WRONG.replace("x_i - t_i", "3 x_i - t_i"), OTHER))
    assert after[0] not in before and after[1] == before[1]


def test_another_file_matters(before: list[str]) -> None:
    assert not set(prints(*checked("b.md", LOSS, WRONG, OTHER))) & set(before)


def test_directories_outside_do_not_matter() -> None:
    paths = ("/home/me/notes/a.md", "/build/17/notes/a.md", "../notes/a.md")
    assert len({tuple(prints(of_claims(claim("x = y"), path=path))) for path in paths}) == 1


def test_messages_and_places_do_not_matter() -> None:
    one = claim("x = y")
    other = replace(one, message="so it is", place=Place(7, 3, 4), fault=Place(8, 1, 9), id="eq-9", label="9")
    assert prints(of_claims(one)) == prints(of_claims(other))


def test_the_code_matters() -> None:
    assert prints(of_claims(claim("x = y"))) != prints(of_claims(claim("x = y", code="D301")))


def test_equal_formulas_are_counted_in_reading_order() -> None:
    first, second = claim("x = y", 3), claim("x = y", 8, name="claim-2")
    found = prints(of_claims(first, second))
    assert len(set(found)) == 2
    assert found == prints(of_claims(second, first))
    assert prints(of_claims(claim("x = y", 20))) == found[:1]


def test_a_worse_finding_does_not_take_the_count_of_another() -> None:
    """The report tells the worst first; the count goes by the place."""
    early, late = claim("x = y", 3), claim("x = y", 8)
    noted = (Remark("D405", "open", Place(3, 1, 2)),)
    assert set(prints(of_claims(early, late))) < set(prints(of_claims(replace(early, remarks=noted), late)))


def test_remarks_go_by_what_they_are_about() -> None:
    def with_remarks(*columns: int) -> Report:
        remarks = tuple(Remark("D401", "a ∂ is missing", Place(1, c, c + 1)) for c in columns)
        return of_claims(
            Claim("c", None, Place(1, 1, 2), Place(1, 1, 2), "x", Verdict.HOLDS, remarks=remarks)
        )

    sources = {"a.md": "abcb"}
    both, again = prints(with_remarks(1, 2), sources), prints(with_remarks(2, 4), sources)
    assert len({*both, *again}) == 3 and both[1] == again[0]


def test_the_same_document_twice() -> None:
    (document,) = of_claims(claim("x = y")).documents
    assert len(set(prints(Report((document, document))))) == 2


def layer(target: str, *names: str, line: int = 1) -> Layer:
    checks = (ArgumentCheck(n, (), "float64", LayerVerdict.FAIL, code="L101", message="m") for n in names)
    found = (LayerFinding("L209", "prints a line"), LayerFinding("L209", "prints 2 lines"))
    return Layer(target, LayerVerdict.FAIL, tuple(checks), found, path="a.py", line=line)


def test_layers_go_by_target_and_argument() -> None:
    one = prints(Report(layers=(layer("a.py:f", "x", "w"), layer("a.py:g", "x"))))
    assert len(set(one)) == len(one) == 7
    other = prints(Report(layers=(layer("a.py:g", "x", line=90), layer("a.py:f", "w", "x", line=4))))
    assert set(one) == set(other)


def test_values_found_do_not_matter() -> None:
    one = layer("a.py:f", "x")
    check = replace(one.arguments[0], error=0.5, message="other words", cause="known")
    assert prints(Report(layers=(one,))) == prints(Report(layers=(replace(one, arguments=(check,)),)))


LEDGER = "# errata\n\n[[erratum]]\ndocument = 'a.md'\nformula = 'x = y'\n\n[[erratum]]\nformula = 'x = z'\n"


def notices(*lines: int) -> Report:
    found = (Notice("G101", "the formula is no longer wrong", "e.toml", Place(n, 1, 12)) for n in lines)
    return Report(notices=tuple(found))


def test_entries_of_the_ledger_go_by_what_they_say() -> None:
    both = prints(notices(3, 7), {"e.toml": LEDGER})
    assert len(set(both)) == 2
    assert prints(notices(8), {"e.toml": "\n" + LEDGER}) == both[1:]
    assert len(set(prints(notices(3, 7)))) == 2


def test_comments_go_by_what_they_say() -> None:
    text = "x <!-- gradcheck: ignore[D101] --> y\n"
    notice = Notice("G201", "it suppresses nothing", "a.md", Place(1, 3, 35))
    moved = replace(notice, place=Place(3, 1, 33))
    assert prints(Report(notices=(notice,)), {"a.md": text}) == prints(
        Report(notices=(moved,)), {"a.md": "\n\n" + text[2:]}
    )


def test_no_two_are_equal(gate_report: Report, gate_sources: Sources) -> None:
    found = prints(gate_report, gate_sources)
    assert len(set(found)) == len(found) > 10
    assert {len(one) for one in found} == {32}


@pytest.mark.parametrize("turn", [reversed, lambda layers: layers[2:] + layers[:2]])
def test_layers_in_any_order(
    gate_report: Report, gate_sources: Sources, turn: Callable[[tuple[Layer, ...]], tuple[Layer, ...]]
) -> None:
    turned = replace(gate_report, layers=tuple(turn(gate_report.layers)))
    assert set(prints(turned, gate_sources)) == set(prints(gate_report, gate_sources))
    assert any(isinstance(p, LayerProblem) for _, p in problems(turned, gate_sources))
