"""Facts of a notebook's text to what can be measured of its objects: which of them play which part."""

from __future__ import annotations

from typing import Any

from nb2prod.analysis.inference import Inference
from nb2prod.capture.measured import MeasureRequest
from nb2prod.rules.facts import Facts


def measure_request(facts: Facts) -> MeasureRequest:
    """Return what to measure, by the notebook's text; nothing is run."""
    missing: dict[str, str] = {}
    places: dict[str, tuple[int, int]] = {}
    inference = _inference(facts, missing, places)
    return MeasureRequest(inference=inference, groups=_groups(facts), missing=missing, places=places)


def _groups(facts: Facts) -> tuple[str, ...]:
    """Return the columns that ``{"nb2prod": {"groups": [...]}}`` in the notebook's metadata names."""
    options = facts.notebook.metadata.get("nb2prod")
    named = options.get("groups") if isinstance(options, dict) else None
    return tuple(each for each in named if isinstance(each, str)) if isinstance(named, list) else ()


def _inference(facts: Facts, missing: dict[str, str], places: dict[str, tuple[int, int]]) -> dict[str, Any] | None:
    found = facts.inference
    if not isinstance(found, Inference):
        if found:
            missing["inference"] = f"what the notebook is asked and answers is not clear: {found[0].what}"
        return None
    first = facts.statements[found.body[0] if found.body else found.first]
    places["inference"] = (first.cell, first.line)
    return {
        "inputs": found.inputs,
        "output": found.output,
        "setup": found.setup,
        "body": found.run,
        "row_sources": found.row_sources,
    }
