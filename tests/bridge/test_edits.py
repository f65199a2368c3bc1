r"""Each single-edit mutant of a backward formula, turned into NumPy code, is recognised as that edit.

A row names what is spoiled, the code, the equation, and the edit of the equation: what is printed there, and
what the layer computes in its place.
"""

import re

import bridged_layers as b
import pytest

from gradcheck.model import Layer, LayerVerdict

Row = tuple[str, str, str, str, str]

Y = r"\frac{\partial L}{\partial y_i}"
YJ = r"\frac{\partial L}{\partial y_j}"
XH = r"\frac{\partial L}{\partial \hat{x}_i}"
VAR = r"\frac{\partial L}{\partial \sigma^2}"
S = r"\sqrt{\sigma^2 + \epsilon}"
ALL_J = r"\sum_{j=1}^m " + YJ
BATCHNORM: list[Row] = [
    ("dx", "gamma/(m*s)*(m*dy + S(dy) - xh*S(dy*xh))", "11", rf"- {ALL_J} -", rf"+ {ALL_J} -"),
    ("dx", "gamma/(m*s)*(m*dy - S(dy) + xh*S(dy*xh))", "11", r"- \hat{x}_i", r"+ \hat{x}_i"),
    ("dx", "-gamma/(m*s)*(m*dy - S(dy) - xh*S(dy*xh))", "11", r"\frac{\gamma}", r"-\frac{\gamma}"),
    ("dx", "gamma/(m*s)*(dy - S(dy) - xh*S(dy*xh))", "11", rf"m {Y}", Y),
    ("dx", "gamma/s*(m*dy - S(dy) - xh*S(dy*xh))", "11", rf"m {S}", S),
    ("dx", "1/(m*s)*(m*dy - S(dy) - xh*S(dy*xh))", "11", r"{\gamma}", "{1}"),
    ("dx", "gamma/(m*s)*(m*dy - S(dy) - (x-mu)*S(dy*xh))", "11", r"- \hat{x}_i", r"- (x_i - \mu)"),
    ("dx", "gamma/(m*s)*(m*dy - xh*S(dy*xh))", "11", rf"- {ALL_J} -", "-"),
    ("dx", "gamma/(m*s)*(m*dy - S(dy))", "11", r"- \hat{x}_i \sum_{j=1}^m " + YJ + r" \hat{x}_j", ""),
    ("dx", "gamma/((m-1)*s)*(m*dy - S(dy) - xh*S(dy*xh))", "11", rf"m {S}", rf"(m - 1) {S}"),
    ("dx", "gamma/(m*s**2)*(m*dy - S(dy) - xh*S(dy*xh))", "11", S, r"(\sigma^2 + \epsilon)"),
    ("dx", "gamma/(m*s)*((m-1)*dy - S(dy) - xh*S(dy*xh))", "11", rf"m {Y}", rf"(m - 1) {Y}"),
    ("dx", "gamma/(m*s)*(m*dxh - S(dy) - xh*S(dy*xh))", "11", Y, XH),
    ("dx", "gamma/(m*np.sqrt(var))*(m*dy - S(dy) - xh*S(dy*xh))", "11", r"+ \epsilon", ""),
    ("dx", "gamma/(m*s)*(m*dy - S(dy) - S(dy*xh))", "11", r"- \hat{x}_i \sum", r"- \sum"),
    ("dvar", "0.5*(var+eps)**-1.5*S(dxh*(x-mu))", "10", f"+ {VAR}", f"- {VAR}"),
    ("dvar", "-0.5*(var+eps)**-0.5*S(dxh*(x-mu))", "8", "-3/2", "-1/2"),
    ("dvar", "-0.5*(var+eps)**-1.5*S(dxh*xh)", "10", r"(x_i - \mu)", r"\hat{x}_i"),
    ("dvar", "-0.5*(var+eps)**-1.5*S(dy*(x-mu))", "8", XH, Y),
    ("dmu", "S(dxh)/s", "10", r"+ \frac{\partial L}{\partial \mu}", r"- \frac{\partial L}{\partial \mu}"),
    ("dmu", "-s*S(dxh)", "9", rf"\frac{{1}}{{{S}}}", S),
    ("dmu", "-S(dxh)", "9", rf"\frac{{1}}{{{S}}}", ""),
    ("dx", "dxh/s + dvar*(x-mu)/m + dmu/m", "10", "2 (x_i", "(x_i"),
    ("dx", "dxh/s + dvar*2*(x-mu)/(m-1) + dmu/m", "10", r"\mu)}{m}", r"\mu)}{m - 1}"),
    ("dx", "dxh/s + dvar*2*(x-mu)/m + dmu", "10", r"\partial \mu} \frac{1}{m}", r"\partial \mu}"),
    ("dx", "dxh/s + dvar*2*(x-mu)/m", "10", r"+ \frac{\partial L}{\partial \mu} \frac{1}{m}", ""),
    ("dx", "dy/s + dvar*2*(x-mu)/m + dmu/m", "10", XH, Y),
    ("dgamma", "S(dy*(x-mu))", "5", r"\hat{x}_i", r"(x_i - \mu)"),
    ("dgamma", "S(dy*x)", "5", r"\hat{x}_i", "x_i"),
    ("dgamma", "S(dy*xh)/m", "5", r"\sum_{i=1}^m", r"\frac{1}{m} \sum_{i=1}^m"),
    ("dgamma", "S(dxh*xh)", "5", r"\sum_{i=1}^m", r"\gamma \sum_{i=1}^m"),
    ("dbeta", "S(dy)/m", "6", r"\sum_{i=1}^m", r"\frac{1}{m} \sum_{i=1}^m"),
    ("dbeta", "S(dxh)", "6", r"\sum_{i=1}^m", r"\gamma \sum_{i=1}^m"),
]  # fmt: skip

P, PK = r"\frac{\partial \ell}{\partial p_i}", r"\frac{\partial \ell}{\partial p_k}"
ALL_K = r"\sum_{k=1}^{K} p_k " + PK
SOFTMAX: list[Row] = [
    ("dx", "p*(dp + S(p*dp))", "3", r"- \sum", r"+ \sum"),
    ("dx", "-p*(dp - S(p*dp))", "3", r"p_i \left", r"-p_i \left"),
    ("dx", "p*dp", "3", f"- {ALL_K}", ""),
    ("dx", "p*(1-p)*dp", "3", ALL_K, f"p_i {P}"),
    ("dx", "p*(dp - S(dp))", "3", f"p_k {PK}", PK),
    ("dx", "p*(dp - p*dp)", "3", ALL_K, f"p_i {P}"),
    ("dx", "dp - S(p*dp)", "3", r"p_i \left", r"\left"),
    ("dx", "p**2*(dp - S(p*dp))", "3", r"p_i \left", r"p_i^2 \left"),
    ("dx", "p*(dp - S(p*dp)/K)", "3", r"\sum", r"\frac{1}{K} \sum"),
    ("dx", "p*(dp - S(p**2*dp))", "3", "p_k", "p_k^2"),
    ("dx", "p*(dp - 2*S(p*dp))", "3", r"\sum", r"2 \sum"),
    ("dx", "p*(p - S(p*dp))", "3", P, "p_i"),
    ("dx", "p*(dp - dp*S(p))", "3", PK, P),
    ("dx", "p/K*(dp - S(p*dp))", "3", r"p_i \left", r"\frac{1}{K} p_i \left"),
]

N, NJ = r"\frac{\partial L}{\partial n_i}", r"\frac{\partial L}{\partial n_j}"
V = r"\sqrt{v + \epsilon}"
MEAN = r"\frac{1}{D} \sum_{j=1}^{D} " + NJ
LAYERNORM: list[Row] = [
    ("dx", "(dxh + S(dxh)/D - xh*S(dxh*xh)/D)/s", "8", f"- {MEAN} -", f"+ {MEAN} -"),
    ("dx", "(dxh - S(dxh)/D + xh*S(dxh*xh)/D)/s", "8", r"- \frac{1}{D} n_i", r"+ \frac{1}{D} n_i"),
    ("dx", "(dxh - S(dxh) - xh*S(dxh*xh)/D)/s", "8", r"\frac{1}{D} \sum", r"\sum"),
    ("dx", "(dxh - S(dxh)/D - xh*S(dxh*xh))/s", "8", r"\frac{1}{D} n_i", "n_i"),
    ("dx", "(dxh - xh*S(dxh*xh)/D)/s", "8", f"- {MEAN} -", "-"),
    ("dx", "(dxh - S(dxh)/D)/s", "8", rf"- \frac{{1}}{{D}} n_i \sum_{{j=1}}^{{D}} {NJ} n_j", ""),
    ("dx", "dxh - S(dxh)/D - xh*S(dxh*xh)/D", "8", rf"\frac{{1}}{{{V}}}", ""),
    ("dx", "(dy - S(dxh)/D - xh*S(dxh*xh)/D)/s", "8", N, Y),
    ("dx", "(dxh - S(dy)/D - xh*S(dxh*xh)/D)/s", "8", NJ, YJ),
    ("dx", "(dxh - S(dxh)/D - (x-mu)*S(dxh*xh)/D)/s", "8", r"n_i \sum", r"(x_i - \mu) \sum"),
    ("dx", "(dxh - S(dxh)/(D-1) - xh*S(dxh*xh)/D)/s", "8", r"{D} \sum", r"{D - 1} \sum"),
    ("dx", "(dxh - S(dxh)/D - xh*S(dxh*xh)/D)/s**2", "8", V, r"(v + \epsilon)"),
    ("dx", "(dxh - S(dxh)/D - xh*S(dxh*xh)/D)*s", "8", rf"\frac{{1}}{{{V}}}", V),
    ("dx", "(dxh - S(dxh)/D - xh*S(dxh*xh)/D)/np.sqrt(var)", "8", r"+ \epsilon", ""),
    ("dx", "(dxh - S(dxh)/D - S(dxh*xh)/D)/s", "8", r"n_i \sum", r"\sum"),
    ("dxh", "dy*scale**2", "7", "g_i", "g_i^2"),
    ("dg", "(dy*(x-mu)).sum(0)", "6", "n_i", r"(x_i - \mu)"),
    ("dg", "dy.sum(0)", "6", "n_i", ""),
    ("dg", "(dy*x).sum(0)", "6", "n_i", "x_i"),
    ("db", "(dxh).sum(0)", "5", Y, f"g_i {Y}"),
]  # fmt: skip

G = r"\frac{\partial L}{\partial Y_{nk}}"
ROWS: list[Row] = [
    ("dx", "-dy @ w.T", "2", r"\sum", r"-\sum"),
    ("dx", "2*dy @ w.T", "2", r"\sum", r"2 \sum"),
    ("dx", "dy @ w.T / M", "2", r"\sum", r"\frac{1}{M} \sum"),
    ("dx", "dy @ w.T / N", "2", r"\sum", r"\frac{1}{N} \sum"),
    ("dx", "dy @ (w**2).T", "2", "W_{dk}", "W_{dk}^2"),
    ("dw", "-x.T @ dy", "3", r"\sum", r"-\sum"),
    ("dw", "x.T @ dy / N", "3", r"\sum", r"\frac{1}{N} \sum"),
    ("dw", "x.T @ dy * N", "3", r"\sum", r"N \sum"),
    ("dw", "(x**2).T @ dy", "3", "X_{nd}", "X_{nd}^2"),
    ("dw", "np.outer(x.sum(0), dy.sum(0))", "3", G, rf"\sum_{{n=1}}^{{N}} {G}"),
    ("dw", "np.ones_like(x).T @ dy", "3", "X_{nd}", ""),
    ("db", "dy.mean(0)", "4", r"\sum", r"\frac{1}{N} \sum"),
    ("db", "-dy.sum(0)", "4", r"\sum", r"-\sum"),
    ("db", "dy.sum(0) * b", "4", r"\sum", r"b_k \sum"),
    ("dx", "dy @ w.T + x", "2", "W_{dk}", "W_{dk} + X_{nd}"),
]

D = r"\frac{\partial L}{\partial Y}"
MATRICES: list[Row] = [
    ("dx", "-dy @ w.T", "2", D, f"-{D}"),
    ("dx", "2*dy @ w.T", "2", D, f"2 {D}"),
    ("dx", "dy @ w.T / M", "2", D, rf"\frac{{1}}{{M}} {D}"),
    ("dx", "(dy @ w.T) * x", "2", r"W^\top", r"W^\top \odot X"),
    ("dw", "-x.T @ dy", "3", r"X^\top", r"-X^\top"),
    ("dw", "x.T @ dy / N", "3", r"X^\top", r"\frac{1}{N} X^\top"),
    ("dw", "x.T @ dy * N", "3", r"X^\top", r"N X^\top"),
    ("dw", "np.ones_like(x).T @ dy", "3", r"X^\top", r"\mathbf{1}^\top"),
    ("dw", "x.T @ dy + w", "3", D, f"{D} + W"),
    ("db", "-dy.sum(0)", "4", r"\left", r"-\left"),
    ("db", "dy.sum(0) * N", "4", r"\left", r"N \left"),
    ("db", "(dy**2).sum(0)", "4", D, rf"{D} \odot {D}"),
]

COLUMN: list[Row] = [
    ("dx", "-W.T @ dy", "2", r"\sum", r"-\sum"),
    ("dx", "W.T @ dy / m", "2", r"\sum", r"\frac{1}{m} \sum"),
    ("dx", "2*W.T @ dy", "2", r"\sum", r"2 \sum"),
    ("dx", "(W**2).T @ dy", "2", "W_{ij}", "W_{ij}^2"),
    ("dx", "W.sum(0)*1.0", "2", Y, ""),
    ("dW", "-np.outer(dy, x)", "3", Y, f"-{Y}"),
    ("dW", "np.outer(dy, x)*m", "3", Y, f"m {Y}"),
    ("dW", "np.outer(dy, np.ones(n))", "3", "x_j", ""),
    ("dW", "np.outer(dy, x**2)", "3", "x_j", "x_j^2"),
    ("dW", "np.outer(np.ones(m), x)", "3", Y, ""),
    ("db", "-dy", "4", Y, f"-{Y}"),
    ("db", "dy*m", "4", Y, f"m {Y}"),
    ("db", "dy*b", "4", Y, f"b_i {Y}"),
    ("db", "np.full(m, dy.sum())", "4", Y, rf"\sum_{{i=1}}^{{m}} {Y}"),
]


def said(layer: Layer) -> list[str]:
    """Every formula that the failing arguments are said to compute."""
    failing = [a for a in layer.arguments if a.verdict is LayerVerdict.FAIL]
    assert failing
    return [text for a in failing for text in b.formulas(a.implements)]


def expected(paper: str, label: str, old: str, new: str) -> str:
    """The right side of an equation with one edit, without blanks."""
    text = (b.PAPERS / paper).read_text(encoding="utf-8")
    (right,) = re.findall(
        rf"^\$\$.*? = (.*?) (?:\\quad \({label}\)|\\tag\{{{label}\}})\$\$", text, re.MULTILINE
    )
    assert old in right
    return re.sub(r"\s", "", right.replace(old, new, 1))


def ids(row: object) -> str | None:
    return row[1] if isinstance(row, tuple) else None


@pytest.mark.parametrize("row", BATCHNORM, ids=ids)
def test_batch_norm(row: Row) -> None:
    what, code, *edit = row
    layer = b.checked(b.BATCHNORM.format(**{**b.BATCHNORM_RIGHT, what: code}), b.PAPERS / "batchnorm.md")
    assert expected("batchnorm.md", *edit) in said(layer)


@pytest.mark.parametrize("row", SOFTMAX, ids=ids)
def test_softmax(row: Row) -> None:
    what, code, *edit = row
    layer = b.checked(b.SOFTMAX.format(**{**b.SOFTMAX_RIGHT, what: code}), b.PAPERS / "softmax.md")
    assert expected("softmax.md", *edit) in said(layer)


@pytest.mark.parametrize("row", LAYERNORM, ids=ids)
def test_layer_norm(row: Row) -> None:
    what, code, *edit = row
    layer = b.checked(b.LAYERNORM.format(**{**b.LAYERNORM_RIGHT, what: code}), b.PAPERS / "layernorm.md")
    assert expected("layernorm.md", *edit) in said(layer)


@pytest.mark.parametrize("row", ROWS, ids=ids)
def test_affine_in_index_notation(row: Row) -> None:
    what, code, *edit = row
    layer = b.checked(b.AFFINE.format(**{**b.AFFINE_RIGHT, what: code}), b.PAPERS / "affine-rows.md")
    assert expected("affine-rows.md", *edit) in said(layer)


@pytest.mark.parametrize("row", MATRICES, ids=ids)
def test_affine_in_matrix_notation(row: Row) -> None:
    what, code, *edit = row
    layer = b.checked(b.AFFINE.format(**{**b.AFFINE_RIGHT, what: code}), b.PAPERS / "affine-matrix.md")
    assert expected("affine-matrix.md", *edit) in said(layer)


@pytest.mark.parametrize("row", COLUMN, ids=ids)
def test_affine_of_one_column(row: Row) -> None:
    what, code, *edit = row
    source = b.COLUMN.format(**{**b.COLUMN_RIGHT, what: code})
    layer = b.checked(source, b.PAPERS / "affine-columns.md", b.COLUMN_INPUTS)
    assert expected("affine-columns.md", *edit) in said(layer)
