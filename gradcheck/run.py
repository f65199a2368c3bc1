"""One document: read, checked, and given the codes of its verdicts."""

from __future__ import annotations

from dataclasses import replace

from gradcheck.bugs import bug_message
from gradcheck.documents.check import check_source
from gradcheck.documents.reading.decode import decode
from gradcheck.documents.reading.source import UnreadableDocument
from gradcheck.inputs import Input
from gradcheck.model import Claim, Document, Trouble, Verdict
from gradcheck.options import Options
from gradcheck.workers.tasks import Outcome

_NOTHING = "nothing to check: no equation was found in this document"
_CODES = {
    Verdict.WRONG: "D101",
    Verdict.INHERITED: "D201",
    Verdict.RECOVERED: "D202",
    Verdict.UNDECIDED: "D501",
    Verdict.UNREAD: "D502",
}


def check_input(given: Input, options: Options) -> Outcome:
    """Check one input. Never raises: what goes wrong becomes a Trouble."""
    try:
        data = given.read()
        document = _with_codes(check_source(given.path, data, options))
    except UnreadableDocument as error:
        return Outcome(Trouble(given.path, str(error)))
    except OSError as error:
        return Outcome(Trouble(given.path, f"cannot be read: {error.strerror or error}"))
    except Exception as error:
        return Outcome(Trouble(given.path, bug_message(error, "document"), is_bug=True))
    if given.named and not document.claims:
        return Outcome(Trouble(given.path, _NOTHING))
    return Outcome(document, decode(data))


def _with_codes(document: Document) -> Document:
    """The document with the code that a verdict implies wherever the checker gave none."""
    return replace(document, claims=tuple(_with_code(c) for c in document.claims))


def _with_code(claim: Claim) -> Claim:
    if claim.code is not None:
        return claim
    if claim.verdict in (Verdict.CONVENTION, Verdict.SLIP) and not claim.remarks:
        raise ValueError(f"claim {claim.id} is a {claim.verdict.value} without a code")
    return replace(claim, code=_CODES.get(claim.verdict))
