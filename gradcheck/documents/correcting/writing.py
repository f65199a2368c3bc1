"""How an edit of one place is written in the author's text, and said in words."""

from __future__ import annotations

from fractions import Fraction

from gradcheck.documents.correcting.edits import Edit, Piece
from gradcheck.documents.correcting.spots import Spot, is_simple
from gradcheck.documents.correcting.workbench import Workbench, replacing
from gradcheck.documents.reading import syntax as s

_SCRIPTS = frozenset(["exponent", "numerator", "denominator", "radicand"])


def replaced(bench: Workbench, spot: Spot, latex: str, cost: float) -> Edit | None:
    """``latex`` in the place of what is printed."""
    text = bench.text(spot.node)
    if latex == text:
        return None
    if spot.role == "item" and isinstance(spot.parent, s.Group) and not _is_sum(latex) and spot.above[:-1]:
        text = bench.text(spot.parent)
        return Edit((replacing(spot.parent, latex),), f"`{text}` should be `{latex}`", cost)
    if _needs_brackets(spot, latex):
        latex = f"({latex})"
    piece = _put(bench, spot, latex)
    return Edit((piece,), f"`{text}` should be `{latex}`", cost)


def as_number(bench: Workbench, spot: Spot, value: Fraction, cost: float) -> Edit | None:
    """A number in the place of what is printed; an exponent of 1 is left out."""
    node = spot.node
    if spot.role == "exponent" and value == 1:
        parent = spot.parent
        assert parent is not None
        base = parent.base.end if isinstance(parent, s.Power) else _before_caret(bench, node)
        end = parent.end if isinstance(parent, s.Power) else _behind(bench, node)
        return Edit((Piece(base, end, ""),), f"the exponent `{bench.text(node)}` should not be there", 1.2)
    latex = bench.numerals.spelled(value, spot.role == "exponent")
    if value < 0 and spot.role == "factor":
        latex = f"({latex})"
    edit = replaced(bench, spot, latex, cost)
    if edit is not None and spot.role == "exponent":
        words = f"the exponent `{bench.text(node)}` should be `{latex}`"
        return Edit(edit.pieces, words, cost)
    return edit


def to_power(bench: Workbench, spot: Spot, power: Fraction, cost: float) -> Edit | None:
    """What is printed, to a power or under a root."""
    node, text = spot.node, bench.text(spot.node)
    if isinstance(node, (s.Derivative, s.Fraction_)) or (
        isinstance(node, s.Call) and power != Fraction(1, 2)
    ):
        text = rf"\left({text}\right)"
    if power == Fraction(1, 2):
        inner = bench.text(node.items[0]) if isinstance(node, s.Group) and len(node.items) == 1 else text
        return Edit((_put(bench, spot, rf"\sqrt{{{inner}}}"),), f"`{text}` should be under a root", cost)
    if isinstance(node, s.Root) and node.degree is None:
        inner, whole = bench.text(node.radicand), power / 2
        wrapped = inner if isinstance(node.radicand, s.Symbol) and node.radicand.sup is None else f"({inner})"
        script = "" if whole == 1 else f"^{{{bench.numerals.spelled(whole)}}}"
        return Edit((_put(bench, spot, wrapped + script),), f"`{text}` should be `{wrapped}{script}`", cost)
    if isinstance(node, s.Symbol) and node.sup is not None:
        text = f"({text})"
    latex = (
        f"{text}^{{{bench.numerals.spelled(power)}}}"
        if power.denominator > 1 or power < 0
        else f"{text}^{power}"
    )
    return Edit((_put(bench, spot, latex),), f"`{bench.text(node)}` should be `{latex}`", cost)


def applied(bench: Workbench, spot: Spot, function: str, cost: float) -> Edit | None:
    """An exponential or a logarithm of what is printed, as the document writes such."""
    node = spot.node.items[0] if isinstance(spot.node, s.Group) else spot.node
    text = bench.text(node)
    if function == "exp":
        latex = rf"\exp({text})" if r"\exp" in bench.mathematics else f"e^{{{text}}}"
    else:
        logarithm = r"\ln" if r"\ln" in bench.mathematics else r"\log"
        latex = f"{logarithm}({text})"
    if spot.role == "item" and isinstance(spot.parent, s.Group) and spot.above[:-1]:
        text = bench.text(spot.parent)
        return Edit((replacing(spot.parent, latex),), f"`{text}` should be `{latex}`", cost)
    return Edit((_put(bench, spot, latex),), f"`{text}` should be `{latex}`", cost)


def summed(bench: Workbench, spot: Spot, letter: str, bound: str, cost: float) -> Edit | None:
    """A sum over one letter in front of what is printed."""
    head = bench.sum_over(letter, bound)
    text = bench.text(spot.node)
    if isinstance(spot.node, s.Total):
        latex = rf"{head} \left({text}\right)"
        return Edit((_put(bench, spot, latex),), f"`{text}` should be summed over {letter}", cost)
    if spot.role in _SCRIPTS:
        return Edit((_put(bench, spot, f"{head} {text}"),), f"`{text}` should be summed over {letter}", cost)
    at = spot.node.start
    return Edit((Piece(at, at, f"{head} "),), f"`{text}` should be summed over {letter}", cost)


def times(bench: Workbench, spot: Spot, latex: str, cost: float) -> Edit | None:
    """A factor in front of what is printed."""
    if latex in ("1", "0"):
        return None
    node, text = spot.node, bench.text(spot.node)
    if isinstance(node, s.Number) and latex.isdigit():
        return None
    factor = f"({latex})" if " " in latex and _is_sum(latex) else latex
    words = f"`{text}` should be multiplied by `{latex}`"
    if _is_bracketed(spot):
        assert spot.parent is not None
        at = bench.spelling.whole(spot.parent.start, spot.parent.end)[0]
        return Edit((Piece(at, at, factor + " "),), words, cost)
    if isinstance(node, s.Number) and node.value == 1:
        return replaced(bench, spot, latex, cost - 0.2)
    if isinstance(node, s.Total) or spot.role in _SCRIPTS:
        body = rf"\left({text}\right)" if isinstance(node, s.Total) else text
        joint = r" \cdot " if text[:1].isdigit() and factor[-1:].isdigit() else " "
        return Edit((_put(bench, spot, f"{factor}{joint}{body}"),), words, cost)
    joint = r" \cdot " if text[:1].isdigit() and factor[-1:].isdigit() else " "
    return Edit((Piece(node.start, node.start, factor + joint),), words, cost)


def over(bench: Workbench, spot: Spot, latex: str, cost: float) -> Edit | None:
    """What is printed, divided by something."""
    node, text = spot.node, bench.text(spot.node)
    if latex == text or latex in (bench.text(f) for f in _factors(node)):
        return None
    words = f"`{text}` should be divided by `{latex}`"
    if _is_bracketed(spot):
        assert spot.parent is not None
        at = bench.spelling.whole(spot.parent.start, spot.parent.end)[0]
        return Edit((Piece(at, at, rf"\frac{{1}}{{{latex}}} "),), words, cost)
    fraction = next((f for f in _factors(node) if isinstance(f, s.Fraction_)), None)
    if fraction is not None:
        below = bench.text(fraction.denominator)
        if isinstance(fraction.denominator, s.Number) and fraction.denominator.value == 1:
            return Edit((bench.unit(fraction.denominator, latex),), words, cost)
        wrapped = below if is_simple(fraction.denominator) else f"({below})"
        factor = f"({latex})" if " " in latex and _is_sum(latex) else latex
        return Edit(
            (
                bench.unit(
                    fraction.denominator, f"{factor} {wrapped}" if latex.isdigit() else f"{wrapped} {factor}"
                ),
            ),
            words,
            cost,
        )
    if isinstance(node, s.Product) or not is_simple(node):
        body = rf"\left({text}\right)" if isinstance(node, s.Total) else text
        return Edit((_put(bench, spot, rf"\frac{{1}}{{{latex}}} {body}"),), words, cost)
    return Edit((_put(bench, spot, rf"\frac{{{text}}}{{{latex}}}"),), words, cost)


def plus(bench: Workbench, spot: Spot, sign: str, latex: str, cost: float) -> Edit | None:
    """Another term beside what is printed."""
    node, text = spot.node, bench.text(spot.node)
    if latex == text or (isinstance(node, s.Total) and latex in (bench.text(t) for _, t in node.terms)):
        return None
    if sign == "-+":
        inner = rf"\left({text}\right)" if isinstance(node, s.Total) else text
        new, words = f"{latex} - {inner}", f"`{text}` should be subtracted from `{latex}`"
    else:
        if sign == "-" and _is_sum(latex):
            latex = rf"\left({latex}\right)"
        new, words = f"{text} {sign} {latex}", f"the term `{sign} {latex}` is missing behind `{text}`"
        if not isinstance(node, s.Total) and spot.role in ("root", "item") and sign != "-+":
            return Edit((Piece(node.end, node.end, f" {sign} {latex}"),), words, cost)
    if spot.role in ("factor", "body"):
        new = f"({new})"
    return Edit((_put(bench, spot, new),), words, cost)


def _is_bracketed(spot: Spot) -> bool:
    """Whether a sum stands in brackets of its own as a factor or a term."""
    parent, above = spot.parent, spot.above
    beside = above[-2] if len(above) > 1 else None
    return (
        isinstance(spot.node, s.Total)
        and isinstance(parent, s.Group)
        and parent.bracket in ("(", "[")
        and not isinstance(beside, (s.Call, s.Power, s.Norm))
        and not _is_applied(parent, beside)
    )


def _is_applied(group: s.Group, product: s.Syntax | None) -> bool:
    """Whether a bracket may be the argument of the symbol before it."""
    if not isinstance(product, s.Product):
        return False
    at = next((k for k, f in enumerate(product.factors) if f is group), 0)
    return at > 0 and isinstance(product.factors[at - 1], s.Symbol) and product.joins[at - 1] == ""


def _factors(node: s.Syntax) -> tuple[s.Syntax, ...]:
    return node.factors if isinstance(node, s.Product) else (node,)


def _put(bench: Workbench, spot: Spot, latex: str) -> Piece:
    if spot.role in _SCRIPTS:
        return bench.unit(spot.node, latex)
    return Piece(spot.node.start, spot.node.end, latex)


def _needs_brackets(spot: Spot, latex: str) -> bool:
    return (spot.role in ("factor", "base", "body") and _is_sum(latex)) or (
        spot.role == "term" and _is_sum(latex)
    )


def _is_sum(latex: str) -> bool:
    """Whether a plus or minus stands in ``latex`` outside every bracket."""
    depth = 0
    for k, character in enumerate(latex):
        depth += (character in "({[") - (character in ")}]")
        if depth == 0 and character in "+-" and (k or character == "-"):
            return True
    return False


def _before_caret(bench: Workbench, exponent: s.Syntax) -> int:
    tokens = [t for t in bench.part.tokens if t.start < exponent.start and t.is_("^")]
    return tokens[-1].start


def _behind(bench: Workbench, exponent: s.Syntax) -> int:
    following = next((t for t in bench.part.tokens if t.start >= exponent.end), None)
    caret = _before_caret(bench, exponent)
    opened = next((t for t in bench.part.tokens if t.start > caret), None)
    braced = opened is not None and opened.is_("{") and following is not None and following.is_("}")
    return following.end if braced and following is not None else exponent.end
