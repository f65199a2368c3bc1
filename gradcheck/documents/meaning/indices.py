"""The indices of a symbol: as written, taken from the surroundings, or left as axes."""

from __future__ import annotations

from gradcheck.algebra import expr as e
from gradcheck.documents.meaning.context import Context
from gradcheck.documents.meaning.frames import Defined, Frame
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.arrays import rank_by_habit
from gradcheck.documents.symbols.names import letter_of
from gradcheck.documents.symbols.sizes import spelled


def read_index(context: Context, item: s.Syntax, frame: Frame, slot: int | None = None) -> e.Index:
    """A subscript item as an index."""
    if isinstance(item, s.Number):
        return int(item.value)
    letter = letter_of(item)
    if letter is None:
        raise Refusal("this subscript is not an index", item.start, item.end)
    if letter not in frame.bound and slot is not None:
        is_size = letter in context.sizes.names_of(slot) and not context.names.is_bound(letter)
        if is_size or letter.isupper():
            return e.Last(context.sizes.name(slot))
    if letter not in frame.scope:
        frame.scope[letter] = slot if slot is not None else context.sizes.fresh(letter)
    elif slot is not None and not context.sizes.union(frame.scope[letter], slot):
        settle_clash(context, letter, slot, item, frame)
    return letter


def settle_clash(context: Context, letter: str, slot: int, item: s.Syntax, frame: Frame) -> None:
    """A letter that runs over one size is used where another is due."""
    if letter in frame.bound:
        frame.implicit.append(("bound", item.start, item.end))
        frame.scope[letter] = slot
    else:
        context.axes.meet(frame.scope[letter], slot)


def read_entry(
    context: Context, name: str, defined: Defined, items: tuple[s.Syntax, ...], tree: s.Symbol, frame: Frame
) -> Value:
    """A defined symbol with its indices filled in."""
    members = [context.sizes.slot(name, k) for k in range(len(defined.kinds))]
    indices, axes = fill_indices(context, defined, items, members, tree, frame)
    if defined.abbreviation:
        mapping = dict(zip(defined.node.params, indices, strict=True))
        return Value(e.rename(defined.node.body, mapping), axes)
    return Value(e.Ref(name, tuple(indices)), axes)


def fill_indices(
    context: Context,
    defined: Defined,
    items: tuple[s.Syntax, ...],
    members: list[int],
    tree: s.Symbol,
    frame: Frame,
) -> tuple[list[e.Index], tuple[str, ...]]:
    """Every index of a defined symbol, and the axes that stand where none was written."""
    params, kinds = defined.node.params, defined.kinds
    if len(items) > len(params):
        raise Refusal("more indices here than the symbol was defined with", tree.start, tree.end)
    if len(items) == len(params) or not items or "textual" not in kinds:
        given = [read_index(context, i, frame, m) for i, m in zip(items, members, strict=False)]
        missing = list(range(len(given), len(params)))
    else:
        given, missing = spread_indices(context, items, params, members, frame)
    indices, axes = list(given), list[str]()
    for k in missing:
        if kinds[k] == "textual":
            letter = params[k]
            frame.scope.setdefault(letter, members[k])
            indices.insert(k, letter) if k <= len(indices) else indices.append(letter)
        else:
            axis = context.axes.fresh(members[k])
            axes.append(axis)
            indices.insert(k, axis) if k <= len(indices) else indices.append(axis)
    return indices, tuple(axes)


def spread_indices(
    context: Context, items: tuple[s.Syntax, ...], params: tuple[str, ...], members: list[int], frame: Frame
) -> tuple[list[e.Index], list[int]]:
    """Too few indices: what is in scope under its own name stays, the others are filled."""
    in_scope = {k for k, p in enumerate(params) if p in frame.scope and p not in map(letter_of, items)}
    kept = sorted(in_scope)[-(len(params) - len(items)) :]
    open_ = [k for k in range(len(params)) if k not in kept][: len(items)]
    placed = {k: read_index(context, i, frame, members[k]) for k, i in zip(open_, items, strict=False)}
    frame.implicit.append(("index", items[0].start, items[-1].end))
    given = [placed.get(k, params[k]) for k in range(len(params))]
    return given, []


def read_leaf(
    context: Context, name: str, items: tuple[s.Syntax, ...], tree: s.Symbol, frame: Frame
) -> Value:
    """An input or parameter."""
    if name in context.losses:
        raise Refusal(f"{spelled(tree)} is a loss that nothing defines", tree.start, tree.end)
    if name not in context.leaves:
        context.leaves[name] = leaf_shape(context, name)
    members = context.leaves[name]
    if len(items) > len(members):
        context.leaves[name] = members = tuple(context.sizes.slot(name, k) for k in range(len(items)))
    given = [read_index(context, i, frame, m) for i, m in zip(items, members, strict=False)]
    axes = tuple(context.axes.fresh(m) for m in members[len(given) :])
    return Value(e.Var(name, (*given, *axes)), axes)


def leaf_shape(context: Context, name: str) -> tuple[int, ...]:
    """The size classes of an input: as declared, as it is written, or by habit."""
    declared = context.shapes.get(name)
    if declared is not None:
        for position, member in enumerate(declared):
            context.sizes.union(context.sizes.slot(name, position), member)
        return declared
    slots = context.names.slots.get(name, 0)
    if not slots and name in context.arrays:
        slots = rank_by_habit(name)
    return tuple(context.sizes.slot(name, k) for k in range(slots))
