"""A report on layers made by hand, with every verdict and every difficulty of showing one."""

from gradcheck.model import (
    ArgumentCheck,
    Corner,
    Element,
    Evaluations,
    Layer,
    LayerFinding,
    LayerVerdict,
    Report,
    Reproduction,
)

PASS, FAIL = LayerVerdict.PASS, LayerVerdict.FAIL
UNRESOLVED, ERROR = LayerVerdict.UNRESOLVED, LayerVerdict.ERROR
SOURCE = """import numpy as np


def batchnorm_backward(dout, cache):
    return dout


@staticmethod
def relu_backward(dout, cache):
    return dout * (cache > 0)
"""
SNIPPET = """import numpy as np
from gradcheck import assert_gradients

assert_gradients(
    "layers.py:batchnorm",
    inputs={"x": np.array([[1.0], [2.0]])},
)
"""


def right(name: str, *shape: int, miss: float = 1.4e-5, kinks: int = 0) -> ArgumentCheck:
    return ArgumentCheck(name, shape, "float64", PASS, 3e-12, 2e-9, miss, 1e-3, kinks)


BATCHNORM = Layer(
    "layers.py:batchnorm",
    FAIL,
    (
        ArgumentCheck(
            *("x", (64, 32), "float64", FAIL, 0.31, 2e-9),
            detectable=1e-3,
            worst=Element((3, 7), 0.12, 0.15),
            wrong=17,
            code="L101",
            message="the gradient of x is wrong",
            cause="the path through the variance is missing",
            fix="add the term\n    -x̂ · mean(dout · x̂) / σ",
        ),
        ArgumentCheck(
            *("gamma", (), "float64", FAIL, 1e-6, 2e-9),
            worst=Element((), 1.0, 1.000001),
            wrong=1,
            code="L101",
            message="the gradient of gamma is wrong",
        ),
        right("beta", 32),
    ),
    (LayerFinding("L201", "the backward writes into the upstream gradient"),),
    evaluations=Evaluations(1009, 12),
    seconds=0.0021,
    seed=7,
    recognised="batchnorm_forward(x, gamma, beta) / batchnorm_backward(dout, cache)",
    inputs=(("x", "normal(64, 32)"), ("gamma", "1.5"), ("beta", "normal(32)")),
    reproduction=Reproduction("gradcheck layer layers.py:batchnorm --arg 'x=normal(2, 1)' --seed 7", SNIPPET),
    path="layers.py",
    line=4,
)
RELU = Layer(
    "layers.py:relu",
    PASS,
    (right("x", 4, 3, kinks=2), right("slope", miss=2e-4, kinks=2)),
    (LayerFinding("L209", "it prints 2 lines, the first: \x1b[31mred"),),
    (
        Corner("a batch of one", PASS),
        Corner("exact zeros", FAIL, "the gradient of x is wrong"),
        Corner("zero variance over the batch", ERROR, "the forward returned NaN"),
        Corner("an empty batch", UNRESOLVED),
    ),
    Evaluations(5, 4),
    0.00017,
    recognised="relu_forward(x, slope) / relu_backward(dout, cache)",
    inputs=(("x", "normal(4, 3)"), ("slope", "0.1")),
    notes=("2 outputs at a kink, not verified",),
    path="layers.py",
    line=8,
)
HINGE = Layer(
    "net.losses:hinge",
    UNRESOLVED,
    (
        ArgumentCheck(
            *("scores", (64, 10), "float32", UNRESOLVED, float("inf"), float("nan")),
            code="L102",
            message="the differences along scores are too noisy to tell whether its gradient is right",
        ),
        ArgumentCheck(
            *("margin_of_the_wrong_class", (10,), "float64", FAIL, float("nan"), 2e-9),
            worst=Element((9,), float("nan"), float("-inf")),
            code="L107",
            message="1 of 10 elements of the gradient of margin_of_the_wrong_class are NaN or infinite",
        ),
        right("weights_of_the_classes", 10, miss=1.0),
    ),
    evaluations=Evaluations(45, 20),
    seconds=61.25,
)
CONVOLUTION = Layer(
    "層/my layers.py:conv[1]",
    ERROR,
    findings=(LayerFinding("L401", "the forward raised ValueError: bad stride\nconv.py:41: x[::s]"),),
    seconds=float("nan"),
    seed=3,
    path="層/my layers.py",
    line=41,
)
CUBE = Layer(
    "cube", PASS, (right("x", 2),), evaluations=Evaluations(5, 4), seconds=0.25, notes=("drawn at once",)
)
LAYERS = (BATCHNORM, RELU, HINGE, CONVOLUTION, CUBE)
REPORT = Report(layers=LAYERS)
SOURCES = {"layers.py": SOURCE}
