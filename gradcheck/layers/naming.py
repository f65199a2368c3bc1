"""What people call things: upstream gradients, caches, and the gradient of an argument."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

_UPSTREAM = re.compile(
    r"(d|g|dl?_?d?)_?(out|output|outputs|y|z|h|a|o|s|l|next|top|logits|scores|probs|next_h|h_next|value)s?"
    r"|(out|output|y|z|up|upstream|top|top_?d|acc?um)_?(grad|gradient|diff)s?(_?outputs?)?"
    r"|grads?|gradients?|grad_?(out|output|outputs|y|z|h|top|in_?coming|upstream|next|value)s?|g|gy|ct|cotangents?|delta|error|err|eta"
    r"|upstream(_(grad|gradient))?|incoming(_(grad|gradient))?|v|dldy|dl_dy|dl_dout|dloss|dvalues|backprop|ybar|y_bar|output_gradient"
    r"|grads?_(wrt_)?out(puts?)?|output_grads?|gradwrtoutput|next_grad|previous_partial_gradient|din|d_out",
    re.IGNORECASE,
)
_CACHE = re.compile(
    r"caches?|ctx|context|saved|saved_tensors|memory|mem|memo|residuals?|res|state|tape|info|intermediates?|stash|store|aux|fwd_cache|params_cache",
    re.IGNORECASE,
)
_GRADIENT = re.compile(r"d_?[A-Za-z](\d|_.*)?|d_\w+|d[A-Z]\w*|grad_?\w+|\w+_(grad|bar)|delta_?\w*")
_PREFIX = re.compile(
    r"(?:dl_?d|dloss_?d?|grad(?:ient)?s?_?(?:wrt_|of_|l_)?|nabla_|delta_|partial_|g_|d_|d|g)(?=.)",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"_?(?:grads?|gradients?|bar|ct|cotangent|_g|_errors?|_diffs?|_deltas?)$", re.IGNORECASE)
_SAME = (frozenset({"w", "weight", "weights", "kernel"}), frozenset({"b", "bias", "biases"}))
_INPUT = frozenset(
    "x x1 input inputs input_data data a a_prev prev h inp z in previous layer_input X src source".split()
)


_OUTPUT = frozenset(
    (
        "out output outputs y s a p probs probabilities act activation sig sigmoid softmax sm "
        "yhat y_hat y_pred t th"
    ).split()
)


_CONSTANT = re.compile(
    r"(y_?)?(true|targets?|labels?|truth|mask|masks)|t|ts|tgt|ground_truth|gt|.*_mask|mask_.*|y|one_?hot|noise|running_.*|moving_.*",
    re.IGNORECASE,
)


def is_constant(name: str) -> bool:
    """Whether a name says that an input is data or a mask, of which nobody wants a gradient.

    >>> is_constant("target"), is_constant("drop_mask"), is_constant("w")
    (True, True, False)
    """
    return _CONSTANT.fullmatch(name) is not None


_BROADCAST = re.compile(
    r"(.*_)?(b|bias|biases|beta|gamma|scale|shift|gain|offset|intercept)\d*", re.IGNORECASE
)
_WEIGHT = re.compile(r"(.*_)?(w\w?|weights?|kernels?|theta|filters?|u|v)\d*", re.IGNORECASE)


def is_broadcast(name: str) -> bool:
    """Whether a name is that of a parameter that is added or multiplied to every row.

    >>> is_broadcast("gamma"), is_broadcast("x")
    (True, False)
    """
    return _BROADCAST.fullmatch(name) is not None


def is_weight(name: str) -> bool:
    """Whether a name is that of weights.

    >>> is_weight("W1"), is_weight("logvar")
    (True, False)
    """
    return _WEIGHT.fullmatch(name) is not None


def is_input(name: str) -> bool:
    """Whether a name says that it is the input of a layer.

    >>> is_input("X"), is_input("w")
    (True, False)
    """
    return name in _INPUT or name.lower() in _INPUT


def is_output(name: str) -> bool:
    """Whether a name says that it is what a forward gave.

    >>> is_output("out"), is_output("x")
    (True, False)
    """
    return name.lower() in _OUTPUT


def is_upstream(name: str) -> bool:
    """Whether a parameter of a backward is called like an upstream gradient.

    >>> [is_upstream(n) for n in ("dout", "grad_output", "dY", "cache", "w")]
    [True, True, True, False, False]
    """
    return _UPSTREAM.fullmatch(name) is not None


def is_gradient(name: str) -> bool:
    """Whether a name is that of some gradient: ``dh``, ``grad_mean``.

    >>> is_gradient("db"), is_gradient("x"), is_gradient("depth")
    (True, False, False)
    """
    return _GRADIENT.fullmatch(name) is not None


def is_cache(name: str) -> bool:
    """Whether a parameter of a backward is called like what the forward keeps for it.

    >>> [is_cache(n) for n in ("cache", "ctx", "dout")]
    [True, True, False]
    """
    return _CACHE.fullmatch(name) is not None


def gradient_of(name: str, arguments: Iterable[str]) -> str | None:
    """The argument whose gradient a name stands for, or None if none or several fit.

    >>> gradient_of("dW", ["x", "w", "b"]), gradient_of("gamma_grad", ["gamma"]), gradient_of("dx", ["x"])
    ('w', 'gamma', 'x')
    >>> gradient_of("grad_input", ["x", "weight"]), gradient_of("db", ["weights", "biases"])
    ('x', 'biases')
    """
    known = list(arguments)
    for bare in _bare(name):
        for fold in (str, str.lower, _squeezed):
            if len(fits := [a for a in known if fold(a) == fold(bare)]) == 1:
                return fits[0]
    bares = {b.lower() for b in _bare(name)}
    if bares & {"input", "inputs", "in", "x", "inp", "prev", "a_prev"}:
        fits = [a for a in known if a in _INPUT or a.lower() in _INPUT]
        return fits[0] if len(fits) == 1 else None
    fits = [a for a in known if any(bares & same and a.lower().strip("_") in same for same in _SAME)]
    return fits[0] if len(fits) == 1 else None


@cache
def _bare(name: str) -> tuple[str, ...]:
    """A gradient's name without what marks it as one: the longest prefix first."""
    stem = name.strip("_")
    found = [stem[m.end() :].strip("_") for m in [_PREFIX.match(stem)] if m]
    found += [stem[1:].strip("_")] if stem[:1] in "dg" and len(stem) > 1 else []
    found += [_SUFFIX.sub("", stem).strip("_")] if _SUFFIX.search(stem) else []
    return tuple(f for f in dict.fromkeys(found) if f and f != stem)


def _squeezed(name: str) -> str:
    return name.lower().replace("_", "")
