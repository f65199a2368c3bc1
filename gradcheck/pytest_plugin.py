"""The pytest plugin: what ``[tool.gradcheck]`` names is collected, and tests have a fixture ``gradcheck``.

pytest loads this file in every run, so that it imports nothing until there is something to check.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from gradcheck.project import Project
    from gradcheck.pytest_fixture import Gradcheck

_PROJECT = pytest.StashKey["Project | None"]()
_MARKER = "gradcheck: a claim of a document, or an argument of a layer, that [tool.gradcheck] names."


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let collection be switched off, for one run or for good."""
    group = parser.getgroup("gradcheck", "gradients made by hand")
    group.addoption("--no-gradcheck", action="store_true", help="Collect no documents and layers.")
    parser.addini("gradcheck", "Whether documents and layers are collected.", type="bool", default=True)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", _MARKER)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Begin to collect if there is a configuration. Raises UsageError if it cannot be used."""
    config = session.config
    if config.getoption("no_gradcheck") or not config.getini("gradcheck"):
        return
    project = _project(config)
    if project is not None:
        from gradcheck.pytest_collecting import collecting

        config.pluginmanager.register(collecting(project), "gradcheck-collecting")


@pytest.fixture(scope="session")
def gradcheck(pytestconfig: pytest.Config) -> Gradcheck:
    """``gradcheck(forward, backward, x=…)`` fails the test unless the gradients are right.

    It is ``gradcheck.assert_gradients`` with the seed of the configuration; ``gradcheck.check`` gives the
    report instead. A file in a target, as in ``"layers.py:batchnorm"``, is looked for from rootdir.
    """
    from gradcheck.pytest_fixture import Gradcheck

    project = _project(pytestconfig)
    return Gradcheck(pytestconfig.rootpath, project.seed if project is not None else 0)


def _project(config: pytest.Config) -> Project | None:
    """The project of the run, the same all the time; None without a configuration. Raises UsageError."""
    if _PROJECT not in config.stash:
        config.stash[_PROJECT] = _opened(config)
    return config.stash[_PROJECT]


def _opened(config: pytest.Config) -> Project | None:
    for directory in dict.fromkeys((config.invocation_params.dir, config.rootpath)):
        for folder in (directory, *directory.parents):
            try:
                named = b"gradcheck" in (folder / "pyproject.toml").read_bytes()
            except OSError:
                continue
            if named:
                from gradcheck.pytest_project import project_of

                if (project := project_of(directory, config)) is not None:
                    return project
                break
    return None
