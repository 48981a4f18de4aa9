"""The model in, how much each field matters to it out, and how its number follows the fields that matter most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any

import numpy as np

from ...schema import REQUEST, parts
from .asking import Mixes, Pace
from .explained import Explained, explained
from .scores import Score
from .task import Numbers
from .watched import Asked, Watched

SHUFFLES = 3
MOST_DRAWN = 6
POINTS = 12
CATEGORIES = 8
IN_ORDER = ("number", "integer", "datetime")
Table = Sequence[Sequence[Any]]
"""The parts of each record."""


def importance_of(model: Watched, rows: Sequence[Any], seconds: float) -> dict[str, Any]:
    """Return both, for rows that the model answers.

    A field's importance is by how much the number changes on average when it has another row's value (permutation
    importance, Breiman 2001); its dependence is the mean number when all rows have a value of it (Friedman 2001).

    Raises:
        TimeUp: if that takes longer.
    """
    asked = model.ask(list(rows))
    said = explained(typical(asked), asked.answers)
    numbers = said.numbers(asked)
    column = next((n for n, each in enumerate(numbers.T) if np.ptp(each) > 0), 0)
    one = Explained([said.of[column]], lambda asked: said.numbers(asked)[:, [column]])
    mixes = Mixes(model, one, Pace(), monotonic() + seconds)
    table, names = [parts.values(row) for row in rows], parts.names(rows[0])
    importance = [changed(mixes, table, n, numbers[:, column]) for n in range(len(names))]
    first = sorted(range(len(names)), key=lambda n: -importance[n])
    known = {field["name"]: field for field in REQUEST.get("fields", ())}
    fields = [known.get(name, {"type": "number"}) for name in names]
    points = {n: values_of(table, n, fields[n]) for n in first if importance[n]}
    drawn = [n for n in points if points[n]][:MOST_DRAWN]
    return {
        "of": one.of[0],
        "rows": len(rows),
        "fields": [{"name": names[n], "importance": importance[n]} for n in first],
        "dependence": [
            {"name": names[n], "in_order": fields[n]["type"] in IN_ORDER, **dependence(mixes, table, n, points[n])}
            for n in drawn
        ],
    }


def typical(asked: Asked) -> Asked:
    """Return the answer whose number is looked at: of two answers the rarer one, else the most frequent one."""
    said = list(map(repr, asked.answers))
    counts = Counter(said).most_common()
    place = said.index(counts[-1 if len(counts) == 2 else 0][0])
    score = asked.score and Score(asked.score.by, asked.score.classes, asked.score.values[[place]])
    return Asked([asked.answers[place]], score)


def changed(mixes: Mixes, table: Table, part: int, before: Numbers) -> float:
    """Return by how much the number changes when rows have a part of others."""
    chance = np.random.default_rng(0)
    orders = [chance.permutation(len(table)) for _ in range(SHUFFLES)]
    rows = [replaced(row, part, table[n][part]) for order in orders for row, n in zip(table, order, strict=True)]
    return mean(np.abs(ask(mixes, rows).reshape(SHUFFLES, -1) - before))


def values_of(table: Table, part: int, field: Mapping[str, Any]) -> list[Any]:
    """Return values of a part: of what has an order some of all, else those that the schema names; other texts are not
    shown to whoever may read, since they may be anything."""
    known = [row[part] for row in table if row[part] is not None]
    if field["type"] in IN_ORDER:
        different = sorted(set(known))
        places = np.linspace(0, len(different) - 1, min(POINTS, len(different))).round().astype(int)
        return [different[place] for place in places]
    named = (False, True) if field["type"] == "boolean" else field.get("categories") or ()
    return [value for value, _ in Counter(value for value in known if value in named).most_common(CATEGORIES)]


def dependence(mixes: Mixes, table: Table, part: int, values: Sequence[Any]) -> dict[str, Any]:
    """Return the mean number with each value of a part."""
    rows = [replaced(row, part, value) for value in values for row in table]
    means = [mean(numbers) for numbers in ask(mixes, rows).reshape(len(values), -1)]
    return {"values": list(values), "means": means}


def replaced(row: Sequence[Any], part: int, value: Any) -> list[Any]:
    """Return a row with another value."""
    return [*row[:part], value, *row[part + 1 :]]


def ask(mixes: Mixes, table: Table) -> Numbers:
    """Return the number of each row."""
    return mixes.in_calls([parts.together(row) for row in table])[:, 0]


def mean(numbers: Numbers) -> float:
    """Return the mean of those that there are, with as many digits as are the same everywhere."""
    known = numbers[np.isfinite(numbers)]
    return float(f"{known.mean():.6g}") if known.size else 0.0
