"""What is recognised as a jax layer: custom_vjp, custom_jvp, and plain functions that compute with jax."""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Any

from gradcheck.layers.adapters.alone import stands_alone
from gradcheck.layers.adapters.frameworks import loaded
from gradcheck.layers.adapters.jax_function import JaxSubject
from gradcheck.layers.adapters.jax_pulls import by_jax
from gradcheck.layers.adapters.jax_rules import by_rules
from gradcheck.layers.adapters.jax_speech import speaks_jax
from gradcheck.layers.target import Subject


def recognise(name: str, subject: object) -> Subject | None:
    """The subject, if it is one of jax's kinds; jax is not imported for this."""
    jax = loaded("jax")
    if jax is None:
        return None
    inner, jitted = _unjitted(subject)
    if isinstance(inner, jax.custom_vjp):
        return _custom_vjp(name, inner, jitted)
    if isinstance(inner, jax.custom_jvp):
        static = _static(inner)
        return JaxSubject(name, f"jax.custom_jvp{jitted} (transposed by jax.vjp)", inner, by_jax, static)
    if isinstance(inner, FunctionType) and _is_layer(inner, bool(jitted)):
        whole: Any = subject
        return JaxSubject(name, f"jax function{jitted} (jax.vjp)", whole, by_jax)
    return None


def _custom_vjp(name: str, rule: Any, jitted: str) -> JaxSubject:
    """Its rules are called directly, unless they were written for symbolic zeros, which only jax makes."""
    if getattr(rule, "symbolic_zeros", False):
        convention = f"jax.custom_vjp{jitted} (jax.vjp, because of symbolic_zeros)"
        return JaxSubject(name, convention, rule, by_jax, _static(rule))
    return JaxSubject(name, f"jax.custom_vjp{jitted} (fwd and bwd)", rule, by_rules, _static(rule))


def _static(rule: Any) -> frozenset[str]:
    """The arguments that ``nondiff_argnums`` names."""
    names = list(inspect.signature(rule).parameters)
    return frozenset(names[place] for place in rule.nondiff_argnums)


def _unjitted(subject: Any) -> tuple[Any, str]:
    """What stands inside ``jax.jit``, and words that say so."""
    jitted = ""
    while type(subject).__module__.startswith("jax") and hasattr(subject, "lower"):
        subject, jitted = subject.__wrapped__, " under jax.jit"
    return subject, jitted


def _is_layer(function: FunctionType, jitted: bool) -> bool:
    return stands_alone(function) and not _is_rule(function) and (jitted or speaks_jax(function))


def _is_rule(function: FunctionType) -> bool:
    """Whether a function is a rule of some custom_vjp or custom_jvp of its module."""
    rules = [value for value in function.__globals__.values() if hasattr(type(value), "defvjp")]
    rules += [value for value in function.__globals__.values() if hasattr(type(value), "defjvp")]
    return any(function is getattr(rule, kind, None) for rule in rules for kind in ("fwd", "bwd", "jvp"))
