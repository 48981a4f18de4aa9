"""Raw rows are looked for that prepared ones were made from: left out, or refused, where they become something else."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from nb2prod.capture.probe.raw_rows import Part, Search, StandsInTheWayError

RAW = pd.DataFrame({"age": [20.0 + i for i in range(10)], "paid": [i * 2.5 for i in range(10)]})


def prepare(rows: Any) -> Any:
    return rows.assign(age=rows["age"] / 2)


def others(changed: int) -> Part:
    """Return prepared rows of which the first ``changed`` are not what their raw ones become."""
    made = prepare(RAW)
    made.loc[: changed - 1, "age"] = -1.0
    return Part(made, list(range(len(made))))


def test_more_rows_are_found_by_their_index() -> None:
    assert Search(RAW, prepare).of_some(others(0)) == [(at, at) for at in range(10)]


def test_more_rows_that_become_something_else_where_the_index_leads_to_most_are_refused() -> None:
    with pytest.raises(StandsInTheWayError, match="of 10 more rows that the notebook prepared, 2 could not") as raised:
        Search(RAW, prepare).of_some(others(2))
    assert "other values in `age`" in str(raised.value)
    assert raised.value.columns == ["age"]


def test_more_rows_that_training_made_are_left_out() -> None:
    found = Search(RAW, prepare).of_some(others(8))
    assert found == [(8, 8), (9, 9)]
