"""What every reader of formulas is given: one set of definitions, and the way back to the whole."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from gradcheck.documents.meaning.frames import Defined, Definition, Frame
from gradcheck.documents.meaning.layout import Layout
from gradcheck.documents.meaning.values import Axes, Value
from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.names import Names
from gradcheck.documents.symbols.sizes import Sizes


@dataclass(eq=False)
class Context(ABC):
    """Names, sizes and definitions; the modules ``meaning_*`` read one kind of formula each over it.

    They come back through `value` for the parts of a formula and through `ensure` for a symbol.
    """

    names: Names
    sizes: Sizes
    definitions: dict[str, Definition]
    losses: set[str]
    shapes: dict[str, tuple[int, ...]]
    arrays: dict[str, bool]
    matrix_mode: bool
    axes: Axes = field(init=False)
    defined: dict[str, Defined] = field(init=False, default_factory=dict)
    leaves: dict[str, tuple[int, ...]] = field(init=False, default_factory=dict)
    roots: dict[str, tuple[str, ...]] = field(init=False, default_factory=dict)
    failed: dict[str, Refusal] = field(init=False, default_factory=dict)
    dependent: dict[str, set[tuple[tuple[str, int], ...]]] = field(init=False, default_factory=dict)
    averages: str = field(init=False, default="")
    transposed: Layout | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.axes = Axes(self.sizes)

    @abstractmethod
    def value(self, tree: s.Syntax, frame: Frame) -> Value:
        """What ``tree`` means; raises `Refusal` at the place that has no meaning."""

    @abstractmethod
    def ensure(self, name: str) -> Defined | None:
        """The definition of ``name``, understood when first asked for."""
