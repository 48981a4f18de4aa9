"""What is no preparation, and what a refusal says."""

from __future__ import annotations

import pytest

from nb2prod.analysis.preparation.model import NotSplit, Preparation
from tests.analysis.preparation.running import found_in, tagged
from tests.analysis.preparation.test_idioms import ASK, HEAD, SPLIT


@pytest.mark.parametrize(
    ("cell", "ask"),
    [
        pytest.param("X = df.drop('y', axis=1)", ASK, id="columns dropped"),
        pytest.param("X = df[['fare', 'kin']].values", ASK, id="columns chosen"),
        pytest.param("X = df.dropna().drop(columns='y')", ASK, id="rows dropped"),
        pytest.param("X = np.log1p(df[['fare']])", "model.predict([[3.0]])", id="a request that is spelled out"),
        pytest.param(
            "from sklearn.datasets import make_regression\nX, y, w = make_regression(40, 3, coef=True)",
            ASK,
            id="made data with its truth",
        ),
        pytest.param("X = 6 * np.random.rand(100, 1) - 3", "model.predict(X)", id="made data"),
    ],
)
def test_raw_as_it_is(cell: str, ask: str) -> None:
    assert found_in(tagged(HEAD, cell, SPLIT, ask))[0] is None


def test_a_refusal_names_the_line_and_what_helps() -> None:
    found, _, _ = found_in(tagged(HEAD, "# the day before\ndf['x'] = df['fare'].shift(1)\nX = df[['x']]", SPLIT, ASK))
    assert found == NotSplit(
        "`df['fare'].shift(1)` needs the other rows: `.shift` looks at the rows before or after",
        "cell [2], line 2",
        "compute it from the row's own columns, or from a statistic with a name of its own",
    )


def test_what_is_not_needed_does_not_stand_in_the_way() -> None:
    cell = "df['x'] = df['fare'].shift(1)\ndf['l'] = np.log1p(df['fare'])\nX = df[['l']]"
    found, _, _ = found_in(tagged(HEAD, cell, SPLIT, ASK))
    assert isinstance(found, Preparation)
    assert "shift" not in found.function


def test_the_function_reads_as_the_notebook_does() -> None:
    cell = "# nobody is older than the median\ndf['age'] = df['age'].fillna(df['age'].median())\nX = df[['age', 'kin']]"
    found, _, _ = found_in(tagged(HEAD, cell, SPLIT, "y_pred = model.predict(X_test)"))
    assert isinstance(found, Preparation)
    assert found.function.splitlines()[2:] == [
        "    df = records.reset_index(drop=True)",
        "    # nobody is older than the median",
        "    df['age'] = df['age'].fillna(age_median)",
        "    X = df[['age', 'kin']]",
        "    return X",
    ]
    assert [(one.name, one.expression, one.what) for one in found.learned] == [
        ("age_median", "df['age'].median()", "median of `age`")
    ]
    assert [step.how for step in found.steps] == ["learnt", "row", "training"]
