"""What README says of ``gradcheck derive`` is what happens."""

import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from gradcheck.cli import main

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
(SECTION,) = re.findall(r"^## Deriving\n(.*?)^## ", README, re.DOTALL | re.MULTILINE)
COMMANDS = [line for line in SECTION.split("```sh\n")[1].split("```")[0].splitlines() if line]
SHELL = f'gradcheck() {{ "{sys.executable}" -m gradcheck "$@"; }}\n'


def test_the_example(capsys: pytest.CaptureFixture[str]) -> None:
    console = re.search(r"```console\n\$ gradcheck (derive .*?)\n(.*?)```", README, re.DOTALL)
    assert console and main(shlex.split(console[1])) == 0
    assert capsys.readouterr().out == console[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_runs(command: str, tmp_path: Path) -> None:
    if "torch" in command and find_spec("torch") is None:
        pytest.skip("torch is not installed")
    (tmp_path / "notes.md").write_text("$$ y_i = x_i^2 $$\n", encoding="utf-8")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SHELL + command],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout or [p for p in tmp_path.iterdir() if p.name != "notes.md"]
