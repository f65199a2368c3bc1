"""A document's statements in order, each with what surrounds it.

Chains are put together across blocks, "if i ≠ y" in the prose before a block becomes its
condition, headings cut the document into sections, shape statements are set aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gradcheck.documents.reading import syntax as s
from gradcheck.documents.reading.declared import Declared, read_declared
from gradcheck.documents.reading.macros import macros_in
from gradcheck.documents.reading.source import Kind, Region, Source
from gradcheck.documents.reading.statements import Part, Statement, is_index_label, read_statements
from gradcheck.documents.reading.tokens import Macro, Refusal, Token, tokenise

_BEFORE_CONDITION = re.compile(r"\b(if|when|for|case|whenever|assuming|si|where|with)\b[\s:*_]*$", re.I)
_AFTER_CONDITION = re.compile(r"^[^.!?]{0,60}[:.,;\s*_]*$")
_SHAPE_WORDS = re.compile(
    r"^[\s,(]*(?:is|are|has|have|be|with|of|an?|the|:)*[\s,(]*(?:an?|the|of)?\s*"
    r"(?:size|shape|dimensions?|dims?)\b[\s:of]*$",
    re.I,
)
_IS_SIZED = re.compile(r"^[\s,(]*(?:is|are|be)\s+(?:an?\s+)?$", re.I)
"""``$X$ is $N \\times D$``."""
_DELTA = re.compile(r"\\[dD]elta(?![A-Za-z])|[δΔ]")
_DELTA_OF = re.compile(
    r"(?:\\[dD]elta(?![A-Za-z])|[δΔ])(?:\s|\\,)*(?:[A-Za-z]|\\(?:hat|tilde|bar|mathbf|[a-z]+)(?![A-Za-z]))"
)
"""Where δ never stands alone, ``δh`` is one symbol: a gradient, as code would call it."""


@dataclass
class Chain:
    """``parts[0] = parts[1] = …``; each part after the first is one claim.

    ``section`` counts headings, ``displayed`` is False for mathematics in running text.
    """

    parts: list[Part]
    labels: list[str | None]
    conditions: list[s.Compare]
    annotations: list[tuple[int, Statement]]
    section: int
    displayed: bool
    order: int
    condition_of: list[list[s.Compare]] = field(default_factory=list)


@dataclass
class Shape:
    """``X ∈ ℝ^{N×D}`` or "size N × D": a symbol and the spelling of its sizes."""

    symbol: s.Symbol
    sizes: list[s.Syntax]
    section: int


@dataclass
class Collected:
    """Everything a document says, before any of it is given a meaning."""

    chains: list[Chain] = field(default_factory=list)
    bare: list[tuple[int, s.Syntax]] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    shape_claims: list[Statement] = field(default_factory=list)
    refused: list[tuple[Part, Part]] = field(default_factory=list)
    sections: list[str] = field(default_factory=lambda: [""])
    declared: list[Declared] = field(default_factory=list)
    macros: dict[str, Macro] = field(default_factory=dict)
    conditions: list[s.Compare] = field(default_factory=list)
    prose: str = ""
    composite: bool = False
    unequal: list[tuple[Part, Part]] = field(default_factory=list)


def collect(source: Source, extra: Sequence[Declared] = ()) -> Collected:
    """Read all of ``source``. Raises `UnreadableDocument` for a bad declaration."""
    found = Collected(declared=list(extra))
    for region in source.regions:
        if region.kind is Kind.READING:
            line = source.position(region.offsets[0])[0]
            found.declared += read_declared(region.text, f"the gradcheck block at line {line}", line)
        elif region.kind in (Kind.PROSE, Kind.DISPLAY, Kind.INLINE) and "\\" in region.text:
            found.macros |= macros_in(region.text)
    found.prose = " ".join(r.text for r in source.regions if r.kind is Kind.PROSE)
    mathematics = " ".join(r.text for r in source.regions if r.kind in (Kind.DISPLAY, Kind.INLINE))
    marks = len(_DELTA.findall(mathematics))
    found.composite = marks > 1 and marks == len(_DELTA_OF.findall(mathematics))
    reader = _Reader(source, found)
    for position, region in enumerate(source.regions):
        reader.region(position, region)
    return found


class _Reader:
    """Walks the regions once, keeping the chain that a next line may continue."""

    def __init__(self, source: Source, found: Collected) -> None:
        self.source, self.found = source, found
        self.last: Chain | None = None

    def region(self, position: int, region: Region) -> None:
        if region.kind is Kind.HEADING and region.level != 0:
            self.found.sections.append(region.text)
            line = self.source.position(region.offsets[0])[0]
            for declared in self.found.declared:
                if declared.line >= line:
                    declared.section = len(self.found.sections) - 1
        if region.kind not in (Kind.DISPLAY, Kind.INLINE):
            return
        try:
            tokens = self._tokens(region)
            statements = read_statements(tokens)
        except Refusal as refusal:
            self._refuse(region, refusal)
            return
        if region.kind is Kind.INLINE:
            self._inline(position, statements)
        else:
            self._display(position, region, statements)

    def _tokens(self, region: Region) -> list[Token]:
        tokens = tokenise(region.text, region.offsets, self.found.macros)
        line = self.source.position(region.offsets[0])[0]
        if self.found.composite:
            tokens = composed(tokens)
        return with_aliases(tokens, [d for d in self.found.declared if d.line <= line])

    def _refuse(self, region: Region, refusal: Refusal) -> None:
        sign = next((k for k, c in enumerate(region.text) if c == "="), None)
        if sign is None or region.kind is Kind.INLINE:
            return
        start, end = region.offsets[0], region.offsets[len(region.text)]
        token = Token("char", "=", region.offsets[sign], region.offsets[sign] + 1)
        self.found.refused.append((Part(None, refusal, start, end), Part(token, refusal, start, end)))

    def _display(self, position: int, region: Region, statements: list[Statement]) -> None:
        conditions = self._prose_conditions(position)
        if region.label and statements and not statements[0].label:
            statements[0].label = region.label
        if not any(st.kind in ("chain", "shape", "condition") for st in statements):
            self._unnoticed(region)
        for statement, listed in _with_listed(statements):
            if statement.kind == "shape":
                self._shape_statement(statement)
            elif statement.kind == "chain":
                self._chain(statement, conditions, True)
            elif statement.kind == "bare":
                self._bare(statement)
            else:
                self._membership(statement, listed)
                self.found.unequal += _inequalities(statement)

    def _unnoticed(self, region: Region) -> None:
        """A display with a relation in it that made no statement is unread, not skipped."""
        tokens = self._tokens(region)
        depth = 0
        for token, before in zip(tokens, [None, *tokens], strict=False):
            if token.is_("{", "\\begin") and (depth or (before is not None and before.is_("_", "^"))):
                depth += 1
            elif token.is_("}", "\\end") and depth:
                depth -= 1
            elif not depth and token.is_("=", "\\leftarrow", "\\coloneqq"):
                reason = Refusal("a relation where the reader does not look for one", token.start, token.end)
                part = Part(token, reason, token.end, region.offsets[len(region.text)])
                self.found.refused.append((Part(None, reason, region.offsets[0], token.start), part))
                return

    def _inline(self, position: int, statements: list[Statement]) -> None:
        for statement, listed in _with_listed(statements):
            condition = self._is_condition(position) and is_index_label(statement)
            if statement.kind == "chain" and not statement.continues and not condition:
                if all(isinstance(p.tree, s.Syntax) for p in statement.parts):
                    last = self.last
                    self._chain(statement, [], False)
                    self.last = last
            elif statement.kind == "condition":
                self._membership(statement, listed)
            elif statement.kind == "bare":
                self._bare(statement)
                self._sized(position, statement)

    def _chain(self, statement: Statement, conditions: list[s.Compare], displayed: bool) -> None:
        own = conditions + statement.conditions
        if statement.continues:
            if self.last is None:
                first = statement.parts[0]
                assert first.sign is not None
                nothing = Refusal(
                    "a line that begins with a sign, and no chain before it", first.sign.start, first.sign.end
                )
                self.last = self._new([Part(None, nothing, first.start, first.start)], displayed)
            chain, parts = self.last, statement.parts
        else:
            chain, parts = self._new(statement.parts[:1], displayed), statement.parts[1:]
        for k, part in enumerate(parts):
            chain.parts.append(part)
            chain.labels.append(statement.label if k == 0 else None)
            chain.condition_of.append(own)
        if not statement.continues:
            chain.conditions = own
        at = len(chain.parts) - 1
        chain.annotations += [(at, a) for a in statement.annotations]
        self.last = chain

    def _new(self, parts: list[Part], displayed: bool) -> Chain:
        chain = Chain(list(parts), [], [], [], self._section, displayed, len(self.found.chains))
        self.found.chains.append(chain)
        return chain

    def _prose_conditions(self, position: int) -> list[s.Compare]:
        """The condition that the sentence before a display states, if it ends with one."""
        regions = self.source.regions
        k = position - 1
        if k >= 0 and regions[k].kind is Kind.PROSE and _AFTER_CONDITION.match(regions[k].text.strip()):
            k -= 1
        if k < 1 or regions[k].kind is not Kind.INLINE or not self._is_condition(k):
            return []
        return self._compared(regions[k])

    def _is_condition(self, position: int) -> bool:
        before = self.source.regions[position - 1] if position else None
        return (
            before is not None and before.kind is Kind.PROSE and bool(_BEFORE_CONDITION.search(before.text))
        )

    def _compared(self, region: Region) -> list[s.Compare]:
        try:
            statements = read_statements(self._tokens(region))
        except Refusal:
            return []
        found: list[s.Compare] = []
        names = {"=": "=", "\\neq": "!=", ">": ">", "<": "<", "\\geq": ">=", "\\leq": "<="}
        for statement in statements:
            if statement.kind == "chain" and not is_index_label(statement):
                continue
            for left, right in zip(statement.parts, statement.parts[1:], strict=False):
                if isinstance(left.tree, s.Syntax) and isinstance(right.tree, s.Syntax) and right.sign:
                    name = names.get(right.sign.value)
                    if name:
                        found.append(s.Compare(left.start, right.end, name, left.tree, right.tree))
        self.found.conditions += found
        return found

    @property
    def _section(self) -> int:
        return len(self.found.sections) - 1

    def _bare(self, statement: Statement) -> None:
        self.found.bare += [(self._section, p.tree) for p in statement.parts if isinstance(p.tree, s.Syntax)]

    # -- shapes ------------------------------------------------------------------------

    def _membership(self, statement: Statement, listed: list[s.Symbol]) -> None:
        """``W, U ∈ ℝ^{H×D}``; ``listed`` are the symbols before the last comma."""
        if len(statement.parts) != 2 or statement.parts[1].sign is None:
            return
        left, right = statement.parts[0].tree, statement.parts[1].tree
        if statement.parts[1].sign.value != "\\in" or not isinstance(right, s.Symbol):
            return
        if (
            right.name not in ("\\mathbb{R}", "\\R", "\\text{R}", "\\mathbf{R}", "\\mathcal{R}")
            or right.sup is None
        ):
            return
        for symbol in [*listed, *_symbols(left)]:
            self.found.shapes.append(Shape(symbol, _dimensions(right.sup), self._section))

    def _shape_statement(self, statement: Statement) -> None:
        if statement.continues or len(statement.parts) > 1:
            self.found.shape_claims.append(statement)
            return
        tree = statement.parts[0].tree
        if self.last is not None and isinstance(tree, s.Syntax):
            left = self.last.parts[0].tree
            if isinstance(left, s.Symbol):
                self.found.shapes.append(Shape(left, _dimensions(tree), self._section))

    def _sized(self, position: int, statement: Statement) -> None:
        """``$X$, size $N \\times D$``."""
        regions = self.source.regions
        tree = statement.parts[0].tree
        if position < 2 or not isinstance(tree, s.Product) or "\\times" not in tree.joins:
            return
        if regions[position - 1].kind is not Kind.PROSE or regions[position - 2].kind is not Kind.INLINE:
            return
        words = regions[position - 1].text
        if not (_SHAPE_WORDS.match(words) or _IS_SIZED.match(words)):
            return
        try:
            before = read_statements(self._tokens(regions[position - 2]))
        except Refusal:
            return
        if len(before) == 1 and isinstance(before[0].parts[0].tree, s.Symbol):
            self.found.shapes.append(Shape(before[0].parts[0].tree, _dimensions(tree), self._section))


def composed(tokens: list[Token]) -> list[Token]:
    """``δ`` and the letter after it made one symbol."""
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        following = tokens[k + 1] if k + 1 < len(tokens) else None
        if (
            tokens[k].is_("\\delta", "\\Delta")
            and following
            and following.kind == "char"
            and following.value.isalpha()
        ):
            name = f"{tokens[k].value} {following.value}"
            result.append(Token("text", name, tokens[k].start, following.end))
            k += 2
        else:
            result.append(tokens[k])
            k += 1
    return result


def _inequalities(statement: Statement) -> list[tuple[Part, Part]]:
    """``a ≤ b`` set apart: a relation, though not one that is decided."""
    signs = ("\\neq", "<", ">", "\\leq", "\\geq")
    pairs = zip(statement.parts, statement.parts[1:], strict=False)
    return [(a, b) for a, b in pairs if b.sign is not None and b.sign.value in signs]


def _with_listed(statements: list[Statement]) -> Iterator[tuple[Statement, list[s.Symbol]]]:
    """Each statement with the symbols that stand alone between commas just before it."""
    listed: list[s.Symbol] = []
    for statement in statements:
        yield statement, listed
        tree = statement.parts[0].tree
        alone = statement.kind == "bare" and len(statement.parts) == 1 and isinstance(tree, s.Symbol)
        listed = [*listed, tree] if alone and isinstance(tree, s.Symbol) else []


def _symbols(tree: s.Syntax | Refusal) -> list[s.Symbol]:
    if isinstance(tree, s.Symbol):
        return [tree]
    if isinstance(tree, s.Group):
        return [i for i in tree.items if isinstance(i, s.Symbol)]
    return []


def _dimensions(tree: s.Syntax) -> list[s.Syntax]:
    if isinstance(tree, s.Product) and "\\times" in tree.joins:
        return list(tree.factors)
    if isinstance(tree, s.Group) and len(tree.items) == 1:
        return _dimensions(tree.items[0])
    return [tree]


def with_aliases(tokens: list[Token], declared: Sequence[Declared]) -> list[Token]:
    """The tokens with every declared alias replaced by what it means, the longest first."""
    aliases = {p: m for d in declared for p, m in d.alias.items()}
    for printed in sorted(aliases, key=len, reverse=True):
        tokens = _aliased(tokens, printed, aliases[printed])
    return tokens


def _aliased(tokens: list[Token], printed: str, meant: str) -> list[Token]:
    """Each run of tokens that spells ``printed`` replaced by ``meant``, which stands in its place."""
    wanted = [t.value for t in tokenise(printed, range(len(printed) + 1)) if t.kind != "space"]
    image = tokenise(f"{{{meant}}}", range(len(meant) + 3))
    if len(image) == 3:
        image = image[1:-1]
    result: list[Token] = []
    k = 0
    while k < len(tokens):
        run = tokens[k : k + len(wanted)]
        if wanted and [t.value for t in run] == wanted:
            start, end = run[0].start, run[-1].end
            result += [replace(t, start=start, end=end) for t in image]
            k += len(wanted)
        else:
            result.append(tokens[k])
            k += 1
    return result
