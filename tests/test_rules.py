"""Every rule has an example that raises it and one that does not; those of documents do what they say."""

from typing import Any

import pytest

from gradcheck import rules
from gradcheck.explain import rule_page
from gradcheck.findings import findings
from gradcheck.inputs import Input
from gradcheck.model import Document
from gradcheck.options import Options
from gradcheck.rules import Rule, Severity

SHOWN = [rule for rule in rules.all_rules() if rule.severity is not Severity.BUG]
DOCUMENTS = [rule for rule in SHOWN if rule.example == "document"]
LAYERS = [rule for rule in SHOWN if rule.example == "layer"]


def codes(text: str) -> set[str]:
    """The codes of everything found in a document, followers included."""
    from gradcheck.run import check_input

    outcome = check_input(Input("example.md", text.encode()), Options())
    assert isinstance(outcome.result, Document), outcome.result
    found = findings(outcome.result)
    return {f.code for f in found} | {c.code or "" for f in found for c in f.followers}


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
    kind = "layer" if rule.code.startswith("L") else "document"
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
