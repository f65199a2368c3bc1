"""The kinds of value that a configuration holds: what each has to be, and what is made of it.

Each function takes the value where it stands and raises BadToml, with an example, if it is of another kind.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from gradcheck.builtin import builtin_paths
from gradcheck.configured import CACHE, Seed, Timeouts
from gradcheck.options import ENGINES
from gradcheck.quoting import hint, printable
from gradcheck.rules import UnknownCode, matching
from gradcheck.toml_source import LARGEST_INTEGER, TomlValue

_LONGEST = 4096
"""The most characters of a path or a pattern, which is what Linux takes."""
_SECONDS = "a number of seconds above 0 and below 1e9"
_TIMEOUTS = "timeout = { claim = 10, layer = 60, document = 300 }"
_RANDOM: Literal["random"] = "random"
_INPUT = "a text, a number, true or false, or a list or table of these"


def pattern(value: TomlValue) -> str:
    """A path or a pattern, as it was written."""
    return _place(value, f"a path or a pattern, such as {_example(value, 'docs/**/*.md')}")


def target(value: TomlValue) -> str:
    """A layer, or a pattern of files, as it was written."""
    return _place(value, f"a target, such as {_example(value, 'layers.py:batchnorm')}")


def patterns(value: TomlValue) -> tuple[str, ...]:
    """A list of patterns."""
    return tuple(pattern(e) for e in value.elements(f'a list, such as {value.name} = ["drafts/**"]'))


def path(value: TomlValue, example: str = "errata.toml") -> Path:
    """A path from the directory of the configuration."""
    text = _place(value, f"a path, such as {_example(value, example)}")
    return Path(os.path.normpath(value.source.path.parent / text))


def reading(value: TomlValue) -> Path:
    """The file of a reading, which has to be there."""
    found = path(value, "reading.toml")
    if not os.path.isfile(found):
        raise value.bad(f"{value.name}: no such file: {printable(value.value)}")
    return found


def cache(value: TomlValue) -> Path | None:
    """The directory of the cache, None for none."""
    if value.value is False:
        return None
    value.require(isinstance(value.value, str), f'a path, such as cache = "{CACHE}", or false')
    return path(value, CACHE)


def derivation(value: TomlValue) -> Path:
    """The file of a document: named itself, or as a built-in derivation is."""
    found = path(value, "batchnorm.md")
    if os.path.isfile(found):
        return found
    known = {built_in.stem: built_in for built_in in builtin_paths()}
    if value.value in known:
        return known[value.value]
    name = printable(value.value)
    raise value.bad(f"no such file, and no built-in derivation: {name}{hint(value.value, known)}")


def codes(value: TomlValue) -> tuple[str, ...]:
    """Prefixes of finding codes, each of which fits some code."""
    return tuple(_code(e) for e in value.elements(f'a list, such as {value.name} = ["D1", "L104"]'))


def engines(value: TomlValue) -> tuple[str, ...]:
    """Names of engines, in the order in which they are asked."""
    elements = value.elements('a list, such as engines = ["algebra", "float64"]')
    names = [_engine(element) for element in elements]
    value.require(bool(names), f"at least one of {', '.join(ENGINES)}")
    return tuple(name for name in ENGINES if name in names)


def seed(value: TomlValue) -> Seed:
    """A seed, or "random"."""
    if value.value == "random":
        return _RANDOM
    return value.integer('an integer of at least 0, or "random", such as seed = 7', least=0)


def jobs(value: TomlValue) -> int:
    """How many processes work."""
    return value.integer("an integer of at least 1, such as jobs = 4", least=1)


def seconds(value: TomlValue) -> float:
    """A length of time."""
    return _in_seconds(value, f"{_SECONDS}, such as {value.name} = 30")


def timeouts(value: TomlValue) -> Timeouts:
    """One time for claims and for layers, or a time for each."""
    if not isinstance(value.value, dict):
        both = _in_seconds(value, f"{_SECONDS}, such as timeout = 30, or a table, such as {_TIMEOUTS}")
        return Timeouts(claim=both, layer=both)
    table = value.table(("claim", "layer", "document"), "timeout", "a table")
    return Timeouts(**{key: seconds(inner) for key, inner in table.items()})


def memory(value: TomlValue) -> float:
    """An amount of memory in GiB."""
    form = "a number of GiB above 0 and below 1e6, such as memory = 2"
    return value.number(form, lambda number: 0 < number < 1e6)


def probability(value: TomlValue) -> float:
    """A number between 0 and 1."""
    return value.number("a number between 0 and 1, such as confidence = 0.999", lambda number: 0 < number < 1)


def size(value: TomlValue) -> float:
    """A number greater than 0."""
    return value.number("a number greater than 0, such as detectable = 1e-3", lambda number: number > 0)


def tolerance(value: TomlValue) -> float:
    """A number that may be 0."""
    return value.number(f"a number of at least 0, such as {value.name} = 1e-6", lambda number: number >= 0)


def flag(value: TomlValue) -> bool:
    """Either truth value."""
    return value.flag(f"true or false, such as {value.name} = true")


def name(value: TomlValue) -> str:
    """The name of a function."""
    return value.text(f'a name, such as {value.name} = "conv_backward"')


def names(value: TomlValue) -> tuple[str, ...]:
    """Names of inputs."""
    form = f'a list of names, such as {value.name} = ["mask"]'
    return tuple(element.text('a name, such as "mask"') for element in value.elements(form))


def inputs(value: TomlValue) -> Mapping[str, Any]:
    """Inputs by name; what an input means is read where the layer is checked."""
    for entry in value.entries('a table, such as args = { x = "normal(4, 3)" }').values():
        _check_input(entry)
    return dict(value.value)


def _place(value: TomlValue, form: str) -> str:
    """A text that can name a place in a file system."""
    text = value.text(form)
    if "\0" in text:
        raise value.bad(f"{value.name} has to be {form}; a path holds no NUL character")
    if len(text) > _LONGEST:
        raise value.bad(f"{value.name} has to be {form}; a path has at most {_LONGEST} characters")
    return text


def _example(value: TomlValue, example: str) -> str:
    """An example of the value as it may stand in the file, where an element has no key."""
    key = value.keys[-1]
    return f'{key} = "{example}"' if isinstance(key, str) else f'"{example}"'


def _in_seconds(value: TomlValue, form: str) -> float:
    return value.number(form, lambda number: 0 < number < 1e9)


def _code(value: TomlValue) -> str:
    prefix = value.text('the beginning of a finding code, such as "D1"')
    try:
        matching(prefix)
    except UnknownCode as error:
        raise value.bad(str(error)) from None
    return prefix.upper()


def _engine(value: TomlValue) -> str:
    engine = value.text(f"one of {', '.join(ENGINES)}")
    if engine not in ENGINES:
        near = hint(engine, ENGINES)
        raise value.bad(f"unknown engine {printable(engine)}{near}")
    return engine


def _check_input(value: TomlValue) -> None:
    """Dates are no input, and integers beyond TOML's range would not print."""
    if isinstance(value.value, dict):
        for entry in value.entries("").values():
            _check_input(entry)
    elif isinstance(value.value, list):
        for element in value.elements(""):
            _check_input(element)
    elif type(value.value) is int:
        value.integer("an integer", least=-LARGEST_INTEGER)
    else:
        value.require(isinstance(value.value, str | float | bool), _INPUT)
