"""Draws: reproducible, independent of other inputs, as they were asked for, off the kinks."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from gradcheck.layers.sampling import dtypes, loading
from gradcheck.layers.sampling.distributions import DISTRIBUTIONS
from gradcheck.layers.sampling.grammar import parse
from gradcheck.layers.sampling.literals import python_literal
from gradcheck.layers.sampling.resolve import as_command, as_python, draw_all, drawn
from gradcheck.layers.sampling.seeding import generator
from gradcheck.layers.sampling.spec_error import SpecError
from gradcheck.layers.sampling.specs import Fixed, Spec

EXAMPLES = [row.example for row in DISTRIBUTIONS.values()]


def draw(text: str, seed: int = 0) -> np.ndarray:
    return parse(text).draw(generator(seed, "x"))


@pytest.mark.parametrize("text", EXAMPLES)
def test_the_same_seed_and_name_give_the_same_draw(text: str) -> None:
    np.testing.assert_array_equal(draw(text), draw(text))


@pytest.mark.parametrize("text", EXAMPLES)
def test_a_draw_has_the_shape_and_dtype_of_its_spec(text: str) -> None:
    spec = parse(text)
    assert isinstance(spec, Spec)
    assert draw(text).shape == spec.array_shape
    assert draw(text).dtype == spec.dtype
    assert draw(text).flags.writeable


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_low_precisions(dtype: str) -> None:
    assert draw(f"normal(3, dtype={dtype})").dtype.name == dtype


def test_bfloat16_without_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(dtypes, "import_module", refuse)
    with pytest.raises(SpecError, match="pip install ml_dtypes"):
        parse("normal(3, dtype=bfloat16)")


def test_seeds_and_names_give_other_draws() -> None:
    assert not np.array_equal(draw("normal(9)", 0), draw("normal(9)", 1))
    values = draw_all({"x": parse("normal(9)"), "w": parse("normal(9)")}, 0)
    assert not np.array_equal(values["x"], values["w"])


def test_other_arguments_do_not_change_a_draw() -> None:
    alone = draw_all({"x": parse("normal(9)")}, 7)["x"]
    among = draw_all({"w": parse("normal(4, 4)"), "x": parse("normal(9)"), "n": Fixed(3)}, 7)["x"]
    np.testing.assert_array_equal(alone, among)


def test_other_keys_do_not_change_a_draw_inside_a_dictionary() -> None:
    one = parse('{"w": normal(9)}').draw(generator(0, "p"))
    two = parse('{"b": normal(4), "w": normal(9)}').draw(generator(0, "p"))
    np.testing.assert_array_equal(one["w"], two["w"])


def test_the_global_state_is_left_alone() -> None:
    before = pickle.dumps(np.random.get_state())
    for text in EXAMPLES:
        draw(text)
    assert pickle.dumps(np.random.get_state()) == before


def test_paths_do_not_run_together() -> None:
    firsts = {generator(0, *path).random() for path in [("a", "b"), ("ab",), ("a,b",), (1,), ("1",), ()]}
    assert len(firsts) == 6


@pytest.mark.parametrize("text", ["normal(10000)", "normal(10000, std=3)"])
def test_normals_keep_off_zero(text: str) -> None:
    values = draw(text)
    assert np.abs(values).min() >= 0.02 * (3 if "std" in text else 1)
    assert np.unique(values).size == values.size
    assert 0.45 < np.mean(values > 0) < 0.55


def test_a_normal_around_another_mean_is_not_pushed() -> None:
    assert np.abs(draw("normal(10000, mean=1)")).min() < 0.02


@pytest.mark.parametrize(("low", "high"), [(-1, 1), (-1, 0.001), (-5, 3), (0, 1), (2, 3)])
def test_uniforms_keep_off_zero_and_in_range(low: float, high: float) -> None:
    values = draw(f"uniform(10000, low={low}, high={high})")
    assert low <= values.min() < values.max() <= high
    assert np.abs(values).min() > 0


def test_what_each_distribution_promises() -> None:
    assert set(np.unique(draw("integers(3, 7, 1000)"))) == {3, 4, 5, 6}
    assert set(np.unique(draw("bernoulli(1000)"))) == {0.0, 1.0}
    assert draw("bernoulli(1000, p=1, dtype=bool)").all()
    np.testing.assert_array_equal(draw("onehot(50, 4)").sum(1), 1)
    np.testing.assert_allclose(draw("simplex(50, 4)").sum(1), 1)
    assert draw("simplex(50, 4)").min() > 0.05
    assert draw("positive(1000)").min() >= 0.1
    np.testing.assert_array_equal(draw("full(2, value=0.5)"), [0.5, 0.5])
    np.testing.assert_allclose(draw("linspace(0, 1, 5)"), [0, 0.25, 0.5, 0.75, 1])


@pytest.mark.parametrize("count", [1, 4, 5])
def test_permutations_are_separated_from_each_other_and_from_zero(count: int) -> None:
    values = np.sort(draw(f"permutation({count})"))
    np.testing.assert_allclose(np.diff(values), 0.1)
    assert np.abs(values).min() > 0.049


def test_spd_matrices_are_symmetric_and_positive_definite() -> None:
    matrices = draw("spd(5, 3)")
    assert matrices.shape == (5, 3, 3)
    np.testing.assert_array_equal(matrices, matrices.swapaxes(-1, -2))
    assert np.linalg.eigvalsh(matrices).min() > 0.4


@pytest.mark.parametrize("text", [t for t in EXAMPLES if "linspace" not in t])
def test_an_axis_may_be_empty(text: str) -> None:
    spec = parse(text)
    empty = spec.resized(dict.fromkeys(spec.sizes, 0))
    assert empty.draw(generator(0)).size == 0


def test_what_is_fixed_is_copied() -> None:
    inner = np.ones(3)
    fixed = Fixed({"a": [inner]})
    values = fixed.draw(generator(0))
    values["a"][0][0] = 9
    assert inner[0] == 1


def test_what_cannot_be_copied_is_handed_over() -> None:
    lock = __import__("threading").Lock()
    assert Fixed(lock).draw(generator(0)) is lock


def test_python_literals_round_trip_to_the_last_bit() -> None:
    values = [
        np.random.default_rng(0).normal(size=(3, 2)),
        np.array([0.1, np.nan, -np.inf, -0.0]),
        np.array(2.5),
    ]
    values += [np.ones(2, np.float32) / 3, np.array([True]), np.zeros((0, 3)), np.arange(3, dtype=np.uint8)]
    for value in values:
        again = eval(python_literal(value), {"np": np})
        assert again.dtype == value.dtype
        assert again.tobytes() == value.tobytes()
        assert again.shape == value.shape


def test_python_literals_of_containers() -> None:
    value = {"a": (1, 0.1, None, True), "b": ["x\"y'", (3,)]}
    assert eval(python_literal(value), {"np": np}) == value


def test_an_input_as_python_gives_the_same_draw() -> None:
    choice = {"x": parse("normal(2, 3)"), "w": parse("normal(20, 30)"), "p": parse('{"w": ones(3)}')}
    values = draw_all(choice, 7)
    for name, text in as_python(choice, 7).items():
        np.testing.assert_equal(eval(text, {"np": np, "drawn": drawn}), values[name])


def test_commands_are_quoted() -> None:
    assert as_command({"p": parse('{"mode": "train"}')}) == ["""--arg 'p={"mode": "train"}'"""]


# ---- files


def test_arrays_are_loaded(tmp_path: Path) -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.save(tmp_path / "x.npy", x)
    np.savez(tmp_path / "two.npz", x=x, y=x + 1)
    np.savez(tmp_path / "one.npz", only=x)
    text = f"load({str(tmp_path / 'x.npy')!r})"
    loaded = parse(text)
    assert str(loaded) == text
    assert parse(str(loaded)) == loaded
    np.testing.assert_array_equal(loaded.draw(generator(0)), x)
    np.testing.assert_array_equal(draw(f"load({str(tmp_path / 'two.npz')!r}, 'y')"), x + 1)
    np.testing.assert_array_equal(draw(f"load({str(tmp_path / 'one.npz')!r})"), x)
    assert str(loaded.resized({3: 2})) == "array([[0.0, 1.0], [3.0, 4.0]])"
    assert str(loaded.resized({9: 2})) == text


def test_what_cannot_be_loaded(tmp_path: Path) -> None:
    np.savez(tmp_path / "two.npz", x=np.ones(2), y=np.ones(2))
    np.save(tmp_path / "pickled.npy", np.array([{}], object), allow_pickle=True)
    np.save(tmp_path / "complex.npy", np.ones(2, complex))
    np.save(tmp_path / "texts.npy", np.array(["a"]))
    np.save(tmp_path / "fine.npy", np.ones(2))
    (tmp_path / "garbage.npy").write_bytes(b"garbage")
    (tmp_path / "empty.npy").write_bytes(b"")
    (tmp_path / "cut.npy").write_bytes((tmp_path / "fine.npy").read_bytes()[:-4])
    (tmp_path / "cut.npz").write_bytes((tmp_path / "two.npz").read_bytes()[:-4])
    messages = {
        "'two.npz'": "which array? it holds x, y",
        "'two.npz', 'z'": "no array 'z'; it holds x, y",
        "'fine.npy', 'x'": "is a single array",
        "'pickled.npy'": "cannot load",
        "'complex.npy'": "holds complex128",
        "'texts.npy'": "holds <U1",
        "'garbage.npy'": "is neither a .npy nor a .npz file",
        "'empty.npy'": "is neither a .npy nor a .npz file",
        "'cut.npy'": "cannot load",
        "'cut.npz'": "cannot load",
    }
    for arguments, message in messages.items():
        with pytest.raises(SpecError, match="column 1") as caught:
            parse("load('" + str(tmp_path) + "/" + arguments[1:] + ")")
        assert message in str(caught.value), arguments


def test_a_file_that_claims_to_be_huge_is_refused(tmp_path: Path) -> None:
    with open(tmp_path / "huge.npy", "wb") as file:
        header = {"descr": "<f8", "fortran_order": False, "shape": (10**9,)}
        np.lib.format.write_array_header_1_0(file, header)
        file.truncate(8 * 10**9 + 128)  # sparse
    with pytest.raises(SpecError, match="1,000,000,000 elements"):
        draw(f"load({str(tmp_path / 'huge.npy')!r})")


def test_an_archive_that_unpacks_to_a_huge_array_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "MOST_ELEMENTS", -10_000)
    monkeypatch.setattr("gradcheck.layers.sampling.limits.MOST_ELEMENTS", 100)
    np.savez_compressed(tmp_path / "bomb.npz", x=np.zeros(1000))
    with pytest.raises(SpecError, match="elements; the most is 100"):
        parse(f"load({str(tmp_path / 'bomb.npz')!r})")
