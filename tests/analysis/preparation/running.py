"""Runs a notebook's code with what is learnt taken where it is said, and compares ``prepare`` with the notebook."""

from __future__ import annotations

import contextlib
import copy
import io
import os
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.inference.model import Inference
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.preparation.find import find_preparation
from nb2prod.analysis.preparation.model import NotSplit, Preparation
from nb2prod.notebook.model import Cell, Notebook

Found = tuple[Preparation | NotSplit | None, Dataflow, Inference]


def tagged(*sources: str, path: Path = Path("notebook.ipynb"), inference: int = -1) -> Notebook:
    """Return a notebook of these code cells; one is its inference section."""
    sections = {inference % len(sources): "inference"}
    cells = tuple(Cell(i, i, f"cell-{i}", s, s, sections.get(i)) for i, s in enumerate(sources))
    return Notebook(path, cells)


def found_in(notebook: Notebook) -> Found:
    """Return what is found, and what it was found with."""
    flow = analyse(notebook)
    inference = find_inference(notebook, flow)
    return find_preparation(notebook, flow, inference), flow, inference


class Ran:
    """A notebook that has been run, with the raw rows and the learnt values as they were at their places."""

    def __init__(self, flow: Dataflow, inference: Inference, preparation: Preparation, folder: Path) -> None:
        self.preparation = preparation
        self.space: dict[str, Any] = {"__name__": "__main__"}
        self.learned: dict[str, Any] = {}
        self.wanted: Any = None
        with _inside(folder), _quiet():
            for statement in flow.statements:
                self._learn(statement.index, after=False)
                if statement.index == inference.first:
                    exec(inference.setup, self.space)
                    self.wanted = copy.deepcopy(self.space[preparation.prepared])
                exec(preparation.rewritten.get(statement.index, statement.source), self.space)
                self._learn(statement.index, after=True)
                if statement.index == preparation.statement:
                    self.raw = copy.deepcopy(self.space[preparation.raw])
        self.prepare = self._function(flow)

    def _learn(self, index: int, *, after: bool) -> None:
        for learned in self.preparation.learned:
            if (learned.statement, learned.after) == (index, after):
                # what the service loads is a copy, as it was when it was saved
                self.learned[learned.name] = copy.deepcopy(eval(learned.expression, self.space))

    def _function(self, flow: Dataflow) -> Any:
        """Return ``prepare`` among the notebook's imports, functions and classes, and nothing else."""
        space: dict[str, Any] = {"pd": pd}
        for statement in flow.statements:
            if statement.kind in {Kind.IMPORT, Kind.FUNCTION, Kind.CLASS}:
                with contextlib.suppress(Exception):
                    exec(statement.source, space)
        exec(self.preparation.guards, space)
        exec(self.preparation.function, space)
        given = {}
        for name in self.preparation.arguments:
            given[name] = self.learned[name] if name in self.learned else self.space[name]

        name = self.preparation.function.removeprefix("def ").partition("(")[0]

        def prepare(records: Any) -> Any:
            with _quiet():
                return space[name](records, **given)

        self.guard = space.get(self.preparation.refuse_gaps)
        return prepare

    def answer(self, records: Any) -> Any:
        """Return what the model would be asked, as the service makes it: what training never saw is refused."""
        made = self.prepare(records)
        if self.preparation.complete:
            self.guard(made, self.learned[self.preparation.complete])
        return made


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        yield


def check(
    *sources: str, folder: Path = Path(), target: Sequence[str] = (), ordered: bool = False, most: int = 12
) -> Preparation:
    """Assert that ``prepare`` gives the notebook's rows, all at once and one by one, without changing the records."""
    preparation, flow, inference = found_in(tagged(*sources))
    assert isinstance(preparation, Preparation), preparation
    ran = Ran(flow, inference, preparation, folder)
    compare(ran, target, ordered, most)
    return preparation


def compare(ran: Ran, target: Sequence[str] = (), ordered: bool = False, most: int = 12) -> None:
    """Compare a notebook that ran with its ``prepare``. ``ordered``: the input's rows are the first raw ones."""
    wanted, raw = ran.wanted, ran.raw
    if not ordered and isinstance(wanted, pd.DataFrame | pd.Series):
        records = raw.loc[wanted.index]
    else:
        records = raw[: len_of(wanted)]
    before = copy.deepcopy(records)
    equal(ran.prepare(records), wanted)
    for count in range(min(len_of(wanted), most)):
        one = records.iloc[[count]] if isinstance(records, pd.DataFrame | pd.Series) else records[count : count + 1]
        equal(ran.prepare(one), rows_of(wanted, count), one=True)
    if target:
        equal(ran.prepare(records.drop(columns=list(target))), wanted)
    if isinstance(records, pd.DataFrame):
        pd.testing.assert_frame_equal(records, before)


def len_of(rows: Any) -> int:
    """Return how many rows there are."""
    return int(rows.shape[0]) if hasattr(rows, "shape") else len(rows)


def rows_of(rows: Any, place: int) -> Any:
    """Return a single row as a table."""
    return rows.iloc[[place]] if isinstance(rows, pd.DataFrame | pd.Series) else rows[place : place + 1]


def equal(got: Any, wanted: Any, *, one: bool = False) -> None:
    """Assert equality of values and columns; widths of numbers may differ, for one row also their kind."""
    if hasattr(wanted, "toarray"):
        got, wanted = got.toarray(), wanted.toarray()
    assert type(got) is type(wanted), (type(got), type(wanted))
    if isinstance(wanted, pd.DataFrame):
        assert [str(c) for c in got.columns] == [str(c) for c in wanted.columns]
        for place in range(wanted.shape[1]):
            _equal_columns(got.iloc[:, place], wanted.iloc[:, place], one)
    elif isinstance(wanted, pd.Series):
        _equal_columns(got, wanted, one)
    elif isinstance(wanted, np.ndarray):
        assert got.shape == wanted.shape
        _equal_columns(pd.Series(got.ravel()), pd.Series(wanted.ravel()), one)
    elif hasattr(wanted, "detach"):
        equal(got.numpy(), wanted.numpy(), one=one)
    else:
        assert got == wanted


def _equal_columns(got: pd.Series[Any], wanted: pd.Series[Any], one: bool) -> None:
    left, right = got.reset_index(drop=True), wanted.reset_index(drop=True)
    if not one:
        assert kind(left) == kind(right), (wanted.name, left.dtype, right.dtype)
    if pd.api.types.is_numeric_dtype(right):
        np.testing.assert_allclose(left.astype(float), right.astype(float), rtol=1e-9, err_msg=str(wanted.name))
    else:
        assert left.astype(object).where(left.notna(), None).tolist() == (
            right.astype(object).where(right.notna(), None).tolist()
        ), wanted.name


def kind(column: pd.Series[Any]) -> str:
    """Return what a column holds, whatever its width."""
    return {"i": "number", "u": "number", "f": "number", "b": "bool"}.get(column.dtype.kind, str(column.dtype))


__all__ = ["Ran", "check", "compare", "found_in", "tagged"]
