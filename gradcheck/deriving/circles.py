"""Circular definitions: a quantity that is computed from itself on the way round."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gradcheck.algebra import expr as e
from gradcheck.algebra.components import TooComplex
from gradcheck.algebra.lowering import Algebra
from gradcheck.deriving.readings import Reading
from gradcheck.documents.meaning.frames import Frame
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.candidates import Introduced, candidates_of


def check_circles(reading: Reading, inputs: Collection[str] | None = None) -> None:
    """Raise `CannotDerive` where an input is defined after all, by what is computed from it.

    Without ``inputs``, any symbol without a definition in force will do.

    The relation is no definition where it follows from the others, as ``x_i = s u_i + m``
    follows from ``u_i = (x_i - m) / s``.
    """
    for candidate in _unused(reading, inputs):
        circle = _circle(reading, candidate)
        if circle and not follows(reading, candidate):
            label = _label(reading, candidate)
            if label:
                words = f"{candidate.name} is a quantity here, and an index in `{label}`"
                help = rf"write a label as words, `\text{{{candidate.name}}}`, or give it a letter of its own"
                raise reading.cannot(candidate.tree, words, help)
            words = f"a circular definition: {' → '.join(circle)}"
            raise reading.cannot(candidate.tree, words, "give the new value a name of its own")


def _unused(reading: Reading, inputs: Collection[str] | None) -> Iterator[Introduced]:
    """Relations with an input alone on their left, without derivatives."""
    for chain in reading.chains:
        for candidate in candidates_of(chain, reading.environment.names):
            differentiates = any(isinstance(n, s.Derivative) for n in s.walk(candidate.tree))
            known = reading.graph.nodes if inputs is None else inputs
            if (candidate.name in known) == (inputs is not None) and not differentiates:
                yield candidate


def _circle(reading: Reading, candidate: Introduced) -> list[str]:
    """The way from the symbol through definitions back to itself; empty where there is none."""
    waiting = [(name, [candidate.name, name]) for name in _symbols(reading, candidate.tree)]
    seen: set[str] = set()
    while waiting:
        name, path = waiting.pop(0)
        if name == candidate.name:
            return path
        if name not in seen and name in reading.graph.nodes:
            seen.add(name)
            after = _symbols(reading, reading.definition(name).tree)
            waiting += [(following, [*path, following]) for following in after]
    return []


def _label(reading: Reading, candidate: Introduced) -> str:
    """A symbol in the definition with the defined one below it, ``W_i`` in that of i; else nothing."""
    for symbol in s.walk(candidate.tree):
        if isinstance(symbol, s.Symbol) and any(
            isinstance(below, s.Symbol) and reading.environment.names.resolve(below).name == candidate.name
            for below in symbol.sub
        ):
            return reading.source.text[symbol.start : symbol.end]
    return ""


def _symbols(reading: Reading, tree: s.Syntax) -> list[str]:
    names = reading.environment.names
    return list(dict.fromkeys(names.resolve(n).name for n in s.walk(tree) if isinstance(n, s.Symbol)))


def follows(reading: Reading, candidate: Introduced) -> bool:
    """Whether the relation is proved by the definitions that are in force."""
    scope = reading.environment.scopes.get(id(candidate.chain), {})
    try:
        value = reading.meaning.value(candidate.tree, Frame(dict(scope)))
        kind = e.Ref if candidate.name in reading.graph.nodes else e.Var
        left = kind(candidate.name, candidate.letters or value.axes)
        return Algebra(reading.graph).equal(left, value.expr)
    except (Refusal, TooComplex, ZeroDivisionError, RecursionError, KeyError, ValueError):
        return False
