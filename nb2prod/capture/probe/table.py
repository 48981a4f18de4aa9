"""The request as a table: one record a row."""

from __future__ import annotations

from typing import Any

from .as_json import is_a, loaded, to_json
from .describing import column_field
from .forms import Form, spread
from .rebuilding import UnfitError


class Table(Form):
    """A pandas.DataFrame."""

    kind = "table"
    container = "pandas.DataFrame"
    batched = True

    def __init__(self, name: str, frame: Any) -> None:
        super().__init__([name])
        self.frame = frame
        self.labels = list(frame.columns)
        texts = [str(label) for label in self.labels]
        if getattr(frame.columns, "nlevels", 1) > 1:
            raise UnfitError("the request's columns have several levels; flatten them")
        if len(set(texts)) < len(texts):
            raise UnfitError("the request has several columns of the same name")
        self.dtypes = {str(label): frame.dtypes.iloc[place] for place, label in enumerate(self.labels)}
        self.nulls: dict[str, Any] = {}
        self.seen: Any = frame
        self._note_nulls()

    def count(self) -> int:
        """As :class:`Form` says."""
        return len(self.frame)

    def records(self, places: list[int]) -> list[Any]:
        """As :class:`Form` says."""
        return list(to_json(self.frame.iloc[places]))

    def build(self, records: list[Any]) -> dict[str, Any]:
        """As :class:`Form` says."""
        pandas = loaded("pandas")
        columns = {
            place: self._column([record[str(label)] for record in records], str(label))
            for place, label in enumerate(self.labels)
        }
        frame = pandas.DataFrame(columns, index=pandas.RangeIndex(len(records)))
        frame.columns = pandas.Index(self.labels, dtype=self.frame.columns.dtype)
        return {self.names[0]: frame}

    def _column(self, items: list[Any], name: str) -> Any:
        pandas, dtype = loaded("pandas"), self.dtypes[name]
        missing = any(item is None for item in items)
        if getattr(dtype, "kind", "") == "M":
            zone = getattr(dtype, "tz", None)
            moments = pandas.Series([pandas.NaT if item is None else pandas.Timestamp(item) for item in items])
            moments = pandas.to_datetime(moments, utc=zone is not None)
            return (moments.dt.tz_convert(zone) if zone is not None else moments).astype(dtype)
        if str(dtype) == "object":
            filled = [self.nulls.get(name, float("nan")) if item is None else item for item in items]
            return pandas.Series(filled, dtype=object)
        if getattr(dtype, "kind", "") == "f" and missing and not _is_extension(dtype):
            return pandas.Series([float("nan") if item is None else item for item in items], dtype=dtype)
        return pandas.Series(pandas.array(items, dtype=dtype) if _is_extension(dtype) else items, dtype=dtype)

    def draw(self, source: Any, wanted: int) -> list[Any] | None:
        """As :class:`Form` says."""
        if not is_a(source, "pandas", "DataFrame") or len(source) == 0 or not source.columns.is_unique:
            return None
        if not set(self.labels) <= set(source.columns):
            return None
        part = source[self.labels]
        dtypes = {}
        for place, label in enumerate(self.labels):
            dtype = _common(self.dtypes[str(label)], part.dtypes.iloc[place])
            if dtype is None:
                return None
            dtypes[str(label)] = dtype
        self.dtypes, self.seen, self.nulls = dtypes, part, dict(self.nulls)
        self._note_nulls()
        return list(to_json(part.iloc[spread(len(part), wanted)]))

    def _note_nulls(self) -> None:
        """Object columns can miss a value as None or as NaN; imputers tell them apart."""
        for place, label in enumerate(self.labels):
            column = self.seen.iloc[:, place]
            if str(column.dtype) == "object" and any(item is None for item in column.tolist()):
                self.nulls[str(label)] = None

    def describe(self, records: list[Any]) -> dict[str, Any]:
        """As :class:`Form` says."""
        pandas = loaded("pandas")
        fields = []
        for place, label in enumerate(self.labels):
            columns = [self.seen.iloc[:, place]]
            if self.seen is not self.frame:
                columns.append(self.frame.iloc[:, place].astype(self.dtypes[str(label)]))
            both = pandas.concat(columns, ignore_index=True) if len(columns) > 1 else columns[0]
            fields.append(column_field(label, both, self.dtypes[str(label)]))
        return {"fields": fields}


def _is_extension(dtype: Any) -> bool:
    return bool(loaded("pandas").api.types.is_extension_array_dtype(dtype))


def _common(own: Any, other: Any) -> Any:
    """Return the dtype for rows of both, ``None`` if the notebook's code was not shown to take such rows."""
    if own == other:
        return own
    kinds = getattr(own, "kind", "O"), getattr(other, "kind", "O")
    if is_a(own, "pandas", "CategoricalDtype") or is_a(other, "pandas", "CategoricalDtype"):
        return own if str(own) in ("object", "str", "string") else None
    if all(kind in "iuf" for kind in kinds) and not (_is_extension(own) or _is_extension(other)):
        return loaded("numpy").promote_types(own, other)
    if all(kind in "iufb" for kind in kinds) and kinds[0] != "b":
        return other if "b" not in kinds else None
    if all(str(dtype) in ("object", "str", "string") for dtype in (own, other)):
        return own
    return own if kinds == ("M", "M") else None
