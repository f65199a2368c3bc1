"""Each value of a TOML file knows its line, and what cannot be read is refused with one."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gradcheck.toml_lines import DEEPEST, lines_of, too_deep
from gradcheck.toml_source import LARGEST, BadToml, TomlSource, TomlValue

WRITTEN = '''# [no.table]
title = "[not] = # here"
[tool.gradcheck]       # a comment with "quotes' and [brackets
  documents = [
    "a.md",            # ]
    { path = "b.md", engines = ["algebra",
       "sympy"] },
    [ [ 1, 2 ],
      3.5 ], 1979-05-27 07:32:28, """
[[tool.gradcheck.layers]]
four quotes: """", \'\'\'
# ]\'\'\',
  ]
timeout.claim = 1_0.5
timeout . "lay.er" = 2
"quoted # key" = \'C:\\\'
"\\u0061bc" = "\\" ] \\\\"
[[tool.gradcheck.layers]]
target = "x"
[[ tool . gradcheck . layers ]]
target = "y"
args = { x = "normal(3)", y.z = { w = 1 } }
[tool.gradcheck.layers.sub]
deep = true
[[tool.gradcheck.layers.sub.rows]]
[[tool.gradcheck.layers.sub.rows]]
last = 1
[tool]
own = inf
'''
LINES = [
    (("title",), 2),
    (("tool",), 28),
    (("tool", "own"), 29),
    (("tool", "gradcheck"), 3),
    (("tool", "gradcheck", "documents"), 4),
    (("tool", "gradcheck", "documents", 0), 5),
    (("tool", "gradcheck", "documents", 1), 6),
    (("tool", "gradcheck", "documents", 1, "path"), 6),
    (("tool", "gradcheck", "documents", 1, "engines", 1), 7),
    (("tool", "gradcheck", "documents", 2), 8),
    (("tool", "gradcheck", "documents", 2, 0, 1), 8),
    (("tool", "gradcheck", "documents", 2, 1), 9),
    (("tool", "gradcheck", "documents", 3), 9),
    (("tool", "gradcheck", "documents", 4), 9),
    (("tool", "gradcheck", "documents", 5), 11),
    (("tool", "gradcheck", "timeout"), 14),
    (("tool", "gradcheck", "timeout", "claim"), 14),
    (("tool", "gradcheck", "timeout", "lay.er"), 15),
    (("tool", "gradcheck", "quoted # key"), 16),
    (("tool", "gradcheck", "abc"), 17),
    (("tool", "gradcheck", "layers"), 18),
    (("tool", "gradcheck", "layers", 0), 18),
    (("tool", "gradcheck", "layers", 0, "target"), 19),
    (("tool", "gradcheck", "layers", 1), 20),
    (("tool", "gradcheck", "layers", 1, "args", "y", "z", "w"), 22),
    (("tool", "gradcheck", "layers", 1, "sub"), 23),
    (("tool", "gradcheck", "layers", 1, "sub", "deep"), 24),
    (("tool", "gradcheck", "layers", 1, "sub", "rows", 1), 26),
    (("tool", "gradcheck", "layers", 1, "sub", "rows", 1, "last"), 27),
    # what is not there has the line of what is nearest around it
    (("tool", "gradcheck", "layers", 1, "nothing", 3), 20),
    (("nothing",), 1),
    ((), 1),
]


def saved(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "some.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def at(table: Any, keys: tuple[str | int, ...]) -> Any:
    for key in keys:
        table = table[key]
    return table


@pytest.mark.parametrize(("keys", "line"), LINES)
def test_lines(tmp_path: Path, keys: tuple[str | int, ...], line: int) -> None:
    source = TomlSource.read(saved(tmp_path, WRITTEN))
    assert source.line(*keys) == line
    assert "nothing" in keys or at(source.table, keys) is not None


def test_lines_with_carriage_returns_and_a_byte_order_mark(tmp_path: Path) -> None:
    source = TomlSource.read(saved(tmp_path, b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = [\r\n 1,\r\n 2]\r\n"))
    assert [source.line(*keys) for keys in [("a",), ("b", "c"), ("b", "c", 0), ("b", "c", 1)]] == [1, 3, 4, 5]


class Writer:
    """A TOML text being written, with the lines of what has been written."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.count = 0

    def note(self, path: tuple[str | int, ...]) -> None:
        self.lines[path] = self.text.count("\n") + 1

    def one_of(self, *texts: str) -> None:
        self.text += self.draw(st.sampled_from(texts))

    def key(self) -> str:
        """A new key, in one of its spellings."""
        self.count += 1
        n = self.count
        return self.draw(
            st.sampled_from([f"k{n}", f"k {n}", f"k.{n}", f"k[{n}]#", f'k"{n}', f"k\n{n}", f"{n}"])
        )

    def spelled(self, key: str) -> str:
        basic = '"' + key.replace('"', '\\"').replace("\n", "\\n") + '"'
        forms = [basic]
        if key.isalnum():
            forms.append(key)
        if "\n" not in key:
            forms.append(f"'{key}'")
        return self.draw(st.sampled_from(forms))

    def gap(self) -> None:
        self.one_of("", " ", "\n", " # ] } = \"'\n", "\n\n\t")

    def pair(self, path: tuple[str | int, ...], depth: int) -> None:
        keys = [self.key() for _ in range(self.draw(st.integers(1, 2)))]
        for number in range(len(keys)):
            self.note((*path, *keys[: number + 1]))
        self.text += " . ".join(self.spelled(key) for key in keys)
        self.one_of("=", " = ", "\t= ")
        self.value((*path, *keys), depth)

    def value(self, path: tuple[str | int, ...], depth: int) -> None:
        kind = self.draw(st.integers(0, 5 if depth else 3))
        if kind <= 1:
            self.one_of(
                "1", "-2.5e3", "true", "1979-05-27 07:32:28", "07:32:00.5", '"# [a] = \\""', "'[b] ='", "nan"
            )
        elif kind <= 3:
            self.one_of(
                '"""\n[x]\ny = ""# """', "'''a'\n[[z]]\n'''''", '""""\\"""\n"""""', '""', "''", "''''''"
            )
        elif kind == 4:
            self.array(path, depth - 1)
        else:
            self.inline(path, depth - 1)

    def array(self, path: tuple[str | int, ...], depth: int) -> None:
        self.text += "["
        for index in range(self.draw(st.integers(0, 3))):
            self.gap()
            self.note((*path, index))
            self.value((*path, index), depth)
            self.gap()
            self.text += ","
        self.gap()
        self.text += "]"

    def inline(self, path: tuple[str | int, ...], depth: int) -> None:
        self.text += "{ "
        for index in range(self.draw(st.integers(0, 2))):
            self.text += ", " if index else ""
            self.pair(path, depth)
        self.text += " }"

    def pairs(self, path: tuple[str | int, ...]) -> None:
        for _ in range(self.draw(st.integers(0, 3))):
            self.pair(path, 3)
            self.one_of("\n", " # [x] = '\n", "\r\n\n")

    def header(self, spelled: str, *paths: tuple[str | int, ...], array: bool = False) -> None:
        for path in paths:
            if path not in self.lines:
                self.note(path)
        self.text += f"[[{spelled} ]]\n" if array else f"[ {spelled}]\n"

    def tables(self, path: tuple[str | int, ...], spelled: str, depth: int) -> None:
        for _ in range(self.draw(st.integers(0, 2)) if depth else 0):
            key = self.key()
            inner = f"{spelled}.{self.spelled(key)}" if spelled else self.spelled(key)
            if self.draw(st.booleans()):
                self.header(inner, (*path, key))
                self.pairs((*path, key))
                self.tables((*path, key), inner, depth - 1)
                continue
            for index in range(self.draw(st.integers(1, 3))):
                self.header(inner, (*path, key), (*path, key, index), array=True)
                self.pairs((*path, key, index))
                self.tables((*path, key, index), inner, depth - 1)


@st.composite
def documents(draw: Any) -> tuple[str, dict[tuple[str | int, ...], int]]:
    writer = Writer(draw)
    writer.pairs(())
    writer.tables((), "", 3)
    return writer.text, writer.lines


@settings(deadline=None)
@given(documents())
def test_every_line_of_any_document(document: tuple[str, dict[tuple[str | int, ...], int]]) -> None:
    text, known = document
    table, lines = tomllib.loads(text), lines_of(text)
    for keys, line in known.items():
        at(table, keys)  # what was written is what tomllib reads
        assert lines.of(*keys) == line
    assert too_deep(text) is None


@settings(deadline=None)
@example('"\\1" = 2')
@given(st.text("[]{}=.,\"'#\\ab1 \n", max_size=40))
def test_what_is_no_toml_is_survived(text: str) -> None:
    lines_of(text)
    too_deep(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\nb = [\n", "some.toml:2: cannot be read as TOML: Invalid value"),
        ("a = 1\n\nb = ]\n", "some.toml:3: cannot be read as TOML: Invalid value"),
        ("[a\n", "some.toml:1: cannot be read as TOML: Expected ']' at the end of a table declaration"),
        ("a = 1\na = 2\n", "some.toml:2: cannot be read as TOML: Cannot overwrite a value"),
        ("a = '\0'", "some.toml:1: cannot be read as TOML: Found invalid character '\\x00'"),
        ("a = 1\nb = " + "1" * 5000, "some.toml:2: cannot be read as TOML: a number has too many digits"),
        (b"a = 1\nb = '\xe9'\n", "some.toml:2: cannot be read as UTF-8: byte 0xe9"),
        (b"\xff\xfea\x00", "some.toml:1: cannot be read as UTF-8: byte 0xff"),
        ("a =\n" + "[\n" * 9999, f"some.toml:{DEEPEST + 2}: nested too deep: 64 levels are the most"),
        ("\na = " + "{a=" * 9999, "some.toml:2: nested too deep"),
        ("a = 1\nb" + ".b" * 9999 + " = 1\n", "some.toml:2: nested too deep"),
        ("[" + '"a b".' * 9999 + "b]", "some.toml:1: nested too deep"),
    ],
)
def test_what_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | bytes, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadToml) as raised:
        TomlSource.read(saved(tmp_path, text))
    assert str(raised.value).startswith(said)


def test_what_is_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "loop.toml").symlink_to("loop.toml")
    said = {
        "none.toml": "no such file",
        ".": "cannot be read: Is a directory",
        "loop.toml": "cannot be read: ",
    }
    for name, what in said.items():
        with pytest.raises(BadToml) as raised:
            TomlSource.read(tmp_path / name)
        assert str(raised.value).startswith(f"{name}: {what}")


def test_a_file_may_be_large_but_not_too_large(tmp_path: Path) -> None:
    text = "a = '" + "x" * (LARGEST - 100) + "'\nb = 1\n"
    assert TomlSource.read(saved(tmp_path, text)).line("b") == 2
    with pytest.raises(BadToml, match="larger than 4 MiB, the most that is read of a TOML file"):
        TomlSource.read(saved(tmp_path, text + "#" * 100))


def value(text: str, key: str) -> TomlValue:
    source = TomlSource(Path("some.toml"), text, tomllib.loads(text))
    return TomlValue(source, (key,), source.table[key])


def test_unknown_keys() -> None:
    table = value("[a]\nlayers = 1\nlayer = 1\n", "a")
    with pytest.raises(BadToml, match=r"^some.toml:3: unknown key layer in \[a\]; did you mean layers\?$"):
        table.table(("layers",), "[a]", "a table")
    with pytest.raises(BadToml, match=r"^some.toml:2: unknown key layers in \[a\]; known are x, y$"):
        table.table(("x", "y"), "[a]", "a table")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'1'", "not '1'"),
        ("true", "not true"),
        ("inf", "not inf"),
        ("nan", "not nan"),
        ("-1", "not -1"),
        ("[1]", "not [1]"),
        ("{ b = 1 }", "not {'b': 1}"),
        ("1979-05-27", "not 1979-05-27"),
        ("'" + "x" * 999 + "'", "not '" + "x" * 59 + "…"),
        ("0x" + "f" * 9999, "not a number of more than 4300 digits"),
    ],
)
def test_what_is_no_number(text: str, said: str) -> None:
    with pytest.raises(BadToml) as raised:
        value(f"# here\na = {text}", "a").number("a number, such as a = 2", lambda number: number > 0)
    assert str(raised.value) == f"some.toml:2: a has to be a number, such as a = 2, {said}"


def test_truth_values_are_no_integers() -> None:
    assert value("a = 3", "a").integer("3", 3) == 3
    for text in ("true", "3.0", "'3'", "2"):
        with pytest.raises(BadToml, match=r"^some.toml:1: a has to be 3, not "):
            value(f"a = {text}", "a").integer("3", 3)
    with pytest.raises(BadToml, match="larger than 64 bits"):
        value("a = 9223372036854775808", "a").integer("3", 3)


def test_names_in_messages_are_harmless() -> None:
    with pytest.raises(BadToml) as raised:
        value('[a]\n"\\u001b[2J\\n" = 1', "a").table(("x",), "[a]", "a table")
    assert str(raised.value) == r"some.toml:2: unknown key '\x1b[2J\n' in [a]; known are x"


def test_elements_are_named_by_their_index() -> None:
    second = value("a = [1,\n 2]", "a").elements("a list")[1]
    assert (second.name, second.line) == ("a[1]", 2)
