"""Columns that what is prepared does not need: as held against rows that are rare, and rows that lack other values."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb2prod.capture.probe.columns import columns_not_sent

COUNT = 2000
BANDS = {"a": 40.0, "b": 50.0, "c": 60.0}


@pytest.fixture
def raw() -> pd.DataFrame:
    """Return a table in which two values are rare and lie where no even choice of 500 rows finds them."""
    table = pd.DataFrame({"pay": [20.0 + i % 31 for i in range(COUNT)], "spent": [i % 97 for i in range(COUNT)]})
    table["band"], table["id"] = [*"abca" * (COUNT // 4)], range(COUNT)
    table.loc[777, "pay"], table.loc[1555, "spent"] = None, 9000
    return table


def not_sent(raw: pd.DataFrame, prepare: Any, *targets: str) -> list[Any]:
    return columns_not_sent(raw.head(20), raw, prepare, list(targets)).labels


def flagged(rows: Any) -> Any:
    return rows.assign(much=(rows["spent"] > 1000).astype(int))[["pay", "much"]]


def test_a_column_that_matters_for_a_rare_row_is_asked_for(raw: pd.DataFrame) -> None:
    assert not_sent(raw.drop(columns="band"), flagged) == ["id"]
    raw["spent"] = raw["spent"].clip(upper=97)
    assert not_sent(raw.drop(columns="band"), lambda rows: flagged(rows.drop(columns="id"))) == ["spent", "id"]


def test_rows_that_cannot_be_prepared_do_not_keep_the_others_from_being_asked(raw: pd.DataFrame) -> None:
    def strict(rows: Any) -> Any:
        if rows["pay"].isna().any():
            raise ValueError("missing")
        return flagged(rows)

    assert "spent" not in not_sent(raw, strict)


@pytest.mark.parametrize("row", [777, 4])
def test_a_column_that_matters_where_another_has_no_value_is_not_filled_in(raw: pd.DataFrame, row: int) -> None:
    raw.loc[777, "pay"] = 20.0
    raw.loc[row, "pay"] = None
    raw = raw.drop(columns=["id", "spent"])

    def filled(rows: Any) -> Any:
        return rows.assign(pay=rows["pay"].fillna(rows["band"].map(BANDS)))[["pay"]]

    def by_code(rows: Any) -> Any:
        rows["band"].map("abc".index)  # an encoder, which knows no missing values
        return filled(rows)

    assert not_sent(raw, filled, "band") == [] == not_sent(raw, by_code, "band")
    assert not_sent(raw.dropna(), lambda rows: by_code(rows)[["pay"]].fillna(0), "band") == []


def test_a_target_that_is_encoded_with_all_columns_is_filled_in(raw: pd.DataFrame) -> None:
    def coded(rows: Any) -> Any:
        return rows.assign(band=rows["band"].map("abc".index)).drop(columns="band")

    assert columns_not_sent(raw, raw, coded, ["band"]).filled == {"band": "a"}
    raw["band"] = [["a"]] * COUNT
    assert columns_not_sent(raw, raw, lambda rows: rows[["pay"]], ["band"]).filled == {}
