"""Tables, arrays and lists go in as rows of plain values, which can be compared and looked up."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from .as_json import SINGLE, is_a, is_missing, loaded

RELATIVE, ABSOLUTE = 1e-9, 1e-12
SINGLE_RELATIVE, SINGLE_ABSOLUTE = 1e-4, 1e-6
"""How far two numbers may be apart and still be the same, in double and in single precision."""


def length(value: Any) -> int:
    """Return how many rows ``value`` has, -1 where it has none."""
    shape = getattr(value, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) > 0 else -1
    return len(value) if isinstance(value, (list, tuple)) else -1


def take(value: Any, places: Sequence[int]) -> Any:
    """Return the rows at ``places``, held as ``value`` holds them."""
    places = list(places)
    if is_a(value, "pandas", "DataFrame", "Series"):
        return value.iloc[places]
    if isinstance(value, (list, tuple)):
        return type(value)([value[place] for place in places])
    return (value.tocsr() if _is_sparse(value) else value)[places]


def fresh(rows: Any) -> Any:
    """Return rows as they come in a request: with an index that means nothing."""
    return rows.reset_index(drop=True) if is_a(rows, "pandas", "DataFrame", "Series") else rows


class Unprepared:
    """Stands for a row that cannot be prepared; it equals nothing."""


def each_prepared(
    raw: Any, prepare: Callable[[Any], Any], seconds: float, raised: Callable[[Exception], None] | None = None
) -> list[Any]:
    """Return all rows prepared, as many at once as can be, and ``Unprepared`` for those that cannot be or that there
    is no time for. ``raised`` is told what it raises."""
    found: list[Any] = [Unprepared()] * length(raw)
    deadline = time.monotonic() + seconds
    waiting = [(0, length(raw))]
    while waiting and time.monotonic() < deadline:
        start, end = waiting.pop()
        made = None
        try:
            made = rows_of(prepare(fresh(take(raw, range(start, end)))))
        except Exception as error:
            if raised is not None:
                raised(error)
        if made is not None and len(made) == end - start:
            found[start:end] = made
        elif end - start > 1:
            middle = (start + end) // 2
            waiting += [(start, middle), (middle, end)]
    return found


def rows_of(value: Any) -> list[Any] | None:
    """Return the rows of ``value`` as plain values; ``None`` for what has no rows."""
    if is_a(value, "pandas", "DataFrame"):
        columns = [plain(value.iloc[:, place].tolist()) for place in range(value.shape[1])]
        return [list(row) for row in zip(*columns)] if columns else [[] for _ in range(len(value))]
    if _is_sparse(value):
        rows = value.tocsr().sorted_indices()
        ends = rows.indptr.tolist()
        pairs = list(zip(rows.indices.tolist(), rows.data.tolist()))
        return [
            [list(pair) for pair in pairs[ends[place] : ends[place + 1]] if pair[1] != 0]
            for place in range(len(ends) - 1)
        ]
    if is_a(value, "torch", "Tensor"):
        value = value.detach().cpu()
    if length(value) < 0:
        return None
    if hasattr(value, "tolist"):
        value = value.tolist()
    return list(plain(list(value)))


def plain(value: Any) -> Any:
    """Return nested values with ``None`` for what is missing and texts for what is neither number nor text."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if is_missing(value):
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    numpy = loaded("numpy")
    if numpy is not None and isinstance(value, (numpy.generic, numpy.ndarray)) and value.dtype.kind in "biufSU":
        return plain(value.tolist())
    return str(value)


def _is_sparse(value: Any) -> bool:
    return hasattr(value, "tocsr") and type(value).__module__.startswith("scipy.sparse")


def is_single(value: Any) -> bool:
    """Say whether any number in ``value`` is of single precision."""
    if is_a(value, "pandas", "DataFrame"):
        return any(str(dtype) in SINGLE for dtype in value.dtypes)
    return str(getattr(value, "dtype", "")).replace("torch.", "") in SINGLE


def same(left: Any, right: Any, single: bool = False) -> bool:
    """Say whether two plain values are the same, floats up to rounding."""
    if left is None or right is None:
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(same(a, b, single) for a, b in zip(left, right))
    if isinstance(left, (bool, int, float)) and isinstance(right, (bool, int, float)):
        if left == right:
            return True
        relative, absolute = (SINGLE_RELATIVE, SINGLE_ABSOLUTE) if single else (RELATIVE, ABSOLUTE)
        return math.isclose(left, right, rel_tol=relative, abs_tol=absolute)
    return bool(left == right)


def look_up(wanted: list[Any], among: Sequence[Any], single: bool) -> list[int | None]:
    """Return, for each row of ``wanted``, the place of one that is the same among the others, ``None`` for none."""
    buckets: dict[Any, list[int]] = {}
    for place, row in enumerate(among):
        buckets.setdefault(rough(row), []).append(place)

    def find(row: Any) -> int | None:
        near = buckets.get(rough(row), ())
        found = next((place for place in near if same(row, among[place], single)), None)
        if found is None:  # rounding may have put it beside: rare, and worth a look at all
            found = next((place for place, other in enumerate(among) if same(row, other, single)), None)
        return found

    return [find(row) for row in wanted]


def rough(value: Any) -> Any:
    """Return a key that is the same for values that are, but for rare roundings."""
    if isinstance(value, list):
        return tuple(rough(item) for item in value)
    if isinstance(value, (bool, int, float)):
        return f"{float(value) + 0.0:.4g}" if abs(value) > 1e-9 else "0"
    return value


def difference(prepared: Any, own: Any) -> str:
    """Say how prepared rows differ from the notebook's own; nothing where they do not."""
    if is_a(own, "pandas", "DataFrame"):
        if not is_a(prepared, "pandas", "DataFrame"):
            return f"it gives a {type(prepared).__name__} and not a table"
        missing = [str(label) for label in own.columns if label not in prepared.columns]
        more = [str(label) for label in prepared.columns if label not in own.columns]
        if missing or more:
            found = (("it lacks", missing), ("it adds", more))
            return "; ".join(f"{words} the columns {_listed(names)}" for words, names in found if names)
        if list(prepared.columns) != list(own.columns):
            return "it gives the columns in another order"
    left, right = rows_of(prepared), rows_of(own)
    if left is None or right is None or len(left) != len(right):
        return f"it gives {len(left or ())} rows for {len(right or ())}"
    wrong = _wrong(left, right, own)
    return f"it gives other values in {_listed(wrong)}, such as {next(iter(wrong.values()))}" if wrong else ""


def differing_columns(prepared: Any, own: Any) -> list[str]:
    """Return the columns of a table in which prepared rows differ from the notebook's own, none where it has others."""
    if not (is_a(own, "pandas", "DataFrame") and is_a(prepared, "pandas", "DataFrame")):
        return []
    left, right = rows_of(prepared) or [], rows_of(own) or []
    if list(prepared.columns) != list(own.columns) or len(left) != len(right):
        return []
    return [name.strip("`") for name in _wrong(left, right, own)]


def _wrong(prepared: list[Any], own: list[Any], table: Any) -> dict[str, str]:
    """Return what differs: columns and the first values in each."""
    wrong: dict[str, str] = {}
    single = is_single(table)
    for a, b in zip(prepared, own):
        _note(a, b, table, single, wrong)
    return wrong


def _note(prepared: Any, own: Any, table: Any, single: bool, wrong: dict[str, str]) -> None:
    """Note the columns in which a prepared row differs from the notebook's."""
    if same(prepared, own, single):
        return
    named = is_a(table, "pandas", "DataFrame")
    if not (isinstance(prepared, list) and isinstance(own, list) and len(prepared) == len(own)):
        wrong.setdefault("the rows", f"{_short(prepared)} instead of {_short(own)}")
        return
    for place, (a, b) in enumerate(zip(prepared, own)):
        if not same(a, b, single):
            name = f"`{table.columns[place]}`" if named else f"column {place}"
            wrong.setdefault(name, f"{_short(a)} instead of {_short(b)}")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:60] + "..."


def _listed(names: Any) -> str:
    names = list(names)
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
