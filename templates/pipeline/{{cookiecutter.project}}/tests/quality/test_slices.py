"""The model is good enough on every slice of the rows."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from . import experiment
from .simple import stand_ins

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.quality

FLOOR = 0.25
"""Share by which, on a slice, the same answer for every row may be better than the model, in the mean."""
NOTABLE = 0.2
"""Share by which a slice has to be worse than all rows to be named."""
MOST_VALUES = 12


def slices(values: Any) -> Iterator[tuple[str, Any]]:
    """Yield a name and the rows of each slice: a category, or a third of the numbers or of the texts' lengths.

    Where a third would be too few rows it is a half.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biufM":
        array = np.asarray([str(each) for each in array])
    if array.dtype.kind not in "M" and len(np.unique(array)) <= MOST_VALUES:
        for value in np.unique(array):
            yield f"= {value}", np.flatnonzero(array == value)
        return
    numbers = np.char.str_len(array) if array.dtype.kind == "U" else array.astype(float)
    few = len(numbers) < 3 * experiment.FEWEST_ROWS
    low, high = np.nanquantile(numbers, [1 / 2, 1 / 2] if few else [1 / 3, 2 / 3])
    for name, chosen in (
        ("low", numbers <= low),
        ("middle", (numbers > low) & (numbers <= high)),
        ("high", numbers > high),
    ):
        yield name, np.flatnonzero(chosen)


def column(table: Any, name: Any) -> Any:
    """Return one feature of the rows; of pictures and the like the mean of each row."""
    if hasattr(table, "columns"):
        return table[name]
    return np.asarray(table)[:, name].reshape(len(table), -1).mean(axis=1)


def measure(names: list[Any]) -> tuple[dict[str, float], dict[str, float]]:
    """Return for each slice by which share the model is worse than on all rows, and worse than a constant answer."""
    run = experiment.run()
    simpler = stand_ins(run)
    table = run.handed[run.table]
    worse: dict[str, float] = {}
    behind: dict[str, float] = {}
    for name in names:
        for label, rows in slices(column(table, name)):
            if experiment.FEWEST_ROWS <= len(rows) < len(table):
                try:
                    metrics = run.again(rows=rows)
                    simple = run.again(rows=rows, **simpler)
                except (ValueError, IndexError, KeyError, ZeroDivisionError) as error:
                    print(f"{name} {label}: cannot be measured: {error}")
                    continue
                place = f"{name} {label}"
                worse[place] = -experiment.gain(metrics, run.metrics)
                behind[place] = -experiment.gain(metrics, simple) if simpler else 0.0
                print(f"{place}: {len(rows)} rows, {worse[place]:+.1%} worse, {metrics}")
    return worse, behind


def judge(worse: dict[str, float], behind: dict[str, float]) -> None:
    """Name the slices on which the model is weak, and fail where it is no good at all."""
    weak = [f"{place} ({share:.0%} worse)" for place, share in worse.items() if share > NOTABLE]
    if weak:
        warnings.warn(f"weak on {', '.join(weak)}", stacklevel=1)
    no_good = [f"{place} ({share:.0%})" for place, share in behind.items() if share > FLOOR]
    assert not no_good, f"the same answer for every row is better on {', '.join(no_good)}"


def test_quality_on_slices() -> None:
    run = experiment.run()
    found = measure(experiment.features(run))
    if not found[0]:
        pytest.skip("no slice of the rows is large enough to be measured")
    judge(*found)
