"""What a client sends and how it is prepared, in words: for the README of the repository."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb2prod.plan.model import InputPlan

HOW = {
    "row": "done to every row that is sent",
    "learnt": "done to every row that is sent, with what the notebook has learnt from its data",
    "training": "done in training only",
}


def sending(schema: Mapping[str, Any], plan: InputPlan | None, package: str) -> dict[str, Any]:
    """Return the README's part about requests, for its template."""
    return {
        "readme_input": _about(schema, plan, package),
        "fields": _fields(schema),
        "preparation": _preparation(plan) if plan is not None else [],
    }


def _about(schema: Mapping[str, Any], plan: InputPlan | None, package: str) -> str:
    record = "A record is an object with these fields" if schema.get("fields") else "A record is one such value"
    ignored = ", ".join(f"`{name}`" for name in schema.get("ignored", ()))
    left = f" Other columns of the data may be sent too and are ignored: {ignored}." if ignored else ""
    if plan is None:
        return f"{record}.{left}"
    if plan.rows == "raw":
        where = f"`prepare` in `src/{package}/inference.py` makes of it what the model is given"
        return f"{record}: a row of the notebook's `{plan.table}`, as the data has it; {where}.{left}"
    why = f"{plan.where}: {plan.why}" if plan.where else plan.why
    return (
        f"{record}: a row as the notebook has it in `{plan.table}`, which is prepared. Whoever sends it has to prepare "
        f"it alike, because raw rows could not be served: {why}.{left}"
    )


def _fields(schema: Mapping[str, Any]) -> list[dict[str, str]]:
    fields = schema.get("fields") or [{**schema, "name": "the record", "type": schema.get("type") or schema["kind"]}]
    return [
        {"name": str(f["name"]), "type": str(f["type"]), "null": "yes" if f.get("nullable") else "no"} for f in fields
    ]


def _preparation(plan: InputPlan) -> list[dict[str, str]]:
    """Return what happens to a row, cell by cell; what is learnt is named where it is learnt, and only there."""
    told = {each.what for each in plan.learned}
    steps = [(step.cell, step.what, HOW.get(step.how, step.how)) for step in plan.steps if step.what not in told]
    learned = [(each.cell, each.what, f"learnt there, as the artifact `{each.name}`") for each in plan.learned]
    rows = sorted([*steps, *learned], key=lambda row: row[0])
    return [{"cell": f"[{cell + 1}]", "what": what, "how": how} for cell, what, how in rows]
