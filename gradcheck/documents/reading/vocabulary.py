"""The tables of commands, words and signs that the reader of formulas knows."""

ACCENTS = frozenset(
    r"\hat \widehat \bar \overline \tilde \widetilde \vec \dot \ddot \check \breve \underline".split()
)
FONTS = frozenset(
    r"""\mathbf \boldsymbol \bm \mathrm \mathit \mathsf \mathtt \mathnormal \pmb \symbf \bold
    \rm \bf \textbf""".split()
)
LETTERED = frozenset(r"\mathcal \mathbb \mathfrak \mathscr".split())
WRAPPERS = frozenset(r"\boxed \cancel \bcancel \fbox \mathstrut \smash \mathchoice".split())
FUNCTIONS = frozenset(
    r"""\exp \log \ln \tanh \sinh \cosh \sin \cos \tan \arctan \max \min \det \operatorname
    \Tr \arg \lg""".split()
)
WORDS = frozenset(
    """relu softmax sigmoid tanh exp log ln max min sum erf sign sgn mean var std gelu silu swish softplus
    leakyrelu logsumexp tr trace diag sqrt lse sech step heaviside logsoftmax""".split()
)
SYMBOLS = frozenset(
    r"""\alpha \beta \gamma \delta \epsilon \zeta \eta \theta \vartheta \iota \kappa \lambda \mu \nu \xi
    \pi \varpi \rho \varrho \sigma \varsigma \tau \upsilon \phi \varphi \chi \psi \omega \Gamma \Delta
    \Theta \Lambda \Xi \Pi \Sigma \Upsilon \Phi \Psi \Omega \ell \hbar \imath \jmath \Re \Im \aleph
    \partial \top \star \dagger \R \omicron \digamma \varkappa""".split()
)
APPLIED = frozenset(r"\sigma \phi \varphi \Phi \psi f g".split())
"""Symbols whose bracket is an argument even behind ``\\log``: ``\\log \\sigma(a)``."""
OPENERS = {"(": ")", "[": "]", "\\{": "\\}", "\\langle": "\\rangle", "\\lfloor": "\\rfloor"}
CLOSERS = frozenset(OPENERS.values())
JOINS = frozenset(r"\cdot * \times \odot \circ / \otimes @ \div".split())
COMPARISONS = {
    "=": "=", "\\neq": "!=", "<": "<", ">": ">", "\\leq": "<=", "\\geq": ">=", "\\in": "in",
    "\\notin": "notin", "\\equiv": "=",
}  # fmt: skip
CAPTIONED = frozenset(r"\underbrace \overbrace".split())
STACKED = frozenset(r"\overset \underset \stackrel".split())
OUTSIDE = {
    **{c: f"`{c}` is outside what is read here" for c in ("\\lim", "\\int", "\\oint", "\\bigcup")},
    "\\textcircled": "a circled label in the middle of a formula",
    "\\infty": "∞ is not a quantity that is read here",
}
"""Commands that are known and not read, and why."""
