"""The floors: a file imports only what stands below it, and ``--help`` stays light."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import gradcheck.model

PACKAGE = Path(gradcheck.model.__file__).parent
FLOORS = {
    0: [
        "model",
        "rule",
        "document_rules",
        "example_modules",
        "layer_examples",
        "layer_rules",
        "cause_examples",
        "cause_rules",
        "gate_rules",
        "acceptance",
        "items",
        "rules",
        "options",
        "changes",
        "builtin",
        "layer_findings",
        "findings",
        "selection",
        "config",
        "config_files",
        "config_reading",
        "config_values",
        "configured",
        "layer_targets",
        "patterns",
        "quoting",
        "searched",
        "short_path",
        "toml_lines",
        "toml_source",
        "quotations",
        "imported_names",
        "installed",
        "extras",
        "errata",
        "errata_matching",
        "errata_writing",
        "suppressions",
        "document_suppressions",
        "code_suppressions",
        "accepting",
        "plain",
        "output",
        "bugs",
        "processors",
    ],
    1: ["algebra"],
    2: ["documents", "layers", "derive", "report"],
    3: [
        "inputs",
        "run",
        "fixing",
        "fixed",
        "bridge",
        "deriving",
        "errata_mending",
        "workers",
        "cache",
        "plan",
        "project",
        "executing",
    ],
    4: [
        "terminal",
        "explain",
        "presentation",
        "fix_diff",
        "rewriting",
        "fix_run",
        "runs",
        "watch",
        "doc",
        "layer",
        "gate",
        "derive_run",
        "api",
        "cli_options",
        "cli",
        "pytest_checking",
        "pytest_collecting",
        "pytest_fixture",
        "pytest_naming",
        "pytest_nodes",
        "pytest_plugin",
        "pytest_project",
        "pytest_sharing",
        "pytest_told",
        "__main__",
        "__init__",
    ],
}
FLOOR = {room: floor for floor, rooms in FLOORS.items() for room in rooms}
MODULES = {
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports(path: Path) -> Iterator[str]:
    """The modules of gradcheck that a file names, wherever in the file the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            whole = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name if name in MODULES else node.module for name in whole)


EDGES = [(name, imported) for name, path in MODULES.items() for imported in imports(path)]


def room(module: str) -> str:
    return [*module.split("."), "__init__"][1]


def test_every_room_has_a_floor() -> None:
    assert {room(module) for module in MODULES} <= set(FLOOR)


def test_imports_go_down() -> None:
    upward = [(a, b) for a, b in EDGES if FLOOR[room(a)] < FLOOR[room(b)] and b != "gradcheck"]
    assert upward == []


def test_rooms_of_one_floor_keep_apart() -> None:
    crossing = [(a, b) for a, b in EDGES if FLOOR[room(a)] == 2 == FLOOR[room(b)] and room(a) != room(b)]
    assert crossing == []


def test_no_cycles() -> None:
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for name, imported in EDGES:
        graph[name].add(imported)
    list(TopologicalSorter(graph).static_order())


def test_reports_need_no_mathematics() -> None:
    texts = [p.read_text(encoding="utf-8") for p in (PACKAGE / "report").glob("*.py")]
    named = [
        ast.unparse(n)
        for t in texts
        for n in ast.walk(ast.parse(t))
        if isinstance(n, ast.Import | ast.ImportFrom)
    ]
    assert not [line for line in named if "sympy" in line.split() or "numpy" in line.split()]


@pytest.mark.parametrize("command", [["--help"], ["doc", "--help"], ["layer", "--help"], ["rule"]])
def test_light_commands_import_no_mathematics(command: list[str]) -> None:
    program = (
        f"import sys; from gradcheck.cli import main; main({command}); print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"numpy", "sympy", "rich"}.isdisjoint(done.stderr.split())
