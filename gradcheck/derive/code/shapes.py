"""Lines that read lengths off the shapes of the inputs, and complain where the shapes do not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set as AbstractSet

from gradcheck.derive.code.definitions import Program
from gradcheck.derive.code.identifiers import Names, identifier


def size_name(names: Names, size: str) -> str:
    """The identifier of a length: the size's own letters, or n_ and those of the index that runs over it."""
    plain = identifier(size).removeprefix("v_")
    wishes = (plain, f"n_{plain}") if size[:1].isalpha() else (f"n_{plain}",)
    return names.give(f"size {size}", *wishes)


def shape_lines(program: Program, names: Names, wanted: AbstractSet[str]) -> list[str]:
    """What stands at the beginning of a forward; ``wanted`` are the sizes that formulas need."""
    counts = Counter(s for name in program.inputs for s in program.shapes[name])
    named = {s for s in counts if counts[s] > 1} | wanted
    known: set[str] = set()
    lines: list[str] = []
    misfits: list[str] = []
    for name in program.inputs:
        sizes, code = program.shapes[name], names.found[name]
        if known.isdisjoint(sizes) and len(set(sizes)) == len(sizes):
            if not named.isdisjoint(sizes):
                targets = [size_name(names, s) if s in named else "_" for s in sizes]
                left = f"({targets[0]},)" if len(targets) == 1 else ", ".join(targets)
                lines.append(f"{left} = {code}.shape")
        else:
            shown = []
            for axis, size in enumerate(sizes):
                if size in named and size not in known:
                    lines.append(f"{size_name(names, size)} = {code}.shape[{axis}]")
                    known.add(size)
                shown.append(size_name(names, size) if size in named else f"{code}.shape[{axis}]")
            misfits.append(f"{code}.shape != ({', '.join(shown)}{',' if len(shown) == 1 else ''})")
        known.update(sizes)
    return [*lines, *_complaint(misfits)]


def _complaint(misfits: list[str]) -> list[str]:
    if not misfits:
        return []
    inside = f"if {' or '.join(misfits)}:"
    head = [inside] if len(inside) < 96 else ["if (", *_one_each(misfits), "):"]
    return [*head, '    raise ValueError("the shapes do not fit")']


def _one_each(misfits: list[str]) -> list[str]:
    return [f"    {'or ' if k else ''}{misfit}" for k, misfit in enumerate(misfits)]
