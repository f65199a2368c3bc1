"""`gradcheck gate PATH…` checks what the files touch, as a hook before a commit asks for it."""

import json
import os
from pathlib import Path

import pytest
from sample_project import edited, gate

EVERYTHING = {"docs/affine.md", "docs/sums.md", "net/affine.py:affine", "net.products:product"}
NOTHING = "gradcheck: nothing that is configured is in these files\n"


def checked(directory: Path, *arguments: str, code: int = 0) -> set[str]:
    """The documents and layers that are in the report, by their names."""
    done = gate(directory, *arguments, formats=["json"])
    assert done.code == code, done
    report = json.loads(done.reports["json"])
    return {d["path"] for d in report["documents"]} | {layer["target"] for layer in report["layers"]}


def test_only_what_is_touched_is_checked(project: Path) -> None:
    assert checked(project, "docs/sums.md") == {"docs/sums.md"}
    assert checked(project, "net/affine.py", "docs/ridge.ipynb") == {
        "net/affine.py:affine",
        "docs/ridge.ipynb",
    }
    assert checked(project, "net/products.py") == {"net.products:product"}
    both = {"net/activations.py:tanh", "net/activations.py:square"}
    assert checked(project, "net/activations.py") == both


def test_a_file_counts_once_however_it_is_spelled(project: Path) -> None:
    paths = ["docs/sums.md", "./docs/sums.md", str(project / "docs" / "sums.md"), "net/../docs/sums.md"]
    (project / "link.md").symlink_to("docs/sums.md")
    done = gate(project, *paths, "docs/sums.md", "link.md", formats=["json"])
    assert [d["path"] for d in json.loads(done.reports["json"])["documents"]] == ["docs/sums.md"]


def test_a_directory_stands_for_what_is_in_it(project: Path) -> None:
    assert checked(project, "net") > {"net/affine.py:affine", "net/losses.py:squared_error"}
    assert not any(name.endswith(".md") for name in checked(project, "net"))
    assert checked(project, ".") > EVERYTHING


@pytest.mark.parametrize("path", ["README.md", "reports"])
def test_what_is_not_configured_is_no_fault(project: Path, path: str) -> None:
    (project / "README.md").write_text("$$ 1 = 2 $$\n", encoding="utf-8")
    done = gate(project, path)
    assert (done.code, done.err) == (0, NOTHING)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("docs/ridge.ipynb", "pyproject.toml:5:1: no document matches docs/ridge.ipynb"),
        ("docs/affine.md", "docs/affine.md: no such file"),
        ("net/losses.py", "net/losses.py: no such file"),
        ("docs/never.md", "docs/never.md: no such file"),
    ],
)
def test_a_file_that_is_gone_is_missed(project: Path, path: str, said: str) -> None:
    (project / path).unlink(missing_ok=True)
    done = gate(project, path, "docs/sums.md")
    assert done.code == 2 and done.err.startswith(f"gradcheck: {said}\n")
    assert "docs/sums.md:7" in done.out


@pytest.mark.parametrize("path", ["pyproject.toml", "errata.toml"])
def test_what_is_said_of_everything_touches_everything(project: Path, path: str) -> None:
    assert checked(project, path) > EVERYTHING
    edited(project / "errata.toml", "docs/squared-error.md", "docs/old.md")
    done = gate(project, path)
    assert done.code == 1 and "error[G101]" in done.out


def test_errata_of_other_files_are_left_alone(project: Path) -> None:
    edited(project / "docs/squared-error.md", "x_i - t_i \\\\\n&= -(t_i - x_i)", "2(x_i - t_i)")
    assert gate(project, "docs/affine.md").code == 0
    stale = gate(project, "docs/squared-error.md")
    assert stale.code == 1 and "error[G101]" in stale.out


def test_paths_are_from_where_one_stands(project: Path) -> None:
    here = project / "docs"
    assert checked(here, "sums.md") == {"sums.md"}
    assert checked(here, "../net/affine.py") == {"../net/affine.py:affine"}
    assert checked(here, os.path.abspath(project / "net" / "products.py")) == {"net.products:product"}
    assert checked(here, "docs/sums.md", code=2) == set()


def test_from_a_subdirectory_everything_is_found(project: Path) -> None:
    found = checked(project / "net")
    assert {"../docs/affine.md", "affine.py:affine", "net.products:product"} < found
    assert len(found) == len(checked(project))
