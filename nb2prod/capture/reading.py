"""The probe's JSON goes in; evidence comes out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2prod.capture.model import Answers, CellRun, Distribution, Evidence, FileRead, RawRows, ValueInfo


def read_evidence(folder: Path) -> Evidence:
    """Return the evidence that the probe has written into ``folder``."""
    found = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    return evidence_from(found, str(folder))


def evidence_from(found: Mapping[str, Any], folder: str) -> Evidence:
    """Return the evidence that the probe's ``evidence.json`` holds; ``folder`` is where it lies."""
    answers = found["answers"]
    return Evidence(
        folder=folder,
        python=found["python"],
        cells=tuple(CellRun(**_with_tuples(cell)) for cell in found["cells"]),
        distributions={name: Distribution(**_with_tuples(item)) for name, item in found["distributions"].items()},
        files_read=tuple(FileRead(**item) for item in found["files_read"]),
        files_written=tuple(found["files_written"]),
        hosts=tuple(found["hosts"]),
        seeds=tuple(found["seeds"]),
        metrics=found["metrics"],
        metric_texts=found["metric_texts"],
        values={name: _value_info(item) for name, item in found["values"].items()},
        answers=_answers(answers) if answers is not None else None,
        raw=_raw_rows(found["raw"]) if found["raw"] is not None else None,
        problems=tuple(found["problems"]),
        answers_problems=tuple(found["answers_problems"]),
    )


def _with_tuples(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in item.items()}


def _value_info(item: Mapping[str, Any]) -> ValueInfo:
    return ValueInfo(
        **_with_tuples({key: value for key, value in item.items() if key != "value"}), value=item.get("value")
    )


def _answers(item: Mapping[str, Any]) -> Answers:
    kind = _value_info(item["type"]) if item.get("type") else None
    return Answers(**{**item, "type": kind, "requests": tuple(item["requests"]), "responses": tuple(item["responses"])})


def _raw_rows(item: Mapping[str, Any]) -> RawRows:
    answers = item["answers"]
    return RawRows(**{**_with_tuples(item), "answers": _answers(answers) if answers is not None else None})
