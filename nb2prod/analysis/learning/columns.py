"""Which columns a choice of columns leaves, and what those owe to other rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import NOTHING, UNKNOWN, Data, Labels, Owed, Value

MOST_OWED = 200
"""What one value can owe to other rows, counted in things worked out."""


def literal_labels(literal: object) -> Labels | None:
    """Return the columns that a literal names: a text or a list of them."""
    if isinstance(literal, str):
        return Labels(frozenset((literal,)))
    if isinstance(literal, tuple) and literal and all(isinstance(each, str) for each in literal):
        return Labels(frozenset(each for each in literal if isinstance(each, str)))
    return None


def labels_of(value: Value) -> Labels | None:
    """Return the columns that a value names."""
    return value.labels or (literal_labels(value.literal) if value.literal is not UNKNOWN else None)


def columns_named(value: Value) -> Labels | None:
    """Return the columns whose names going over a value gives: those of a table, or of a list of names."""
    data = value.data
    if value.labels is None and data is not None and data.table and not data.bare and not data.column:
        return Labels(data.columns, data.without) if data.rows is not None and data.grouped is None else None
    return labels_of(value)


def columns_together(each: Sequence[Labels | None]) -> Labels | None:
    """Return the columns that several lists name together; ``None`` where one of them names none."""
    known = [labels for labels in each if labels is not None]
    if len(known) < len(each) or not known:
        return None
    if all(labels.columns is not None for labels in known):
        columns = NOTHING.union(*(labels.columns or NOTHING for labels in known))
        return Labels(columns, certain=all(labels.certain for labels in known))
    without = frozenset.intersection(*(labels.without for labels in known if labels.columns is None))
    named = NOTHING.union(*(labels.columns or NOTHING for labels in known))
    return Labels(None, without - named, certain=all(labels.certain for labels in known))


def chosen(data: Data, labels: Labels, column: str = "") -> Data:
    """Return some columns of a table."""
    if not labels.certain:
        return replace(data, table=False, column="", uses=NOTHING, learnt=owed_with(data, labels))
    if labels.columns is None:
        without = data.without | labels.without
        return replace(data, without=without, column="", uses=NOTHING, learnt=owed_with(data, labels))
    columns = labels.columns
    learnt = owed_of((*data.learnt, *labels.learnt), columns)
    table = not column
    uses = frozenset((column,)) if column else NOTHING
    said = column in data.words
    return replace(data, columns=columns, column=column, table=table, learnt=learnt, uses=uses, window=False, said=said)


def owed_with(data: Data, labels: Labels) -> tuple[Owed, ...]:
    """Return what a choice of columns owes to other rows, besides its values."""
    return joined(data.learnt, labels.learnt)


def joined(first: tuple[Owed, ...], second: tuple[Owed, ...]) -> tuple[Owed, ...]:
    """Return what two values owe to other rows, the latest where it is too much to follow."""
    return tuple(dict.fromkeys((*first, *second)))[-MOST_OWED:]


def owed_of(learnt: Iterable[Owed], columns: frozenset[str]) -> tuple[Owed, ...]:
    """Return what only some columns owe to other rows."""
    return tuple(each for each in learnt if each[2] is None or each[2] & columns)


def dropped(data: Data, labels: Labels | None) -> Data:
    """Return a table without some columns; without a word which ones if they are not known."""
    if labels is None or labels.columns is None or not labels.certain:
        return replace(data, table=False)
    gone = labels.columns
    columns = data.columns - gone if data.columns is not None else None
    learnt = tuple(each for each in data.learnt if each[2] is None or each[2] - gone)
    return replace(data, columns=columns, without=data.without | gone, learnt=learnt, column="")


MOST_MADE = 200


def stored(data: Data, names: frozenset[str], column: Data | None, *, all_rows: bool = True) -> Data:
    """Return a table in which columns have been set."""
    kept = data.learnt
    if all_rows and column is not None:
        kept = tuple(each for each in kept if each[2] is None or each[2] - names)
    owed = tuple((learnt, rows, names) for learnt, rows, _ in (column.learnt if column is not None else ()))
    made = tuple(each for each in data.made_of if each[0] not in names)
    same_table = column is not None and column.rows is not None
    sources = column.uses - names if column is not None and same_table else NOTHING
    made += tuple((name, sources) for name in sorted(names))
    columns = data.columns | names if data.columns is not None else None
    return replace(
        data,
        columns=columns,
        without=data.without - names,
        learnt=joined(kept, owed),
        made_of=made[-MOST_MADE:],
        words=data.words | names if column is not None and column.said else data.words - names,
        answers=data.answers,
    )


def has_column(data: Data, name: str, *, made: bool) -> bool:
    """Return whether a table is certain to have a column; ``made`` says that the notebook has made it."""
    if not data.table or data.rows is None:
        return False
    if data.columns is not None:
        return name in data.columns
    if name in data.without:
        return False
    return not made or any(each == name for each, _ in data.made_of)
