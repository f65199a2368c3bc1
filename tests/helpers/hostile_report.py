"""Reports whose every text is hostile to terminals, XML, workflow commands and Markdown."""

from hypothesis import strategies as st

from gradcheck.acceptance import Acceptance, Standing
from gradcheck.model import (
    ArgumentCheck,
    Change,
    Claim,
    Correction,
    Counterexample,
    Document,
    Element,
    Layer,
    LayerFinding,
    LayerVerdict,
    Notice,
    Place,
    Remark,
    Report,
    Trouble,
    Verdict,
)

MARKUP = "]]> <b> </details> <!-- --> &amp; &#36; <script> \" ' ` `` ``` ~~~ $x$ $`x`$ $$".split()
MARKUP += "| || \\| \\ * _a_ ** [a](b) ![a](b) [^1] @me #1 GH-1 http://a.bc www.a.bc a@b.cd :tada:".split()
MARKUP += ":: ::error::x %0A % , ; : .".split()
ODD = ["\x00", "\x1b[31m", "\r\n", "\n", "\t", "\ud800", "\ufffe", "\uffff", "\u2028", "\u202e", "\x85"]
ODD += [
    "漢字",
    "x̂",
    "\U0001f600",
    "- a",
    "1. a",
    "# a",
    "> a",
    "\n\n",
    " ",
    "  ",
    "..",
    "/abs",
    "C:\\a",
    "100%",
]

texts = st.lists(st.sampled_from([*MARKUP, *ODD, "word"]) | st.text(max_size=4), max_size=6).map("".join)
places = st.builds(Place, st.integers(0, 4), st.integers(0, 9), st.integers(0, 12))
changes = st.builds(Change, st.integers(1, 3), st.integers(1, 4), st.integers(1, 3), st.integers(1, 6), texts)
corrections = st.builds(Correction, texts, changes.map(lambda change: (change,)), st.booleans(), texts)
acceptances = st.none() | st.builds(Acceptance, st.sampled_from(Standing), texts, texts)
examples = st.none() | st.builds(
    Counterexample, st.dictionaries(texts, st.integers()), st.dictionaries(texts, texts), texts, texts
)


@st.composite
def claims(draw: st.DrawFn, number: int) -> Claim:
    verdict = draw(st.sampled_from([Verdict.WRONG, Verdict.UNDECIDED, Verdict.HOLDS]))
    codes = {Verdict.WRONG: "D101", Verdict.UNDECIDED: "D501"}
    place = draw(places)
    return Claim(
        f"eq-{number}{draw(texts)}",
        draw(st.none() | texts),
        place,
        draw(places),
        draw(texts),
        verdict,
        code=codes.get(verdict),
        message=draw(texts),
        counterexample=draw(examples),
        notes=(draw(texts),),
        remarks=(Remark("D405", draw(texts), place, (draw(corrections),), draw(acceptances)),),
        corrections=(draw(corrections),),
        acceptance=draw(acceptances),
    )


def numbers() -> st.SearchStrategy[float]:
    return st.sampled_from([0.5, float("nan"), float("inf"), float("-inf")])


@st.composite
def layers(draw: st.DrawFn) -> Layer:
    argument = ArgumentCheck(
        *(draw(texts), (2,), draw(texts), LayerVerdict.FAIL, draw(numbers()), draw(numbers())),
        worst=Element((0,), draw(numbers()), draw(numbers())),
        code="L101",
        message=draw(texts),
        cause=draw(texts),
        fix=draw(texts),
        acceptance=draw(acceptances),
    )
    return Layer(
        draw(texts),
        LayerVerdict.FAIL,
        (argument,),
        (LayerFinding("L401", draw(texts), draw(acceptances)),),
        seconds=draw(numbers()),
        path=draw(st.none() | texts),
        line=draw(st.none() | st.integers(0, 4)),
        command=draw(texts),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    return Document(draw(texts), draw(texts), (), tuple(draw(claims(n)) for n in range(2)))


@st.composite
def reports(draw: st.DrawFn) -> tuple[Report, dict[str, str]]:
    """A report and the texts of its documents."""
    report = Report(
        tuple(draw(st.lists(documents(), max_size=2))),
        tuple(
            draw(st.lists(st.builds(Trouble, texts, texts, st.none() | places, st.booleans()), max_size=2))
        ),
        tuple(draw(st.lists(layers(), max_size=2))),
        tuple(draw(st.lists(st.builds(Notice, st.just("G101"), texts, texts, places, texts), max_size=2))),
    )
    return report, {document.path: draw(texts) for document in report.documents}


def many(count: int, message: str = "wrong", verdict: Verdict = Verdict.WRONG, code: str = "D101") -> Report:
    """One document with so many findings."""
    place = Place(1, 1, 2)
    found = (
        Claim(f"eq-{n}", None, place, place, "a", verdict, code=code, message=message) for n in range(count)
    )
    return Report((Document("a.md", "a", (), tuple(found)),))
