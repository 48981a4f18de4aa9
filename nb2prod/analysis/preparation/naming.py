"""Readable names and words for what is learnt."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Container
from dataclasses import dataclass, field

from nb2prod.analysis.preparation.syntax import shown

WORDS = {
    "mode": "most frequent value", "std": "standard deviation", "var": "variance", "min": "smallest value",
    "max": "largest value", "nunique": "number of different values", "value_counts": "counts of the values",
    "unique": "different values", "columns": "column names", "quantile": "quantile", "median": "median", "mean": "mean",
    "sum": "sum", "count": "count",
}  # fmt: skip
SILENT = {
    "dropna", "fillna", "astype", "tolist", "to_list", "reset_index", "to_dict", "set_index", "values", "index",
    "iloc", "loc", "copy", "to_numpy", "item", "fit", "drop", "head", "sort_values", "to_frame", "str", "agg",
}  # fmt: skip
"""Methods that say nothing about what the value is."""
LONGEST = 40


@dataclass
class _Parts:
    subject: str = ""
    doing: list[str] = field(default_factory=list)
    by: list[str] = field(default_factory=list)


def hint_for(node: ast.expr) -> str:
    """Return what a name for the value of ``node`` should say: ``age_mean``, ``fare_median_by_pclass``."""
    parts = _Parts()
    _look(node, parts)
    words = [parts.subject, *parts.doing[-2:]]
    if parts.by:
        words += ["by", *parts.by[:2]]
    return slug("_".join(words)) or "learned"


def described(node: ast.expr) -> str:
    """Return what a value is in words: ``mean of `age```."""
    parts = _Parts()
    _look(node, parts)
    chooses = isinstance(node, ast.IfExp | ast.BoolOp | ast.Compare)
    if chooses or not parts.subject or len(parts.doing) != 1 or parts.doing[0] not in WORDS:
        return f"`{shown(node)}`"
    by = f" for each {' and '.join(f'`{key}`' for key in parts.by)}" if parts.by else ""
    return f"{WORDS[parts.doing[0]]} of `{parts.subject}`{by}"


def _look(node: ast.expr, parts: _Parts) -> None:
    match node:
        case ast.Call(func=ast.Attribute(value=inner, attr="groupby")):
            _look(inner, parts)
            parts.by += [c.value for a in node.args for c in ast.walk(a) if _is_text(c)]  # type: ignore[attr-defined]
        case ast.Call(func=ast.Attribute(value=ast.Name(id=root), attr=method)) if node.args and root in {"np", "pd"}:
            _look(node.args[0], parts)
            parts.doing.append(method)
        case ast.Call(func=ast.Attribute(value=inner, attr=method)):
            _look(inner, parts)
            if method not in SILENT:
                parts.doing.append(method)
        case ast.Call(func=ast.Name(id=function), args=[first, *_]):
            _look(first, parts)
            if function not in {"list", "dict", "sorted", "set", "int", "float", "tuple", "round"}:
                parts.doing.append(function)
        case ast.Subscript(value=inner, slice=ast.Constant(value=str(column))):
            _look(inner, parts)
            parts.subject = column
        case ast.Subscript(value=inner, slice=ast.Tuple(elts=[_, ast.Constant(value=str(column))])):
            _look(inner, parts)
            parts.subject = column
        case ast.Subscript(value=inner):
            _look(inner, parts)
        case ast.Compare(left=inner) | ast.BoolOp(values=[inner, *_]) | ast.IfExp(body=inner):
            _look(inner, parts)
        case ast.Attribute(value=inner, attr=attribute):
            _look(inner, parts)
            if attribute in WORDS or attribute in {"shape", "dtypes", "dtype"}:
                parts.doing.append(attribute)
            elif attribute not in SILENT:
                parts.subject = attribute
        case ast.Name(id=spelling):
            parts.subject = parts.subject or spelling
        case ast.BinOp(left=left, right=right):
            _look(right if isinstance(left, ast.Constant) else left, parts)
        case ast.DictComp(value=inner):
            _look(inner, parts)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def slug(text: str) -> str:
    """Return ``text`` as a lower-case name, cut where it gets long."""
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    text = re.sub(r"[^0-9a-zA-Z]+", "_", text.encode("ascii", "ignore").decode()).strip("_").lower()
    text = text[:LONGEST].rstrip("_")
    return f"_{text}" if text[:1].isdigit() else text


def fresh(wanted: str, taken: Container[str]) -> str:
    """Return ``wanted``, or with a number behind it where that is taken."""
    wanted = f"{wanted}_" if keyword.iskeyword(wanted) else wanted
    found, number = wanted, 1
    while found in taken:
        number += 1
        found = f"{wanted}_{number}"
    return found
