"""The GitHub Action, the hook for pre-commit, the blocks for CI servers: valid, and run where that can be."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from packaging.requirements import Requirement
from ruamel.yaml import YAML
from sample_project import environment

from gradcheck.inputs import SUFFIXES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BASH = ["bash", "--noprofile", "--norc", "-eo", "pipefail"]  # as GitHub runs `shell: bash`
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
RIGHT = "$$ L = \\sum_{i=1}^m (x_i - t_i)^2 $$\n\n$$ \\frac{\\partial L}{\\partial x_i} = 2(x_i - t_i) $$\n"
WRONG = RIGHT.replace("2(x_i - t_i)", "x_i - t_i")
EVIL = [
    "$(touch pwned)",
    "`touch pwned`",
    "; touch pwned",
    "&& touch pwned",
    "| touch pwned",
    "' touch pwned '",
]


def yaml(text: str) -> Any:
    return YAML(typ="safe").load(text)


def of_file(name: str) -> Any:
    return yaml((ROOT / name).read_text(encoding="utf-8"))


ACTION = of_file("action.yml")
WORKFLOW = of_file(".github/workflows/ci.yml")
HOOKS = of_file(".pre-commit-hooks.yaml")


def block(beginning: str) -> str:
    """The one block of YAML in README that begins so."""
    (found,) = [one for one in BLOCKS if one.startswith(beginning)]
    return str(found)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one document, in which nothing is wrong."""
    folder = tmp_path / "project"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs/squared.md").write_text(RIGHT, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.gradcheck]\ndocuments = ["docs"]\n', encoding="utf-8")
    return folder


def path_with(*folders: Path) -> str:
    """A PATH on which the commands of this environment come first, after those of the folders."""
    return os.pathsep.join([*map(str, folders), str(Path(sys.executable).parent), os.environ["PATH"]])


def script(text: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a script of a step."""
    file = cwd.parent / "step.sh"
    file.write_text(text, encoding="utf-8")
    return subprocess.run(
        [*BASH, str(file)], cwd=cwd, env=environment(**{"PATH": path_with(), **variables}), text=True,
        encoding="utf-8", capture_output=True, stdin=subprocess.DEVNULL, timeout=120, check=False,
    )  # fmt: skip


# What is written in the files


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("vendor.github-actions", (ROOT / "action.yml").read_text(encoding="utf-8")),
        ("vendor.github-workflows", (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")),
        ("vendor.github-workflows", block("name: gradients")),
        ("vendor.gitlab-ci", block("gradcheck:")),
    ],
)
def test_what_servers_read_is_valid(schema: str, text: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yml"
    file.write_text(text, encoding="utf-8")
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(file)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_schema_finds_a_mistake(tmp_path: Path) -> None:
    file = tmp_path / "file.yml"
    file.write_text(block("gradcheck:").replace("script:", "scripts:"), encoding="utf-8")
    line = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(file)]
    assert subprocess.run(line, capture_output=True, timeout=120, check=False).returncode == 1


def steps() -> list[Any]:
    """Every step with a script, of the action and of the workflow."""
    found = [*ACTION["runs"]["steps"], *(step for job in WORKFLOW["jobs"].values() for step in job["steps"])]
    return [step for step in found if "run" in step]


def test_scripts_hold_no_expressions() -> None:
    """An input that is put into the text of a script could be run."""
    assert len(steps()) >= 6
    assert not [step["run"] for step in steps() if "${{" in step["run"]]


def test_every_input_is_used_and_described() -> None:
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    for name, said in ACTION["inputs"].items():
        assert f"inputs.{name}" in text and said["description"] and isinstance(said["default"], str)
    assert set(re.findall(r"inputs\.([\w-]+)", text)) == set(ACTION["inputs"])


def test_outputs_are_those_of_steps() -> None:
    identifiers = {step["id"] for step in ACTION["runs"]["steps"] if "id" in step}
    text = (ROOT / "action.yml").read_text(encoding="utf-8")
    assert set(re.findall(r"steps\.(\w+)\.", text)) <= identifiers


def test_the_exit_code_comes_after_every_upload() -> None:
    kinds = [step.get("id") or step["uses"] for step in ACTION["runs"]["steps"]]
    uploads = [n for n, kind in enumerate(kinds) if "upload" in kind or "cache/save" in kind]
    assert kinds.index("gate") < min(uploads) and max(uploads) < kinds.index("end") == len(kinds) - 1


def test_readme_gives_inputs_that_exist() -> None:
    (step,) = [
        s for s in yaml(block("name: gradients"))["jobs"]["gradcheck"]["steps"] if "gradcheck" in s["uses"]
    ]
    assert set(step["with"]) <= set(ACTION["inputs"])


# The action


@dataclass
class Step:
    """What a step of the action did."""

    code: int
    log: str
    summary: str = ""
    outputs: Mapping[str, str] = field(default_factory=dict)


def step(identifier: str) -> Any:
    (found,) = [one for one in ACTION["runs"]["steps"] if one.get("id") == identifier]
    return found


def run_step(
    identifier: str, workspace: Path, inputs: Mapping[str, str] | None = None, **variables: str
) -> Step:
    """Run a step with these inputs, and with files for what it tells GitHub."""
    given = {name: said["default"] for name, said in ACTION["inputs"].items()} | dict(inputs or {})
    own = {name: filled(value, given) for name, value in step(identifier).get("env", {}).items()}
    files = {name: workspace.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    for file in files.values():
        file.write_text("", encoding="utf-8")
    done = script(
        step(identifier)["run"],
        workspace / filled(step(identifier).get("working-directory", "."), given),
        **{**own, **{name: str(file) for name, file in files.items()}, "CI": "true", **variables},
    )
    outputs, summary = (files[name].read_text(encoding="utf-8") for name in files)
    return Step(done.returncode, done.stdout + done.stderr, summary, understood(outputs))


def filled(text: str, inputs: Mapping[str, str]) -> str:
    """A value with its one expression replaced, as GitHub does it for `env`."""
    match = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", text)
    return inputs[match[1]] if match else text


def understood(text: str) -> dict[str, str]:
    """The outputs of a step, as GitHub reads the file."""
    found, lines = {}, iter(text.split("\n"))
    for line in lines:
        name, sign, rest = re.match(r"(.*?)(<<|=|$)(.*)", line).groups()  # type: ignore[union-attr]
        if sign == "<<":
            value = []
            while (part := next(lines)) != rest:
                value.append(part)
            found[name] = "\n".join(value)
        elif sign:
            found[name] = rest
    return found


def test_the_action_passes_what_holds(project: Path) -> None:
    done = run_step("gate", project)
    assert (done.code, done.log) == (0, "")
    assert done.outputs == {"exit-code": "0", "sarif-file": "./gradcheck.sarif"}
    assert "## gradcheck passed" in done.summary
    assert json.loads((project / "gradcheck.sarif").read_text(encoding="utf-8"))["runs"][0]["results"] == []


def test_the_action_tells_what_is_new_before_it_fails(project: Path) -> None:
    (project / "docs/squared.md").write_text(WRONG, encoding="utf-8")
    done = run_step("gate", project)
    assert done.code == 0
    assert done.log.startswith("::error file=docs/squared.md,line=3,")
    assert "## gradcheck failed: 1 error" in done.summary
    assert done.outputs["exit-code"] == "1"
    (found,) = json.loads((project / "gradcheck.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert found["ruleId"] == "D101"
    assert run_step("end", project, GRADCHECK_EXIT_CODE=done.outputs["exit-code"]).code == 1


@pytest.mark.parametrize("configuration", ["documnets = []", 'documents = ["nowhere.md"]', "documents = ["])
def test_the_action_tells_of_a_bad_configuration(project: Path, configuration: str) -> None:
    (project / "pyproject.toml").write_text(f"[tool.gradcheck]\n{configuration}\n", encoding="utf-8")
    done = run_step("gate", project)
    assert done.code == 0 and done.outputs["exit-code"] == "2"
    assert "::error" in done.log and "could not check everything" in done.summary
    assert run_step("end", project, GRADCHECK_EXIT_CODE=done.outputs["exit-code"]).code == 2


@pytest.mark.parametrize("arguments", ["--no-such-option", "--strict 'not closed"])
def test_the_action_tells_of_bad_arguments(project: Path, arguments: str) -> None:
    (project / "gradcheck.sarif").write_text("of another run", encoding="utf-8")
    done = run_step("gate", project, {"args": arguments})
    assert done.code == 0 and done.outputs == {"exit-code": "2"}
    assert "::error title=gradcheck::gradcheck could not run" in done.log and done.summary == ""


def test_arguments_are_quoted_as_in_a_shell(project: Path) -> None:
    (project / "of the book.md").write_text(WRONG, encoding="utf-8")
    (project / "other.toml").write_text('documents = ["of the book.md"]\n', encoding="utf-8")
    done = run_step("gate", project, {"args": '--config other.toml\n  "of the book.md"  --format concise'})
    assert done.outputs["exit-code"] == "1" and done.log.startswith("of the book.md:3:")


def test_a_step_that_broke_off_is_no_success(project: Path) -> None:
    assert run_step("end", project, GRADCHECK_EXIT_CODE="").code == 2


def test_without_a_file_there_is_no_sarif(project: Path) -> None:
    done = run_step("gate", project, {"sarif-file": ""})
    assert done.outputs == {"exit-code": "0"} and not list(project.glob("*.sarif"))


def test_another_directory(project: Path) -> None:
    shutil.copytree(project, project / "part of it")
    (project / "pyproject.toml").unlink()
    done = run_step("gate", project, {"working-directory": "part of it", "sarif-file": "new/report.sarif"})
    assert done.outputs == {"exit-code": "0", "sarif-file": "part of it/new/report.sarif"}
    assert (project / done.outputs["sarif-file"]).is_file()


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize("name", ["args", "sarif-file"])
def test_inputs_are_never_run(project: Path, name: str, text: str) -> None:
    done = run_step("gate", project, {name: text})
    assert done.outputs["exit-code"] in "02"  # what is not run is the name of a file
    assert not list(project.rglob("pwned"))


def test_a_directory_is_never_run(project: Path) -> None:
    odd = project / "$(touch pwned); touch pwned"
    shutil.copytree(project, odd)
    done = run_step("gate", project, {"working-directory": odd.name})
    assert done.outputs["exit-code"] == "0" and not list(project.rglob("pwned"))


def test_no_input_writes_another_output(project: Path) -> None:
    (project / "docs/squared.md").write_text(WRONG, encoding="utf-8")
    name = "report\nexit-code=0\nend\n.sarif"
    done = run_step("gate", project, {"sarif-file": name})
    assert done.outputs == {"exit-code": "1", "sarif-file": f"./{name}"}


def test_the_summary_of_another_tool_stays(project: Path) -> None:
    assert ">> " in step("gate")["run"] and run_step("gate", project).summary.startswith("\n## gradcheck")


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """A folder with a python and a gradcheck that only say what they were called with."""
    folder = tmp_path / "stubs"
    folder.mkdir()
    for name in ("python", "gradcheck"):
        (folder / name).write_text(
            f'#!/bin/sh\nprintf "{name}"\nprintf " <%s>" "$@"\necho\n', encoding="utf-8"
        )
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("version", "package"),
    [
        ("", "/the/action[html]"),
        ("0.1.0", "gradcheck[html]==0.1.0"),
        ("0; touch pwned $(touch pwned)", "gradcheck[html]==0; touch pwned $(touch pwned)"),
    ],
)
def test_what_the_action_installs(project: Path, stubs: Path, version: str, package: str) -> None:
    done = run_step(
        "install", project, {"version": version}, PATH=path_with(stubs), GITHUB_ACTION_PATH="/the/action"
    )
    said = f"python <-m> <pip> <install> <--quiet> <--disable-pip-version-check> <{package}>\n"
    assert (done.code, done.log) == (0, f"{said}gradcheck <--version>\n")
    assert not list(project.rglob("pwned"))


def test_the_workflow_tries_the_action(tmp_path: Path) -> None:
    """Its configuration names what is there; one document of it stands for all."""
    tree = tmp_path / "tree"
    tree.mkdir()
    for name in ("derivations", "gradcheck"):
        (tree / name).symlink_to(ROOT / name)
    job = {s.get("id"): s for s in WORKFLOW["jobs"]["action"]["steps"]}
    assert script(job["configure"]["run"], tree).returncode == 0
    arguments = job["gradcheck"]["with"]["args"]
    done = run_step(
        "gate", tree, {"args": f"{arguments} derivations/cross-entropy-and-batchnorm-unbiased.md"}
    )
    assert done.outputs["exit-code"] == "0", done.log
    compared = {"EXIT_CODE": "0", "SARIF_FILE": done.outputs["sarif-file"]}
    assert script(job["compare"]["run"], tree, **compared).returncode == 0
    assert script(job["compare"]["run"], tree, **{**compared, "EXIT_CODE": "1"}).returncode == 1


# pre-commit


def commit_hook(project: Path, home: Path, *files: str) -> subprocess.CompletedProcess[str]:
    """What pre-commit itself does with the hook, which finds gradcheck here instead of installing it."""
    hook = {**HOOKS[0], "language": "system"}
    configuration = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (project / ".pre-commit-config.yaml").write_text(json.dumps(configuration), encoding="utf-8")
    known = environment(PATH=path_with(), PRE_COMMIT_HOME=str(home), GIT_CONFIG_GLOBAL=os.devnull)
    for line in (["git", "init", "-q"], ["git", "add", "."]):
        subprocess.run(line, cwd=project, env=known, capture_output=True, timeout=60, check=True)
    line = [sys.executable, "-m", "pre_commit", "run", "--verbose", "--color=never", "--files", *files]
    return subprocess.run(
        line,
        cwd=project,
        env=known,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_the_manifest_of_hooks_is_valid() -> None:
    pytest.importorskip("pre_commit")
    line = [sys.executable, "-m", "pre_commit", "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")]
    assert subprocess.run(line, capture_output=True, timeout=60, check=False).returncode == 0


def test_the_hook_checks_changed_files_alone(project: Path, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    (project / "docs/new.md").write_text(WRONG, encoding="utf-8")
    (project / "docs/data.json").write_text("{}", encoding="utf-8")
    (project / "other.md").write_text(WRONG, encoding="utf-8")
    home = tmp_path / "home"
    right = commit_hook(project, home, "docs/squared.md")
    assert right.returncode == 0 and "Passed" in right.stdout, right.stdout + right.stderr
    wrong = commit_hook(project, home, "docs/squared.md", "docs/new.md")
    assert wrong.returncode == 1 and "docs/new.md:3:36" in wrong.stdout
    other = commit_hook(project, home, "other.md")
    assert other.returncode == 0 and "nothing that is configured" in other.stdout
    none = commit_hook(project, home, "docs/data.json")
    assert none.returncode == 0 and "no files to check" in none.stdout


def test_the_hook_is_called_for_every_kind_of_document() -> None:
    identify = pytest.importorskip("identify.identify")
    for suffix in (*SUFFIXES, ".py"):
        assert identify.tags_from_filename(f"notes{suffix}") & set(HOOKS[0]["types_or"]), suffix


def test_readme_names_the_hook_that_exists() -> None:
    (repository,) = yaml(block("repos:"))["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [hook["id"] for hook in HOOKS]


# Other servers


def without_installing(line: str) -> str:
    return "" if line.startswith("pip install ") else line


@pytest.mark.parametrize(("text", "code"), [(RIGHT, 0), (WRONG, 1)])
def test_the_block_for_gitlab(project: Path, text: str, code: int) -> None:
    job = yaml(block("gradcheck:"))["gradcheck"]
    (project / "docs/squared.md").write_text(text, encoding="utf-8")
    done = script("\n".join(map(without_installing, job["script"])), project)
    assert done.returncode == code, done.stderr
    report = ElementTree.parse(project / job["artifacts"]["reports"]["junit"]).getroot()
    assert report.get("failures") == str(code) and report.get("tests") == "2"
    assert (project / job["cache"]["paths"][0]).is_dir()


def test_the_two_lines_for_any_other(project: Path) -> None:
    (lines,) = re.findall(r"### Anywhere else\n\n```sh\n(.*?)```", README, re.DOTALL)
    install, check = lines.splitlines()
    (_, _, requirement) = shlex.split(install)
    assert Requirement(requirement).extras == set()
    assert script(check, project).returncode == 0
    assert (project / "gradcheck.xml").is_file()


def installation_of(package: Path) -> str:
    """What the cache takes a copy of gradcheck for."""
    shutil.copytree(ROOT / "gradcheck", package / "gradcheck", ignore=shutil.ignore_patterns("__pycache__"),
                    copy_function=shutil.copyfile)  # fmt: skip
    program = "from gradcheck.cache.installation import installation; print(installation())"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=package, env=environment(PYTHONPATH=str(package)),
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def test_a_cache_is_kept_from_one_machine_to_the_next(tmp_path: Path) -> None:
    """An action installs gradcheck anew in each run."""
    assert installation_of(tmp_path / "a") == installation_of(tmp_path / "b")
