"""Annotated examples that are run, and whose objects are measured in this process."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from nb2prod.capture.measurements import Cost, Measured, Measurement, MeasureRequest, State
from nb2prod.capture.probe.measuring.measure import measure
from nb2prod.rules.facts import Facts
from nb2prod.workflows.parts_to_measure import measure_request

USUAL = {
    "model": "model",
    "train_features": "X_train",
    "train_target": "y_train",
    "test_features": "X_test",
    "test_target": "y_test",
    "table": "data",
}


def measured_of(facts: Facts, wanted: dict[str, Any], path: Path) -> Measured:
    """Run an example's cells and measure what the rule needs that the example is named for."""
    namespace = run(facts)
    said = {key: value for key, value in wanted.items() if key in {field.name for field in fields(MeasureRequest)}}
    usual = {part: name for part, name in USUAL.items() if name in namespace}
    known = measure_request(facts)
    parts = {**usual, "inference": known.inference, "groups": known.groups, **said}
    request = MeasureRequest(**parts)
    name = path.stem.removesuffix("_not").replace("_", "-")
    made = measure(namespace, asdict(request), only=[name])
    measurements = {
        name: Measurement(name, State.MEASURED if "value" in each else State.SKIPPED, **each)
        for name, each in made.items()
    }
    cost = Cost(**{**wanted["cost"], "slowest": tuple(wanted["cost"]["slowest"])}) if "cost" in wanted else None
    assert cost or not any(each.why for each in measurements.values()) or path.stem.endswith("_not"), made
    return Measured(request, measurements, cost)


def run(facts: Facts) -> dict[str, Any]:
    """Return what the cells leave behind."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in facts.cells:
            exec(compile(cell.code, cell.label, "exec"), namespace)
    return namespace
