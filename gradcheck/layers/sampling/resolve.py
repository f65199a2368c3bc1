"""A choice of inputs made real: drawn, written as options of the command, written as Python."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.sampling.literals import python_literal
from gradcheck.layers.sampling.seeding import generator
from gradcheck.layers.sampling.specs import Fixed, Spec

Value = Spec | Fixed
SMALL = 64
"""The most elements that a snippet writes out."""


def draw_all(choice: Mapping[str, Value], seed: int) -> dict[str, object]:
    """A value for each input; that of one name does not depend on what other inputs there are.

    >>> draw_all({"n": Fixed(3), "x": parse("ones(2)")}, 0)
    {'n': 3, 'x': array([1., 1.])}
    """
    return {name: value.draw(generator(seed, name)) for name, value in choice.items()}


def drawn(name: str, text: str, seed: int) -> object:
    """The value that the input ``name=text`` has in a run with this seed."""
    return parse(text).draw(generator(seed, name))


def as_command(choice: Mapping[str, Value]) -> list[str]:
    """The inputs as options that a shell reads.

    >>> as_command({"x": parse("normal(64, 32)"), "mode": Fixed("train")})
    ["--arg 'x=normal(64, 32)'", '--arg \\'mode="train"\\'']
    """
    return [f"--arg {shlex.quote(f'{name}={value}')}" for name, value in choice.items()]


def as_python(choice: Mapping[str, Value], seed: int) -> dict[str, str]:
    """Each input as a Python expression, where NumPy is ``np``.

    Small ones are written out to the last bit; a larger one is a call of ``drawn``, from this module.

    >>> as_python({"x": parse("linspace(0, 1, 2)"), "w": parse("normal(64, 32)")}, 7)
    {'x': 'np.array([0.0, 1.0])', 'w': "drawn('w', 'normal(64, 32)', seed=7)"}
    """
    return {name: _expression(name, value, seed) for name, value in choice.items()}


def _expression(name: str, value: Value, seed: int) -> str:
    if value.elements > SMALL:
        return f"drawn({name!r}, {str(value)!r}, seed={seed})"
    return python_literal(value.draw(generator(seed, name)))
