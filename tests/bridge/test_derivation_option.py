"""``gradcheck layer --derivation``: what it prints, what it refuses, what is in the JSON."""

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import bridged_layers as b
import jsonschema

SCHEMA = json.loads((files("gradcheck") / "report" / "schema.json").read_text(encoding="utf-8"))
SPOILED = b.SOFTMAX.format(dx="p*(dp + S(p*dp))")


def run(folder: Path, source: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "layers.py").write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "gradcheck", "layer", "layers.py", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_the_report_says_which_formula_it_is(tmp_path: Path) -> None:
    done = run(tmp_path, SPOILED, "--derivation", str(b.PAPERS / "softmax.md"))
    assert done.returncode == 1
    paper = b.PAPERS / "softmax.md"
    said = f"the gradient of scores is equation 3 ({paper}:7:40) with `-` replaced by `+` before `\\sum"
    assert f"= note: {said}" in done.stdout
    assert "layer:    p_i \\left( \\frac{\\partial \\ell}{\\partial p_i} + \\sum" in done.stdout
    assert (
        "bound to softmax.md: scores is z (K along axis 1), once for each position along axis 0"
        in done.stdout
    )


def test_a_right_layer_is_told_what_it_implements(tmp_path: Path) -> None:
    source = b.SOFTMAX.format(**b.SOFTMAX_RIGHT)
    done = run(tmp_path, source, "--derivation", str(b.PAPERS / "softmax.md"))
    assert done.returncode == 0
    assert "the gradient of scores is equation 3 (" in done.stdout and ") as printed" in done.stdout


def test_the_json_has_the_formula_and_the_change(tmp_path: Path) -> None:
    done = run(tmp_path, SPOILED, "--derivation", str(b.PAPERS / "softmax.md"), "--format", "json")
    report = json.loads(done.stdout)
    jsonschema.validate(report, SCHEMA)
    (argument,) = report["layers"][0]["arguments"]
    found = argument["implements"]
    assert (found["label"], found["line"], found["verdict"]) == ("3", 7, "holds")
    assert found["changes"][0]["latex"].strip() == "+" and found["through"] is None
    assert report["layers"][0]["derivation"].startswith("bound to softmax.md")


def test_a_built_in_derivation_by_name_and_an_unknown_one(tmp_path: Path) -> None:
    source = b.BATCHNORM.format(**b.BATCHNORM_RIGHT)
    done = run(tmp_path, source, "--derivation", "batchnorm-agarwal")
    assert done.returncode == 0 and "bound to batchnorm-agarwal.md" in done.stdout
    done = run(tmp_path, source, "--derivation", "batchnorm-agrwal")
    assert done.returncode == 2 and "did you mean batchnorm-agarwal?" in done.stderr


def test_a_file_that_is_no_document(tmp_path: Path) -> None:
    (tmp_path / "notes.ipynb").write_text("not a notebook", encoding="utf-8")
    done = run(tmp_path, SPOILED, "--derivation", "notes.ipynb")
    assert done.returncode == 2 and "notes.ipynb" in done.stderr and "bug" not in done.stderr
