"""``gradcheck_cases()``: inputs that stand beside the layers that they are for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

from gradcheck.layers.errors import CannotSample
from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.wanted import Spelled

NAME = "gradcheck_cases"
_CONSTANTS = frozenset({"True", "False", "None", "true", "false", "null"})


def cases_in(module: ModuleType) -> dict[str, list[dict[str, Spec | Fixed]]] | None:
    """The cases of each layer by its name, or None if the module has no ``gradcheck_cases``.

    The function returns a dictionary: for each layer one case or a list of them, each a
    dictionary of inputs. An input is a text such as ``"normal(8, 5)"`` or the value itself.
    Raises CannotSample, which says what is wrong with it.
    """
    function = getattr(module, NAME, None)
    if function is None:
        return None
    try:
        returned = function() if callable(function) else function
    except Exception as error:
        raise CannotSample(f"{NAME}() raised {type(error).__name__}: {error}") from error
    if not isinstance(returned, Mapping):
        raise CannotSample(f"{NAME}() has to return a dictionary of cases by layer, not {_kind(returned)}")
    return {str(name): _cases(str(name), found) for name, found in returned.items()}


def as_input(value: Any) -> Spec | Fixed:
    """A value, or what a text such as ``normal(8, 5)`` stands for; any other text is a value.

    >>> as_input("normal(2, 3)"), as_input("same"), as_input(Spelled("0.5")), as_input(Spelled("relu"))
    (normal(2, 3), "same", 0.5, "relu")
    """
    if isinstance(value, Spec | Fixed):
        return value
    if isinstance(value, Spelled):
        return Fixed(str(value)) if value.isidentifier() and value not in _CONSTANTS else parse(value)
    if not isinstance(value, str) or "(" not in value:
        return Fixed(value)
    return parse(value)


def as_inputs(given: Mapping[str, Any], where: str) -> dict[str, Spec | Fixed]:
    """Every value of a case as an input. Raises CannotSample, which begins with ``where``."""
    inputs = {}
    for argument, value in given.items():
        try:
            inputs[str(argument)] = as_input(value)
        except SpecError as error:
            raise CannotSample(f"{where}{argument}: {error}") from error
    return inputs


def _cases(name: str, found: Any) -> list[dict[str, Spec | Fixed]]:
    several = [found] if isinstance(found, Mapping) else found
    if not isinstance(several, Sequence) or isinstance(several, str):
        raise CannotSample(f"{NAME}()[{name!r}] has to be a case or a list of cases, not {_kind(found)}")
    return [_case(name, case) for case in several]


def _case(name: str, case: Any) -> dict[str, Spec | Fixed]:
    if not isinstance(case, Mapping):
        raise CannotSample(f"a case of {name} has to be a dictionary of inputs, not {_kind(case)}")
    return as_inputs(case, f"the case of {name}: ")


def _kind(value: Any) -> str:
    return "None; is a `return` missing?" if value is None else f"a {type(value).__name__}"
