"""What is written about the project agrees with the project."""

import os
import re
import shlex
from pathlib import Path

import pytest

from gradcheck import rules
from gradcheck.builtin import builtin_paths, title_of
from gradcheck.cli import main
from gradcheck.explain import rules_in_markdown
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


def test_readme_lists_every_code() -> None:
    """README's table is that of the rules; GRADCHECK_UPDATE_GOLDEN=1 writes it."""
    before, table, after = re.split(r"(?<=<!-- codes -->\n)(.*?)(?=<!-- /codes -->)", README, flags=re.DOTALL)
    if os.environ.get("GRADCHECK_UPDATE_GOLDEN"):
        table = rules_in_markdown()
        (ROOT / "README.md").write_text(before + table + after, encoding="utf-8")
    assert table == rules_in_markdown()


def test_the_built_in_derivations_have_titles() -> None:
    assert len({title_of(path) for path in builtin_paths()}) == len(builtin_paths()) >= 5


def test_the_derivation_in_readme_prints_what_readme_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    console = re.search(r"```console\n\$ gradcheck (doc .*?)\n(.*?)```", README, re.DOTALL)
    assert console
    monkeypatch.chdir(ROOT)
    assert main(shlex.split(console[1])) == 1
    assert capsys.readouterr().out == console[2]


def test_the_layer_in_readme_prints_what_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source = re.search(r"```python\n# layers.py\n(.*?)```", README, re.DOTALL)
    console = re.search(r"```console\n\$ gradcheck (layer .*?)\n(.*?)```", README, re.DOTALL)
    assert source and console
    monkeypatch.chdir(tmp_path)
    (tmp_path / "layers.py").write_text(source[1].lstrip(), encoding="utf-8")
    assert main(shlex.split(console[1])) == 1
    assert timeless(capsys.readouterr().out) == timeless(console[2])


def timeless(report: str) -> str:
    return re.sub(r"[\d.]+ ms", "… ms", re.sub(r" +", " ", report))
