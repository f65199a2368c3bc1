"""The object in which a forward saves what its backward needs."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from gradcheck.layers.adapters.call_signatures import signature_of
from gradcheck.layers.adapters.class_methods import MethodPair, is_context
from gradcheck.layers.adapters.class_readings import own_parameters

_CLASSES = ("Context", "Ctx", "FunctionContext", "FunctionCtx")


class Context:
    """Keeps what is saved, under whatever name it is asked for.

    >>> context = Context(2)
    >>> context.save_for_backward("x", "w")
    >>> context.saved_tensors, context.get_saved_tensors()
    (('x', 'w'), ('x', 'w'))
    """

    def __init__(self, number: int = 0) -> None:
        self._kept: tuple[Any, ...] = ()
        self.needs_input_grad = (True,) * number
        self.requires_grad = True

    def save_for_backward(self, *values: Any) -> None:
        """Keep these."""
        self._kept += values

    save = save_saved = store = stash = save_tensors = save_values = save_arrays = set = save_for_backward

    def retrieve(self) -> Any:
        """What was kept, by itself if it is one."""
        return self._kept[0] if len(self._kept) == 1 else self._kept

    get = get_saved_vals = get_saved_values = load = retrieve

    def get_saved_tensors(self) -> tuple[Any, ...]:
        """What was kept."""
        return self._kept

    get_saved_arrays = get_saved_tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What was kept."""
        return self._kept

    saved_arrays = saved = saved_variables = saved_data = tensors = saved_tensors

    @property
    def saved_values(self) -> Any:
        """What was kept, as minitorch gives it: by itself if it is one."""
        return self._kept

    def mark_non_differentiable(self, *values: Any) -> None:
        """Nothing to do."""

    mark_dirty = set_materialize_grads = mark_non_differentiable


def has_context(pair: MethodPair) -> bool:
    """Whether both methods are given a context first."""
    first = [own_parameters(pair, m)[:1] for m in (pair.forward, pair.backward)]
    return all(p and is_context(p[0].name) for p in first)


def new_context(function: Callable[..., Any], number: int) -> Any:
    """The context class of the function's own module, if it has one that can be made; else ours."""
    own = getattr(inspect.unwrap(function), "__globals__", {})
    for kind in (*_annotated(function), *(own.get(n) for n in _CLASSES)):
        if isinstance(kind, type) and hasattr(kind, "__dict__") and kind.__module__ != __name__:
            try:
                return kind()
            except Exception:
                continue
    return Context(number)


def _annotated(function: Callable[..., Any]) -> list[Any]:
    """The class with which the first parameter is annotated, if it is annotated with one."""
    try:
        first = next(iter(signature_of(function).parameters.values()))
    except (TypeError, ValueError, StopIteration):
        return []
    return [first.annotation] if first.annotation not in (inspect.Parameter.empty, object, Any) else []
