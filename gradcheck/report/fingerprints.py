"""What tells a finding from all others, and stays the same while the lines around it move.

Neither lines nor columns nor ids of claims go into it: only the code, the file, and what is printed there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from pathlib import PurePosixPath

from gradcheck import rules
from gradcheck.changes import SourceText
from gradcheck.findings import Finding
from gradcheck.layer_findings import LayerProblem
from gradcheck.model import Notice
from gradcheck.report.problems import Found
from gradcheck.report.sarif_places import ROOT, artifact, stretch

_LENGTH = 32


def fingerprints(problems: Sequence[tuple[SourceText, Found]]) -> list[str]:
    """One for each problem. Those that would have the same are counted, in the order of their places."""
    keys = [_key(source, problem) for source, problem in problems]
    seen: Counter[tuple[str, ...]] = Counter()
    found = [""] * len(problems)
    for nth in sorted(range(len(problems)), key=lambda n: _place(problems[n][1])):
        seen[keys[nth]] += 1
        found[nth] = _digest([*keys[nth], str(seen[keys[nth]])])
    return found


def _key(source: SourceText, problem: Found) -> tuple[str, ...]:
    match problem:
        case Finding():
            remark = (_words(stretch(source, problem.place)),) if problem.remark else ()
            return (problem.code, _file(source.path), _words(problem.claim.latex), *remark)
        case LayerProblem():
            about = problem.argument or problem.corner
            return (problem.code, problem.layer.target, about.name if about else "")
        case Notice():
            return (problem.code, _file(source.path), problem.message, _words(_noticed(source, problem)))


def _place(problem: Found) -> tuple[int, int]:
    if isinstance(problem, LayerProblem):
        return (0, 0)
    return (problem.place.line, problem.place.column)


def _file(path: str) -> str:
    """The file's name from the root; outside of it, without the directories, which differ by machine."""
    found = artifact(path)
    uri = str(found["uri"])
    return uri if found.get("uriBaseId") == ROOT else PurePosixPath(uri).name


def _noticed(source: SourceText, notice: Notice) -> str:
    """The comment that a notice is about, or the lines of the ledger's entry."""
    if rules.get(notice.code).example != "ledger":
        return stretch(source, notice.place)
    lines = source.lines[max(0, notice.place.line - 1) :]
    end = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
    return "\n".join(lines[:end])


def _words(text: str) -> str:
    """Text without regard to how it is broken into lines."""
    return " ".join(text.split())


def _digest(parts: Sequence[str]) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:_LENGTH]
