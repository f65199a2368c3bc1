"""``[tool.gradcheck]``: every key, what it inherits, which files its patterns mean, and every complaint."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gradcheck.builtin import builtin_paths
from gradcheck.config import (
    BadConfiguration,
    Configuration,
    ConfiguredDocuments,
    ConfiguredLayer,
    Timeouts,
    configuration,
    configured_layers,
    documents_of,
    layers_of,
    patterns_without_match,
)
from gradcheck.options import ENGINES
from gradcheck.patterns import matching_files


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of a project, in which the tests stand."""
    directory = tmp_path / "project"
    directory.mkdir()
    monkeypatch.chdir(directory)
    return directory


def configured(text: str) -> Configuration:
    Path("pyproject.toml").write_text(f"[tool.gradcheck]\n{text}", encoding="utf-8")
    return configuration(Path.cwd())


def touch(*names: str) -> None:
    for name in names:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).touch()


def named(text: str) -> list[str]:
    """The documents of a configuration."""
    return [path for path, _ in documents_of(configured(text))]


def test_without_a_file_there_are_the_defaults(here: Path) -> None:
    assert configuration(here) == Configuration(path=None, root=here, cache=here / ".gradcheck_cache")
    found = configuration(here)
    assert (found.seed, found.engines, found.timeout, found.jobs) == (0, ENGINES, Timeouts(), None)
    assert documents_of(found) == layers_of(found) == patterns_without_match(found) == []


def test_an_empty_table_says_nothing(here: Path) -> None:
    defaults = Configuration(path=here / "pyproject.toml", root=here, cache=here / ".gradcheck_cache")
    assert configured("") == defaults


def test_every_general_key(here: Path) -> None:
    touch("paper.toml")
    found = configured(
        """
        documents = ["docs/**/*.md"]
        exclude = ["drafts", "docs/old/**"]
        layers = ["net.py:conv"]
        errata = "../errata.toml"
        reading = "paper.toml"
        select = ["d1", "L"]
        ignore = ["D2"]
        strict = true
        jobs = 3
        seed = 7
        timeout = { claim = 5, layer = 2.5, document = 300 }
        memory = 1.5
        cache = "/tmp/cache"
        engines = ["sympy", "algebra"]
        """
    )
    assert found == Configuration(
        path=here / "pyproject.toml",
        root=here,
        documents=(
            ConfiguredDocuments(
                "docs/**/*.md",
                reading=here / "paper.toml",
                timeout=5.0,
                engines=("algebra", "sympy"),
                select=("D1", "L"),
                ignore=("D2",),
            ),
        ),
        exclude=("drafts", "docs/old/**"),
        layers=(ConfiguredLayer("net.py:conv", select=("D1", "L"), ignore=("D2",), timeout=2.5, seed=7),),
        errata=here.parent / "errata.toml",
        reading=here / "paper.toml",
        select=("D1", "L"),
        ignore=("D2",),
        strict=True,
        jobs=3,
        seed=7,
        timeout=Timeouts(5.0, 2.5, 300.0),
        memory=1.5,
        cache=Path("/tmp/cache"),
        engines=("algebra", "sympy"),
    )
    assert [row.line for row in (*found.documents, *found.layers)] == [3, 5]


def test_a_row_of_documents_says_what_is_different(here: Path) -> None:
    touch("a.toml", "b.toml")
    (row,) = configured(
        """
        documents = [{ path = "a.md", reading = "b.toml", select = [], ignore = [
          "D1"], timeout = 30, engines = ["float64"] }]
        reading = "a.toml"
        select = ["D"]
        ignore = ["D2", "D1"]
        timeout = 4
        """
    ).documents
    assert row == ConfiguredDocuments(
        "a.md", reading=here / "b.toml", select=(), ignore=("D2", "D1"), timeout=30.0, engines=("float64",)
    )


def test_a_row_of_layers_says_what_is_different(here: Path) -> None:
    touch("bn.md")
    first, second = configured(
        """
        timeout = 4
        seed = "random"
        ignore = ["L2"]
        [[tool.gradcheck.layers]]
        target = "net/conv.py:conv"
        args = { x = "normal(2, 3)", stride = 2, more = [1.5, true, { a = "b" }] }
        fixed = ["mask"]
        backward = "conv_back"
        derivation = "bn.md"
        confidence = 0.9
        detectable = 0.1
        rtol = 0
        atol = 1e-6
        corners = false
        timeout = 9
        seed = 3
        select = ["L"]
        ignore = ["L3"]
        [[tool.gradcheck.layers]]
        target = "net.conv:conv"
        """
    ).layers
    assert first == ConfiguredLayer(
        "net/conv.py:conv",
        {"x": "normal(2, 3)", "stride": 2, "more": [1.5, True, {"a": "b"}]},
        ("mask",),
        "conv_back",
        derivation=here / "bn.md",
        confidence=0.9,
        detectable=0.1,
        rtol=0.0,
        atol=1e-6,
        corners=False,
        timeout=9.0,
        seed=3,
        select=("L",),
        ignore=("L2", "L3"),
    )
    assert second == ConfiguredLayer("net.conv:conv", timeout=4.0, seed="random", ignore=("L2",))
    assert (first.line, second.line) == (6, 21)


def test_a_built_in_derivation_has_a_name() -> None:
    built_in = builtin_paths()[0]
    (row,) = configured(f'layers = [{{ target = "a:b", derivation = "{built_in.stem}" }}]').layers
    assert row.derivation == built_in


def test_one_timeout_is_for_claims_and_layers() -> None:
    assert configured("timeout = 30").timeout == Timeouts(claim=30.0, layer=30.0)
    assert configured("timeout = { document = 9 }").timeout == Timeouts(document=9.0)


def test_no_cache() -> None:
    assert configured("cache = false").cache is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("layer = []", "2: unknown key layer in [tool.gradcheck]; did you mean layers?"),
        (
            "strict = true\n\nxyzzy = 1",
            "4: unknown key xyzzy in [tool.gradcheck]; known are documents, layers, ",
        ),
        ("documents = 'x'", "2: documents has to be a list, such as documents = [\"docs/**/*.md\"], not 'x'"),
        (
            "documents = ['a',\n3]",
            '3: documents[1] has to be a pattern, such as "docs/**/*.md", or a table, such',
        ),
        ("documents = [\n{}]", "3: documents[0] needs a path: a row is a pattern, such as "),
        (
            "documents = [{path = 3}]",
            '2: path has to be a path or a pattern, such as path = "docs/**/*.md", not 3',
        ),
        (
            "documents = ['']",
            "2: documents[0] has to be a path or a pattern, such as \"docs/**/*.md\", not ''",
        ),
        ('documents = ["a\\u0000"]', "2: documents[0] has to be a path or a pattern, such as"),
        (f"documents = ['{'*/' * 3000}']", "2: documents[0] has to be a path or a pattern, such as"),
        (
            "documents = [{path = 'a',\ttimeouts = 3}]",
            "2: unknown key timeouts in a row of documents; did you mean",
        ),
        (
            "documents = [{path = 'a', timeout = 0}]",
            "2: timeout has to be a number of seconds above 0 and below ",
        ),
        ("documents = ['a', 'b',\n{path = 'a'}]", "3: a is listed twice; the first is on line 2"),
        ("[[tool.gradcheck.documents]]\npath = 'a'\nreading = 'b'", "4: reading: no such file: b"),
        ("exclude = 'x'", "2: exclude has to be a list, such as exclude = [\"drafts/**\"], not 'x'"),
        ("exclude = ['x',\n true]", "3: exclude[1] has to be a path or a pattern, such as"),
        ("layers = 'x'", "2: layers has to be a list, such as layers = [\"layers.py:batchnorm\"], not 'x'"),
        ("[tool.gradcheck.layers]", "2: layers has to be a list, such as layers = "),
        (
            "layers = [1]",
            '2: layers[0] has to be a target, such as "layers.py:batchnorm", or a table, such as',
        ),
        (
            "layers = [\n{args = {}}]",
            '3: layers[0] needs a target: a row is a target, such as "layers.py:batchnorm"',
        ),
        (
            "layers = [{target = 3}]",
            '2: target has to be a target, such as target = "layers.py:batchnorm", not 3',
        ),
        ("layers = [{target = 'a', arg = 1}]", "2: unknown key arg in a row of layers; did you mean args?"),
        (
            "layers = [{target = 'a', args = 1}]",
            '2: args has to be a table, such as args = { x = "normal(4, 3)" }',
        ),
        (
            "layers = [{target = 'a', args.x = 07:32:00}]",
            "2: x has to be a text, a number, true or false, or a list",
        ),
        (
            "layers = [{target = 'a', args.x = [1,\n{y = 1979-05-27}]}]",
            "3: y has to be a text, a number, true or",
        ),
        (
            "layers = [{target = 'a', fixed = 'x'}]",
            '2: fixed has to be a list of names, such as fixed = ["mask"]',
        ),
        (
            "layers = [{target = 'a', fixed = ['x',\n1]}]",
            '3: fixed[1] has to be a name, such as "mask", not 1',
        ),
        (
            "layers = [{target = 'a', backward = 1}]",
            '2: backward has to be a name, such as backward = "conv_backward',
        ),
        (
            "layers = [{target = 'a', derivation = 'batchnom'}]",
            "2: no such file, and no built-in derivation: batchnom",
        ),
        (
            "layers = [{target = 'a', confidence = 1}]",
            "2: confidence has to be a number between 0 and 1, such as",
        ),
        (
            "layers = [{target = 'a', detectable = 0}]",
            "2: detectable has to be a number greater than 0, such as ",
        ),
        (
            "layers = [{target = 'a', rtol = -1}]",
            "2: rtol has to be a number of at least 0, such as rtol = 1e-6",
        ),
        (
            "layers = [{target = 'a', atol = nan}]",
            "2: atol has to be a number of at least 0, such as atol = 1e-6",
        ),
        (
            "layers = [{target = 'a', corners = 1}]",
            "2: corners has to be true or false, such as corners = true",
        ),
        (
            "layers = ['a.py:f',\n'b',\n'./a.py:f']",
            "4: ./a.py:f is listed twice with the same args; the first is on",
        ),
        ("errata = ['x']", "2: errata has to be a path, such as errata = \"errata.toml\", not ['x']"),
        ("reading = 'x'", "2: reading: no such file: x"),
        ("select = 'D1'", '2: select has to be a list, such as select = ["D1", "L104"], not \'D1\''),
        ("select = ['D1',\n'D999']", "3: no finding code begins with 'D999'; did you mean D"),
        ("ignore = ['D1', 3]", '2: ignore[1] has to be the beginning of a finding code, such as "D1", not 3'),
        ("ignore = ['']", "2: ignore[0] has to be the beginning of a finding code, such as \"D1\", not ''"),
        ("strict = 1", "2: strict has to be true or false, such as strict = true, not 1"),
        ("jobs = 0", "2: jobs has to be an integer of at least 1, such as jobs = 4, not 0"),
        ("jobs = true", "2: jobs has to be an integer of at least 1, such as jobs = 4, not true"),
        ("seed = -1", '2: seed has to be an integer of at least 0, or "random", such as seed = 7, not -1'),
        (
            "seed = 'Random'",
            '2: seed has to be an integer of at least 0, or "random", such as seed = 7, not ',
        ),
        ("seed = 0x8000000000000000", "2: seed is larger than 64 bits hold"),
        (
            "timeout = '10s'",
            "2: timeout has to be a number of seconds above 0 and below 1e9, such as timeout = 30, or",
        ),
        ("timeout = {claims = 1}", "2: unknown key claims in timeout; did you mean claim?"),
        (
            "[tool.gradcheck.timeout]\n\nlayer = inf",
            "4: layer has to be a number of seconds above 0 and below 1e9,",
        ),
        (
            "memory = 0",
            "2: memory has to be a number of GiB above 0 and below 1e6, such as memory = 2, not 0",
        ),
        ("cache = true", '2: cache has to be a path, such as cache = ".gradcheck_cache", or false, not true'),
        ("cache = ' '", "2: cache has to be a path, such as cache = \".gradcheck_cache\", not ' '"),
        ("engines = 'sympy'", '2: engines has to be a list, such as engines = ["algebra", "float64"], not'),
        ("engines = ['sympi']", "2: unknown engine sympi; did you mean sympy?"),
        ("engines = [1]", "2: engines[0] has to be one of algebra, float64, sympy, not 1"),
        ("engines = []", "2: engines has to be at least one of algebra, float64, sympy, not []"),
        ("seed = 1\nseed = 2", "3: cannot be read as TOML: Cannot overwrite a value"),
        ("seed = " + "[" * 9999, "2: nested too deep: 64 levels are the most that is read"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadConfiguration) as raised:
        configured(text)
    assert str(raised.value).startswith(f"pyproject.toml:{said}")


def test_the_table_may_be_no_table() -> None:
    Path("pyproject.toml").write_text("[tool]\n\ngradcheck = 3")
    with pytest.raises(BadConfiguration, match=r"^pyproject.toml:3: gradcheck has to be a table, not 3$"):
        configuration(Path.cwd())


_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["random", "D1", "sympy", "a.py:b", "**", "../..", "/", "1979-05-27"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["target", "path", "args", "claim", "timeout", "x"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
_GENERAL_KEYS = [
    *("documents", "exclude", "layers", "errata", "reading", "select", "ignore", "strict", "jobs", "seed"),
    *("timeout", "memory", "cache", "engines", "x"),
]


def as_toml(value: object) -> str:
    """A value in TOML; None is a date."""
    match value:
        case None:
            return "1979-05-27"
        case bool():
            return str(value).lower()
        case str():
            return '"' + "".join(f"\\U{ord(c):08x}" for c in value) + '"'
        case list():
            return f"[{', '.join(map(as_toml, value))}]"
        case dict():
            return "{" + ", ".join(f"{key} = {as_toml(inner)}" for key, inner in value.items()) + "}"
        case _:
            return str(value)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(_GENERAL_KEYS), _VALUES, max_size=3))
def test_nothing_that_may_stand_there_is_a_traceback(table: dict[str, object]) -> None:
    text = "".join(f"{key} = {as_toml(value)}\n" for key, value in table.items())
    try:
        found = configured(text)
    except BadConfiguration as error:
        assert re.match(r"pyproject\.toml:[2-4]: ", str(error))
        assert len(str(error)) < 800 and str(error).isprintable()
    else:
        layers_of(found)


def test_the_nearest_file_with_the_table_counts(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    configured("layers = ['net/conv.py:conv', 'a.b:c']\ncache = 'c'\ndocuments = ['x.md']")
    touch("deep/er/x.md", "x.md")
    Path("deep/pyproject.toml").write_text("[tool.other]\ngradcheck = 1\n")
    monkeypatch.chdir("deep/er")
    found = configuration(Path.cwd())
    assert (found.path, found.root, found.cache) == (here / "pyproject.toml", here, here / "c")
    assert [row.target for row in found.layers] == ["net/conv.py:conv", "a.b:c"]
    assert [row.target for row in layers_of(found)] == ["../../net/conv.py:conv", "a.b:c"]
    assert configured_layers(Path.cwd()) == tuple(layers_of(found))
    assert [path for path, _ in documents_of(found)] == ["../../x.md"]
    (here / "pyproject.toml").write_text("[tool.gradcheck]\nx = 1")
    with pytest.raises(BadConfiguration, match=r"^\.\./\.\./pyproject\.toml:2: unknown key x"):
        configuration(Path.cwd())


def test_a_file_that_was_named(here: Path) -> None:
    configured("seed = 1")
    Path("ci").mkdir()
    Path("ci/grad.toml").write_text("seed = 2\nerrata = 'e.toml'\n[[layers]]\ntarget = 'a.py:b'\n")
    Path("ci/pyproject.toml").write_text("[tool.gradcheck]\nseed = 3\n")
    found = configuration(here, Path("ci/grad.toml"))
    assert (found.seed, found.root, found.errata) == (2, here / "ci", here / "ci" / "e.toml")
    assert [row.target for row in layers_of(found)] == ["ci/a.py:b"]
    assert configuration(here, Path("ci/pyproject.toml")).seed == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("none.toml", None, "none.toml: no such file"),
        ("pyproject.toml", "[tool.x]", "pyproject.toml:1: there is no [tool.gradcheck] in it"),
        (
            "g.toml",
            "\n[tool.gradcheck]",
            "g.toml:2: only in a pyproject.toml do the keys stand under [tool.gradcheck]",
        ),
        ("g.toml", "\nlayer = 3", "g.toml:2: unknown key layer in [tool.gradcheck]; did you mean layers?"),
        ("g.toml", "\n\nseed = \xe9", "g.toml:3: cannot be read as UTF-8: byte 0xe9"),
        (".", None, ".: cannot be read: Is a directory"),
    ],
)
def test_a_named_file_that_cannot_be_used(here: Path, name: str, text: str | None, said: str) -> None:
    if text is not None:
        Path(name).write_text(text, encoding="latin-1")
    with pytest.raises(BadConfiguration) as raised:
        configuration(here, Path(name))
    assert str(raised.value).startswith(said)


def test_a_file_far_away_is_named_by_its_shorter_path(monkeypatch: pytest.MonkeyPatch, here: Path) -> None:
    deep = Path(*"abcdefghijklmnopqrstuvwxyz" * 4)
    deep.mkdir(parents=True)
    (here / "pyproject.toml").write_text("[tool.gradcheck]\nx = 1")
    monkeypatch.chdir(deep)
    with pytest.raises(BadConfiguration) as raised:
        configuration(Path.cwd())
    assert str(raised.value).startswith(f"{here}/pyproject.toml:2: ")


TREE = (
    *("README.md", "logo.png", "docs/a.md", "docs/b.tex", "docs/c.png", "docs/d.mdx", "docs/deep/a.md"),
    *("docs/deep/er/z.rst", "docs/.hidden/h.md", "docs/build/x.md", "docs/.h.md", "docs/drafts/n.md"),
)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("README.md", "README.md"),
        ("./docs/../README.md", "README.md"),
        ("logo.png", "logo.png"),
        ("*", "README.md"),
        ("*.md", "README.md"),
        ("docs/*.md", "docs/a.md"),
        ("docs/*", "docs/a.md docs/b.tex"),
        ("docs/*.mdx", "docs/d.mdx"),
        ("docs/[ab].*", "docs/a.md docs/b.tex"),
        ("docs/?.md", "docs/a.md"),
        ("docs/**/*.md", "docs/a.md docs/deep/a.md docs/drafts/n.md"),
        ("**/a.md", "docs/a.md docs/deep/a.md"),
        ("**/deep/**/*.rst", "docs/deep/er/z.rst"),
        ("**/**/deep/**/**/*", "docs/deep/a.md docs/deep/er/z.rst"),
        ("docs/deep", "docs/deep/a.md docs/deep/er/z.rst"),
        ("docs/deep/", "docs/deep/a.md docs/deep/er/z.rst"),
        ("docs/deep/**", "docs/deep/a.md docs/deep/er/z.rst"),
        ("docs/d*/", "docs/deep/a.md docs/deep/er/z.rst docs/drafts/n.md"),
        ("docs", "docs/a.md docs/b.tex docs/deep/a.md docs/deep/er/z.rst docs/drafts/n.md"),
        (".", "README.md docs/a.md docs/b.tex docs/deep/a.md docs/deep/er/z.rst docs/drafts/n.md"),
        ("**", "README.md docs/a.md docs/b.tex docs/deep/a.md docs/deep/er/z.rst docs/drafts/n.md"),
        ("docs/.hidden/*.md", "docs/.hidden/h.md"),
        ("docs/.*.md", "docs/.h.md"),
        ("docs/build/*", "docs/build/x.md"),
        ("../project/*.md", "README.md"),
        ("../*/*.md", "README.md"),
        ("none/*.md", ""),
        ("README.md/*", ""),
        ("none", ""),
        ("[", ""),
    ],
)
def test_the_files_of_a_pattern(pattern: str, found: str) -> None:
    touch(*TREE)
    assert named(f"documents = ['{pattern}']") == found.split()


def test_an_absolute_pattern(here: Path) -> None:
    touch("docs/a.md", "../other/b.md")
    assert named(f"documents = ['{here}/docs/*.md', '{here.parent}/**/b.md']") == [
        "docs/a.md",
        "../other/b.md",
    ]


def test_what_exists_under_the_very_name_is_that() -> None:
    touch("a[1].md", "a1.md", "d[x]/b.md")
    assert named("documents = ['a[1].md']") == ["a[1].md"]
    assert named("documents = ['d[x]']") == ["d[x]/b.md"]


def test_signs_in_the_path_of_the_project_are_no_pattern(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch(str(tmp_path / "p[1]*" / "docs" / "a.md"), str(tmp_path / "p[1]*" / "docs" / "old" / "b.md"))
    monkeypatch.chdir(tmp_path / "p[1]*")
    assert named("documents = ['docs/**/*.md']\nexclude = ['docs/old']") == ["docs/a.md"]


@pytest.mark.parametrize(
    "exclude",
    ["docs/deep", "docs/deep/", "docs/deep/**", "deep", "d??p", "**/deep", "docs/**/deep/**", "*/deep"],
)
def test_what_is_excluded(exclude: str) -> None:
    touch("docs/a.md", "docs/deep/b.md", "docs/deep/er/c.md", "docs/deeper.md")
    assert named(f"documents = ['docs']\nexclude = ['{exclude}']") == ["docs/a.md", "docs/deeper.md"]


def test_a_pattern_of_one_part_excludes_at_any_depth_below_the_file_only(here: Path) -> None:
    touch("docs/a.draft.md", "b.draft.md", "c.md")
    assert named("documents = ['.']\nexclude = ['*.draft.md', 'project']") == ["c.md"]
    assert named(f"documents = ['.']\nexclude = ['{here}/docs', './b*']") == ["c.md"]


def test_the_first_row_that_matches_counts() -> None:
    touch("docs/b.md", "docs/a.md", "z.md")
    Path("docs/same.md").symlink_to("../z.md")
    found = documents_of(
        configured("documents = [{path = 'z.md', timeout = 3}, {path = 'docs/a*', timeout = 4}, 'docs/*.md']")
    )
    assert [(path, row.timeout) for path, row in found] == [
        ("z.md", 3.0),
        ("docs/a.md", 4.0),
        ("docs/b.md", None),
    ]


def test_links_that_lead_in_circles() -> None:
    touch("docs/a.md")
    for name in ("x", "y", "z"):
        Path("docs", name).symlink_to(".")
    Path("docs/loop.md").symlink_to("loop.md")
    assert named("documents = ['docs/**/a.md']") == ["docs/a.md"]
    assert named("documents = ['docs/" + "*/" * 3 + "a.md']") == ["docs/x/x/x/a.md"]
    assert named("documents = ['docs/" + "*/" * 1000 + "a.md']") == []
    assert named("documents = ['docs/*.md']") == ["docs/a.md", "docs/loop.md"]
    assert named("documents = ['docs/loop.md']") == ["docs/loop.md"]
    assert matching_files(Path.cwd(), "docs/*/**") == [
        os.path.abspath(f"docs/x/{name}.md") for name in ("a", "loop")
    ]
    assert len(matching_files(Path.cwd(), "**/*/" * 500 + "*.md")) <= 3


def test_above_a_link_is_above_what_it_leads_to() -> None:
    touch("a.md", "docs/a.md", "far/away/b.md", "far/a.md")
    Path("docs/link").symlink_to("../far/away")
    assert named("documents = ['docs/link/../*.md']") == ["far/a.md"]


def test_patterns_that_lead_to_nothing() -> None:
    touch("docs/a.md", "old/b.py")
    found = configured(
        "exclude = ['docs/a*', 'old']\ndocuments = ['none/*.md',\n"
        " 'docs/*.md', '.']\nlayers = ['none.py:f', 'a.b', 'none/*.py',\n 'old/*.py']"
    )
    assert [(u.where, u.message) for u in patterns_without_match(found)] == [
        ("pyproject.toml:3", "no document matches none/*.md"),
        ("pyproject.toml:4", "every document that matches docs/*.md is excluded"),
        ("pyproject.toml:4", "every document that matches . is excluded"),
        ("pyproject.toml:5", "no file matches none/*.py"),
        ("pyproject.toml:6", "every file that matches old/*.py is excluded"),
    ]
    assert [row.target for row in layers_of(found)] == ["none.py:f", "a.b"]


def test_targets_may_be_patterns_of_files() -> None:
    touch("layers/b.py", "layers/a.py", "layers/a.txt", "src/x/layers.py", "src/build/layers.py")
    found = configured(
        """
        layers = [
            { target = "layers/a.py", args = { x = "normal(3)" } },
            "layers/*.py",
            "src/**/layers.py:bn",
            "layers/*",
            "net.layers:BLOCKS[0]",
            "layers/a.py:BLOCKS[0]",
        ]
        """
    )
    rows = [(row.target, dict(row.args), row.line) for row in layers_of(found)]
    assert rows == [
        ("layers/a.py", {"x": "normal(3)"}, 4),
        ("layers/a.py", {}, 5),
        ("layers/b.py", {}, 5),
        ("src/x/layers.py:bn", {}, 6),
        ("net.layers:BLOCKS[0]", {}, 8),
        ("layers/a.py:BLOCKS[0]", {}, 9),
    ]


def test_equal_targets_differ_by_args_or_backward() -> None:
    rows = "'a.py:f', {target = 'a.py:f', backward = 'g'}, {target = 'a.py:f', args = {x = 1}}"
    more = "{target = 'a.py:f', args = {x = 1.0}}, {target = 'a.py:f', args = {x = true}}"
    assert len(layers_of(configured(f"layers = [{rows}, {more}]"))) == 5
    with pytest.raises(BadConfiguration, match="listed twice with the same args; the first is on line 2"):
        configured(f"layers = [{rows}, {{target = 'a.py:f', args = {{x = 1}}, fixed = ['y']}}]")


def test_a_module_may_have_py_in_its_name() -> None:
    assert [
        row.target for row in layers_of(configured("layers = ['net.pytorch.layers:f', 'net/../a.py']"))
    ] == [
        "net.pytorch.layers:f",
        "a.py",
    ]


def test_reading_a_configuration_is_light() -> None:
    configured("documents = ['*.md']")
    program = (
        "import sys; from pathlib import Path; from gradcheck.config import configuration\n"
        "configuration(Path.cwd()); print(*sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment
    )
    assert {"numpy", "sympy", "click", "rich"}.isdisjoint(done.stdout.split())
