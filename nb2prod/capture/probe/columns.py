"""Raw rows and what prepares them go in; the columns that it can do without come out."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from .as_json import is_a
from .same_rows import difference

SECONDS = 30.0
"""What trying to do without columns may take; those not tried by then are asked for."""


def unused_columns(rows: Any, prepare: Callable[[Any], Any]) -> list[Any]:
    """Return the labels of the columns that can all be left out together without a change of what is prepared."""
    if not is_a(rows, "pandas", "DataFrame") or not rows.columns.is_unique:
        return []
    deadline = time.monotonic() + SECONDS
    wanted = prepare(rows)

    def can_do_without(labels: list[Any]) -> bool:
        try:
            return not difference(prepare(rows.drop(columns=labels)), wanted)
        except Exception:
            return False

    alone = [label for label in rows.columns if time.monotonic() < deadline and can_do_without([label])]
    if len(alone) == len(rows.columns):
        alone = alone[1:]
    if not alone or can_do_without(alone):
        return alone
    together: list[Any] = []
    for label in alone:
        if time.monotonic() < deadline and can_do_without([*together, label]):
            together.append(label)
    return together
