"""What a hand-written backward returned, before autograd casts, sums and reshapes it.

Autograd silently sums a gradient of shape (N, D) for an argument of shape (D,), and takes None for
zero. Every ``autograd.Function`` in a graph is a node whose ``apply`` is the class's backward; it is
watched by standing in front of that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from gradcheck.layers.adapters.frameworks import framework


def node_of(tensor: Any) -> Any:
    """The node at which the gradient of a tensor arrives."""
    return framework("torch").autograd.graph.get_gradient_edge(tensor).node


def custom_node(outputs: Iterable[Any]) -> Any:
    """The node of the ``autograd.Function`` that made one of these tensors, or None."""
    nodes = (output.grad_fn for output in outputs)
    return next((node for node in nodes if _is_custom(node)), None)


@contextmanager
def raw_returns(node: Any) -> Iterator[list[Any]]:
    """Collect what the backward of one node returns; autograd itself sees only None.

    The collected list stays empty if this backward is never asked.
    """
    seen: list[Any] = []

    def watch(returned: Any) -> Any:
        seen.append(returned)
        return (None,) * len(node.needs_input_grad)

    with _behind(node, watch):
        yield seen


@contextmanager
def raw_gradients(outputs: Iterable[Any], ends: Mapping[Any, tuple[str, Any]]) -> Iterator[dict[str, Any]]:
    """Collect the gradients that the nodes above ``outputs`` return for the tensors at ``ends``.

    ``ends`` gives a name and a tensor by node. Collected are those that are None or of another
    shape, and all those of a tensor that is used only once; autograd goes on without the former.
    """
    found: dict[str, Any] = {}
    nodes, uses = _customs_above(outputs)
    with ExitStack() as watches:
        for node in nodes:
            watches.enter_context(_behind(node, _collector(node, ends, uses, found)))
        yield found


def _collector(
    node: Any, ends: Mapping[Any, tuple[str, Any]], uses: Counter[Any], found: dict[str, Any]
) -> Callable[[Any], Any]:
    """Looks at what ``node`` returned and hands on what autograd can use."""
    needed = [place for place, needs in enumerate(node.needs_input_grad) if needs]
    above = [parent for parent, _ in node.next_functions if parent is not None]

    def collect(returned: Any) -> Any:
        values = list(returned) if isinstance(returned, tuple) else [returned]
        for place, parent in zip(needed, above, strict=False):
            if parent not in ends or place >= len(values):
                continue
            name, tensor = ends[parent]
            wrong = getattr(values[place], "shape", None) != tensor.shape
            if wrong or uses[parent] == 1:
                found[name] = values[place]
            values[place] = None if wrong else values[place]
        return tuple(values)

    return collect


def _customs_above(outputs: Iterable[Any]) -> tuple[list[Any], Counter[Any]]:
    """The hand-written nodes that the gradients of ``outputs`` pass, and how often each node is fed."""
    nodes: dict[Any, None] = {}
    waiting = [output.grad_fn for output in outputs if output.grad_fn is not None]
    uses = Counter(waiting)
    while waiting:
        node = waiting.pop()
        if node in nodes:
            continue
        nodes[node] = None
        parents = [parent for parent, _ in node.next_functions if parent is not None]
        uses.update(parents)
        waiting += parents
    return [node for node in nodes if _is_custom(node)], uses


@contextmanager
def _behind(node: Any, watch: Callable[[Any], Any]) -> Iterator[None]:
    """Let ``watch`` change what the backward of ``node`` returns."""
    own = node.apply
    node.apply = lambda *upstream: watch(own(*upstream))
    try:
        yield
    finally:
        del node.apply


def _is_custom(node: Any) -> bool:
    return hasattr(type(node), "_forward_cls")
