"""Straight lines answer as the light row, and so as pandas: on other records than those that were followed."""

from __future__ import annotations

import ast
import importlib
import itertools
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.compiled.both import TEXT, Passed, fields, light, moments_as_missing, of_light, outcome, plain, table
from tests.compiled.operations import EDGE_OPERATIONS, OPERATIONS, operation_of

RECORDS: list[dict[str, Any]] = [
    {"f": 2.5, "g": 1.0, "i": 3, "j": 7, "b": True, "c": False, "s": "abc", "t": "Yes", "o": "abc def", "p": "1.5"},
    {"f": -1.5, "g": 2.0, "i": -5, "j": 64, "b": False, "c": False, "s": "Yes", "t": "no", "o": "no", "p": "12"},
    {"f": None, "g": 0.0, "i": 0, "j": 0, "b": True, "c": True, "s": "", "t": "É", "o": None, "p": " "},
    {
        "f": float("inf"),
        "g": -0.0,
        "i": 2**53 + 1,
        "j": 1,
        "b": False,
        "c": True,
        "s": None,
        "t": "ß",
        "o": "yes",
        "p": "",
    },
    {"f": 0.0, "g": None, "i": 2**63 - 1, "j": 2, "b": True, "c": False, "s": "yes", "t": None, "o": "", "p": "2,5"},
    {"f": 1e308, "g": 100.0, "i": 100, "j": -1, "b": True, "c": True, "s": "abc def", "t": "1", "o": "1", "p": None},
]
MOMENTS = ["2024-02-29", "2023-12-31T23:59:59", None, "1970-01-01", "2000-01-01", "2024-02-29T12:00:00"]
LEVELS = ["low", "mid", None, "never seen", "high", "low"]
for _record, _moment, _level in zip(RECORDS, MOMENTS, LEVELS, strict=True):
    _record.update(d=_moment, e="2024-03-01", k=_level)


class Elsewhere(Exception):
    """None of the straight lines' records."""


def elsewhere(record: Any) -> Any:
    raise Elsewhere


def straight_of(source: str, records: list[dict[str, Any]], nulls: str) -> Callable[[Any], Any]:
    """Return the straight lines for some records."""
    pure = light("straight.pure")
    code = compile(pure.Calls().visit(ast.parse(source, mode="eval")), source, "eval")
    calls = light("straight.calls")
    written_down = {pure.CALLED: calls.caller(lambda function, given: None), pure.ITEM: calls.item}
    operation = operation_of(source, code, **written_down)
    trace, tree, tables = light("straight.trace"), light("straight.tree"), light("straight.rows")
    names, made, catches = trace.Names(), None, False
    columns = light("records").columns_of(fields(records[0], nulls))
    for record in records:
        with trace.tracing(trace.Trace(names, record)) as written:
            output = operation(tables.row_of(written, columns), light("straight.pandas_names"))
            way = tree.branch_of(written.steps, light("straight.hidden").again(written, output))
        assert not written.broken
        catches |= written.catches
        if made is None:
            made = way
        else:
            tree.grow(made, way)
    return tree.function_of(tree.source(made, catches), names, elsewhere)  # type: ignore[no-any-return]


def differing(source: str, straight: Callable[[Any], Any], record: dict[str, Any], nulls: str) -> str:
    """Say how the straight answer is other than the row's, or than pandas' where the row has none."""
    found, operation = outcome(lambda: straight(record)), operation_of(source)
    if isinstance(found, Elsewhere):
        return ""
    assert not isinstance(found, Exception), found
    wanted = of_light(operation, record, nulls)
    if isinstance(wanted, Passed):
        wanted = outcome(lambda: operation(table(record, nulls), pd))
        if isinstance(wanted, Exception):
            return f"{plain(found)} where pandas raises {wanted!r}"
        return (
            ""
            if moments_as_missing(plain(found)) == moments_as_missing(plain(wanted))
            else f"{plain(found)}, pandas {plain(wanted)}"
        )
    return "" if plain(found) == plain(wanted) else f"{plain(found)} where the row has {plain(wanted)}"


def followed(source: str, record: dict[str, Any], nulls: str) -> Callable[[Any], Any] | None:
    found = outcome(lambda: straight_of(source, [record], nulls))
    assert callable(found) or type(found).__name__ in ("NotLight", "KeyError"), f"{found!r}"
    return None if isinstance(found, Exception) else found


@pytest.mark.parametrize("source", {**OPERATIONS, **EDGE_OPERATIONS})
def test_straight_lines_answer_as_the_row(source: str) -> None:
    for first, nulls in zip(RECORDS, itertools.cycle(("none", "nan"))):
        straight = followed(source, first, nulls)
        for record in RECORDS if straight else []:
            assert straight is not None
            assert not differing(source, straight, record, nulls), f"{source}: {first} -> {record}"


ANSWERED = """
df["f"] + df["i"]
(df["f"] - 2.5) / df["j"] * 3
df[["f", "g"]].fillna(0)
df["f"].isna().astype(int)
df.rename(columns=str.upper).drop(columns=["S", "T"])
df.assign(x=df["i"] + df["f"], y=lambda d: d["x"] > 3)[["x", "y"]]
(df["f"] > 2) & ~df["b"]
np.where(df["f"] > 2, 1, 0)
np.log1p(df["g"].abs())
pd.to_numeric(df["p"], errors="coerce")
df["s"].str.lower().str.replace("a", "b")
df["t"].map({"Yes": 1, "no": 0})
df["f"].clip(0, 3).round(1)
df["d"].dt.month + df["d"].dt.dayofweek
pd.cut(df["f"], bins=[0, 1, 5], labels=["a", "b"])
df[["f", "g"]].sum(axis=1)
df[["f", "g"]].apply(lambda row: row["f"] * 2 + row["g"], axis=1)
df[["f", "i"]].values[:, 0] * 2 + 1
float(df["f"].iloc[0]) * 2
round(float(df["f"].iloc[0]) / 3, 2)
max(float(df["f"].iloc[0]), 0.0)
"many" if df["f"].iloc[0] > 3 else "few"
df[["f", "g"]] * 2 + 1
1 - df[["f", "g"]] / df[["f", "g"]]
df[["f", "i"]] > 2
df.select_dtypes(include="number").fillna(0)
"""


@pytest.mark.parametrize("source", ANSWERED.strip().splitlines())
def test_what_notebooks_do_most_goes_straight(source: str) -> None:
    found = outcome(lambda: straight_of(source, RECORDS[:1], "nan"))
    assert callable(found), f"{found!r}"
    assert not isinstance(outcome(lambda: found(RECORDS[0])), Exception)
    assert not differing(source, found, RECORDS[0], "nan")


def test_what_the_code_was_told_decides_which_records_go_straight() -> None:
    source = '"gap" if df["f"].isna().any() else "none"'
    known, gap = RECORDS[0], RECORDS[2]
    straight = straight_of(source, [known], "nan")
    assert straight(known) == "none"
    with pytest.raises(Elsewhere):
        straight(gap)
    both = straight_of(source, [known, gap], "nan")
    assert (both(known), both(gap)) == ("none", "gap")


def test_a_kind_that_depends_on_the_value_is_looked_at() -> None:
    source = 'pd.to_numeric(df["p"], errors="coerce")'
    fraction, whole = RECORDS[0], RECORDS[1]
    straight = straight_of(source, [fraction], "nan")
    assert straight(fraction).kind == "float64"
    with pytest.raises(Elsewhere):
        straight(whole)
    both = straight_of(source, [fraction, whole], "nan")
    assert (both(fraction).kind, both(whole).kind) == ("float64", "int64")


LOOKING = """
float(df["f"].iloc[0])
df["f"].item()
len(df["s"].tolist()[0])
"many" if df["i"].max() > 3 else "few"
[value for value in df["f"]]
df["s"] in ("Yes", "no")
isinstance(df["s"], str)
{df["s"]: 1}
bool(df["f"])
f"{df['f']}"
df["f"].memory_usage()
np.sort(df["f"])
sorted([df["f"], df["g"]])
df == df["f"]
isinstance(df, dict)
round(df["f"].values[0], 2) == 2
hasattr(df["f"], "sparse")
"""


@pytest.mark.parametrize("source", LOOKING.strip().splitlines())
def test_code_that_looks_at_a_value_is_not_followed(source: str) -> None:
    found = outcome(lambda: straight_of(source, RECORDS[:1], "nan"))
    if callable(found):
        for record in RECORDS:
            assert not differing(source, found, record, "nan")
    else:
        assert type(found).__name__ == "NotLight", f"{found!r}"


NAMES = itertools.count()
MODEL_CODE = """
import numpy as np
import pandas as pd


def predict(records, *, model, threshold):
    raw = records.rename(columns=str.lower)
    raw["ratio"] = raw["a"] / raw["b"]
    raw["b"] = raw.b.fillna(1.5)
    X = raw[["a", "b", "ratio", "c"]]
    RETURN
"""
COLUMNS = [
    {"name": "A", "type": "number", "dtype": "float64"},
    {"name": "B", "type": "number", "dtype": "float64"},
    {"name": "C", "type": "string", "dtype": TEXT, "null": "nan"},
]
RETURNS = {
    "labels": "return model.predict(X)",
    "probabilities": "return model.predict_proba(X)[:, 1]",
    "a choice": 'return np.where(model.predict_proba(X)[:, 1] >= threshold, "call", "leave")',
    "a label that is looked at": 'return ["yes" if label == "u" else "no" for label in model.predict(X)]',
    "a number": 'return {"p": round(float(model.predict_proba(X)[0, 1]), 2), "q": model.predict_proba(X)[0, 0]}',
    "the likeliest": "p = model.predict_proba(X)[0]\n    return [model.classes_[p.argmax()], p[p.argmax()] < 0.7]",
    "what the code makes anew": (
        'k = 3 if raw["b"].iloc[0] > 2 else 2\n    return X.assign(b=raw["b"].map(lambda v, *, k=k: v * k))'
    ),
    "a table": 'return pd.DataFrame({"p": model.predict_proba(X)[:, 0].round(3)})',
}
VALUES = [None, 0.0, -0.0, 1.0, 2.5, -3.0, 1e300, float("inf"), 7]
ASKED = [{"A": a, "B": b, "C": c} for a, b, c in itertools.product(VALUES, VALUES, ["u", "v", "never seen", None])]
FOLLOWED = [{"A": a, "B": b, "C": c} for a, b in ((1.0, 2.5), (-3.0, 1.0), (2.5, None)) for c in ("u", "never seen")]


@pytest.fixture(scope="module")
def model() -> Any:
    chance = np.random.default_rng(0)
    X = pd.DataFrame({"a": chance.normal(size=200), "b": chance.normal(size=200), "c": chance.choice(["u", "v"], 200)})
    X.insert(2, "ratio", X.a / X.b)
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    texts = OneHotEncoder(handle_unknown="ignore")
    prepare = make_column_transformer((numbers, ["a", "b", "ratio"]), (texts, ["c"]))
    linear = make_pipeline(prepare, LogisticRegression())
    return linear.fit(X, np.where(X.a + chance.normal(size=200) > 0, "u", "v"))


@pytest.mark.parametrize("what", RETURNS)
def test_a_preparation_and_its_model_go_straight(
    what: str, model: Any, lit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"straightened_{next(NAMES)}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "compiled").symlink_to(lit / "compiled", target_is_directory=True)
    (tmp_path / name / "inference.py").write_text(MODEL_CODE.replace("RETURN", RETURNS[what]))
    monkeypatch.syspath_prepend(str(tmp_path))
    of = {each: importlib.import_module(f"{name}.compiled.{each}") for each in MODULES}
    stand_in = of["estimators"].stand_in(model)
    predict = of["straight.pure"].pure_predict(of["straight.pure"].PureReader())
    columns = of["records"].columns_of(COLUMNS)
    names, made = of["straight.trace"].Names(), None
    for record in FOLLOWED:
        with of["straight.trace"].tracing(of["straight.trace"].Trace(names, record)) as trace:
            given = of["straight.asking"].TracedStandIn(trace, stand_in)
            output = predict(of["straight.rows"].row_of(trace, columns), model=given, threshold=0.4)
            way = of["straight.tree"].branch_of(trace.steps, of["straight.hidden"].again(trace, output))
        made = made or way
        with suppress(of["not_light"].NotLight):  # functions that are made anew are others each time
            of["straight.tree"].grow(made, way)
    straight = of["straight.tree"].function_of(of["straight.tree"].source(made, True), names, elsewhere)
    rows = of["reading"].load_light()
    answered = 0
    for record in ASKED:
        found = outcome(lambda record=record: straight(record))
        wanted = outcome(lambda r=record: rows(records=of["records"].row_of(r, COLUMNS), model=stand_in, threshold=0.4))
        assert isinstance(found, Elsewhere) or plain_of(found) == plain_of(wanted), record
        answered += not isinstance(found, Elsewhere)
    refused = sum(isinstance(found, Exception) for found in (outcome(lambda r=r: straight(r)) for r in ASKED))
    assert answered > 100 and answered + refused == len(ASKED)


MODULES = (
    "estimators",
    "not_light",
    "reading",
    "records",
    *(f"straight.{each}" for each in ("asking", "hidden", "pure", "rows", "trace", "tree")),
)


def plain_of(output: Any) -> Any:
    """Return an answer as plain data, whichever package's tables it is made of."""
    if type(output).__name__ == "Row":
        return {label: (repr(cell.value), cell.kind) for label, cell in output.items()}
    return output.tolist() if isinstance(output, np.ndarray) else output


IMPURE = {
    "keeps a count": "seen = []\ndef predict(rows):\n    seen.append(1)\n    return rows['a'] * 2",
    "counts": "n = 0\ndef predict(rows):\n    global n\n    n += 1\n    return rows['a'] * n",
    "keeps in a default": "def predict(rows, seen=[]):\n    seen.append(1)\n    return rows['a'] * len(seen)",
    "sets an attribute": "class C:\n    n = 0\ndef predict(rows):\n    C.n += 1\n    return rows['a'] * C.n",
    "reads the clock": "import time\ndef predict(rows):\n    return rows['a'] * time.time()",
    "asks for the date": "from datetime import date\ndef predict(rows):\n    return rows['a'] * date.today().year",
    "draws": "import random\ndef predict(rows):\n    return rows['a'] * random.random()",
    "draws with NumPy": "import numpy as np\ndef predict(rows):\n    return rows['a'] * np.random.rand()",
    "catches": "def predict(rows):\n    try:\n        return float(rows['a'])\n    except Exception:\n        pass",
    "asks a library": "import packaging.tags as t\ndef predict(rows):\n    return rows['a'] * len(t.sys_tags())",
    "prints": "def predict(rows):\n    print('asked')\n    return rows['a'] * 2",
    "reads a file": "def predict(rows):\n    return rows['a'] * float(open('factor').read())",
    "tells types apart": "def predict(rows):\n    return 1 if type(rows).__name__ == 'DataFrame' else 0",
    "has an object": "class C:\n    pass\nkept = C()\ndef predict(rows):\n    return rows['a'] * 2",
}


@pytest.mark.parametrize("what", IMPURE)
def test_code_that_may_say_something_else_next_time_is_not_followed(
    what: str, lit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"impure_{next(NAMES)}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "compiled").symlink_to(lit / "compiled", target_is_directory=True)
    (tmp_path / name / "inference.py").write_text(IMPURE[what])
    monkeypatch.syspath_prepend(str(tmp_path))
    of = {each: importlib.import_module(f"{name}.compiled.{each}") for each in MODULES}
    columns = of["records"].columns_of([{"name": "a", "type": "number", "dtype": "float64"}])
    with pytest.raises(importlib.import_module(f"{name}.compiled.not_light").NotLight):
        reader = of["straight.pure"].PureReader()
        predict = of["straight.pure"].pure_predict(reader)
        reader.state()
        with of["straight.trace"].tracing(
            of["straight.trace"].Trace(of["straight.trace"].Names(), {"a": 1.0})
        ) as trace:
            predict(of["straight.rows"].row_of(trace, columns))
