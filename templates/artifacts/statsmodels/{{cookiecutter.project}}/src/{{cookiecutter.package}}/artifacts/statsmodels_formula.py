"""A formula as patsy learnt it: taken apart into plain values, and put together again; no code but arithmetic."""

from __future__ import annotations

import ast
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np

TRANSFORMS = ("bs", "center", "cc", "cr", "scale", "standardize", "te")
"""patsy's transforms that learn from the data."""
CALLED = (*TRANSFORMS, "C", "I", "Q", "Treatment", "Sum", "Poly", "Diff", "Helmert", "abs", "float", "int", "round")
PRIVATE = "_patsy_stobj"
LIBRARIES = ("np", "numpy")
ALLOWED = (
    ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Call, ast.keyword, ast.Attribute, ast.BinOp, ast.UnaryOp,
    ast.Compare, ast.BoolOp, ast.operator, ast.unaryop, ast.cmpop, ast.boolop, ast.List, ast.Tuple,
)  # fmt: skip


def taken_apart(model: Any) -> dict[str, Any] | None:
    """Return what the model's formula learnt, as plain values; nothing where there is no formula.

    Raises:
        TypeError: if the formula calls other functions than patsy's and NumPy's.
    """
    if not getattr(model, "formula", None):
        return None
    spec: Any = getattr(model.data, "model_spec", None) or getattr(model.data, "design_info", None)
    if not hasattr(spec, "factor_infos"):
        raise TypeError("The formula was read by another library than patsy; compute its columns before the formula.")
    names = {factor: number for number, factor in enumerate(spec.factor_infos)}
    return {
        "text": str(model.formula),
        "columns": list(spec.column_names),
        "factors": [_factor(factor, info) for factor, info in spec.factor_infos.items()],
        "terms": [
            {"factors": [names[f] for f in term.factors], "parts": [_part(part, names) for part in parts]}
            for term, parts in spec.term_codings.items()
        ],
    }


def _factor(factor: Any, info: Any) -> dict[str, Any]:
    refuse_code(factor.code)
    return {
        "code": factor.code,
        "kind": info.type,
        "columns": info.num_columns,
        "categories": None if info.categories is None else [_plain(value) for value in info.categories],
        "learnt": {
            name: {"transform": type(made).__name__, "state": {k: _plain(v) for k, v in vars(made).items()}}
            for name, made in info.state["transforms"].items()
        },
    }


def _plain(value: Any) -> Any:
    """Return extended precision as text, which JSON would cut, and NumPy's scalars as Python's."""
    if isinstance(value, np.ndarray | np.generic) and value.dtype == np.longdouble and value.dtype.itemsize > 8:
        flat = [repr(np.longdouble(item)).split("'")[-2] for item in np.ravel(value)]
        return {"extended": flat, "shape": list(np.shape(value)) if isinstance(value, np.ndarray) else None}
    return value.item() if isinstance(value, np.generic) else value


def _restored(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"extended", "shape"}:
        numbers = np.array([np.longdouble(text) for text in value["extended"]])
        return numbers[0] if value["shape"] is None else numbers.reshape(value["shape"])
    return value


def _part(part: Any, names: Mapping[Any, int]) -> dict[str, Any]:
    contrasts = [
        {"factor": names[factor], "matrix": contrast.matrix, "suffixes": list(contrast.column_suffixes)}
        for factor, contrast in part.contrast_matrices.items()
    ]
    return {"factors": [names[f] for f in part.factors], "contrasts": contrasts, "columns": part.num_columns}


def put_together(formula: Mapping[str, Any]) -> Any:
    """Return patsy's description of the design.

    Raises:
        TypeError: if it holds code that ``taken_apart`` would not have let through.
    """
    from patsy.contrasts import ContrastMatrix
    from patsy.design_info import DesignInfo, SubtermInfo
    from patsy.desc import Term

    infos = dict(map(_factor_info, formula["factors"]))
    factors = list(infos)
    codings = OrderedDict()
    for term in formula["terms"]:
        codings[Term([factors[i] for i in term["factors"]])] = [
            SubtermInfo(
                [factors[i] for i in part["factors"]],
                {factors[c["factor"]]: ContrastMatrix(c["matrix"], c["suffixes"]) for c in part["contrasts"]},
                part["columns"],
            )
            for part in term["parts"]
        ]
    return DesignInfo(formula["columns"], infos, codings)


def _factor_info(saved: Mapping[str, Any]) -> tuple[Any, Any]:
    from patsy.design_info import FactorInfo
    from patsy.eval import EvalEnvironment, EvalFactor

    refuse_code(saved["code"])
    factor = EvalFactor(saved["code"])
    state: dict[str, Any] = {}
    factor.memorize_passes_needed(state, EvalEnvironment([{"np": np, "numpy": np}]))
    if set(state["transforms"]) != set(saved["learnt"]):
        raise TypeError(f"What {saved['code']!r} learnt does not fit this version of patsy.")
    for name, learnt in saved["learnt"].items():
        vars(state["transforms"][name]).update({k: _restored(v) for k, v in learnt["state"].items()})
    categories = None if saved["categories"] is None else tuple(saved["categories"])
    return factor, FactorInfo(factor, saved["kind"], state, saved["columns"], categories)


def refuse_code(code: str) -> None:
    """Raise unless ``code`` is arithmetic on columns with patsy's and NumPy's functions."""
    for node in ast.walk(ast.parse(code, mode="eval")):
        if not isinstance(node, ALLOWED):
            raise TypeError(f"The formula holds {code!r}, which is more than arithmetic on columns.")
        if isinstance(node, ast.Attribute):
            plain = isinstance(node.value, ast.Name) and node.value.id in LIBRARIES
            if not plain or not isinstance(getattr(np, node.attr, None), np.ufunc):
                raise TypeError(f"The formula calls {ast.unparse(node)}; compute that column before the formula.")
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id not in CALLED:
            raise TypeError(f"The formula calls {node.func.id}; compute that column before the formula.")
        if isinstance(node, ast.Call) and not isinstance(node.func, ast.Name | ast.Attribute):
            raise TypeError(f"The formula holds {code!r}, which is more than arithmetic on columns.")
