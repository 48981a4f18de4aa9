"""Whole notebooks in the style of courses and competitions, and real ones where they are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nb2prod.analysis.preparation.model import Preparation
from nb2prod.notebook.read import read_notebook
from tests.analysis.preparation.running import Ran, check, compare, found_in

SHARED = (Path(__file__).parents[4] / "shared", Path(__file__).parents[3] / "shared")
REAL = next((folder for folder in SHARED if folder.is_dir()), SHARED[0]) / "notebooks"

TITANIC = [
    """import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier""",
    """train_df = pd.read_csv('train.csv')
test_df = pd.read_csv('test.csv')
combine = [train_df, test_df]
print(train_df.columns.values)""",
    "train_df.head()",
    """train_df = train_df.drop(['Ticket', 'Cabin'], axis=1)
test_df = test_df.drop(['Ticket', 'Cabin'], axis=1)
combine = [train_df, test_df]""",
    """for dataset in combine:
    dataset['Title'] = dataset.Name.str.extract(r' ([A-Za-z]+)\\.', expand=False)

pd.crosstab(train_df['Title'], train_df['Sex'])""",
    """for dataset in combine:
    dataset['Title'] = dataset['Title'].replace(['Dr', 'Rev'], 'Rare')
    dataset['Title'] = dataset['Title'].replace('Mlle', 'Miss')

train_df[['Title', 'Survived']].groupby(['Title'], as_index=False).mean()""",
    """title_mapping = {"Mr": 1, "Miss": 2, "Mrs": 3, "Rare": 5}
for dataset in combine:
    dataset['Title'] = dataset['Title'].map(title_mapping)
    dataset['Title'] = dataset['Title'].fillna(0)""",
    """train_df = train_df.drop(['Name', 'PassengerId'], axis=1)
test_df = test_df.drop(['Name'], axis=1)
combine = [train_df, test_df]
for dataset in combine:
    dataset['Sex'] = dataset['Sex'].map( {'female': 1, 'male': 0} ).astype(int)""",
    """# ages by class
for dataset in combine:
    dataset['Age'] = dataset['Age'].fillna(dataset['Age'].median())
    dataset.loc[ dataset['Age'] <= 16, 'Age'] = 0
    dataset.loc[(dataset['Age'] > 16) & (dataset['Age'] <= 48), 'Age'] = 1
    dataset.loc[ dataset['Age'] > 48, 'Age'] = 2""",
    """for dataset in combine:
    dataset['FamilySize'] = dataset['SibSp'] + dataset['Parch'] + 1
    dataset['IsAlone'] = 0
    dataset.loc[dataset['FamilySize'] == 1, 'IsAlone'] = 1

train_df = train_df.drop(['Parch', 'SibSp', 'FamilySize'], axis=1)
test_df = test_df.drop(['Parch', 'SibSp', 'FamilySize'], axis=1)
combine = [train_df, test_df]""",
    """freq_port = train_df.Embarked.dropna().mode()[0]
for dataset in combine:
    dataset['Embarked'] = dataset['Embarked'].fillna(freq_port)
    dataset['Embarked'] = dataset['Embarked'].map( {'S': 0, 'C': 1, 'Q': 2} ).astype(int)""",
    """test_df['Fare'] = test_df['Fare'].fillna(test_df['Fare'].dropna().median())
X_train = train_df.drop("Survived", axis=1)
Y_train = train_df["Survived"]
X_test  = test_df.drop("PassengerId", axis=1).copy()""",
    """random_forest = RandomForestClassifier(n_estimators=5, random_state=0)
random_forest.fit(X_train.fillna(0), Y_train)""",
    "Y_pred = random_forest.predict(X_test)",
]

HOUSES = [
    """import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler""",
    """data = pd.read_csv('houses.csv')
# the id says nothing
data.drop('Id', axis=1, inplace=True)
data = data[data['GrLivArea'] < 2900]
data['SalePrice'] = np.log1p(data['SalePrice'])""",
    """missing = data.isnull().mean()
data = data.drop(columns=missing[missing > 0.5].index)
for col in ['GarageType', 'Quality']:
    data[col] = data[col].fillna('None')
data['LotFrontage'] = data.groupby('Area')['LotFrontage'].transform(lambda x: x.fillna(x.median()))
data['GarageArea'].describe()""",
    """quality = {'None': 0, 'Po': 1, 'Fa': 2, 'Gd': 3, 'Ex': 4}
data['Quality'] = data['Quality'].map(quality)
data['MSSubClass'] = data['MSSubClass'].apply(str)
data['TotalSF'] = data['GrLivArea'] + data['GarageArea']
data['Age'] = data['YrSold'] - data['YearBuilt']""",
    """lbl = LabelEncoder()
lbl.fit(list(data['Area'].values))
data['Area'] = lbl.transform(list(data['Area'].values))
numeric = ['LotFrontage', 'GrLivArea', 'GarageArea', 'TotalSF']
data[numeric] = np.log1p(data[numeric])
data = pd.get_dummies(data, drop_first=True)
print(data.shape)""",
    """X = data.drop('SalePrice', axis=1)
y = data['SalePrice']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=3)
scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test_scaled = pd.DataFrame(scaler.transform(X_test), columns=X_test.columns, index=X_test.index)
model = Ridge().fit(pd.DataFrame(X_train, columns=X_test.columns), y_train)""",
    "predictions = np.expm1(model.predict(X_test_scaled))",
]


@pytest.fixture(scope="module")
def competition(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``train.csv``, ``test.csv`` and ``houses.csv``."""
    folder = tmp_path_factory.mktemp("competition")
    draw = np.random.default_rng(3)
    for name, size in (("train", 80), ("test", 40)):
        title = draw.choice(["Mr", "Mrs", "Miss", "Dr", "Mlle"], size)
        table = pd.DataFrame(
            {
                "PassengerId": range(size),
                "Pclass": draw.integers(1, 4, size),
                "Name": [f"Kelly, {each}. James" for each in title],
                "Sex": draw.choice(["male", "female"], size),
                "Age": np.where(draw.random(size) < 0.2, np.nan, draw.integers(1, 80, size)),
                "SibSp": draw.integers(0, 3, size),
                "Parch": draw.integers(0, 3, size),
                "Ticket": "A/5 21171",
                "Fare": np.where(draw.random(size) < 0.05, np.nan, draw.gamma(2, 15, size).round(2)),
                "Cabin": None,
                "Embarked": draw.choice(["S", "C", "Q", None], size),
            }
        )
        if name == "train":
            table.insert(1, "Survived", draw.integers(0, 2, size))
        table.to_csv(folder / f"{name}.csv", index=False)
    size = 90
    houses = pd.DataFrame(
        {
            "Id": range(size),
            "MSSubClass": draw.choice([20, 60, 120], size),
            "Area": draw.choice(["NAmes", "OldTown", "Gilbert"], size),
            "LotFrontage": np.where(draw.random(size) < 0.2, np.nan, draw.integers(20, 120, size)),
            "GarageType": draw.choice(["Attchd", "Detchd", None], size),
            "GarageArea": draw.integers(0, 900, size),
            "Quality": draw.choice(["Po", "Fa", "Gd", "Ex", None], size),
            "GrLivArea": draw.integers(600, 3000, size),
            "YearBuilt": draw.integers(1900, 2005, size),
            "YrSold": draw.integers(2006, 2011, size),
            "PoolQC": np.where(draw.random(size) < 0.9, None, "Gd"),
            "Street": draw.choice(["Pave", "Grvl"], size),
            "SalePrice": draw.integers(50_000, 400_000, size),
        }
    )
    houses.to_csv(folder / "houses.csv", index=False)
    return folder


def test_loops_over_train_and_test(competition: Path) -> None:
    found = check(*TITANIC, folder=competition)
    assert found.raw == "test_df"
    assert "train_df" not in found.function
    assert found.arguments == ("title_mapping", "age_median", "freq_port", "fare_median")


def test_houses_with_a_scaler_on_the_side(competition: Path) -> None:
    found = check(*HOUSES, folder=competition, target=("SalePrice",))
    assert "# the id says nothing" in found.function
    assert "SalePrice" not in found.function.replace("columns=['SalePrice']", "")
    assert {"lbl", "scaler"} <= set(found.arguments)


@pytest.mark.parametrize(
    ("folder", "last", "ask", "splits"),
    [
        pytest.param("hypothyroid_logit", 33, "", True, id="dummies of the whole table"),
        pytest.param("wine_naive_bayes", 13, "", False, id="the target dropped is no preparation"),
        pytest.param("cancer_svm_grid", 22, "", False, id="a data set made a table is none"),
        pytest.param("sms_spam_tfidf", 22, "clf.predict(X_test)", False, id="texts and a vectoriser in the section"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_real_notebooks(folder: str, last: int, ask: str, splits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    path = next((REAL / folder).glob("*.ipynb"), None)
    if path is None:
        pytest.skip("the real notebooks are not here")
    monkeypatch.setenv("MPLBACKEND", "agg")
    notebook = read_notebook(path)
    cells = list(notebook.cells[: last + 1])
    cells[last] = replace(cells[last], section="inference", **({"source": ask, "code": ask} if ask else {}))
    found, flow, inference = found_in(replace(notebook, cells=tuple(cells)))
    if not splits:
        assert found is None
        return
    assert isinstance(found, Preparation)
    if folder == "hypothyroid_logit":
        pytest.importorskip("seaborn")
        compare(Ran(flow, inference, found, path.parent))
