"""Bytes of Arrow or Parquet in, columns of values out: in a process of its own, with so much memory and no more.

It is apart because a small body can unfold to anything, and because what reads it is not written in Python.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

ARROW, PARQUET = "arrow", "parquet"
Columns = tuple[list[str], list[list[Any]]]
LARGEST_NAMES = 1_000_000
"""Bytes of a text, and items of a list, in what Parquet says of itself."""


class Unreadable(ValueError):
    """The bytes are not what they are said to be, or there is too much in them; says so without what is in them."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(status, detail)
        self.status, self.detail = status, detail


def begin(room: int) -> None:
    """Make this process one that takes so many bytes beside what it has taken now, and ends with the one above it."""
    import pyarrow.parquet

    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    pyarrow.set_cpu_count(1)
    above = parent_process()
    if above is not None:
        threading.Thread(target=lambda: (above.join(), os._exit(0)), daemon=True).start()
    statm = Path("/proc/self/statm")
    if statm.exists():
        import resource

        taken = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + room, taken + room))


def unfold(kind: str, raw: bytes, most_rows: int, most_columns: int) -> Columns:
    """Return names and columns.

    Raises:
        Unreadable: if that is not possible.
    """
    try:
        names: list[str] = []
        columns: list[list[Any]] = []
        rows = 0
        for batch in batches(kind, raw, most_rows, most_columns):
            rows += batch.num_rows
            if rows > most_rows:
                raise Unreadable(422, f"There must be between 1 and {most_rows} records.")
            batch.validate(full=True)
            names = batch.schema.names
            columns = columns or [[] for _ in names]
            for column, array in zip(columns, batch.columns, strict=True):
                column += values(array)
    except Unreadable:
        raise
    except MemoryError:
        raise Unreadable(413, "The body unfolds to more than is allowed.") from None
    except Exception:  # whatever was done to the bytes
        raise Unreadable(400, f"The body cannot be read as {kind.capitalize()}.") from None
    return names, columns


def batches(kind: str, raw: bytes, most_rows: int, most_columns: int) -> Iterator[Any]:
    """Yield what the bytes hold, piece by piece, the columns being such as a record can be made of."""
    import pyarrow
    from pyarrow import parquet

    if kind == ARROW:
        with pyarrow.ipc.open_stream(raw) as stream:
            refuse_columns(stream.schema, most_columns)
            yield from stream
        return
    names = {"thrift_string_size_limit": LARGEST_NAMES, "thrift_container_size_limit": LARGEST_NAMES}
    with parquet.ParquetFile(pyarrow.BufferReader(raw), **names) as file:
        if file.metadata.num_rows > most_rows:
            raise Unreadable(422, f"There must be between 1 and {most_rows} records.")
        refuse_columns(file.schema_arrow, most_columns)
        yield from file.iter_batches(use_threads=False)


def refuse_columns(schema: Any, most: int) -> None:
    """Raise for columns that are too many, have one name, or are of a type that no field has."""
    if len(schema.names) > most:
        raise Unreadable(422, f"There are {len(schema.names)} columns, which is more than a record has fields.")
    if len(set(schema.names)) != len(schema.names):
        raise Unreadable(400, "Two columns have the same name.")
    for place, kind in enumerate(schema.types):
        if not is_plain(kind) and not is_list(kind):
            raise Unreadable(422, f"Column {place} has a type that no field can be made of.")


def is_plain(kind: Any) -> bool:
    """Say whether values of this type are single ones, each held once."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return is_plain(kind.value_type) and not types.is_dictionary(kind.value_type)
    known = (types.is_null, types.is_string, types.is_large_string, types.is_timestamp, types.is_date, types.is_decimal)
    return is_number(kind) or any(test(kind) for test in known)


def is_number(kind: Any) -> bool:
    """Say whether it is a number, or a truth value."""
    from pyarrow import types

    return types.is_integer(kind) or types.is_floating(kind) or types.is_boolean(kind)


def is_list(kind: Any) -> bool:
    """Say whether it is a list of numbers, or a list of such."""
    from pyarrow import types

    if not (types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)):
        return False
    return is_number(kind.value_type) or is_list(kind.value_type)


def values(array: Any) -> list[Any]:
    """Return a column as JSON would have it; a value that many rows share is there once."""
    import pyarrow
    from pyarrow import types

    kind = array.type
    if types.is_dictionary(kind):
        known = values(array.dictionary)
        return [None if place is None else known[place] for place in array.indices.to_pylist()]
    if types.is_timestamp(kind):
        array = array.cast(pyarrow.timestamp("us", kind.tz), safe=False)
    if types.is_timestamp(kind) or types.is_date(kind):
        return [None if value is None else value.isoformat() for value in array.to_pylist()]
    if types.is_decimal(kind) or types.is_float16(kind):
        return [None if value is None else float(value) for value in array.to_pylist()]
    found: list[Any] = array.to_pylist()
    return found
