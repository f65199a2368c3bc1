"""Inputs read from text: what is written reads back the same, and nothing but inputs is read."""

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.layers.sampling.grammar import parse, parse_argument
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec

SHAPES = st.lists(st.integers(0, 9), max_size=4).map(tuple)
FULL_SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=4).map(tuple)
NUMBERS = st.floats(-1e6, 1e6) | st.integers(-1000, 1000)
FLOATS = st.sampled_from(["float64", "float32", "float16", "bfloat16"])


def made(kind: str, shape: Any, **options: Any) -> Spec:
    return Spec(kind, shape, tuple(options.items()))


SPECS = st.one_of(
    st.builds(made, st.just("normal"), SHAPES, mean=NUMBERS, std=st.floats(1e-3, 1e3), dtype=FLOATS),
    st.builds(made, st.just("uniform"), SHAPES, low=st.floats(-9, 0), high=st.floats(1, 9)),
    st.builds(made, st.just("integers"), SHAPES, low=st.integers(-5, 0), high=st.integers(1, 99)),
    st.builds(made, st.just("bernoulli"), SHAPES, p=st.floats(0, 1), dtype=st.sampled_from(["bool", "int8"])),
    st.builds(made, st.just("onehot"), FULL_SHAPES),
    st.builds(made, st.just("simplex"), FULL_SHAPES, dtype=FLOATS),
    st.builds(made, st.just("permutation"), SHAPES, gap=st.floats(1e-3, 1)),
    st.builds(made, st.just("positive"), SHAPES),
    st.builds(made, st.just("spd"), st.tuples(st.integers(0, 5))),
    st.builds(made, st.just("linspace"), st.tuples(st.integers(0, 9)), start=NUMBERS, stop=NUMBERS),
    st.builds(made, st.just("zeros"), SHAPES),
    st.builds(made, st.just("full"), SHAPES, value=st.floats() | st.integers(-9, 9) | st.booleans()),
)
ARRAYS = st.one_of(
    st.lists(st.floats(width=64), min_size=1, max_size=6).map(np.array),
    st.lists(st.floats(width=32), min_size=1, max_size=6).map(lambda v: np.array([v, v], np.float32)),
    st.lists(st.integers(-100, 100), min_size=1, max_size=6).map(lambda v: np.array(v, np.int8)),
    st.lists(st.booleans(), min_size=1, max_size=6).map(np.array),
)
LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), ARRAYS, SPECS
).filter(lambda v: not isinstance(v, str) or v.isprintable() or "\x00" not in v)
KEYS = st.text(max_size=8) | st.integers()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(KEYS, inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)  # the first bfloat16 imports a package
@given(SPECS)
def test_a_spec_reads_back_as_itself(spec: Spec) -> None:
    again = parse(str(spec))
    assert str(again) == str(spec)
    assert "nan" in str(spec) or again == spec


@settings(deadline=None)
@given(VALUES.filter(lambda v: not isinstance(v, Spec)))
def test_a_value_reads_back_as_itself(value: object) -> None:
    assert parse(str(Fixed(value))) == Fixed(value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except SpecError as error:
        assert error.column is None or 1 <= error.column <= len(text) + 2


@given(st.lists(st.sampled_from([*"()[]{},:='\"-+.#\\ \n", "normal", "1", "e", "array", "x"])).map("".join))
def test_any_punctuation_is_read_or_refused(text: str) -> None:
    try:
        parse(text)
    except SpecError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("normal((64, 32))", "normal(64, 32)"),
        ("normal([64, 32], mean=0, std=1)", "normal(64, 32)"),
        ("normal()", "normal()"),
        ("integers(64, low=0, high=10)", "integers(0, 10, 64)"),
        ("integers(10, 64, low=2)", "integers(2, 10, 64)"),
        ('zeros(3, dtype="float32")', "zeros(3, dtype=float32)"),
        ("  normal(\n  3,\n  4)  ", "normal(3, 4)"),
        ('{"mode": "train", "trace": false, "w": null, "on": true}', None),
        ('{"w": normal(3, 4), "stride": 2}', '{"w": normal(3, 4), "stride": 2}'),
        ("array([[1.0, 2.0], [3.0, 4.0]])", "array([[1.0, 2.0], [3.0, 4.0]])"),
        ("array([1, 2], dtype=float32)", "array([1.0, 2.0], dtype=float32)"),
        ("array(3)", "array(3)"),
        ("(-1, +2.5e-3, -inf)", "(-1, 0.0025, -inf)"),
        ("(3,)", "(3,)"),
        ("'it\\'s'", None),
    ],
)
def test_spellings(text: str, same: str | None) -> None:
    if same is not None:
        assert str(parse(text)) == same
    assert parse(str(parse(text))) == parse(text)


@pytest.mark.parametrize(
    ("text", "message", "column"),
    [
        ("norml(3)", "unknown distribution 'norml'; did you mean normal?", 1),
        ("Normal(3)", "did you mean normal?", 1),
        ("normal(3, sdt=2)", "normal has no option 'sdt'; did you mean std?", 1),
        ("normal(3, dtype=flaot32)", "unknown dtype 'flaot32'; did you mean float32?", 1),
        ("normal(3, dtype=int64)", "normal cannot be int64", 1),
        ("normal(3.5)", "3.5 is no size of an axis", 1),
        ("normal(-3)", "-3 is no size of an axis", 1),
        ("normal(True)", "True is no size of an axis", 1),
        ("full(3, value='a')", "value of full must be a number, not 'a'", 1),
        ("normal(3, dtype=3)", "dtype of normal must be a name such as float32, not 3", 1),
        ("normal(3, std=0)", "std of normal must be greater than 0", 1),
        ("normal(3, std=nan)", "must be a finite number", 1),
        ("normal(3, mean=1e400)", "must be a finite number", 1),
        ("uniform(3, low=2)", "low 2 of uniform must be less than high 1", 1),
        ("bernoulli(3, p=1.5)", "p of bernoulli must lie between 0 and 1", 1),
        ("integers(10)", "integers needs high, as in integers(0, 10, 64)", 1),
        ("integers(0, 2.5, 3)", "low and high of integers are whole numbers", 1),
        ("integers(0, 1000, 3, dtype=int8)", "int8 cannot hold the integers from 0 to 999", 1),
        ("integers(0, 2, dtype='bool', low=1)", "low", 1),
        ("onehot()", "onehot has 0 axes where at least 1", 1),
        ("linspace(0, 1, 2, 3)", "linspace has 2 axes where at most 1", 1),
        ("full(3)", "full needs value", 1),
        ("normal(100000, 100000)", "10,000,000,000 elements; the most is 100,000,000", 1),
        ("spd(100000)", "elements; the most is", 1),
        ("[normal(10**8), 1]", "arithmetic cannot stand here", 9),
        ("[zeros(60000000), zeros(60000000)]", "120,000,000 elements", None),
        ("normal", "normal needs brackets, as in normal(64, 32)", 1),
        ('{"mode": train}', "unknown name 'train'; a text stands in quotes: 'train'", 10),
        ("é + normal(3)", "arithmetic cannot stand here", 1),
        ('("éé", norml(3))', "unknown distribution 'norml'", 8),
        ("(\n1,\nnorml(3))", "unknown distribution", 6),
        ("  norml(3)", "unknown distribution", 3),
        ("(1, 2", "cannot be read: '(' was never closed", 1),
        ("", "there is no input", 1),
        ("   ", "there is no input", 4),
        ("{1: 2, 1: 3}", "the key 1 is given twice", 8),
        ("{(1, 2): 3}", "a key is a text or a number", 2),
        ("{**{}}", "** cannot stand here", 4),
        ("normal(**{})", "** cannot stand here", 10),
        ("normal(*[3])", "cannot stand here", 8),
        ("-'a'", "a sign stands before a number only", 2),
        ("-true", "a sign stands before a number only", 2),
        ("array([[1], [2, 3]])", "rows of equal length", 1),
        ("array(['a'])", "array takes numbers", 1),
        ("array([None])", "array takes numbers", 1),
        ("array([normal(3)])", "array takes numbers", 1),
        ("array()", "array takes one list of numbers", 1),
        ("load()", "load takes a path", 1),
        ("load(3)", "load takes a path", 1),
        ("load('no such file.npy')", "there is no file 'no such file.npy'", 1),
        ("load('.')", "there is no file '.'", 1),
        ("{1, 2}", "this (Set) cannot stand here", 1),
        ("1j", "cannot stand here", 1),
        ("...", "cannot stand here", 1),
        ("b'a'", "a text takes no prefix", 2),
    ],
)
def test_what_is_wrong_is_said_at_its_column(text: str, message: str, column: int | None) -> None:
    with pytest.raises(SpecError) as caught:
        parse(text)
    assert message in str(caught.value)
    assert caught.value.column == column


@pytest.mark.parametrize("text", ["1 2", "(1,\n2]", "(", "normal(3", "x y z", "normal(3, 4, std=)", "'a"])
def test_what_python_cannot_parse_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match=r"^cannot be read: .*\(column \d+\)$"):
        parse(text)


HOSTILE = [
    "__import__('os')",
    "__import__('os').system('true')",
    "().__class__.__bases__",
    "normal.__globals__",
    "[x for x in (1, 2)]",
    "{x: 1 for x in (1, 2)}",
    "lambda: 0",
    "(y := 3)",
    "1 if True else 2",
    "f'{__import__(\"os\")}'",
    "'%s' % 3",
    "10 ** 10 ** 10",
    "[0] * 10 ** 9",
    "await x",
    "yield 1",
    "x = 3",
    "import os",
    "normal(3)(4)",
    "normal(3)[0]",
    "open('/etc/passwd')",
    "eval('1')",
    "\x00",
    "'\ud800'",
    "9" * 5000,
    "-" * 100_000 + "1",
    "~" * 150 + "1",
    "(" * 100_000,
    "[" * 41 + "]" * 41,
    "{1:" * 60 + "1" + "}" * 60,
    "1" + "+1" * 40_000,
    "f" + "()" * 40_000,
    "a" + "[0]" * 30_000,
    "a" + ".a" * 40_000,
    "not " * 20_000 + "1",
    "lambda:" * 10_000 + "1",
    "1 if 1 else " * 8_000 + "1",
    "normal(" + "9" * 4000 + ")",
    "normal(" + "1000," * 33 + ")",
    "'" + "a" * 200_000 + "'",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(SpecError):
        parse(text)


def test_hostile_texts_do_not_overflow_the_stack_of_a_thread() -> None:
    refused: list[str] = []

    def read() -> None:
        for text in HOSTILE:
            try:
                parse(text)
            except SpecError as error:
                refused.append(str(error))

    before = threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    finally:
        threading.stack_size(before)
    assert len(refused) == len(HOSTILE)


def test_an_argument_is_a_name_and_an_input() -> None:
    assert parse_argument("x=normal(64,32)") == ("x", parse("normal(64, 32)"))
    assert parse_argument(" mode = 'a=b' ") == ("mode", Fixed("a=b"))


@pytest.mark.parametrize("text", ["x", "normal(64, 32)", "normal(3, mean=2)", "=3", "a b=3", "a.b=3", ""])
def test_an_argument_without_a_name_is_refused(text: str) -> None:
    with pytest.raises(SpecError, match="is not of the form NAME=INPUT, such as x=normal"):
        parse_argument(text)


def test_the_column_of_an_argument_counts_its_name() -> None:
    with pytest.raises(SpecError) as caught:
        parse_argument("x= norml(3)")
    assert caught.value.column == 4
