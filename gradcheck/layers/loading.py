"""From ``path/to/file.py:name`` or ``package.module:name`` to a module, imported once."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType

from gradcheck.layers.errors import CannotLoad


def parted(target: str) -> tuple[str, str | None]:
    """The file or module of a target, and the name in it, None for every layer.

    >>> parted("layers.py:bn"), parted("net.layers"), parted("C:/layers.py")
    (('layers.py', 'bn'), ('net.layers', None), ('C:/layers.py', None))
    """
    where, colon, name = target.rpartition(":")
    if not colon or "/" in name or "\\" in name:
        return target, None
    return where, name or None


def load(where: str) -> ModuleType:
    """Import a file or a module. Raises CannotLoad, which says what to do."""
    path = Path(where)
    if path.suffix == ".py" or path.exists() or "/" in where:
        return _load_file(path)
    return _imported(where, where)


def member(module: ModuleType, name: str) -> object:
    """An attribute of a module, dotted names included. Raises LookupError."""
    found: object = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise LookupError(name)
        found = getattr(found, part)
    return found


def no_such_name(module: ModuleType, where: str, name: str, layers: Sequence[str]) -> CannotLoad:
    """The error for a name that a module lacks, with the nearest one that it has, or else its layers."""
    known = [*layers, *(n for n in vars(module) if not n.startswith("_"))]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"its layers are {', '.join(layers[:12]) or 'none'}"
    return CannotLoad(f"{where} has no {name}; {hint}")


def _load_file(path: Path) -> ModuleType:
    if not path.exists():
        raise CannotLoad(f"no such file{_near_file(path)}")
    if path.is_dir():
        raise CannotLoad("is a directory; name a Python file, or one of its layers as FILE.py:NAME")
    path = path.resolve()
    root, name = _package_root(path)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None) == str(path):
        return loaded
    if "." in name:
        return _imported(name, str(path))
    return _executed(path, name if loaded is None else f"_gradcheck_{name}")


def _package_root(path: Path) -> tuple[Path, str]:
    """The directory to import from and the module's name there, so that relative imports work."""
    parts = [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.name.isidentifier():
        parts.insert(0, folder.name)
        folder = folder.parent
    return folder, ".".join(parts)


def _executed(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CannotLoad("is not a Python file; name one that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException as error:
        del sys.modules[name]
        raise _failed(error, str(path)) from error
    return module


def _imported(name: str, path: str) -> ModuleType:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise CannotLoad(
                f"no module named {error.name}; a file is named as path/to/file.py:NAME"
            ) from error
        raise _failed(error, path) from error
    except BaseException as error:
        raise _failed(error, path) from error


def _failed(error: BaseException, path: str) -> CannotLoad:
    """What went wrong while a file was imported, with the line of that file."""
    if isinstance(error, KeyboardInterrupt):
        raise error
    if isinstance(error, SyntaxError):
        place = f"line {error.lineno}" if error.lineno else "unknown line"
        return CannotLoad(f"cannot be imported: syntax error, {place}: {error.msg}")
    if isinstance(error, SystemExit):
        return CannotLoad('exits while it is imported; put what it runs below `if __name__ == "__main__":`')
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    place = f", line {frames[-1].lineno}" if frames else ""
    hint = (
        "; install it, or run gradcheck in the environment that has it"
        if isinstance(error, ImportError)
        else ""
    )
    return CannotLoad(f"cannot be imported: {type(error).__name__}{place}: {error}{hint}")


def _near_file(path: Path) -> str:
    folder = path.parent if path.parent.is_dir() else Path()
    near = get_close_matches(path.name, [p.name for p in folder.glob("*.py")], n=1)
    return f"; did you mean {folder / near[0]}?" if near else ""
