"""Which method of a class is its forward and which one goes back."""

from __future__ import annotations

import enum
import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from gradcheck.layers.adapters.class_source import ClassSource, source_of
from gradcheck.layers.pairing import pairs
from gradcheck.layers.source_names import returned_names

_PAIRS = tuple(
    tuple(pair.split("/"))
    for pair in """forward/backward forward_pass/backward_pass fprop/bprop fwd/bwd fp/bp
    forward_propagation/backward_propagation forward_propagate/backward_propagate forward_prop/backward_prop
    forward_prop/back_prop forwardprop/backprop forward/backprop feedforward/backprop
    feed_forward/back_propagate feed_forward/backpropagate feedforward/backpropagate
    feedforward/backpropagation propagate/backpropagate propagate/backpropagation propagate/back_propagate
    update_output/update_grad_input updateOutput/updateGradInput""".split()
)
_BACKWARD = (
    "backward backward_pass bprop bwd backward_propagation backward_prop backprop back_prop backpropagate "
    "back_propagate backpropagation back_propagation backward_propagate vjp pullback"
).split()
_FORWARD = (
    "forward forward_pass fprop fwd forward_propagation forward_prop feedforward feed_forward propagate "
    "call __call__ apply compute activate activation run predict fn f func function evaluate loss cost"
).split()
_DERIVATIVE = (
    "gradient gradients grad derivative derivatives deriv derive prime df dfn df_dx dfdx d diff der dx "
    "fprime f_prime fn_prime fn_derivative loss_prime loss_derivative loss_gradient loss_grad "
    "cost_prime cost_derivative activation_prime activation_derivative activation_gradient delta "
    "dloss d_loss dcost"
).split()
_FUNCTION = (
    "loss cost forward __call__ fn f func function activation activate apply compute calculate calc call "
    "evaluate value forward_pass get_loss compute_loss compute_cost"
).split()
_CONTEXT = re.compile(r"_?(ctx|context|cxt)", re.IGNORECASE)
_WITH_GRADIENTS = (
    "loss compute_loss loss_and_grad loss_and_grads loss_and_gradient loss_and_gradients value_and_grad cost "
    "cost_function compute_cost objective loss_fn loss_function forward __call__ forward_backward train_step"
).split()
_GRADIENTS = re.compile(r"d_?[a-z]\w{0,3}|d[A-Z]\w*|d_\w+|\w*grads?|\w*gradients?|grads?_\w+", re.IGNORECASE)
_LOSS_NAME = re.compile(r"loss|cost|objective|error|energy", re.IGNORECASE)
_LIBRARY = frozenset("builtins numpy types functools typing collections".split())
_FRAMEWORKS = frozenset(
    "torch jax flax tensorflow keras chainer autograd mxnet paddle theano pytensor".split()
)


class Kind(enum.Enum):
    """What the second method of a pair is."""

    BACKWARD = "takes an upstream gradient"
    DERIVATIVE = "is a derivative"
    OWN = "is the first one itself, which returns its gradients beside the loss"


@dataclass(frozen=True)
class MethodPair:
    """Two methods of a class by their names."""

    owner: type
    forward: str
    backward: str
    kind: Kind

    @cached_property
    def source(self) -> ClassSource:
        """The source of the class."""
        return source_of(self.owner)

    @property
    def is_property(self) -> bool:
        """Whether the second one is read rather than called."""
        return isinstance(inspect.getattr_static(self.owner, self.backward), property)

    def bound(self, name: str) -> Callable[..., Any]:
        """A method as it can be called on an instance, for its signature."""
        found = inspect.getattr_static(self.owner, name)
        if isinstance(found, staticmethod | classmethod) or is_context(_first(found)):
            return getattr(self.owner, name)  # type: ignore[no-any-return]
        return functools.partial(found, None) if inspect.isroutine(found) else found

    def function(self, name: str) -> Callable[..., Any]:
        """The plain function of a method, without self where it has one bound."""
        found = inspect.getattr_static(self.owner, name)
        return getattr(found, "__func__", None) or getattr(found, "fget", None) or found  # type: ignore[no-any-return]


def is_context(name: str) -> bool:
    """Whether a parameter is called like the context of an autograd function."""
    return _CONTEXT.fullmatch(name) is not None


def class_of(subject: object) -> type | None:
    """The class of a layer that is given as a class or an instance, if it is somebody's own class."""
    kind = subject if isinstance(subject, type) else type(subject)
    homes = [str(base.__module__).partition(".")[0] for base in kind.__mro__]
    if homes[0] in _LIBRARY or _FRAMEWORKS.intersection(homes):
        return None
    return None if inspect.isabstract(kind) or issubclass(kind, BaseException) else kind


def methods_of(subject: object) -> MethodPair | None:
    """The pair of methods that makes a layer of a class.

    >>> class Scale:
    ...     def fprop(self, x): return 2 * x
    ...     def bprop(self, dy): return 2 * dy
    >>> pair = methods_of(Scale)
    >>> pair.forward, pair.backward
    ('fprop', 'bprop')
    """
    kind = class_of(subject)
    if kind is None:
        return None
    names = _written(kind)
    for found in (_layer(names), _activation(names), _suffixed(names)):
        if found is not None:
            word = Kind.BACKWARD if found[1] in _BACKWARD or found in _PAIRS else Kind.DERIVATIVE
            return MethodPair(kind, *found, word)
    own = next((n for n in _WITH_GRADIENTS if n in names and _returns_gradients(kind, n)), None)
    return MethodPair(kind, own, own, Kind.OWN) if own is not None else None


def _first(function: Any) -> str:
    """The name of the first parameter of a plain function, "" for anything else."""
    code = getattr(function, "__code__", None)
    return code.co_varnames[0] if code is not None and code.co_argcount else ""


def _written(kind: type) -> list[str]:
    """The methods and properties of a class that do something."""
    source = source_of(kind)
    names = [n for base in kind.__mro__ if base is not object for n in vars(base)]
    return [n for n in dict.fromkeys(names) if _is_method(kind, n) and not source.is_stub(n)]


def _is_method(kind: type, name: str) -> bool:
    found = inspect.getattr_static(kind, name, None)
    if isinstance(found, property):
        return name in _DERIVATIVE
    return isinstance(found, staticmethod | classmethod) or inspect.isroutine(found)


def _layer(names: list[str]) -> tuple[str, str] | None:
    for forward, backward in _PAIRS:
        if forward in names and backward in names:
            return forward, backward
    found = [(f, b) for b in _BACKWARD for f in _FORWARD if f in names and b in names]
    return found[0] if found else None


def _activation(names: list[str]) -> tuple[str, str] | None:
    found = [(f, d) for d in _DERIVATIVE for f in _FUNCTION if f in names and d in names and f != d]
    return found[0] if found else None


def _returns_gradients(kind: type, name: str) -> bool:
    """Whether a method returns a loss and gradients."""
    member = inspect.getattr_static(kind, name)
    first, *others = returned_names(getattr(member, "__func__", member)) or ("",)
    gradients = bool(others) and all(_GRADIENTS.fullmatch(n) for n in others)
    return gradients and (_LOSS_NAME.search(f"{first} {name}") is not None)


def _suffixed(names: list[str]) -> tuple[str, str] | None:
    """The only pair such as ``relu`` and ``relu_derivative``; a class with several is a collection."""
    found = pairs(n for n in names if not n.startswith("__"))
    return found[0] if len(found) == 1 else None
