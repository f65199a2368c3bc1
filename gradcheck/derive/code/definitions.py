"""What is to be computed, as definitions in order: a program, before it is written in any language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gradcheck.algebra.expr import Expr, Ref, Var, walk


@dataclass(frozen=True)
class Definition:
    """``name[params] = body``, or the largest body over the indices of ``largest``, each with its size."""

    name: str
    params: tuple[str, ...]
    sizes: tuple[str, ...]
    body: Expr
    largest: tuple[tuple[str, str], ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        """The tensors that the body mentions."""
        return frozenset(part.name for part in walk(self.body) if isinstance(part, Var | Ref))


@dataclass(frozen=True)
class Program:
    """Definitions by name, in an order in which they can be computed.

    ``shapes`` has the sizes of the axes of what is given: the inputs and the ``upstream``
    gradients by output. ``gradients`` names the definition of the gradient of each input,
    in the order in which they are wanted.
    """

    definitions: Mapping[str, Definition]
    shapes: Mapping[str, tuple[str, ...]]
    inputs: tuple[str, ...]
    fixed: tuple[str, ...]
    outputs: tuple[str, ...]
    upstream: Mapping[str, str]
    gradients: Mapping[str, str]

    def sizes(self, name: str) -> tuple[str, ...]:
        """The sizes of the axes of anything with a name."""
        found = self.definitions.get(name)
        return self.shapes[name] if found is None else found.sizes

    @property
    def scalar_parameters(self) -> frozenset[str]:
        """The fixed inputs without axes, which are Python numbers."""
        return frozenset(n for n in self.fixed if not self.shapes[n])

    @property
    def wanted(self) -> tuple[str, ...]:
        """The definitions that somebody outside asks for."""
        return (*self.outputs, *self.gradients.values())


def needed(definitions: Mapping[str, Definition], roots: Iterable[str]) -> dict[str, Definition]:
    """The definitions that the roots are computed from, themselves included, in order."""
    waiting, found = [r for r in roots if r in definitions], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(n for n in definitions[name].needs if n in definitions)
    return {name: d for name, d in definitions.items() if name in found}


def in_order(definitions: Iterable[Definition]) -> dict[str, Definition]:
    """The definitions, each after all that it needs, otherwise as they stand."""
    by_name = {d.name: d for d in definitions}
    done: dict[str, Definition] = {}

    def place(name: str) -> None:
        if name not in done and name in by_name:
            for other in _in_text_order(by_name[name]):
                place(other)
            done[name] = by_name[name]

    for name in by_name:
        place(name)
    return done


def _in_text_order(definition: Definition) -> Iterator[str]:
    yield from dict.fromkeys(p.name for p in walk(definition.body) if isinstance(p, Var | Ref))
