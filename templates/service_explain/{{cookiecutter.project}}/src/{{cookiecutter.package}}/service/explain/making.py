"""What travels with the model, made anew by ``make train``: rows to compare records with, and what matters to it."""

from __future__ import annotations

import json
from threading import Semaphore
from typing import Any

from ...files import ARTIFACTS_DIR, write_whole
from ...model import Model
from ...schema import parts
from .background import FILE, IMPORTANCE, sample
from .importance import importance_of
from .shapley import TimeUp
from .watched import Watched

SECONDS = 60.0


def main() -> None:
    """Write both below the artifacts, and say what of."""
    rows = sample()
    write(FILE, rows)
    found = importance(Model.load(ARTIFACTS_DIR), rows)
    write(IMPORTANCE, found)
    print(f"answers are explained by {len(rows)} rows; {found.get('why', 'what matters is in ' + IMPORTANCE)}")


def importance(model: Model, rows: list[Any]) -> dict[str, Any]:
    """Return what matters to the model, or why that is not known."""
    known = {"model_version": model.version}
    if parts.WHY_NOT or parts.LEFT_OUT:
        return {**known, "why": "its records have no fields to compare"}
    watched = Watched(model, Semaphore(1))
    answered = [row for row in rows if watched.can_answer(row)]
    if len(answered) < 2:
        return {**known, "why": "there are no rows to compare"}
    try:
        return {**known, **importance_of(watched, answered, SECONDS)}
    except TimeUp:
        return {**known, "why": f"asking the model takes longer than {SECONDS:g} seconds"}


def write(name: str, value: Any) -> None:
    """Write JSON below the artifacts."""
    write_whole(ARTIFACTS_DIR / name, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
