"""Plain functions annotated with ``torch.Tensor``, checked with what autograd makes of them."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from gradcheck.layers.adapters.alone import stands_alone
from gradcheck.layers.adapters.blame import blamed
from gradcheck.layers.adapters.call_signatures import arranged, parameters_of, signature_of
from gradcheck.layers.adapters.frameworks import framework
from gradcheck.layers.adapters.leaves import divide, leaves, with_leaves
from gradcheck.layers.adapters.torch_arrays import as_arrays
from gradcheck.layers.adapters.torch_graph import all_tensors, call, through_graph
from gradcheck.layers.adapters.torch_inputs import computing, held, inputs
from gradcheck.layers.target import Call, Parameter, Point, Target


def recognise_plain(name: str, subject: object) -> PlainSubject | None:
    """A function with a parameter annotated as a tensor and no gradient written by hand."""
    if not isinstance(subject, types.FunctionType) or not stands_alone(subject):
        return None
    annotations = [p.annotation for p in signature_of(subject).parameters.values()]
    return PlainSubject(name, subject) if any(map(_is_tensor_type, annotations)) else None


@dataclass(frozen=True, slots=True)
class PlainSubject:
    """A function of tensors."""

    name: str
    function: types.FunctionType

    @property
    def convention(self) -> str:
        """That it is autograd that is checked."""
        return "function of torch.Tensor (autograd)"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The function's."""
        return parameters_of(signature_of(self.function))

    def bind(self, values: Mapping[str, Any], fixed: frozenset[str] = frozenset()) -> Target:
        """The function at these inputs."""
        arrays = as_arrays(dict(values))
        found = dict(leaf for name, value in arrays.items() for leaf in leaves(name, value))
        division = divide(found.items(), fixed)
        signature = signature_of(self.function)

        def evaluate(point: Point) -> Call:
            with blamed("forward"), computing(point.values()):
                given = inputs(point, division.point)
                new = {
                    name: given.passed[name] if name in given.passed else held(v) for name, v in found.items()
                }
                passed = {name: with_leaves(name, value, new) for name, value in arrays.items()}
                args, keywords = arranged(signature, passed)
                result = self.function(*args, **keywords)
                given.write_through(all_tensors(result))
            return call(result, given, through_graph(given, {}))

        return Target(self.name, self.convention, division.point, evaluate, division.fixed)


def _is_tensor_type(annotation: Any) -> bool:
    """Whether an annotation, evaluated or not, speaks of tensors: jaxtyping's and unions of them, too."""
    if isinstance(annotation, str):
        return re.search(r"\bTensor\b", annotation) is not None
    tensor = framework("torch").Tensor
    kind = getattr(annotation, "array_type", annotation)
    return (isinstance(kind, type) and issubclass(kind, tensor)) or any(
        map(_is_tensor_type, get_args(annotation))
    )
