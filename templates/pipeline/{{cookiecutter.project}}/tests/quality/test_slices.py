"""The model is good enough on every slice of the rows."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }} import gate

from . import experiment
from .simple import Simple, stand_ins

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.quality

FLOOR = 1.0
"""On a slice the same answer for every row may be better than the model by this share of the model's error
on all rows. Where errors are alike on all rows that cannot be, however little the slice's target varies."""
NOTABLE = 0.2
"""Share by which a slice has to be worse than all rows to be named."""
OWN_SPREAD = re.compile(r"(?:^|_)(r2|r_squared|explained|d2)(?:_|$)")
"""Metrics that are held against the spread of the rows that they are taken on: not comparable among slices."""
LEAST_ERROR = 0.01
"""A model that is all but perfect is held to no less."""
PARTS = 8
"""Random parts of a slice, which say how sure a measurement is."""
SURE = 3.5
"""Standard errors, of eight parts: Student's t with 7 degrees of freedom is larger in 1 of 200 cases."""
MOST_VALUES = 12


def slices(values: Any, most: int = MOST_VALUES) -> Iterator[tuple[str, Any]]:
    """Yield a name and the rows of each slice: a category, or a third of the numbers or of the texts' lengths.

    Where a third would be too few rows it is a half. What has more than ``most`` values is no category.
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biufM":
        array = np.asarray([str(each) for each in array])
    if array.dtype.kind not in "M" and len(np.unique(array)) <= most:
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


def features() -> Iterator[tuple[str, Any]]:
    """Yield the place and the rows of each slice by a feature."""
    run = experiment.run()
    for name in experiment.features(run):
        for label, rows in slices(column(run.handed[run.table], name)):
            yield f"{name} {label}", rows


def measure(parts: Iterable[tuple[str, Any]]) -> tuple[dict[str, float], dict[str, float]]:
    """Return for each slice by which share the model is worse than on all rows, and worse than a constant answer."""
    run = experiment.run()
    simpler = stand_ins(run)
    if not simpler:
        pytest.skip("the notebook's evaluation is not handed the model")
    count = len(run.handed[run.table])
    worse: dict[str, float] = {}
    behind: dict[str, float] = {}
    for place, rows in parts:
        if not experiment.FEWEST_ROWS <= len(rows) < count:
            continue
        try:
            behind[place] = behind_on(run, simpler, rows)
            worse[place] = worse_on(run, rows)
        except (ValueError, IndexError, KeyError, ZeroDivisionError, TypeError) as error:
            print(f"{place}: cannot be measured: {error}")
            continue
        said = f"{worse[place]:+.1%} worse, {behind[place]:+.1%} behind"
        print(f"{place}: {len(rows)} rows, {said}")
    return worse, behind


def worse_on(run: experiment.Experiment, rows: Any) -> float:
    """Return by which share the model is worse on some rows than on all."""
    alike = {n: value for n, value in run.metrics.items() if not OWN_SPREAD.search(n.lower())}
    return -experiment.gain(run.again(rows=rows), alike)


def behind_on(run: experiment.Experiment, simpler: dict[str, Simple], rows: Any) -> float:
    """Return how much better the same answer for each of some rows is, as a share of the model's error.

    The metrics are taken on all rows, of which these get the same answer instead of the model's: a metric
    such as R² is then held against the spread of the whole. It is the least that the slice's size lets one say.
    """
    behind = saved(run, simpler, rows)
    if behind <= FLOOR:
        return behind
    parts = np.array_split(np.random.default_rng(0).permutation(rows), PARTS)
    each = [saved(run, simpler, part) for part in parts if len(part)]
    return behind - SURE * float(np.std(each, ddof=1)) / len(each) ** 0.5


def saved(run: experiment.Experiment, simpler: dict[str, Simple], rows: Any) -> float:
    """Return the mean share of the model's error that the same answer saves for each of some rows."""
    count = len(run.handed[run.table])
    mask = np.zeros(count, dtype=bool)
    mask[rows] = True
    for each in simpler.values():
        each.only, each.answered = mask, 0
    try:
        mixed = run.again(**simpler)
        if any(each.answered for each in simpler.values()):
            raise ValueError("the model is not asked for all rows")
    finally:
        for each in simpler.values():
            each.only = None
    shares = []
    for name in experiment.directed(run.metrics):
        error = abs(best(name, run.metrics[name]) - run.metrics[name])
        gained = gate.direction(name) * (mixed[name] - run.metrics[name])
        shares.append(gained / max(error, LEAST_ERROR) * count / len(rows))
    return sum(shares) / len(shares)


def best(name: str, value: float) -> float:
    """Return the best value of a metric: 0 of an error, 1 or 100 of what has that as its most."""
    if gate.direction(name) < 0 or value < 0 and not OWN_SPREAD.search(name.lower()):
        return 0.0
    return 1.0 if value <= 1 else 100.0


def judge(worse: dict[str, float], behind: dict[str, float]) -> None:
    """Name the slices on which the model is weak, and fail where it is no good at all."""
    weak = [f"{place} ({share:.0%} worse)" for place, share in worse.items() if share > NOTABLE]
    if weak:
        warnings.warn(f"weak on {', '.join(weak)}", stacklevel=1)
    no_good = [f"{place} ({share:.0%})" for place, share in behind.items() if share > FLOOR]
    assert not no_good, f"the same answer for every row is better on {', '.join(no_good)}"


def test_quality_on_slices() -> None:
    found = measure(features())
    if not found[0]:
        pytest.skip("no slice of the rows is large enough to be measured")
    judge(*found)
