"""What a stand-in answers, held against the fitted object: row by row as from records, and all rows at once."""

from __future__ import annotations

import importlib
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

PACKAGE = "lit"
WAYS = ("predict", "predict_proba", "decision_function", "transform")


def row(frame: pd.DataFrame) -> Any:
    """Return a table of one row as inference code sees it."""
    kinds = compiled("kinds")
    names = {}
    for name in frame.columns:
        dtype = frame[name].dtype
        names[name] = (
            kinds.Category(tuple(dtype.categories), dtype.ordered)
            if isinstance(dtype, pd.CategoricalDtype)
            else str(dtype)
        )
    return compiled("row").Row({name: frame[name].tolist()[0] for name in frame.columns}, names)


def compiled(module: str) -> Any:
    """Return a module of the rendered package."""
    return importlib.import_module(f"{PACKAGE}.compiled.{module}")


def stand_in(fitted: Any) -> Any:
    """Return the stand-in of a fitted object, after a way through a folder."""
    made = compiled("estimators").stand_in(fitted)
    assert made is not None, f"{fitted} is not known"
    with tempfile.TemporaryDirectory() as folder:
        compiled("store").save(made, Path(folder) / "store")
        return compiled("store").load(Path(folder) / "store")


def ways_of(fitted: Any) -> list[str]:
    """Return what notebooks ask an object: a model for predictions, others for columns."""
    ways = [way for way in WAYS if hasattr(fitted, way)]
    return [way for way in ways if way != "transform" or "predict" not in ways]


def answer(fitted: Any, way: str, table: Any) -> Any:
    """Return what an object answers; the exception if it refuses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            made = getattr(fitted, way)(table)
        except Exception as error:
            return error
        return made.toarray() if hasattr(made, "toarray") else np.asarray(made)


def assert_same(own: Any, original: Any, what: str, *, strict: bool = True) -> None:
    """Fail unless answers are equal: labels identical, numbers to 1e-6; whoever is refused by one is by both.

    A stand-in may refuse what the original answers unless this is strict.
    """
    if isinstance(original, Exception):
        assert isinstance(own, Exception), f"{what}: {own} instead of {original!r}"
        return
    if isinstance(own, Exception):
        assert not strict, f"{what}: {own!r} instead of {original}"
        return
    assert own.shape == original.shape, what
    if original.dtype.kind in "fiub" and own.dtype.kind in "fiub":
        np.testing.assert_allclose(own, original.astype(float), rtol=1e-6, atol=1e-12, err_msg=what)
    else:
        assert [plain(value) for value in own.ravel()] == [plain(value) for value in original.ravel()], what


def plain(value: Any) -> Any:
    """Return a value that is equal to itself."""
    return "nan" if value != value else value


def agree(fitted: Any, table: Any, *, ways: Iterable[str] | None = None, strict: bool = True) -> Any:
    """Compare all answers, for each row of a table or array alone and for all; return the stand-in."""
    own = stand_in(fitted)
    for way in ways if ways is not None else ways_of(fitted):
        together = as_rows(table)
        assert_same(answer(own, way, together), answer(fitted, way, table), f"{way}, all rows", strict=strict)
        for i in range(min(len(table), 40)):
            one = table.iloc[[i]] if isinstance(table, pd.DataFrame) else table[i : i + 1]
            asked = row(one) if isinstance(table, pd.DataFrame) else one
            assert_same(answer(own, way, asked), answer(fitted, way, one), f"{way}, row {i}", strict=strict)
    return own


def as_rows(table: Any) -> Any:
    return [row(table.iloc[[i]]) for i in range(len(table))] if isinstance(table, pd.DataFrame) else table


def agree_on(own: Any, fitted: Any, record: Mapping[str, Any], *, strict: bool = False) -> None:
    """Compare all answers for one record, of which pandas makes a table as a service does."""
    frame = pd.DataFrame([dict(record)])
    for way in ways_of(fitted):
        assert_same(answer(own, way, row(frame)), answer(fitted, way, frame), f"{way} of {record}", strict=strict)
