"""Layers whose methods take nothing: which attributes are set before and read after."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gradcheck.layers.adapters.class_methods import Kind, MethodPair
from gradcheck.layers.adapters.class_readings import own_parameters
from gradcheck.layers.naming import gradient_of, is_upstream

_INPUT = re.compile(
    r"_?(x\d?|input\d?|inputs|in_?data|input_(data|tensor)|bottom|data|a_prev|src|source|in_|inp)_?",
    re.IGNORECASE,
)
_OUTPUT = re.compile(r"_?(y|z|out|outputs?|top|out_?data|a|h|result|value)_?", re.IGNORECASE)
_BARE = re.compile(
    r"_?(y|z|h|a|o|s|l|v|out|outputs?|top|x|logits|scores|probs|values?|next)_?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Feeds:
    """The attributes through which a layer is fed: its inputs, its output, and the upstream gradient."""

    inputs: tuple[str, ...]
    output: str
    upstream: str


def feeds_of(pair: MethodPair) -> Feeds | None:
    """The attributes, if both methods take no argument and read what they do not write."""
    if pair.kind is not Kind.BACKWARD or any(own_parameters(pair, m) for m in (pair.forward, pair.backward)):
        return None
    written = {*pair.source.writes(pair.forward), *pair.source.writes(pair.backward)}
    inputs = [n for n in pair.source.reads(pair.forward) if _INPUT.fullmatch(n) and n not in written]
    upstream = [n for n in pair.source.reads(pair.backward) if n not in written and _is_gradient(n)]
    outputs = pair.source.writes(pair.forward)
    named = [n for n in outputs if _OUTPUT.fullmatch(n)] or outputs
    if not inputs or not upstream or not named:
        return None
    return Feeds(tuple(dict.fromkeys(inputs)), named[-1], upstream[0])


def _is_gradient(name: str) -> bool:
    stem = name.strip("_")
    return not _BARE.fullmatch(stem) and (
        is_upstream(stem) or gradient_of(stem, ["y", "output", "top"]) is not None
    )
