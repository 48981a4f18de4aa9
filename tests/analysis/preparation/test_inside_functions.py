"""Rows that a function of the notebook has read and prepared: it is said by which statement."""

from __future__ import annotations

import pytest

from nb2prod.analysis.preparation.model import NotSplit
from tests.analysis.preparation.running import found_in, tagged

HEAD = (
    "import numpy as np\nimport pandas as pd\nfrom sklearn.preprocessing import MinMaxScaler\n"
    "from sklearn.linear_model import LogisticRegression\nfrom sklearn.model_selection import train_test_split"
)
SCALED = (
    "def main():\n    df = pd.read_csv('a.csv')\n    X, y = df.drop(columns='y'), df['y']\n"
    "    X_train, X_test, y_train, y_test = train_test_split(X, y)\n    scaler = MinMaxScaler().fit(X_train)\n"
    "    X_train = scaler.transform(X_train)\n    X_test = scaler.transform(X_test)\n"
    "    model = LogisticRegression().fit(X_train, y_train)\n    return model, X_test, scaler\n"
)
FIT = "def fit(X, y):\n    return LogisticRegression().fit(X, y)\n"
CALL = "model, rows, scaler = main()"
ASK = "sample = rows[:5]\nprediction = model.predict(sample)"


def not_split(*cells: str) -> NotSplit | None:
    """Return why the rows cannot be followed, if it is said."""
    found, _, _ = found_in(tagged(HEAD, *cells))
    assert found is None or isinstance(found, NotSplit)
    return found


def test_the_statement_behind_which_columns_have_no_names_is_said() -> None:
    found = not_split(SCALED, CALL, ASK)
    assert found is not None
    assert "`rows` comes out of `main`, where `X_test = scaler.transform(X_test)` prepares it" in found.why
    assert "behind which its columns have no names" in found.why
    assert found.where == "cell [2], line 7" and "cells of their own" in found.remedy


@pytest.mark.parametrize(
    ("function", "statement"),
    [
        ("def clean(df):\n    df['a'] = df['a'].fillna(0)\n    return df\n"
         "def main():\n    df = clean(pd.read_csv('a.csv'))\n    X = df.drop(columns='y')\n"
         "    return fit(X, df['y']), X",
         "df['a'] = df['a'].fillna(0)"),
        ("def main():\n    df = pd.read_csv('a.csv')\n    df = pd.get_dummies(df)\n    X = df.drop(columns='y')\n"
         "    return fit(X, df['y']), X",
         "df = pd.get_dummies(df)"),
    ],
)  # fmt: skip
def test_what_other_functions_do_is_followed(function: str, statement: str) -> None:
    found = not_split(FIT + function, "model, rows = main()", ASK)
    assert found is not None and f"where `{statement}` prepares it" in found.why


def test_a_table_whose_columns_lose_their_names_is_said_too() -> None:
    function = "def main():\n    df = pd.read_csv('a.csv')\n    return fit(df[['a']], df.y), df[['a']].values"
    found = not_split(FIT + function, "model, rows = main()", ASK)
    assert found is not None and "`df[['a']].values` prepares it, behind which its columns have no names" in found.why


@pytest.mark.parametrize(
    "cells",
    [
        ("def main():\n    df = pd.read_csv('a.csv')\n    X = df[['a', 'b']]\n    return fit(X, df.y), X",
         "model, rows = main()", ASK),
        ("def main():\n    X = np.random.rand(9, 2)\n    X = X * 2\n    return fit(X, X[:, 0] > 1), X",
         "model, rows = main()", ASK),
        (SCALED, CALL, "sample = [[1.0, 2.0]]\nprediction = model.predict(sample)"),
        (SCALED, CALL, "sample = [[1.0, 2.0]]\nprediction = model.predict(scaler.transform(sample))"),
    ],
    ids=["only read and chosen", "made and not read", "spelled out", "spelled out and scaled"],
)  # fmt: skip
def test_rows_that_are_not_prepared_inside_need_no_word(cells: tuple[str, ...]) -> None:
    assert not_split(FIT, *cells) is None
