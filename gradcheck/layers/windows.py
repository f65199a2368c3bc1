"""Strides and paddings other than the ones that were asked for, for layers that slide a window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.target import Parameter

_STRIDES = ("stride", "strides", "step")
_PADDINGS = ("pad", "padding", "pads")
_TRIED = ((1, 0), (2, 0), (1, 1), (2, 1), (3, 2))


def windows(
    choice: dict[str, Spec | Fixed] | Any, parameters: Sequence[Parameter]
) -> Iterator[tuple[str, dict[str, Spec | Fixed]]]:
    """The inputs with other strides and paddings, each with its name; none if there are no such inputs."""
    given: dict[str, Any] = {p.name: p.default for p in parameters if isinstance(p.default, int)}
    given.update({n: v.value for n, v in choice.items() if isinstance(v, Fixed)})
    given = {n: v for n, v in given.items() if isinstance(v, int | dict)}
    for stride, padding in _TRIED:
        changed = {n: _changed(n, v, stride, padding) for n, v in given.items()}
        different = {n: Fixed(v) for n, v in changed.items() if repr(v) != repr(given[n])}
        if different:
            yield _text(different, stride, padding), {**choice, **different}


def _changed(name: str, value: Any, stride: int, padding: int) -> Any:
    """The value with strides and paddings replaced, in dictionaries of settings as well."""
    if isinstance(value, dict):
        return {k: _changed(str(k), v, stride, padding) for k, v in value.items()}
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    if name in _STRIDES:
        return stride
    return padding if name in _PADDINGS else value


def _text(different: dict[str, Fixed], stride: int, padding: int) -> str:
    named = {
        k for n, f in different.items() for k in ({n} | set(f.value if isinstance(f.value, dict) else ()))
    }
    parts = [f"stride {stride}"] if named & set(_STRIDES) else []
    parts += [f"padding {padding}"] if named & set(_PADDINGS) else []
    return " and ".join(parts)
