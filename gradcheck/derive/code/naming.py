"""What everything in a generated module is called."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.algebra.expr import Add, Expr, Fun, Mul, Num, Pow, Ref, Sum, Var
from gradcheck.derive.code.definitions import Definition, Program
from gradcheck.derive.code.identifiers import Names, identifier
from gradcheck.derive.code.programs import PER_LOSS, gradient_name
from gradcheck.derive.code.tidying import as_power, coefficient, factors_of

_LONGEST = 18
_NUMBERS: dict[Fraction, str] = {Fraction(1): "one", Fraction(2): "two"}


def named(program: Program, names: Names) -> Names:
    """``names`` with an identifier for every tensor of the program."""
    for root, given in program.upstream.items():
        names.give(given, "dout" if len(program.upstream) == 1 else f"dout_{identifier(root)}")
    for name in program.inputs:
        symbol_name(names, name)
    for name in program.outputs:
        if not program.sizes(name) and len(identifier(name)) == 1:
            names.give(name, "loss")
    gradients = {g: n for n, g in program.gradients.items()}
    for gradient, name in gradients.items():
        names.give(gradient, f"d{names.found[name]}")
    for definition in program.definitions.values():
        _definition(names, definition)
    return names


def symbol_name(names: Names, name: str) -> str:
    """The identifier of a symbol of the document, in its own case if the small letters are taken."""
    small = identifier(name)
    return names.give(name, small, f"big_{small}" if name[:1].isupper() else small)


def _definition(names: Names, definition: Definition) -> None:
    name = definition.name
    own = name.removeprefix(PER_LOSS)
    prefix = gradient_name("")
    if definition.largest:
        names.give(name, _joined(_described(definition.body, names), "max") or "largest")
    elif own.startswith(prefix):
        names.give(name, f"d{identifier(own.removeprefix(prefix))}")
    elif name.startswith("part "):
        names.give(name, _described(definition.body, names) or "part")
    else:
        symbol_name(names, name)


def _described(expr: Expr, names: Names) -> str:
    """A short name that says what a part is, "" if there is none."""
    match expr:
        case Var(name) | Ref(name):
            return names.found.get(name, "")
        case Add((first, second)):
            return _of_two(first, second, names)
        case Num(value) if value in _NUMBERS:
            return _NUMBERS[value]
        case Pow():
            return _power(expr, names)
        case Fun(name, (argument,)):
            return _joined(name, _described(argument, names)) or name
        case Sum(_, _, body):
            return _joined(_described(body, names), "sum") or "total"
        case Mul():
            return _of_factors(factors_of(coefficient(expr)[1]), names)
        case _:
            return ""


def _of_two(first: Expr, second: Expr, names: Names) -> str:
    (left, one), (right, other) = coefficient(first), coefficient(second)
    if left < 0:
        (left, one), (right, other) = (right, other), (left, one)
    if left != 1 or abs(right) != 1:
        return "combined"
    # A number that is a term has its value in the coefficient.
    return _joined(_described(one, names), "plus" if right > 0 else "minus", _described(other, names))


def _of_factors(factors: tuple[Expr, ...], names: Names) -> str:
    tensors = [names.found[f.name] for f in factors if isinstance(f, Var | Ref)]
    more = [] if len(tensors) == len(factors) else ["product"]
    return _joined(*tensors, *more) or _joined(*tensors[:1], "product") or "product"


def _power(expr: Pow, names: Names) -> str:
    base, power = as_power(expr)
    if power == 2:
        return _joined(_described(base, names), "sq") or "square"
    word = "inverse" if power == -1 else ""
    if power.denominator == 2:
        word = "inverse_root" if power < 0 else "root"
    return _joined(word, _described(base, names)) or word or "power"


def _joined(*words: str) -> str:
    """The words as one name, "" if one is missing or it becomes too long."""
    found = "_".join(words)
    fine = all(words) and len(found) <= _LONGEST and not found[0].isdigit()
    return found if fine else ""
