"""The rules about what a project says of findings: its ledger of known errata, G1, and suppressions, G2.

The examples of a ledger are two files, each below a line ``==> name <==``.
"""

from __future__ import annotations

from gradcheck.rule import Rule, Severity

_SQUARED = r"""# Squared error

$$ L = \sum_{i=1}^m (x_i - t_i)^2 $$

"""
_WRONG = r"$$ \frac{\partial L}{\partial x_i} = x_i - t_i $$"
_RIGHT = r"$$ \frac{\partial L}{\partial x_i} = 2(x_i - t_i) $$"


def _with_ledger(formula: str, *entry: str) -> str:
    """A document and the ledger of its errata."""
    ledger = "\n".join(["[[erratum]]", 'document = "notes.md"', *entry])
    return f"==> notes.md <==\n{_SQUARED}{formula}\n\n==> errata.toml <==\n{ledger}\n"


_FORMULA = r"formula = '\frac{\partial L}{\partial x_i} = x_i - t_i'"
_REASON = 'reason = "the factor 2 is missing in the print"'
_KNOWN = _with_ledger(_WRONG, _FORMULA, _REASON)

GATE_RULES = (
    Rule(
        "G101",
        "stale-erratum",
        Severity.ERROR,
        "an entry of the ledger is about an error that is none any longer",
        "The ledger of errata has an entry for a formula that is no longer wrong, that the document no longer "
        "contains, or whose document is gone. Delete the entry, so that the error cannot come back unseen.",
        _with_ledger(_RIGHT, r"formula = '\frac{\partial L}{\partial x_i} = 2(x_i - t_i)'", _REASON),
        _KNOWN,
    ),
    Rule(
        "G102",
        "changed-erratum",
        Severity.ERROR,
        "a formula of the ledger is wrong in another way than the entry says",
        "The entry names a code that is not the one found, or a correction with which the formula is still wrong. "
        "Read the finding, then correct the entry, or the document.",
        _with_ledger(_WRONG, _FORMULA, 'code = "D301"', _REASON),
        _with_ledger(_WRONG, _FORMULA, 'code = "D101"', _REASON),
    ),
    Rule(
        "G103",
        "ambiguous-erratum",
        Severity.ERROR,
        "the text of an entry occurs more than once in its document",
        "An entry of the ledger quotes its formula as printed, and it has to be plain which formula is meant. "
        "Quote more of the line, or the lines around it. White space does not count.",
        _with_ledger(_WRONG, r"formula = '\frac{\partial L}{\partial x_i}'", _REASON).replace(
            _WRONG, rf"{_WRONG[:-3]} = \frac{{\partial L}}{{\partial x_i}} $$"
        ),
        _KNOWN,
    ),
    Rule(
        "G201",
        "unused-suppression",
        Severity.ERROR,
        "a comment suppresses nothing",
        "There is no finding with such a code where the comment stands: on its own line or, for a comment alone "
        "on a line, in the block that follows. Delete the comment, so that it hides nothing later.",
        f"{_SQUARED}<!-- gradcheck: ignore[D101] as in the first edition -->\n{_RIGHT}\n",
        f"{_SQUARED}<!-- gradcheck: ignore[D101] as in the first edition -->\n{_WRONG}\n",
    ),
    Rule(
        "G202",
        "malformed-suppression",
        Severity.ERROR,
        "a comment to gradcheck cannot be understood",
        "A suppression reads `gradcheck: ignore[D101] why`, with one code or prefix or several with commas. "
        "It is in a comment of the file's own kind: `<!-- … -->`, `%` in LaTeX, `..` in reStructuredText, `#` in Python.",
        f"{_SQUARED}<!-- gradcheck: ignore[D999] as in the first edition -->\n{_RIGHT}\n",
        f"{_SQUARED}<!-- gradcheck: ignore[D101] as in the first edition -->\n{_WRONG}\n",
    ),
)
