"""The lines of a forward and of a backward, in any dialect."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from gradcheck.algebra.expr import free_indices
from gradcheck.derive.code.definitions import Definition, Program
from gradcheck.derive.code.dialects import Dialect
from gradcheck.derive.code.identifiers import Names
from gradcheck.derive.code.naming import named
from gradcheck.derive.code.shapes import shape_lines, size_name
from gradcheck.derive.code.splitting import Halves, split
from gradcheck.derive.code.values import Axes
from gradcheck.derive.code.wrapping import wrapped
from gradcheck.derive.code.writing import Layout, Writer

_PASSES = 4


@dataclass(frozen=True)
class Functions:
    """Both functions; ``kept`` are the tensors, ``cached_sizes`` the lengths for the backward."""

    program: Program
    names: Names
    forward: tuple[str, ...]
    backward: tuple[str, ...]
    kept: tuple[str, ...]
    helpers: frozenset[str]
    cached_sizes: tuple[str, ...] = ()

    @property
    def cache(self) -> tuple[str, ...]:
        """The identifiers of what the forward keeps for the backward, arrays first."""
        return (*map(self.name, self.kept), *self.cached_sizes)

    def name(self, tensor: str) -> str:
        """The identifier of a tensor."""
        return self.names.found[tensor]


def functions_of(program: Program, dialect: Dialect, taken: Iterable[str] = ()) -> Functions:
    """The lines of both functions, tensors laid out as most formulas want them."""
    names = named(program, Names(taken))
    halves = split(program)
    layouts: dict[str, Layout] = {}
    for _ in range(_PASSES):
        work = _Work(program, dialect, names, halves, layouts)
        work.run()
        better = _wanted_layouts(program, work.asked)
        if better == layouts:
            break
        layouts = better
    return work.result()


def _wanted_layouts(program: Program, asked: Mapping[str, set[Layout]]) -> dict[str, Layout]:
    """The layouts of what nobody outside sees: with axes of length one if all formulas want them."""
    found: dict[str, Layout] = {}
    for name, layouts in asked.items():
        definition = program.definitions.get(name)
        if definition is None or name in program.wanted or len(layouts) != 1:
            continue
        (layout,) = layouts
        order = [k for k in layout if k is not None]
        if order == sorted(order) and None in layout:
            found[name] = layout
    return found


@dataclass
class _Work:
    """One pass over both halves with given layouts."""

    program: Program
    dialect: Dialect
    names: Names
    halves: Halves
    layouts: Mapping[str, Layout]
    asked: dict[str, set[Layout]] = field(default_factory=dict)
    helpers: set[str] = field(default_factory=set)

    def run(self) -> None:
        given = self.program.inputs
        self.forward_sizes: dict[str, str] = {}
        self.backward_sizes: dict[str, str] = {}
        self.forward = self._lines(self.halves.forward, self.forward_sizes, self._like(given))
        back = (*self.halves.cache, *self.program.upstream.values())
        self.backward = self._lines(self.halves.backward, self.backward_sizes, self._like(back))
        behind, missing = self._lengths(self.backward_sizes, back)
        wanted = {*self.forward_sizes, *missing}
        ahead = shape_lines(self.program, self.names, wanted)
        self.forward = [*ahead, *self._casts(), *self.forward]
        self.backward = [*behind, *self.backward]
        self.cached_sizes = tuple(missing.values())

    def _casts(self) -> list[str]:
        """Labels and masks, which may be whole numbers or truth values, in the type that is computed in."""
        like = (
            self._like(self.program.gradients) if any(map(self.program.sizes, self.program.gradients)) else ""
        )
        arrays = [self.names.found[n] for n in self.program.fixed if self.program.sizes(n)]
        return [f"{name} = {self.dialect.input_cast.format(name, like)}" for name in arrays if like]

    def result(self) -> Functions:
        """Both functions as lines."""
        return Functions(
            self.program,
            self.names,
            tuple(self.forward),
            tuple(self.backward),
            self.halves.cache,
            frozenset(self.helpers),
            self.cached_sizes,
        )

    def _like(self, given: Iterable[str]) -> str:
        """A tensor of the floating-point type that is computed in."""
        floats = [n for n in given if n not in self.program.fixed]
        with_axes = [n for n in floats if self.program.sizes(n)]
        return self.names.found[(with_axes or floats)[0]] if floats else ""

    def _lines(self, definitions: Iterable[Definition], sizes: dict[str, str], like: str) -> list[str]:
        def size(name: str) -> str:
            sizes[name] = size_name(self.names, name)
            return sizes[name]

        writer = Writer(
            self.dialect,
            self.names.found,
            size,
            self.program.sizes,
            self.program.scalar_parameters,
            like,
            self.layouts,
        )
        lines = [line for d in definitions for line in self._line(writer, d, size)]
        for name, found in writer.asked.items():
            self.asked.setdefault(name, set()).update(found)
        self.helpers |= writer.helpers
        return lines

    def _line(self, writer: Writer, definition: Definition, size: Callable[[str], str]) -> list[str]:
        name = self.names.found[definition.name]
        frame: Axes = definition.params
        if definition.name in self.layouts:
            frame = tuple(None if k is None else definition.params[k] for k in self.layouts[definition.name])
        value = writer.definition(definition, frame)
        code = value.code
        if set(definition.params) - free_indices(definition.body):
            shape = ", ".join(size(s) for s in definition.sizes)
            shape = f"({shape},)" if len(definition.sizes) == 1 else f"({shape})"
            if value.plain:
                code = (
                    f"{self.dialect.module}.full({shape}, {code}, {self.dialect.dtype.format(writer.like)})"
                )
            else:
                code = self.dialect.spread.format(code, shape)
        return wrapped(f"{name}{self._annotation(definition)} = ", code)

    def _annotation(self, definition: Definition) -> str:
        """The type of what is returned by itself, which mypy cannot always tell."""
        alone = (self.program.outputs, tuple(self.program.gradients.values()))
        if (definition.name,) not in alone:
            return ""
        return f": {self.dialect.types[0 if definition.params else 1]}"

    def _lengths(self, sizes: Mapping[str, str], given: Iterable[str]) -> tuple[list[str], dict[str, str]]:
        """Lines that read lengths off the shapes of what is given, and the sizes that nothing given has."""
        lines, missing = [], dict(sizes)
        for name in given:
            for axis, size in enumerate(self._axes(name)):
                if size in missing:
                    lines.append(f"{missing.pop(size)} = {self.names.found[name]}.shape[{axis}]")
        return lines, missing

    def _axes(self, name: str) -> list[str]:
        sizes = self.program.sizes(name)
        layout = self.layouts.get(name, tuple(range(len(sizes))))
        return ["" if k is None else sizes[k] for k in layout]
