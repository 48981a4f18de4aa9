"""A request schema to ``policy.json``: features, what tells people apart, and which way metrics are better."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nb2prod.analysis.groups import tells_groups_apart
from nb2prod.plan.metric_direction import direction

BETTER = {1: "higher", -1: "lower", 0: "neither"}


def policy(
    schema: Mapping[str, Any],
    metadata: Mapping[str, Any] | None = None,
    measured: Iterable[str] = (),
    metrics: Iterable[str] = (),
) -> dict[str, Any]:
    """Return what the repository starts with: the notebook's features are allowed, and none is forbidden.

    ``metadata`` are the notebook's: ``{"nb2prod": {"groups": ["region"]}}`` names more that tells people apart:
    columns, and among the variables that the evaluation is handed, ``measured``, those that have a value for each row.
    What people are told apart by need not be, and often must not be, a feature. Of each of the ``metrics`` it is said
    which way it is better, as far as its name tells.
    """
    own = (metadata or {}).get("nb2prod")
    said = own.get("groups") if isinstance(own, Mapping) else None
    named = {each for each in said if isinstance(each, str)} if isinstance(said, list) else set()
    names = [str(field["name"]) for field in schema.get("fields", [])]
    return {
        "allowed": names or [str(schema["kind"])],
        "forbidden": [],
        "groups": [
            *(name for name in names if name in named or tells_groups_apart(name)),
            *(name for name in measured if name in named and name not in names),
        ],
        "better": {name: BETTER[direction(name)] for name in metrics},
    }
