"""The LaTeX printout: complete, balanced, of commands that amsmath has, wide formulas set smaller."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from string import ascii_letters

import pytest
from printed_layers import LAYERS, derivation_of, renamed_derivation_of

from gradcheck.algebra.expr import Var, add
from gradcheck.derive.derivation import Derivation, Step
from gradcheck.derive.printing.latex_document import render
from gradcheck.derive.printing.latex_text import escaped
from gradcheck.derive.printing.view import View
from gradcheck.derive.rules import RULES

COMMANDS = set(
    "documentclass usepackage allowdisplaybreaks begin end section subsection item text textbackslash"
    " textminus textonehalf small footnotesize scriptsize frac partial sum sqrt left right hat tilde mathbf"
    " mathcal mathbb operatorname top odot cdot times in exp log tanh max min"
    " alpha beta gamma delta epsilon mu nu sigma rho tau xi zeta eta theta kappa omega chi psi varphi".split()
)
ENGINES = ("tectonic", "pdflatex")


def commands(text: str) -> set[str]:
    return set(re.findall(r"\\([A-Za-z]+)", text))


@pytest.mark.parametrize("detail", ["brief", "normal", "verbose"])
@pytest.mark.parametrize("name", LAYERS)
def test_is_balanced_and_of_known_commands(name: str, detail: str) -> None:
    for derivation in (derivation_of(name), renamed_derivation_of(name)):
        text = render(derivation, View(detail=detail))
        assert_balanced(text)
        assert commands(text) <= COMMANDS


def assert_balanced(text: str) -> None:
    open_ones: list[str] = []
    for which, name in re.findall(r"\\(begin|end)\{([a-z*]+)\}", text):
        if which == "begin":
            open_ones.append(name)
        else:
            assert open_ones.pop() == name
    assert not open_ones
    unescaped = re.sub(r"\\[{}\\]", "", text)
    depth = 0
    for character in unescaped:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))
    assert re.sub(r"\\\$", "", text).count("$") % 2 == 0


def test_a_fragment_is_the_body_alone() -> None:
    whole, body = (render(derivation_of("softmax"), View(fragment=f)) for f in (False, True))
    assert body in whole and whole.startswith(r"\documentclass{article}")
    assert "documentclass" not in body and "{document}" not in body


def test_each_line_says_its_rule() -> None:
    derivation = derivation_of("softmax")
    text = render(derivation, View())
    for chain in derivation.chains:
        for step in chain.steps:
            assert RULES[step.rule].title in text


def test_the_title_is_words() -> None:
    derivation = titled(derivation_of("softmax"), r"50% of \input{x} & $y_1$ – σ")
    text = render(derivation, View())
    assert r"\section*{50\% of \textbackslash{}input\{x\} \& \$y\_1\$ -- sigma}" in text
    assert_balanced(text)


def titled(derivation: Derivation, title: str) -> Derivation:
    return replace(derivation, forward=replace(derivation.forward, title=title))


def test_rules_have_words_that_fonts_have() -> None:
    assert all(escaped(rule.says).isascii() for rule in RULES.values())


def test_what_is_too_wide_is_set_smaller() -> None:
    narrow = derivation_of("softmax")
    assert not {"small", "footnotesize"} & commands(render(narrow, View()))
    step = Step("sum", add(*(Var(name, ("i", "j")) for name in ascii_letters[:20])))
    shown = replace(narrow, chains=(replace(narrow.chains[0], steps=(step,)),))
    assert "footnotesize" in commands(render(shown, View()))


@pytest.mark.skipif(not any(map(shutil.which, ENGINES)), reason="neither tectonic nor pdflatex is installed")
@pytest.mark.parametrize("name", LAYERS)
def test_compiles(name: str, tmp_path: Path) -> None:
    engine = next(e for e in ENGINES if shutil.which(e))
    (tmp_path / "printed.tex").write_text(render(derivation_of(name), View(detail="verbose")))
    options = ["-interaction=nonstopmode", "-halt-on-error"] if engine == "pdflatex" else []
    done = subprocess.run(
        [engine, *options, "printed.tex"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    overfull = [float(x) for x in re.findall(r"Overfull \\hbox \(([\d.]+)pt", done.stdout)]
    assert max(overfull, default=0.0) < 20
