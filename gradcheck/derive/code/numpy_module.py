"""A NumPy module for a derivation: a forward, its backward, and inputs to check them at."""

from __future__ import annotations

from gradcheck.derive.code.cases import guard_of
from gradcheck.derive.code.definitions import Program
from gradcheck.derive.code.describing import shapes_text
from gradcheck.derive.code.dialects import NUMPY
from gradcheck.derive.code.domains import domains_of
from gradcheck.derive.code.functions import Functions, functions_of
from gradcheck.derive.code.layout import cases_function, docstring, function, headline, signature, tuple_type
from gradcheck.derive.code.preparing import prepared
from gradcheck.derive.code.titles import function_name
from gradcheck.derive.derivation import Derivation

_HELPERS = {
    "sigmoid": '''def _logistic(x: Array) -> Array:
    """1 / (1 + e^(−x)), written so that no exponent is positive and nothing overflows."""
    y: Array = np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))
    return y
''',
    "erf": '''def _erf(x: Array) -> Array:
    """The error function, in the precision of x."""
    y: Array = np.vectorize(math.erf, otypes=[np.float64])(x).astype(x.dtype)
    return y
''',
    "erfc": '''def _erfc(x: Array) -> Array:
    """1 − erf(x), which keeps its digits where that cancels, in the precision of x."""
    y: Array = np.vectorize(math.erfc, otypes=[np.float64])(x).astype(x.dtype)
    return y
''',
}


def numpy_source(derivation: Derivation, name: str | None = None) -> str:
    """The text of a module with ``NAME_forward``, ``NAME_backward`` and ``gradcheck_cases``.

    ``name`` is that of the document if it is left out. Raises CannotDerive for what has no code.
    """
    return _Module(derivation, prepared(derivation), function_name(derivation.forward, name)).text()


class _Module:
    def __init__(self, derivation: Derivation, program: Program, name: str) -> None:
        self.derivation, self.program, self.name = derivation, program, name
        taken = ("Array", "Cache", "gradcheck_cases", *(("dout",) if len(program.upstream) > 1 else ()))
        self.functions: Functions = functions_of(
            program, NUMPY, (*taken, f"{name}_forward", f"{name}_backward")
        )
        self.domains = domains_of(program)

    def text(self) -> str:
        """The whole module."""
        parts = [self._forward(), self._backward(), *self._helpers(), self._cases()]
        body = "\n\n".join(parts)
        imports = ["import math", ""] if "math." in body else []
        imports += ["import numpy as np", "from numpy.typing import NDArray", ""]
        imports += ["Array = NDArray[np.float64]", f"Cache = {self._cache_type()}"]
        return "\n".join([*headline(self.derivation), *imports, "", "", body])

    # -- the two functions ------------------------------------------------------------

    def _forward(self) -> str:
        outputs = [self.functions.name(n) for n in self.program.outputs]
        results = f"({', '.join(outputs)})" if len(outputs) > 1 else outputs[0]
        returned = f"{results}, {_packed(self.functions.cache)}"
        types = [self._type(n, output=True) for n in self.program.outputs]
        result = tuple_type(types)
        head = signature(f"{self.name}_forward", self._parameters(), f"tuple[{result}, Cache]")
        shapes = shapes_text(self.program, self.functions.name, self.program.outputs)
        arrays = tuple(n for n in self.program.inputs if self.program.shapes[n])
        given = f" of {shapes_text(self.program, self.functions.name, arrays)}" if arrays else ""
        doc = docstring(f"{shapes}{given}.", ["What the backward needs comes as the cache."])
        return function(head, doc, self.functions.forward, returned)

    def _backward(self) -> str:
        program, name = self.program, self.functions.name
        kept = self.functions.cache
        upstream = list(program.upstream.values())
        types = [self._type(n) for n in upstream]
        several = len(upstream) > 1
        gradients = [name(g) for g in program.gradients.values()]
        results = [self._type(g, output=True) for g in program.gradients.values()]
        result = tuple_type(results)
        given = f"tuple[{', '.join(types)}]" if several else types[0]
        parameters = [f"dout: {given}", "cache: Cache"]
        head = signature(f"{self.name}_backward", parameters, result)
        lines = [f"{', '.join(kept)} = cache"] if kept else []
        lines += [f"{', '.join(map(name, upstream))} = dout"] if several else []
        wanted = shapes_text(program, name, tuple(program.gradients))
        about = "the gradients of the outputs" if several else f"that of {name(program.outputs[0])}"
        doc = docstring(f"The gradient{'s' if len(gradients) > 1 else ''} of {wanted}, given {about}.")
        return function(head, doc, (*lines, *self.functions.backward), ", ".join(gradients))

    def _parameters(self) -> list[str]:
        """The inputs; numbers that have a usual value come last."""
        plain, usual = [], []
        for name in self.program.inputs:
            guard = guard_of(self.program, self.domains, name)
            shown = f"{self.functions.name(name)}: {self._type(name)}"
            if guard is None:
                plain.append(shown)
            else:
                usual.append(f"{shown} = {guard}")
        return plain + usual

    def _type(self, name: str, output: bool = False) -> str:
        if self.program.sizes(name):
            return "Array"
        return "np.float64" if output else "float"

    def _cache_type(self) -> str:
        types = [self._type(n, n in self.program.definitions) for n in self.functions.kept]
        types += ["int"] * len(self.functions.cached_sizes)
        return tuple_type(types)

    # -- what comes with them ---------------------------------------------------------

    def _helpers(self) -> list[str]:
        return [text for name, text in _HELPERS.items() if name in self.functions.helpers]

    def _cases(self) -> str:
        return cases_function(self.derivation, self.program, self.functions, self.name, False)


def _packed(kept: tuple[str, ...]) -> str:
    return kept[0] if len(kept) == 1 else f"({', '.join(kept)})"
