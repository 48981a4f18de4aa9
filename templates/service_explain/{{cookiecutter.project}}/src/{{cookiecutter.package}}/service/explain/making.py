"""What travels with the model, made anew by ``make train``: rows to compare records with, and what matters to it."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Semaphore
from typing import Any

from ...files import ARTIFACTS_DIR
from ...model import Model
from ...schema import REQUEST
from .background import FILE, IMPORTANCE, sample
from .importance import importance_of
from .parts import parts_of
from .shapley import TimeUp
from .watched import Watched
from .words import Words

SECONDS = 60.0


def main() -> None:
    """Write both below the artifacts, and say what of."""
    rows = sample()
    write(ARTIFACTS_DIR / FILE, rows)
    found = importance(Model.load(ARTIFACTS_DIR), rows)
    write(ARTIFACTS_DIR / IMPORTANCE, found)
    print(f"answers are explained by {len(rows)} rows; {found.get('why', 'what matters is in ' + IMPORTANCE)}")


def importance(model: Model, rows: list[Any]) -> dict[str, Any]:
    """Return what matters to the model, or why that is not known."""
    parts = parts_of(REQUEST)
    known = {"model_version": model.version}
    if isinstance(parts, str | Words):
        return {**known, "why": "its records have no fields to compare"}
    watched = Watched(model, Semaphore(1))
    answered = [row for row in rows if watched.can_answer(row)]
    if len(answered) < 2:
        return {**known, "why": "there are no rows to compare"}
    try:
        return {**known, **importance_of(watched, parts, answered, SECONDS)}
    except TimeUp:
        return {**known, "why": f"asking the model takes longer than {SECONDS:g} seconds"}


def write(path: Path, value: Any) -> None:
    """Write JSON, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


if __name__ == "__main__":
    main()
