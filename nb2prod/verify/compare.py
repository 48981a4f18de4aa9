"""Answers compared as values: expected and actual predictions in, a ``Comparison`` out.

Labels, integers, booleans and texts must be identical. Floats agree within a relative tolerance; around zero, where
that means nothing, within a small fraction of the largest answer at the same place. ``null`` stands for every value
that is missing or not finite (``docs/schema.md``).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2prod.verify.model import Comparison, Difference

SHOWN = 5
"""Differences that a comparison keeps."""


@dataclass(frozen=True)
class Tolerance:
    """How far two floats may be apart and still be the same answer."""

    relative: float = 1e-6
    """Of the larger of the two."""
    floor: float = 1e-13
    """Of the largest answer at the same place in all records: some units in the last place, as sums lose them."""


@dataclass(frozen=True)
class Failure:
    """What stands in an answer's place where there is none."""

    message: str


DEFAULT_TOLERANCE = Tolerance()

BY_DTYPE = {
    "bfloat16": Tolerance(1e-2, 1e-2),
    "float16": Tolerance(1e-2, 1e-3),
    "float32": Tolerance(1e-5, 1e-6),
}
"""Coarser answers than float64, the coarsest first."""

Path = tuple[str | int, ...]
"""Where in an answer something stands: keys and positions."""

Place = tuple[str, ...]
"""A path with ``[]`` for any position in a list: numbers at the same place measure the same thing."""


def tolerance_for(response_schema: Mapping[str, Any], responses: Sequence[Any] = ()) -> Tolerance:
    """Return the tolerance that the notebook's own answers allow: their coarsest float dtype decides.

    The schema does not always name it (a tuple of a label and scores, ``float(tensor)``); ``responses`` then tell
    whether it was float32.
    """
    seen = set(_dtypes(response_schema))
    if _look_single(responses):
        seen.add("float32")
    return next((tolerance for dtype, tolerance in BY_DTYPE.items() if dtype in seen), DEFAULT_TOLERANCE)


def compare(
    expected: Sequence[Any], actual: Sequence[Any], tolerance: Tolerance, requests: Sequence[Any] = ()
) -> Comparison:
    """Compare the answers record by record.

    Args:
        expected: The notebook's answers, as JSON values.
        actual: The service's, in the same order; a ``Failure`` where there is none.
        tolerance: For floats.
        requests: The records themselves, to show beside the first differences.
    """
    if len(expected) != len(actual):
        return Comparison(
            rows=len(expected),
            equal=0,
            tolerance=tolerance.relative,
            error=f"{len(expected)} answers were expected, {len(actual)} came",
        )
    scales = _scales(expected)
    equal, largest = 0, 0.0
    differences: list[Difference] = []
    for row, (wanted, got) in enumerate(zip(expected, actual, strict=True)):
        largest = max([largest, *_distances(wanted, got)])
        where = _where(wanted, got, tolerance, scales, ())
        if where is None:
            equal += 1
        elif len(differences) < SHOWN:
            request = requests[row] if row < len(requests) else None
            differences.append(Difference(row, request, notebook=_shown(wanted), service=_shown(got), where=where))
    return Comparison(
        rows=len(expected),
        equal=equal,
        max_abs_difference=largest,
        tolerance=tolerance.relative,
        differences=tuple(differences),
    )


def _where(
    expected: Any, actual: Any, tolerance: Tolerance, scales: Mapping[Place, float], place: Place
) -> Path | None:
    """Return the keys and positions that lead to the first difference; ``None`` if there is none."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping) and expected.keys() == actual.keys():
        pairs = [(key, (*place, str(key)), value, actual[key]) for key, value in expected.items()]
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)) and len(expected) == len(actual):
        items = enumerate(zip(expected, actual, strict=True))
        pairs = [(position, (*place, "[]"), value, other) for position, (value, other) in items]
    else:
        return None if _same(expected, actual, tolerance, scales.get(place, 0.0)) else ()
    for key, inner, value, other in pairs:
        rest = _where(value, other, tolerance, scales, inner)
        if rest is not None:
            return (key, *rest)
    return None


def _same(expected: Any, actual: Any, tolerance: Tolerance, scale: float) -> bool:
    if _is_missing(expected) or _is_missing(actual):
        return _is_missing(expected) and _is_missing(actual)
    if isinstance(expected, float) and _is_number(actual):
        return math.isclose(expected, actual, rel_tol=tolerance.relative, abs_tol=tolerance.floor * scale)
    if isinstance(expected, (Mapping, list, tuple)):
        return False  # of another kind, length or with other fields, or `_where` had gone into it
    return type(expected) is type(actual) and bool(expected == actual)


def _scales(answers: Sequence[Any]) -> dict[Place, float]:
    """Return the largest magnitude of the floats at each place."""
    scales: dict[Place, float] = {}
    for answer in answers:
        for place, value in _floats(answer, ()):
            scales[place] = max(scales.get(place, 0.0), abs(value))
    return scales


def _floats(value: Any, place: Place) -> Iterator[tuple[Place, float]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _floats(item, (*place, str(key)))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _floats(item, (*place, "[]"))
    elif isinstance(value, float) and math.isfinite(value):
        yield place, value


def _distances(expected: Any, actual: Any) -> Iterator[float]:
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in expected.keys() & actual.keys():
            yield from _distances(expected[key], actual[key])
    elif isinstance(expected, (list, tuple)) and isinstance(actual, (list, tuple)):
        for one, other in zip(expected, actual, strict=False):
            yield from _distances(one, other)
    elif _is_number(expected) and _is_number(actual) and not _is_missing(expected) and not _is_missing(actual):
        yield _distance(expected, actual)


def _distance(one: float, other: float) -> float:
    try:
        return float(abs(one - other))
    except OverflowError:  # an integer beyond the floats
        return math.inf


def _look_single(answers: Sequence[Any]) -> bool:
    """Whether all floats are float32 values, and not only because they are round.

    A float64 that was computed as such has 53 significant bits and fits into float32's 24 by a chance of 2**-29.
    Round ones (halves, counts, shares of 64 trees) need few bits and say nothing, so one must need more than half.
    """
    bits = [_significant_bits(value) for answer in answers for _, value in _floats(answer, ())]
    return bool(bits) and 12 < max(bits) <= 24


def _significant_bits(value: float) -> int:
    numerator = abs(value.as_integer_ratio()[0])
    return (numerator // (numerator & -numerator)).bit_length() if numerator else 0


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _shown(answer: Any) -> Any:
    return {"error": answer.message} if isinstance(answer, Failure) else answer


def _dtypes(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        dtype = schema.get("dtype")
        if isinstance(dtype, str):
            yield dtype.removeprefix("torch.")
        for value in schema.values():
            yield from _dtypes(value)
    elif isinstance(schema, (list, tuple)):
        for value in schema:
            yield from _dtypes(value)
