"""``drift-baseline.json`` beside the artifacts: how the rows and answers of one model were distributed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...files import write_whole
from .column import Column

NAME = "drift-baseline.json"
"""No artifact has such a name: theirs are Python's."""
AGAIN = "`make train` makes one, or `python -m {{ cookiecutter.package }}.service.drift.making`"


class NoBaseline(Exception):
    """There is nothing to compare with; the message says why."""


@dataclass(frozen=True)
class Baseline:
    """What a model's requests and answers are compared with."""

    model_version: str
    source: str
    """Where the rows are from, in words."""
    rows: int
    answered: int
    """Those that the model answered."""
    columns: tuple[Column, ...]
    answers: tuple[Column, ...]

    def write(self, folder: Path) -> None:
        """Write the file, a line for each column."""
        text = json.dumps(asdict(self), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        write_whole(folder / NAME, text.replace('{"name"', '\n{"name"') + "\n")


def read(folder: Path, model_version: str) -> Baseline:
    """Return the baseline of a model.

    Raises:
        NoBaseline: where there is none, or that of another model, or one that cannot be read.
    """
    try:
        said: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        columns, answers = (tuple(map(column, said.pop(each))) for each in ("columns", "answers"))
        found = Baseline(columns=columns, answers=answers, **said)
    except FileNotFoundError:
        raise NoBaseline(f"there is no {NAME} beside the artifacts: {AGAIN}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NoBaseline(f"{NAME} cannot be read: {AGAIN}") from None
    if found.model_version != model_version:
        raise NoBaseline(f"{NAME} is of the model {found.model_version}: {AGAIN}")
    return found


def column(said: dict[str, Any]) -> Column:
    """Return a column as it was written; raise ``ValueError`` where cells and counts are not as many."""
    found = Column(said["name"], said["kind"], tuple(said["bounds"]), tuple(said["counts"]))
    if len(found.counts) != len(found.bounds) + 2 or not all(type(each) is int for each in found.counts):
        raise ValueError(f"the counts of {found.name}")
    return found


def source_before(folder: Path) -> str:
    """Return where the rows of the baseline were from that is there, of whatever model; empty if there is none."""
    try:
        return str(json.loads((folder / NAME).read_text(encoding="utf-8"))["source"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
