"""What a file imports, without running it."""

import os
from pathlib import Path

import pytest

from gradcheck.imported_names import imported_files, imported_names, module_files


def write(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("import a", ("a",)),
        ("import a.b as c", ("a", "a.b")),
        ("from a import b", ("a", "a.b")),
        ("from . import b", ("net", "net.b")),
        ("from .b import c", ("net", "net.b", "net.b.c")),
        ("def f():\n    import a", ("a",)),
        ("not python (", ()),
        ("\0", ()),
    ],
)
def test_names(source: str, names: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.py").write_text(source, encoding="utf-8")
    assert imported_names(str(tmp_path / "x.py"), 0, "net") == names


def test_files_are_followed_through_the_project(tmp_path: Path) -> None:
    write(
        tmp_path,
        layers="import numpy\nimport helper\nfrom net import conv",
        helper="import layers, constants",
        constants="FACTOR = 2",
        net____init__="",
        net__conv="from .deep import x",
        net__deep="x = 1",
        other="",
    )
    (tmp_path / "net" / "__init__.py").write_text("", encoding="utf-8")
    found = imported_files(str(tmp_path / "layers.py"), ())
    shown = {os.path.relpath(file, os.path.realpath(tmp_path)) for file in found}
    expected = {"layers.py", "helper.py", "constants.py", "net/__init__.py", "net/conv.py", "net/deep.py"}
    assert shown == {os.path.normpath(name) for name in expected}


def test_modules_are_looked_for_in_the_roots(tmp_path: Path) -> None:
    write(tmp_path, src__net="", layers="import net")
    assert list(module_files("net", (str(tmp_path / "src"),))) == [
        os.path.realpath(tmp_path / "src" / "net.py")
    ]
    found = imported_files(str(tmp_path / "layers.py"), (str(tmp_path / "src"),))
    assert {os.path.basename(file) for file in found} == {"layers.py", "net.py"}


def test_a_file_that_is_gone_imports_nothing(tmp_path: Path) -> None:
    gone = str(tmp_path / "gone.py")
    assert imported_files(gone, ()) == {os.path.realpath(gone)}
