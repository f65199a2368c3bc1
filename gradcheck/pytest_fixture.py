"""The fixture ``gradcheck``: checks gradients in tests that are written by hand."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gradcheck import api
from gradcheck.layers.errors import LayerError
from gradcheck.layers.loading import parted
from gradcheck.model import Layer
from gradcheck.short_path import short_path


class Gradcheck:
    """``assert_gradients`` and ``check`` with the seed of a project; files are found from its root."""

    def __init__(self, root: Path, seed: int) -> None:
        self._root, self._seed = root, seed

    def __call__(self, target: Any, backward: Any = None, /, **options: Any) -> Layer:
        """``gradcheck.assert_gradients``: the report, or an AssertionError with it."""
        __tracebackhide__ = True
        return self._done(api.assert_gradients, target, backward, options)

    def check(self, target: Any, backward: Any = None, /, **options: Any) -> Layer:
        """``gradcheck.check``: the report."""
        __tracebackhide__ = True
        return self._done(api.check, target, backward, options)

    def _done(self, function: Callable[..., Layer], target: Any, backward: Any, options: Any) -> Layer:
        __tracebackhide__ = True
        try:
            return function(self._found(target), backward, **{"seed": self._seed, **options})
        except LayerError as error:
            if isinstance(target, str):
                error.args = (f"{target}: {error}",)
            raise error.with_traceback(None) from None  # the words say all that the caller can use

    def _found(self, target: Any) -> Any:
        """The target, with a file in it as it is named from the working directory."""
        if not isinstance(target, str):
            return target
        where, name = parted(target)
        if where.endswith(".py") or os.sep in where or "/" in where:
            where = short_path(self._root / where)
        return where if name is None else f"{where}:{name}"
