"""CSV in, records out: a row of names first, then a row for each record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice
from typing import Any

from ...schema import REQUEST
from ..problems import ProblemError
from ..records import refuse_wrong
from .cells import NAMES, converter

CSV = b"text/csv"
CHARSETS = ("", "utf-8", "utf8", "us-ascii")


def records_of_csv(raw: bytes, content_type: str, limit: int) -> list[Any]:
    """Return the records, which are what the schema asks for.

    Raises:
        ProblemError: 400 if it is not CSV, 415 if it is not UTF-8, 422 with all that is wrong with the records.
    """
    refuse_others(content_type)
    rows = rows_of(raw)
    names = next(rows, [])
    refuse_names(names)
    cells = list(islice(rows, limit + 1))
    if not 1 <= len(cells) <= limit:
        raise ProblemError(422, f"There must be between 1 and {limit} records below the row of names.")
    refuse_ragged(cells, len(names))
    columns = [converter(name) for name in names]
    records = [{name: value(cell) for name, value, cell in zip(names, columns, row, strict=True)} for row in cells]
    refuse_wrong(records)
    return records


def refuse_others(content_type: str) -> None:
    """Raise unless records are objects, and the text is said to be UTF-8, or nothing is said."""
    if REQUEST["kind"] not in ("table", "record"):
        raise ProblemError(415, "A record is no object here: it cannot be a row. Send application/json.")
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip(' "')
    if charset not in CHARSETS:
        raise ProblemError(415, "CSV must be UTF-8.")


def rows_of(raw: bytes) -> Iterator[list[str]]:
    """Yield the rows that are not empty."""
    try:
        text = raw.decode("utf-8-sig")  # as Excel writes it
    except UnicodeDecodeError:
        raise ProblemError(400, "The body is not valid UTF-8.") from None
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from (row for row in reader if row)
    except csv.Error:
        raise ProblemError(400, f"The body is not valid CSV at line {reader.line_num}.") from None


def refuse_names(names: list[str]) -> None:
    """Raise if columns have the same name, or if there are many more than a record has fields."""
    most = 2 * len(NAMES) + 100
    if len(names) > most:
        raise ProblemError(422, f"There are {len(names)} columns: a record has {len(NAMES)} fields.")
    if len(set(names)) != len(names):
        raise ProblemError(400, "Two columns have the same name.")


def refuse_ragged(rows: list[list[str]], width: int) -> None:
    """Raise with every row that has not a cell for each column."""
    wrong = [
        {"record": place, "field": None, "message": f"has {len(row)} cells instead of {width}"}
        for place, row in enumerate(rows)
        if len(row) != width
    ]
    if wrong:
        raise ProblemError(422, "Some rows do not have a cell for each column.", wrong)
