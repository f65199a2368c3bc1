"""Names that are more than a letter: accented, set in a font, or spelled out."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.cursor import Cursor, spelled
from gradcheck.documents.reading.parse_brackets import argument
from gradcheck.documents.reading.parse_conditions import has_comparison, indicator
from gradcheck.documents.reading.parse_functions import function
from gradcheck.documents.reading.parse_scripts import postfix
from gradcheck.documents.reading.tokens import Refusal, Token
from gradcheck.documents.reading.vocabulary import LETTERED, SYMBOLS, WORDS


def accented(parser: Cursor, token: Token) -> s.Syntax:
    inner = argument(parser)
    if token.value in ("\\underline", "\\vec") and not isinstance(inner, s.Symbol):
        return inner
    if not isinstance(inner, s.Symbol):
        raise Refusal(f"{token.value} over something that is not one symbol", token.start, inner.end)
    accent = {"\\widehat": "\\hat", "\\widetilde": "\\tilde", "\\overline": "\\bar"}.get(
        token.value, token.value
    )
    name = inner.name if accent in ("\\underline", "\\vec") else f"{accent}{{{inner.name}}}"
    return replace(inner, start=token.start, end=parser.last_end, name=name)


def styled(parser: Cursor, token: Token) -> s.Syntax:
    raw = parser.raw_argument()
    if token.value == "\\mathbb" and spelled(raw) in ("1", "I"):
        return indicator(parser, token)
    if token.value in ("\\mathbf", "\\boldsymbol") and spelled(raw) == "1":
        if parser.peek().is_("(", "[", "\\{") and has_comparison(parser):
            return indicator(parser, token)
        return s.Symbol(token.start, parser.last_end, "\\mathbf{1}")
    word = "".join(t.value for t in raw)
    if (
        token.value in ("\\mathrm", "\\mathsf", "\\mathtt", "\\mathit", "\\rm")
        and len(word) > 1
        and word.isalpha()
    ):
        upright = Token("text", word, token.start, parser.last_end)
        return named(parser, upright, f"\\text{{{word}}}", word)
    inner = parser.within(raw)
    if isinstance(inner, s.Product) and inner.factors[0] == s.Symbol(raw[0].start, raw[0].end, "d"):
        head, target = inner.factors[0], inner.factors[1]
        if len(inner.factors) == 2 and isinstance(target, s.Symbol):
            bold = replace(target, name=f"\\mathbf{{{target.name}}}")
            return replace(inner, factors=(head, bold))
    if not isinstance(inner, s.Symbol):
        return inner
    if token.value == "\\mathbb" and parser.peek().is_("[", "(", "\\{", "_"):
        raise Refusal("an expectation or another operator is not read", token.start, inner.end)
    if token.value in LETTERED:
        inner = replace(inner, name=f"{token.value}{{{inner.name}}}")
    elif token.value in ("\\mathbf", "\\boldsymbol", "\\bm", "\\pmb"):
        inner = replace(inner, name=f"\\mathbf{{{inner.name}}}")
    return replace(inner, start=token.start, end=parser.last_end)


def named(parser: Cursor, token: Token, symbol: str, word: str) -> s.Syntax:
    """A word: a function if it is a known one and has an argument, else a symbol.

    ``dx`` and ``dgamma`` set upright are gradients, as code writes them.
    """
    variable = word[1:] if word[:1] == "d" else ""
    if (len(variable) == 1 and variable.isalpha()) or f"\\{variable}" in SYMBOLS:
        middle = token.end - 1
        head = s.Symbol(token.start, middle, "d")
        name = variable if len(variable) == 1 else f"\\{variable}"
        target = postfix(parser, s.Symbol(middle, token.end, name))
        return s.Product(token.start, target.end, (head, target), ("",))
    if word.lower().replace(" ", "").replace("-", "") in WORDS and parser.peek().is_("(", "_", "["):
        return function(parser, token, word.lower().replace(" ", "").replace("-", ""))
    if word.lower() in ("tr", "trace", "diag", "det", "var", "mean", "std") and parser.starts_factor():
        return function(parser, token, word.lower())
    return s.Symbol(token.start, token.end, symbol)


def word(parser: Cursor, token: Token) -> s.Syntax | None:
    """A function's name spelled in bare letters, such as ``ReLU(y)``."""
    letters, end = token.value, token.end
    k = 0
    while (t := parser.peek(k)).kind == "char" and t.value.isalpha() and t.start == end:
        letters, end, k = letters + t.value, t.end, k + 1
    if letters.lower() not in WORDS or len(letters) < 2 or not parser.peek(k).is_("(", "_"):
        return None
    parser.at += k
    return function(parser, Token("text", letters, token.start, end), letters.lower())
