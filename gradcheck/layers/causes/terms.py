"""A term that is a known array is missing or has the wrong sign: given − due is −dy, 0.1·w, x·dy, …"""

from __future__ import annotations

import numpy as np

from gradcheck.layers.causes.cause import Cause
from gradcheck.layers.causes.constants import name_of
from gradcheck.layers.causes.evidence import Evidence, View
from gradcheck.layers.causes.features import features
from gradcheck.layers.causes.monomials import Monomial, Target, monomials
from gradcheck.layers.causes.parts import region_text
from gradcheck.layers.causes.sizes import sizes
from gradcheck.layers.target import Array


def skip(evidence: Evidence) -> Cause | None:
    """due = given + c·dy: an addition beside the rest is not differentiated."""
    constants = [_on_diagonal(v) for v in evidence.views]
    found = [c for c in constants if c is not None]
    if len(found) < len(constants):
        return None
    named = name_of(found[0], sizes(evidence.first))
    if np.ptp(found) > 1e-6 * abs(found[0]) or named is None:
        return None
    missing = Monomial(-found[0], (("dy", 1.0),)).text()
    return Cause(
        "L124",
        f"the term {missing} is missing in the gradient of {evidence.name}: the output also contains the "
        "argument "
        "itself, as beside a skip connection or in a running sum",
        f"add {missing}",
    )


def _on_diagonal(view: View) -> float | None:
    """The c for which given − due is c times the upstream gradient."""
    if not view.whole or view.columns < 2 or view.due.shape[0] != view.columns:
        return None
    c = float(np.median(view.residual.diagonal()))
    return c if c and view.agrees(view.given - c * np.eye(view.columns)) else None


def term(evidence: Evidence) -> Cause | None:
    """given − due is a product of known arrays wherever it is not 0."""
    if not all(map(_is_on_paths, evidence.views)):
        return None
    known = [features(v, evidence) for v in evidence.views]
    views = list(zip(evidence.views, known, strict=True))
    for found in monomials([Target(v.residual, v.tolerance, v.wrong, k) for v, k in views]):
        named = name_of(found.constant, sizes(evidence.first), 1e-5)
        values = [found(k) for k in known]
        if named is not None and all(
            v is not None and _is_residual(view, v) for view, v in zip(evidence.views, values, strict=True)
        ):
            return _said(evidence, Monomial(named.value, found.powers, named))
    return None


def _is_on_paths(view: View) -> bool:
    """Whether what is wrong are outputs that depend on the element, so that dy in a formula is clear."""
    paths = np.abs(view.due) > view.tolerance
    return bool(paths[view.wrong].mean() > 0.9) or view.columns == 1


def _is_residual(view: View, value: Array) -> bool:
    """Whether an array is the residual wherever there is one; a fifth of the felt entries at least."""
    value = np.broadcast_to(value, view.due.shape)
    near = np.abs(view.residual - value) <= 3 * view.tolerance
    enough = view.wrong.sum() >= 0.2 * view.felt.sum() and view.wrong.sum() >= 4
    return bool(enough) and bool(near[view.wrong].all())


def constant_term(evidence: Evidence) -> Cause | None:
    """given − due is one number, for every element that is wrong."""
    first = evidence.first
    if not all(map(_is_on_paths, evidence.views)):
        return None
    if first.wrong.sum() < 4:
        return None
    c = float(np.median(np.abs(first.residual[first.wrong])))
    named = name_of(c, sizes(first), 1e-5)
    if named is None:
        return None
    for sign in (1.0, -1.0):
        if all(_is_residual(v, np.array(sign * c)) for v in evidence.views):
            return _said(evidence, Monomial(sign * named.value, ()))
    known = [_signs(v) for v in evidence.views]
    for text in known[0]:
        for sign in (1.0, -1.0):
            if all(_is_residual(v, sign * c * k[text]) for v, k in zip(evidence.views, known, strict=True)):
                return _said(evidence, Monomial(sign * named.value, ((text, 1.0),)))
    return None


def _signs(view: View) -> dict[str, Array]:
    """The signs of the argument and of its differences with others of its shape."""
    found = {f"sign({view.name})": np.sign(view.value)[:, None]}
    for name, value in view.point.items():
        if name != view.name and value.shape == view.shape:
            found[f"sign({view.name} - {name})"] = np.sign(view.value - np.asarray(value).ravel())[:, None]
    return found


def _said(evidence: Evidence, found: Monomial) -> Cause:
    view = evidence.first
    upstream = (("dy", 1.0),) if view.bench.target.upstream else ()
    powers = (*found.powers, *upstream)
    extra, missing = (
        Monomial(c, powers, name_of(c, sizes(view), 1e-5)).text() for c in (found.constant, -found.constant)
    )
    where = region_text(evidence)
    return Cause(
        "L124",
        f"what is given for {evidence.name} minus what is due is {extra}{where}: a term is missing, or "
        "is one too "
        "many, or has the wrong sign",
        f"add {missing}{where}",
    )
