"""TeX mathematics as tokens, each with the stretch of the source file it stands for.

Spacing, sizing and style commands vanish here, user macros are expanded (their tokens
stand where the macro was called), and Unicode mathematics becomes its TeX spelling.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

MAX_TOKENS = 20_000
MAX_DEPTH = 60


class Refusal(Exception):
    """The reader cannot go on: why, and at which stretch of the source file."""

    def __init__(self, reason: str, start: int, end: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class Token:
    """``kind`` is ``command``, ``char``, ``number``, ``text``, ``label`` or ``space``.

    ``value`` is the spelling (``\\frac``, ``x``, ``12``); a ``text`` token holds the words of
    ``\\text{…}``; a ``space`` is a wide gap such as ``\\quad``.
    """

    kind: str
    value: str
    start: int
    end: int

    def is_(self, *values: str) -> bool:
        """Whether this is one of these characters or commands."""
        return self.value in values and self.kind in ("command", "char")


@dataclass(frozen=True, slots=True)
class Macro:
    """A user's macro: how many arguments it takes, and its body's tokens."""

    arity: int
    body: tuple[Token, ...]


_LEXER = re.compile(
    r"(?P<space>\s+)|(?P<comment>(?<!\\)%[^\n]*)|(?P<command>\\(?:[A-Za-z]+\*?|.|\n))"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<char>.)",
    re.DOTALL,
)

_GONE = frozenset(
    r"""\, \; \: \! \> \  \left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl
    \biggr \Biggl \Biggr \bigm \displaystyle \textstyle \scriptstyle \limits \nolimits \notag
    \nonumber \hfill \hline \centering \small \large \normalsize \mathstrut \strut \noindent \par
    \relax \allowbreak \nobreak \medspace \thinspace \thickspace \negthinspace \protect \ensuremath
    \mathop \mathrel \mathbin \mathord \mathopen \mathclose \tiny \footnotesize \scriptscriptstyle
    \smallskip \medskip \bigskip \/""".split()
) | {"\\ ", "\\\n"}
_WITH_ARGUMENT = frozenset(
    r"\hspace \vspace \hspace* \vspace* \phantom \hphantom \vphantom \eqref \ref \cite".split()
)
_TEXT = frozenset(r"\text \textrm \textbf \textit \textnormal \mbox \hbox \intertext \shortintertext".split())
_GAPS = frozenset(r"\quad \qquad \enspace \hskip \enskip".split())
_SAME = {
    r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\cfrac": r"\frac", r"\ne": r"\neq", r"\le": r"\leq",
    r"\ge": r"\geq", r"\to": r"\rightarrow", r"\gets": r"\leftarrow", r"\lbrace": r"\{",
    r"\rbrace": r"\}", r"\lbrack": "[", r"\rbrack": "]", r"\ast": "*", r"\colon": ":",
    r"\ldots": r"\cdots", r"\dots": r"\cdots", r"\dotsb": r"\cdots", r"\dotsc": r"\cdots",
    r"\dotsm": r"\cdots", r"\dotso": r"\cdots", r"\lVert": r"\|", r"\rVert": r"\|", r"\Vert": r"\|",
    r"\lvert": "|", r"\rvert": "|", r"\vert": "|", r"\mid": "|", r"\iff": r"\Leftrightarrow",
    r"\implies": r"\Rightarrow", r"\coloneqq": r"\coloneqq", r"\colonequals": r"\coloneqq",
    r"\triangleq": r"\coloneqq", r"\doteq": r"\coloneqq", r"\defeq": r"\coloneqq",
    r"\longleftarrow": r"\leftarrow", r"\intercal": r"\top", r"\varepsilon": r"\epsilon",
    r"\Longrightarrow": r"\Rightarrow", r"\bullet": r"\cdot", r"\land": ",", r"\newline": "\\\\",
    r"\cr": "\\\\", r"\tabularnewline": "\\\\", r"\nicefrac": r"\frac", r"\sfrac": r"\frac",
    r"\lt": "<", r"\gt": ">", r"\leqslant": r"\leq", r"\geqslant": r"\geq", r"\substack": r"\substack",
    r"\bigl|": "|", r"\operatorname*": r"\operatorname",
}  # fmt: skip
_UNICODE = {
    "∂": r"\partial", "∇": r"\nabla", "∑": r"\sum", "Σ": r"\Sigma", "∏": r"\prod", "√": r"\sqrt",
    "·": r"\cdot", "⋅": r"\cdot", "×": r"\times", "⊙": r"\odot", "∘": r"\circ", "∗": "*", "−": "-",
    "–": "-", "≠": r"\neq", "≤": r"\leq", "≥": r"\geq", "←": r"\leftarrow", "→": r"\rightarrow",
    "⇒": r"\Rightarrow", "⇔": r"\Leftrightarrow", "≔": r"\coloneqq", "≜": r"\coloneqq", "∈": r"\in",
    "∀": r"\forall", "⋯": r"\cdots", "…": r"\cdots", "∞": r"\infty", "≈": r"\approx", "ℝ": r"\R",
    "∴": r"\therefore", "ᵀ": r"^\top", "⊤": r"\top", "‖": r"\|", "ℓ": r"\ell", "𝟙": r"\mathbb{1}",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\epsilon", "ϵ": r"\epsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\phi",
    "ϕ": r"\phi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "Γ": r"\Gamma", "Δ": r"\Delta",
    "Θ": r"\Theta", "Λ": r"\Lambda", "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega", "µ": r"\mu",
    "²": "^2", "³": "^3", "¹": "^1", "⁻": "^-", "½": r"\frac{1}{2}", "′": "'",
    "₀": "_0", "₁": "_1", "₂": "_2", "₃": "_3", "ᵢ": "_i", "ⱼ": "_j", "ₖ": "_k", "ₗ": "_l", "ₙ": "_n",
    "x̂": r"\hat{x}", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u2062": " ", "\u2061": " ",
}  # fmt: skip
_COMBINING = {"\u0302": r"\hat", "\u0304": r"\bar", "\u0303": r"\tilde", "\u0307": r"\dot"}


def tokenise(text: str, offsets: Sequence[int], macros: dict[str, Macro] | None = None) -> list[Token]:
    """The tokens of ``text``; raises `Refusal` when macros make too many of them."""
    return _simplified(expand(_raw(text, offsets), macros or {}))


def _raw(text: str, offsets: Sequence[int]) -> list[Token]:
    tokens: list[Token] = []
    for match in _LEXER.finditer(text):
        kind, value = match.lastgroup or "char", match.group()
        start, end = offsets[match.start()], offsets[match.end() - 1] + 1
        if kind == "comment":
            continue
        if kind == "space":
            tokens.append(Token("blank", " ", start, end))
        elif value in _COMBINING and tokens:
            accented = tokens.pop()
            accent = Token("command", _COMBINING[value], accented.start, end)
            tokens += [accent, Token("char", "{", start, start), accented, Token("char", "}", end, end)]
        elif value in _UNICODE:
            tokens += (
                Token(m.lastgroup or "char", m.group(), start, end)
                for m in _LEXER.finditer(_UNICODE[value])
                if m.lastgroup != "space"
            )
        else:
            tokens.append(Token(kind, value, start, end))
    return tokens


def expand(tokens: list[Token], macros: dict[str, Macro]) -> list[Token]:
    """``tokens`` with user macros replaced, at most ``MAX_TOKENS`` in all."""
    pending = list(reversed(tokens))
    result: list[Token] = []
    steps = 0
    while pending:
        token = pending.pop()
        macro = macros.get(token.value) if token.kind == "command" else None
        if macro is None:
            result.append(token)
            continue
        steps += 1
        if steps > 2000 or len(pending) > MAX_TOKENS:
            raise Refusal(f"the macro {token.value} expands without end", token.start, token.end)
        arguments, end = [], token.end
        for _ in range(macro.arity):
            argument, end = _argument(pending, end)
            arguments.append(argument)
        pending.extend(reversed(_filled(macro, arguments, replace(token, end=end))))
    if len(result) > MAX_TOKENS:
        raise Refusal(f"a formula of more than {MAX_TOKENS} tokens", result[0].start, result[0].end)
    return result


def _argument(pending: list[Token], end: int) -> tuple[list[Token], int]:
    """A macro's next argument, taken off ``pending``, and where it ends in the source."""
    while pending and pending[-1].kind == "blank":
        pending.pop()
    if not pending or pending[-1].value != "{":
        return ([pending[-1]], pending.pop().end) if pending else ([], end)
    pending.pop()
    depth, argument = 1, list[Token]()
    while pending:
        token = pending.pop()
        end = token.end
        depth += (token.value == "{") - (token.value == "}")
        if not depth:
            break
        argument.append(token)
    return argument, end


def _filled(macro: Macro, arguments: list[list[Token]], call: Token) -> list[Token]:
    filled: list[Token] = []
    body = iter(macro.body)
    for token in body:
        if token.value == "#":
            number = next(body, None)
            if number and number.value.isdigit() and int(number.value) <= len(arguments):
                filled += arguments[int(number.value) - 1]
            continue
        filled.append(replace(token, start=call.start, end=call.end))
    return filled


def _simplified(tokens: list[Token]) -> list[Token]:
    """Without what only changes the looks; text commands made one token each."""
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        token = tokens[k]
        k += 1
        if token.kind == "blank":
            continue
        if token.kind == "command":
            if token.value in _WITH_ARGUMENT:
                k = _group_end(tokens, k)
                continue
            if token.value in _GONE:
                if token.value in ("\\left", "\\right") and k < len(tokens) and tokens[k].value == ".":
                    k += 1
                continue
            if token.value in (r"\label", r"\tag", r"\tag*"):
                end = _group_end(tokens, k)
                words = "".join(t.value for t in tokens[k:end]).strip("{}() ")
                result.append(Token("label", words, token.start, tokens[end - 1].end))
                k = end
                continue
            if token.value in _GAPS:
                result.append(replace(token, kind="space"))
                continue
            if token.value in _TEXT:
                end = _group_end(tokens, k)
                words = "".join(t.value for t in tokens[k:end])
                result.append(Token("text", words.strip("{} "), token.start, tokens[end - 1].end))
                k = end
                continue
            token = replace(token, value=_SAME.get(token.value, token.value))
            if not token.value.startswith("\\"):
                token = replace(token, kind="char")
        result.append(token)
    return result


def _group_end(tokens: list[Token], k: int) -> int:
    """The index after the group (or single token) that begins at ``k``."""
    while k < len(tokens) and tokens[k].kind == "blank":
        k += 1
    if k >= len(tokens) or tokens[k].value != "{":
        return min(k + 1, len(tokens))
    depth = 0
    while k < len(tokens):
        depth += (tokens[k].value == "{") - (tokens[k].value == "}")
        k += 1
        if not depth:
            break
    return k


_DEFINERS = re.compile(
    r"\\(?:(?:re|provide)?newcommand|providecommand|renewcommand|DeclareMathOperator)\*?\s*\{?\s*(\\[A-Za-z]+)\s*\}?"
    r"\s*(?:\[(\d)\])?\s*(?=\{)|\\def\s*(\\[A-Za-z]+)((?:#\d)*)\s*(?=\{)"
)


def macros_in(text: str) -> dict[str, Macro]:
    """The macros that ``text`` defines by ``\\newcommand``, ``\\def`` or ``\\DeclareMathOperator``."""
    found: dict[str, Macro] = {}
    for match in _DEFINERS.finditer(text):
        body = _braced(text, match.end())
        if body is None:
            continue
        name = match.group(1) or match.group(3)
        arity = int(match.group(2) or 0) if match.group(1) else len(match.group(4) or "") // 2
        if match.group().startswith("\\DeclareMathOperator"):
            body = f"\\operatorname{{{body}}}"
        found[name] = Macro(arity, tuple(_raw(body, range(len(body) + 1))))
    return found


def _braced(text: str, start: int) -> str | None:
    depth = 0
    for k in range(start, min(len(text), start + 4000)):
        depth += (text[k] == "{") - (text[k] == "}")
        if depth == 0:
            return text[start + 1 : k]
    return None
