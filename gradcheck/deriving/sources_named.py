"""What the arguments of ``gradcheck derive`` name: a layer of the library, a document, or definitions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gradcheck.builtin import builtin_paths
from gradcheck.derive.derivation import CannotDerive
from gradcheck.deriving.library import builtin, library_names
from gradcheck.deriving.typed import definitions_as_document, is_bare
from gradcheck.inputs import Input

TYPED = "definitions.md"
_SIGNS = ("=", "\\leftarrow", "\\gets", "\\triangleq", "\\equiv")


@dataclass(frozen=True)
class Source:
    """The bytes to read, the path they go by, the name for code, and how messages call it."""

    path: str
    data: bytes
    name: str
    shown: str


def named_source(arguments: Sequence[str], stdin_filename: str, stdin: Callable[[], bytes]) -> Source:
    """The one source that the arguments name. Raises `CannotDerive`.

    Arguments that hold a relation sign, and are no file, are definitions; several of them belong together.
    """
    if not arguments:
        raise CannotDerive("nothing to derive", help="name a layer, such as batchnorm, a document, or -")
    if all(_is_typed(argument) for argument in arguments):
        return Source(TYPED, definitions_as_document(arguments), "layer", "the definitions")
    if len(arguments) > 1:
        raise CannotDerive(
            "one layer or document at a time, or definitions alone",
            help="definitions are arguments with an = in them; quote each",
        )
    (argument,) = arguments
    if argument == "-":
        return _from_stdin(stdin(), stdin_filename)
    path = Path(argument)
    if path.is_file() or path.suffix or "/" in argument:
        return Source(argument, _read(argument), path.stem, argument)
    return _built_in(argument)


def _is_typed(argument: str) -> bool:
    return any(sign in argument for sign in _SIGNS) and not _is_file(argument)


def _is_file(argument: str) -> bool:
    try:
        return Path(argument).is_file()
    except (OSError, ValueError):  # too long for a name, or a zero byte
        return False


def _from_stdin(data: bytes, name: str) -> Source:
    text = data.decode("utf-8", "replace")
    stem = Path(name).stem
    if "=" in text and is_bare(text) and Path(name).suffix in (".md", ".markdown", ".txt"):
        return Source(name, definitions_as_document([text]), stem, name)
    return Source(name, data, stem, name)


def _read(path: str) -> bytes:
    try:
        return Input(path).read()
    except OSError as error:
        raise CannotDerive(f"cannot be read: {error.strerror or error}", path) from None


def _built_in(name: str) -> Source:
    """A layer of the library, or else a built-in derivation, of which only the definitions count."""
    derivations = {path.stem: path for path in builtin_paths()}
    if name in derivations and name not in library_names():
        path = str(derivations[name])
        return Source(path, _read(path), name, name)
    path_, data = builtin(name)
    return Source(path_, data, Path(path_).stem, name)
