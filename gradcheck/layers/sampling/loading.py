"""Arrays from .npy and .npz files, without ever unpickling anything."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gradcheck.layers.sampling.dtypes import is_number_dtype
from gradcheck.layers.sampling.limits import MOST_ELEMENTS, guard_elements
from gradcheck.layers.sampling.spec_error import SpecError

Array = NDArray[Any]


def load(path: str, key: str | None = None) -> Array:
    """The array in a .npy file, or the one called ``key`` in a .npz file; a lone one needs no key.

    Raises SpecError if there is no such file or key, if the array does not hold numbers, or is too large.
    """
    try:
        if not Path(path).is_file():
            raise SpecError(f"there is no file {path!r}")
        array = _from_archive(path, key) if _starts_with(path, b"PK") else _from_file(path, key)
    except (OSError, EOFError, ValueError, zipfile.BadZipFile) as error:
        if isinstance(error, SpecError):
            raise
        raise SpecError(f"cannot load {path!r}: {error}") from error
    if not is_number_dtype(array.dtype):
        raise SpecError(f"{path!r} holds {array.dtype}, not real numbers")
    return array


def _starts_with(path: str, magic: bytes) -> bool:
    with open(path, "rb") as file:
        return file.read(len(magic)) == magic


def _from_file(path: str, key: str | None) -> Array:
    """Mapped first, so that the size is known before anything is read."""
    if key is not None:
        raise SpecError(f"{path!r} is a single array and has no key {key!r}")
    if not _starts_with(path, b"\x93NUMPY"):
        raise SpecError(f"{path!r} is neither a .npy nor a .npz file")
    mapped = np.load(path, mmap_mode="r", allow_pickle=False)
    guard_elements(mapped.size)
    return np.array(mapped)


def _from_archive(path: str, key: str | None) -> Array:
    with open(path, "rb") as file, np.load(file, allow_pickle=False) as archive:
        name = _key(path, key, archive.files)
        _guard_member(path, name)
        array = np.asarray(archive[name])
    guard_elements(array.size)
    return array


def _key(path: str, key: str | None, known: list[str]) -> str:
    if key is None and len(known) == 1:
        return known[0]
    if key is None or key not in known:
        asked = "which array?" if key is None else f"no array {key!r};"
        raise SpecError(f"{path!r}: {asked} it holds {', '.join(known) or 'none'}")
    return key


def _guard_member(path: str, name: str) -> None:
    """A small archive may unpack to a huge array; its directory says how large."""
    with zipfile.ZipFile(path) as archive:
        members = {m.filename.removesuffix(".npy"): m.file_size for m in archive.infolist()}
    if members.get(name.removesuffix(".npy"), 0) > 8 * MOST_ELEMENTS + 4096:
        guard_elements(members[name.removesuffix(".npy")] // 8)
