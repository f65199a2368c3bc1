"""What a parameter's annotation says about its value: a kind, a dtype, the names of its axes.

Annotations that are text, as ``from __future__ import annotations`` leaves them, are read as text
and never evaluated. No framework is imported: an annotation that exists is known by its attributes.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from types import UnionType
from typing import Union, get_args, get_origin

from gradcheck.layers.sampling.dtypes import FLOATS, INTEGERS

PLAIN = {
    "float": "float",
    "int": "int",
    "bool": "bool",
    "str": "text",
    "dict": "mapping",
    "Dict": "mapping",
    "Mapping": "mapping",
    "tuple": "tuple",
    "Tuple": "tuple",
    "ndarray": "array",
    "NDArray": "array",
    "ArrayLike": "array",
    "Array": "array",
    "Tensor": "array",
    "FloatTensor": "floats",
    "LongTensor": "integers",
    "BoolTensor": "booleans",
}
"""Names, with or without a module before them, and the kind of value that they stand for."""

_SHAPED = re.compile(r"(?P<kind>Float|Int|UInt|BFloat|Bool|Num|Real|Inexact|Integer|Shaped)(?P<bits>\d*)")


@dataclass(frozen=True, slots=True)
class Hint:
    """``kind`` is float, int, bool, text, mapping, tuple, array, floats, integers or booleans.

    ``dims`` are the axes as jaxtyping writes them, None where the annotation does not say.
    """

    kind: str
    dims: tuple[str, ...] | None = None
    dtype: str = ""


def hint_of(annotation: object) -> Hint | None:
    """What an annotation says, or None if it says nothing that is known here.

    >>> hint_of("Float32[Array, 'n d']"), hint_of("np.ndarray | None")
    (Hint(kind='floats', dims=('n', 'd'), dtype='float32'), Hint(kind='array', dims=None, dtype=''))
    """
    if isinstance(annotation, str):
        return _from_text(annotation)
    if isinstance(getattr(annotation, "dim_str", None), str) and hasattr(annotation, "dtypes"):
        return _from_jaxtyping(annotation)
    if get_origin(annotation) in (Union, UnionType):
        return _first(*(hint_of(member) for member in get_args(annotation)))
    if isinstance(annotation, type) and not get_args(annotation):
        return _from_name(annotation.__name__.rpartition(".")[2])
    return _from_text(str(annotation)) if annotation is not None else None


def _first(*hints: Hint | None) -> Hint | None:
    return next((hint for hint in hints if hint is not None), None)


def _from_jaxtyping(annotation: object) -> Hint:
    names = getattr(annotation, "dtypes", ())
    dims = tuple(getattr(annotation, "dim_str", "").split())
    known = [n for n in (*FLOATS, *INTEGERS, "bool") if isinstance(names, tuple) and n in names]
    dtype = known[0] if known else "float64"
    kind = "floats" if dtype in FLOATS else "booleans" if dtype == "bool" else "integers"
    return Hint(kind, dims, dtype)


def _from_text(text: str) -> Hint | None:
    try:
        return _from_node(ast.parse(text.strip(), mode="eval").body) if len(text) < 1000 else None
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def _from_node(node: ast.expr) -> Hint | None:
    match node:
        case ast.Constant(value=str(text)):
            return _from_text(text)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _from_name(name)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return _first(_from_node(left), _from_node(right))
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name), slice=inner):
            return _from_subscript(name, inner)
    return None


def _from_subscript(name: str, inner: ast.expr) -> Hint | None:
    members = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if name in ("Optional", "Union"):
        return _first(*map(_from_node, members))
    if name == "Annotated":
        return _from_node(members[0])
    last = members[-1] if members else inner
    if (shaped := _SHAPED.fullmatch(name)) and isinstance(last, ast.Constant) and isinstance(last.value, str):
        return _from_shaped(shaped["kind"], shaped["bits"], tuple(last.value.split()))
    return _of_elements(ast.unparse(inner)) if name in ("NDArray", "ndarray") else _from_name(name)


def _from_shaped(kind: str, bits: str, dims: tuple[str, ...]) -> Hint:
    if kind in ("Int", "UInt", "Integer"):
        dtype = f"{'u' * (kind == 'UInt')}int{bits or 64}"
        return Hint("integers", dims, dtype if dtype in INTEGERS else "int64")
    if kind == "Bool":
        return Hint("booleans", dims, "bool")
    dtype = f"{'b' * (kind == 'BFloat')}float{bits or 64}"
    return Hint("floats", dims, dtype if dtype in FLOATS else "float64")


def _of_elements(text: str) -> Hint:
    """The hint of ``NDArray[…]``, by what stands between the brackets."""
    if found := re.search(r"\b(float|uint|int)(16|32|64|8)\b", text):
        return Hint("floats" if found[1] == "float" else "integers", None, found[0])
    kinds = {"float": "floats", "int": "integers", "bool": "booleans"}
    return next((Hint(kind) for word, kind in kinds.items() if word in text), Hint("array"))


def _from_name(name: str) -> Hint | None:
    return Hint(PLAIN[name]) if name in PLAIN else None
