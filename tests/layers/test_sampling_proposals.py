"""Guesses: complete, in agreement with what is given, few, each once; annotations are believed first."""

import itertools
from typing import Any, Optional

import numpy as np
import pytest
from numpy.typing import NDArray

from gradcheck.layers.sampling.annotations import Hint, hint_of
from gradcheck.layers.sampling.families import COMMON_CELLS, FAMILIES, OTHER_CELLS
from gradcheck.layers.sampling.family_table import UNKNOWN, UNKNOWN_IN_CONSTRUCTOR
from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.sampling.proposals import propose
from gradcheck.layers.sampling.resolve import draw_all
from gradcheck.layers.sampling.roles import roles_of
from gradcheck.layers.sampling.symbols import SYMBOLS, completed
from gradcheck.layers.sampling.templates import templates
from gradcheck.layers.sampling.vocabulary import ARRAYS, CONSTRUCTOR, OTHERS, PATTERNS
from gradcheck.layers.target import MISSING, Parameter

jaxtyping = pytest.importorskip("jaxtyping")


def parameters(text: str, **annotations: object) -> list[Parameter]:
    """``x w b=None eps=1e-5`` as parameters."""
    found = []
    for word in text.split():
        name, _, default = word.partition("=")
        value = parse(default.replace("None", "null")) if default else MISSING
        found.append(Parameter(name, getattr(value, "value", value), annotations.get(name)))
    return found


def guesses(text: str, given: dict[str, str] | None = None, **annotations: object) -> list[dict[str, str]]:
    fixed = {name: parse(value) for name, value in (given or {}).items()}
    found = propose(parameters(text, **annotations), fixed)
    return [{name: str(value) for name, value in choice.items()} for choice in found]


# ---- the tables

CELLS = [(f.name, f.sizes, role, cell) for f in FAMILIES for role, cell in f.cells.items()]
CELLS += [("common", FAMILIES[-1].sizes, r, c) for r, c in {**COMMON_CELLS, **OTHER_CELLS}.items()]
CELLS += [("unknown", FAMILIES[-1].sizes, "", cell) for cell in (UNKNOWN, UNKNOWN_IN_CONSTRUCTOR)]


@pytest.mark.parametrize(("family", "sizes", "role", "cell"), CELLS)
def test_every_cell_can_be_filled(family: str, sizes: dict[str, int], role: str, cell: str) -> None:
    for template in templates(cell):
        symbols = template.symbols
        value = template.filled(completed({}, symbols, sizes))
        value.draw(np.random.default_rng(0))
        assert set(symbols) <= SYMBOLS


def test_every_role_of_a_family_has_names() -> None:
    blocks = ARRAYS + OTHERS + CONSTRUCTOR
    named = {line.split(":")[0] for line in blocks.split("\n") if ": " in line} | set(PATTERNS.values())
    used = {role for f in FAMILIES for role in (*f.cells, *itertools.chain(*f.needs))}
    assert used <= named
    assert {*COMMON_CELLS, *OTHER_CELLS} <= named


def test_every_family_can_fill_what_it_needs() -> None:
    for family in FAMILIES:
        for need in family.needs:
            assert need & set(family.cells), family.name


# ---- guesses

SIGNATURES = [
    "x w b",
    "x w b conv_param",
    "x gamma beta bn_param",
    "x y",
    "q k v mask",
    "x prev_h prev_c Wx Wh b",
    "alpha zeta omega",
    "x eps=1e-5",
    "x w b=None mask=None",
    "",
    "parameters x",
    "a b c d e f g h i j k l",
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_guesses_are_complete_few_and_distinct(signature: str) -> None:
    found = guesses(signature)
    needed = {p.name for p in parameters(signature) if p.default is MISSING}
    assert 1 <= len(found) <= 400
    assert all(needed <= set(choice) <= {p.name for p in parameters(signature)} for choice in found)
    assert len({tuple(c.items()) for c in found}) == len(found)


@pytest.mark.parametrize("signature", SIGNATURES)
def test_every_guess_can_be_drawn(signature: str) -> None:
    for choice in itertools.islice(propose(parameters(signature), {}), 30):
        draw_all(choice, 0)


@pytest.mark.parametrize(
    "text", ["normal(64, 32)", "normal(3)", "normal(1, 2, 3, 4, 5)", "3", '"a"', "null", "[1]"]
)
@pytest.mark.parametrize("signature", SIGNATURES[:7])
def test_given_values_are_used_as_they_are(signature: str, text: str) -> None:
    name = signature.split(maxsplit=1)[0]
    found = guesses(signature, {name: text})
    assert found
    assert {choice[name] for choice in found} == {str(parse(text))}


def test_given_values_without_a_parameter_are_kept() -> None:
    assert guesses("x", {"other": "3"})[0] == {"x": "normal(4, 3)", "other": "3"}


def test_guesses_come_lazily() -> None:
    twenty = [Parameter(f"unheard_{chr(97 + i)}") for i in range(20)]
    assert len(next(propose(twenty, {}))) == 20


def test_huge_given_sizes_leave_guesses() -> None:
    found = guesses("x w Wx Wh", {"x": "normal(2, 40000000)"})
    assert found
    assert all(parse(value).elements <= 10**8 for choice in found for value in choice.values())


def test_defaults_stay_unless_given() -> None:
    assert all("eps" not in choice for choice in guesses("x eps=1e-5"))
    assert guesses("x eps=1e-5", {"eps": "0.5"})[0]["eps"] == "0.5"


def test_arrays_that_are_none_by_default_are_given_first_and_left_out_later() -> None:
    found = ["b" in choice for choice in guesses("x w b=None")]
    assert found[0]
    assert not all(found)


def test_masks_that_are_none_by_default_are_left_out_first() -> None:
    found = ["mask" in choice for choice in guesses("q k v mask=None")]
    assert not found[0]
    assert any(found)


def test_sizes_agree_with_all_that_is_given() -> None:
    given = {"x": "normal(64, 32)", "y": "integers(0, 10, 64)"}
    assert guesses("x w b y", given)[0] == {"w": "normal(32, 10)", "b": "normal(10)", **given}


def test_guessed_sizes_differ_from_given_ones() -> None:
    assert guesses("x w b", {"x": "normal(5, 4)"})[0]["w"] == "normal(4, 3)"


def test_guesses_have_the_precision_of_what_is_given() -> None:
    assert guesses("x w b", {"x": "array([[1.0, 2.0]], dtype=float32)"})[0]["b"] == "normal(5, dtype=float32)"


def test_precision_reaches_into_dictionaries() -> None:
    found = guesses("x parameters", {"x": "normal(4, 3, dtype=float32)"})
    inside = '{"W": normal(3, 5, dtype=float32), "b": normal(5, dtype=float32)}'
    assert inside in [choice["parameters"] for choice in found]


def test_a_given_tuple_tells_sizes() -> None:
    found = guesses("x input_shape", {"input_shape": "(3, 8, 9)"})
    assert "normal(2, 3, 8, 9)" in [choice["x"] for choice in found]


def test_sums_of_sizes_are_checked() -> None:
    right = {"x": "normal(3, 4)", "h_prev": "normal(6, 4)", "Wf": "normal(6, 9)"}
    assert guesses("x h_prev Wf bf", right)[0]["bf"] == "normal(6, 1)"
    wrong = {**right, "Wf": "normal(6, 8)"}
    assert all(choice["bf"] != "normal(6, 1)" for choice in guesses("x h_prev Wf bf", wrong))


@pytest.mark.parametrize(
    ("name", "group", "role"),
    [
        ("prev_h", "forward", "h"),
        ("W1", "forward", "w1"),
        ("G", "forward", "groups"),
        ("g", "forward", "gain"),
        ("p", "constructor", "rate"),
        ("bias", "constructor", "flag"),
        ("num_input_nodes", "constructor", "n_in"),
        ("nb_of_outputs", "constructor", "n_out"),
        ("proj_bias", "forward", "b"),
        ("input_size", "forward", "n_in"),
    ],
)
def test_roles(name: str, group: str, role: str) -> None:
    assert roles_of(Parameter(name, group=group))[0] == role


# ---- annotations


@pytest.mark.parametrize(
    ("annotation", "hint"),
    [
        (float, Hint("float")),
        (int, Hint("int")),
        (bool, Hint("bool")),
        (str, Hint("text")),
        ("dict[str, int]", Hint("mapping")),
        (dict[str, int], Hint("mapping")),
        (tuple[int, ...], Hint("tuple")),
        (np.ndarray, Hint("array")),
        ("np.ndarray", Hint("array")),
        (NDArray[np.float64], Hint("floats", None, "float64")),
        (NDArray[np.int64], Hint("integers", None, "int64")),
        (NDArray[np.bool_], Hint("booleans")),
        (NDArray[Any], Hint("array")),
        ("npt.NDArray[np.floating]", Hint("floats")),
        ("torch.Tensor", Hint("array")),
        ("jax.Array", Hint("array")),
        (Optional[float], Hint("float")),  # noqa: UP045
        (np.ndarray | None, Hint("array")),
        ("Optional[np.ndarray]", Hint("array")),
        ("Annotated[float, 'positive']", Hint("float")),
        (jaxtyping.Float[np.ndarray, "n d"], Hint("floats", ("n", "d"), "float64")),
        (jaxtyping.Float32[np.ndarray, "n"] | None, Hint("floats", ("n",), "float32")),
        (jaxtyping.Int[np.ndarray, ""], Hint("integers", (), "int64")),
        (jaxtyping.Bool[np.ndarray, "..."], Hint("booleans", ("...",), "bool")),
        (jaxtyping.Shaped[np.ndarray, "n"], Hint("floats", ("n",), "float64")),
        (jaxtyping.BFloat16[np.ndarray, "n"], Hint("floats", ("n",), "bfloat16")),
        ("Float[Array, 'n d']", Hint("floats", ("n", "d"), "float64")),
        ("jaxtyping.Float16[torch.Tensor, 'n 3']", Hint("floats", ("n", "3"), "float16")),
        ("BFloat16[Array, 'n']", Hint("floats", ("n",), "bfloat16")),
        ("UInt8[Array, 'n']", Hint("integers", ("n",), "uint8")),
        ("Bool[Array, 'n'] | None", Hint("booleans", ("n",), "bool")),
        ("'Float[Array, \"n\"]'", Hint("floats", ("n",), "float64")),
        ("Float[Array, n]", None),
        ("Callable[[int], int]", None),
        ("__import__('os').system('false')", None),
        ("not python", None),
        ("(" * 500, None),
        (None, None),
        (object(), None),
    ],
)
def test_what_an_annotation_says(annotation: object, hint: Hint | None) -> None:
    assert hint_of(annotation) == hint


def test_torch_and_jax_annotations() -> None:
    torch = pytest.importorskip("torch")
    jax = pytest.importorskip("jax")
    assert hint_of(torch.Tensor) == hint_of(jax.Array) == Hint("array")
    assert hint_of(jaxtyping.Float[jax.Array, "n d"]) == Hint("floats", ("n", "d"), "float64")


F = jaxtyping.Float
A = np.ndarray


@pytest.mark.parametrize(
    ("annotations", "expected"),
    [
        ({"x": F[A, "n d"], "w": F[A, "d m"], "b": F[A, "m"]}, "normal(4, 3) normal(3, 5) normal(5)"),
        ({"u": F[A, "batch 3"], "v": "Float[A, '3 batch']"}, "normal(4, 3) normal(3, 4)"),
        ({"u": F[A, "n n+1"], "v": F[A, "n*2 n-1"]}, "normal(4, 5) normal(8, 3)"),
        ({"u": F[A, "*rest c"], "v": F[A, "c"]}, "normal(4, 3) normal(3)"),
        ({"u": F[A, "... c"], "v": F[A, "#c"]}, "normal(4, 3) normal(3)"),
        ({"u": F[A, "_ _"], "v": F[A, "_"]}, "normal(4, 3) normal(4)"),
        ({"u": F[A, "rows=4 cols=2"], "v": F[A, ""]}, "normal(4, 2) normal()"),
        ({"z": F[A, "n k"], "t": jaxtyping.Int[A, "n"]}, "normal(4, 3) integers(0, 3, 4)"),
        ({"p": F[A, "n"], "keep": jaxtyping.Bool[A, "n"]},
         "uniform(4, low=0.05, high=0.95) bernoulli(4, p=0.8, dtype=bool)"),
        ({"u": jaxtyping.Float32[A, "n"], "much": "float"}, "normal(4, dtype=float32) 0.5"),
        ({"x": NDArray[np.int64], "table": A}, "integers(0, 8, 4, 6) normal(8, 3)"),
        ({"x": float}, "normal()"),
        ({"x": A, "k": int, "on": bool}, "normal(4, 3) 2 True"),
    ],
)  # fmt: skip
def test_axes_of_the_same_name_have_the_same_size(annotations: dict[str, object], expected: str) -> None:
    first = guesses(" ".join(annotations), **annotations)[0]
    assert " ".join(first.values()) == expected


def test_annotated_axes_agree_with_what_is_given() -> None:
    found = guesses("x w", {"x": "normal(64, 32)"}, x=F[A, "n d"], w=F[A, "d m"])
    assert found[0]["w"] == "normal(32, 4)"
    found = guesses("x w", {"x": "normal(2, 8, 9)"}, x=F[A, "*batch d"], w=F[A, "*batch d"])
    assert found[0]["w"] == "normal(2, 8, 9)"


def test_variadic_axes_are_tried_with_several_numbers_of_axes() -> None:
    ranks = [parse(choice["x"]).sizes for choice in guesses("x", x=F[A, "*rest d"])]
    assert {len(sizes) for sizes in ranks[:10]} >= {1, 2, 3}


def test_without_a_working_annotation_names_are_believed() -> None:
    last = guesses("x w", x=F[A, "n d"], w=F[A, "n d"])
    assert {"x": "normal(4, 3)", "w": "normal(3, 5)"} in last
