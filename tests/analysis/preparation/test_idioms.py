"""The ways people prepare tables, one small notebook each: prepare gives what the notebook's model was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.analysis.preparation.model import Preparation
from tests.analysis.preparation.running import check, found_in, tagged

HEAD = """import numpy as np
import pandas as pd
from sklearn.preprocessing import LabelEncoder, MinMaxScaler, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.model_selection import train_test_split
from sklearn.dummy import DummyClassifier
df = pd.read_csv('people.csv')
y = df['y']"""
SPLIT = """X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=1)
model = DummyClassifier().fit(X_train, y_train)"""
ASK = "y_pred = model.predict(X_test)"


def read_idioms(file: str = "idioms.txt") -> dict[str, str]:
    """Return name and code of each idiom in a file."""
    text = (Path(__file__).parent / file).read_text()
    named = (part.split("\n", 1) for part in text.split("=== ")[1:])
    return {name: code.strip() for name, code in named}


IDIOMS = read_idioms()


def prepared(folder: Path, *cells: str, ask: str = ASK, target: tuple[str, ...] = ("y",)) -> Preparation:
    """Return the preparation of a notebook that does ``cells``, checked against the notebook."""
    return check(HEAD, *cells, SPLIT, ask, folder=folder, target=target)


@pytest.mark.parametrize("cell", IDIOMS.values(), ids=IDIOMS)
def test_what_people_do_to_their_tables(cell: str, folder: Path) -> None:
    prepared(folder, cell)


def test_a_loop_over_columns_does_nothing_to_the_training_rows(folder: Path) -> None:
    cells = "train, test = df.iloc[:40].copy(), df.iloc[40:].copy()\nmeans = {}\nfor c in ['sex', 'class']:\n"
    cells += "    means[c] = train.groupby(c)['y'].mean()\n    train[c + '_te'] = train[c].map(means[c])\n"
    cells += "    test[c + '_te'] = test[c].map(means[c])\nX_test = test[['sex_te', 'class_te', 'fare']]"
    fit = "model = DummyClassifier().fit(train[['sex_te', 'class_te', 'fare']], train['y'])"
    assert "train[" not in check(HEAD, cells, fit, ASK, folder=folder, target=("y",)).function


FLAT = "squares = df[['fare', 'kin', 'class', 'id']].to_numpy().reshape(-1, 2, 2)\nn = len(squares)\n"
SHUFFLED = """values = df[['fare', 'kin']].to_numpy()
order = np.random.RandomState(0).permutation(len(values))
values = values[order]
numbers = np.arange(len(values))
np.random.shuffle(numbers)
X = np.log1p(values[numbers[:50]])"""


def test_images_are_flattened_by_their_number(folder: Path) -> None:
    for size in ("(n, -1)", "len(squares), -1", "squares.shape[0], -1"):
        cells = (HEAD, f"{FLAT}X = squares.reshape({size}) / 16", "model = DummyClassifier().fit(X, y)")
        check(*cells, "y_pred = model.predict(X)", folder=folder, target=("y",))


def test_rows_shuffled_by_their_numbers_are_any_rows() -> None:
    found, _, _ = found_in(tagged(HEAD, SHUFFLED, SPLIT, ASK))
    assert isinstance(found, Preparation)
    assert "np.log1p(values)" in found.function
    assert "order" not in found.function


def test_tensors_are_made_of_each_row_alone(folder: Path) -> None:
    make = "import torch\nX = torch.tensor(df[['fare', 'kin']].values, dtype=torch.float32)"
    train = "net = torch.nn.Linear(2, 1)\nfor _ in range(2):\n    net(X).sum().backward()"
    ask = "with torch.no_grad():\n    y_pred = net(X.clone().float())"
    check(HEAD, make, train, ask, folder=folder, target=())


def test_the_function_does_not_take_a_name_of_the_notebooks(folder: Path) -> None:
    prepare = "def prepare(table):\n    return table.fillna(0)\nX = prepare(df[['fare', 'kin']]) * 2"
    assert prepared(folder, prepare).function.startswith("def prepare_rows(records")


def test_columns_that_are_dropped_where_the_table_is_read_are_never_sent(folder: Path) -> None:
    read = HEAD.replace("df = pd.read_csv('people.csv')", "df = pd.read_csv('people.csv').dropna().drop('id', axis=1)")
    cell = "df['each'] = df['fare'] / (df['kin'] + 1)\nX = df[['each', 'fare']]"
    found = check(read, cell, SPLIT, ASK, folder=folder, target=("y",))
    assert "id" not in found.function and found.raw == "df"


TARGET = "df['y'] = df['y'] * 2\ndf['fare'] = df['fare'].fillna(0)\ntrain, test = df[:40], df[40:]"


@pytest.mark.parametrize(
    "fit",
    [
        pytest.param("model = DummyClassifier()\nmodel.fit(train, train.y)", id="a column of the table"),
        pytest.param("target = train['y']\nmodel = DummyClassifier().fit(train, y=target)", id="by a name"),
        pytest.param(
            "import statsmodels.formula.api as smf\nmodel = smf.ols('np.log(y) ~ fare', train).fit()", id="a formula"
        ),
    ],
)
def test_what_the_model_explains_is_not_prepared(fit: str) -> None:
    found, _, _ = found_in(tagged(HEAD, TARGET, fit, "pred = model.predict(test)"))
    assert isinstance(found, Preparation)
    assert "fillna(0)" in found.function and "['y']" not in found.function
