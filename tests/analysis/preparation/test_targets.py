"""Which columns a client may not know: what models are fitted to, and what is taken out of tables by name."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.preparation.targets import explained_columns, unknown_columns
from tests.analysis.preparation.running import tagged


@pytest.mark.parametrize(
    ("code", "columns"),
    [
        ("model.fit(df[['a']], df['y'])", ("y",)),
        ("y = np.log1p(df['y'].astype(int)).values\nmodel.fit(X=df[['a']], y=y)", ("y",)),
        ("y = df.y\na, b, c, d = train_test_split(df[['a']], y, test_size=0.2)\nmodel.fit(a, c)", ("y",)),
        ("y = df['y']\nfor model in models:\n    model.fit(df[['a']], y)", ("y",)),
        ("data = scaler.fit_transform(df)\nX, y = data[:, :-1], data[:, -1]\nmodel.fit(X, y)", (-1,)),
        ("X, y = df['a'], df['y']\nmodel.fit(X, y)", ("y",)),
        ("a, b = resample(df[['a']], df['y'], replace=True)\nmodel.fit(a, b)", ("y",)),
        ("y = df.iloc[:, 3]\nmodel.fit(df.iloc[:, :3], y)", (3,)),
        ("cross_val_score(model, df[['a']], df['y'])", ("y",)),
        # what else a table was made of does not stand in a column of it
        ("s = pd.get_dummies(df['sex'])\ndf = pd.concat([df, s], axis=1)\nmodel.fit(df[['a']], df['y'])", ("y",)),
        ("y = df['y']\nfor rows in folds:\n    model.fit(X[rows], y[rows])", ("y",)),
        ("km.fit(df[['a', 'b']])\ndf['c'] = km.predict(df[['a', 'b']])", ()),
    ],
)
def test_what_models_are_fitted_to(code: str, columns: tuple[str | int, ...]) -> None:
    assert explained_columns(analyse(tagged(code))) == columns


@pytest.mark.parametrize(
    "code", ["df.drop(columns=['y', 'z'])", "y = df.pop('y')\ndel df['z']", "a.drop(['y', 'z'], axis=1)"]
)
def test_what_is_taken_out_of_tables(code: str) -> None:
    assert unknown_columns(analyse(tagged(code))) == ("y", "z")
