"""The roles that a parameter may have, by its name."""

from __future__ import annotations

import re

from gradcheck.layers.sampling.vocabulary import ARRAYS, CONSTRUCTOR, OTHERS, PATTERNS
from gradcheck.layers.target import Parameter


def _table(block: str) -> dict[str, str]:
    """From role to names; a line that starts with a blank belongs to the one before it."""
    lines = block.strip().replace("\n ", " ").split("\n")
    return dict(line.split(": ", 1) for line in lines)


def _roles_by_name(*blocks: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for role, names in (row for block in blocks for row in _table(block).items()):
        for name in names.split():
            found[name] = (*found.get(name, ()), role)
    return found


_FORWARD = _roles_by_name(ARRAYS, OTHERS)
_CONSTRUCTOR = _roles_by_name(CONSTRUCTOR, OTHERS, ARRAYS)
_ARRAY_ROLES = frozenset(_table(ARRAYS))
_FILLED_IN_LATER = frozenset({"input_shape", "n_in", "mask", "mean", "var"})
SIZE_ROLES = frozenset(
    "n_in n_out hidden c_in c_out classes vocab emb length batch input_shape heads groups".split()
)
"""Whole numbers with these roles are lengths of axes, or divide them."""


def roles_of(parameter: Parameter) -> tuple[str, ...]:
    """The roles that a parameter's name may have, most telling first.

    >>> roles_of(Parameter("prev_h")), roles_of(Parameter("p")), roles_of(Parameter("p", group="constructor"))
    (('h',), ('prediction', 'rate'), ('rate', 'prediction'))
    >>> roles_of(Parameter("x2"))
    ('x',)
    """
    table = _CONSTRUCTOR if parameter.group == "constructor" else _FORWARD
    exact = parameter.name.replace("_", "")
    name = exact.lower()
    spellings = dict.fromkeys([exact, name, name.rstrip("0123456789")])
    found = dict.fromkeys(role for spelling in spellings for role in table.get(spelling, ()))
    return tuple(found) or _probable(name, parameter.group)


def _probable(name: str, group: str) -> tuple[str, ...]:
    """The role that a name which is in no table has by its parts.

    >>> _probable("numberofinputfeatures", "constructor"), _probable("projectionweights", "forward")
    (('n_in',), ('w',))
    """
    matching = (role for pattern, role in PATTERNS.items() if re.fullmatch(pattern, name))
    return next(((role,) for role in matching if role not in SIZE_ROLES or group == "constructor"), ())


def is_array_name(parameter: Parameter) -> bool:
    """Whether a parameter's name is only ever that of an array.

    >>> is_array_name(Parameter("bias")), is_array_name(Parameter("eps")), is_array_name(Parameter("scale"))
    (True, False, False)
    """
    roles = roles_of(parameter)
    return bool(roles) and _ARRAY_ROLES.issuperset(roles)


def is_filled_in_later(parameter: Parameter) -> bool:
    """Whether a parameter that is None by default is one that layers mostly find out themselves.

    >>> is_filled_in_later(Parameter("input_shape", default=None))
    True
    """
    return parameter.default is None and not _FILLED_IN_LATER.isdisjoint(roles_of(parameter))
