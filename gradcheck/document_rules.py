"""The rules about documents, D, and about gradcheck itself, G; each with a document that has it and one that has not."""

from __future__ import annotations

from gradcheck.rule import Rule, Severity


def _document(*blocks: str) -> str:
    return "\n\n".join(block.strip() for block in blocks) + "\n"


_SQUARED = "# Squared error\n\n" + r"$$ L = \sum_{i=1}^m (x_i - t_i)^2 $$"
_VARIANCE = "# Batch statistics\n\n" + _document(
    r"$$ \mu = \frac{1}{m} \sum_{i=1}^m x_i $$",
    r"$$ \sigma^2 = \frac{1}{m} \sum_{i=1}^m (x_i - \mu)^2 $$",
)
_SCALED = "# Scale and shift\n\n" + _document(
    r"$$ \hat{x}_i = \frac{x_i}{s} $$",
    r"$$ y_i = \gamma \hat{x}_i + \beta $$",
    r"The index $i$ runs over the batch: $\sum_{i=1}^m$. Given is $\frac{\partial L}{\partial y_i}$.",
)
_RELU = "# ReLU\n\n" + r"$$ y_i = \max(0, x_i) $$"
_CROSS_ENTROPY = "# Softmax and cross entropy\n\n" + _document(
    r"$$ p_i = \frac{e^{x_i}}{\sum_{k=1}^N e^{x_k}} $$",
    r"$$ L = -\sum_{k=1}^N t_k \log p_k $$",
)
_CENTRED = "# Centred columns\n\n" + _document(
    r"$$ u_{k,l} = h_{k,l} - \frac{1}{N} \sum_{p=1}^N h_{p,l} $$",
    r"We look for $\frac{\partial u_{k,l}}{\partial h_{i,j}}$.",
)
_SOFTMAX = "# Softmax\n\n" + r"$$ \Gamma = \sum_{j=1}^N e^{x_j} $$"
_LOG_LOSS = "# Logarithmic loss\n\n" + r"$$ L = -\frac{\sum_{k=1}^N \log x_k}{N} $$"


DOCUMENT_RULES = (
    Rule(
        "D101",
        "wrong-equation",
        Severity.ERROR,
        "the two sides differ",
        "A counterexample was found: concrete sizes and values, to be checked by hand, at which the right side "
        "differs both from the expression before the sign and from the true value. The error enters here.",
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = x_i - t_i $$"),
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i) $$"),
    ),
    Rule(
        "D201",
        "inherited-error",
        Severity.NOTE,
        "the step is right, but it starts from a wrong equation",
        "The right side follows from the expression before the sign, yet it is not the true value, because an "
        "earlier equation is wrong. It is listed under that equation; repairing that one repairs this one.",
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = x_i - t_i = -(t_i - x_i) $$"),
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i) = -2(t_i - x_i) $$"),
    ),
    Rule(
        "D202",
        "recovered-error",
        Severity.NOTE,
        "the step is wrong, but its value is right again",
        "The right side does not follow from the expression before the sign, and it is the true value all the "
        "same: the document repairs an earlier error in silence, or two errors cancel.",
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2(t_i - x_i) = 2(x_i - t_i) $$"),
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i) = 2x_i - 2t_i $$"),
    ),
    Rule(
        "D301",
        "other-variance",
        Severity.ERROR,
        "right only under the other variance convention",
        "The document defines the variance with 1/m and the formula is right with 1/(m − 1), or the reverse. "
        "One of the two has to change.",
        _document(_VARIANCE, r"$$ \frac{\partial \sigma^2}{\partial x_i} = \frac{2}{m-1}(x_i - \mu) $$"),
        _document(_VARIANCE, r"$$ \frac{\partial \sigma^2}{\partial x_i} = \frac{2}{m}(x_i - \mu) $$"),
    ),
    Rule(
        "D302",
        "other-upstream",
        Severity.ERROR,
        "right only if another upstream gradient is meant",
        "The formula is right once the printed derivative is read as that of another node: dL/dx̂ stands where "
        "dL/dy is due, so that a factor such as γ is counted twice or is missing.",
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial s} = "
            r"-\frac{\gamma}{s^2} \sum_{i=1}^m \frac{\partial L}{\partial \hat{x}_i} x_i $$",
        ),
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial s} = "
            r"-\frac{\gamma}{s^2} \sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i $$",
        ),
    ),
    Rule(
        "D303",
        "subgradient-at-kink",
        Severity.ERROR,
        "chooses a derivative where none exists",
        "The formula is right on both sides of a kink, and at the kink it takes the slope of one side, where the derivative "
        "does not exist. The usual choice, which autograd libraries make for ReLU, is 0 there; any other choice has to be stated.",
        _document(
            _RELU,
            r"$$ \frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \cdot \mathbb{1}(x_i \geq 0) $$",
        ),
        _document(
            _RELU,
            r"$$ \frac{\partial L}{\partial x_i} = \frac{\partial L}{\partial y_i} \cdot \mathbb{1}(x_i > 0) $$",
        ),
    ),
    Rule(
        "D304",
        "normalisation-not-stated",
        Severity.ERROR,
        "right only if a sum is 1, which the document does not say",
        "The step needs a normalisation such as Σ t = 1, which one-hot labels and probabilities have. State it.",
        _document(
            _CROSS_ENTROPY,
            r"$$ \frac{\partial L}{\partial x_i} = p_i \sum_{k=1}^N t_k - t_i = p_i - t_i $$",
        ),
        _document(
            _CROSS_ENTROPY,
            r"$$ \sum_{k=1}^N t_k = 1 $$",
            r"$$ \frac{\partial L}{\partial x_i} = p_i \sum_{k=1}^N t_k - t_i = p_i - t_i $$",
        ),
    ),
    Rule(
        "D305",
        "loss-meant",
        Severity.ERROR,
        "the gradient of the loss is meant where that of the output is printed",
        "The left side is a derivative of the layer's output, the right side the loss's gradient: the upstream "
        "gradient is already multiplied in. Write ∂L on the left.",
        _document(
            r"$$ y_i = \gamma x_i + \beta $$",
            r"$$ \frac{\partial L}{\partial \beta} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} $$",
            r"$$ \frac{\partial y}{\partial \gamma} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i $$",
        ),
        _document(
            r"$$ y_i = \gamma x_i + \beta $$",
            r"$$ \frac{\partial L}{\partial \beta} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} $$",
            r"$$ \frac{\partial L}{\partial \gamma} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} x_i $$",
        ),
    ),
    Rule(
        "D306",
        "symmetry-needed",
        Severity.ERROR,
        "right only if a matrix is symmetric",
        "The prose speaks of a symmetric matrix, and the formula is right only for one. If the matrix is symmetric "
        "where this line stands, say so there; otherwise the formula needs A + Aᵀ.",
        _document(
            r"Let $A$ be symmetric, $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$.",
            r"$$ f = x^T A x $$",
            r"$$ \frac{\partial f}{\partial x} = 2 A x $$",
        ),
        _document(
            r"Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$.",
            r"$$ f = x^T A x $$",
            r"$$ \frac{\partial f}{\partial x} = (A + A^T) x $$",
        ),
    ),
    Rule(
        "D307",
        "mean-for-sum",
        Severity.ERROR,
        "right only if the loss is a mean where the document sums, or the reverse",
        "The gradient has a 1/m too many or too few for the loss as it is defined, and is right for the loss "
        "with the mean instead of the sum, or the reverse. No other line of the document speaks against that. "
        "Either the loss or the gradient has to change.",
        _document(
            r"$$ L = \sum_{i=1}^m (w x_i - t_i)^2 $$",
            r"$$ \frac{\partial L}{\partial w} = \frac{2}{m} \sum_{i=1}^m (w x_i - t_i) x_i $$",
        ),
        _document(
            r"$$ L = \frac{1}{m} \sum_{i=1}^m (w x_i - t_i)^2 $$",
            r"$$ \frac{\partial L}{\partial w} = \frac{2}{m} \sum_{i=1}^m (w x_i - t_i) x_i $$",
        ),
    ),
    Rule(
        "D308",
        "other-layout",
        Severity.ERROR,
        "right only in the other layout of derivatives",
        "Transposed, the derivative is right: it is laid out with a row where the usual layout has a column. "
        "As a rule the gradient by a matrix has the matrix's shape, and the Jacobian ∂y/∂x a row for each entry of y. "
        "No other line of the document speaks against the other layout, but none says so either.",
        _document(
            r"Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{k \times n}$.",
            r"$$ y = W x $$",
            r"$$ \frac{\partial L}{\partial W} = x \left( \frac{\partial L}{\partial y} \right)^T $$",
        ),
        _document(
            r"Let $x \in \mathbb{R}^n$, $W \in \mathbb{R}^{k \times n}$.",
            r"$$ y = W x $$",
            r"$$ \frac{\partial L}{\partial W} = \frac{\partial L}{\partial y} x^T $$",
        ),
    ),
    Rule(
        "D309",
        "half-the-squares",
        Severity.ERROR,
        "right only with a factor ½ in the squared error, or without it",
        "Several gradients lack the 2 that differentiating the squares gives, or carry one too many: they are "
        "right for the squared error with a factor ½, or without it, and the loss is defined otherwise. A "
        "single such line counts as a wrong equation.",
        _document(
            r"$$ L = \sum_{i=1}^m (w x_i + b - t_i)^2 $$",
            r"$$ \frac{\partial L}{\partial w} = \sum_{i=1}^m (w x_i + b - t_i) x_i $$",
            r"$$ \frac{\partial L}{\partial b} = \sum_{i=1}^m (w x_i + b - t_i) $$",
        ),
        _document(
            r"$$ L = \frac{1}{2} \sum_{i=1}^m (w x_i + b - t_i)^2 $$",
            r"$$ \frac{\partial L}{\partial w} = \sum_{i=1}^m (w x_i + b - t_i) x_i $$",
            r"$$ \frac{\partial L}{\partial b} = \sum_{i=1}^m (w x_i + b - t_i) $$",
        ),
    ),
    Rule(
        "D401",
        "missing-differential",
        Severity.ERROR,
        "a ∂ is missing",
        "Numerator and denominator of a derivative do not both carry their ∂ (or d). It was read as a derivative.",
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\hat{x}_i} = \gamma \frac{\partial L}{\partial y_i} $$",
        ),
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial \hat{x}_i} = \gamma \frac{\partial L}{\partial y_i} $$",
        ),
    ),
    Rule(
        "D402",
        "contradictory-bound",
        Severity.ERROR,
        "a sum runs to another bound than its index",
        "The index of the sum runs over an axis of another size everywhere else. The sum was read over that axis.",
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial \gamma} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} \hat{x}_i $$",
            r"$$ \frac{\partial L}{\partial \beta} = \sum_{i=1}^N \frac{\partial L}{\partial y_i} $$",
        ),
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial \gamma} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} \hat{x}_i $$",
            r"$$ \frac{\partial L}{\partial \beta} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} $$",
        ),
    ),
    Rule(
        "D403",
        "implicit-index",
        Severity.ERROR,
        "an index is left out",
        "The symbol is indexed where it is defined and stands here without its index. The index in force was supplied.",
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial \beta} = \sum_{i=1}^m \frac{\partial L}{\partial y} $$",
        ),
        _document(
            _SCALED,
            r"$$ \frac{\partial L}{\partial \beta} = \sum_{i=1}^m \frac{\partial L}{\partial y_i} $$",
        ),
    ),
    Rule(
        "D404",
        "wrong-index-label",
        Severity.ERROR,
        "the index label contradicts the equation beside it",
        "A label such as “k=1, l=2, i=1, j=1” says which entry an equation is about. The equation itself says another.",
        _document(
            _CENTRED,
            r"$$ \begin{aligned} \frac{\partial u_{1,2}}{\partial h_{1,1}} &= 0 & k=1, l=2, i=1, j=2 \end{aligned} $$",
        ),
        _document(
            _CENTRED,
            r"$$ \begin{aligned} \frac{\partial u_{1,2}}{\partial h_{1,1}} &= 0 & k=1, l=2, i=1, j=1 \end{aligned} $$",
        ),
    ),
    Rule(
        "D405",
        "unclosed-bracket",
        Severity.ERROR,
        "a bracket is not closed",
        "A bracket is opened and never closed, or the reverse. It was read as closing where the group ends.",
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i $$"),
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i) $$"),
    ),
    Rule(
        "D406",
        "alias",
        Severity.ERROR,
        "an undefined symbol stands for a defined one",
        "Nothing defines this symbol, and the equation is right when it is read as another one that is defined.",
        _document(_SOFTMAX, r"$$ y_i = \frac{e^{x_i}}{\Gamma} = \frac{e^{x_i}}{P} $$"),
        _document(_SOFTMAX, r"$$ y_i = \frac{e^{x_i}}{\Gamma} = \frac{1}{\Gamma} e^{x_i} $$"),
    ),
    Rule(
        "D407",
        "operator-without-brackets",
        Severity.ERROR,
        "a derivative operator is followed by a sign without brackets",
        "As printed, something is subtracted from a bare operator. It was read as the derivative of the negated term.",
        _document(
            _LOG_LOSS,
            r"$$ \frac{\partial L}{\partial x_i} = "
            r"\frac{\partial}{\partial x_i} - \frac{\sum_{k=1}^N \log x_k}{N} = -\frac{1}{N x_i} $$",
        ),
        _document(
            _LOG_LOSS,
            r"$$ \frac{\partial L}{\partial x_i} = "
            r"\frac{\partial}{\partial x_i} \left( -\frac{\sum_{k=1}^N \log x_k}{N} \right) = -\frac{1}{N x_i} $$",
        ),
    ),
    Rule(
        "D501",
        "undecided",
        Severity.WARNING,
        "neither proved nor refuted",
        "The equation was read, but no engine could prove it, and no counterexample was found in the time allowed. "
        "It may be right.",
        "# Nested roots\n\n" + _document(r"$$ y = \sqrt{5 + 2\sqrt{6}} = \sqrt{2} + \sqrt{3} $$"),
        "# Roots\n\n" + _document(r"$$ y = \sqrt{8} = 2\sqrt{2} $$"),
    ),
    Rule(
        "D502",
        "unread",
        Severity.WARNING,
        "the reader stopped here",
        "The notation could not be read; the message says at which character and why. The rest of the document "
        "was checked. A fenced gradcheck block can declare what cannot be inferred.",
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2 \oint \Re (x_i - t_i) $$"),
        _document(_SQUARED, r"$$ \frac{\partial L}{\partial x_i} = 2 (x_i - t_i) $$"),
    ),
    Rule(
        "G901",
        "engines-disagree",
        Severity.BUG,
        "two engines decide the same claim differently",
        "Each claim is decided by independent engines: the every-size algebra, SymPy at concrete sizes, and float64 "
        "against finite differences. If they disagree, gradcheck has a bug, and it says so instead of choosing. "
        "Please report it with the document. There is no example: one would be a bug to repair.",
        "",
        "",
    ),
)
