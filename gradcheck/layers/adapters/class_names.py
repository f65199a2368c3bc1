"""What authors call parameters, collections of gradients, running statistics and other attributes."""

from __future__ import annotations

import re

_DECLARED = re.compile(
    r"_*(\w+_)?(params?|parameters?|weights?|wts|learnables?|trainables?|trainable_variables|p)_*",
    re.IGNORECASE,
)
_GRADIENTS = re.compile(
    r"_*(d_?)?(\w+_)?(grads?|gradients?|derivs?|derivatives|dparams?|d_params|g|deltas?)(_\w+)?_*",
    re.IGNORECASE,
)
_BOXED = re.compile(r"_*(data|values?|val|array|param|parameter|weights?|w|v|theta)_*", re.IGNORECASE)
_BOX_GRADIENT = re.compile(
    r"_*(d|dw|d_?(data|values?|param|weights?)|g|grads?|gradients?|diff|delta)_*", re.IGNORECASE
)
_STATISTIC = r"(means?|mu|vars?|variances?|stds?|sigma)"
_RUNNING = re.compile(
    r"_*(running|moving|run|mov)\w*|\w+_(running|moving|ema|avg|mov|run)"
    rf"|_*(ema|pop|population|global|test|inference|eval|avg|average)_?{_STATISTIC}\w*"
    r"|_*(?!(w|b|weights?|bias)_)\w+_(means?|vars?|variances?)_*",
    re.IGNORECASE,
)
_PASSING = re.compile(
    rf"_*((\w+_)?({_STATISTIC}|mask|count|n|eps)(_\w+)?|[xyzahcs]|[xhcaz]_?(\w|prev|next|last|hat)"
    r"|out|outputs?|inputs?|data|loss|(last|prev|next)_\w+|\w+_(prev|last))_*",
    re.IGNORECASE,
)
_OPTIMIZER = re.compile(
    r"_*(\w+_)?(optim\w*|opt|solver|updater|velocit\w+|momentums?|caches?|history)_*", re.IGNORECASE
)
_USUAL = re.compile(
    r"_*((weights?|bias(es)?|kernels?|filters?|gamma|beta|theta|alpha|embeddings?|phi)(_?\d+|_?\w{1,3}|_\w+)?"
    r"|[wb](_?\d+|_\w{1,4}|[xhifocgqkvy]{1,2})?|[WUVR]_?\w{0,4}"
    r"|\w+_(weights?|bias(es)?|kernels?|filters?))_*"
)


def is_declared(name: object) -> bool:
    """Whether something is called like a collection of parameters."""
    return isinstance(name, str) and _DECLARED.fullmatch(name) is not None


def is_gradients(name: object) -> bool:
    """Whether something is called like a collection of gradients.

    >>> [is_gradients(n) for n in ("grads", "param_grad", "derived_variables")]
    [True, True, False]
    """
    return isinstance(name, str) and _GRADIENTS.fullmatch(name) is not None


def is_boxed(name: object) -> bool:
    """Whether an attribute of a parameter object is called like its value."""
    return isinstance(name, str) and _BOXED.fullmatch(name) is not None


def is_box_gradient(name: object) -> bool:
    """Whether an attribute of a parameter object is called like its gradient."""
    return isinstance(name, str) and _BOX_GRADIENT.fullmatch(name) is not None


def is_running_statistic(name: str) -> bool:
    """Whether an attribute is called like a statistic that is carried from call to call.

    >>> [is_running_statistic(n) for n in ("running_mean", "test_var", "W", "W_mean")]
    [True, True, False, False]
    """
    return _RUNNING.fullmatch(name) is not None


def is_passing(name: str) -> bool:
    """Whether an attribute is called like what comes and goes with a call: activations, statistics, masks."""
    return _PASSING.fullmatch(name) is not None


def is_of_optimizer(name: str) -> bool:
    """Whether an attribute is called like an optimizer or what one keeps."""
    return _OPTIMIZER.fullmatch(name) is not None


def is_usual(name: str) -> bool:
    """Whether an attribute has one of the usual names of parameters.

    >>> [is_usual(n) for n in ("W", "Wxh", "b1", "gamma", "weights_out", "base", "velocity")]
    [True, True, True, True, True, False, False]
    """
    return _USUAL.fullmatch(name) is not None
