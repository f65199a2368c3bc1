"""Formulas as a line of plain text, for docstrings: ``y_ij = γ_j x̂_ij + β_j``."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from gradcheck.algebra.expr import (
    Add,
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Index,
    Last,
    Mul,
    Num,
    Partial,
    Pow,
    Ref,
    Size,
    Sum,
    Var,
)
from gradcheck.derive.code.identifiers import identifier
from gradcheck.derive.code.tidying import as_power, coefficient, factors_of

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_ACCENTS = {"hat": "\u0302", "tilde": "\u0303", "bar": "\u0304", "dot": "\u0307"}
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_SHAPE = re.compile(r"\\(hat|tilde|bar|dot|widehat|widetilde|overline)\{?(\\?[A-Za-z]+)\}?")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_NAMED = {"epsilon": "ε", "varepsilon": "ε", "ell": "ℓ", "phi": "φ", "varphi": "φ", "vartheta": "ϑ"}
_FUNCTIONS = {"sigmoid": "σ", "sign": "sgn"}


def text_of(expr: Expr) -> str:
    r"""The formula as text.

    >>> text_of(Sum("i", "m", Mul((Pow(Size("m"), Num(Fraction(-1))), Var(r"\hat{x}", ("i", "j"))))))
    'Σ_i x̂_ij / m'
    """
    return _text(expr, _SUM)


def symbol(name: str) -> str:
    r"""A name as text.

    >>> symbol(r"\sigma_{B}^{2}"), symbol(r"\mathcal{L}"), symbol("W_{xh}")
    ('σ_B²', 'L', 'W_xh')
    """
    found = _SHAPE.sub(_with_accent, name)
    found = re.sub(r"\\(math\w+|boldsymbol|bm|text\w*|operatorname)\b", "", found)
    found = _COMMAND.sub(lambda m: _letter(m[1]), found)
    found = re.sub(r"\^\{?(-?\d+)\}?", lambda m: m[1].translate(_RAISED), found)
    found = re.sub(r"[{}\\\s]", "", found)
    return found or identifier(name)


def _with_accent(match: re.Match[str]) -> str:
    kind = {"widehat": "hat", "widetilde": "tilde", "overline": "bar"}.get(match[1], match[1])
    return unicodedata.normalize("NFC", symbol(match[2]) + _ACCENTS[kind])


def _letter(word: str) -> str:
    if word in _NAMED:
        return _NAMED[word]
    case = "CAPITAL" if word[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(
            f"GREEK {case} LETTER {'LAMDA' if word.lower() == 'lambda' else word.upper()}"
        )
    except KeyError:
        return word


def _entry(name: str, indices: tuple[Index, ...]) -> str:
    if not indices:
        return symbol(name)
    letters = [_index(i) for i in indices]
    sign = "," if any(len(i) > 1 for i in letters) or "_" in symbol(name) else ""
    joint = "," if "_" in symbol(name) else "_"
    return f"{symbol(name)}{joint}{sign.join(letters)}"


def _index(index: Index) -> str:
    return symbol(index.size) if isinstance(index, Last) else symbol(str(index))


def _length(name: str) -> str:
    return symbol(name) if name.isalnum() or name.startswith("\\") else identifier(name)


def _text(expr: Expr, around: int) -> str:
    code, binding = _bound(expr)
    return code if binding >= around else f"({code})"


def _bound(expr: Expr) -> tuple[str, int]:
    match expr:
        case Num(value):
            return str(value), _ATOM if value.denominator == 1 and value >= 0 else _PRODUCT
        case Constant(name):
            return {"pi": "π"}.get(name, name), _ATOM
        case Size(name):
            return _length(name), _ATOM
        case Var(name, indices) | Ref(name, indices):
            return _entry(name, indices), _ATOM
        case Adjoint(loss, node, indices) | Partial(Ref(loss), node, indices):
            return f"d{symbol(loss)}/d{_entry(node, indices)}", _POWER
        case Delta(left, right):
            return f"δ_{_index(left)}{_index(right)}", _ATOM
        case Add(terms):
            return _sum(terms), _SUM
        case Mul():
            return _product(expr)
        case Pow():
            return _power(expr)
        case Fun(name, args):
            return _function(name, args)
        case Sum(index, _, body):
            return f"Σ_{_index(index)} {_text(body, _PRODUCT)}", _PRODUCT
        case _:
            return "…", _ATOM


def _sum(terms: tuple[Expr, ...]) -> str:
    ordered = sorted(terms, key=lambda t: coefficient(t)[0] < 0)
    code = _text(ordered[0], _PRODUCT)
    for term in ordered[1:]:
        value, rest = coefficient(term)
        shown = Mul((Num(abs(value)), *factors_of(rest))) if abs(value) != 1 else rest
        code += f" {'−' if value < 0 else '+'} {_text(shown, _PRODUCT)}"
    return code


def _product(expr: Mul) -> tuple[str, int]:
    value, rest = coefficient(expr)
    above = [str(abs(value.numerator))] if abs(value.numerator) != 1 else []
    below = [str(value.denominator)] if value.denominator != 1 else []
    sums = [f for f in factors_of(rest) if isinstance(f, Sum)]
    for factor in [f for f in factors_of(rest) if f not in sums] if rest != Num(Fraction(1)) else []:
        base, power = as_power(factor)
        if power < 0:
            inverse = base if power == -1 else Pow(base, Num(-power))
            below.append(_text(inverse, _POWER))
        else:
            above.append(_text(factor, _POWER))
    above += [f"({_text(s, _SUM)})" for s in sums[:-1]] + [_text(s, _SUM) for s in sums[-1:]]
    code = " ".join(above) or "1"
    if below:
        code += f" / {below[0]}" if len(below) == 1 else f" / ({' '.join(below)})"
    return f"−{code}" if value < 0 else code, _PRODUCT


def _power(expr: Pow) -> tuple[str, int]:
    base, power = as_power(expr)
    if power < 0:
        return f"1 / {_text(base if power == -1 else Pow(base, Num(-power)), _POWER)}", _PRODUCT
    if power == Fraction(1, 2):
        return f"√{_text(base, _ATOM)}", _ATOM
    if power != 1 and power.denominator == 1:
        return f"{_text(base, _ATOM)}{str(power).translate(_RAISED)}", _POWER
    return f"{_text(expr.base, _ATOM)}^{_text(expr.exponent, _ATOM)}", _POWER


def _function(name: str, args: tuple[Expr, ...]) -> tuple[str, int]:
    if name == "exp":
        return f"e^{_text(args[0], _ATOM)}", _POWER
    if name == "abs":
        return f"|{_text(args[0], _SUM)}|", _ATOM
    if name == "step":
        return f"[{_text(args[0], _SUM)} > 0]", _ATOM
    return f"{_FUNCTIONS.get(name, name)}({', '.join(_text(a, _SUM) for a in args)})", _ATOM
