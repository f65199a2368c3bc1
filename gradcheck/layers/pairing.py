"""Which function of a module is the backward of which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_WORDS = (
    ("forward", "backward"),
    ("Forward", "Backward"),
    ("forward_pass", "backward_pass"),
    ("forward", "grad"),
    ("forward", "backprop"),
    ("forward", "bwd"),
    ("feedforward", "backprop"),
    ("fwd", "bwd"),
    ("fprop", "bprop"),
    ("fp", "bp"),
    ("apply", "vjp"),
    ("primal", "adjoint"),
    ("fw", "bw"),
    ("forwardProp", "backProp"),
    ("forward_prop", "back_prop"),
    ("forward_propagation", "backward_propagation"),
    ("loss", "grad"),
    ("loss", "gradient"),
    ("cost", "grad"),
    ("cost", "gradient"),
    ("cost", "gradients"),
)
_ADDED = (
    "{}_backward",
    "{}_bwd",
    "{}_grad",
    "{}_gradient",
    "{}_gradients",
    "{}_vjp",
    "{}_backprop",
    "{}_bprop",
    "{}_pullback",
    "{}_adjoint",
    "{}_prime",
    "{}_derivative",
    "{}_deriv",
    "{}_der",
    "{}_back",
    "{}Backward",
    "{}Grad",
    "backward_{}",
    "backprop_{}",
    "bwd_{}",
    "grad_{}",
    "gradient_{}",
    "gradients_{}",
    "derivative_{}",
    "deriv_{}",
    "der_{}",
    "d_{}",
    "d{}",
    "{}_d",
    "{}_grads",
    "{}_diff",
    "{}_dx",
    "{}Derivative",
    "{}Prime",
    "{}prime",
    "{}_jacobian",
    "bprop_{}",
    "prime_{}",
    "d{}dx",
    "d{}_dx",
)
_FORWARD = (
    "{}_forward",
    "{}_fw",
    "{}_fwd",
    "{}_forward_naive",
    "forward_{}",
    "fwd_{}",
    "{}_fprop",
    "{}_forward_pass",
    "{}Forward",
)


def backward_of(forward: str, names: Iterable[str]) -> str | None:
    """The name that looks like the backward of ``forward``.

    >>> backward_of("conv_forward_naive", ["conv_forward_naive", "conv_backward_naive"])
    'conv_backward_naive'
    >>> backward_of("sigmoid", ["sigmoid", "sigmoid_prime"])
    'sigmoid_prime'
    """
    known = set(names)
    return next((n for n in _backward_names(forward) if n in known and n != forward), None)


def forward_of(stem: str, names: Iterable[str]) -> str | None:
    """The forward that is meant by a stem, as ``affine`` means ``affine_forward``.

    >>> forward_of("affine", ["affine_forward", "affine_backward"])
    'affine_forward'
    """
    known = set(names)
    return next((f.format(stem) for f in _FORWARD if f.format(stem) in known), None)


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Every forward with its backward, in the order of the names; a backward is no forward itself."""
    ordered = list(names)
    found = [(n, b) for n in ordered if (b := backward_of(n, ordered)) is not None]
    backwards = {b for _, b in found}
    return [(f, b) for f, b in found if f not in backwards]


def stem_of(forward: str, backward: str) -> str:
    """What a pair is called: the forward's name, without the word that marks it as one.

    >>> stem_of("affine_forward", "affine_backward"), stem_of("relu", "relu_grad")
    ('affine', 'relu')
    """
    for form in _FORWARD:
        prefix, suffix = form.split("{}")
        if len(forward) > len(form) - 2 and forward.startswith(prefix) and forward.endswith(suffix):
            return forward[len(prefix) : len(forward) - len(suffix)]
    return forward


def _backward_names(forward: str) -> Iterator[str]:
    for ahead, back in _WORDS:
        if ahead in forward:
            yield forward.replace(ahead, back)
    for ahead, _ in _WORDS:
        bare = forward.removesuffix(f"_{ahead}").removeprefix(f"{ahead}_")
        if bare != forward:
            yield from (form.format(bare) for form in _ADDED)
    yield from (form.format(forward) for form in _ADDED)
