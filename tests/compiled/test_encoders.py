"""Encoders and imputers with all their options, on records with values seen, never seen, missing and of other types."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

from tests.compiled.agree import agree, agree_on, compiled, stand_in
from tests.compiled.mixed import CATEGORIES, NUMBERS, mixed, records

TABLE, _ = mixed()
GAPS = TABLE[CATEGORIES].where(np.random.default_rng(0).random((len(TABLE), 2)) > 0.1)
WHOLE = TABLE[["calls"]].assign(age=TABLE["age"] // 10 * 10)

ONE_HOT = [
    OneHotEncoder(),
    OneHotEncoder(handle_unknown="ignore"),
    OneHotEncoder(handle_unknown="ignore", sparse_output=False),
    OneHotEncoder(drop="first"),
    OneHotEncoder(drop="first", handle_unknown="ignore"),
    OneHotEncoder(drop="if_binary"),
    OneHotEncoder(min_frequency=0.1, handle_unknown="infrequent_if_exist"),
    OneHotEncoder(max_categories=3, handle_unknown="ignore"),
    OneHotEncoder(max_categories=2, drop="first", handle_unknown="infrequent_if_exist"),
    OneHotEncoder(categories=[["north", "mars", "south", "east", "west"], ["yearly", "monthly"]]),
]
ORDINAL = [
    OrdinalEncoder(),
    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1),
    OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=-2),
]
IMPUTERS = [
    SimpleImputer(),
    SimpleImputer(strategy="median", add_indicator=True),
    SimpleImputer(strategy="most_frequent"),
    SimpleImputer(strategy="constant", fill_value=-1.5),
    SimpleImputer(strategy="constant", add_indicator=True),
]
TEXT_IMPUTERS = [SimpleImputer(strategy="most_frequent", add_indicator=True), SimpleImputer(strategy="constant")]


def both(encoder: Any, table: pd.DataFrame) -> tuple[Any, Any]:
    fitted = encoder.fit(table)
    return fitted, agree(fitted, table[:30])


@pytest.mark.parametrize("encoder", ONE_HOT + ORDINAL, ids=str)
def test_texts(encoder: Any) -> None:
    fitted, own = both(encoder, TABLE[CATEGORIES])
    hold_against(fitted, own, CATEGORIES)


@pytest.mark.parametrize("encoder", [*ONE_HOT[1:9], ORDINAL[2]], ids=str)
def test_texts_with_gaps(encoder: Any) -> None:
    fitted, own = both(encoder, GAPS)
    hold_against(fitted, own, CATEGORIES)


@pytest.mark.parametrize("encoder", [*ONE_HOT[:8], *ORDINAL], ids=str)
def test_numbers(encoder: Any) -> None:
    fitted, own = both(encoder, WHOLE)
    hold_against(fitted, own, ["calls", "age"])
    fitted, own = both(encoder, WHOLE.astype(float).mask(WHOLE == 50))
    hold_against(fitted, own, ["calls", "age"])


@pytest.mark.parametrize("imputer", IMPUTERS, ids=str)
def test_gaps_among_numbers(imputer: Any) -> None:
    fitted, own = both(imputer, TABLE[NUMBERS])
    hold_against(fitted, own, NUMBERS)


@pytest.mark.parametrize("imputer", TEXT_IMPUTERS, ids=str)
def test_gaps_among_texts(imputer: Any) -> None:
    fitted, own = both(imputer, GAPS)
    hold_against(fitted, own, CATEGORIES)


def hold_against(fitted: Any, own: Any, columns: list[str]) -> None:
    """Compare on drawn records."""

    @settings(max_examples=20, deadline=None)
    @given(record=records())
    def compare(record: dict[str, Any]) -> None:
        agree_on(own, fitted, {name: record[name] for name in columns})

    compare()


def test_bools() -> None:
    table = pd.DataFrame({"paid": [True, False, True]})
    fitted = OneHotEncoder(handle_unknown="ignore").fit(table)
    own = agree(fitted, table)
    for value in (1, 0, 2, 0.0, None, "True"):
        agree_on(own, fitted, {"paid": value})


def test_many_categories_make_a_sparse_row() -> None:
    table = pd.DataFrame({"word": [f"w{i}" for i in range(300)], "other": ["a", "b", "c"] * 100})
    fitted = OneHotEncoder(handle_unknown="ignore").fit(table)
    own = agree(fitted, table[::30])
    assert own.transform(table.iloc[[5]].to_numpy(dtype=object)).shape == (1, 303)
    agree_on(own, fitted, {"word": "never", "other": "b"}, strict=True)


def test_what_encoders_do_not_know_is_left_to_the_original() -> None:
    known = compiled("estimators").stand_in
    mixed_kinds = pd.DataFrame({"x": np.array(["a", True, None, "b"], dtype=object)})
    assert known(OneHotEncoder().fit(mixed_kinds[:1].astype(str))) is not None
    assert known(OrdinalEncoder(dtype=np.int32).fit(TABLE[CATEGORIES])) is None
    assert known(SimpleImputer(missing_values=-1).fit(TABLE[["age"]])) is None
    assert stand_in(OrdinalEncoder().fit(TABLE[CATEGORIES])) is not None
