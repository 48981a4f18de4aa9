"""What workflows hand back as plain data, for ``--json`` and for JupyterLab."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from nb2prod.analysis.cells import CellFacts
from nb2prod.analysis.model import Edge
from nb2prod.analysis.suggest.model import FittedModel
from nb2prod.plan.model import InputPlan
from nb2prod.score.as_data import as_dict as score_as_dict
from nb2prod.score.model import Score
from nb2prod.verify import as_dict
from nb2prod.workflows.model import Exported
from nb2prod.workflows.suggesting import Suggested

SCHEMA_VERSION = 1
PROVEN = ("model_version", "parity", "batch", "compiled", "http", "retrain", "tests", "lint")

COMPILED = ("ok", "why", "captured", "drawn", "times_faster", "comparison")


def sections_as_dict(cells: Sequence[CellFacts], edges: Sequence[Edge]) -> dict[str, Any]:
    """Return the object of ``nb2prod sections --json``."""
    return {
        "schema_version": SCHEMA_VERSION,
        "cells": [
            {
                "index": facts.cell.index,
                "id": facts.cell.id,
                "section": facts.cell.section,
                "why": facts.why,
                "needed_by": None if facts.needed_by is None else asdict(facts.needed_by),
                "definitions": list(facts.definitions),
                "mutations": list(facts.mutations),
                "references": list(facts.references),
            }
            for facts in cells
        ],
        "edges": [{"from": edge.source, "to": edge.target, "kind": edge.kind, "name": edge.name} for edge in edges],
    }


def suggested_as_dict(sections: dict[str, Any], found: Suggested) -> dict[str, Any]:
    """Return the object of ``nb2prod sections --json`` with what is suggested added."""
    suggestion = found.suggestion
    for facts, cell in zip(sections["cells"], suggestion.cells, strict=True):
        facts["suggestion"] = {
            "section": cell.section,
            "confidence": cell.confidence,
            "reason": cell.reason,
            "options": dict(cell.options),
        }
    inference = suggestion.inference
    return {
        **sections,
        "model": _model(suggestion.model),
        "others": [_model(other) for other in suggestion.others],
        "parameters": [asdict(parameter) for parameter in suggestion.parameters],
        "inference": None if inference is None else asdict(inference),
        "warnings": list(suggestion.warnings),
        "missing": suggestion.missing,
        "nothing": suggestion.nothing,
        "written": found.written and bool(found.tags or inference is not None),
    }


def _model(model: FittedModel | None) -> dict[str, Any] | None:
    return None if model is None else {"name": model.name, "cell": model.cell, "why": model.why}


def _score(score: Score | None) -> dict[str, Any] | None:
    return None if score is None else score_as_dict(score)


def exported_as_dict(result: Exported) -> dict[str, Any]:
    """Return the object of ``nb2prod export --json``; what was not done is ``null``."""
    plan = result.plan
    sections = {
        name: {
            "cells": list(section.cells),
            "inputs": list(section.inputs),
            "outputs": list(section.outputs),
            "file": section.file,
            "came_along": [{"cell": c.cell, "why": c.why} for c in plan.came_along if c.section == name],
        }
        for name, section in plan.sections.items()
    }
    proof = as_dict(result.proof) if result.proof is not None else dict.fromkeys(PROVEN)
    if plan.not_compiled:
        proof["compiled"] = {**dict.fromkeys(COMPILED), "ok": False, "why": plan.not_compiled}
    seconds = {**(proof.pop("seconds", None) or {}), **result.seconds}
    return {
        "repository": str(result.target),
        "project": plan.project,
        "package": plan.package,
        "state": result.state,
        "run": result.run or None,
        "conflicts": list(result.conflicts),
        "model_version": proof.pop("model_version") or None,
        "sections": sections,
        "artifacts": [{"name": a.name, "kind": a.kind, "file": a.file, "type": a.type} for a in plan.artifacts],
        "requirements": list(plan.requirements),
        "files": files_of(result),
        "input": _input(plan.input),
        "left_out": list(plan.left_out),
        "warnings": list(result.warnings),
        **proof,
        "ml_test_score": _score(result.score),
        "seconds": seconds,
    }


def _input(plan: InputPlan | None) -> dict[str, Any] | None:
    """Return which rows the service takes, ``None`` where there was no question."""
    if plan is None:
        return None
    return {
        "rows": plan.rows,
        "table": plan.table,
        "learned": [{"name": each.name, "what": each.what, "cell": each.cell} for each in plan.learned],
        "steps": [{"cell": step.cell, "how": step.how, "what": step.what} for step in plan.steps],
        "unused": list(plan.unused),
        "why": plan.why,
        "where": plan.where,
        "remedy": plan.remedy,
    }


def files_of(result: Exported) -> list[str]:
    """Return the paths of the repository's files."""
    return sorted({*result.plan.files, *result.plan.copies})
