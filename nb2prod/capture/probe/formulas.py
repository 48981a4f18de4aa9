"""Results of statsmodels: whether they are of a model that can be saved, and what in the formula stands in the way."""

from __future__ import annotations

import ast
from typing import Any

from .as_json import loaded

MODELS = ("OLS", "WLS", "QuantReg", "RLM", "GLM", "Logit", "Probit", "MNLogit", "Poisson")
LIBRARIES = ("np", "numpy")
CALLED = (
    "bs", "center", "cc", "cr", "scale", "standardize", "te", "C", "I", "Q", "Treatment", "Sum", "Poly", "Diff",
    "Helmert", "abs", "float", "int", "round",
)  # fmt: skip
"""What a formula may call, as in the file of the artifact kind."""


def is_fitted(value: Any) -> bool:
    """Say whether ``value`` is what fitting one of ``MODELS`` gives."""
    results = getattr(value, "_results", value)
    model = getattr(results, "model", None)
    return hasattr(results, "params") and type(model).__name__ in MODELS


def obstacle(value: Any) -> str:
    """Return what keeps the results out of a file without code; nothing if nothing does."""
    model = getattr(value, "_results", value).model
    if not getattr(model, "formula", None):
        return ""
    spec = getattr(model.data, "model_spec", None) or getattr(model.data, "design_info", None)
    if spec is None or not hasattr(spec, "factor_infos"):
        return "its formula was read by another library than patsy"
    for factor in spec.factor_infos:
        for node in ast.walk(ast.parse(factor.code, mode="eval")):
            if isinstance(node, ast.Call) and not _is_known(node.func):
                return f"its formula calls `{_text(node.func)}`, code that would have to be in the file"
    return ""


def _is_known(called: ast.expr) -> bool:
    if isinstance(called, ast.Name):
        return called.id in CALLED
    ufunc = getattr(loaded("numpy"), "ufunc", ())
    plain = isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id in LIBRARIES
    return plain and isinstance(getattr(loaded("numpy"), getattr(called, "attr", ""), None), ufunc)


def _text(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return f"{_text(called.value)}.{called.attr}"
    return called.id if isinstance(called, ast.Name) else "a value"
