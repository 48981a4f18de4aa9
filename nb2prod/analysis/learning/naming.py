"""What was fitted and split to the names that a notebook gives to features, targets, tables and models."""

from __future__ import annotations

from nb2prod.analysis.learning.model import Given, Part, Roles
from nb2prod.analysis.learning.networks import BACKWARD
from nb2prod.analysis.learning.record import Record

_FIELDS = {Part.TRAIN: "training", Part.TEST: "test", Part.VALIDATION: "validation", Part.WHOLE: "whole"}


def roles_of(record: Record) -> Roles:
    """Return the names, each in the order of first use."""
    found: dict[str, dict[str, None]] = {}

    def add(kind: str, given: Given | None) -> None:
        if given is not None and given.name and given.part in _FIELDS:
            found.setdefault(f"{_FIELDS[given.part]}_{kind}", {})[given.name] = None

    models: dict[str, None] = {}
    columns: dict[str, None] = {}
    for each in record.fits:
        if not each.fit.model.supervised or each.fit.method == BACKWARD:  # whose rows are those of one batch
            continue
        add("features", each.fit.features)
        add("target", each.fit.target)
        for watched in each.fit.evals:
            add("features", watched)
        if each.value.name:
            models.pop(each.value.name, None)
            models[each.value.name] = None
        if each.target is not None and each.target.column:
            columns[each.target.column] = None
    targets = {name for kind, names in found.items() if kind.endswith("target") for name in names}
    for prediction in record.predictions:
        add("features", prediction.data)
    for scored in record.scorings:
        crossed = scored.features is not None
        add("features" if crossed else "target", scored.scoring.data)
    for splitting in record.splits:
        for part, names in splitting.names.items():
            others = found.get(f"{_FIELDS.get(part, '')}_features", {})
            for name in names:
                if name not in others and _speaks_of_target(name) and part in _FIELDS:
                    found.setdefault(f"{_FIELDS[part]}_target", {})[name] = None
        for given in splitting.split.whole:
            if given.name and given.part is Part.WHOLE:
                kind = (
                    "target"
                    if (given.column in columns and given.column) or _speaks_of_target(given.name)
                    else "features"
                )
                found.setdefault(f"whole_{kind}", {})[given.name] = None
    tables = tuple(dict.fromkeys(each.name for each in record.tables if each.name))
    named = {
        kind: tuple(name for name in names if kind.endswith("target") or name not in targets)
        for kind, names in found.items()
    }
    return Roles(tables=tables, models=tuple(models), target_columns=tuple(columns), **named)


def _speaks_of_target(name: str) -> bool:
    first = name.lower().split("_")[0]
    return first in {"y", "target", "targets", "label", "labels"} or name.lower().endswith(("_y", "labels", "target"))
