"""Input that nobody should hand in: a clear answer, the exit code, bounded time, nothing executed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

LIMIT = 60.0
"""Seconds after which a run counts as hung; far above what any of these needs."""

MEMORY = 4 * 1024**3
GOOD = "# A good one\n\n$$y = a^2$$\n\n$$\\frac{\\partial y}{\\partial a} = 2 a$$\n"
DEFINITIONS = "$$y = \\sum_{i=1}^m x_i^2$$\n\n"


def gradcheck(*arguments: str, where: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """Run the command line, with a limit on time and memory."""
    environment = {**os.environ, "CI": "true", "PYTHONWARNINGS": "error"}
    return subprocess.run(
        [sys.executable, "-m", "gradcheck", *arguments],
        cwd=where, input=stdin, capture_output=True, timeout=LIMIT, env=environment, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )  # fmt: skip


def checked(where: Path, *names: str) -> tuple[int, dict[str, Any], str]:
    """Exit code, JSON report and standard error of checking documents."""
    done = gradcheck("doc", *names, "--engines", "algebra,float64", "--format", "json", where=where)
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done.returncode, json.loads(done.stdout), done.stderr.decode()


def checked_with_good(
    where: Path, name: str, data: bytes | str
) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    """Check a bad document beside a good one; the good one is reported whatever happens."""
    (where / name).write_bytes(data if isinstance(data, bytes) else data.encode())
    (where / "good.md").write_text(GOOD, encoding="utf-8")
    code, report, stderr = checked(where, name, "good.md")
    good = [d for d in report["documents"] if d["path"] == "good.md"]
    assert [c["verdict"] for d in good for c in d["claims"]] == ["definition", "holds"]
    assert "internal error" not in stderr + json.dumps(report), stderr
    return code, report, [c for d in report["documents"] if d["path"] == name for c in d["claims"]]


def display(formula: str) -> str:
    return f"# Bad\n\n{DEFINITIONS}$${formula}$$\n"


UNREADABLE = {
    "empty.md": b"",
    "blank.md": b" \n\t\n\n",
    "binary.md": bytes(range(256)) * 64,
    "zeros.md": b"\0" * 5000,
    "image.md": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8,
    "prose.md": b"# No mathematics\n\nOnly words, and a price of $5 or so.\n",
    "code.md": b"# Code\n\n```python\ny = x ** 2\n```\n",
    "truncated.ipynb": b'{"cells": [{"cell_type": "markdown", "source": ["$$a = b$$"',
    "list.ipynb": b"[1, 2, 3]",
    "deep.ipynb": b"[" * 100_000,
    "odd.ipynb": b'{"cells": [{"cell_type": "markdown", "source": 7}, 3, null]}',
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_nothing_to_check(name: str, tmp_path: Path) -> None:
    """Exit code 2, a sentence that names the file, and the other document's report."""
    code, _, claims = checked_with_good(tmp_path, name, UNREADABLE[name])
    assert (code, claims) == (2, [])


def test_nothing_to_check_says_which_file(tmp_path: Path) -> None:
    """Every one of them is named in words, in the format for people too."""
    for name, data in UNREADABLE.items():
        (tmp_path / name).write_bytes(data)
    done = gradcheck("doc", *UNREADABLE, where=tmp_path)
    assert done.returncode == 2
    assert not [name for name in UNREADABLE if name not in done.stderr.decode()]


def test_missing_files_and_directories(tmp_path: Path) -> None:
    """A missing file, an empty directory, and a directory in which there is something."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "good.md").write_text(GOOD, encoding="utf-8")
    code, report, stderr = checked(tmp_path, "gone.md", "empty", "full")
    assert code == 2
    assert "gone.md" in stderr and "empty" in stderr
    assert [len(d["claims"]) for d in report["documents"]] == [2]
    assert checked(tmp_path, "full")[0] == 0


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may read everything")
def test_a_file_without_permission(tmp_path: Path) -> None:
    """Exit code 2 and the reason."""
    (tmp_path / "closed.md").write_text(GOOD, encoding="utf-8")
    (tmp_path / "closed.md").chmod(0)
    code, _, stderr = checked(tmp_path, "closed.md")
    assert code == 2
    assert "Permission denied" in stderr


ENCODINGS = {
    "utf-8 with a mark": b"\xef\xbb\xbf" + GOOD.encode(),
    "CRLF": GOOD.replace("\n", "\r\n").encode(),
    "CR": GOOD.replace("\n", "\r").encode(),
    "utf-16": GOOD.encode("utf-16"),
    "latin-1": GOOD.replace("A good", "Für").encode("latin-1"),
    "cut in a character": GOOD.encode() + "é".encode()[:1],
}


@pytest.mark.parametrize("kind", ENCODINGS)
def test_encodings(kind: str, tmp_path: Path) -> None:
    """Either read rightly or refused in words; never misread."""
    code, _, claims = checked_with_good(tmp_path, "odd.md", ENCODINGS[kind])
    if claims:
        assert (code, [c["verdict"] for c in claims]) == (0, ["definition", "holds"])
    else:
        assert code == 2


@pytest.mark.parametrize("kind", ["utf-8 with a mark", "CRLF"])
def test_common_encodings_are_read(kind: str, tmp_path: Path) -> None:
    """A byte order mark and Windows line ends, with the right lines and columns."""
    code, _, claims = checked_with_good(tmp_path, "odd.md", ENCODINGS[kind])
    assert code == 0
    assert [(c["line"], c["column"]) for c in claims] == [(3, 5), (5, 33)]


BOMB = "\n".join(
    ["\\newcommand{\\aa}{x x x x x x x x x x}"]
    + [f"\\newcommand{{\\{chr(98 + n) * 2}}}{{{f'{chr(92)}{chr(97 + n) * 2} ' * 10}}}" for n in range(12)]
)
WIDE = " \\\\ ".join([" & ".join(["x_1"] * 60)] * 60)
HARD = {
    "open braces": display("y = " + "{" * 10_000 + "x"),
    "deep braces": display("y = " + "{" * 10_000 + "x" + "}" * 10_000),
    "deep brackets": display("y = " + "(" * 10_000 + "x" + ")" * 10_000),
    "deep fractions": display("y = " + "\\frac{1}{" * 2_000 + "x" + "}" * 2_000),
    "deep roots": display("y = " + "\\sqrt{" * 2_000 + "x" + "}" * 2_000),
    "deep powers": display("y = " + "x^{" * 2_000 + "x" + "}" * 2_000),
    "deep indices": display("y = " + "x_{" * 2_000 + "x" + "}" * 2_000),
    "signs in a row": display("y = " + "-" * 20_000 + "x_1"),
    "closing braces": display("y = x}}}}}}} + 1"),
    "crossed brackets": display("y = (x_1 [ ) ]"),
    "unclosed display": "# Bad\n\n$$y = x\n\nwords and words\n",
    "unclosed environment": "# Bad\n\n$$\\begin{aligned} y &= x$$\n",
    "exponential macros": f"{BOMB}\n" + display("y = \\mm"),
    "recursive macro": "\\newcommand{\\rr}{\\rr \\rr}\n" + display("y = \\rr"),
    "mutual macros": "\\newcommand{\\rr}{\\ss}\\newcommand{\\ss}{\\rr x}\n" + display("y = \\rr"),
    "macro of itself": "\\def\\rr#1{\\rr{#1 #1}}\n" + display("y = \\rr{x}"),
    "nested sums": display("y = " + "".join(f"\\sum_{{i_{{{n}}}=1}}^m " for n in range(30)) + "x_{i_{1}}"),
    "squares of sums": display("y = " + "\\left(\\sum_i " * 30 + "x_i" + "\\right)^2" * 30),
    "derivatives of derivatives": display("y = " + "\\frac{\\partial}{\\partial x_i} " * 30 + "x_i^{40}"),
    "huge power": display("\\frac{\\partial y}{\\partial x_i} = x_i^{10^9}"),
    "huge literal power": display("\\frac{\\partial y}{\\partial x_i} = x_i^{1000000000}"),
    "power tower": display("\\frac{\\partial y}{\\partial x_i} = 9^{9^{9^{9^{9}}}} x_i"),
    "power of a sum": display("\\frac{\\partial y}{\\partial x_i} = (x_i + a)^{100000}"),
    "root of a huge power": display("\\frac{\\partial y}{\\partial x_i} = (x_i + a)^{-99999/2}"),
    "many terms": display(
        "\\frac{\\partial y}{\\partial x_i} = " + " + ".join(f"x_{{{n}}} a_{{{n}}}" for n in range(1, 2001))
    ),
    "many factors": display(
        "\\frac{\\partial y}{\\partial x_i} = " + " ".join(f"(x_i + {n})" for n in range(200))
    ),
    "huge number": display(f"\\frac{{\\partial y}}{{\\partial x_i}} = {'7' * 20_000} x_i"),
    "factorial": display("y = 100000000!"),
    "exponential of exponentials": display("y = " + "e^{" * 40 + "x" + "}" * 40),
    "division by zero": display("\\frac{\\partial y}{\\partial x_i} = \\frac{x_i}{0}"),
    "division by a difference": display("\\frac{\\partial y}{\\partial x_i} = \\frac{x_i}{a - a}"),
    "inverse of zero": display("\\frac{\\partial y}{\\partial x_i} = 0^{-1}"),
    "zero to the zero": display("\\frac{\\partial y}{\\partial x_i} = 0^0 x_i"),
    "logarithm of zero": display("\\frac{\\partial y}{\\partial x_i} = \\ln(0)"),
    "root of a negative": display("\\frac{\\partial y}{\\partial x_i} = \\sqrt{-1} x_i"),
    "empty fraction": display("y = \\frac{}{}"),
    "empty everything": display("y = {}^{}_{} \\sqrt{} \\left( \\right)"),
    "no sides": display("="),
    "only signs": display("= = = = \\leftarrow := ="),
    "thousand signs": display(" = ".join(["y"] * 1000)),
    "derivative by a number": display("\\frac{\\partial y}{\\partial 3} = 2"),
    "sum over nothing": display("y = \\sum_{}^{} x_i"),
    "sum to minus one": display("y = \\sum_{i=1}^{-1} x_i"),
    "sum to a billion": display("y = \\sum_{i=1}^{1000000000} x_i"),
    "python": display("y = np.sum(x[i]**2 for i in range(m)) if m > 0 else None"),
    "python program": "# Code\n\n$$\ndef f(x):\n    return x ** 2 == lambda: 0\n$$\n",
    "definition of itself": "# Bad\n\n$$a = a + b$$\n\n$$\\frac{\\partial a}{\\partial b} = 1$$\n",
    "definitions in a circle": display(
        "a = b + 1$$\n\n$$b = a x$$\n\n$$\\frac{\\partial a}{\\partial x} = 1"
    ),
    "control characters": display("y = \x1b[31m x \x07 \x00"),
    "odd spaces": display("y\u00a0=\u2003x\u200b_1\u202e"),
    "unknown commands": display("y = \\foo{\\bar}\\\\baz[\\qux]"),
    "matrix with holes": display("y = \\begin{pmatrix} 1 & 2 \\\\ & \\\\ 3 \\end{pmatrix}"),
    "matrix of dots": display("y = \\begin{pmatrix} \\cdots & \\vdots \\\\ \\ddots \\end{pmatrix}"),
    "huge matrix": display(
        "y = \\begin{pmatrix} " + " \\\\ ".join([" & ".join(["x_1"] * 60)] * 60) + " \\end{pmatrix}"
    ),
}


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """The claims of every hard document: all in one run, or one by one where that run failed."""
    where = tmp_path_factory.mktemp("hard")
    names = {kind: f"{number:02d}.md" for number, kind in enumerate(HARD)}
    for kind, name in names.items():
        (where / name).write_text(HARD[kind], encoding="utf-8")
    (where / "good.md").write_text(GOOD, encoding="utf-8")
    try:
        code, report, stderr = checked(where, *names.values(), "good.md")
    except (AssertionError, ValueError, subprocess.TimeoutExpired):
        return {}
    if code not in (0, 1, 2) or "internal error" in stderr + json.dumps(report):
        return {}
    found = {d["path"]: d["claims"] for d in report["documents"]}
    if [c["verdict"] for c in found.get("good.md", [])] != ["definition", "holds"]:
        return {}
    refused = {name for name in names.values() if f"{name}:" in stderr}
    return {kind: found.get(n, []) for kind, n in names.items() if found.get(n) or n in refused}


def hard_claims(hard: dict[str, list[dict[str, Any]]], kind: str, where: Path) -> list[dict[str, Any]]:
    """What was found in one hard document; empty only if it was refused in words."""
    if kind in hard:
        return hard[kind]
    code, _, claims = checked_with_good(where, "hard.md", HARD[kind])
    assert code in (0, 1, 2)
    assert claims or code == 2
    return claims


@pytest.mark.parametrize("kind", HARD)
def test_hard_formulas(kind: str, hard: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    """An answer in bounded time and memory, and never a proof or a crash."""
    for claim in hard_claims(hard, kind, tmp_path):
        if claim["verdict"] in ("undecided", "unread"):
            assert claim["message"]


NEVER = (
    "huge power", "huge literal power", "power tower", "power of a sum", "root of a huge power", "many terms",
    "many factors", "huge number", "division by zero", "division by a difference", "inverse of zero",
    "zero to the zero", "logarithm of zero", "root of a negative", "derivative by a number",
)  # fmt: skip


@pytest.mark.parametrize("kind", NEVER)
def test_hard_formulas_are_not_proved(
    kind: str, hard: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    """None of these is the derivative of a sum of squares."""
    claims = hard_claims(hard, kind, tmp_path)
    assert claims[-1]["verdict"] not in ("holds", "definition", "recovered")


def test_ten_megabytes(tmp_path: Path) -> None:
    """A large text with formulas throughout is checked, and every formula is a claim."""
    line = "Words, words and more words about nothing in particular, line after line.\n"
    block = f"\n$$\\frac{{\\partial y}}{{\\partial x_i}} = 2 x_i$$\n\n{line * 700}"
    count = 10 * 1024 * 1024 // len(block) + 1
    code, _, claims = checked_with_good(tmp_path, "large.md", f"# Large\n\n{DEFINITIONS}{block * count}")
    assert code == 0
    assert len(claims) == count + 1
    assert {c["verdict"] for c in claims[1:]} == {"holds"}


def test_one_long_line(tmp_path: Path) -> None:
    """Ten megabytes without a line end."""
    code, _, claims = checked_with_good(tmp_path, "line.md", DEFINITIONS + "words " * 1_700_000)
    assert (code, len(claims)) == (0, 1)


CANARY = "canary.txt"
HOSTILE = (
    f"__import__('os').system('touch {CANARY}')",
    f"\\text{{__import__('os').system('touch {CANARY}')}}",
    f"open('{CANARY}','w')",
    f"x.__class__.__mro__[1].__subclasses__() + eval(\"open('{CANARY}','w')\")",
    f"\\immediate\\write18{{touch {CANARY}}}",
    f'\\input{{|"touch {CANARY}"}}',
    f"`touch {CANARY}` $(touch {CANARY})",
    f"\\operatorname{{exec}}(\\text{{open('{CANARY}','w')}})",
    f"{{0.__class__}} %s %n {{{{7*7}}}} ${{7*7}} <script>x</script>; touch {CANARY}",
)


@pytest.mark.parametrize("engines", ["algebra,float64", "algebra,float64,sympy"])
def test_nothing_is_executed(engines: str, tmp_path: Path) -> None:
    """Python, shell and TeX's own escapes inside mathematics stay text."""
    text = "# Hostile\n\n" + DEFINITIONS + "\n".join(f"$$\ny = {h}\n$$\n" for h in HOSTILE)
    text += f"\n```gradcheck\nloss = \"__import__('os').system('touch {CANARY}')\"\n```\n"
    (tmp_path / "hostile.md").write_text(text, encoding="utf-8")
    for arguments in ([], ["--show-sympy"], ["--format", "full"], ["-v"]):
        done = gradcheck("doc", "hostile.md", "--engines", engines, *arguments, where=tmp_path)
        assert b"internal error" not in done.stderr, done.stderr.decode()
        assert not (tmp_path / CANARY).exists()


def test_standard_input(tmp_path: Path) -> None:
    """Empty, binary and good input through ``-``."""
    codes = [
        gradcheck("doc", "-", where=tmp_path, stdin=s).returncode for s in (b"", b"\0\1\2\xff", GOOD.encode())
    ]
    assert codes == [2, 2, 0]


def test_terminal_escapes_do_not_reach_the_terminal(tmp_path: Path) -> None:
    """Control characters of a document are not written out as they are."""
    (tmp_path / "escape.md").write_text(HARD["control characters"], encoding="utf-8")
    for style in ("full", "concise"):
        done = gradcheck("doc", "escape.md", "--format", style, where=tmp_path)
        assert not {0x1B, 0x07, 0x00} & set(done.stdout + done.stderr)
