"""The rules that a step of a derivation may name, each with its formula and what it says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DerivationRule:
    """One rule: ``formula`` is LaTeX, ``says`` a sentence."""

    title: str
    formula: str
    says: str


RULES: dict[str, DerivationRule] = {
    "chain": DerivationRule(
        "chain rule",
        r"\frac{\partial L}{\partial v} = \sum_c \frac{\partial L}{\partial c} \frac{\partial c}{\partial v}",
        "A change of v reaches the loss through every quantity c that is computed from v directly;"
        " the contributions add up, over all entries of each c.",
    ),
    "local": DerivationRule(
        "local derivatives",
        r"\frac{\partial c}{\partial v}",
        "Each definition is differentiated by one of its own arguments, the others held fixed.",
    ),
    "definition": DerivationRule(
        "definition",
        r"c = f(v)",
        "The quantity is replaced by its definition.",
    ),
    "sum": DerivationRule(
        "sum rule",
        r"\frac{\partial (a + b)}{\partial v}"
        r" = \frac{\partial a}{\partial v} + \frac{\partial b}{\partial v}",
        "The derivative of a sum is the sum of the derivatives, also under a summation sign.",
    ),
    "product": DerivationRule(
        "product rule",
        r"\frac{\partial (a b)}{\partial v}"
        r" = \frac{\partial a}{\partial v} b + a \frac{\partial b}{\partial v}",
        "Each factor in turn is differentiated; factors that do not depend on v stand outside.",
    ),
    "power": DerivationRule(
        "power rule",
        r"\frac{\partial a^n}{\partial v} = n a^{n-1} \frac{\partial a}{\partial v}",
        "Roots and quotients are powers with the exponents ½ and −1.",
    ),
    "function": DerivationRule(
        "derivative of a function",
        r"\frac{\partial f(a)}{\partial v} = f'(a) \frac{\partial a}{\partial v}",
        "A known function of one argument: the derivative of the function times that of its argument.",
    ),
    "entry": DerivationRule(
        "derivative of an entry",
        r"\frac{\partial x_j}{\partial x_i} = \delta_{ij}",
        "Entries of one array are independent of each other: Kronecker's delta is 1 where i = j, else 0.",
    ),
    "kronecker": DerivationRule(
        "Kronecker contraction",
        r"\sum_j \delta_{ij} a_j = a_i",
        "A sum over an index that occurs in a Kronecker delta has one term that is not zero.",
    ),
    "linear": DerivationRule(
        "constant factors",
        r"\sum_j c\, a_j = c \sum_j a_j",
        "What does not depend on the index of a sum stands outside of it.",
    ),
    "substitute": DerivationRule(
        "substitution",
        r"a = b \Rightarrow f(a) = f(b)",
        "Gradients that were found before are put in.",
    ),
    "fact": DerivationRule(
        "identity of the definitions",
        r"\sum_i (x_i - \mu) = 0",
        "Follows from the definitions: the deviations from a mean, for example, sum to zero.",
    ),
    "collect": DerivationRule(
        "collecting",
        r"\frac{x - \mu}{\sigma} = \hat{x}",
        "What the document has a name for is called by it, and common factors are taken out.",
    ),
    "second": DerivationRule(
        "second derivative",
        r"\frac{\partial^2 L}{\partial v\, \partial w}"
        r" = \frac{\partial}{\partial w} \frac{\partial L}{\partial v}",
        "The gradient that was found is differentiated once more, what it is computed from included.",
    ),
}
