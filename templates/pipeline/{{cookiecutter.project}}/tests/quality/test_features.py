"""Features that are shuffled make the model worse: else they are of no use to it."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REQUEST

from . import experiment

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.quality

MOST = 60
"""Features that are shuffled one by one."""


def shuffled(table: Any, names: list[Any]) -> Any:
    """Return the table with the values of some columns in another order."""
    order = np.random.default_rng(0).permutation(len(table))
    if hasattr(table, "columns"):
        mixed = {name: table[name].to_numpy()[order] for name in names}
        return table.assign(**mixed) if all(isinstance(n, str) for n in names) else table.iloc[order]
    mixed = np.array(table)
    mixed[:, names] = mixed[order][:, names]
    return type(table)(mixed) if not isinstance(table, np.ndarray) else mixed


def test_features_are_beneficial() -> None:
    run = experiment.run()
    place = run.table
    table = run.handed[place]
    names = experiment.features(run)
    together = run.again(**{f"at_{place}": shuffled(table, names)})
    if together == run.metrics:
        pytest.skip("the evaluation does not read the columns that a request has, but others")
    # a text and what was made of it are one feature
    alone = [] if REQUEST["kind"] == "text" else names[:MOST]
    lost = {
        str(name): -experiment.gain(run.again(**{f"at_{place}": shuffled(table, [name])}), run.metrics)
        for name in alone
    }
    for name, loss in sorted(lost.items(), key=lambda each: -each[1]):
        print(f"{name}: metrics {loss:+.1%} worse when shuffled")
    useless = [name for name, loss in lost.items() if loss <= 0]
    if useless:
        warnings.warn(f"of no use to the model: {', '.join(useless)}", stacklevel=1)
    assert experiment.gain(together, run.metrics) < 0, "the features together are of no use"
