"""Which values the inputs may have: positive under a logarithm or a root, below 1 where 1 − p is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gradcheck.algebra.expr import ONE, Add, Expr, Fun, Mul, Num, Pow, Ref, Sum, Var, walk
from gradcheck.derive.code.definitions import Definition, Program
from gradcheck.derive.code.tidying import as_power, coefficient, factors_of, terms_of


@dataclass
class Domains:
    """What the formulas demand of the inputs.

    ``complemented`` are those that occur as 1 − t, ``guards`` those that only keep a denominator,
    a root or a logarithm away from 0.
    """

    positive: set[str] = field(default_factory=set)
    below_one: set[str] = field(default_factory=set)
    complemented: set[str] = field(default_factory=set)
    guards: set[str] = field(default_factory=set)


def domains_of(program: Program) -> Domains:
    """The demands of all formulas of a program."""
    found = _Finder(program.definitions)
    for definition in program.definitions.values():
        for part in walk(definition.body):
            found.visit(part)
    unguarded = _elsewhere(program)
    domains = found.domains
    domains.guards = {n for n in found.guards if n not in unguarded}
    return domains


class _Finder:
    def __init__(self, definitions: Mapping[str, Definition]) -> None:
        self.definitions, self.domains = definitions, Domains()
        self.guards: set[str] = set()

    def visit(self, part: Expr) -> None:
        """Note what a logarithm, a root or a quotient demands."""
        match part:
            case Fun("log", (argument,)):
                self._guarded(argument)
            case Pow(base, exponent):
                value = as_power(part)[1]
                if not isinstance(exponent, Num) or value < 0 or value.denominator != 1:
                    self._guarded(base)
            case Add((first, second)):
                for one, other in ((first, second), (second, first)):
                    value, rest = coefficient(other)
                    if one == ONE and value == -1 and isinstance(rest, Var):
                        self.domains.complemented.add(rest.name)

    def _guarded(self, argument: Expr) -> None:
        self.guards |= {
            t.name for t in terms_of(argument) if isinstance(t, Var) and isinstance(argument, Add)
        }
        self.demand(argument)

    def demand(self, expr: Expr) -> None:
        """Ask of the inputs in ``expr`` that it is positive."""
        match expr:
            case Var(name):
                self.domains.positive.add(name)
            case Ref(name):
                definition = self.definitions[name]
                if not definition.largest:
                    self.demand(definition.body)
            case Add(terms):
                for term in terms:
                    value, rest = coefficient(term)
                    if value > 0:
                        self.demand(rest)
                    else:
                        self._small(rest)
            case Mul(factors):
                for factor in factors:
                    self.demand(factor)
            case Pow(base):
                power = as_power(expr)[1]
                if power.denominator != 1 or power % 2:
                    self.demand(base)
            case Fun("max", args):
                self.demand(args[0])
            case Sum(_, _, body):
                self.demand(body)
            case _:
                pass

    def _small(self, expr: Expr) -> None:
        """Ask of the inputs in what is taken off that they are positive and below 1."""
        for part in factors_of(expr):
            if isinstance(part, Var):
                self.domains.positive.add(part.name)
                self.domains.below_one.add(part.name)


def _elsewhere(program: Program) -> set[str]:
    """The inputs that stand anywhere but as a term under a root, in a denominator or under a logarithm."""
    found: set[str] = set()

    def visit(expr: Expr, guarded: bool) -> None:
        match expr:
            case Var(name):
                found.add(name)
            case Add(terms):
                for term in terms:
                    if not (guarded and isinstance(term, Var)):
                        visit(term, False)
            case Pow(base):
                value = as_power(expr)[1]
                visit(base, value < 0 or value.denominator != 1)
            case Mul(parts):
                for part in parts:
                    visit(part, False)
            case Fun(name, parts):
                for part in parts:
                    visit(part, name == "log")
            case Sum(_, _, body):
                visit(body, False)
            case _:
                pass

    for definition in program.definitions.values():
        visit(definition.body, False)
    return found
