"""Methods of tables, columns and arrays: what rows and columns they leave, and what values owe to other rows."""

from __future__ import annotations

import ast

from nb2prod.analysis.learning.columns import chosen, columns_named, dropped, joined, labels_of, stored
from nb2prod.analysis.learning.combining import is_date
from nb2prod.analysis.learning.comprehensions import Comprehensions
from nb2prod.analysis.learning.expressions import Arguments
from nb2prod.analysis.learning.model import Kind, Learnt, Trace
from nb2prod.analysis.learning.replacing import replace
from nb2prod.analysis.learning.values import NOTHING, UNKNOWN, Data, Labels, Rows, Value, part_of
from nb2prod.analysis.unparse import unparsed

STATISTICS = frozenset(
    {"mean", "median", "std", "var", "min", "max", "quantile", "mode", "sum", "count", "describe", "skew", "corr",
     "value_counts", "nunique", "unique", "cov", "agg", "aggregate", "first", "last", "size", "prod", "sem", "kurt",
     "corrwith", "percentile", "nanmean", "nanstd", "nanmedian", "average", "ptp", "argmax", "argmin", "idxmax"}
)  # fmt: skip
ACROSS = frozenset({"transform", "apply", "cumsum", "rank", "cumcount", "ngroup"})
"""Methods that give each row a value, of its group where there are some."""
FILTERS = frozenset({"dropna", "drop_duplicates", "head", "tail", "query", "nlargest", "nsmallest", "truncate"})
BEHIND = frozenset({"shift", "diff", "pct_change", "rolling", "ewm", "expanding"})
FILLING_BACK = frozenset({"bfill", "backfill"})
UNSURE = frozenset({"select_dtypes", "_get_numeric_data", "rename", "filter", "melt", "pivot", "pivot_table", "stack",
                    "unstack", "transpose", "explode", "reindex", "set_axis", "add_prefix", "add_suffix"})  # fmt: skip
KEEPING = frozenset({"copy", "astype", "replace", "clip", "round", "infer_objects", "convert_dtypes", "reset_index",
                     "fillna", "interpolate", "ffill", "pad", "where", "mask", "abs", "to_frame", "to", "cuda", "cpu",
                     "float", "long", "double", "cache", "persist", "compute", "sort_index"})  # fmt: skip
"""Methods after which a table has the columns that it had."""
SAME_COLUMN = frozenset({"values", "to_numpy", "ravel", "reshape", "flatten", "squeeze", "tolist", "to_list", "numpy",
                         "to_frame", "astype", "copy", "reset_index", "toarray", "todense", "A1"})  # fmt: skip
BARE = frozenset({"values", "to_numpy", "ravel", "reshape", "flatten", "squeeze", "tolist", "to_list", "numpy",
                  "toarray", "todense", "A1"})  # fmt: skip
"""Methods that give an array or a list."""
OTHER_NUMBERS = frozenset({"to_csv", "to_excel", "to_pickle", "to_parquet", "info", "plot", "hist", "boxplot", "items"})


OTHER_ROWS = frozenset({"<other rows>"})
"""What a column is made of that is made of other rows: no column of its own row tells it."""


COUNTS = frozenset(
    {"size", "count", "nunique", "first", "last", "rank", "cumsum", "value_counts", "cumcount", "ngroup"}
)
"""What says of a group how many rows it has, or which one this is."""


class Tables(Comprehensions):
    """The layer that reads what is done to rows."""

    def table_method(self, receiver: Value, name: str, given: Arguments) -> Value:
        """Read a method of something that has rows, or was worked out from rows."""
        data = receiver.data
        if data is None:
            return self.derived([receiver, *given.all()])
        if name in OTHER_NUMBERS:
            return Value()
        if name == "keys" and (labels := columns_named(receiver)) is not None:
            return Value(labels=labels)
        if name in {"isin", "difference"} and data.index_of is not None and data.rows is None:
            return self._places(name, given)
        made = self._special(receiver, data, name, given)
        if made is None:
            made = self._plain(receiver, data, name, given)
        if name in {"map", "replace"} and made.data is not None and _spells_words(given):
            made.data = replace(made.data, said=True)
        if given.literal(-1, "inplace") is True and made.data is not None:
            self.changed_in_place(receiver, made.data)
            return Value(literal=None)
        return made

    def _places(self, name: str, given: Arguments) -> Value:
        """Read ``df.index.isin(train.index)`` and ``df.index.difference(train.index)``: some labels, or the others."""
        other = given.places[0].data if given.places else None
        if other is None or other.index_of is None:
            return Value()
        return Value(data=Data(index_of=other.index_of, rest=other.rest != (name == "difference")))

    def changed_in_place(self, receiver: Value, data: Data) -> None:
        """Let rows be others, and the table that they are a column of."""
        receiver.data = data
        if receiver.owner is not None:
            owner, column = receiver.owner
            if owner.data is not None and column:
                owner.data = stored(owner.data, frozenset((column,)), data)

    def _special(self, receiver: Value, data: Data, name: str, given: Arguments) -> Value | None:
        if name == "groupby":
            by = given.find(0, "by")
            labels = labels_of(by) if by is not None else None
            names = labels.columns or NOTHING if labels is not None else NOTHING
            return Value(data=replace(data, grouped=names))
        if name in {"resample", "asfreq"} and data.rows is not None and self._is_period(given):
            how = f"{name}({ast.unparse(given.node.args[0])})" if given.node.args else name
            rows = self.choice(data.rows, f"{name}{given.node.lineno}", Kind.ORDERED, how)
            owed = Learnt(Trace.SORTED, self.place(given.node), how, part_of(data.rows))
            return Value(
                data=replace(data, rows=rows, learnt=joined(data.learnt, ((owed, data.rows, None),)), sorted_by=how)
            )
        if name in BEHIND or name in FILLING_BACK or (name == "fillna" and self._fills_back(given)):
            return self._window(data, name, given)
        if name in STATISTICS or name in ACROSS:
            return self._number(receiver, data, name, given)
        if name == "drop":
            return self._drop(data, given)
        if name == "pop":
            return self._pop(receiver, data, given)
        if name in FILTERS and data.rows is not None:
            return self._filter(data, name, given)
        if name == "sample" and data.rows is not None:
            return self._sample(data, given)
        if name == "sort_values":
            return self._sorted(data, given)
        if name == "set_index":
            return self._indexed(data, given)
        if name == "assign":
            return self._assigned(data, given)
        if name == "insert" and len(given.places) >= 3 and isinstance(given.places[1].literal, str):
            column = frozenset((given.places[1].literal,))
            receiver.data = stored(data, column, given.places[2].data)
            return Value(literal=None)
        if name in {"merge", "join"}:
            return self._joined(data, given)
        if name == "append" and given.places and given.places[0].data is not None:
            return self.together([receiver, given.places[0]], given)
        return None

    def _is_period(self, given: Arguments) -> bool:
        rule = given.literal(0, "rule", "freq")
        return isinstance(rule, str) and 0 < len(rule) <= 6

    def _fills_back(self, given: Arguments) -> bool:
        return given.literal(1, "method") in FILLING_BACK

    def _window(self, data: Data, name: str, given: Arguments) -> Value:
        """Read what looks at rows above or below."""
        if data.rows is None:
            return Value(data=data)
        periods = given.literal(0, "periods", default=1)
        back = name in FILLING_BACK or name == "fillna"
        ahead = name in {"shift", "diff", "pct_change"} and isinstance(periods, int | float) and periods < 0
        centred = given.literal(-1, "center") is True
        trace = Trace.FILLED_BACK if back else Trace.AHEAD if ahead or centred else Trace.BEHIND
        what = ast.unparse(given.node)
        what = what[what.rfind(f".{name}(") + 1 :][:60]
        owed = Learnt(trace, self.place(given.node), what, part_of(data.rows), data.uses, by=data.grouped or NOTHING)
        self.record.worked_out.append((owed, data.rows))
        learnt = joined(data.learnt, ((owed, data.rows, None),))
        window = name in {"rolling", "ewm", "expanding"}
        own_row = window and data.uses and given.literal(-1, "closed") not in {"left", "neither", UNKNOWN}
        uses = data.uses if back or own_row else OTHER_ROWS
        return Value(
            data=replace(
                data, learnt=learnt, window=window, uses=uses, grouped=None, column="" if not back else data.column
            )
        )

    def _number(self, receiver: Value, data: Data, name: str, given: Arguments) -> Value | None:
        """Read a number of many rows: of all, or of each group."""
        if data.grouped is not None:
            return self._of_groups(data, name, given)
        if data.window:
            spelled = name in {"apply", "agg", "aggregate"}  # It may leave its own row out.
            return Value(data=replace(data, window=False, uses=OTHER_ROWS if spelled else data.uses))
        if name in ACROSS:
            by_column = data.table and given.literal(1, "axis") not in {1, "columns"}
            return self.derived([receiver, self.call_back(given, receiver if by_column else Value())])
        if self._across_columns(given):
            return self.derived([receiver])
        number = self.worked_out(data, Trace.STATISTIC, name, given.node)
        return Value(data=number, scored=receiver.scored, varies=receiver.varies)

    def call_back(self, given: Arguments, handed: Value) -> Value:
        """Read what a function that is handed over makes of its argument; the layer above knows how."""
        return Value()

    def _across_columns(self, given: Arguments) -> bool:
        axis = given.literal(0, "axis")
        return axis in {1, "columns"} and not isinstance(axis, bool)

    def worked_out(self, data: Data, trace: Trace, what: str, node: ast.expr) -> Data:
        """Return a number that was worked out from rows."""
        if data.rows is None:
            return replace(data, table=False, columns=None, column="")
        rows, by = data.group or (data.rows, data.grouped or NOTHING)
        if data.group is not None:
            trace, what = Trace.GROUPED, f"{what} by {', '.join(sorted(by))}" if by else what
        owed = Learnt(trace, self.place(node), what, part_of(rows), data.uses, by=by)
        learnt = joined(data.learnt, ((owed, rows, None),))
        return Data(rows=None, learnt=learnt, uses=NOTHING, answers=data.answers, asked=data.asked)

    def _of_groups(self, data: Data, name: str, given: Arguments) -> Value:
        method, uses = name, data.uses or _counted_columns(given) or data.columns or NOTHING
        spelled = given.find(0, "func", "arg")
        if spelled is not None and isinstance(spelled.literal, str):
            name = spelled.literal
        by = ", ".join(sorted(data.grouped or ()))
        behind = _looks_behind(spelled)
        owed = Learnt(
            Trace.BEHIND if behind else Trace.GROUPED, self.place(given.node), f"{name} by {by}" if by else name,
            part_of(data.rows), NOTHING if name in COUNTS or behind else uses, by=data.grouped or NOTHING,
        )  # fmt: skip
        self.record.worked_out.append((owed, data.rows))
        learnt = joined(data.learnt, ((owed, data.rows, None),))
        keeps = method in {"transform", "rank", "cumsum", "cumcount", "ngroup"}
        rows = data.rows if keeps else Rows(how="groupby")
        if not keeps:
            ordered = {Trace.SORTED, Trace.BEHIND, Trace.AHEAD}
            learnt = tuple(each for each in learnt if each[0].trace not in ordered)
        return Value(
            data=replace(data, rows=rows, learnt=learnt, grouped=None, uses=OTHER_ROWS, column="", table=False)
        )

    def _drop(self, data: Data, given: Arguments) -> Value:
        named = given.find(-1, "columns")
        axis = given.literal(1, "axis", default=0)
        if named is None and axis in {1, "columns"}:
            named = given.find(0, "labels")
        if named is not None:
            labels = labels_of(named)
            return Value(data=dropped(data, labels))
        if axis is UNKNOWN:
            return Value(data=dropped(data, None))
        gone = given.find(0, "index", "labels")
        if data.rows is None:
            return Value(data=data)
        if gone is not None and gone.data is not None and gone.data.index_of is not None:
            rows = self.rows_by_index(data, gone.data.index_of, given.node, rest=not gone.data.rest)
            rows.how = f"drop({ast.unparse(given.node.args[0])})" if given.node.args else "drop"
            return Value(data=replace(data, rows=rows))
        rows = self.choice(data.rows, ast.unparse(given.node)[-200:], Kind.ORDERED, "drop")
        return Value(data=replace(data, rows=rows))

    def _pop(self, receiver: Value, data: Data, given: Arguments) -> Value:
        name = given.literal(0, "item")
        if not isinstance(name, str):
            receiver.data = replace(data, table=False)
            return self.derived([receiver])
        column = chosen(data, Labels(frozenset((name,))), name)
        receiver.data = dropped(data, Labels(frozenset((name,))))
        return Value(data=column)

    def _filter(self, data: Data, name: str, given: Arguments) -> Value:
        assert data.rows is not None
        if name == "dropna" and given.literal(0, "axis", default=0) in {1, "columns"}:
            return Value(data=replace(data, table=False))
        text = unparsed(given.node)
        key = text[text.rfind(f".{name}(") :]
        rows = self.choice(data.rows, key, Kind.ORDERED, name)
        return Value(data=replace(data, rows=rows))

    def _sample(self, data: Data, given: Arguments) -> Value:
        assert data.rows is not None
        fraction = given.literal(1, "frac")
        if fraction == 1:
            return Value(data=unsorted(data))
        key = f"sample:{given.node.lineno}:{given.node.col_offset}:{self.cell}"
        rows = self.choice(data.rows, key, Kind.RANDOM, "sample")
        repeated = given.literal(-1, "replace") is True or (isinstance(fraction, int | float) and fraction > 1)
        made = replace(data, rows=rows)
        if repeated:
            rows.doubled = True
            made = self.repeated(made, data.rows, "sample", given.node)
        return Value(data=made)

    def repeated(self, data: Data, source: Rows, what: str, node: ast.expr) -> Data:
        """Return rows some of which are there several times."""
        owed = Learnt(Trace.RESAMPLED, self.place(node), what, part_of(source))
        return replace(data, learnt=joined(data.learnt, ((owed, source, None),)))

    def _sorted(self, data: Data, given: Arguments) -> Value:
        by = given.find(0, "by")
        labels = labels_of(by) if by is not None else None
        dates = sorted(name for name in (labels.columns or NOTHING if labels is not None else NOTHING) if is_date(name))
        if not dates:
            return Value(data=unsorted(data))
        owed = Learnt(Trace.SORTED, self.place(given.node), dates[0], part_of(data.rows), by=frozenset(dates))
        return Value(data=replace(data, sorted_by=dates[0], learnt=joined(data.learnt, ((owed, data.rows, None),))))

    def _indexed(self, data: Data, given: Arguments) -> Value:
        by = given.find(0, "keys")
        labels = labels_of(by) if by is not None else None
        if given.literal(-1, "drop") is False:
            return Value(data=data)
        return Value(data=dropped(data, labels))

    def _assigned(self, data: Data, given: Arguments) -> Value:
        for name, value in given.keywords.items():
            data = stored(data, frozenset((name,)), value.data)
        return Value(data=data)

    def _joined(self, data: Data, given: Arguments) -> Value:
        other = given.find(0, "right", "other")
        if other is None or other.data is None:
            return Value(data=data)
        learnt = joined(data.learnt, other.data.learnt)
        return Value(data=replace(data, learnt=learnt, columns=None, table=data.table and data.columns is None))

    def together(self, values: list[Value], given: Arguments) -> Value:
        """Return several tables' rows below one another."""
        made = self.derived(values)
        kinds = [each.rows for each in values if each.rows is not None]
        if made.data is None or len(kinds) < 2:
            return made
        table = all(each.is_table for each in values)
        with_data = [each.data for each in values if each.data is not None]
        without = frozenset.intersection(*(each.without for each in with_data))
        origin = max((each.origin for each in with_data), default=0)
        rows = Rows(tuple(dict.fromkeys(kinds)), how="concat")
        repeated = len(rows.of) < len(kinds) or any(each.doubled for each in kinds)
        rows.doubled = repeated or _share_source(rows.of)
        made.data = replace(made.data, rows=rows, table=table, without=without, origin=origin)
        if len(rows.of) < len(kinds):
            made.data = self.repeated(made.data, rows.of[0], "concat", given.node)
        return made

    def _plain(self, receiver: Value, data: Data, name: str, given: Arguments) -> Value:
        if name in UNSURE:
            return Value(data=replace(data, table=False, columns=None))
        if name in KEEPING and data.table:
            others = self.derived([*given.places[:1], *given.keywords.values()]).data
            owed = others.learnt if others is not None else ()
            return Value(data=replace(data, learnt=joined(data.learnt, owed)))
        if name in SAME_COLUMN or (name in KEEPING and data.column):
            made = self.derived([receiver, *given.places[:1]])
            bare = data.bare or name in BARE
            made.data = replace(
                made.data or data, column=data.column, columns=data.columns, table=data.table, bare=bare
            )
            return made
        if name in {"map", "pipe"}:
            made = self.call_back(given, receiver if name == "pipe" else Value())
            return self.derived([receiver, *given.all(), made])
        return self.derived([receiver, *given.all()])


def _spells_words(given: Arguments) -> bool:
    """Return whether a dictionary that is written out says what becomes of each value."""
    words = given.find(0, "arg", "to_replace")
    return words is not None and bool(words.keys) and words.literal == "{}"


def _counted_columns(given: Arguments) -> frozenset[str]:
    """Return the columns of which ``agg({"price": "mean"})`` or ``agg(level=("price", "mean"))`` works out a number."""
    spelled = given.find(0, "func", "arg")
    if spelled is not None and spelled.keys is not None:
        pairs = list(zip(spelled.keys, (each.literal for each in spelled.items or ()), strict=False))
    else:
        named = [each.items for each in given.keywords.values() if each.items and len(each.items) == 2]
        pairs = [(items[0].literal, items[1].literal) for items in named]
    numbers = {key for key, how in pairs if isinstance(key, str) and not (isinstance(how, str) and how in COUNTS)}
    return frozenset(key for key in numbers if isinstance(key, str)) or (OTHER_ROWS if pairs else NOTHING)


def _looks_behind(function: Value | None) -> bool:
    """Return whether a function that is handed over takes rows above: ``lambda s: s.shift(1)``."""
    if function is None or function.function is None:
        return False
    return any(isinstance(each, ast.Attribute) and each.attr in BEHIND for each in ast.walk(function.function))


def unsorted(data: Data) -> Data:
    """Return rows that are in no order of a date any more."""
    learnt = tuple(each for each in data.learnt if each[0].trace is not Trace.SORTED)
    return replace(data, sorted_by="", learnt=learnt)


def _share_source(rows: tuple[Rows, ...]) -> bool:
    """Return whether several rows are made of the same ones, some of them by repeating: a minority that is blown up."""
    return any(each.doubled for row in rows for each in row.ancestry())
