"""The rows that the model was made of, as a client would send them: from the pipeline's data, else those captured."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from ... import pipeline
from ...files import ROOT
from ...parameters import Parameters
from ...schema import REQUEST, check

MOST = 20_000
"""Rows of a table that are looked at, from all over it."""
ENOUGH = 0.5
"""Share of the captured rows that must be among a table's, for these to be what is asked about."""
CAPTURED = "records captured at the export"
SINGLE = REQUEST["kind"] in ("text", "value")
"""Whether a record is one value, which a column of a table may hold."""


class Loaded(Exception):
    """The data is loaded, and nothing more is wanted of the pipeline."""


class Table(NamedTuple):
    """A table that the pipeline has."""

    source: str
    loaded: bool
    """Whether the pipeline hands it on, else it is as it was read from a file."""
    total: int
    records: list[Any]
    """Of up to ``MOST`` rows, those that the schema allows."""


def rows_of_model(parameters: Mapping[str, Any], source: str = "") -> tuple[list[Any], str]:
    """Return rows, and where they are from: the largest table that has the captured rows, or one like it.

    Where none has them, since the data is new, it is the table that the last baseline was made of: ``source``.
    """
    path = ROOT / "tests" / "parity" / "requests.json"
    captured = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    seen = [part for each in tables(parameters) for part in parts(*each)]
    found = [each for each in (table(*part) for part in seen) if each.records]
    believed = [each for each in found if has(each, captured)]
    if not SINGLE and any(each.loaded for each in believed):
        believed += [each for each in found if each.loaded and each not in believed]
    believed = believed or [each for each in found if each.source == source]
    if not believed:
        return captured, CAPTURED
    best = max(believed, key=lambda each: each.total)
    return best.records, best.source


def tables(parameters: Mapping[str, Any]) -> list[tuple[str, bool, Any]]:
    """Return what the pipeline reads and what it loads, as it is then, each with where it is from."""
    found: list[tuple[str, bool, Any]] = []
    load = getattr(pipeline, "load_data", None)
    if load is None:
        return []

    def loading(*given: Any) -> Any:
        value = load(*given)
        handed = value._asdict() if hasattr(value, "_asdict") else {"": value}
        for name, part in handed.items():
            found.append((f"{name} of load_data" if name else "what load_data gives", True, part))
        raise Loaded

    instead = mock.patch.object(pipeline, "load_data", loading)
    with suppress(Loaded), instead, watched_readers(found):
        pipeline.run(Parameters(**parameters))
    return found


@contextmanager
def watched_readers(found: list[tuple[str, bool, Any]]) -> Iterator[None]:
    """Keep what pandas reads from files meanwhile."""
    try:
        import pandas
    except ImportError:
        yield
        return

    def watched(read: Any) -> Any:
        def reading(*given: Any, **named: Any) -> Any:
            value = read(*given, **named)
            if isinstance(value, pandas.DataFrame):
                place = Path(str(given[0])).name if given and isinstance(given[0], (str, Path)) else "a file"
                found.append((f"{place}, as it is read", False, value.copy()))
            return value

        return reading

    readers = {name: watched(getattr(pandas, name)) for name in dir(pandas) if name.startswith("read_")}
    with mock.patch.multiple(pandas, **readers):
        yield


def parts(source: str, loaded: bool, value: Any) -> Iterator[tuple[str, bool, Any]]:
    """Yield a table, or each of its columns where a record is one value."""
    if SINGLE and hasattr(value, "columns"):
        for name in value.columns:
            yield f"{name} in {source}", loaded, value[name]
    else:
        yield source, loaded, value


def table(source: str, loaded: bool, value: Any) -> Table:
    """Return a table with the rows that a client could send."""
    total = len(value) if hasattr(value, "__len__") else 0
    found = [jsonable(each) for each in records(value, max(1, -(-total // MOST)))] if total else []
    odd = {problem.record for problem in check(found)}
    fit = [each for place, each in enumerate(found) if place not in odd]
    return Table(source, loaded, total, fit if len(fit) > len(odd) else [])


def records(value: Any, step: int) -> list[Any]:
    """Return every ``step``-th row in the form of a request; none where it cannot have that."""
    if REQUEST["kind"] == "array":
        fits = list(getattr(value, "shape", ()))[1:] == REQUEST.get("shape", []) and not hasattr(value, "columns")
        return value[::step].tolist() if fits else []
    if SINGLE:
        single = len(getattr(value, "shape", (0,))) == 1 and not isinstance(value, (dict, str))
        return list(value[::step]) if single else []
    names = [field["name"] for field in REQUEST.get("fields", ())]
    if not hasattr(value, "columns") or not names:
        return []
    columns = {str(name): value[name].iloc[::step].tolist() for name in value.columns if str(name) in names}
    if len(columns) < len(names):
        return []
    return [dict(zip(names, row, strict=True)) for row in zip(*(columns[name] for name in names), strict=True)]


def jsonable(value: Any) -> Any:
    """Return a value as JSON has it."""
    if isinstance(value, dict):
        return {name: jsonable(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(inner) for inner in value]
    if value is None or type(value).__name__ in ("NaTType", "NAType"):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value.item() if hasattr(value, "item") else value


def has(found: Table, captured: list[Any]) -> bool:
    """Whether enough of the captured rows are among a table's, of which only some may have been looked at."""
    there = set(map(key, found.records))
    share = sum(key(each) in there for each in captured) / max(len(captured), 1)
    return share >= ENOUGH * len(found.records) / found.total


def key(record: Any) -> Any:
    """Return what is equal for records that are."""
    if isinstance(record, dict):
        return tuple((name, key(value)) for name, value in sorted(record.items()))
    return tuple(map(key, record)) if isinstance(record, list) else record
