"""Values beside a request that go with its rows: what a service would freeze though each request has its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

from .as_json import alike, is_a
from .cutting import split_one
from .rebuilding import UnfitError
from .same_rows import length, take

MOST_BESIDE = 4
"""How many values beside the request are taken apart together with it, at most."""


def beside(names: Sequence[str], namespace: dict[str, Any], count: int) -> list[str]:
    """Return which of ``names`` hold a value for each of ``count`` rows that are asked about."""
    held = [name for name in names if is_a_column_of_values(namespace.get(name)) and length(namespace[name]) == count]
    return held[:MOST_BESIDE] if count > 1 else []


def is_a_column_of_values(value: Any) -> bool:
    """Say whether ``value`` has rows that can be taken out of it."""
    if isinstance(value, (list, tuple)) or is_a(value, "pandas", "DataFrame", "Series"):
        return True
    return is_a(value, "numpy", "ndarray") or is_a(value, "torch", "Tensor")


def refuse_rows_beside(
    names: list[str], namespace: dict[str, Any], place: int, answered: Any, ask: Callable[[dict[str, Any]], Any]
) -> None:
    """Refuse a request of which a part is not sent with it: where the row at ``place`` alone is answered as
    ``answered``, which it is in the notebook, only if the same row of these values goes with it."""
    for size in range(1, len(names) + 1):
        for some in combinations(names, size):
            parts = {name: take(namespace[name], [place]) for name in some}
            if _gives(ask, parts, answered):
                raise UnfitError(told_of_rows_beside(list(some), length(namespace[some[0]])))


def told_of_rows_beside(names: list[str], count: int) -> str:
    """Return what to do about values that go with the rows of a request."""
    spelled = " and ".join(f"`{name}`" for name in names)
    holds, belongs = ("holds", "belongs") if len(names) == 1 else ("hold", "belong")
    return (
        f"{spelled} {holds} a value for each of the {count} rows that are asked about, so {belongs} to the request: a "
        f"row alone is answered as in the notebook only with its own part of {spelled}. Make all that is asked with of "
        "the same rows in the inference cell, `sample = df[:20]`, or ask in a function that takes all of it, "
        f"`def predict(..., {', '.join(names)}): ...`, and call it for one example"
    )


def _gives(ask: Callable[[dict[str, Any]], Any], parts: dict[str, Any], answered: Any) -> bool:
    try:
        found = split_one(ask(parts), only_arrays=False)
    except Exception:
        return False
    return found is not None and alike(found[0], answered, "float32")
