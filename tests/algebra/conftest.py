"""Graphs of known layers, with gradient formulas that are right and ones that are wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from gradcheck.algebra.expr import (
    Adjoint,
    Constant,
    Delta,
    Expr,
    Fun,
    Graph,
    Last,
    Node,
    Partial,
    Ref,
    Size,
    Sum,
    Var,
    add,
    divide,
    mul,
    neg,
    number,
    power,
    upstream,
)

HALF = Fraction(1, 2)


def v(name: str, *indices: str | int | Last) -> Var:
    return Var(name, indices)


def r(name: str, *indices: str | int | Last) -> Ref:
    return Ref(name, indices)


def up(loss: str, node: str, *indices: str | int | Last) -> Var:
    return Var(upstream(loss, node), indices)


def d(loss: str, node: str, *indices: str | int | Last) -> Adjoint:
    return Adjoint(loss, node, indices)


def f(name: str, *args: Expr) -> Fun:
    return Fun(name, args)


def minus(left: Expr, right: Expr) -> Expr:
    return add(left, neg(right))


@dataclass(frozen=True)
class Known:
    """A claim ``left = right`` about a graph, whether it is true, and whether SymPy can tell."""

    name: str
    graph: Graph
    left: Expr
    right: Expr
    holds: bool
    index_sizes: dict[str, str] = field(default_factory=dict)
    sizes: dict[str, int] = field(default_factory=dict)
    provable: bool = True


def graph(nodes: list[Node], leaves: dict[str, tuple[str, ...]], roots: dict[str, tuple[str, ...]]) -> Graph:
    return Graph({node.name: node for node in nodes}, leaves, roots)


def batch_norm(denominator: Expr | None = None) -> Graph:
    m = Size("m")
    centred = minus(v("x", "i"), r("mu"))
    nodes = [
        Node("mu", (), (), divide(Sum("i", "m", v("x", "i")), m)),
        Node("var", (), (), divide(Sum("i", "m", power(centred, 2)), denominator or m)),
        Node("xh", ("i",), ("m",), mul(centred, power(add(r("var"), v("eps")), -HALF))),
        Node("y", ("i",), ("m",), add(mul(v("gamma"), r("xh", "i")), v("beta"))),
    ]
    return graph(nodes, {"x": ("m",), "eps": (), "gamma": (), "beta": ()}, {"L": ("y",)})


UNBIASED = add(Size("m"), number(-1))


def batch_norm_input(denominator: Expr, root: Fraction = -HALF, index: str = "j") -> Expr:
    m = Size("m")
    inner = mul(r("xh", "i"), Sum("j", "m", mul(up("L", "y", "j"), r("xh", index))))
    return mul(
        v("gamma"),
        power(m, -1),
        power(add(r("var"), v("eps")), root),
        add(
            mul(m, up("L", "y", "i")),
            neg(Sum("j", "m", up("L", "y", "j"))),
            neg(divide(mul(m, inner), denominator)),
        ),
    )


def batch_norm_claims() -> list[Known]:
    m = Size("m")
    plain, unbiased = batch_norm(), batch_norm(UNBIASED)
    over_x = {"i": "m"}
    centred = minus(v("x", "i"), r("mu"))
    rule = add(
        mul(d("L", "xh", "i"), power(add(r("var"), v("eps")), -HALF)),
        divide(mul(d("L", "var"), number(2), centred), m),
        divide(d("L", "mu"), m),
    )
    var = mul(
        number(-HALF),
        Sum("i", "m", mul(d("L", "xh", "i"), centred)),
        power(add(r("var"), v("eps")), -3 * HALF),
    )
    left = d("L", "x", "i")
    return [
        Known("bn chain rule", plain, left, rule, True, over_x),
        Known("bn chain rule, wrong sign", plain, left, neg(rule), False, over_x),
        Known("bn chain rule, 1/m of 1/(m-1)", unbiased, left, rule, False, over_x),
        Known("bn closed form", plain, left, batch_norm_input(m), True, over_x),
        Known("bn closed form, unbiased", unbiased, left, batch_norm_input(UNBIASED), True, over_x),
        Known("bn closed form, wrong variance", plain, left, batch_norm_input(UNBIASED), False, over_x),
        Known("bn closed form, wrong exponent", plain, left, batch_norm_input(m, HALF), False, over_x),
        Known("bn closed form, wrong index", plain, left, batch_norm_input(m, -HALF, "i"), False, over_x),
        Known("bn variance", plain, d("L", "var"), var, True),
        Known("bn variance, wrong exponent", plain, d("L", "var"), mul(var, r("var")), False),
        Known("bn gamma", plain, d("L", "gamma"), Sum("i", "m", mul(up("L", "y", "i"), r("xh", "i"))), True),
        Known("bn beta", plain, d("L", "beta"), Sum("i", "m", up("L", "y", "i")), True),
        Known("bn beta, missing sum", plain, d("L", "beta"), up("L", "y", "i"), False, over_x),
    ]


def softmax() -> Graph:
    exp = f("exp", v("z", "k"))
    nodes = [
        Node("p", ("k",), ("K",), divide(exp, Sum("j", "K", f("exp", v("z", "j"))))),
        Node("L", (), (), neg(Sum("k", "K", mul(v("t", "k"), f("log", r("p", "k")))))),
    ]
    return graph(nodes, {"z": ("K",), "t": ("K",)}, {})


def softmax_claims() -> list[Known]:
    g, over = softmax(), {"k": "K"}
    total = Sum("j", "K", v("t", "j"))
    right = minus(mul(r("p", "k"), total), v("t", "k"))
    jacobian = mul(r("p", "k"), minus(Delta("k", "l"), r("p", "l")))
    pair = {"k": "K", "l": "K"}
    local = Partial(r("p", "k"), "z", ("l",))
    return [
        Known("softmax + cross entropy", g, d("L", "z", "k"), right, True, over),
        Known(
            "softmax, labels not summed", g, d("L", "z", "k"), minus(r("p", "k"), v("t", "k")), False, over
        ),
        Known("softmax jacobian", g, local, jacobian, True, pair),
        Known("softmax jacobian, no delta", g, local, neg(mul(r("p", "k"), r("p", "l"))), False, pair),
        Known(
            "softmax hessian",
            g,
            Partial(d("L", "z", "k"), "z", ("l",), "total"),
            mul(total, jacobian),
            True,
            pair,
        ),
        Known(
            "hessian, wrong sign",
            g,
            Partial(d("L", "z", "k"), "z", ("l",), "total"),
            neg(mul(total, jacobian)),
            False,
            pair,
        ),
    ]


def label_claims() -> list[Known]:
    """The label is an index that the definition of the loss leaves free."""
    p = softmax().nodes["p"]
    g = graph([p, Node("L", (), (), neg(f("log", r("p", "y"))))], {"z": ("K",)}, {})
    over = {"k": "K", "y": "K"}
    return [
        Known("label", g, d("L", "z", "k"), minus(r("p", "k"), Delta("k", "y")), True, over),
        Known("label, delta missing", g, d("L", "z", "k"), r("p", "k"), False, over),
        Known(
            "label under a sum of that name",
            g,
            Sum("y", "K", mul(Delta("y", "k"), r("L"))),
            r("L"),
            True,
            over,
        ),
    ]


def layer_norm() -> Graph:
    D = Size("D")
    centred = minus(v("x", "n", "d"), r("mu", "n"))
    nodes = [
        Node("mu", ("n",), ("N",), divide(Sum("d", "D", v("x", "n", "d")), D)),
        Node("s", ("n",), ("N",), power(add(divide(Sum("d", "D", power(centred, 2)), D), v("eps")), HALF)),
        Node("xh", ("n", "d"), ("N", "D"), divide(centred, r("s", "n"))),
        Node("y", ("n", "d"), ("N", "D"), add(mul(v("g", "d"), r("xh", "n", "d")), v("b", "d"))),
    ]
    return graph(nodes, {"x": ("N", "D"), "eps": (), "g": ("D",), "b": ("D",)}, {"L": ("y",)})


def layer_norm_claims() -> list[Known]:
    g, D, over = layer_norm(), Size("D"), {"n": "N", "d": "D"}

    def back(index: str) -> Expr:
        flow = mul(up("L", "y", "n", "e"), v("g", "e"))
        means = add(
            Sum("e", "D", flow), mul(r("xh", "n", "d"), Sum("e", "D", mul(flow, r("xh", "n", index))))
        )
        return divide(minus(mul(up("L", "y", "n", "d"), v("g", "d")), divide(means, D)), r("s", "n"))

    gain = Sum("n", "N", mul(up("L", "y", "n", "d"), r("xh", "n", "d")))
    return [
        Known("layer norm", g, d("L", "x", "n", "d"), back("e"), True, over),
        Known("layer norm, wrong index", g, d("L", "x", "n", "d"), back("d"), False, over),
        Known("layer norm gain", g, d("L", "g", "d"), gain, True, {"d": "D"}),
    ]


def affine_claims() -> list[Known]:
    body = add(Sum("d", "D", mul(v("X", "n", "d"), v("W", "d", "l"))), v("b", "l"))
    g = graph(
        [Node("h", ("n", "l"), ("N", "M"), body)],
        {"X": ("N", "D"), "W": ("D", "M"), "b": ("M",)},
        {"L": ("h",)},
    )
    weight = Sum("n", "N", mul(v("X", "n", "d"), up("L", "h", "n", "l")))
    wrong = mul(v("X", "n", "d"), up("L", "h", "n", "l"))
    local = Partial(r("h", "n", "l"), "W", ("d", "k"))
    return [
        Known("affine W", g, d("L", "W", "d", "l"), weight, True, {"d": "D", "l": "M"}),
        Known("affine W unsummed", g, d("L", "W", "d", "l"), wrong, False, {"d": "D", "l": "M", "n": "N"}),
        Known(
            "affine X",
            g,
            d("L", "X", "n", "d"),
            Sum("l", "M", mul(up("L", "h", "n", "l"), v("W", "d", "l"))),
            True,
            {"n": "N", "d": "D"},
        ),
        Known("affine b", g, d("L", "b", "l"), Sum("n", "N", up("L", "h", "n", "l")), True, {"l": "M"}),
        Known(
            "affine local",
            g,
            local,
            mul(v("X", "n", "d"), Delta("l", "k")),
            True,
            {"n": "N", "l": "M", "d": "D", "k": "M"},
        ),
    ]


def sigmoid_claims() -> list[Known]:
    a, t, one = r("a", "n"), v("t", "n"), number(1)
    loss = Sum("n", "N", add(mul(t, f("log", a)), mul(minus(one, t), f("log", minus(one, a)))))
    g = graph(
        [
            Node("a", ("n",), ("N",), f("sigmoid", v("z", "n"))),
            Node("L", (), (), divide(neg(loss), Size("N"))),
        ],
        {"z": ("N",), "t": ("N",)},
        {},
    )
    over = {"n": "N"}
    slope = Partial(a, "z", ("n",))
    return [
        Known("bce", g, d("L", "z", "n"), divide(minus(a, t), Size("N")), True, over),
        Known("bce, mean forgotten", g, d("L", "z", "n"), minus(a, t), False, over),
        Known("sigmoid slope", g, slope, mul(a, minus(one, a)), True, over),
        Known("sigmoid slope, wrong", g, slope, mul(a, add(one, a)), False, over),
        Known("softplus slope", g, Partial(f("softplus", v("z", "n")), "z", ("n",)), a, True, over),
    ]


def recurrent_claims() -> list[Known]:
    state = add(
        Sum("k", "H", mul(v("U", "j", "k"), v("h0", "k"))), Sum("k", "D", mul(v("W", "j", "k"), v("x", "k")))
    )
    again = add(Sum("k", "H", mul(v("U", "j", "k"), r("h1", "k"))), v("c", "j"))
    g = graph(
        [Node("h1", ("j",), ("H",), f("tanh", state)), Node("h2", ("j",), ("H",), f("tanh", again))],
        {"U": ("H", "H"), "W": ("H", "D"), "h0": ("H",), "x": ("D",), "c": ("H",)},
        {"L": ("h2",)},
    )

    def slope(node: str) -> Expr:
        return minus(number(1), power(r(node, "j"), 2))

    over = {"j": "H", "k": "H"}
    second = mul(d("L", "h2", "j"), slope("h2"), r("h1", "k"))
    both = add(second, mul(d("L", "h1", "j"), slope("h1"), v("h0", "k")))
    return [
        Known("rnn weight through time", g, d("L", "U", "j", "k"), both, True, over),
        Known("rnn weight, one step only", g, d("L", "U", "j", "k"), second, False, over),
        Known("rnn weight via h2", g, Adjoint("L", "U", ("j", "k"), "h2"), second, True, over),
        Known(
            "rnn weight via h1",
            g,
            Adjoint("L", "U", ("j", "k"), "h1"),
            mul(d("L", "h1", "j"), slope("h1"), v("h0", "k")),
            True,
            over,
        ),
        Known("rnn state", g, d("L", "h2", "j"), up("L", "h2", "j"), True, {"j": "H"}),
    ]


def attention_claims() -> list[Known]:
    root = power(Size("D"), -HALF)
    score = mul(root, Sum("d", "D", mul(v("Q", "i", "d"), v("K", "j", "d"))))
    total = Sum("j", "T", f("exp", r("s", "i", "j")))
    g = graph(
        [
            Node("s", ("i", "j"), ("T", "T"), score),
            Node("a", ("i", "j"), ("T", "T"), divide(f("exp", r("s", "i", "j")), total)),
            Node("o", ("i", "d"), ("T", "D"), Sum("j", "T", mul(r("a", "i", "j"), v("V", "j", "d")))),
        ],
        {"Q": ("T", "D"), "K": ("T", "D"), "V": ("T", "D")},
        {"L": ("o",)},
    )
    over = {"i": "T", "d": "D"}
    mean = Sum("k", "T", mul(d("L", "a", "i", "k"), r("a", "i", "k")))
    scores = mul(r("a", "i", "j"), minus(d("L", "a", "i", "j"), mean))
    query = mul(root, Sum("j", "T", mul(d("L", "s", "i", "j"), v("K", "j", "d"))))
    return [
        Known("attention scores", g, d("L", "s", "i", "j"), scores, True, {"i": "T", "j": "T"}),
        Known("attention query", g, d("L", "Q", "i", "d"), query, True, over),
        Known("attention query, no root", g, d("L", "Q", "i", "d"), divide(query, root), False, over),
        Known(
            "attention value",
            g,
            d("L", "V", "j", "d"),
            Sum("i", "T", mul(r("a", "i", "j"), up("L", "o", "i", "d"))),
            True,
            {"j": "T", "d": "D"},
        ),
        Known(
            "attention value, transposed",
            g,
            d("L", "V", "j", "d"),
            Sum("i", "T", mul(r("a", "j", "i"), up("L", "o", "i", "d"))),
            False,
            {"j": "T", "d": "D"},
        ),
    ]


def pointwise_claims() -> list[Known]:
    def layer(body: Expr) -> Graph:
        return graph([Node("y", ("i",), ("n",), body)], {"x": ("n",)}, {"L": ("y",)})

    x, over, one = v("x", "i"), {"i": "n"}, number(1)
    relu = layer(f("relu", x))
    cdf = mul(number(HALF), add(one, f("erf", mul(x, power(number(2), -HALF)))))
    pdf = mul(power(mul(number(2), Constant("pi")), -HALF), f("exp", mul(number(-HALF), power(x, 2))))
    gelu = layer(mul(x, cdf))
    left = d("L", "x", "i")
    flow = up("L", "y", "i")
    clipped = layer(f("max", f("min", x, one), number(-HALF)))
    inside = mul(f("step", minus(one, x)), f("step", add(x, number(HALF))))
    return [
        Known("relu", relu, left, mul(flow, f("step", x)), True, over),
        Known("relu, wrong side", relu, left, mul(flow, f("step", neg(x))), False, over),
        Known("relu halves", relu, minus(f("relu", x), f("relu", neg(x))), x, True, over),
        Known("abs", layer(f("abs", x)), left, mul(flow, f("sign", x)), True, over),
        Known("clip", clipped, left, mul(flow, inside), True, over, provable=False),
        Known("gelu", gelu, left, mul(flow, add(cdf, mul(x, pdf))), True, over),
        Known("gelu, density forgotten", gelu, left, mul(flow, cdf), False, over),
        Known(
            "gelu second derivative",
            gelu,
            Partial(Partial(r("y", "i"), "x", ("i",)), "x", ("i",)),
            mul(pdf, minus(number(2), power(x, 2))),
            True,
            over,
        ),
    ]


def reduction_claims() -> list[Known]:
    x, over = v("x", "i"), {"i": "n"}
    total = Sum("j", "n", f("exp", v("x", "j")))
    lse = graph([Node("L", (), (), f("log", total))], {"x": ("n",)}, {})
    norm = Node("r", (), (), power(Sum("j", "n", power(v("x", "j"), 2)), HALF))
    unit = Node("y", ("i",), ("n",), divide(x, r("r")))
    l2 = graph([norm, unit], {"x": ("n",)}, {"L": ("y",)})
    overlap = Sum("j", "n", mul(r("y", "j"), up("L", "y", "j")))
    left = d("L", "x", "i")
    shift = Partial(r("y", "i"), "x", ("j",))
    spread = divide(Delta("i", "j"), r("r"))
    follow = divide(minus(Delta("i", "j"), mul(r("y", "i"), r("y", "j"))), r("r"))
    pair = {"i": "n", "j": "n"}
    return [
        Known("log-sum-exp", lse, left, divide(f("exp", x), total), True, over),
        Known("log-sum-exp, no total", lse, left, f("exp", x), False, over),
        Known(
            "l2", l2, left, divide(minus(up("L", "y", "i"), mul(r("y", "i"), overlap)), r("r")), True, over
        ),
        Known(
            "l2, sign",
            l2,
            left,
            divide(add(up("L", "y", "i"), mul(r("y", "i"), overlap)), r("r")),
            False,
            over,
        ),
        Known("l2 held fixed", l2, shift, spread, True, pair),
        Known("l2 followed, not local", l2, shift, follow, False, pair),
        Known("l2 followed", l2, Partial(r("y", "i"), "x", ("j",), "total"), follow, True, pair),
        Known("l2 not held fixed", l2, Partial(r("y", "i"), "x", ("j",), "total"), spread, False, pair),
        Known("l2 to itself", l2, Partial(r("y", "i"), "y", ("j",)), Delta("i", "j"), True, pair),
    ]


def index_claims() -> list[Known]:
    """Fixed positions, repeated indices, and names that could be captured."""
    g = batch_norm()
    end = Last("m")
    bound = Sum("i", "m", Partial(mul(v("x", "i"), v("x", "k")), "x", ("i",)))
    several = {"m": 3}
    return [
        Known("fixed", g, d("L", "y", 2), up("L", "y", 2), True, {}, several),
        Known("fixed, another", g, d("L", "y", 2), up("L", "y", 1), False, {}, several),
        Known("last", g, d("L", "y", end), up("L", "y", end), True, {}, several),
        Known("last is third", g, up("L", "y", end), up("L", "y", 3), True, {}, several),
        Known("delta picks", g, Sum("i", "m", mul(Delta("i", 2), v("x", "i"))), v("x", 2), True, {}, several),
        Known("delta of fixed", g, Delta(2, end), number(0), True, {}, several),
        Known("diagonal", g, Partial(v("x", "i"), "x", ("i",)), number(1), True, {"i": "m"}),
        Known(
            "power",
            g,
            Partial(power(v("x", "i"), 3), "x", ("i",)),
            mul(number(3), power(v("x", "i"), 2)),
            True,
            {"i": "m"},
        ),
        Known(
            "bound by the sum outside",
            g,
            bound,
            mul(add(Size("m"), number(1)), v("x", "k")),
            True,
            {"k": "m"},
        ),
        Known(
            "bound by the sum inside",
            g,
            Partial(Sum("i", "m", power(v("x", "i"), 2)), "x", ("i",)),
            mul(number(2), v("x", "i")),
            True,
            {"i": "m"},
        ),
        Known("unused bound index", g, Sum("i", "m", v("gamma")), mul(Size("m"), v("gamma")), True),
        Known(
            "unused index of two",
            g,
            Sum("i", "m", Sum("j", "m", v("x", "i"))),
            mul(Size("m"), Size("m"), r("mu")),
            True,
        ),
        Known(
            "shadowed",
            g,
            mul(v("x", "i"), Sum("i", "m", v("x", "i"))),
            mul(v("x", "i"), Size("m"), r("mu")),
            True,
            {"i": "m"},
        ),
        Known(
            "mixed second",
            g,
            Partial(Partial(r("xh", "i"), "x", ("i",)), "var"),
            mul(number(-HALF), power(add(r("var"), v("eps")), -3 * HALF)),
            True,
            {"i": "m"},
        ),
    ]


FAMILIES: tuple[Callable[[], list[Known]], ...] = (
    batch_norm_claims,
    softmax_claims,
    label_claims,
    layer_norm_claims,
    affine_claims,
    sigmoid_claims,
    recurrent_claims,
    attention_claims,
    pointwise_claims,
    reduction_claims,
    index_claims,
)
CLAIMS = [claim for family in FAMILIES for claim in family()]


@pytest.fixture(params=CLAIMS, ids=lambda claim: claim.name.replace(" ", "-"))
def known(request: pytest.FixtureRequest) -> Known:
    """Every claim in turn."""
    claim: Known = request.param
    return claim


@pytest.fixture
def claims() -> dict[str, Known]:
    """All claims by name."""
    return {claim.name: claim for claim in CLAIMS}
