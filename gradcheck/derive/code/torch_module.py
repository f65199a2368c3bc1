"""A PyTorch module for a derivation: an ``autograd.Function``, and a function that applies it."""

from __future__ import annotations

from gradcheck.derive.code.cases import guard_of
from gradcheck.derive.code.describing import shapes_text
from gradcheck.derive.code.dialects import TORCH
from gradcheck.derive.code.domains import domains_of
from gradcheck.derive.code.functions import functions_of
from gradcheck.derive.code.layout import cases_function, docstring, function, headline, signature, tuple_type
from gradcheck.derive.code.preparing import prepared
from gradcheck.derive.code.titles import class_name, function_name
from gradcheck.derive.code.wrapping import wrapped
from gradcheck.derive.derivation import Derivation


def torch_source(derivation: Derivation, name: str | None = None) -> str:
    """The text of a module with a class of both directions, ``NAME`` that applies it, ``gradcheck_cases``.

    ``name`` is that of the document if it is left out. Raises CannotDerive for what has no code.
    """
    return _Module(derivation, function_name(derivation.forward, name)).text()


class _Module:
    def __init__(self, derivation: Derivation, name: str) -> None:
        self.derivation, self.program, self.name = derivation, prepared(derivation), name
        self.class_name = class_name(name)
        taken = ("Tensor", "Any", "gradcheck_cases", "once_differentiable", name, self.class_name)
        self.functions = functions_of(self.program, TORCH, taken)
        domains = domains_of(self.program)
        guards = {n: guard_of(self.program, domains, n) for n in self.program.inputs}
        self.usual = {n: g for n, g in guards.items() if g is not None}
        self.inputs = (*(n for n in self.program.inputs if n not in self.usual), *self.usual)

    def text(self) -> str:
        """The whole module."""
        body = "\n\n".join([self._class(), self._applied(), self._cases()])
        imports = ["import math"] if "math." in body else []
        imports += ["from typing import Any", "", "import torch", "from torch import Tensor"]
        imports += ["from torch.autograd.function import once_differentiable"]
        return "\n".join([*headline(self.derivation), *imports, "", "", body])

    # -- the class --------------------------------------------------------------------

    def _class(self) -> str:
        head = [
            f"class {self.class_name}(torch.autograd.Function):",
            f'    """{self.derivation.forward.title.rstrip(".")}, its gradients by formulas."""',
        ]
        inner = [*self._forward(), "", *self._backward()]
        return "\n".join([*head, "", *(f"    {line}" if line else "" for line in inner), ""])

    def _forward(self) -> list[str]:
        parameters = ["ctx: Any", *(f"{self.functions.name(n)}: {self._type(n)}" for n in self.inputs)]
        outputs = [self.functions.name(n) for n in self.program.outputs]
        head = signature("forward", parameters, tuple_type(["Tensor"] * len(outputs)))
        shapes = shapes_text(self.program, self.functions.name, self.program.outputs)
        arrays = tuple(n for n in self.inputs if self.program.shapes[n])
        given = f" of {shapes_text(self.program, self.functions.name, arrays)}" if arrays else ""
        tensors = [self.functions.name(n) for n in self.functions.kept if n not in self._numbers]
        keep = [f"ctx.save_for_backward({', '.join(tensors)})"] if tensors else []
        keep += [f"ctx.numbers = {_packed(self._kept_numbers)}"] if self._kept_numbers else []
        body = (*self.functions.forward, *keep)
        text = function(head, docstring(f"{shapes}{given}."), body, ", ".join(outputs))
        return ["@staticmethod", *text.rstrip().split("\n")]

    def _backward(self) -> list[str]:
        upstream = [self.functions.name(u) for u in self.program.upstream.values()]
        head = signature(
            "backward",
            ["ctx: Any", *(f"{name}: Tensor" for name in upstream)],
            tuple_type([self._gradient_type(n) for n in self.inputs]),
        )
        tensors = [self.functions.name(n) for n in self.functions.kept if n not in self._numbers]
        lines = (
            [f"{', '.join(tensors)}{',' if len(tensors) == 1 else ''} = ctx.saved_tensors"] if tensors else []
        )
        lines += [f"{', '.join(self._kept_numbers)} = ctx.numbers"] if self._kept_numbers else []
        gradients = self.program.gradients
        returned = [self.functions.name(gradients[n]) if n in gradients else "None" for n in self.inputs]
        doc = docstring("The gradients of the inputs, None for what is held fixed.")
        text = function(head, doc, (*lines, *self.functions.backward), ", ".join(returned))
        return ["@staticmethod", "@once_differentiable", *text.rstrip().split("\n")]

    @property
    def _numbers(self) -> frozenset[str]:
        return self.program.scalar_parameters

    @property
    def _kept_numbers(self) -> tuple[str, ...]:
        kept = (self.functions.name(n) for n in self.functions.kept if n in self._numbers)
        return (*kept, *self.functions.cached_sizes)

    def _type(self, name: str) -> str:
        return "float" if name in self._numbers else "Tensor"

    def _gradient_type(self, name: str) -> str:
        return "Tensor" if name in self.program.gradients else "None"

    # -- what comes with it -----------------------------------------------------------

    def _applied(self) -> str:
        parameters = [
            f"{self.functions.name(n)}: {self._type(n)}{f' = {self.usual[n]}' if n in self.usual else ''}"
            for n in self.inputs
        ]
        outputs = len(self.program.outputs)
        result = tuple_type(["Tensor"] * outputs)
        head = signature(self.name, parameters, result)
        doc = docstring(f"{self.derivation.forward.title.rstrip('.')}.")
        applied = f"{self.class_name}.apply({', '.join(self.functions.name(n) for n in self.inputs)})"
        return function(head, doc, tuple(wrapped(f"result: {result} = ", applied)), "result")

    def _cases(self) -> str:
        return cases_function(self.derivation, self.program, self.functions, self.class_name, True)


def _packed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"({', '.join(names)})"
