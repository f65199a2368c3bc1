"""The ledger of known errata: what is known, new, stale and changed, in every kind of document."""

import json
import re
from pathlib import Path

import pytest
from standing import check, standings

from gradcheck.builtin import builtin_paths
from gradcheck.errata import BadErrata, read_ledger
from gradcheck.errata_writing import entries_for
from gradcheck.inputs import Input
from gradcheck.model import Document, Verdict
from gradcheck.options import Options
from gradcheck.run import check_input

SQUARED = "# Squared error\n\n$$ L = \\sum_{i=1}^m (x_i - t_i)^2 $$\n\n"
WRONG = r"\frac{\partial L}{\partial x_i} = x_i - t_i"
RIGHT = r"\frac{\partial L}{\partial x_i} = 2(x_i - t_i)"
OTHER = r"\frac{\partial L}{\partial t_i} = x_i - t_i"
CORPUS = Path(__file__).parent / "corpus"
DOCUMENTS = [
    *builtin_paths(),
    CORPUS / "linear-sigmoid.ipynb",
    CORPUS / "label-smoothing.html",
    CORPUS / "gelu.rst",
    CORPUS / "logistic-regression.tex",
    CORPUS / "unseen" / "lstm-cell.md",
]


def document(directory: Path, *formulas: str, name: str = "notes.md") -> Path:
    path = directory / name
    path.write_text(SQUARED + "\n\n".join(f"$$ {f} $$" for f in formulas) + "\n", encoding="utf-8")
    return path


def entry(formula: str = WRONG, document: str = "notes.md", **more: object) -> str:
    rows = [f"document = {json.dumps(document)}", f"formula = '{formula}'", 'reason = "the print has it"']
    rows += [f"{key} = {json.dumps(value)}" for key, value in more.items()]
    return "\n".join(["[[erratum]]", *rows, "", ""])


def ledger(directory: Path, *entries: str) -> Path:
    path = directory / "errata.toml"
    path.write_text("".join(entries), encoding="utf-8")
    return path


def test_an_error_in_no_ledger_is_new(tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG), ledger(tmp_path))
    assert (found.findings, found.notices, found.exit_code) == (["D101"], [], 1)


def test_an_error_in_the_ledger_is_known(tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG), ledger(tmp_path, entry()))
    assert (found.findings, found.notices, found.exit_code) == (["D101 known"], [], 0)


def test_only_the_error_in_the_ledger_is_known(tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG, OTHER), ledger(tmp_path, entry()))
    assert (sorted(found.findings), found.exit_code) == (["D101", "D101 known"], 1)


def test_an_entry_for_a_right_formula_is_stale(tmp_path: Path) -> None:
    found = standings(document(tmp_path, RIGHT), ledger(tmp_path, entry(RIGHT)))
    assert (found.notices, found.exit_code) == (["G101"], 1)
    claim = found.report.documents[0].claims[1]
    assert claim.acceptance is not None and claim.acceptance.standing.value == "stale"


def test_an_entry_for_a_formula_that_is_gone_is_stale(tmp_path: Path) -> None:
    found = standings(document(tmp_path, OTHER), ledger(tmp_path, entry()))
    assert (found.findings, found.notices, found.exit_code) == (["D101"], ["G101"], 1)


def test_an_entry_for_a_document_that_is_gone_is_stale(tmp_path: Path) -> None:
    found = standings(document(tmp_path, RIGHT), ledger(tmp_path, entry(document="old.md")))
    assert (found.notices, found.exit_code) == (["G101"], 1)


def test_another_code_is_a_change(tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG), ledger(tmp_path, entry(code="D301")))
    assert (found.findings, found.notices, found.exit_code) == (["D101 changed"], ["G102"], 1)


def test_the_code_of_the_error_is_known(tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG), ledger(tmp_path, entry(code=["D101", "D403"])))
    assert (found.findings, found.exit_code) == (["D101 known"], 0)


def test_a_correction_is_tried(tmp_path: Path) -> None:
    path = document(tmp_path, WRONG)
    right, wrong = (
        standings(path, ledger(tmp_path, entry(correction=c))) for c in (RIGHT, RIGHT.replace("2", "3"))
    )
    assert (right.findings, right.exit_code) == (["D101 known"], 0)
    assert (wrong.findings, wrong.notices, wrong.exit_code) == (["D101 changed"], ["G102"], 1)


@pytest.mark.parametrize(
    "correction", ["no formula", r"\frac{\partial L}{\partial x_i} = 2 \oint (x_i - t_i)"]
)
def test_a_correction_that_cannot_be_decided_mends_nothing(correction: str, tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG), ledger(tmp_path, entry(correction=correction)))
    assert (found.notices, found.exit_code) == (["G102"], 1)


def test_a_correction_of_a_right_side_alone_is_tried(tmp_path: Path) -> None:
    path = document(tmp_path, WRONG)
    for correction, code in (("= 2(x_i - t_i)", 0), ("= 3(x_i - t_i)", 1)):
        rows = entry("= x_i - t_i", code="D101", correction=correction)
        assert standings(path, ledger(tmp_path, rows)).exit_code == code


def test_a_correction_within_a_right_side_is_tried(tmp_path: Path) -> None:
    path = document(tmp_path, WRONG.replace("x_i - t_i", "1(x_i - t_i)"))
    for correction, code in (("2(x_i - t_i)", 0), ("3(x_i - t_i)", 1)):
        rows = entry("1(x_i - t_i)", correction=correction)
        found = standings(path, ledger(tmp_path, rows))
        assert found.exit_code == code


def test_a_formula_that_occurs_twice_is_ambiguous(tmp_path: Path) -> None:
    found = standings(document(tmp_path, WRONG, WRONG), ledger(tmp_path, entry()))
    assert (found.notices, found.exit_code) == (["G103"], 1)


def test_entries_survive_white_space_and_lines_above(tmp_path: Path) -> None:
    path = document(tmp_path, WRONG)
    path.write_text("one\n\n" + path.read_text().replace("= x_i", "=\n  x_i"), encoding="utf-8")
    found = standings(path, ledger(tmp_path, entry(formula=WRONG.replace(" = ", "=").replace(" - ", "-"))))
    assert (found.findings, found.exit_code) == (["D101 known"], 0)


def test_what_inherits_a_known_error_is_known(tmp_path: Path) -> None:
    found = standings(document(tmp_path, f"{WRONG} = -(t_i - x_i)"), ledger(tmp_path, entry(WRONG)))
    verdicts = {c.verdict: c.acceptance for c in found.report.documents[0].claims}
    assert found.exit_code == 0
    assert verdicts[Verdict.INHERITED] is not None


def test_each_of_two_errors_of_a_formula_can_have_its_entry(tmp_path: Path) -> None:
    text = r"\frac{\partial l}{\partial \beta} = \sum_{i=1}^N \frac{\partial l}{\partial y}"
    path = next(p for p in builtin_paths() if "agarwal" in p.name)
    for codes, standing in ((["D402", "D403"], {"known"}), (["D402"], {"known", None})):
        rows = [entry(text, document=str(path), code=code) for code in codes]
        found = standings(path, ledger(tmp_path, *rows))
        claim = next(c for c in found.report.documents[0].claims if c.id == "eq-6")
        assert {r.acceptance.standing.value if r.acceptance else None for r in claim.remarks} == standing
        assert found.notices == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_entries_to_paste_make_every_error_known(path: Path, tmp_path: Path) -> None:
    """Also their corrections mend, which is tried."""
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    outcome = check_input(Input(str(copy)), Options())
    assert isinstance(outcome.result, Document)
    written = entries_for([outcome.result], {str(copy): outcome.text}, tmp_path)
    found = standings(copy, ledger(tmp_path, written), Options())
    assert (found.notices, found.exit_code) == ([], 0)
    assert standings(copy, ledger(tmp_path), Options()).exit_code == (1 if written else 0)


def test_what_is_pasted_is_toml_whatever_is_printed(tmp_path: Path) -> None:
    path = document(tmp_path, r"\frac{\partial L}{\partial x_i} = x_i' - '''t_i")
    result = check(Input(str(path)))
    assert isinstance(result, Document)
    read_ledger(ledger(tmp_path, entries_for([result], {str(path): path.read_text()}, tmp_path)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[erratum]]\nformula = 'a'\nreason = 'b'\n", r":1: an erratum needs a document"),
        ("[[erratum]]\ndocument = 'a.md'\nformula = 'a'\n", r":1: an erratum needs a reason"),
        (entry() + "[[erratum]]\ndocumnt = 'a'\n", r":7: unknown key documnt .*did you mean document"),
        ("[[eratum]]\n", r":1: unknown key eratum .*did you mean erratum"),
        ("[erratum]\ndocument = 'a'\n", r":1: erratum has to be \[\[erratum\]\]"),
        (entry(code="D1O1"), r":5: unknown finding code 'D1O1'; did you mean D101"),
        (entry(code=[]), r":5: code has to be a finding code"),
        (entry(code=7), r":5: code\b.* has to be a finding code"),
        ("[[erratum]]\ndocument = 'a.md'\nformula = ' '\nreason = 'b'\n", r":3: formula has to be its text"),
        (entry() + "\n" + entry(WRONG.replace(" ", "")), r":7: the same erratum as in line 3"),
        ("[[erratum]\n", r":1"),
    ],
)
def test_a_bad_ledger_says_where_and_why(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(BadErrata, match=said) as caught:
        read_ledger(ledger(tmp_path, text))
    assert re.match(r".*errata\.toml:\d+: ", str(caught.value))


def test_a_ledger_that_is_missing_or_binary(tmp_path: Path) -> None:
    with pytest.raises(BadErrata, match=r"none\.toml"):
        read_ledger(tmp_path / "none.toml")
    (tmp_path / "binary.toml").write_bytes(b"\xff\x00\x01")
    with pytest.raises(BadErrata, match=r"binary\.toml"):
        read_ledger(tmp_path / "binary.toml")
