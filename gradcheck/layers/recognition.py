"""Which convention a layer is written in: each adapter is asked in turn."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from gradcheck.layers.adapters import (
    activations,
    attribute_style,
    classes,
    context_classes,
    declared,
    flagged,
    jax_layers,
    losses,
    torch_layers,
)
from gradcheck.layers.adapters.functions import FunctionPair
from gradcheck.layers.adapters.self_contained import SelfContained
from gradcheck.layers.adapters.torch_functions import on_arrays, uses_torch
from gradcheck.layers.errors import CannotRecognise
from gradcheck.layers.loading import member, no_such_name
from gradcheck.layers.pairing import backward_of, forward_of, pairs, stem_of
from gradcheck.layers.source_names import returned_names
from gradcheck.layers.target import Subject

_OBJECTS: tuple[Callable[[str, object], Subject | None], ...] = (
    declared.recognise,
    flagged.recognise,
    torch_layers.recognise,
    jax_layers.recognise,
    context_classes.recognise,
    classes.recognise,
    activations.recognise,
    losses.recognise,
    attribute_style.recognise,
)

_LOSSES = ("loss", "cost", "objective", "error")


def recognise(module: ModuleType, where: str, name: str, backward: str | None = None) -> Subject:
    """The layer that a name in a module stands for. Raises CannotLoad and CannotRecognise."""
    names = list(vars(module))
    forward = name
    try:
        found = member(module, name)
    except LookupError:
        forward = forward_of(name, names) or ""
        if not forward:
            raise no_such_name(module, where, name, layers_in(module)) from None
        found = member(module, forward)
    if backward is not None:
        return _named_pair(module, where, name, found, backward)
    partner = None if "." in forward else backward_of(forward, names)
    if inspect.isfunction(found) and partner is not None and callable(getattr(module, partner)):
        return function_pair(name, found, getattr(module, partner))
    return recognise_object(name, found)


def recognise_pair(forward: Any) -> FunctionPair | None:
    """A function with the backward that its own module has for it by name, if it has one."""
    home = getattr(forward, "__globals__", {})
    partner = backward_of(forward.__name__, home)
    return (
        function_pair(forward.__name__, forward, home[partner])
        if partner and callable(home[partner])
        else None
    )


def function_pair(name: str, forward: Any, backward: Any) -> FunctionPair:
    """A pair of functions, of arrays or of torch tensors."""
    if uses_torch(forward) or uses_torch(backward):
        return FunctionPair(name, on_arrays(forward), on_arrays(backward))
    return FunctionPair(name, forward, backward)


def recognise_object(name: str, found: object) -> Subject:
    """The layer that an object is by itself. Raises CannotRecognise."""
    for adapter in _OBJECTS:
        if (subject := adapter(name, found)) is not None:
            return subject
    if inspect.isroutine(found) or (callable(found) and not inspect.isclass(found)):
        return SelfContained(name, found)
    raise CannotRecognise(_unknown(name, found))


def layers_in(module: ModuleType) -> list[str]:
    """The names of the layers that a module defines itself, in the order in which it does."""
    own = {n: v for n, v in vars(module).items() if _is_own(v, module)}
    rules = [getattr(v, part, None) for v in own.values() for part in ("fwd", "bwd")]  # of a jax.custom_vjp
    own = {n: v for n, v in own.items() if not any(v is rule for rule in rules)}
    functions = [n for n, v in own.items() if inspect.isfunction(v) and not n.startswith("_")]
    found = {forward: stem_of(forward, back) for forward, back in pairs(functions)}
    used = {*found, *(back for _, back in pairs(functions)), "gradcheck_cases"}
    return list(_ordered(own, found, used))


def _ordered(own: dict[str, Any], found: dict[str, str], used: set[str]) -> Iterator[str]:
    for name, value in own.items():
        if name in found:
            yield found[name] if found[name] not in own else name
        elif name not in used and not name.startswith("_") and _is_layer(name, value):
            yield name


def _is_layer(name: str, value: Any) -> bool:
    """Whether a name is a layer by itself: an object that is recognised, or a function with its gradient."""
    if inspect.isfunction(value):
        if flagged.recognise(name, value) is not None:
            return True
        returned = returned_names(value)
        if len(returned) < 2:
            return False
        inner = {c.co_name for c in value.__code__.co_consts if hasattr(c, "co_name")}
        gradients = all(n[:1].lower() in "dg" for n in returned[1:])
        scalar = any(
            word in f"{name} {returned[0]}".lower() for word in ("loss", "cost", "objective", "error")
        )
        return returned[-1] in inner or (scalar and gradients)
    if inspect.isroutine(value) or type(value).__name__ == "PjitFunction":
        return False
    return any(adapter(name, value) is not None for adapter in _OBJECTS)


def _is_own(value: Any, module: ModuleType) -> bool:
    """Whether something was made in this module rather than imported into it."""
    if inspect.ismodule(value):
        return False
    home = getattr(value, "__module__", None)
    return (
        home == module.__name__ or home is None or not (inspect.isfunction(value) or inspect.isclass(value))
    )


def _named_pair(module: ModuleType, where: str, name: str, found: Any, backward: str) -> Subject:
    try:
        partner: Any = member(module, backward)
    except LookupError:
        raise no_such_name(module, where, backward, []) from None
    if not callable(found) or not callable(partner):
        raise CannotRecognise(f"{name} and {backward} have to be functions")
    return function_pair(name, found, partner)


def _unknown(name: str, found: object) -> str:
    what = f"the class {name}" if inspect.isclass(found) else f"{name} (a {type(found).__name__})"
    return (
        f"{what} is in none of the conventions that are recognised: it has no pair of methods such as "
        "forward/backward. Name the backward of a function with --backward, or put the layer together as "
        "gradcheck.Layer(forward=…, backward=…, parameters=…)"
    )
