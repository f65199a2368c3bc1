"""``gradcheck layer`` as it is called: targets, inputs, exit codes, and layers that misbehave."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from gradcheck.cli import main
from gradcheck.report.json import schema

HEAD = "import os, sys, time\nimport numpy as np\n\n"
GOOD = (
    "def sq_forward(x):\n    return x**2, x\n\ndef sq_backward(dout, cache):\n    return 2 * dout * cache\n"
)
BAD = GOOD.replace("sq_", "bad_").replace("2 * dout", "3 * dout")


@pytest.fixture
def layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "layers.py"
    path.write_text(HEAD + GOOD + BAD)
    return path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gradcheck", "layer", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def written(layers: Path, body: str) -> None:
    layers.write_text(HEAD + body)


def test_a_file_alone_is_every_layer_in_it(layers: Path) -> None:
    done = run("layers.py")
    assert done.returncode == 1 and "layers.py:sq " in done.stdout and "layers.py:bad " in done.stdout
    assert "error[L113]: layers.py:bad: the gradient of x is wrong" in done.stdout


def test_exit_codes(layers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["layer", "layers.py:sq"]) == 0
    assert main(["layer", "layers.py:bad"]) == 1
    assert main(["layer", "layers.py:bad", "--exit-zero"]) == 0
    assert main(["layer", "layers.py:bad", "--ignore", "L113"]) == 0
    assert main(["layer", "layers.py:nope"]) == 2
    assert main(["layer"]) == 2


def test_a_module_is_named_with_dots(layers: Path) -> None:
    assert run("layers:sq").returncode == 0


def test_inputs_are_given_by_name(layers: Path) -> None:
    done = run("layers.py:sq", "--arg", "x=uniform(7, 2, low=1, high=2)", "-v")
    assert done.returncode == 0 and "x = uniform(7, 2, low=1, high=2)" in done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--arg", "x"], "is not NAME=INPUT"),
        (["--arg", "x=nromal(3)"], "did you mean normal"),
        (["--arg", "x=normal(3)", "--arg", "x=normal(4)"], "given twice"),
        (["--arg", "z=normal(3)"], "it has no input z"),
        (["--arg", "x=3"], "nothing to differentiate"),
        (["--arg", "x=__import__('os').getcwd()"], "--arg x"),
        (["--backward", "sq_backwards"], "did you mean sq_backward"),
        (["--only", "w"], "no argument is called w"),
        (["--confidence", "2"], "confidence"),
        (["--select", "L9"], "L9"),
        (["--seed", "-1"], "--seed"),
    ],
)
def test_bad_usage_says_what_to_do(layers: Path, options: list[str], said: str) -> None:
    done = run("layers.py:sq", *options)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing.py:f", "no such file"),
        ("layer.py:f", "did you mean layers.py"),
        ("layers.py:square", "has no square"),
        ("no.such.module:f", "no module named no"),
        ("broken.py:f", "syntax error, line 2"),
        ("fails.py:f", "RuntimeError, line 2: no GPU"),
        ("needs.py:f", "No module named 'not_there'"),
        ("leaves.py:f", "exits while it is imported"),
        ("empty.py", "no layer was recognised"),
        ("layers.py:HEAD", "in none of the conventions"),
        (".", "is a directory"),
        ("data.bin:f", "not a Python file"),
        ("hangs.py:f", "while it was imported: not finished after 3 seconds; put what it runs below"),
        ("dies.py:f", "while it was imported: it ended the interpreter with exit code 7"),
        ("", "'': names no file and no module"),
        (":f", "':f': names no file and no module"),
    ],
)
def test_targets_that_cannot_be_loaded(layers: Path, target: str, said: str) -> None:
    layers.write_text(layers.read_text() + "\nHEAD = 3\n")
    Path("broken.py").write_text("import numpy\ndef f(:\n")
    Path("fails.py").write_text("x = 1\nraise RuntimeError('no GPU')\n")
    Path("needs.py").write_text("import not_there\n")
    Path("leaves.py").write_text("import sys\nsys.exit(3)\n")
    Path("empty.py").write_text("")
    Path("hangs.py").write_text("import time\ntime.sleep(60)\n")
    Path("dies.py").write_text("import os\nos._exit(7)\n")
    Path("data.bin").write_bytes(b"\x00\xff")
    done = run(target, "--timeout", "3")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert said in done.stderr


@pytest.mark.parametrize(
    ("forward", "code", "said"),
    [
        ("return None", "L402", "returned None"),
        ("return x * np.nan, x", "L402", "NaN"),
        ("return x * 1j, x", "L402", "complex"),
        ("return np.array([object()]), x", "L402", "objects"),
        ("return np.round(x).astype(int), x", "L402", "integers"),
        ("return 'text', x", "L402", "array"),
        ("raise ValueError('too small')", "L401", "forward raised ValueError: too small"),
        ("return x[:0], x", "L402", "empty"),
        ("sys.exit(3)", "L404", "sys.exit(3)"),
        ("os._exit(7)", "L404", "exit code 7"),
        ("os.kill(os.getpid(), 11)", "L404", "signal 11"),
        ("time.sleep(60)", "L403", "not finished after 2 seconds"),
    ],
)
def test_layers_that_misbehave_are_contained(layers: Path, forward: str, code: str, said: str) -> None:
    written(
        layers, f"def f_forward(x):\n    {forward}\n\ndef f_backward(dout, cache):\n    return dout\n{GOOD}"
    )
    started = time.monotonic()
    done = run("layers.py:f", "layers.py:sq", "--arg", "x=normal(3, 2)", "--timeout", "2")
    assert time.monotonic() - started < 60
    assert done.returncode == 1 and f"error[{code}]" in done.stdout and said in done.stdout
    assert "layers.py:sq  pass" in done.stdout


def test_the_line_that_raised_is_shown(layers: Path) -> None:
    written(
        layers,
        "def inner(x):\n    assert x.ndim == 7\n\n"
        "def f_forward(x):\n    return inner(x), x\n\ndef f_backward(dout, cache):\n    return dout\n",
    )
    done = run("layers.py:f", "--arg", "x=normal(3)")
    assert "error[L401]: layers.py:f: forward raised AssertionError at line 5\n" in done.stdout
    assert "layers.py:5\n" in done.stdout and "assert x.ndim == 7\n" in done.stdout


def test_an_error_inside_a_library_is_shown_where_the_layer_called_it(layers: Path) -> None:
    written(layers, GOOD.replace("return x**2", "return np.linalg.inv(x)"))
    done = run("layers.py:sq", "--arg", "x=normal(3, 2)")
    assert "error[L401]" in done.stdout and "layers.py:5\n" in done.stdout


def test_an_interrupt_says_one_line(layers: Path) -> None:
    written(layers, GOOD.replace("return x**2", "open('started', 'w'); time.sleep(60); return x**2"))
    command = [sys.executable, "-m", "gradcheck", "layer", "layers.py:sq", "--arg", "x=normal(3)"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not Path("started").exists() and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (130, "gradcheck: interrupted after 0 layers\n")


def test_what_a_layer_prints_is_not_in_the_report(layers: Path) -> None:
    written(layers, GOOD.replace("return x**2", "print('hello'); os.write(1, b'raw'); return x**2"))
    done = run("layers.py:sq", "--format", "json", "--arg", "x=normal(3)")
    (layer,) = json.loads(done.stdout)["layers"]
    assert done.returncode == 0 and [f["code"] for f in layer["findings"]] == ["L209"]


def test_what_a_file_prints_is_no_layers_doing(layers: Path) -> None:
    written(layers, "print('hello')\n" + GOOD + GOOD.replace("sq_", "again_"))
    for jobs in ("1", "2"):
        assert run("layers.py", "--format", "concise", "--jobs", jobs).stdout == ""


def test_json_is_valid_and_replays(layers: Path) -> None:
    first, second = (json.loads(run("layers.py", "--format", "json", "--seed", "7").stdout) for _ in range(2))
    jsonschema.validate(first, schema())
    assert [layer["verdict"] for layer in first["layers"]] == ["pass", "fail"]
    for report in (first, second):
        for layer in report["layers"]:
            del layer["seconds"]
    assert first == second


def test_order_and_content_do_not_depend_on_the_number_of_jobs(layers: Path) -> None:
    one, two = (run("layers.py", "--jobs", jobs, "--format", "concise").stdout for jobs in ("1", "2"))
    assert one == two and one


def test_only_one_argument(layers: Path) -> None:
    written(
        layers,
        "def f_forward(x, w):\n    return x * w, (x, w)\n\n"
        "def f_backward(dout, cache):\n    x, w = cache\n    return dout * w, 2 * dout * x\n",
    )
    options = ["layers.py:f", "--arg", "x=normal(3)", "--arg", "w=normal(3)"]
    assert (run(*options, "--only", "x").returncode, run(*options, "--only", "w").returncode) == (0, 1)
    assert run(*options, "--fixed", "w").returncode == 0


def test_the_configuration_names_layers(layers: Path) -> None:
    Path("pyproject.toml").write_text(
        "[tool.gradcheck]\nlayers = ['layers.py:sq', {target = 'layers.py:sq', args = {x = 'normal(9)'}}]\n"
    )
    done = run("-v")
    assert done.returncode == 0 and "x = normal(9)" in done.stdout and "Checked 2 layers" in done.stdout


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.gradcheck]\nlayer = []\n", "did you mean layers"),
        ("[tool.gradcheck]\nlayers = 'x'\n", "has to be a list"),
        ("[tool.gradcheck]\nlayers = [{args = {}}]\n", "needs a target"),
        ("[tool.gradcheck]\nlayers = [{target = 'a.py:b', arg = {}}]\n", "did you mean args"),
        ("[tool.gradcheck\n", "cannot be read"),
    ],
)
def test_bad_configuration(layers: Path, text: str, said: str) -> None:
    Path("pyproject.toml").write_text(text)
    done = run()
    assert done.returncode == 2 and said in done.stderr


def test_starting_up_is_light(layers: Path) -> None:
    watch = (
        "import sys, gradcheck.workers.worker as w\n"
        "from gradcheck.layers.wanted import Wanted\n"
        "from gradcheck.layers.session import check_wanted\n"
        "list(check_wanted(Wanted('layers.py:sq')))\n"
        "print(*sorted({m.split('.')[0] for m in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", watch], capture_output=True, text=True, check=True)
    assert {"sympy", "torch", "jax"}.isdisjoint(done.stdout.split()) and "numpy" in done.stdout.split()
