"""Numbers that are parameters: a slope, a bias that is one number for all."""

from __future__ import annotations

import ast
import re

from gradcheck.layers.adapters.backward_roles import is_rate
from gradcheck.layers.adapters.class_methods import MethodPair
from gradcheck.layers.adapters.class_names import is_gradients, is_passing, is_running_statistic
from gradcheck.layers.adapters.class_syntax import parts, targets, word
from gradcheck.layers.naming import gradient_of
from gradcheck.layers.source_names import returned_names

_SURE = re.compile(r"_*([wb]|weights?|bias(es)?|intercept|theta)_?\d*_*", re.IGNORECASE)


def numbers_with_gradients(pair: MethodPair, names: set[str]) -> frozenset[str]:
    """Those of some numbers that the forward reads and does not set, and that the backward differentiates.

    That shows in a gradient called after one of them which the backward leaves in the object or returns,
    in an update, or in several gradients returned where one of these is called like a weight or a bias.
    """
    source = pair.source
    read = {*source.reads(pair.forward), *_words(pair, pair.forward)} - set(source.writes(pair.forward))
    own = {n for n in names & read if not _is_other(n)}
    gradients, keys = _gradients(pair), _keys(pair)
    return frozenset(
        n for n in own if n in keys or _is_named(n, gradients) or _is_changed(n, pair) or _is_sure(n, pair)
    )


def _is_other(name: str) -> bool:
    return is_rate(name) or is_passing(name) or is_running_statistic(name) or is_gradients(name)


def _is_named(name: str, gradients: set[str]) -> bool:
    return any(gradient_of(g, [name.strip("_")]) is not None for g in gradients)


def _is_changed(name: str, pair: MethodPair) -> bool:
    own = [node for node in pair.source.own_updates(pair.backward) if isinstance(node, ast.Attribute)]
    return pair.backward != pair.forward and any(node.attr == name for node in own)


def _is_sure(name: str, pair: MethodPair) -> bool:
    return _SURE.fullmatch(name) is not None and len(returned_names(pair.function(pair.backward))) > 1


def _gradients(pair: MethodPair) -> set[str]:
    """The attributes and entries that the backward assigns, the keys that it mentions, what it returns."""
    assigned = [p for m in pair.source.reach(pair.backward) for t in targets(m) for p in parts(t)]
    attributes = {str(p.attr) for p in assigned if isinstance(p, ast.Attribute)}
    returned = returned_names(pair.function(pair.backward))
    return {n for n in (*attributes, *_words(pair, pair.backward), *returned) if n}


def _keys(pair: MethodPair) -> set[str]:
    """The keys of the gradients that the backward puts into a dictionary."""
    nodes = [n for m in pair.source.reach(pair.backward) for n in ast.walk(m)]
    written = [n.slice for n in nodes if isinstance(n, ast.Subscript) and _is_entry_of_gradients(n)]
    literal = [key for n in nodes if isinstance(n, ast.Dict) for key in n.keys if key is not None]
    return {w for key in (*written, *literal) if (w := word(key)) is not None}


def _is_entry_of_gradients(node: ast.Subscript) -> bool:
    holder = getattr(node.value, "attr", None) or getattr(node.value, "id", None)
    return isinstance(node.ctx, ast.Store) and is_gradients(holder)


def _words(pair: MethodPair, name: str) -> set[str]:
    """The strings in a method and in those it calls."""
    nodes = [n for m in pair.source.reach(name) for n in ast.walk(m)]
    return {w for n in nodes if (w := word(n)) is not None}
