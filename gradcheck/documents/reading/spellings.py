"""The spellings of TeX: commands that vanish, that mean the same, and Unicode's characters."""

GONE = frozenset(
    r"""\, \; \: \! \> \  \left \right \middle \big \Big \bigg \Bigg \bigl \bigr \Bigl \Bigr \biggl
    \biggr \Biggl \Biggr \bigm \displaystyle \textstyle \scriptstyle \limits \nolimits \notag
    \nonumber \hfill \hline \centering \small \large \normalsize \mathstrut \strut \noindent \par
    \relax \allowbreak \nobreak \medspace \thinspace \thickspace \negthinspace \protect \ensuremath
    \mathop \mathrel \mathbin \mathord \mathopen \mathclose \tiny \footnotesize \scriptscriptstyle
    \smallskip \medskip \bigskip \/""".split()
) | {"\\ ", "\\\n"}
WITH_ARGUMENT = frozenset(
    r"\hspace \vspace \hspace* \vspace* \phantom \hphantom \vphantom \eqref \ref \cite".split()
)
TEXT = frozenset(r"\text \textrm \textbf \textit \textnormal \mbox \hbox \intertext \shortintertext".split())
GAPS = frozenset(r"\quad \qquad \enspace \hskip \enskip".split())
SAME = {
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
UNICODE = {
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
COMBINING = {"\u0302": r"\hat", "\u0304": r"\bar", "\u0303": r"\tilde", "\u0307": r"\dot"}
