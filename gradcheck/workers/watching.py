"""What a layer's result depends on: the files of the project that it imports and reads, and its packages."""

from __future__ import annotations

import os
import sys
import sysconfig
from dataclasses import dataclass
from importlib.util import source_from_cache
from types import ModuleType

import gradcheck
from gradcheck.imported_names import imported_names
from gradcheck.workers.dependencies import Dependencies

_LIBRARIES = tuple(
    {os.path.realpath(path) + os.sep for name, path in sysconfig.get_paths().items() if "lib" in name}
    | {os.path.dirname(os.path.realpath(gradcheck.__file__)) + os.sep}
)
_COMPILED = (".so", ".pyd", ".dll", ".dylib")


@dataclass(frozen=True, slots=True)
class _Load:
    """What was imported together for the first time, and the files that were read meanwhile."""

    modules: frozenset[str]
    files: frozenset[str]


class Watch:
    """Notices which files are opened for reading while layers are loaded and run."""

    def __init__(self) -> None:
        self._opened: set[str] = set()
        self._before: frozenset[str] = frozenset()
        self._loads: list[_Load] = []
        self._on = False
        sys.addaudithook(self._hear)

    def start(self) -> None:
        """Forget what was noticed."""
        self._opened.clear()
        self._before = frozenset(sys.modules)
        self._on = True

    def imported(self) -> None:
        """What has been read since the start was read while modules were imported, which happens once."""
        new = frozenset(sys.modules) - self._before
        if new:
            self._loads.append(_Load(new, frozenset(self._opened)))

    def dependencies(self, module: ModuleType) -> Dependencies:
        """What a module has imported, directly or not, and what has been read by it or since the start."""
        self._on = False
        modules = _imported(module)
        names = {m.__name__ for m in modules}
        read = self._opened.union(*(load.files for load in self._loads if load.modules & names))
        files = {file for m in modules if (file := _own_file(m)) is not None}
        files |= {path for path in read if _is_own(path) and os.path.isfile(path)}
        packages = {m.__name__.partition(".")[0] for m in modules if _own_file(m) is None}
        return Dependencies(tuple(sorted(files)), tuple(sorted(packages - set(sys.stdlib_module_names))))

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._on or event != "open":
            return
        path, mode = arguments[0], arguments[1]
        if isinstance(path, str | bytes) and (mode is None or "r" in str(mode)):
            name = _source(os.path.abspath(os.fsdecode(path)))
            if not name.endswith(_COMPILED):
                self._opened.add(name)


def _source(path: str) -> str:
    """The source of a compiled module, which is what changes; any other file itself."""
    try:
        return source_from_cache(path) if path.endswith(".pyc") else path
    except ValueError:
        return path


def _imported(module: ModuleType) -> list[ModuleType]:
    """The module and those that it imports by name, directly or not; those of libraries are not entered."""
    found: dict[str, ModuleType] = {}
    waiting = [module]
    while waiting:
        one = waiting.pop()
        if one.__name__ in found:
            continue
        found[one.__name__] = one
        if (file := _own_file(one)) is not None:
            names = imported_names(file, os.stat(file).st_mtime_ns, one.__package__ or "")
            waiting += [sys.modules[name] for name in names if name in sys.modules]
    return list(found.values())


def _own_file(module: ModuleType) -> str | None:
    """The source file of a module that belongs to the project; None for a library's."""
    file = getattr(module, "__file__", None)
    return file if file is not None and file.endswith(".py") and _is_own(file) else None


def _is_own(path: str) -> bool:
    return not os.path.realpath(path).startswith((*_LIBRARIES, "/proc/", "/dev/", "/sys/"))
