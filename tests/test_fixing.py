"""Corrections in documents: exactly the stretches change, only for the better, and files are safe."""

import io
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from in_process import perform_here

from gradcheck import rewriting, rules, run
from gradcheck.changes import Edit, SourceText, applied
from gradcheck.cli import main
from gradcheck.documents.reading.decode import decode, encode_like
from gradcheck.fix_diff import unified_text
from gradcheck.fixing import Fixed
from gradcheck.inputs import Input
from gradcheck.model import Change, Claim, Correction, Document, Place, Remark, Verdict
from gradcheck.options import Options
from gradcheck.workers import runner
from gradcheck.workers.runner import Runner
from gradcheck.workers.tasks import DocumentTask

Checked = list[str]
WORDS = re.compile(r"\b(?:bad|good|guess|trap|trop|fuse|bomb|heir|child|slip|open|muddle|late)\b")
CORRECTED = {"bad": "good", "guess": "good", "trap": "trop", "bomb": "good", "heir": "good", "child": "good"}
CORRECTED |= {"slip": "good", "muddle": "open", "late": "good"}


def checker(path: str, data: bytes, options: Options) -> Document:
    """A checker for which every word of ``WORDS`` is a claim; some mean what other words make of them.

    ``heir`` is wrong only as long as something is bad, ``child`` inherits from what is bad and is wrong
    without it, ``fuse`` holds as long as there is a bomb; the correction of ``trap`` mends nothing. What
    is good after a ``guess`` is recovered.
    """
    text = decode(data)
    found = [m.group() for m in WORDS.finditer(text)]
    source = SourceText(path, text)
    return Document(
        path, path, (), tuple(claim(n, m, source, found) for n, m in enumerate(WORDS.finditer(text), 1))
    )


def claim(number: int, match: re.Match[str], source: SourceText, found: list[str]) -> Claim:
    word = match.group()
    line = source.text.count("\n", 0, match.start()) + 1
    column = match.start() - source.text.rfind("\n", 0, match.start())
    place = Place(line, column, column + len(word))
    change = Change(line, column, line, place.end_column, CORRECTED.get(word, ""))
    correction = Correction(f"write {change.latex}", (change,), word != "guess", "every size")
    corrections = (correction,) if word in CORRECTED else ()
    cause = f"claim-{found.index('bad') + 1}" if "bad" in found else None
    inherits = cause and word in ("heir", "child")
    right = word in ("good", "slip") or (word == "heir" and not cause) or (word == "fuse" and "bomb" in found)
    verdict = Verdict.INHERITED if inherits else Verdict.HOLDS if right else Verdict.WRONG
    if word == "open":
        verdict = Verdict.UNDECIDED
    if word == "good" and "guess" in found[: number - 1]:
        verdict = Verdict.RECOVERED
    remarks = (Remark("D405", "a bracket", place, corrections),) if word == "slip" else ()
    return Claim(
        f"claim-{number}",
        None,
        place,
        place,
        word,
        verdict,
        cause_claim=cause if inherits else None,
        remarks=remarks,
        corrections=() if word == "slip" else corrections,
    )


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Path]:
    """Writes a document into the directory that the command runs in, with the checker of words."""
    monkeypatch.setattr(run, "check_source", checker)
    monkeypatch.setattr(runner, "perform_all", perform_here)
    monkeypatch.chdir(tmp_path)

    def put(text: str | bytes, name: str = "a.md") -> Path:
        path = Path(name)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return put


# -- text and changes --------------------------------------------------------------------

LINES = st.lists(
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=12), min_size=1
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])
LATEX = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n"), max_size=6)


@given(LINES, st.data())
def test_exactly_the_changed_stretches_change(lines: list[str], data: st.DataObject) -> None:
    ends = [data.draw(ENDS) for _ in lines[1:]] + [""]
    for n, end in enumerate(ends[:-1]):  # "\r" and "\n" of two lines are one end
        if end == "\r" and lines[n + 1] == "" and ends[n + 1] == "\n":
            ends[n] = "\n"
    text = "".join(line + end for line, end in zip(lines, ends, strict=True))
    places = [(n, c) for n, line in enumerate(lines) for c in range(len(line) + 1)]
    chosen = sorted(data.draw(st.lists(st.sampled_from(places), min_size=2, max_size=8)))
    pairs = list(zip(chosen[::2], chosen[1::2], strict=False))
    changes = [Change(a + 1, b + 1, c + 1, d + 1, data.draw(LATEX)) for (a, b), (c, d) in pairs]
    expected = text
    for change in reversed(changes):
        start, end = (
            sum(len(x) + len(y) for x, y in list(zip(lines, ends, strict=True))[: line - 1]) + column - 1
            for line, column in ((change.line, change.column), (change.end_line, change.end_column))
        )
        expected = expected[:start] + change.latex + expected[end:]
    assert applied(text, SourceText("a.md", text).edits(changes)) == expected


@given(st.text(max_size=20), st.text(max_size=20), LATEX, st.booleans())
def test_a_notebook_stays_a_notebook(before: str, after: str, latex: str, ascii_only: bool) -> None:
    written = [json.dumps(part, ensure_ascii=ascii_only)[1:-1] for part in (before, after)]
    text = '["' + "".join(written) + '"]'
    at = 2 + len(written[0])
    new = SourceText("a.ipynb", text).spelled(latex + "\n", at)
    assert json.loads(applied(text, [Edit(at, at, new)])) == [before + latex + "\n" + after]
    assert SourceText("a.ipynb", f'"{new}"').as_latex(1, 1 + len(new)) == latex + "\n"


@given(LATEX)
def test_a_web_page_shows_what_was_meant(latex: str) -> None:
    page = SourceText("a.html", "<p>$$ x $$</p>")
    spelled = page.spelled(latex, 7)
    assert "<" not in spelled and SourceText("a.html", spelled).as_latex(0, len(spelled)) == latex


def test_inside_a_script_markup_is_not_escaped() -> None:
    page = SourceText("a.html", '<script src="a"></script> $x$ <script type="math/tex">y</script>')
    assert page.spelled("a<b", page.text.index("x")) == "a&lt;b"
    assert page.spelled("a<b", page.text.index("y")) == "a<b"


@pytest.mark.parametrize("place", [(0, 1), (3, 1), (1, 0), (1, 4), (2, 2)])
def test_a_place_outside_of_the_text_is_refused(place: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="has no column"):
        SourceText("a.md", "ab\r\n").offset(*place)


@pytest.mark.parametrize("edits", [[Edit(0, 2, ""), Edit(1, 3, "")], [Edit(2, 3, ""), Edit(0, 1, "")]])
def test_edits_that_overlap_are_refused(edits: list[Edit]) -> None:
    with pytest.raises(ValueError, match="overlap"):
        applied("abc", edits)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_bytes_go_to_text_and_back(encoding: str) -> None:
    data = "∂x\r\ny".encode(encoding)
    assert encode_like(decode(data), data) == data


# -- what is corrected -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fixed", "code"),
    [
        ("good", "good", 0),
        ("bad good bad", "good good good", 0),
        ("guess bad", "guess good", 1),
        ("bad heir", "good heir", 0),
        ("bad child", "good good", 0),
        ("bad trap bad", "good trap good", 1),
        ("bomb fuse bad", "bomb fuse good", 1),
        ("muddle bad", "muddle good", 1),
        ("slip", "good", 0),
        ("slip bad", "good good", 0),
        ("guess late", "guess good", 1),
    ],
)
def test_what_is_fixed(write: Callable[..., Path], text: str, fixed: str, code: int) -> None:
    path = write(text)
    assert main(["doc", "a.md", "--fix"]) == code
    assert path.read_text() == fixed


@pytest.mark.parametrize(
    ("options", "fixed"),
    [
        (["--only", "claim-1"], "good slip bad"),
        (["--only", "claim-2"], "bad good bad"),
        (["--select", "D4"], "bad good bad"),
        (["--ignore", "D4"], "good slip good"),
        (["--ignore", "D1"], "bad good bad"),
        (["--only", "claim-2", "--select", "D1"], "bad slip bad"),
    ],
)
def test_never_more_than_was_asked_for(write: Callable[..., Path], options: list[str], fixed: str) -> None:
    path = write("bad slip bad")
    assert main(["doc", "a.md", "--fix", *options]) == 0
    assert path.read_text() == fixed


def test_corrections_that_meet_take_turns(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: Checked = []

    def noting(path: str, data: bytes, options: Options) -> Document:
        seen.append(data.decode())
        return checker(path, data, options)

    monkeypatch.setattr(run, "check_source", noting)
    monkeypatch.setitem(globals(), "WORDS", re.compile("bad|good"))
    write("badbad bad")
    assert main(["doc", "a.md", "--fix"]) == 0
    assert seen == ["badbad bad", "goodbad good", "goodgood good"]


def test_what_was_fixed_is_said(write: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    write("bad trap bad guess")
    main(["doc", "a.md", "--fix"])
    out, err = capsys.readouterr()
    assert "fixed 2 claims in a.md (2 remain): claim-1, claim-3" in err
    assert "a.md: the correction of claim-2 made nothing better: undone" in err
    assert "Found 2 errors" in out and "trap" in out and "bad" not in out.replace("good trap", "")


def test_quiet_says_no_more_than_what_was_undone(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write("bad trap")
    main(["doc", "a.md", "--fix", "-q"])
    assert capsys.readouterr().err.splitlines() == [
        "gradcheck: a.md: the correction of claim-2 made nothing better: undone"
    ]


def test_nothing_to_fix_is_said(write: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    path = write("guess")
    before = path.stat()
    assert main(["doc", "a.md", "--fix"]) == 1
    assert "nothing was fixed" in capsys.readouterr().err
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_reports_are_about_the_fixed_documents(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write("bad guess")
    assert main(["doc", "a.md", "--fix", "--format", "json"]) == 1
    claims = json.loads(capsys.readouterr().out)["documents"][0]["claims"]
    assert [c["verdict"] for c in claims] == ["holds", "wrong"]
    assert [c["corrections"][0]["column"] for c in claims[1:]] == [6]


def test_several_processes_fix_what_one_does(tmp_path: Path) -> None:
    inputs = [Input(str(tmp_path / f"{n}.md")) for n in range(2)]
    for document in inputs:
        Path(document.path).write_text(rules.get("D101").failing, encoding="utf-8")
    tasks = [DocumentTask(given, Options(), fix=True) for given in inputs]
    with Runner(1, None, None) as one, Runner(2, None, None) as two:
        done, done_by_two = list(one.perform(tasks)), list(two.perform(tasks))
    assert done == done_by_two and all(isinstance(outcome, Fixed) for outcome in done)


# -- files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"x\r\nbad\r\n\r\n",
        "\ufeff∂ bad\r".encode(),
        "∂ bad\n漢".encode("utf-16"),
        b"bad\x0c bad\xe2\x80\xa8bad",
    ],
)
def test_everything_else_stays_byte_for_byte(write: Callable[..., Path], data: bytes) -> None:
    path = write(data)
    assert main(["doc", "a.md", "--fix"]) == 0
    word, new = (w.encode("utf-16-le" if data[:1] == b"\xff" else "utf-8") for w in ("bad", "good"))
    assert path.read_bytes() == data.replace(word, new)


def test_links_are_followed_and_the_mode_is_kept(write: Callable[..., Path]) -> None:
    path = write("bad", "real.md")
    path.chmod(0o640)
    Path("link.md").symlink_to("real.md")
    assert main(["doc", "link.md", "--fix"]) == 0
    assert Path("link.md").is_symlink() and path.read_text() == "good"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(os.listdir()) == ["link.md", "real.md"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only a superuser gives files away")
def test_the_owner_is_kept(write: Callable[..., Path]) -> None:
    path = write("bad")
    os.chown(path, 12345, 12346)
    assert main(["doc", "a.md", "--fix"]) == 0
    assert (path.stat().st_uid, path.stat().st_gid, path.read_text()) == (12345, 12346, "good")


def test_one_file_by_two_names_is_fixed_once(write: Callable[..., Path]) -> None:
    path = write("bad bad", "real.md")
    Path("link.md").symlink_to("real.md")
    assert main(["doc", ".", "--fix"]) == 0
    assert path.read_text() == "good good"


def test_a_read_only_file_is_left_alone(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    locked, free = write("bad", "a.md"), write("bad", "b.md")
    locked.chmod(0o444)
    assert main(["doc", ".", "--fix"]) == 2
    out, err = capsys.readouterr()
    assert (locked.read_text(), free.read_text()) == ("bad", "good")
    assert "a.md: cannot be written: it is read-only" in err and "claim in ./a.md" not in err
    assert "a.md:1:1" in out and "b.md:1:1" not in out


def test_a_failed_write_loses_nothing(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("bad")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    assert main(["doc", "a.md", "--fix"]) == 2
    assert "a.md: cannot be written: No space left on device" in capsys.readouterr().err
    assert [p.read_text() for p in path.parent.iterdir()] == ["bad"]


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_bytes(b"newer")
    with pytest.raises(rewriting.CannotRewrite, match="changed since it was read"):
        rewriting.rewrite(path, b"bad", b"good")
    assert path.read_bytes() == b"newer"


def test_a_file_in_another_encoding_is_refused(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("bad é".encode("latin-1"))
    assert main(["doc", "a.md", "--fix"]) == 2
    assert "is not valid UTF-8" in capsys.readouterr().err and path.read_bytes() == b"bad \xe9"


def test_built_in_derivations_stay(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doc", "--fix"]) == 2
    assert "belong to the installation" in capsys.readouterr().err


def test_nothing_is_written_without_fix(write: Callable[..., Path]) -> None:
    path = write("bad slip")
    path.chmod(0o444)
    for options in ([], ["--diff"], ["--fix", "--diff"]):
        assert main(["doc", "a.md", *options]) == 1
    assert path.read_text() == "bad slip" and os.listdir() == ["a.md"]


# -- standard input ----------------------------------------------------------------------


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))


@pytest.mark.parametrize(
    ("data", "fixed", "code"), [(b"bad\r\n", "good\r\n", 0), (b"guess", "guess", 1), (b"\xff", "\udcff", 2)]
)
def test_standard_input_goes_fixed_to_standard_output(
    write: Callable[..., Path],
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    data: bytes,
    fixed: str,
    code: int,
) -> None:
    piped(monkeypatch, data)
    assert main(["doc", "-", "--fix", "--format", "concise"]) == code
    out, err = capfdbinary.readouterr()
    assert out == fixed.encode("utf-8", "surrogateescape")
    assert (b"stdin.md:1:1: D101" in err) is (code == 1)


# -- diffs -------------------------------------------------------------------------------


def test_a_diff_is_what_fix_does(
    write: Callable[..., Path], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    data = "\ufeffbad\r\n1\n2\n3\n4\n5\n∂ trap\x0cbad\n6\n7\n8\n9\n10\n11\nbad".encode()
    path = write(data)
    write("good", "b.md")
    assert main(["doc", "a.md", "b.md", "--diff"]) == 1
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"--- a.md\n+++ a.md\n@@ ") and b"b.md" not in out
    assert b"would fix 3 claims in a.md (1 remains): claim-1, claim-3, claim-4" in err
    subprocess.run(["patch", "-p0", "--binary"], input=out, check=True, capture_output=True)
    patched = path.read_bytes()
    path.write_bytes(data)
    main(["doc", "a.md", "--fix"])
    assert patched == path.read_bytes() != data


@pytest.mark.parametrize(
    ("text", "options", "code"),
    [
        ("good", [], 0),
        ("bad", [], 1),
        ("guess", [], 1),
        ("good open", [], 0),
        ("good open", ["--strict"], 1),
        ("bad", ["--exit-zero"], 0),
        ("bad", ["--only", "claim-7"], 2),
        ("bad", ["--format", "json"], 2),
        ("bad", ["--ignore", "D1"], 0),
    ],
)
def test_exit_codes_of_a_diff(write: Callable[..., Path], text: str, options: list[str], code: int) -> None:
    write(text)
    assert main(["doc", "a.md", "--diff", *options]) == code


def test_a_diff_of_the_built_in_derivations_is_fine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "check_source", lambda path, data, options: checker(path, b"good", options))
    monkeypatch.setattr(runner, "perform_all", perform_here)
    assert main(["doc", "--diff"]) == 0


def test_a_diff_in_color_cannot_steer_the_terminal(
    write: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    write("bad \x1b[31m\n")
    main(["doc", "a.md", "--diff", "--color", "always"])
    out = capsys.readouterr().out
    assert out.count("\x1b[31m") == 1 and "-bad ␛[31m\x1b[0m\n" in out and "+good ␛[31m\x1b[0m\n" in out


def test_a_diff_goes_to_a_file(write: Callable[..., Path], capsys: pytest.CaptureFixture[str]) -> None:
    write("bad")
    assert main(["doc", "a.md", "--diff", "--output", "a.patch"]) == 1
    assert capsys.readouterr().out == ""
    assert Path("a.patch").read_text().startswith("--- a.md\n")


def test_no_difference_is_no_diff() -> None:
    assert unified_text("a.md", "x", "x") == ""


def interrupting(*_: Any) -> Document:
    raise KeyboardInterrupt


def test_interrupted_before_anything_is_written(
    write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write("bad")
    monkeypatch.setattr(run, "check_source", interrupting)
    assert main(["doc", "a.md", "--fix"]) == 130
    assert "no document was changed" in capsys.readouterr().err and path.read_text() == "bad"
