"""Results as people and as programs read them."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from nb2prod.verify import as_dict, as_lines
from nb2prod.workflows.model import Exported

SCHEMA_VERSION = 1


def print_json(value: Mapping[str, Any]) -> None:
    """Print exactly one JSON object on stdout."""
    sys.stdout.write(json.dumps({"schema_version": SCHEMA_VERSION, **value}, indent=2, ensure_ascii=False) + "\n")


def exported_as_dict(result: Exported) -> dict[str, Any]:
    """Return the object of ``nb2prod export --json``."""
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
    proof = as_dict(result.proof) if result.proof is not None else {}
    seconds = {**proof.pop("seconds", {}), **result.seconds}
    return {
        "repository": str(result.target),
        "package": plan.package,
        "state": result.state,
        "conflicts": list(result.conflicts),
        "model_version": None,  # known once the artifacts are made, then part of the proof
        "sections": sections,
        "artifacts": [{"name": a.name, "kind": a.kind, "file": a.file, "type": a.type} for a in plan.artifacts],
        "requirements": list(plan.requirements),
        "left_out": list(plan.left_out),
        "warnings": list(result.warnings),
        **proof,
        "seconds": seconds,
    }


def print_exported(result: Exported) -> None:
    """Print what came out: what went where, the proof, and where the repository is."""
    plan = result.plan
    lines = [f"{plan.project}: package {plan.package}, {plan.slice} slice", ""]
    for name, section in plan.sections.items():
        cells = ", ".join(str(cell + 1) for cell in section.cells) or "none"
        lines.append(f"  {name:<11} cells {cells:<18} -> {section.file}")
    if plan.came_along:
        lines += ["", "came along:"] + [f"  cell [{c.cell + 1}], {c.why}" for c in plan.came_along]
    for artifact in plan.artifacts:
        if artifact.kind == "pickle":
            lines += ["", f"CAREFUL: {artifact.file} is a pickle: whoever can write it can run code in the service."]
    for warning in result.warnings:
        lines += ["", f"note: {warning}"]
    if result.proof is not None:
        lines += ["", "proof:", *(f"  {line}" for line in as_lines(result.proof, left_out=plan.left_out))]
    lines += ["", *_ending(result)]
    sys.stdout.write("\n".join(lines) + "\n")


def _ending(result: Exported) -> list[str]:
    if result.proof is None:
        files = [f"  {path}" for path in sorted({*result.plan.files, *result.plan.copies})]
        return ["nothing was written (--dry-run); it would be:", *files]
    if not result.proof.ok:
        return [
            "NOT PROVEN: the repository does not answer what the notebook answered.",
            f"What was made so far is in {result.target}",
        ]
    if result.conflicts:
        files = [f"  {path}" for path in result.conflicts]
        return [f"CONFLICTS with your own changes in {result.target}:", *files, "Solve them as git's, and commit."]
    words = {"new": "is in", "merged": "was merged into", "unchanged": "is unchanged in"}.get(result.state, "is in")
    return [f"The repository {words} {result.target}", f"Next: cd {result.target} && make run"]
