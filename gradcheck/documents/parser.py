"""From tokens to a syntax tree: a Pratt-style reader for the mathematics people write.

The reader does not know what symbols mean. It decides where things end: a sum takes the
rest of its product, a differential operator the bracket or the product after it. What is
malformed but clear is read and remarked on; what is not clear is a `Refusal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from gradcheck.documents import syntax as s
from gradcheck.documents.tokens import MAX_DEPTH, Refusal, Token

_ACCENTS = frozenset(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \underline".split()
)
_FONTS = frozenset(
    r"""\mathbf \boldsymbol \bm \mathrm \mathit \mathsf \mathtt \mathnormal \pmb \symbf \bold
    \rm \bf \textbf""".split()
)
_LETTERED = frozenset(r"\mathcal \mathbb \mathfrak \mathscr".split())
_WRAPPERS = frozenset(r"\boxed \cancel \bcancel \fbox \mathstrut \smash \mathchoice".split())
_FUNCTIONS = frozenset(
    r"""\exp \log \ln \tanh \sinh \cosh \sin \cos \tan \arctan \max \min \det \operatorname
    \Tr \arg \lg""".split()
)
_WORDS = frozenset(
    """relu softmax sigmoid tanh exp log ln max min sum erf sign sgn mean var std gelu silu swish softplus
    leakyrelu logsumexp tr trace diag sqrt lse sech step heaviside logsoftmax""".split()
)
_SYMBOLS = frozenset(
    r"""\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi
    \pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta
    \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega \ell \hbar \imath \jmath \Re \Im \aleph
    \partial \top \star \dagger \R \omicron \digamma \varkappa""".split()
)
_APPLIED = frozenset(r"\sigma \phi \varphi \Phi \psi f g".split())
"""Symbols whose bracket is an argument even behind ``\\log``: ``\\log \\sigma(a)``."""
_OPENERS = {"(": ")", "[": "]", "\\{": "\\}", "\\langle": "\\rangle", "\\lfloor": "\\rfloor"}
_CLOSERS = frozenset(_OPENERS.values())
_JOINS = frozenset(r"\cdot * \times \odot \circ / \otimes @ \div".split())
_COMPARISONS = {
    "=": "=", "\\neq": "!=", "<": "<", ">": ">", "\\leq": "<=", "\\geq": ">=", "\\in": "in",
    "\\notin": "notin", "\\equiv": "=",
}  # fmt: skip
_END = Token("end", "", 0, 0)


@dataclass(frozen=True, slots=True)
class Note:
    """Something malformed that was read all the same."""

    code: str
    message: str
    start: int
    end: int


class Parser:
    """Reads one run of tokens; ``notes`` collects what was read charitably."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.notes: list[Note] = []
        self.bars: list[str] = []

    # -- moving along ------------------------------------------------------------------

    def peek(self, ahead: int = 0) -> Token:
        k = self.at + ahead
        return self.tokens[k] if k < len(self.tokens) else _END

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def refuse(self, reason: str, token: Token | None = None) -> Refusal:
        token = token or (self.peek() if not self.done() else self.tokens[-1] if self.tokens else _END)
        return Refusal(reason, token.start, token.end)

    def whole(self) -> s.Syntax:
        """The tokens as one expression, to the last one."""
        if not self.tokens:
            raise Refusal("nothing stands here", 0, 0)
        tree = self.total()
        if not self.done():
            raise self.refuse(f"`{self.peek().value}` was not expected here")
        return tree

    # -- sums and products -------------------------------------------------------------

    def total(self) -> s.Syntax:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.refuse(f"brackets nested more than {MAX_DEPTH} deep")
        start = self.peek().start
        terms: list[tuple[int, s.Syntax]] = []
        sign = self._sign()
        while True:
            for piece_sign, piece in self._term():
                terms.append((sign * piece_sign, piece))
                sign = 1
            if not self.peek().is_("+", "-", "\\pm"):
                break
            sign = self._sign()
        self.depth -= 1
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return s.Total(start, terms[-1][1].end, tuple(terms))

    def _sign(self) -> int:
        sign = 1
        while self.peek().is_("+", "-"):
            sign *= -1 if self.next().value == "-" else 1
        if self.peek().is_("\\pm", "\\mp"):
            raise self.refuse("± stands for two formulas")
        return sign

    def _term(self) -> list[tuple[int, s.Syntax]]:
        """A product; dots inside it (``a ⋯ - b``) make terms of their own."""
        pieces: list[tuple[int, s.Syntax]] = []
        while True:
            if self.peek().is_("\\cdots", "\\vdots", "\\ddots"):
                token = self.next()
                pieces.append((1, s.Dots(token.start, token.end, token.value)))
            else:
                pieces.append((1, self.product()))
            if not self.peek().is_("\\cdots") and not (
                isinstance(pieces[-1][1], s.Dots) and self._starts_factor()
            ):
                return pieces

    def _starts_factor(self) -> bool:
        token = self.peek()
        if token.kind in ("end", "space", "label"):
            return False
        if token.kind in ("number", "text"):
            return True
        if token.is_("|", "\\|"):
            return token.value not in self.bars
        return not (
            token.value in _JOINS
            or token.value in _COMPARISONS
            or token.value in _CLOSERS
            or token.is_("+", "-", ",", ";", "}", "&", "\\\\", "^", "_", "'", "!", ".", ":")
            or token.value in ("\\end", "\\Rightarrow", "\\cdots", "\\rightarrow", "\\over")
        )

    def product(self) -> s.Syntax:
        factors, joins = [self.factor()], list[str]()
        while True:
            token = self.peek()
            if token.value in _JOINS and token.kind != "text":
                self.next()
                if self.peek().is_("\\cdots"):
                    raise self.refuse("a product with ⋯ is not read")
                joins.append(token.value)
                factors.append(self._signed_factor())
                self._unambiguous(factors, token)
            elif self._starts_factor():
                joins.append("")
                factors.append(self.factor())
            else:
                break
        if len(factors) == 1:
            return factors[0]
        return s.Product(factors[0].start, factors[-1].end, tuple(factors), tuple(joins))

    def _unambiguous(self, factors: list[s.Syntax], join: Token) -> None:
        """``x/2y``: nobody knows whether y is below the line."""
        number = factors[-1]
        if join.value != "/" or not isinstance(number, s.Number) or isinstance(factors[-2], s.Number):
            return
        following = self.peek()
        touching = following.start == number.end and (
            following.kind == "command" or following.value.isalpha()
        )
        if (
            touching
            and following.value not in ("\\sum", "\\frac", "\\cdot", "\\times", "\\odot")
            and self._starts_factor()
        ):
            raise Refusal(
                "is this factor below the line or beside it? brackets would tell", number.start, following.end
            )

    def _signed_factor(self) -> s.Syntax:
        """A factor after ``·``, which may carry its own minus."""
        start = self.peek().start
        if self.peek().is_("+", "-"):
            sign = self._sign()
            inner = self.factor()
            return inner if sign > 0 else s.Total(start, inner.end, ((-1, inner),))
        return self.factor()

    # -- factors -----------------------------------------------------------------------

    def factor(self) -> s.Syntax:
        token = self.peek()
        slash = self._slash_derivative()
        if slash is not None:
            return self._postfix(slash)
        if token.is_("\\sum", "\\prod"):
            return self._big()
        if token.is_("\\nabla"):
            return self._nabla()
        base = self._primary()
        if isinstance(base, s.Derivative) and base.of is None:
            return self._operand(base)
        return self._postfix(base)

    def _primary(self) -> s.Syntax:
        token = self.next()
        if token.kind == "end":
            raise self.refuse("the formula ends where a quantity was expected")
        if token.kind == "number":
            if len(token.value) > 100:
                raise Refusal("a number of more than 100 digits", token.start, token.end)
            return s.Number(token.start, token.end, Fraction(token.value))
        if token.kind == "text":
            return self._named(token, f"\\text{{{token.value}}}", token.value)
        if token.value in _OPENERS:
            return self._bracketed(token)
        if token.value == "{":
            inner = self._braced(token)
            return replace(inner, start=token.start, end=self.tokens[self.at - 1].end)
        if token.value in ("|", "\\|"):
            return self._bars(token)
        if token.value == "?":
            while self.peek().is_("?"):
                self.next()
            return s.Placeholder(token.start, self.tokens[self.at - 1].end)
        if token.kind == "command":
            return self._command(token)
        if token.value.isalpha():
            return self._word(token) or s.Symbol(token.start, token.end, token.value)
        if token.value in "∗*#":
            raise Refusal(f"`{token.value}` is not a quantity", token.start, token.end)
        raise Refusal(f"`{token.value}` was not expected here", token.start, token.end)

    def _word(self, token: Token) -> s.Syntax | None:
        """A function's name spelled in bare letters, such as ``ReLU(y)``."""
        letters, end = token.value, token.end
        k = 0
        while (t := self.peek(k)).kind == "char" and t.value.isalpha() and t.start == end:
            letters, end, k = letters + t.value, t.end, k + 1
        if letters.lower() not in _WORDS or len(letters) < 2 or not self.peek(k).is_("(", "_"):
            return None
        self.at += k
        return self._function(Token("text", letters, token.start, end), letters.lower())

    def _command(self, token: Token) -> s.Syntax:
        value = token.value
        if value == "\\frac":
            return self._fraction(token)
        if value == "\\sqrt":
            degree = self._optional()
            radicand = self._argument()
            return s.Root(token.start, radicand.end, radicand, degree)
        if value in _ACCENTS:
            return self._accented(token)
        if value in _FONTS or value in _LETTERED:
            return self._styled(token)
        if value in _WRAPPERS:
            return self._argument()
        if value in ("\\underbrace", "\\overbrace"):
            return self._braced_with_caption()
        if value in ("\\overset", "\\underset", "\\stackrel"):
            self._raw_argument()
            return self._argument()
        if value == "\\begin":
            return self._environment(token)
        if value in _FUNCTIONS:
            return self._known_function(token)
        if value in ("\\lim", "\\int", "\\oint", "\\bigcup"):
            raise Refusal(f"`{value}` is outside what is read here", token.start, token.end)
        if value == "\\textcircled":
            raise Refusal("a circled label in the middle of a formula", token.start, token.end)
        if value == "\\partial" and self.peek().is_("_"):
            self.next()
            at = self.at
            wrt = _sub_parser(self, self._raw_argument(), at)
            return s.Derivative(token.start, wrt.end, "partial", None, (wrt,))
        if value == "\\infty":
            raise Refusal("∞ is not a quantity that is read here", token.start, token.end)
        if value in _SYMBOLS:
            return s.Symbol(token.start, token.end, value)
        raise Refusal(f"the command `{value}` is not known here", token.start, token.end)

    def _argument(self) -> s.Syntax:
        """The one argument of a command: a group, or a single token."""
        token = self.peek()
        if token.is_("{"):
            self.next()
            return self._braced(token)
        self._split_number()
        return self._primary()

    def _split_number(self) -> None:
        """TeX takes one digit where an argument has no braces: ``\\frac12``."""
        token = self.peek()
        if token.kind == "number" and len(token.value) > 1:
            digit = Token("number", token.value[0], token.start, token.start + 1)
            rest = Token("number", token.value[1:], token.start + 1, token.end)
            self.tokens = [*self.tokens[: self.at], digit, rest, *self.tokens[self.at + 1 :]]

    def _raw_argument(self) -> list[Token]:
        """The tokens of an argument, unread."""
        if self.done():
            raise self.refuse("the formula ends where an argument was expected")
        self._split_number()
        if not self.peek().is_("{"):
            return [self.next()]
        start = self.at
        end = self.matching(start)
        self.at = end + 1
        return list(self.tokens[start + 1 : end])

    def matching(self, start: int) -> int:
        """The position of the brace that closes the one at ``start``."""
        depth = 0
        for k in range(start, len(self.tokens)):
            depth += self.tokens[k].is_("{") - self.tokens[k].is_("}")
            if depth == 0:
                return k
        raise Refusal("this brace is never closed", self.tokens[start].start, self.tokens[start].end)

    def _optional(self) -> s.Syntax | None:
        if not self.peek().is_("["):
            return None
        self.next()
        inner = self.total()
        if self.peek().is_("]"):
            self.next()
        return inner

    def _braced(self, opener: Token) -> s.Syntax:
        if self.peek().is_("}"):
            self.next()
            raise Refusal("empty braces where a quantity was expected", opener.start, opener.end)
        inner = self.total()
        if not self.peek().is_("}"):
            if self.done():
                raise Refusal("this brace is never closed", opener.start, opener.end)
            if self.peek().is_(","):
                items = [inner]
                while self.peek().is_(","):
                    self.next()
                    items.append(self.total())
                inner = s.Group(opener.start, items[-1].end, "(", tuple(items))
        if not self.peek().is_("}"):
            raise self.refuse(f"`{self.peek().value}` was not expected here")
        self.next()
        return inner

    def _bracketed(self, opener: Token) -> s.Syntax:
        outer_bars, self.bars = self.bars, []
        try:
            return self._inside(opener)
        finally:
            self.bars = outer_bars

    def _inside(self, opener: Token) -> s.Syntax:
        closer = _OPENERS[opener.value]
        compared = self._iverson(opener) if opener.value == "[" else None
        if compared is not None:
            return compared
        items: list[s.Syntax] = []
        while True:
            items.append(self.total())
            if self.peek().is_(",", ";"):
                self.next()
                continue
            break
        token = self.peek()
        end = items[-1].end
        if token.is_(closer):
            end = self.next().end
        elif token.kind == "end":
            self._note("D405", f"`{opener.value}` is never closed", opener)
        elif token.value in _CLOSERS:
            self._note("D405", f"`{opener.value}` is closed by `{token.value}`", opener)
            end = self.next().end
        elif token.is_("}"):
            self._note("D405", f"`{opener.value}` is never closed", opener)
        else:
            raise self.refuse(f"`{token.value}` was not expected here")
        if opener.value == "\\lfloor":
            raise Refusal("these brackets around one quantity are not read", opener.start, end)
        return s.Group(opener.start, end, opener.value, tuple(items))

    def _iverson(self, opener: Token) -> s.Syntax | None:
        """``[i = j]``: a bracket that holds a condition."""
        depth = 0
        for k in range(self.at, len(self.tokens)):
            token = self.tokens[k]
            if depth == 0 and token.value in _COMPARISONS and token.kind != "text":
                break
            depth += token.is_("(", "[", "{", "\\{") - token.is_(")", "]", "}", "\\}")
            if depth < 0:
                return None
        else:
            return None
        conditions = self.conditions("]")
        end = self.next().end if self.peek().is_("]") else self.peek().start
        return s.Indicator(opener.start, end, tuple(conditions))

    def conditions(self, *closers: str) -> list[s.Compare]:
        """Comparisons separated by commas, up to a closer."""
        found: list[s.Compare] = []
        while not self.done() and not self.peek().is_(*closers):
            left = self.total()
            while self.peek().value in _COMPARISONS or self._not_equal():
                sign = self._comparison()
                right = self.total()
                found.append(s.Compare(left.start, right.end, sign, left, right))
                left = right
            if self.peek().is_(",", "\\wedge", ";") or self.peek().kind in ("space", "text"):
                self.next()
                continue
            break
        return found

    def _not_equal(self) -> bool:
        return self.peek().is_("!") and self.peek(1).is_("=")

    def _comparison(self) -> str:
        if self._not_equal():
            self.at += 2
            return "!="
        token = self.next()
        following = self.peek()
        if token.is_("=") and following.is_("="):
            self.next()
        if token.is_("<") and following.is_(">"):
            self.next()
            return "!="
        return _COMPARISONS[token.value]

    def _bars(self, opener: Token) -> s.Syntax:
        self.bars.append(opener.value)
        body = self.total()
        self.bars.pop()
        if not self.peek().is_(opener.value):
            raise Refusal(f"`{opener.value}` is never closed", opener.start, opener.end)
        closer = self.next()
        order = ""
        if opener.value == "\\|" and self.peek().is_("_"):
            self.next()
            order = _spelled(self._raw_argument())
        kind = "norm" if opener.value == "\\|" else "abs"
        return s.Norm(opener.start, closer.end, kind, body, order)

    def _note(self, code: str, message: str, token: Token) -> None:
        self.notes.append(Note(code, message, token.start, token.end))

    # -- scripts -----------------------------------------------------------------------

    def _postfix(self, base: s.Syntax) -> s.Syntax:
        """Scripts, primes and transposes behind a quantity."""
        while True:
            token = self.peek()
            if token.is_("'") or token.is_("\\prime"):
                primes = 0
                while self.peek().is_("'"):
                    primes, end = primes + 1, self.next().end
                if isinstance(base, s.Symbol):
                    base = replace(base, end=end, primes=base.primes + primes)
                else:
                    base = s.Primed(base.start, end, base, primes)
            elif token.is_("^"):
                self.next()
                base = self._superscript(base)
            elif token.is_("_"):
                self.next()
                base = self._subscript(base)
            else:
                return base

    def _superscript(self, base: s.Syntax) -> s.Syntax:
        start = self.at
        tokens = self._raw_argument()
        text = _spelled(tokens)
        end = self.tokens[self.at - 1].end
        if tokens and all(t.is_("\\prime", "'") for t in tokens) and isinstance(base, s.Symbol):
            return replace(base, end=end, primes=base.primes + len(tokens))
        exponent = _sub_parser(self, tokens, start)
        if isinstance(base, s.Symbol) and base.sup is None:
            return replace(base, end=end, sup=exponent, sup_text=text)
        return s.Power(base.start, end, base, exponent, text)

    def _subscript(self, base: s.Syntax) -> s.Syntax:
        tokens = self._raw_argument()
        end = self.tokens[self.at - 1].end
        items = subscript_items(tokens)
        if isinstance(base, s.Symbol) and not base.sub:
            return replace(base, end=end, sub=items, sub_text=_spelled(tokens))
        if isinstance(base, s.Call):
            return replace(base, end=end, sub=items)
        if isinstance(base, (s.Group, s.Power, s.Primed)):
            return s.Call(base.start, end, "entry", (base,), items)
        raise Refusal("this cannot carry a subscript", base.start, end)

    # -- derivatives -------------------------------------------------------------------

    def _fraction(self, token: Token) -> s.Syntax:
        top_at = self.at
        top = self._raw_argument()
        bottom_at = self.at
        bottom = self._raw_argument()
        end = self.tokens[self.at - 1].end
        derivative = self._leibniz(token, end, top, bottom)
        if derivative is not None:
            return derivative
        numerator = _sub_parser(self, top, top_at)
        denominator = _sub_parser(self, bottom, bottom_at)
        return s.Fraction_(token.start, end, numerator, denominator)

    def _leibniz(self, token: Token, end: int, top: list[Token], bottom: list[Token]) -> s.Derivative | None:
        """``\\frac{∂ L}{∂ x}``, also with one of its ∂ forgotten."""
        above, below = differential(top), differential(bottom)
        if above is None or (below is None and above != "partial"):
            return None
        if below is None and (len(bottom) < 1 or not _is_one_symbol(bottom)):
            return None
        if above == "d" and len(top) > 1 and below is None:
            return None
        wrt: tuple[s.Syntax, ...]
        if below is None:
            where = bottom[0]
            self._note("D401", f"`∂` is missing before `{_spelled(bottom)}`", where)
            wrt = (_sub_parser(self, bottom, self.at),)
        else:
            ordered = len(top) > differential_length(top) and top[differential_length(top)].is_("^")
            wrt = self._differentials(bottom, ordered)
        body = self._without_order(top)
        of = _sub_parser(self, body, self.at) if body else None
        return s.Derivative(token.start, end, "partial" if above == "partial" else "d", of, wrt)

    def _without_order(self, tokens: list[Token]) -> list[Token]:
        """What follows ``∂`` or ``∂^2`` in a numerator."""
        rest = tokens[differential_length(tokens) :]
        if rest and rest[0].is_("^"):
            skip = Parser(rest[1:])
            skip._raw_argument()
            rest = rest[1 + skip.at :]
        return rest

    def _differentials(self, tokens: list[Token], ordered: bool) -> tuple[s.Syntax, ...]:
        """The variables of ``∂x_i ∂x_j``, or of ``∂x^2`` where the numerator is ``ordered``."""
        found: list[s.Syntax] = []
        rest = tokens
        while rest:
            length = differential_length(rest) if differential(rest) else 0
            if not length and found:
                raise Refusal("a denominator that is not ∂ of a symbol", rest[0].start, rest[-1].end)
            inner = Parser(rest[length:])
            if length < len(rest) and rest[length].is_("("):
                variable = inner._postfix(inner._primary())
                if isinstance(variable, s.Group) and len(variable.items) == 1:
                    variable = variable.items[0]
            else:
                variable = inner._postfix(inner._primary())
            times = 1
            if ordered and isinstance(variable, s.Symbol) and variable.sup_text in ("2", "3"):
                times = int(variable.sup_text)
                variable = replace(variable, sup=None, sup_text="")
            found += [variable] * times
            rest = rest[length + inner.at :]
        return tuple(found)

    def _slash_derivative(self) -> s.Syntax | None:
        """``∂L/∂x_i`` or ``dL/dx_i`` on one line; nothing is consumed unless it is all there."""
        rest = self.tokens[self.at : self.at + 8]
        sign = differential(rest)
        if sign is None or (sign == "d" and not _starts_symbol(rest[1:])):
            return None
        saved = self.at, len(self.notes)
        try:
            start = self.peek().start
            self.at += differential_length(rest)
            of = None if self.peek().is_("/") else self._postfix(self._primary())
            if self.peek().is_("/") and differential(self.tokens[self.at + 1 : self.at + 6]) == sign:
                self.at += 1 + differential_length(self.tokens[self.at + 1 : self.at + 6])
                wrt = self._postfix(self._primary())
                found = s.Derivative(start, wrt.end, sign, of, (wrt,))
                return self._operand(found) if of is None else found
        except Refusal:
            pass
        self.at = saved[0]
        del self.notes[saved[1] :]
        return None

    def _operand(self, operator: s.Derivative) -> s.Syntax:
        """What a bare operator ``d/dx`` acts on: the bracket after it, else the product."""
        if self.peek().is_("\\cdot", "*", "\\times"):
            self.next()
        token = self.peek()
        if token.is_("-") and self.at + 1 < len(self.tokens):
            self._note("D407", "an operator is followed by `−`: its argument lacks brackets", token)
            self.next()
            inner = self.product()
            of: s.Syntax = s.Total(token.start, inner.end, ((-1, inner),))
        elif not self._starts_factor():
            return operator
        elif token.value in ("(", "[", "\\{"):
            of = self._postfix(self._primary())
            if isinstance(of, s.Group) and len(of.items) == 1:
                of = of.items[0]
        else:
            of = self._juxtaposed()
        return replace(operator, end=of.end, of=of)

    def _juxtaposed(self) -> s.Syntax:
        """Factors up to the next explicit multiplication sign."""
        factors = [self.factor()]
        while self._starts_factor():
            factors.append(self.factor())
        if len(factors) == 1:
            return factors[0]
        return s.Product(factors[0].start, factors[-1].end, tuple(factors), ("",) * (len(factors) - 1))

    def _nabla(self) -> s.Syntax:
        token = self.next()
        if not self.peek().is_("_"):
            raise Refusal("∇ without the variable it differentiates by", token.start, token.end)
        self.next()
        raw_at = self.at
        raw = self._raw_argument()
        wrt = _sub_parser(self, raw, raw_at)
        operator = s.Derivative(token.start, wrt.end, "nabla", None, (wrt,))
        if self.peek().is_("("):
            inner = self._postfix(self._primary())
            return replace(operator, end=inner.end, of=inner)
        of = self._postfix(self._primary())
        return replace(operator, end=of.end, of=of)

    # -- sums --------------------------------------------------------------------------

    def _big(self) -> s.Syntax:
        token = self.next()
        lower: list[Token] = []
        upper: s.Syntax | None = None
        while self.peek().is_("_", "^"):
            script = self.next().value
            at = self.at
            raw = self._raw_argument()
            if script == "_":
                lower = raw
            else:
                upper = _sub_parser(self, raw, at)
        binders = read_binders(lower, upper)
        start = self.at
        if self.peek().is_("-", "+"):
            body = self._signed_factor()
            while self._starts_factor() or self.peek().value in _JOINS:
                body = self._extended(body)
        else:
            body = self.product()
        if self.at == start:
            raise self.refuse("a sum of nothing", token)
        return s.Big(token.start, body.end, token.value[1:], binders, body)

    def _extended(self, body: s.Syntax) -> s.Syntax:
        join = self.next().value if self.peek().value in _JOINS else ""
        factor = self._signed_factor()
        return s.Product(body.start, factor.end, (body, factor), (join,))

    # -- names -------------------------------------------------------------------------

    def _accented(self, token: Token) -> s.Syntax:
        inner = self._argument()
        if token.value in ("\\underline", "\\vec") and not isinstance(inner, s.Symbol):
            return inner
        if not isinstance(inner, s.Symbol):
            raise Refusal(f"{token.value} over something that is not one symbol", token.start, inner.end)
        accent = {"\\widehat": "\\hat", "\\widetilde": "\\tilde", "\\overline": "\\bar"}.get(
            token.value, token.value
        )
        name = inner.name if accent in ("\\underline", "\\vec") else f"{accent}{{{inner.name}}}"
        return replace(inner, start=token.start, end=self.tokens[self.at - 1].end, name=name)

    def _styled(self, token: Token) -> s.Syntax:
        start = self.at
        raw = self._raw_argument()
        if token.value == "\\mathbb" and _spelled(raw) in ("1", "I"):
            return self._indicator(token)
        if token.value in ("\\mathbf", "\\boldsymbol") and _spelled(raw) == "1":
            if self.peek().is_("(", "[", "\\{") and self._has_comparison():
                return self._indicator(token)
            return s.Symbol(token.start, self.tokens[self.at - 1].end, "\\mathbf{1}")
        word = "".join(t.value for t in raw)
        if (
            token.value in ("\\mathrm", "\\mathsf", "\\mathtt", "\\mathit", "\\rm")
            and len(word) > 1
            and word.isalpha()
        ):
            named = Token("text", word, token.start, self.tokens[self.at - 1].end)
            return self._named(named, f"\\text{{{word}}}", word)
        inner = _sub_parser(self, raw, start)
        if isinstance(inner, s.Product) and inner.factors[0] == s.Symbol(raw[0].start, raw[0].end, "d"):
            head, target = inner.factors[0], inner.factors[1]
            if len(inner.factors) == 2 and isinstance(target, s.Symbol):
                bold = replace(target, name=f"\\mathbf{{{target.name}}}")
                return replace(inner, factors=(head, bold))
        if not isinstance(inner, s.Symbol):
            return inner
        if token.value == "\\mathbb" and self.peek().is_("[", "(", "\\{", "_"):
            raise Refusal("an expectation or another operator is not read", token.start, inner.end)
        if token.value in _LETTERED:
            inner = replace(inner, name=f"{token.value}{{{inner.name}}}")
        elif token.value in ("\\mathbf", "\\boldsymbol", "\\bm", "\\pmb"):
            inner = replace(inner, name=f"\\mathbf{{{inner.name}}}")
        return replace(inner, start=token.start, end=self.tokens[self.at - 1].end)

    def _indicator(self, token: Token) -> s.Syntax:
        """``\\mathbb 1(…)``, ``\\mathbb 1_{…}``."""
        if self.peek().is_("_"):
            self.next()
            raw = self._raw_argument()
            while raw and raw[0].is_("\\{", "(", "["):
                raw = raw[1:-1]
            inner = Parser(raw)
            conditions = inner.conditions()
            return s.Indicator(token.start, self.tokens[self.at - 1].end, tuple(conditions))
        opener = self.peek()
        if opener.value not in ("(", "[", "\\{"):
            return s.Symbol(token.start, token.end, "\\mathbf{1}")
        self.next()
        closer = _OPENERS[opener.value]
        conditions = self.conditions(closer)
        if not self.peek().is_(closer):
            raise self.refuse(f"`{closer}` was expected here")
        return s.Indicator(token.start, self.next().end, tuple(conditions))

    def _has_comparison(self) -> bool:
        depth = 0
        for k in range(self.at, len(self.tokens)):
            token = self.tokens[k]
            depth += token.is_("(", "[", "{", "\\{") - token.is_(")", "]", "}", "\\}")
            if token.value in _COMPARISONS:
                return True
            if depth == 0:
                return False
        return False

    def _known_function(self, token: Token) -> s.Syntax:
        name = token.value[1:]
        if name == "operatorname":
            name = "".join(t.value for t in self._raw_argument()).replace("\\,", "").strip()
        return self._function(token, name.lower())

    def _named(self, token: Token, symbol: str, word: str) -> s.Syntax:
        """A word: a function if it is a known one and has an argument, else a symbol.

        ``dx`` and ``dgamma`` set upright are gradients, as code writes them.
        """
        variable = word[1:] if word[:1] == "d" else ""
        if (len(variable) == 1 and variable.isalpha()) or f"\\{variable}" in _SYMBOLS:
            middle = token.end - 1
            head = s.Symbol(token.start, middle, "d")
            name = variable if len(variable) == 1 else f"\\{variable}"
            target = self._postfix(s.Symbol(middle, token.end, name))
            return s.Product(token.start, target.end, (head, target), ("",))
        if word.lower().replace(" ", "").replace("-", "") in _WORDS and self.peek().is_("(", "_", "["):
            return self._function(token, word.lower().replace(" ", "").replace("-", ""))
        if word.lower() in ("tr", "trace", "diag", "det", "var", "mean", "std") and self._starts_factor():
            return self._function(token, word.lower())
        return s.Symbol(token.start, token.end, symbol)

    def _function(self, token: Token, name: str) -> s.Syntax:
        sub: tuple[s.Syntax, ...] = ()
        exponent: tuple[s.Syntax, str] | None = None
        primes = 0
        while self.peek().is_("_", "^", "'"):
            mark = self.next().value
            if mark == "'":
                primes += 1
                continue
            at = self.at
            raw = self._raw_argument()
            if mark == "_":
                sub = subscript_items(raw)
            else:
                exponent = (_sub_parser(self, raw, at), _spelled(raw))
        if self.peek().is_("(", "[", "\\{"):
            opener = self.next()
            group = self._bracketed(opener)
            args = group.items if isinstance(group, s.Group) else (group,)
        else:
            argument = self._function_argument(token)
            args = (argument,)
        end = self.tokens[self.at - 1].end
        result: s.Syntax = s.Call(token.start, end, name, args, sub)
        if primes:
            result = s.Primed(token.start, end, result, primes)
        if exponent is not None and exponent[1] == "-1":
            raise Refusal("this may be an inverse function or a reciprocal", token.start, end)
        if exponent is not None:
            result = s.Power(token.start, end, result, exponent[0], exponent[1])
        return result

    def _function_argument(self, token: Token) -> s.Syntax:
        """What follows ``\\log`` without brackets: the juxtaposed product."""
        if not self._starts_factor():
            raise Refusal(f"`{token.value}` without an argument", token.start, token.end)
        factors = [self.factor()]
        while self._starts_factor() and self.peek().value not in _FUNCTIONS:
            applied = isinstance(factors[-1], s.Symbol) and factors[-1].name in _APPLIED
            if isinstance(factors[-1], (s.Fraction_, s.Big)) or (self.peek().is_("(", "[") and not applied):
                break
            factors.append(self.factor())
        if len(factors) == 1:
            return factors[0]
        return s.Product(factors[0].start, factors[-1].end, tuple(factors), ("",) * (len(factors) - 1))

    def _braced_with_caption(self) -> s.Syntax:
        body = self._argument()
        while self.peek().is_("_", "^"):
            self.next()
            self._raw_argument()
        return body

    # -- environments ------------------------------------------------------------------

    def _environment(self, token: Token) -> s.Syntax:
        name = _spelled(self._raw_argument())
        if name in ("array", "alignedat") and self.peek().is_("{"):
            self._raw_argument()
        start = self.at
        end = self._environment_end(token)
        body = self.tokens[start:end]
        self.at = end + 1
        self._raw_argument()
        close = self.tokens[self.at - 1].end
        rows = split(body, "\\\\")
        if rows and not rows[-1]:
            rows.pop()
        if name.rstrip("*") in ("cases", "dcases", "rcases"):
            return self._cases(token, close, rows)
        if "matrix" in name or name == "array":
            return s.Matrix(token.start, close, tuple(self._cells(row) for row in rows))
        if name.rstrip("*") in ("aligned", "split", "gathered", "alignedat"):
            return _sub_parser(self, [t for t in body if not t.is_("&", "\\\\")], start)
        raise Refusal(f"the environment `{name}` is not read inside a formula", token.start, token.end)

    def _environment_end(self, token: Token) -> int:
        depth = 1
        for k in range(self.at, len(self.tokens)):
            if self.tokens[k].is_("\\begin"):
                depth += 1
            elif self.tokens[k].is_("\\end"):
                depth -= 1
                if depth == 0:
                    return k
        raise Refusal("this environment is never ended", token.start, token.end)

    def _cells(self, row: list[Token]) -> tuple[s.Syntax | None, ...]:
        cells: list[s.Syntax | None] = []
        for cell in split(row, "&"):
            if not cell:
                cells.append(None)
            elif len(cell) == 1 and cell[0].is_("\\cdots", "\\vdots", "\\ddots"):
                cells.append(s.Dots(cell[0].start, cell[0].end, cell[0].value))
            else:
                cells.append(_sub_parser(self, cell, self.at))
        return tuple(cells)

    def _cases(self, token: Token, end: int, rows: list[list[Token]]) -> s.Syntax:
        """Rows ``value & condition``, ``value, condition`` or ``condition: value``."""
        read = [self._case(row) for row in rows if row]
        if not read:
            raise Refusal("cases without a row", token.start, end)
        return s.Cases(token.start, end, tuple(read))

    def _case(self, row: list[Token]) -> tuple[s.Syntax, tuple[s.Compare, ...]]:
        if any(t.is_(":") for t in row):
            condition, value = _cut(row, lambda t: t.is_(":"))
        elif any(t.is_("&") for t in row):
            value, condition = _cut(row, lambda t: t.is_("&"))
        else:
            value, condition = _cut(row, lambda t: t.is_(",") or t.kind in ("text", "space"), top=True)
        value = [t for t in value if not (t.is_("&") or t.kind in ("space", "text"))]
        while value and value[-1].is_(",", ";", "."):
            value.pop()
        condition = [t for t in condition if t.kind not in ("text", "space") and not t.is_("&")]
        while condition and condition[-1].is_(",", ".", ";"):
            condition.pop()
        tree = _sub_parser(self, value, self.at)
        if not condition:
            return tree, ()
        inner = Parser(condition)
        compared = inner.conditions()
        if not inner.done() or not compared:
            raise inner.refuse("this condition is not read")
        return tree, tuple(compared)


def split(tokens: Sequence[Token], separator: str) -> list[list[Token]]:
    """``tokens`` cut at a separator outside braces and environments."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.is_("{", "\\begin") - token.is_("}", "\\end")
        if depth == 0 and token.is_(separator):
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _cut(row: list[Token], stop, top: bool = False) -> tuple[list[Token], list[Token]]:  # type: ignore[no-untyped-def]
    depth = 0
    for k, token in enumerate(row):
        if stop(token) and (not top or depth == 0):
            return row[:k], row[k + 1 :]
        depth += token.is_("{", "(", "[", "\\{") - token.is_("}", ")", "]", "\\}")
    return row, []


def _sub_parser(parent: Parser, tokens: list[Token], at: int) -> s.Syntax:
    """``tokens`` read as one whole expression inside ``parent``."""
    if not tokens:
        raise parent.refuse("nothing stands here", parent.peek(-1) if parent.at else None)
    inner = Parser(tokens)
    inner.depth = parent.depth + 1
    tree = inner.whole()
    parent.notes += inner.notes
    return tree


def _spelled(tokens: Sequence[Token]) -> str:
    return "".join(t.value for t in tokens if t.kind != "space")


def differential(tokens: Sequence[Token]) -> str | None:
    """``partial`` or ``d`` if ``tokens`` begin with a differential sign."""
    if not tokens:
        return None
    first = tokens[0]
    if first.is_("\\partial"):
        return "partial"
    if first.is_("d") and not (len(tokens) > 1 and tokens[1].is_("_")):
        return "d"
    if first.is_("\\mathrm", "\\text", "\\mathit") and [t.value for t in tokens[1:4]] == ["{", "d", "}"]:
        return "d"
    if first.kind == "text" and first.value == "d":
        return "d"
    if first.is_("\\mathrm") and len(tokens) > 1 and tokens[1].is_("d"):
        return "d"
    return None


def differential_length(tokens: Sequence[Token]) -> int:
    """How many tokens the differential sign takes."""
    if tokens[0].is_("\\mathrm", "\\text", "\\mathit"):
        return 4 if tokens[1].is_("{") else 2
    return 1


def _is_one_symbol(tokens: list[Token]) -> bool:
    inner = Parser(tokens)
    try:
        tree = inner._postfix(inner._primary())
    except Refusal:
        return False
    return inner.done() and isinstance(tree, s.Symbol)


def _starts_symbol(tokens: Sequence[Token]) -> bool:
    return bool(tokens) and (
        tokens[0].kind == "text"
        or (tokens[0].kind == "char" and tokens[0].value.isalpha())
        or (tokens[0].kind == "command" and tokens[0].value[1:].isalpha() and not tokens[0].is_("\\frac"))
    )


def subscript_items(tokens: Sequence[Token]) -> tuple[s.Syntax, ...]:
    """A subscript's items: ``kl``, ``k,l`` and ``k, l`` are two, ``t-1`` and a word are one."""
    items: list[s.Syntax] = []
    for piece in split(tokens, ","):
        part = [t for t in piece if t.kind != "space"]
        if part:
            items += _one_item(part)
    return tuple(items)


def _one_item(part: list[Token]) -> list[s.Syntax]:
    inner = Parser(part)
    found: list[s.Syntax] = []
    try:
        if any(t.is_("+", "-", "/", "\\frac", "(", "=", "\\neq") for t in part):
            return [inner.whole()]
        while not inner.done():
            found.append(inner._postfix(inner._primary()))
        return found
    except Refusal:
        text = _spelled(part)
        return [s.Symbol(part[0].start, part[-1].end, f"\\text{{{text}}}")]


def read_binders(tokens: list[Token], upper: s.Syntax | None) -> tuple[s.Binder, ...]:
    """The indices that a sum's lower script binds."""
    if tokens and tokens[0].is_("\\substack"):
        tokens = [t if not t.is_("\\\\") else replace(t, kind="char", value=",") for t in tokens[2:-1]]
    binders: list[s.Binder] = []
    for part in split([t for t in tokens if t.kind != "space"], ","):
        if not part:
            continue
        relation = next((k for k, t in enumerate(part) if t.value in _COMPARISONS), None)
        if relation is None:
            binders += (
                s.Binder(t.start, t.end, t.value, upper=upper) for t in part if t.kind in ("char", "command")
            )
            continue
        _bind(binders, part, relation, upper)
    return tuple(binders)


def _bind(binders: list[s.Binder], part: list[Token], relation: int, upper: s.Syntax | None) -> None:
    sign = _COMPARISONS[part[relation].value]
    if relation != 1:
        raise Refusal("this range of a sum is not read", part[0].start, part[-1].end)
    letter = part[0]
    right = Parser(part[2:]).whole()
    known = next((k for k, b in enumerate(binders) if b.letter == letter.value), None)
    binder = (
        binders[known]
        if known is not None
        else s.Binder(letter.start, part[-1].end, letter.value, upper=upper)
    )
    if sign == "=":
        binder = replace(binder, lower=right)
    elif sign == "!=":
        binder = replace(binder, excluded=(*binder.excluded, right))
    elif sign == "in":
        binder = replace(binder, domain=right)
    else:
        raise Refusal("this range of a sum is not read", part[0].start, part[-1].end)
    if known is None:
        binders.append(binder)
    else:
        binders[known] = binder
