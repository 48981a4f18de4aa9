"""A notebook's code is read again: the same answers without pandas, and a refusal wherever that is not certain."""

from __future__ import annotations

import importlib
import itertools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.compiled.both import outcome, plain

NUMBERS = itertools.count()

CHURN = """
import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from .definitions import snake_case


def refuse_gaps(rows, complete):
    missing = pd.DataFrame(rows).isna().any()
    gaps = [str(name) for name in complete if missing.get(name, False)]
    if gaps:
        raise ValueError(f"there is no value for {', '.join(gaps)}")


def prepare_rows(records: pd.DataFrame) -> pd.DataFrame:
    raw = records.reset_index(drop=True)
    customers = raw.drop(columns=["CustomerID"], errors="ignore").rename(columns=snake_case)
    customers["total_charges"] = pd.to_numeric(customers["total_charges"], errors="coerce")
    customers["price_change"] = customers.monthly_charges / (
        customers.total_charges / customers.tenure_months
    )
    X = customers.drop(columns=["churn"], errors="ignore")
    return X


def predict(records: pd.DataFrame, *, complete_columns: list[str], model: Pipeline, threshold: float) -> np.ndarray:
    sample = prepare_rows(records)
    refuse_gaps(sample, complete_columns)
    churn_probability = model.predict_proba(sample)[:, 1]
    prediction = np.where(churn_probability >= threshold, "call", "leave alone")
    return prediction
"""
DEFINITIONS = """
def snake_case(name):
    return "".join(
        "_" + c.lower() if c.isupper() and i and not name[i - 1].isupper() else c.lower()
        for i, c in enumerate(name)
    )
"""
FIELDS = [
    {"name": "CustomerID", "type": "string", "dtype": "str"},
    {"name": "TenureMonths", "type": "integer", "dtype": "int64"},
    {"name": "MonthlyCharges", "type": "number", "dtype": "float64"},
    {"name": "TotalCharges", "type": "string", "dtype": "str"},
]
RECORDS = [
    {"CustomerID": "a", "TenureMonths": months, "MonthlyCharges": charges, "TotalCharges": total}
    for months in (0, 7)
    for charges in (None, 0.0, 28.59)
    for total in ("984.04", "0", " ", "", None, "many")
]


class Sums:
    """A model that takes a table, or a row, and tells probabilities by what is in it."""

    def predict_proba(self, rows: Any) -> Any:
        values = np.asarray(rows[["monthly_charges", "price_change", "tenure_months"]], dtype=float)
        high = 1 / (1 + np.exp(-np.nan_to_num(values, posinf=9, neginf=-9).sum(axis=1) / 30))
        return np.column_stack([1 - high, high])


@pytest.fixture
def reading(lit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[Any, Any]]:
    """Return what makes a package of a notebook's modules: the original's ``predict`` and the light one."""

    def read(**modules: str) -> tuple[Any, Any]:
        name = f"noted_{next(NUMBERS)}"
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").touch()
        (folder / "compiled").symlink_to(lit / "compiled", target_is_directory=True)
        for module, text in modules.items():
            (folder / f"{module}.py").write_text(text, encoding="utf-8")
        monkeypatch.syspath_prepend(str(tmp_path))
        original = importlib.import_module(f"{name}.inference").predict
        return original, importlib.import_module(f"{name}.compiled.reading").load_light()

    return read


def row_beside(predict: Any, record: dict[str, Any], fields: list[dict[str, Any]]) -> Any:
    """Return the row for a light ``predict``, of its own package."""
    package = predict.__globals__["PACKAGE"]
    return importlib.import_module(f"{package}.compiled.records").row_of(record, fields)


def test_a_notebooks_own_preparation_gives_the_same_answers(reading: Callable[..., tuple[Any, Any]]) -> None:
    original, light = reading(inference=CHURN, definitions=DEFINITIONS)
    learnt = {"complete_columns": ["tenure_months"], "model": Sums(), "threshold": 0.6}
    seen = set()
    for record in RECORDS:
        table = pd.DataFrame({f["name"]: pd.Series([record[f["name"]]], dtype=f["dtype"]) for f in FIELDS})
        quick = light(records=row_beside(light, record, FIELDS), **learnt)
        assert plain(quick) == plain(original(records=table, **learnt)), record
        seen.add(quick[0])
    assert seen == {"call", "leave alone"}


def test_what_the_original_refuses_is_refused(reading: Callable[..., tuple[Any, Any]]) -> None:
    original, light = reading(inference=CHURN, definitions=DEFINITIONS)
    learnt = {"complete_columns": ["monthly_charges"], "model": Sums(), "threshold": 0.6}
    record = {"CustomerID": "a", "TenureMonths": 3, "MonthlyCharges": None, "TotalCharges": "3.5"}
    table = pd.DataFrame({f["name"]: pd.Series([record[f["name"]]], dtype=f["dtype"]) for f in FIELDS})
    with pytest.raises(ValueError, match="there is no value for monthly_charges"):
        original(records=table, **learnt)
    with pytest.raises(ValueError, match="there is no value for monthly_charges"):
        light(records=row_beside(light, record, FIELDS), **learnt)


def test_code_that_catches_every_exception_does_not_hide_a_gap(reading: Callable[..., tuple[Any, Any]]) -> None:
    _, light = reading(
        inference="""
def predict(records):
    try:
        return records["x"].rank()
    except Exception:
        return "caught"
"""
    )
    with pytest.raises(Exception, match="caught it"):
        light(records=row_beside(light, {"x": 1.5}, [{"name": "x", "type": "number", "dtype": "float64"}]))


def test_a_division_of_single_values_is_numpys(reading: Callable[..., tuple[Any, Any]]) -> None:
    original, light = reading(
        inference="""
def predict(records):
    try:
        return records["x"].iloc[0] / 0
    except ZeroDivisionError:
        return "caught"
"""
    )
    fields = [{"name": "x", "type": "number", "dtype": "float64"}]
    with np.errstate(all="ignore"):
        assert light(records=row_beside(light, {"x": 1.5}, fields)) == original(records=pd.DataFrame({"x": [1.5]}))


def test_what_was_learnt_as_a_series_is_known_by_its_labels(reading: Callable[..., tuple[Any, Any]]) -> None:
    original, light = reading(
        inference="""
def predict(records, *, medians, means, wanted):
    rows = records.fillna(medians)
    rows["mean"] = rows["region"].map(means)
    rows["far"] = rows["x"] - medians["x"]
    return rows.reindex(columns=wanted, fill_value=0)
"""
    )
    learnt = {
        "medians": pd.Series({"x": 2.5, "y": 4.0}),
        "means": pd.Series({"east": 1.5, "west": 2.5}, name="mean"),
        "wanted": pd.Index(["x", "far", "mean", "extra"]),
    }
    package = light.__globals__["PACKAGE"]
    light_of = importlib.import_module(f"{package}.compiled.learned").light_of
    fields = [
        {"name": "x", "type": "number", "dtype": "float64"},
        {"name": "region", "type": "string", "dtype": "str"},
    ]
    for record in ({"x": None, "region": "east"}, {"x": 3.5, "region": "north"}, {"x": 3.5, "region": None}):
        table = pd.DataFrame({f["name"]: pd.Series([record[f["name"]]], dtype=f["dtype"]) for f in fields})
        quick = light(
            records=row_beside(light, record, fields), **{name: light_of(value) for name, value in learnt.items()}
        )
        real = original(records=table, **learnt)
        assert quick.to_dict("list").keys() == real.to_dict("list").keys()
        assert list(map(repr, quick.to_dict("records"))) == list(map(repr, real.to_dict("records")))


@pytest.mark.parametrize("learnt", [pd.DataFrame({"a": [1]}), pd.Series([1, 2], index=["a", "a"]), object()])
def test_what_was_learnt_in_another_form_is_left_to_the_original(learnt: Any) -> None:
    found = outcome(lambda: importlib.import_module("lit.compiled.learned").light_of(learnt))
    assert type(found).__name__ == "NotLight"


@pytest.mark.parametrize(
    "source",
    [
        "from pandas.tseries.offsets import BDay\ndef predict(records): return 1",
        "from pandas import read_csv\ndef predict(records): return 1",
        "import pandas as pd\nEMPTY = pd.date_range('2024', periods=3)\ndef predict(records): return 1",
    ],
)
def test_code_that_needs_more_of_pandas_is_not_loaded(source: str, reading: Callable[..., tuple[Any, Any]]) -> None:
    with pytest.raises(Exception, match="pandas"):
        reading(inference=source)


def test_libraries_are_imported_when_they_are_used(reading: Callable[..., tuple[Any, Any]]) -> None:
    _, light = reading(
        inference="""
import wave
from colorsys import rgb_to_hls
from numpy import log
import sklearn
from sklearn.utils.validation import check_array
from sklearn.linear_model import LogisticRegression


def predict(records, *, model: LogisticRegression | None = None):
    return check_array([[1.0]]).shape, float(log(1.0)), rgb_to_hls(0, 0, 0)[0]
"""
    )
    assert light(records=None) == ((1, 1), 0.0, 0.0)


def test_nothing_heavy_is_imported(lit: Path) -> None:
    code = """
import sys
from lit.compiled import learned, pandas_stand_in, reading, records
print([name for name in ("pandas", "sklearn", "scipy", "nb2prod") if name in sys.modules])
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=lit.parent, capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
