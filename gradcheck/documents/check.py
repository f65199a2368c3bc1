"""One document from bytes to verdicts: read, understood, judged, written down."""

from __future__ import annotations

from gradcheck.algebra.expr import Adjoint
from gradcheck.changes import SourceText
from gradcheck.documents.correcting.corrections import CORRECTED, Doubt, correct
from gradcheck.documents.judging.chain import ChainJudge
from gradcheck.documents.judging.chain_reading import ChainReader
from gradcheck.documents.judging.common_readings import Case
from gradcheck.documents.judging.deciding import Judge
from gradcheck.documents.judging.diagnosis import diagnose
from gradcheck.documents.judging.document_conventions import name_conventions
from gradcheck.documents.judging.equations import Disagreement
from gradcheck.documents.judging.flow import Quantity, quantity, with_flow
from gradcheck.documents.judging.index_labels import label_judgements
from gradcheck.documents.judging.judgements import Judged, Judgement
from gradcheck.documents.judging.shape_claims import shape_judgements
from gradcheck.documents.meaning.document import Meaning
from gradcheck.documents.meaning.values import Value
from gradcheck.documents.reading import statements
from gradcheck.documents.reading.collect import Chain, Collected, collect
from gradcheck.documents.reading.declared import Declared, read_declared
from gradcheck.documents.reading.extract import read_source
from gradcheck.documents.reading.source import Source
from gradcheck.documents.reading.syntax import Derivative, Syntax, walk
from gradcheck.documents.reading.tokens import Refusal
from gradcheck.documents.symbols.environment import Environment
from gradcheck.documents.symbols.readings import symbol_readings
from gradcheck.documents.symbols.topics import Part, parts_of
from gradcheck.model import Answer, Claim, Document, FinalResult, Place, Remark, Verdict
from gradcheck.options import Options


def check_source(path: str, data: bytes, options: Options) -> Document:
    """Check one document. Raises `UnreadableDocument` if it cannot be read at all."""
    source = read_source(path, data)
    extra: list[Declared] = []
    if options.reading is not None:
        text = options.reading.read_text(encoding="utf-8")
        extra = read_declared(text, str(options.reading))
    collected = collect(source, extra)
    parts = parts_of(collected)
    judged = judge_all(collected, parts, options)
    if options.corrections:
        correct(source, collected, judged)
    claims, results = _written(source, judged)
    readings = symbol_readings([p.environments[0] for p in parts], source)
    return Document(path, source.title, readings, claims, results)


def judge_all(collected: Collected, parts: list[Part], options: Options) -> list[Judged]:
    """Every relation of the document, judged, in the order of the source."""
    judged: list[Judged] = []
    for part in parts:
        benches = [Bench(environment, options) for environment in part.environments]
        chosen: set[int] = set()
        for chain in collected.chains:
            if not part.start <= chain.section < part.end:
                continue
            found = _best([bench.judge(chain) for bench in benches], part)
            chosen.add(id(found))
            if chain.displayed or _differentiates(chain) or _worth_reporting(found):
                derived = _derived(chain, found, benches)
                judged += [_judged(chain, at, judgement, derived) for at, judgement in enumerate(found, 1)]
            judged += label_judgements(chain, collected, part.environments[0])
        for bench in benches:
            name_conventions([case for case in bench.cases if id(case.found) in chosen])
    judged += shape_judgements(collected)
    for before, after in collected.unequal:
        judged.append(_unequal(before, after))
    for before, refused in collected.refused:
        judged.append(_refused(before, refused))
    return sorted(judged, key=lambda j: (j.sign_start, j.sign_end))


def _best(candidates: list[list[Judgement]], part: Part) -> list[Judgement]:
    """The more favourable of a part read alone and read together with what came before.

    A part that defines nothing itself is not refuted by definitions of another topic.
    """
    if len(candidates) == 1:
        return candidates[0]
    alone, together = candidates
    bad = (Verdict.WRONG, Verdict.INHERITED, Verdict.RECOVERED, Verdict.CONVENTION)
    open_ = (Verdict.UNDECIDED, Verdict.UNREAD)
    if (
        any(j.verdict in bad for j in together)
        and any(j.verdict in open_ for j in alone)
        and not part.defines
    ):
        return alone

    def cost(found: list[Judgement]) -> tuple[int, int]:
        return (
            sum(j.verdict in bad or j.verdict in open_ for j in found),
            sum(j.verdict in open_ for j in found),
        )

    return min(candidates, key=cost)


def _derived(chain: Chain, found: list[Judgement], benches: list[Bench]) -> Quantity | None:
    """What a chain derives; None where a condition restricts it."""
    if chain.conditions or any(chain.condition_of):
        return None
    latest = [case for bench in benches for case in bench.cases[-1:] if case.found is found]
    return quantity(latest[0].judge.read.values[0]) if latest else None


def _judged(chain: Chain, at: int, judgement: Judgement, derived: Quantity | None) -> Judged:
    part, before = chain.parts[at], chain.parts[at - 1]
    assert part.sign is not None
    start = before.start if before.start < part.sign.start else part.sign.start
    return Judged(
        part.sign.start, part.sign.end, start, before.end, max(part.end, part.sign.end),
        chain.labels[at - 1], judgement, (chain.order, at), derived,
    )  # fmt: skip


def _unequal(before: statements.Part, part: statements.Part) -> Judged:
    assert part.sign is not None
    message = f"`{part.sign.value}` is not an equality; only equalities are decided"
    judgement = Judgement(Verdict.UNDECIDED, message=message)
    return Judged(
        part.sign.start,
        part.sign.end,
        before.start,
        part.end,
        part.end,
        None,
        judgement,
        (-4, part.sign.start),
    )


def _refused(before: statements.Part, part: statements.Part) -> Judged:
    assert part.sign is not None and isinstance(part.tree, Refusal)
    judgement = Judgement(Verdict.UNREAD, refusal=part.tree)
    return Judged(
        part.sign.start,
        part.sign.end,
        before.start,
        part.end,
        part.end,
        None,
        judgement,
        (-1, part.sign.start),
    )


def _differentiates(chain: Chain) -> bool:
    """Whether an aside is a claim about a derivative, and not a notation (``dX := ∂L/∂X``)."""
    plain = all(part.sign is None or part.sign.value == "=" for part in chain.parts)
    return plain and any(
        isinstance(node, Derivative)
        for part in chain.parts
        if isinstance(part.tree, Syntax)
        for node in walk(part.tree)
    )


def _worth_reporting(found: list[Judgement]) -> bool:
    """Running text holds asides and fragments: only what is decided there is a claim."""
    return all(j.verdict not in (Verdict.UNREAD, Verdict.UNDECIDED) for j in found)


class Bench:
    """Judges chains under one environment, remembering what earlier chains came to."""

    def __init__(self, environment: Environment, options: Options) -> None:
        self.environment, self.options = environment, options
        self.judges: dict[tuple[int, frozenset[str]], Judge] = {}
        self.history: list[tuple[Chain, list[Judgement]]] = []
        self.cases: list[Case] = []

    def judge(self, chain: Chain) -> list[Judgement]:
        """The judgement on each relation of a chain."""
        environment, options = self.environment, self.options
        meaning = environment.meanings(chain.section)[0]
        reader = ChainReader(environment, meaning, chain)
        read = reader.read()
        subject = read.values[0]
        if isinstance(subject, Value) and isinstance(subject.expr, Adjoint):
            environment.subjects[chain.order] = subject.expr
        while True:
            assumed = frozenset(environment.normalised)
            chain_judge = ChainJudge(reader, self._judge(meaning, assumed), read)
            chain_judge.since = environment.since(chain.section)
            try:
                found, mode = chain_judge.best()
                diagnose(chain_judge, found, mode, environment, self.history)
            except Disagreement as error:
                return [
                    Judgement(Verdict.UNDECIDED, code="G901", message=str(error)) for _ in chain.parts[1:]
                ]
            if assumed == environment.normalised:
                self.history.append((chain, found))
                for at, judgement in enumerate(found, 1):
                    if judgement.verdict in CORRECTED or judgement.slips:
                        judgement.doubt = Doubt(chain_judge, at, mode)
                self.cases.append(Case(chain_judge, found, mode))
                if options.show_sympy:
                    _show_sympy(found, self.judges[id(meaning), assumed])
                return found

    def _judge(self, meaning: Meaning, normalised: frozenset[str]) -> Judge:
        graph = self.environment.graph(meaning)
        key = (id(meaning), normalised)
        if key not in self.judges:
            options = self.options
            self.judges[key] = Judge(graph, options.engines, options.seed, options.timeout, normalised)
        return self.judges[key]


def _show_sympy(found: list[Judgement], judge: Judge) -> None:
    """Each relation as two SymPy expressions, for anyone to audit."""
    from gradcheck.algebra.sympy_bridge import Names, to_sympy

    names = Names()
    for judgement in found:
        if judgement.equation is not None:
            left, right = (
                to_sympy(side, judge.graph, names)
                for side in (judgement.equation.left, judgement.equation.right)
            )
            judgement.sympy = f"Eq({left}, {right})"


# -- writing down ----------------------------------------------------------------------


def _written(source: Source, judged: list[Judged]) -> tuple[tuple[Claim, ...], tuple[FinalResult, ...]]:
    ids: dict[tuple[int, int], str] = {}
    used: set[str] = set()
    for number, item in enumerate(judged, 1):
        label = f"eq-{item.label}" if item.label else None
        ident = label if label and label not in used else f"claim-{number}"
        used.add(ident)
        ids[item.key] = ident
    quantities = {ids[item.key]: item.quantity for item in judged if item.quantity is not None}
    return with_flow([_claim(source, item, ids) for item in judged], quantities)


def _claim(source: Source, item: Judged, ids: dict[tuple[int, int], str]) -> Claim:
    judgement = item.judgement
    decision = judgement.decision
    refusal = judgement.refusal
    place = source.place(item.sign_start, item.sign_end)
    fault = place
    message = judgement.message or _message(judgement)
    if refusal is not None:
        fault = source.place(refusal.start, max(refusal.end, refusal.start + 1))
    elif judgement.verdict in (Verdict.WRONG, Verdict.CONVENTION):
        fault = _trimmed(source, item.sign_end, item.end)
    remarks = tuple(
        Remark(code, text, source.place(start, end), judgement.mended.get((code, text, start, end), ()))
        for code, text, start, end in _unique(judgement.slips)
    )
    if judgement.verdict is Verdict.SLIP and remarks:
        fault = remarks[0].place
    return Claim(
        id=ids[item.key],
        label=item.label,
        place=place,
        fault=fault,
        latex=_printed(source, item),
        verdict=judgement.verdict,
        step=judgement.step,
        truth=judgement.truth,
        scope=decision.scope if decision is not None else None,
        reading=judgement.reading,
        cause_claim=ids.get(judgement.cause) if judgement.cause else None,
        counterexample=decision.counterexample if decision is not None else None,
        numeric=decision.numeric if decision is not None else None,
        code=judgement.code or (remarks[0].code if judgement.verdict is Verdict.SLIP and remarks else None),
        message=message,
        notes=(*judgement.notes, *_second_opinion(judgement)),
        remarks=remarks,
        corrections=judgement.corrections,
        sympy=judgement.sympy,
    )


def _printed(source: Source, item: Judged) -> str:
    """The relation as printed; where a chain goes on in a later block, without what is between."""
    text = SourceText(source.path, source.text)
    if item.before_end > item.sign_start:
        return text.as_latex(item.start, item.end)
    before, after = (item.start, item.before_end), (item.sign_start, item.end)
    return f"{text.as_latex(*before)} {text.as_latex(*after)}"


def _trimmed(source: Source, start: int, end: int) -> Place:
    text = source.text
    while start < end and text[start] in " \t\r\n&":
        start += 1
    return source.place(start, end)


def _unique(slips: list[tuple[str, str, int, int]]) -> list[tuple[str, str, int, int]]:
    return list(dict.fromkeys(slips))


def _second_opinion(judgement: Judgement) -> list[str]:
    """What is to be said of a proof that SymPy did not get to see."""
    decision = judgement.decision
    proved = decision is not None and decision.answer is Answer.PROVED
    return [decision.reason] if proved and decision is not None and decision.reason else []


def _message(judgement: Judgement) -> str:
    refusal, decision = judgement.refusal, judgement.decision
    if refusal is not None:
        return f"the reader stopped here: {refusal.reason}"
    match judgement.verdict:
        case Verdict.WRONG:
            return "the right side is not what the left side is"
        case Verdict.INHERITED:
            return "follows rightly from a wrong line"
        case Verdict.RECOVERED:
            return "does not follow from the line before, but the value is right again"
        case Verdict.UNDECIDED:
            return f"neither proved nor refuted: {decision.reason if decision else 'not reached'}"
        case Verdict.SLIP:
            return judgement.slips[0][1] if judgement.slips else "malformed, the value is right"
        case _:
            return ""
