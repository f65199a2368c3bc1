"""The rules about causes: what is wrong with a gradient that differs from the differences.

Each stands in place of L101 where its hypothesis explains every number of the gradient, for several upstream
gradients and, where possible, at other inputs nearby.
"""

from __future__ import annotations

from gradcheck.cause_examples import CAUSE_EXAMPLES
from gradcheck.rule import Rule, Severity


def _rule(code: str, name: str, summary: str, explanation: str) -> Rule:
    return Rule(code, name, Severity.ERROR, summary, explanation, *CAUSE_EXAMPLES[code])


CAUSE_RULES = (
    _rule(
        "L111",
        "zero-gradient",
        "the gradient is zero everywhere and should not be",
        "The backward gives zeros for every upstream gradient. The array may never have been assigned, "
        "or the "
        "mask that it is multiplied by is never true.",
    ),
    _rule(
        "L112",
        "wrong-sign",
        "the gradient has the wrong sign everywhere",
        "What is given is −1 times what is due. Often the forward subtracts the argument, or target − "
        "prediction "
        "stands where prediction − target is due.",
    ),
    _rule(
        "L113",
        "constant-factor",
        "the gradient is a constant multiple of what it should be",
        "Every element is off by the same factor: the 2 of a square, 1/N of a mean, the scale of a "
        "dropout mask, "
        "a temperature. If the factor is the length of an axis, the message says which.",
    ),
    _rule(
        "L114",
        "rounded-constant",
        "a constant is written with too few digits",
        "Every element is off by the same small relative amount, because a constant such as 1/√8 or π is "
        "rounded. Write it as an expression.",
    ),
    _rule(
        "L115",
        "transposed",
        "two axes are exchanged",
        "The gradient, the upstream gradient in it, or a matrix that it is multiplied by is transposed. "
        "With square "
        "matrices the shapes fit nevertheless.",
    ),
    _rule(
        "L116",
        "misplaced",
        "the numbers are right and stand at the wrong places",
        "Each element, or each output's contribution, is right but is given to another element than the "
        "one that "
        "the forward has read: a wrong argmax, a gather for a scatter, a reshape without a transpose, a "
        "forgotten stride.",
    ),
    _rule(
        "L117",
        "wrong-factor",
        "a factor of the chain rule is missing, or stands once too often",
        "What is given, divided by what is due, is a known array: the argument, the output, another "
        "argument or a "
        "simple function of these, such as 1 − y² for a tanh. The message gives it.",
    ),
    _rule(
        "L118",
        "shifted",
        "the gradient stands some places too early or too late",
        "A slice of the backward begins or ends elsewhere than that of the forward: an index is off by "
        "one, or "
        "padding is cropped at one side only.",
    ),
    _rule(
        "L119",
        "wrong-sum",
        "summed over the wrong axes, or not summed",
        "Where the forward broadcasts an argument, the backward sums over just these axes. Here the sum "
        "runs over "
        "others, over all, or takes in one index only; the shapes may fit by chance.",
    ),
    _rule(
        "L120",
        "mean-path",
        "the path through a mean is missing or has the wrong sign",
        "The forward subtracts a mean, which depends on every element. The gradient has to lose its mean "
        "over the "
        "same axes; here it does not.",
    ),
    _rule(
        "L121",
        "deviation-path",
        "the path through a deviation or a norm is wrong",
        "The forward divides by a deviation or a norm. Its part of the gradient, −x̂·mean(dx̂·x̂)/σ, is "
        "missing, has the "
        "wrong sign, a wrong power of σ, or is divided by m where the variance is divided by m − 1.",
    ),
    _rule(
        "L122",
        "epsilon-left-out",
        "the backward leaves out the epsilon of the forward",
        "The forward divides by √(var + ε), or by p + ε, and the backward by √var, or by p. Use the very "
        "same "
        "denominator.",
    ),
    _rule(
        "L123",
        "diagonal-only",
        "only the diagonal of the Jacobian",
        "Each output depends on several elements, and only the one at its own place is differentiated. "
        "For a softmax the "
        "gradient is y·(dy − Σ dy·y), not y·(1 − y)·dy.",
    ),
    _rule(
        "L124",
        "missing-term",
        "a term is missing or too many",
        "What is given differs from what is due by a known array times the upstream gradient: one of the "
        "paths from "
        "the argument to the output, such as a skip connection or a penalty, is not differentiated.",
    ),
    _rule(
        "L125",
        "other-slope",
        "the slope is that of another function",
        "What the upstream gradient is multiplied by, element by element, is the derivative of another "
        "function, or the right derivative at another place, such as at y in place of x; or what is summed "
        "for a broadcast argument is another product.",
    ),
    _rule(
        "L126",
        "part-wrong",
        "only one element or one slice is wrong",
        "Everything is right but for one element, or some indices along one axis. The message names "
        "them, and the "
        "factor by which they are off where there is one.",
    ),
    _rule(
        "L127",
        "wrong-branch",
        "wrong only where the values meet a condition",
        "The elements that are wrong are those with x > 0, with |x − t| large, those that a mask drops, or "
        "the like: the branch that the forward takes there is differentiated wrongly. The mask may be "
        "missing in the backward, or inverted.",
    ),
    _rule(
        "L128",
        "outputs-left-out",
        "some outputs do not count",
        "The upstream gradient at some indices has no influence on the gradient: a loop ends too early, "
        "a slice "
        "leaves an item out.",
    ),
    _rule(
        "L129",
        "assigned-not-added",
        "where outputs share an element only one of them counts",
        "Several outputs read the same element, because windows overlap or an index occurs twice. Their "
        "contributions "
        "have to be added; here each overwrites the one before. Use += and np.add.at.",
    ),
    _rule(
        "L130",
        "upstream-left-out",
        "the upstream gradient is left out",
        "The backward gives the same whatever the upstream gradient is. It returns the local derivative; "
        "multiply it by "
        "the upstream gradient.",
    ),
    _rule(
        "L131",
        "upstream-changed",
        "the upstream gradient is not used as it is",
        "The backward takes the absolute value of the upstream gradient, clips or normalises it, drops "
        "one sign, or squares "
        "it. A backward is linear: it multiplies by the upstream gradient itself, once.",
    ),
    _rule(
        "L132",
        "of-another-argument",
        "it is the gradient of another argument",
        "What is given for one argument is what is due to another: two gradients are returned in the "
        "wrong order, or "
        "two names are interchanged.",
    ),
    _rule(
        "L133",
        "with-respect-to-another-variable",
        "it is the gradient with respect to another variable",
        "It is right for something on the way: the softmax of the argument, the logits behind it, or the "
        "normalised "
        "weight. What lies between that and the argument is not differentiated.",
    ),
    _rule(
        "L134",
        "wrong-terms",
        "some terms are missing, too many, or have the wrong sign",
        "Each element is a sum over outputs. Some terms of these sums are missing, doubled, negated, or "
        "do not belong "
        "there, and all others are right; half of a product rule is one case.",
    ),
    _rule(
        "L135",
        "factor-per-index",
        "each index along an axis, or each output, has a wrong factor",
        "The direction of the gradient is right and its length is not, differently for each index along "
        "an axis: "
        "something of which there is one for each, such as a deviation, a running statistic or a weight, "
        "is not the "
        "forward's.",
    ),
    _rule(
        "L136",
        "mixed-elements",
        "some elements are mixed with others",
        "Some elements get a part of what is due to others, in the same way at every input. The message "
        "gives "
        "one of them.",
    ),
    _rule(
        "L137",
        "result-changed",
        "the gradient is changed after it is computed",
        "What is given is what is due, rounded, cut to whole numbers, made absolute or scaled: often an "
        "array of "
        "integers that the gradient is written into.",
    ),
)
