"""The rules about layers.

L1: wrong gradients. L2: bad habits. L3: special cases. L4: what kept a layer from being checked.
"""

from __future__ import annotations

from gradcheck.layer_examples import EXAMPLES
from gradcheck.rule import Rule, Severity


def _rule(code: str, name: str, severity: Severity, summary: str, explanation: str) -> Rule:
    return Rule(code, name, severity, summary, explanation, *EXAMPLES[code])


LAYER_RULES = (
    _rule(
        "L101",
        "wrong-gradient",
        Severity.ERROR,
        "the gradient differs from the differences of the forward",
        "Along a random direction, what the backward gives is not what differences of the forward give, "
        "and the distance is many times what rounding and the size of the step explain. The worst element "
        "is named, with both numbers. Derive that gradient anew, or change the forward if it is the "
        "forward that is wrong.",
    ),
    _rule(
        "L102",
        "unresolved",
        Severity.WARNING,
        "the differences are too noisy to tell",
        "The forward is so noisy, or its values are so large beside their changes, that a gradient of this "
        "size cannot be told from a wrong one. It is not known to be right. Give inputs of moderate size, "
        "compute in float64, let an iteration converge further, draw the same samples in every forward.",
    ),
    _rule(
        "L103",
        "nonlinear-backward",
        Severity.ERROR,
        "the backward is not linear in the upstream gradient",
        "A backward multiplies the upstream gradient by the Jacobian, so b(2v + w) = 2·b(v) + b(w). This "
        "one uses |dout|, max(dout, 0) or dout², or it leaves dout out. Checks that use one upstream "
        "gradient of ones do not notice. Multiply by dout itself, once.",
    ),
    _rule(
        "L104",
        "wrong-at-kink",
        Severity.ERROR,
        "at a kink the value is not between the one-sided derivatives",
        "The input stands exactly where the forward has no derivative, as max(0, x) at 0. Any value "
        "between the derivatives from the left and from the right is a subgradient and is accepted; this "
        "one is outside.",
    ),
    _rule(
        "L105",
        "missing-gradient",
        Severity.ERROR,
        "there is no gradient for an argument that the output depends on",
        "The output changes when this argument changes, but the backward returns None for it, or leaves it "
        "out of what it returns. An optimizer would never train it. Return its gradient, or name it with "
        "--fixed if it is not meant to be differentiated.",
    ),
    _rule(
        "L106",
        "wrong-shape",
        Severity.ERROR,
        "the gradient does not have the shape of its argument",
        "A gradient has one element for each element of its argument. Where the forward broadcasts an "
        "argument, the backward sums over the axes along which it was broadcast; where it transposes, the "
        "backward transposes.",
    ),
    _rule(
        "L107",
        "gradient-not-finite",
        Severity.ERROR,
        "the gradient has NaN or infinite elements",
        "The output is finite and its gradient is not: usually a division by zero, or 0·∞ behind a mask. "
        "Masking the result is too late; replace the denominator itself where it is zero.",
    ),
    _rule(
        "L108",
        "noisy-gradient",
        Severity.ERROR,
        "the gradient is less exact than its precision explains",
        "The layer computes in low precision, and its error exceeds twice the one that a plain "
        "implementation has at the same precision. Something loses digits on the way: a sum in too small a "
        "type, a difference of large numbers, an intermediate result that is rounded.",
    ),
    _rule(
        "L109",
        "stale-gradient",
        Severity.ERROR,
        "the gradient is that of an earlier forward",
        "After a second forward with other arguments, the backward still answers for the first. Something "
        "that is kept between calls is not renewed. Store what the backward needs in every forward, or "
        "hand it over in the cache.",
    ),
    _rule(
        "L110",
        "inputs-decide",
        Severity.WARNING,
        "right or wrong, depending on the shapes of inputs that were guessed",
        "No inputs were given. At the first that the forward runs on, the gradient is wrong; at others, with "
        "weights of another shape, it is right. Say with --arg or gradcheck_cases() which are meant.",
    ),
    _rule(
        "L201",
        "mutates-argument",
        Severity.ERROR,
        "writes into an argument or into the upstream gradient",
        "The forward or the backward changes an array that it was only given to read. The caller still "
        "uses it: other branches of the network, or the next layer, get wrong values. Copy first, or write "
        "out = … instead of out *= ….",
    ),
    _rule(
        "L202",
        "not-repeatable",
        Severity.ERROR,
        "a second backward after one forward disagrees with the first",
        "Asked twice for the same forward and the same upstream gradient, the backward gives different "
        "answers: it overwrites its cache, or counts calls. Leave the cache as it is.",
    ),
    _rule(
        "L203",
        "nondeterministic",
        Severity.ERROR,
        "two forwards of the same arguments differ",
        "Differences of a random forward mean nothing, so no gradient can be checked. Pass the mask or a "
        "seeded generator in, or switch the randomness off for the check.",
    ),
    _rule(
        "L204",
        "output-aliases-input",
        Severity.WARNING,
        "the output shares memory with an argument",
        "The output is a view of an argument, so that writing into one changes the other. If nothing ever "
        "writes in place this is harmless; otherwise return a copy.",
    ),
    _rule(
        "L205",
        "gradient-accumulates",
        Severity.NOTE,
        "each backward adds to the gradients of the earlier ones",
        "The gradients of the parameters grow with each call until something sets them to zero. That may "
        "be intended, as it is in torch; whoever uses the layer has to know it. They were set to zero "
        "before each call of the check.",
    ),
    _rule(
        "L206",
        "state-left-behind",
        Severity.NOTE,
        "a call leaves something changed in the layer",
        "Running statistics, counters or buffers differ after a call. That may be intended. The state was "
        "put back between the calls of the check, so that each saw the same layer.",
    ),
    _rule(
        "L207",
        "wrong-dtype",
        Severity.WARNING,
        "the gradient does not have the dtype of its argument",
        "A float32 gradient of a float64 argument has lost half of its digits, and a float64 gradient of a "
        "float32 argument costs twice the memory. Compute in the dtype of the argument, or convert at the "
        "end.",
    ),
    _rule(
        "L208",
        "lower-precision-inside",
        Severity.WARNING,
        "the output is less exact than the arguments",
        "The arguments are float64, and the output has the digits of float32 only: a buffer or a cast "
        "inside is of lower precision. The check can then see no errors below about 1e-4. Create buffers "
        "with dtype=x.dtype.",
    ),
    _rule(
        "L209",
        "prints",
        Severity.NOTE,
        "the layer writes to standard output or standard error",
        "Probably left from debugging. It was kept out of the report.",
    ),
    _rule(
        "L210",
        "global-random-stream",
        Severity.NOTE,
        "the forward draws from a global random stream",
        "Each forward gives something else, unless the stream is seeded before it. gradcheck did that, with "
        "Python's, NumPy's and PyTorch's global streams. A generator or a mask that is handed over is easier "
        "to test.",
    ),
    _rule(
        "L301",
        "corner-wrong",
        Severity.ERROR,
        "the gradient is wrong in a special case",
        "With ordinary inputs the layer is right; with a batch of one, no variance, exact zeros, arrays "
        "that are not contiguous, or another special case it is not. The message names the case.",
    ),
    _rule(
        "L302",
        "corner-breaks",
        Severity.WARNING,
        "the layer breaks in a special case",
        "With ordinary inputs the layer works; in the special case that the message names it raises, gives "
        "NaN, or at an exact tie or zero gives no value between the one-sided derivatives. Handle the case, "
        "or refuse it with an error that says so.",
    ),
    _rule(
        "L401",
        "raises",
        Severity.ERROR,
        "the layer raised an error while it was checked",
        "The message is the layer's own, with the line that raised it. If the inputs do not suit the "
        "layer, give others with --arg or in gradcheck_cases().",
    ),
    _rule(
        "L402",
        "bad-output",
        Severity.ERROR,
        "the forward gives nothing that can be differenced",
        "The output has to be finite floats: not None (is a return missing?), integers, complex numbers, "
        "objects or NaN. If it is NaN at these inputs only, give others with --arg.",
    ),
    _rule(
        "L403",
        "timed-out",
        Severity.ERROR,
        "the check did not finish in time",
        "The layer hangs, or it is too slow at these sizes. Give smaller inputs with --arg, or more time "
        "with --timeout.",
    ),
    _rule(
        "L404",
        "exits-interpreter",
        Severity.ERROR,
        "the layer ended the interpreter, or its process had to be killed",
        "It called sys.exit or os._exit, its process was killed by a signal, such as a segmentation fault in "
        "compiled code, or it used more memory than it may (--memory). Raise an exception instead.",
    ),
    _rule(
        "L405",
        "bad-gradient",
        Severity.ERROR,
        "what the backward returns cannot be assigned to the arguments",
        "There are more gradients than arguments, or a dictionary's keys name no argument, or a gradient "
        "is no array of real numbers. Return one gradient for each argument, in their order, or a "
        "dictionary by argument.",
    ),
)
