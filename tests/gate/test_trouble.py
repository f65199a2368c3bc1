"""Whatever goes wrong around the gate, it ends with the right code, one line, and nothing half-written."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sample_project import Gated, command, edited, environment, gate, restored
from told import Told, told

from gradcheck.configured import CACHE
from gradcheck.report import FORMATS

pytestmark = pytest.mark.skipif(os.name != "posix", reason="as the shells of POSIX do it")
CLEAN = Told((), ("D501",), ("D101",), troubles=0)
FULL = "cannot be written: No space left on device"
SOME = "docs/sums.md docs/affine.md net/affine.py"
SEVERAL = [f"--output={name}:out.{name}" for name in FORMATS]


def shell(project: Path, words: str, **variables: str) -> Gated:
    """Run a line of the shell, in which ``gate`` is the command."""
    line = words.replace("gate", " ".join(command("gate")), 1)
    done = subprocess.run(
        ["sh", "-c", line],
        cwd=project, env=environment(**variables), capture_output=True, text=True, encoding="utf-8",
        errors="surrogateescape", timeout=60, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr, done.stderr
    assert "internal error" not in done.stderr
    return Gated(done.returncode, done.stdout, done.stderr)


def left(project: Path) -> set[str]:
    """The files beside those of the sample."""
    return {p.name for p in project.iterdir()} - {"docs", "net", "errata.toml", "pyproject.toml", CACHE}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("gate > /dev/full", f"standard output: {FULL}"),
        ("gate --format json > /dev/full", f"standard output: {FULL}"),
        ("gate --output /dev/full", f"/dev/full: {FULL}"),
        ("gate -q --output json:/dev/full --output junit:out.xml", f"/dev/full: {FULL}"),
        ("gate --output docs", "docs: cannot be written: Is a directory"),
        ("gate --output nowhere/out", "nowhere/out: cannot be written: No such file or directory"),
        ("gate --output errata.toml/out", "errata.toml/out: cannot be written: Not a directory"),
        ("gate --output json:errata.toml/out", "errata.toml/out: cannot be written: Not a directory"),
    ],
)
def test_what_cannot_be_written_is_said(project: Path, words: str, said: str) -> None:
    done = shell(project, words)
    assert (done.code, done.err) == (2, f"gradcheck: {said}\n")
    assert left(project) <= {"out.xml"} and all("out." not in p.name for p in project.glob(".*"))


def test_a_disk_that_is_full_leaves_no_part(project: Path) -> None:
    (project / "out.json").write_text("before\n", encoding="utf-8")
    done = shell(project, f"ulimit -f 0; exec gate -q {' '.join(SEVERAL)} | cat")
    assert done.err == "".join(
        f"gradcheck: out.{name}: cannot be written: File too large\n" for name in FORMATS
    )
    assert told("full", done.out) == CLEAN
    assert left(project) == {"out.json"}
    assert (project / "out.json").read_text(encoding="utf-8") == "before\n"


def test_a_report_that_is_not_moved_into_its_place_leaves_no_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gradcheck.output import write_file

    def fails(*_: object) -> None:
        raise PermissionError

    for name in ("replace", "fsync", "chmod"):
        with monkeypatch.context() as patch, pytest.raises(PermissionError):
            patch.setattr(os, name, fails)
            write_file(tmp_path / "out", "text")
    assert not list(tmp_path.iterdir())


def test_a_directory_that_nobody_may_change(project: Path) -> None:
    target = project / "fixed"
    target.mkdir()
    if shutil.which("chattr") is None or subprocess.run(["chattr", "+i", target], check=False).returncode:
        pytest.skip("no immutable directories here")
    try:
        done = shell(project, "gate -q --output json:fixed/out.json")
    finally:
        subprocess.run(["chattr", "-i", target], check=True)
    assert (done.code, done.err) == (
        2,
        "gradcheck: fixed/out.json: cannot be written: Operation not permitted\n",
    )
    assert told("full", done.out) == CLEAN and not list(target.iterdir())


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "--no-cache --jobs 2 <&- >&- 2>&-"])
def test_streams_may_be_closed(project: Path, closed: str) -> None:
    done = shell(project, f"gate {SOME} {' '.join(SEVERAL)} {closed}")
    assert (done.code, done.err) == (0, "")
    for name in FORMATS:
        assert told(name, (project / f"out.{name}").read_text(encoding="utf-8")).errors == ()


def test_a_pipe_that_is_closed_is_no_fault(project: Path) -> None:
    done = shell(project, '{ gate -v; echo "code $?" >&2; } | head -1')
    assert (done.out, done.err) == (
        "warning[D501]: neither proved nor refuted: no proof was found\n",
        "code 0\n",
    )


def test_a_log_that_is_full_changes_no_exit_code(project: Path) -> None:
    (project / "net/losses.py").unlink()
    done = shell(project, "gate -q 2> /dev/full")
    assert done.code == 2 and told("full", done.out) == Told((), ("D501",), ("D101",), troubles=0)


def test_no_home(project: Path) -> None:
    done = shell(project, "unset HOME; gate", LC_ALL="C")
    assert (done.code, done.err) == (0, "")


def broken(cache: Path) -> None:
    shutil.rmtree(cache)
    cache.write_text("", encoding="utf-8")


def blocked(cache: Path) -> None:
    for entry in cache.glob("??/*.json"):
        entry.unlink()
        entry.mkdir()


def garbled(cache: Path) -> None:
    for number, entry in enumerate(sorted(cache.glob("??/*.json"))):
        data = entry.read_bytes()
        entry.write_bytes([b"", data[:-9], b"\0" * 99, data[9:]][number % 4])


def deceiving(cache: Path) -> None:
    """Entries with a right checksum that are something else."""
    text = b'{"document": 3, "text": [], "layers": 5, "names": 4, "files": {}, "packages": {}}'
    for entry in cache.glob("??/*.json"):
        entry.write_bytes(hashlib.sha256(text).hexdigest().encode() + b"\n" + text)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (broken, "nothing is kept in the cache other: Not a directory"),
        (blocked, "the cache other cannot be read: Is a directory"),
        (garbled, "damaged entries in the cache other were ignored"),
        (deceiving, "damaged entries in the cache other were ignored"),
    ],
)
def test_a_spoilt_cache(project: Path, spoil: Callable[[Path], None], said: str) -> None:
    edited(project / "pyproject.toml", "errata =", 'cache = "other"\nerrata =')
    shutil.copytree(project / CACHE, project / "other")
    spoil(project / "other")
    done = shell(project, f"gate {SOME}")
    assert done.code == 0 and done.err.startswith(f"gradcheck: {said}\n"), done.err
    assert told("full", done.out) == Told((), ("D501",), (), troubles=0)


def test_two_gates_at_the_same_time(project: Path, tmp_path: Path) -> None:
    own = Path(shutil.copytree(project, tmp_path / "sample", ignore=shutil.ignore_patterns(CACHE)))
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: shell(own, f"gate --jobs 1 {SOME}"), range(3)))
    for done in (*found, shell(own, f"gate {SOME}")):
        assert (done.code, done.err) == (0, "")
        assert told("full", done.out) == Told((), ("D501",), (), troubles=0)
    assert not list((own / CACHE).glob("??/.*"))


def test_what_changes_during_the_run_is_seen_by_the_next(project: Path) -> None:
    """A layer that puts an error into itself and into a document once it has been imported."""
    wrong = (project / "net/products.py").read_text(encoding="utf-8").replace("dout * b", "2 * dout * b")
    edited(
        project / "net/products.py",
        "    return a * b, (a, b)",
        "    import os\n    from pathlib import Path\n\n    if os.path.exists('wrong.md'):\n"
        "        os.replace('wrong.md', 'docs/sums.md')\n"
        f"        Path(__file__).write_text({wrong!r})\n    return a * b, (a, b)",
    )
    text = (project / "docs/sums.md").read_text(encoding="utf-8")
    (project / "wrong.md").write_text(text.replace("k x_i^{k-1}", "k x_i^k"), encoding="utf-8")
    first, second = shell(project, "gate"), shell(project, "gate")
    assert first.code == 0 and told("full", first.out) == CLEAN
    assert second.code == 1 and told("full", second.out).errors == ("D101", "L113")


def test_a_directory_with_the_name_of_a_document(project: Path) -> None:
    (project / "docs/x.md").mkdir()
    shutil.copy(project / "docs/affine.md", project / "docs/x.md/more.md")
    done = shell(project, "gate")
    assert (done.code, done.err) == (0, "") and "more.md" not in done.out


@pytest.mark.parametrize("cache", [[], ["--no-cache"]])
def test_a_pipe_with_the_name_of_a_document_is_not_waited_for(project: Path, cache: list[str]) -> None:
    os.mkfifo(project / "docs/y.md")
    done = gate(project, *cache, "docs", formats=FORMATS)
    assert done.code == 2
    assert done.err == "gradcheck: docs/y.md: cannot be read: it is a named pipe, not a file\n"
    assert told("json", done.reports["json"]) == Told((), ("D501",), ("D101",), troubles=1)


def test_a_pipe_of_the_shell_is_read_once(project: Path) -> None:
    done = shell(project, f"cat docs/affine.md | {' '.join(command('doc'))} /dev/stdin")
    assert (done.code, done.err) == (0, "") and "No finding in 4 claims in 1 document." in done.out


def test_links_that_lead_in_circles(project: Path) -> None:
    (project / "docs/loop").symlink_to(".")
    (project / "docs/more").symlink_to("../docs")
    edited(project / "pyproject.toml", '"docs/*.md"', '"docs/**/*.md"')
    done = shell(project, "gate")
    assert (done.code, done.err) == (0, "") and "in 6 documents" in done.out
    (project / "docs/self.md").symlink_to("self.md")
    done = shell(project, "gate")
    assert done.code == 2
    assert done.err == "gradcheck: docs/self.md: cannot be read: Too many levels of symbolic links\n"


@pytest.mark.skipif(sys.platform == "darwin", reason="names of files are UTF-8 there")
def test_a_name_that_is_not_utf_8(project: Path) -> None:
    text = (project / "docs/affine.md").read_bytes().replace(b"y_i} x_j", b"y_i} x_i")
    Path(os.fsdecode(os.fsencode(project) + b"/docs/caf\xe9.md")).write_bytes(text)
    done = gate(project, formats=FORMATS)
    assert (done.code, done.err) == (1, "")
    for name in FORMATS:
        assert told(name, done.reports[name]).errors == ("D101",)
    assert "docs/caf\ufffd.md:11:39" in done.reports["concise"]
    assert "docs/caf%E9.md" in done.reports["sarif"]


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_any_script_in_any_locale(project: Path, locale: str) -> None:
    text = (project / "docs/affine.md").read_text(encoding="utf-8")
    text = text.replace("# A layer", "# 全連接層 σ").replace("y_i} x_j $$", r"y_i} x_i \text{ 誤り ε} $$")
    (project / "docs/affine.md").write_text(text, encoding="utf-8")
    plain = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    done = shell(project, "gate -v --output json:out.json", **plain)
    assert (done.code, done.err) == (0, "") and done.out.isascii()
    assert r"docs/affine.md: \u5168\u9023\u63a5\u5c64 \u03c3 $y = Wx + b$" in done.out
    assert r"x_i \text{ \u8aa4\u308a \u03b5} $$" in done.out
    assert "全連接層 σ" in (project / "out.json").read_text(encoding="utf-8")


def test_the_sample_is_as_it_was(project: Path, warm: Path) -> None:
    assert restored(warm) == project and not left(project)
