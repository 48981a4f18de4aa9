"""An example is exported with full proof, once: what is there already is left as it is."""

from __future__ import annotations

import json
from typing import Any

from tests.examples.example import Example, How
from tests.workflows.test_examples import export

ALIKE = ("parity", "http", "retrain")
"""Ways in which the service's answers are held against the notebook's."""
PATIENCE = 3600.0
"""Seconds: the machine may have other things to do."""


def exported(example: Example, how: How) -> str:
    """Export, and say what was proven then."""
    proof = example.repository.with_suffix(".json")
    if not example.repository.exists():
        proof.write_text(json.dumps(export(example.notebook, example.repository, seconds=PATIENCE)))
    said = json.loads(proof.read_text())
    assert said["parity"]["slice"] == "tidy", f"the tidy slice was not proven: {said['warnings']}"
    wrong = {way: said[way] for way in ALIKE if not said[way] or said[way]["equal"] != said[way]["rows"]}
    assert not wrong, wrong
    assert said["tests"]["failed"] == 0 < said["tests"]["passed"], said["tests"]
    return f"{said['parity']['rows']} rows equal (in process, over HTTP, trained again), {_way(said['compiled'])}"


def _way(compiled: dict[str, Any]) -> str:
    if not compiled["ok"]:
        return f"not compiled: {compiled['why']}"
    return f"compiled, {compiled['times_faster']:.0f} times as fast on {compiled['drawn']:,} drawn rows, too"
