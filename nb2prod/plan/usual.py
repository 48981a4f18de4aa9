"""A request schema and the notebook's rows to what is usual of them: plain numbers, as ``schema.json`` states it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, sqrt
from operator import mul
from statistics import fmean
from typing import Any

FEWEST = 20
"""Rows below which nothing is called unusual: of n rows like the others the next one is beyond them all, in a number,
twice in n + 1 times."""
MARGIN = 0.05
"""Share of the range that a number may lie beyond it; with fewer than 100 rows ``5 / rows``."""
ROWS_PER_FIELD = 25
"""Rows for each field, and twice that in all, from which on it is known how fields go together."""
RELATED = 0.3
"""Correlation from which on two numbers go together; others have no unusual combination."""
MOST = 8
"""Fields whose combinations are looked at: each costs a request as many multiplications as come before it."""
HUGE = 1e100
"""Numbers from there on are no measurements, and their squares would be no numbers."""
LOOKED_AT = 2000
"""Rows that say how fields go together; further ones would change little."""
BEYOND = 1.5
"""How much further from the mean than any row a combination must be, by the square of Mahalanobis' distance."""


def usual(request: Mapping[str, Any], rows: Sequence[Any]) -> dict[str, Any]:
    """Return what was seen often enough to call other values unusual; ``{}`` with fewer than ``FEWEST`` rows.

    ``fields`` has, by name (``""`` where a record has none), ``low`` and ``high`` of numbers, with the margin,
    ``shortest`` and ``longest`` of texts, or ``known``: that all categories were seen. ``together`` has numbers that go
    together: ``fields``, their ``mean``, ``rows`` of the inverse of the covariance's Cholesky factor, and the ``limit``
    of the square of a record's distance (Mahalanobis, 1936).
    """
    if len(rows) < FEWEST:
        return {}
    fields = request.get("fields")
    if fields is None:
        kind = {"text": "string", "array": "number"}.get(str(request["kind"]), request.get("type"))
        found = {"": _usual_of({**request, "type": kind}, [value for row in rows for value in _flat(row)])}
    else:
        columns = {str(field["name"]): [row.get(field["name"]) for row in rows] for field in fields}
        found = {str(field["name"]): _usual_of(field, columns[str(field["name"])]) for field in fields}
    said = {"rows": len(rows), "fields": {name: each for name, each in found.items() if each}}
    together = _together(fields, rows) if fields else None
    return said if together is None else {**said, "together": together}


def _flat(value: Any) -> list[Any]:
    return [inner for each in value for inner in _flat(each)] if isinstance(value, list) else [value]


def _usual_of(field: Mapping[str, Any], column: Sequence[Any]) -> dict[str, Any]:
    values = [value for value in column if value is not None]
    if field.get("fixed") or len(values) < FEWEST:
        return {}
    if field.get("type") in ("integer", "number"):
        return _range(field, values)
    if field.get("type") == "string":
        if len(set(values)) <= len(values) / 2 and set(values) <= set(field.get("categories", ())):
            return {"known": True}
        lengths = [len(value) for value in values]
        return {"shortest": (min(lengths) + 1) // 2, "longest": 2 * max(lengths)}
    return {}


def _range(field: Mapping[str, Any], values: Sequence[float]) -> dict[str, float]:
    """Return the range with its margin, which never goes through zero: what was never negative is unusual if it is."""
    ends = [field[end] for end in ("minimum", "maximum") if field.get(end) is not None]
    low, high = min([*values, *ends]), max([*values, *ends])
    if max(abs(low), abs(high)) > HUGE:
        return {}
    margin = max(MARGIN, 5 / len(values)) * (high - low)
    lowest, highest = low - margin, high + margin
    return {"low": max(lowest, 0) if low >= 0 else lowest, "high": min(highest, 0) if high <= 0 else highest}


def _together(fields: Sequence[Mapping[str, Any]], rows: Sequence[Any]) -> dict[str, Any] | None:
    """Return how numbers go together, or nothing where they do not, or too few rows show it."""
    numbers = [str(field["name"]) for field in fields if field["type"] in ("integer", "number")]
    whole = [row for row in rows if all(row.get(name) is not None for name in numbers)]
    if len(whole) < 2 * ROWS_PER_FIELD:
        return None
    columns = {name: [row[name] for row in whole] for name in numbers}
    mean, spread = {}, {}
    for name, column in columns.items():
        if len(set(column)) > 2 and max(map(abs, column)) <= HUGE:
            mean[name] = fmean(column)
            spread[name] = sqrt(fmean([(value - mean[name]) ** 2 for value in column]))
    scaled = {
        name: [(value - mean[name]) / spread[name] for value in columns[name][:: len(whole) // LOOKED_AT + 1]]
        for name in mean
        if spread[name] > 0 and isfinite(spread[name])
    }
    names, inverse = _inverse_factor(_related(scaled), scaled)
    if len(names) < 2 or len(whole) < ROWS_PER_FIELD * len(names):
        return None
    inverse = [[each / spread[name] for each, name in zip(row, names, strict=False)] for row in inverse]
    middle = [mean[name] for name in names]
    distances = [_distance(middle, inverse, values) for values in zip(*(columns[name] for name in names), strict=True)]
    return {"fields": names, "mean": middle, "rows": inverse, "limit": BEYOND * max(distances)}


def _covariance(column: Sequence[float], other: Sequence[float]) -> float:
    """Return the covariance of columns whose mean is about zero."""
    return float(sum(map(mul, column, other))) / len(column)


def _related(columns: Mapping[str, Sequence[float]]) -> list[str]:
    """Return the fields that go most together with another one, in the order of the records."""
    names = list(columns)
    strongest = dict.fromkeys(names, 0.0)
    for place, name in enumerate(names):
        for other in names[:place]:
            both = abs(_covariance(columns[name], columns[other]))
            strongest[name], strongest[other] = max(strongest[name], both), max(strongest[other], both)
    chosen = sorted((name for name in names if strongest[name] >= RELATED), key=strongest.__getitem__)[-MOST:]
    return [name for name in names if name in chosen]


def _inverse_factor(
    names: Sequence[str], columns: Mapping[str, Sequence[float]]
) -> tuple[list[str], list[list[float]]]:
    """Return the fields without those that others determine, and L⁻¹ of their covariance L·Lᵀ, row by row."""
    kept: list[str] = []
    inverse: list[list[float]] = []
    for name in names:
        own = _covariance(columns[name], columns[name])
        with_kept = [_covariance(columns[name], columns[each]) for each in kept]
        factor = [sum(map(mul, row, with_kept)) for row in inverse]
        left = own - sum(map(mul, factor, factor))
        if left <= 1e-6 * own:
            continue
        below = [sum(factor[i] * inverse[i][j] for i in range(j, len(factor))) for j in range(len(factor))]
        kept.append(name)
        inverse.append([*(-each / sqrt(left) for each in below), 1 / sqrt(left)])
    return kept, inverse


def _distance(mean: Sequence[float], inverse: Sequence[Sequence[float]], values: Sequence[float]) -> float:
    """Return the square of Mahalanobis' distance."""
    away = [value - middle for value, middle in zip(values, mean, strict=True)]
    return float(sum(sum(map(mul, row, away)) ** 2 for row in inverse))
