"""Inputs of a class that have a default here, or none, although the layer says otherwise."""

from __future__ import annotations

import re
from dataclasses import replace

from gradcheck.layers.adapters.backward_roles import is_optimizer, is_rate, is_target
from gradcheck.layers.adapters.random_streams import is_stream
from gradcheck.layers.target import MISSING, Parameter

_FLAG = re.compile(r"(is_?)?train(ing|_?fla?g|_?mode)?|is_training|train_flg", re.IGNORECASE)


def is_lent(parameter: Parameter) -> bool:
    """Whether a constructor asks for an optimizer or for random numbers, which it gets from us."""
    return (is_optimizer(parameter.name) and parameter.default is MISSING) or is_stream(parameter)


def may_be_target(parameter: Parameter) -> bool:
    """Whether a target may be left out, so that there is no loss."""
    return parameter.default is None and (is_target(parameter.name) or parameter.name.lower() == "y")


def with_rate(parameter: Parameter) -> Parameter:
    """A learning rate is 1, which makes of an update the gradient itself."""
    return replace(parameter, default=1.0) if is_rate(parameter.name) else parameter


def with_flag(parameter: Parameter) -> Parameter:
    """Whether to train has a default, even if the layer gives none."""
    is_open = parameter.default is MISSING and _FLAG.fullmatch(parameter.name)
    return replace(parameter, default=True) if is_open else parameter


def with_unused_target(parameter: Parameter) -> Parameter:
    """A target that a backward with an upstream takes as well is for the last layer; None will do."""
    return replace(parameter, default=None) if is_target(parameter.name) else parameter
