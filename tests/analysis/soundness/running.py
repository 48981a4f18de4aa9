"""A program run for real, statement by statement: what each one changed, and what a slice of it leaves."""

from __future__ import annotations

import ast
import functools
import types
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

MOST = 3_000
"""How much of a value is looked at."""


@dataclass(frozen=True)
class Change:
    """What one statement really did to one name."""

    statement: int
    name: str
    how: str
    """``bound``, ``changed`` or ``deleted``."""


class RaisedAt(Exception):
    """Statement ``index`` raised."""

    def __init__(self, index: int, error: BaseException) -> None:
        super().__init__(f"statement {index} raised {type(error).__name__}: {error}")
        self.index = index


def run(
    statements: Sequence[str], *, watch: Iterable[str] | None = None, start: int = 0
) -> tuple[dict[str, Any], list[Change]]:
    """Run top-level statements in a new namespace; return what it holds in the end, as snapshots, and every change.

    With ``watch``, only those names are looked at, and only in the end. Changes are looked for from statement
    ``start`` on.
    """
    namespace: dict[str, Any] = {"__name__": "__main__"}
    changes: list[Change] = []
    before: dict[str, tuple[int, Any]] = {}
    kept: list[Any] = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for index, statement in enumerate(statements):
            try:
                exec(compile(statement, f"<{index}>", "exec"), namespace)
            except Exception as error:
                raise RaisedAt(index, error) from error
            if watch is None and index >= start - 1:
                after = {name: (id(value), snapshot(value)) for name, value in namespace.items() if name[0] != "_"}
                kept.extend(namespace.values())  # no id is given twice
                changes.extend(_changes(index, before, after) if index >= start else ())
                before = after
        names = before if watch is None else watch
        return {name: snapshot(namespace[name]) for name in names if name in namespace}, changes


def _changes(index: int, before: dict[str, tuple[int, Any]], after: dict[str, tuple[int, Any]]) -> Iterable[Change]:
    for name in before.keys() | after.keys():
        if name not in after:
            yield Change(index, name, "deleted")
        elif name not in before or before[name][0] != after[name][0]:
            yield Change(index, name, "bound")
        elif before[name][1] != after[name][1]:
            yield Change(index, name, "changed")


def snapshot(value: Any) -> Any:
    """Return something comparable that differs where the value's content differs."""
    return _Snapshot().of(value)


class _Snapshot:
    def __init__(self) -> None:
        self.left = MOST
        self.path: list[int] = []

    def of(self, value: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            return "..."
        if value is None or isinstance(value, bool | int | float | str | bytes | complex | range | slice):
            return repr(value)
        if id(value) in self.path:
            return ("above", len(self.path) - self.path.index(id(value)))
        self.path.append(id(value))
        try:
            return self._parts(value)
        finally:
            self.path.pop()

    def _parts(self, value: Any) -> Any:
        kind = type(value).__name__
        if isinstance(value, np.ndarray):
            return kind, value.shape, value.dtype.str, value.tolist() if value.size < 500 else value.tobytes()
        if isinstance(value, pd.DataFrame | pd.Series | pd.Index):
            return kind, repr(value.to_dict() if not isinstance(value, pd.Index) else list(value)), _axes(value)
        if isinstance(value, dict):
            return kind, [(self.of(key), self.of(each)) for key, each in value.items()]
        if isinstance(value, list | tuple):
            return kind, [self.of(each) for each in value]
        if isinstance(value, set | frozenset):
            return kind, sorted(map(repr, value))
        return self._code_and_objects(kind, value)

    def _code_and_objects(self, kind: str, value: Any) -> Any:
        if isinstance(value, types.FunctionType):
            cells = [self.of(cell.cell_contents) if _is_filled(cell) else "" for cell in value.__closure__ or ()]
            return kind, value.__name__, cells, self.of(value.__defaults__), self.of(value.__dict__)
        if isinstance(value, types.MethodType):
            return kind, value.__name__, self.of(value.__self__)
        if isinstance(value, functools.partial):
            return kind, self.of(value.func), self.of(value.args), self.of(value.keywords)
        if isinstance(value, types.GeneratorType):
            frame = value.gi_frame
            return (kind, "done") if frame is None else (kind, frame.f_lasti, self.of(dict(frame.f_locals)))
        if isinstance(value, type):
            own = {key: each for key, each in vars(value).items() if key[:2] != "__"}
            return kind, value.__name__, self.of(own) if value.__module__ == "__main__" else ""
        if hasattr(value, "__next__") and hasattr(value, "__reduce__"):
            return kind, self.of(value.__reduce__()[1:])
        if type(value).__module__ == "__main__":
            return kind, self.of(vars(value))
        return kind


def _is_filled(cell: types.CellType) -> bool:
    try:
        return cell.cell_contents is not cell
    except ValueError:
        return False


def _axes(value: Any) -> str:
    return repr([(list(axis), axis.name) for axis in getattr(value, "axes", ())])


def without_failing(statements: Sequence[str], limit: int = 30) -> list[str] | None:
    """Return the statements without those that raise, or ``None`` where too many do."""
    kept = list(statements)
    for _ in range(limit):
        try:
            run(kept, watch=())
        except RaisedAt as raised:
            del kept[raised.index]
        else:
            return kept
    return None


def top_level(source: str) -> list[str]:
    """Return the source of each top-level statement."""
    return [ast.unparse(node) for node in ast.parse(source).body]
