"""What is written about the project agrees with the project."""

import re
from pathlib import Path

import pytest

from gradcheck import rules
from gradcheck.builtin import builtin_paths, title_of
from gradcheck.inputs import SUFFIXES
from gradcheck.model import Verdict

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_has_one_command_to_run_and_one_to_test() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, re.MULTILINE)
    assert [command.split("/")[-1].split()[0] for command in commands] == ["gradcheck", "pytest"]


def test_ci_takes_the_test_command_from_readme() -> None:
    pattern = re.search(r"grep -E '(.*?)' README.md", (ROOT / ".ci/run").read_text(encoding="utf-8"))
    assert pattern and len(re.findall(pattern[1], README, re.MULTILINE)) == 1


@pytest.mark.parametrize("verdict", Verdict)
def test_readme_names_every_verdict(verdict: Verdict) -> None:
    assert f"| `{verdict.value}` |" in README


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_readme_names_every_suffix(suffix: str) -> None:
    assert f"`{suffix}`" in README


def test_readme_names_existing_codes_only() -> None:
    for code in re.findall(r"\b[DGL]\d{3}\b", README):
        assert rules.get(code)


def test_the_built_in_derivations_have_titles() -> None:
    assert len({title_of(path) for path in builtin_paths()}) == len(builtin_paths()) >= 5
