"""Generated code in tests: derived from documents, written to files, loaded, checked as the command does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from gradcheck.algebra.expr import Adjoint, Expr, Graph, Node, Ref, Var, mapped, upstream
from gradcheck.derive.code.numpy_module import numpy_source
from gradcheck.derive.derivation import Derivation, Forward
from gradcheck.derive.deriving import derive
from gradcheck.deriving.library import builtin
from gradcheck.deriving.source import forwards
from gradcheck.layers.cases import as_inputs, cases_in
from gradcheck.layers.loading import load
from gradcheck.layers.recognition import recognise
from gradcheck.layers.sampling.precision import with_precision
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.sampling.shrinking import resized
from gradcheck.layers.sampling.specs import Fixed, Spec
from gradcheck.layers.session import check_subject, check_wanted, names_of
from gradcheck.layers.settings import Settings
from gradcheck.layers.wanted import Wanted
from gradcheck.model import Layer

Values = dict[str, Any]
Inputs = Mapping[str, Spec | Fixed]


@cache
def derivation_of(name: str) -> Derivation:
    """The derivation of a layer of the library."""
    (forward,) = forwards(*builtin(name))
    return derive(forward)


@cache
def derived(text: str) -> Derivation:
    """The derivation of a document that defines one thing."""
    (forward,) = forwards("layer.md", text.encode())
    return derive(forward)


def written(folder: Path, name: str, source: str) -> Path:
    """The source in a file whose name no other module has."""
    path = folder / f"{name}_{folder.name}.py"
    path.write_text(source, encoding="utf-8")
    return path


def checked(path: Path, seed: int = 0) -> list[Layer]:
    """The reports on all cases of a file."""
    settings = Settings(seed=seed, causes=False)
    return [
        layer for target in names_of(str(path)) for layer in check_wanted(Wanted(target, settings=settings))
    ]


def verdicts(path: Path, seed: int = 0) -> set[str]:
    """The verdicts on all cases of a file."""
    return {layer.verdict.value for layer in checked(path, seed)}


class Sized:
    """The layer of a file of generated code at lengths that its cases do not have, from 1 to 7."""

    def __init__(self, path: Path) -> None:
        module = load(str(path))
        ((self.name, self.cases),) = (cases_in(module) or {}).items()
        self.subject = recognise(module, str(path), self.name, None)

    def inputs(self, number: int, least: int = 1) -> Inputs:
        """The inputs of a case, each size a random length from ``least`` on; the same for a number."""
        rng = np.random.default_rng(number)
        case = as_inputs(self.cases[number % len(self.cases)], "")
        lengths = sorted({n for value in case.values() for n in value.sizes})
        return resized(case, {n: int(rng.integers(least, 8)) for n in lengths})

    def checked(self, inputs: Inputs, seed: int, dtype: str = "float64") -> Layer:
        """The report on the layer at these inputs, its arrays of floats in ``dtype``."""
        given = {name: with_precision(value, dtype) for name, value in inputs.items()}
        wanted = Wanted(self.name, settings=Settings(seed=seed, causes=False))
        return check_subject(self.subject, given, wanted, self.name)


class Generated:
    """The generated NumPy layer of a derivation, its functions and the inputs of its cases."""

    def __init__(self, derivation: Derivation, folder: Path, name: str = "generated") -> None:
        self.name = name
        self.source = numpy_source(derivation, name)
        self.path = written(folder, name, self.source)
        self.module: ModuleType = load(str(self.path))

    def inputs(self, seed: int = 0) -> Iterator[Values]:
        """Drawn inputs, case by case."""
        for case in (cases_in(self.module) or {})[self.name]:
            yield draw_all(as_inputs(case, ""), seed)

    def run(self, values: Values) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """The outputs, and the gradients for upstream gradients of ones."""
        out, kept = getattr(self.module, f"{self.name}_forward")(**values)
        outputs = out if isinstance(out, tuple) else (out,)
        ones = tuple(np.ones_like(o) for o in outputs)
        found = getattr(self.module, f"{self.name}_backward")(ones if len(ones) > 1 else ones[0], kept)
        return outputs, found if isinstance(found, tuple) else (found,)


def renamed(derivation: Derivation) -> Derivation:
    """The same derivation with a name that means nothing for every quantity."""
    forward = derivation.forward
    graph, loss = forward.graph, forward.loss
    names = {n: f"q_{{{k}}}" for k, n in enumerate((*graph.leaves, *graph.nodes))}
    names.setdefault(loss, "Z")
    names |= {upstream(loss, n): upstream(names[loss], new) for n, new in list(names.items())}

    def change(part: Expr) -> Expr:
        match part:
            case Var(name, indices):
                return Var(names[name], indices)
            case Ref(name, indices):
                return Ref(names[name], indices)
            case Adjoint(_, node, indices, via):
                return Adjoint(names[loss], names[node], indices, via)
            case _:
                return part

    chains = tuple(
        replace(
            chain,
            subject=change(chain.subject),
            steps=tuple(replace(s, value=mapped(s.value, change)) for s in chain.steps),
        )
        for chain in derivation.chains
    )
    nodes = {
        names[n]: Node(names[n], d.params, d.sizes, mapped(d.body, change)) for n, d in graph.nodes.items()
    }
    leaves = {names[n]: sizes for n, sizes in graph.leaves.items()}
    roots = {names[of]: tuple(names[n] for n in found) for of, found in graph.roots.items()}
    changed = replace(forward, graph=Graph(nodes, leaves, roots), loss=names[loss])
    return Derivation(_lists_renamed(changed, names), chains)


def _lists_renamed(forward: Forward, names: dict[str, str]) -> Forward:
    def each(found: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(names[n] for n in found)

    return replace(
        forward,
        outputs=each(forward.outputs),
        wrt=each(forward.wrt),
        fixed=each(forward.fixed),
        normalised=each(forward.normalised),
    )
