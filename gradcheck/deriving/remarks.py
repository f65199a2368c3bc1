"""What to say about a reading that is plain, but may not be what was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gradcheck.algebra import expr as e

_COMPUTED = re.compile(r"(.+)_\{[^{}]*[+-][^{}]*\}$")


def remarks(graph: e.Graph) -> Iterator[str]:
    """Sentences about numbers that may be arrays, and about steps of a recurrence."""
    numbers = [n for n, sizes in graph.leaves.items() if not sizes and len(n) == 1 and n.isupper()]
    if numbers:
        one = numbers[0]
        yield (
            f"read as a number, not as an array: {', '.join(numbers)}; if it is one, write its shape,"
            rf" `{one} \in \mathbb{{R}}^{{n \times d}}`, or its indices"
        )
    for name in graph.leaves:
        if re.fullmatch(r"\\?[A-Za-z]+_\{([a-z])(?!\1)[a-z]\}", name) and any(
            name[name.index("_") :] in other for other in graph.nodes
        ):
            yield f"{name} is read as one name; an index is one of i j k l m n p q r s t, or summed over"
        step = _COMPUTED.match(name)
        if step and any(
            other.startswith(f"{step[1]}_") for other in (*graph.nodes, *graph.leaves) if other != name
        ):
            yield f"{name} is read as a quantity of its own, not as an entry of {step[1]}: this is one step"
