"""The forms of a request: how its value falls into records, how records become a value again, and which data fits."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .as_json import is_a, loaded, to_json
from .describing import MAX_SCANNED, seen, type_of
from .rebuilding import UnfitError, Value, array_parts, as_numbers, container_of, rebuild_array, rectangle

MAX_NUMBERS = 500_000
"""How many numbers of a source are looked at for the schema, at most."""


def spread(count: int, wanted: int) -> list[int]:
    """Return at most ``wanted`` places out of ``count``, evenly from the first to the last."""
    if count <= wanted:
        return list(range(count))
    return [(place * (count - 1)) // (wanted - 1) for place in range(wanted)] if wanted > 1 else [0][:wanted]


class Form:
    """One form; subclasses say how."""

    kind = ""
    container = ""
    batched = False
    """Whether the value holds many records along its first axis."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)

    def count(self) -> int:
        """Return how many records the notebook's own request holds."""
        raise NotImplementedError

    def records(self, places: list[int]) -> list[Any]:
        """Return these of the notebook's own records as JSON."""
        raise NotImplementedError

    def build(self, records: list[Any]) -> dict[str, Any]:
        """Return the inputs, by name, that these records make."""
        raise NotImplementedError

    def draw(self, source: Any, wanted: int) -> list[Any] | None:
        """Return records from ``source``, or ``None`` if it does not fit. Notes what the schema should know of it."""
        raise NotImplementedError

    def describe(self, records: list[Any]) -> dict[str, Any]:
        """Return the part of the schema that belongs to this form; ``records`` are all that were used."""
        raise NotImplementedError

    def schema(self, records: list[Any]) -> dict[str, Any]:
        """Return the request schema; ``batch`` is for the caller to complete."""
        found: dict[str, Any] = {"kind": self.kind, "container": self.container, "inputs": self.names}
        found.update(batched_container=self.batched, batch=False)
        found.update(self.describe(records))
        return found


class Sequence_(Form):  # noqa: N801 - "Sequence" is typing's
    """Arrays, texts and plain values: alone, or many along the first axis."""

    def __init__(self, name: str, value: Any, batched: bool) -> None:
        super().__init__([name])
        value = as_numbers(value)
        self.value = value
        self.batched = batched
        self.seen: list[Any] = []
        parts = array_parts(value)
        if parts is not None:
            self.container, shape, self.dtype = parts
            self.shape: tuple[int, ...] = shape[1:] if batched else shape
            self.kind = "array" if self.shape else "value"
        else:
            self._other(value)

    def _other(self, value: Any) -> None:
        self.shape = ()
        if isinstance(value, str):
            self.kind, self.container, self.dtype = "text", "str", "str"
        elif is_texts(value):
            self.kind, self.container = "text", container_of(value)
            self.dtype = str(getattr(value, "dtype", "str"))
        elif not self.batched:
            self.single = Value(value)
            if self.single.type not in ("integer", "number", "boolean", "datetime"):
                raise UnfitError(f"a {container_of(value)} is no request that can be sent as JSON")
            self.kind, self.container, self.dtype = "value", "scalar", self.single.dtype
        else:
            raise UnfitError(f"a {container_of(value)} of mixed values has no schema; make it a dict or a DataFrame")

    def count(self) -> int:
        """As :class:`Form` says."""
        return len(self.value) if self.batched else 1

    def records(self, places: list[int]) -> list[Any]:
        """As :class:`Form` says."""
        return _at(self.value, places) if self.batched else [to_json(self.value)]

    def build(self, records: list[Any]) -> dict[str, Any]:
        """As :class:`Form` says."""
        content = records if self.batched else records[0]
        if self.container == "scalar":
            result = self.single.build(content)
        elif self.kind != "text":
            result = rebuild_array(content, self.container, self.dtype)
        elif self.container == "pandas.Series":
            result = loaded("pandas").Series(content, dtype=self.dtype)
        elif self.container == "numpy.ndarray":
            numpy = loaded("numpy")
            result = numpy.array(content, dtype=object if self.dtype == "object" else None)
        else:
            result = tuple(content) if self.container == "tuple" else content
        return {self.names[0]: result}

    def draw(self, source: Any, wanted: int) -> list[Any] | None:
        """As :class:`Form` says."""
        pool = self._pool(source)
        if pool is None or len(pool) == 0:
            return None
        size = 1
        for extent in self.shape:
            size *= max(extent, 1)
        self.seen = _at(pool, spread(len(pool), max(MAX_NUMBERS // size, wanted)))
        return _at(pool, spread(len(pool), wanted))

    def _pool(self, source: Any) -> Any:
        """Return the records of ``source``, indexable from 0, if they are like ours."""
        if self.kind == "text":
            return texts(source)
        if is_a(source, "pandas", "DataFrame"):
            source = source.to_numpy()
        source = as_numbers(source)
        parts = array_parts(source)
        if parts is None or tuple(parts[1][1:]) != self.shape:
            return None
        numbers = ("integer", "number")
        mine, other = number_type(self.dtype), number_type(parts[2])
        untyped = mine in numbers and other in numbers and self.container in ("list", "tuple")
        if mine != other and not untyped and (mine, other) != ("number", "integer"):
            return None
        return source.to_numpy() if is_a(source, "pandas", "Series") else source

    def describe(self, records: list[Any]) -> dict[str, Any]:
        """As :class:`Form` says."""
        items = [*records, *self.seen]
        if self.kind == "text":
            return {"dtype": self.dtype, **seen(items, "string")}
        flat = _first(items)
        kind = self.single.type if self.container == "scalar" else type_of(flat)
        found = {"type": kind, "dtype": self._dtype_of(kind), **seen(flat, kind)}
        if self.kind == "array":
            shapes = [rectangle(item) or () for item in items] + [self.shape]
            found["shape"] = [sizes[0] if len(set(sizes)) == 1 else -1 for sizes in zip(*shapes)]
        return found

    def _dtype_of(self, kind: str) -> str:
        """Return the dtype; of Python's numbers, which are each of their own type, the one that suits all records."""
        own = self.container in ("list", "tuple")
        return "float" if own and kind == "number" and number_type(self.dtype) == "integer" else self.dtype


def _at(pool: Any, places: list[int]) -> list[Any]:
    """Return the records at ``places`` as JSON."""
    if is_a(pool, "pandas", "Series"):
        return list(to_json(pool.iloc[places]))
    if isinstance(pool, (list, tuple)):
        return [to_json(pool[place]) for place in places]
    return list(to_json(pool[places]))


def is_of_plain_numbers(form: Form) -> bool:
    """Say whether the records are taken to be single numbers of a list or an array."""
    return isinstance(form, Sequence_) and form.batched and form.kind == "value"


def number_type(dtype: str) -> str:
    """Return the schema type of numbers of ``dtype``."""
    name = dtype.lower()
    return "boolean" if name.startswith("bool") else "integer" if "int" in name else "number"


def _first(items: Any) -> list[Any]:
    return [leaf for item in items for leaf in _first(item)] if isinstance(items, list) else [items]


def is_texts(value: Any) -> bool:
    """Say whether ``value`` is a one-dimensional collection of strings."""
    if container_of(value) not in ("list", "tuple", "numpy.ndarray", "pandas.Series"):
        return False
    items = value.tolist() if hasattr(value, "tolist") else list(value)
    return bool(items) and all(isinstance(item, str) for item in items[:MAX_SCANNED])


def texts(source: Any) -> list[str] | None:
    """Return the strings of ``source``: a collection of them, or a table's only column of them."""
    if is_a(source, "pandas", "DataFrame"):
        columns = [source.iloc[:, place] for place in range(source.shape[1])]
        found = [column for column in columns if is_texts(column.dropna())]
        source = found[0] if len(found) == 1 else None
    if is_a(source, "pandas", "Series"):
        source = source.dropna()
    if source is None or not is_texts(source):
        return None
    items = source.tolist() if hasattr(source, "tolist") else list(source)
    return [item for item in items if isinstance(item, str)]


class Record(Form):
    """An object: a dict, a row, the arguments of a function, or a list of dicts."""

    kind = "record"

    def __init__(self, names: Sequence[str], value: Any, container: str) -> None:
        super().__init__(names)
        self.container = container
        self.batched = container == "list"
        self.value = value
        sample = value[0] if self.batched else value
        self.fields = {str(key): Value(item) for key, item in sample.items()}
        self.seen: dict[str, list[Any]] = {}
        if not self.fields:
            raise UnfitError("the request is an empty object")
        if self.batched and any(list(item) != list(sample) for item in value):
            raise UnfitError("the dicts in the request do not all have the same keys")

    def count(self) -> int:
        """As :class:`Form` says."""
        return len(self.value) if self.batched else 1

    def records(self, places: list[int]) -> list[Any]:
        """As :class:`Form` says."""
        if self.container == "pandas.Series":
            return [{str(key): to_json(item) for key, item in self.value.items()}]
        return _at(self.value, places) if self.batched else [to_json(self.value)]

    def build(self, records: list[Any]) -> dict[str, Any]:
        """As :class:`Form` says."""
        rows = [{key: field.build(record[key]) for key, field in self.fields.items()} for record in records]
        if self.container == "arguments":
            return rows[0]
        if self.container == "pandas.Series":
            return {self.names[0]: loaded("pandas").Series(rows[0], dtype=self.value.dtype)}
        return {self.names[0]: rows if self.batched else rows[0]}

    def draw(self, source: Any, wanted: int) -> list[Any] | None:
        """As :class:`Form` says."""
        rows = self._rows(source, MAX_SCANNED)
        if not rows:
            return None
        try:
            self.seen = {key: [field.like(row[key]) for row in rows] for key, field in self.fields.items()}
        except ValueError:
            return None
        return [{key: self.seen[key][place] for key in self.fields} for place in spread(len(rows), wanted)]

    def _rows(self, source: Any, limit: int) -> list[dict[str, Any]]:
        keys = list(self.fields)
        if is_a(source, "pandas", "DataFrame"):
            labels = {str(column): column for column in source.columns}
            if not set(keys) <= set(labels) or not source.columns.is_unique:
                return []
            part = source.iloc[spread(len(source), limit)]
            columns = [part[labels[key]].tolist() for key in keys]
            return [dict(zip(keys, row)) for row in zip(*columns)]
        if isinstance(source, list) and source and all(isinstance(item, dict) for item in source):
            return [item for item in source[:limit] if set(keys) <= set(item)]
        return []

    def describe(self, records: list[Any]) -> dict[str, Any]:
        """As :class:`Form` says."""
        fields = [
            field.schema(key, [*(record[key] for record in records), *self.seen.get(key, ())])
            for key, field in self.fields.items()
        ]
        dtype = {"dtype": str(self.value.dtype)} if self.container == "pandas.Series" else {}
        return {"fields": fields, **dtype}
