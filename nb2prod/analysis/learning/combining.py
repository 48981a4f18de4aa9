"""Several values to what is made of them, row by row, turn by turn, column by column."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from nb2prod.analysis.learning.columns import MOST_OWED
from nb2prod.analysis.learning.model import Fit, Part, Trace
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import MOST_NAMES, NOTHING, Data, Labels, Owed, Rows, Value, part_of

NO_LOOPS = frozenset[int]()
NO_DATA = Data()
PARTS = frozenset({Part.TRAIN, Part.VALIDATION, Part.TEST})


def varying(values: Iterable[Value]) -> frozenset[int]:
    """Return the loops whose turns any of some values differs in."""
    found = NO_LOOPS
    for each in values:
        found |= each.varies
    return found


def differing(value: Value, *loops: int) -> Value:
    """Return a value that differs from one turn of some loops to the next."""
    if value.items is not None:
        items = [differing(each, *loops) if each.estimator is None else each for each in value.items]
        return replace(value, items=items)
    if value.estimator is not None or value.symbol:
        return value
    return replace(value, varies=value.varies | frozenset(loops))


def as_selection(learnt: tuple[Owed, ...], uses: frozenset[str]) -> tuple[Owed, ...]:
    """Return what was worked out as what columns are chosen by."""
    return tuple((replace(owed, trace=Trace.SELECTION, uses=uses or owed.uses), rows, None) for owed, rows, _ in learnt)


@lru_cache(maxsize=MOST_NAMES)
def is_date(name: str) -> bool:
    """Return whether a column or variable goes by a name that says that it is a date, or is a date as text."""
    if re.fullmatch(r"(19|20)\d\d([-/.]\d\d?([-/.]\d\d?.*)?)?", name):
        return True
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)}
    return bool(words & DATE_WORDS)


DATE_WORDS = frozenset({"date", "datetime", "timestamp", "time", "year", "month", "week", "ds", "cutoff", "yr", "ts"})


def fewer(labels: Labels | None, taken: frozenset[str] | None) -> Labels | None:
    """Return labels without some columns; uncertain ones where nobody knows which (``None``)."""
    if labels is None:
        return None
    if taken is None:
        return replace(labels, certain=False)
    columns = labels.columns - taken if labels.columns is not None else None
    return replace(labels, columns=columns, without=labels.without | taken)


def merged(data: Sequence[Data]) -> Data:
    """Return what is made of several values row by row."""
    if len(data) == 1:
        return replace(data[0], table=False, columns=None, column="", grouped=None, window=False)
    rows: list[Rows] = []
    learnt: dict[Owed, None] = {}
    answers: dict[Fit, None] = {}
    uses, made_of, asked, random, group = NOTHING, data[0].made_of, None, False, None
    origins: set[int] = set()
    for each in data:  # once: there are many, and little in most of them
        if each.rows is not None:
            rows.append(each.rows)
        learnt.update(dict.fromkeys(each.learnt))
        answers.update(dict.fromkeys(each.answers))
        uses |= each.uses
        made_of = each.made_of if len(each.made_of) > len(made_of) else made_of
        asked = each.asked if asked is None else asked
        random = random or each.random
        group = each.group if group is None else group
        origins.add(each.origin)
    origins.discard(0)
    return replace(
        NO_DATA,
        rows=_of_all(rows),
        learnt=tuple(learnt)[-MOST_OWED:],
        uses=uses,
        made_of=made_of,
        answers=tuple(answers),
        asked=asked,
        random=random,
        group=group,
        origin=origins.pop() if len(origins) == 1 else 0,
    )


def _of_all(rows: Sequence[Rows]) -> Rows | None:
    """Return the rows of what is made of some rows: nobody knows which ones, if they are of several parts."""
    different = tuple(dict.fromkeys(rows)) if len(rows) > 1 else ()
    if len(different) > 1 and len({part_of(each) for each in different} & PARTS) > 1:
        return Rows(how="?", among=different)
    return rows[0] if rows else None


def reckoned(data: Data | None) -> Data | None:
    """Return what is worked out of labels or places: a number for each row of a table, or just numbers."""
    if data is None or data.index_of is None or data.rows is not None:
        return data
    if data.index_of.counted:
        return Data(random=True) if data.random else None
    return replace(data, rows=data.index_of, index_of=None, rest=False)
