"""Every rule has an example that raises it and one that does not; those of documents do what they say."""

import re
from pathlib import Path
from typing import Any

import pytest

from gradcheck import rules
from gradcheck.accepting import accepted
from gradcheck.errata import Ledger, read_ledger
from gradcheck.explain import rule_page
from gradcheck.findings import findings
from gradcheck.inputs import Input
from gradcheck.model import Document, Report
from gradcheck.options import Options
from gradcheck.rules import Rule, Severity

SHOWN = [rule for rule in rules.all_rules() if rule.severity is not Severity.BUG]
DOCUMENTS = [rule for rule in SHOWN if rule.example == "document"]
LEDGERS = [rule for rule in SHOWN if rule.example == "ledger"]
LAYERS = [rule for rule in SHOWN if rule.example == "layer"]


def codes(text: str) -> set[str]:
    """The codes of everything found in a document, followers included."""

    return codes_with_ledger("example.md", text, Ledger("errata.toml"))


def codes_with_ledger(path: str, text: str, ledger: Ledger) -> set[str]:
    """The codes of everything that nothing excuses."""
    from gradcheck.run import check_input

    outcome = check_input(Input(path, text.encode()), Options())
    assert isinstance(outcome.result, Document), outcome.result
    sources = {path: outcome.text}
    report = accepted(Report((outcome.result,)), sources, ledger, lambda *_: [], whole=True)
    found = [f for f in findings(report.documents[0]) if not (f.acceptance and f.acceptance.standing.excuses)]
    followers = {c.code or "" for f in found for c in f.followers}
    return {f.code for f in found} | followers | {n.code for n in report.notices}


def codes_of_files(text: str, directory: Path) -> set[str]:
    """The codes of a document and of the ledger of its errata, both in one text."""
    _, *parts = re.split(r"^==> (.*) <==\n", text, flags=re.MULTILINE)
    for name, content in zip(parts[::2], parts[1::2], strict=True):
        (directory / name).write_text(content, encoding="utf-8")
    ledger = read_ledger(directory / "errata.toml")
    path = directory / "notes.md"
    return codes_with_ledger(str(path), path.read_text(encoding="utf-8"), ledger)


@pytest.mark.parametrize("rule", LEDGERS, ids=lambda rule: rule.code)
def test_the_examples_of_ledgers_do_what_they_say(rule: Rule, tmp_path: Path) -> None:
    assert rule.code in codes_of_files(rule.failing, tmp_path)
    assert codes_of_files(rule.passing, tmp_path) == set()


@pytest.mark.parametrize("rule", DOCUMENTS, ids=lambda rule: rule.code)
def test_the_failing_example_raises_the_code(rule: Rule) -> None:
    assert rule.code in codes(rule.failing)


@pytest.mark.parametrize("rule", DOCUMENTS, ids=lambda rule: rule.code)
def test_the_passing_example_is_clean(rule: Rule) -> None:
    assert codes(rule.passing) == set()


def test_codes_and_names_are_unique_and_sorted() -> None:
    everything = rules.all_rules()
    assert [r.code for r in everything] == sorted({r.code for r in everything})
    assert len({r.name for r in everything}) == len(everything)


@pytest.mark.parametrize("rule", rules.all_rules(), ids=lambda rule: rule.code)
def test_sentences_are_sentences(rule: Rule) -> None:
    assert rule.explanation.endswith(".") and not rule.summary.endswith(".")


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_examples_differ(rule: Rule) -> None:
    assert rule.failing and rule.passing and rule.failing != rule.passing


@pytest.mark.parametrize("rule", LAYERS, ids=lambda rule: rule.code)
def test_the_examples_of_layers_are_modules_with_cases(rule: Rule) -> None:
    for text in (rule.failing, rule.passing):
        found: dict[str, Any] = {}
        exec(compile(text, rule.code, "exec"), found)
        if rule.code == "L110":  # it is about inputs that nobody gives
            assert "gradcheck_cases" not in found
            continue
        ((name, cases),) = found["gradcheck_cases"]().items()
        assert all("x" in case for case in cases)
        assert name in found or {f"{name}_forward", f"{name}_backward"} <= set(found)


@pytest.mark.parametrize("rule", SHOWN, ids=lambda rule: rule.code)
def test_the_page_says_what_the_examples_are(rule: Rule) -> None:
    kind = {"L": "layer", "G1": "ledger"}.get(rule.code[: 1 + rule.code.startswith("G")], "document")
    assert f"A {kind} that has it" in rule_page(rule) and f"A {kind} that has not" in rule_page(rule)


@pytest.mark.parametrize(
    ("code", "meant"), [("D100", "D101"), ("D1O1", "D101"), ("M101", "L101"), ("zzz", "lists them")]
)
def test_unknown_code_says_what_may_be_meant(code: str, meant: str) -> None:
    with pytest.raises(rules.UnknownCode, match=meant):
        rules.get(code)


@pytest.mark.parametrize("prefix", ["", "X", "D9"])
def test_unknown_prefix(prefix: str) -> None:
    with pytest.raises(rules.UnknownCode):
        rules.matching(prefix)
