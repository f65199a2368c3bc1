"""Products as code: factors and divisors in the order in which they are cheapest to take in."""

from __future__ import annotations

from gradcheck.derive.code.values import PRODUCT, UNARY, Value

Ranked = tuple[int, Value]
"""How many axes a factor has, and its code."""


def chained(numerators: list[Ranked], denominators: list[Ranked]) -> tuple[str, int]:
    """The product, read from left to right, and how tightly it binds: what is small comes first.

    >>> chained([(2, Value("x")), (1, Value("g"))], [(1, Value("s")), (0, Value("m"))])[0]
    'g / m / s * x'
    """
    above = sorted(numerators, key=lambda n: n[0])
    below = sorted(denominators, key=lambda d: d[0])
    if above and above[0][0] < above[-1][0]:
        # What is small goes into an array that nobody needs any more, rather than into a new one.
        above.sort(key=lambda n: (n[0], n[1].code.isidentifier()))
    if not above:
        above = [(0, Value("1", plain=True))]
    code, rank = "", 0
    while above or below:
        # A divisor waits until all that is as small as what there is already has been taken in.
        if code and below and (not above or (below[0][0] <= rank < above[0][0])):
            code += f" / {below.pop(0)[1].within(UNARY)}"
        else:
            rank, value = above.pop(0)
            if not code and not above and not below:
                return value.code, value.binding
            code += f" * {value.within(UNARY)}" if code else value.within(PRODUCT)
    return code, PRODUCT
