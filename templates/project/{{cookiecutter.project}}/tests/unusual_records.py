"""Records that are as a good one but for one thing that the notebook's rows never had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from {{ cookiecutter.package }}.schema import check
from {{ cookiecutter.package }}.schema.contract import REQUEST, USUAL


def unusual_records(good: Any) -> Iterator[tuple[Any, str | None, str]]:
    """Yield such records that the schema allows, each with the field and the reason."""
    types = {field["name"]: field["type"] for field in REQUEST.get("fields", ())}
    for name, said in USUAL.get("fields", {}).items():
        for value, reason in unusual_values(said, types.get(name, REQUEST.get("type", ""))):
            record = {**good, name: value} if name else in_place_of(good, value)
            if not check([record]):
                yield record, name or None, reason


def unusual_values(said: dict[str, Any], kind: str) -> Iterator[tuple[Any, str]]:
    """Yield values that are just beyond what is usual, and why they are."""
    if "known" in said:
        yield "never seen before", "unknown_category"
    elif "longest" in said:
        yield "x" * (said["longest"] + 1), "odd_length"
    else:
        step = 1 if kind == "integer" else 0.5
        yield int(said["high"]) + 1 if kind == "integer" else said["high"] + step, "out_of_range"
        yield int(said["low"]) - 1 if kind == "integer" else said["low"] - step, "out_of_range"


def in_place_of(good: Any, value: Any) -> Any:
    """Return the value, or the lists with it in place of their first number."""
    return [in_place_of(good[0], value), *good[1:]] if isinstance(good, list) else value
