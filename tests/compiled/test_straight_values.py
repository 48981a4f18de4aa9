"""Functions of single values that go through straight lines; tables and arrays that are made of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.compiled.both import outcome
from tests.compiled.followed import Code, seen

RECORDS: list[dict[str, Any]] = [
    {"area": 80.5, "rooms": 3, "city": "Bern", "new": True},
    {"area": 120.0, "rooms": 4, "city": "Basel", "new": False},
    {"area": 0.0, "rooms": 0, "city": "never seen", "new": False},
    {"area": -1e300, "rooms": -7, "city": "", "new": True},
]
CODE = """
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

FACTORS = {("Bern", True): 1.5, ("Bern", False): 1.2, ("Basel", True): 1.1, ("Basel", False): 1.0}
SHORT = {"Bern": "BE", "Basel": "BS"}


class Price(NamedTuple):
    amount: float
    note: str


@dataclass
class Answer:
    amount: float
    city: str


def per_room(area, rooms):
    return area / max(rooms, 1)


def predict(area, rooms, city, new, *, table_model, array_model, coefficients):
    BODY
"""
BODIES = {
    "a table of lists": """
        X = pd.DataFrame({"area": [area], "rooms": [rooms], "city": [city]})
        return float(table_model.predict(X)[0])
    """,
    "a table of a record": """
        X = pd.DataFrame([{"area": area, "rooms": rooms, "city": city}])
        X["rooms"] = X["rooms"] + 1
        return round(float(table_model.predict(X)[0]), 2)
    """,
    "a table of values and labels": """
        X = pd.DataFrame([[area, rooms, city]], columns=["area", "rooms", "city"])
        return table_model.predict(X)
    """,
    "a table of scalars": 'return pd.DataFrame({"a": area, "b": [city], "c": 1, "d": new})',
    "an array": "return array_model.predict(np.array([[area, rooms]]))[0]",
    "an array of floats": "return array_model.predict(np.asarray([[rooms, rooms]], dtype=float)).tolist()",
    "arithmetic": 'return {"a": area * rooms - 1, "b": -rooms, "c": per_room(area, rooms), "d": rooms / 2}',
    "a look-up": "return [SHORT.get(city, city.upper()), SHORT[city], FACTORS[city, new]]",
    "another look-up": "return [SHORT.get(city, city.upper()), [1, 2, 3, 4, 5][rooms]]",
    "choices": 'return "large" if area > 100 else "new" if new else "none" if not rooms else city',
    "NumPy's functions": "return [np.polyval(coefficients, area), np.log1p(rooms) + 1, np.clip(area, 0, 100)]",
    "a text and a number": 'return city + "!", int(area), str(rooms), len(city) * 2',
}
NEVER = ("a look-up",)
"""What some of the records above cannot be answered for."""


@pytest.fixture(scope="module")
def fitted() -> dict[str, Any]:
    chance = np.random.default_rng(0)
    X = pd.DataFrame(
        {
            "area": chance.uniform(20, 200, 60),
            "rooms": chance.integers(1, 7, 60),
            "city": chance.choice(["Bern", "Basel"], 60),
        }
    )
    y = X.area * 3 + X.rooms
    prepare = make_column_transformer(
        (StandardScaler(), ["area", "rooms"]), (OneHotEncoder(handle_unknown="ignore"), ["city"])
    )
    arrays = make_pipeline(StandardScaler(), LinearRegression())
    return {
        "table_model": make_pipeline(prepare, LinearRegression()).fit(X, y),
        "array_model": arrays.fit(X[["area", "rooms"]].to_numpy(), y),
    }


@pytest.mark.parametrize("what", BODIES)
def test_functions_of_single_values_go_straight(
    what: str, fitted: dict[str, Any], lit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = BODIES[what].strip().replace("\n        ", "\n    ")
    code = Code.written(CODE.replace("BODY", body), lit, tmp_path, monkeypatch)
    inputs = {name: f"record[{name!r}]" for name in RECORDS[0]}
    straight, rows = code.ways(RECORDS, inputs, fitted, coefficients=np.array([1.0, 2.0, 3.0]))
    answered = []

    def check(record: dict[str, Any]) -> None:
        found, wanted = outcome(lambda: straight(record)), outcome(lambda: rows(record))
        assert type(found).__name__ == "Elsewhere" or seen(found) == seen(wanted), (record, found, wanted)
        answered.append(type(found).__name__ != "Elsewhere")

    for record in RECORDS:
        check(record)
    assert sum(answered) >= (2 if what in NEVER else 3)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.fixed_dictionaries(
            {
                "area": st.one_of(st.floats(allow_nan=True), st.sampled_from([0.0, -0.0, 80.5])),
                "rooms": st.one_of(st.integers(-(2**70), 2**70), st.sampled_from([0, 1, 3])),
                "city": st.one_of(st.text(max_size=5), st.sampled_from(["Bern", "Basel"])),
                "new": st.booleans(),
            }
        )
    )
    def others(record: dict[str, Any]) -> None:
        check(record)

    others()
