"""What is no preparation, and what a refusal says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nb2prod.analysis.preparation.model import NotSplit, Preparation
from tests.analysis.preparation.running import Ran, check, found_in, tagged
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


def test_an_expression_nested_too_deeply_is_refused() -> None:
    terms = " + ".join(["df['fare']"] * 600)
    found, _, _ = found_in(tagged(HEAD, f"df['x'] = {terms}\nX = df[['x', 'kin']]", SPLIT, ASK))
    assert isinstance(found, NotSplit)
    assert "too deeply nested" in found.why
    assert found.where == "cell [2], line 1"


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
        ("age_median", "df['age'].median()", "median of `age`"),
        ("complete_columns", "X_train.columns[X_train.notna().all()].tolist()", found.learned[1].what),
    ]
    assert found.complete == "complete_columns" and found.arguments == ("age_median",)
    assert [step.how for step in found.steps] == ["learnt", "row", "training"]


def test_a_request_without_the_target_passes_dummies_of_the_whole_table(folder: Path) -> None:
    cells = [HEAD, "df['vote'] = np.where(df['y'] == 1, 'yes', 'no')\ndf = df[['sex', 'kin', 'vote']]"]
    raw = "df.to_csv('votes.csv', index=False)\ntable = pd.read_csv('votes.csv')\n"
    dummies = "table = pd.get_dummies(table)\nX, y = table.drop(columns=['vote_no', 'vote_yes']), table['vote_yes']"
    check(*cells, raw + dummies, SPLIT, ASK, folder=folder, target=("vote",))


UNSEEN = {
    "codes": ("df['x'] = df['sex'].astype('category').cat.codes", {"sex": "other"}),
    "numbers in the order of the values": ("df['x'] = pd.factorize(df['sex'])[0]", {"sex": "other"}),
    "dummies of a column": (
        "df = df.join(pd.get_dummies(df['sex'], dtype=int))\ndf['x'] = df['male']",
        {"sex": "other"},
    ),
    "dummies of a table": ("df = pd.get_dummies(df[['sex', 'y']])\ndf['x'] = df['sex_male']", {"sex": "other"}),
    "a dictionary": ("df['x'] = df['sex'].map({'male': 1, 'female': 0})", {"sex": "other"}),
    "a lookup table": (
        "towns = pd.read_csv('towns.csv')\ndf = df.dropna(subset=['town']).merge(towns, on='town', how='left')\n"
        "df['x'] = df['size']\ny = df['y']",
        {"town": "Z"},
    ),
    "a statistic of the group": ("df['x'] = df.groupby('class')['fare'].transform('mean')", {"class": 9}),
    "bins": ("df['x'] = pd.cut(df['fare'], 4, labels=False)", {"fare": 1e6}),
    "a value that training dropped": ("df = df.dropna()\ny = df['y']\ndf['x'] = df['age'] / 2", {"age": np.nan}),
    "a category that training dropped": (
        "df = df.dropna()\ny = df['y']\ndf['x'] = df['town'].astype('category').cat.codes",
        {"town": None},
    ),
}


@pytest.mark.parametrize(("cell", "change"), UNSEEN.values(), ids=UNSEEN)
def test_what_training_never_saw_is_refused(cell: str, change: dict[str, Any], folder: Path) -> None:
    ran = prepared_run(cell, folder)
    ran.answer(ran.raw.dropna().head(3))
    with pytest.raises(ValueError, match="training never saw"):
        ran.answer(ran.raw.dropna().head(3).assign(**change))


@pytest.mark.parametrize(
    ("cell", "change"),
    [
        ("df['x'] = df['town'].map({'S': 1, 'C': 2})", {"town": "Z"}),
        ("df['x'] = df['age'] * 2", {"age": np.nan}),
        ("df['x'] = df['town'].astype('category').cat.codes", {"town": None}),
        ("df['x'] = df['town'].fillna('S').map({'S': 1, 'C': 2, 'Q': 3})", {"town": None}),
    ],
    ids=["a dictionary with gaps", "a gap", "a category that is missing", "a gap that is filled"],
)
def test_gaps_that_training_saw_pass(cell: str, change: dict[str, Any], folder: Path) -> None:
    ran = prepared_run(cell, folder)
    ran.answer(ran.raw.dropna().head(3).assign(**change))


def prepared_run(cell: str, folder: Path) -> Ran:
    """Return a notebook that ran, its model asked about `x` alone."""
    found, flow, inference = found_in(tagged(HEAD, cell, "X = df[['x']]", SPLIT, ASK))
    assert isinstance(found, Preparation), found
    return Ran(flow, inference, found, folder)


def test_what_the_model_was_fitted_to_counts_where_the_request_is_another_table(folder: Path) -> None:
    both = "test = pd.read_csv('people.csv')\nfor t in [df, test]:\n    t['x'] = t['sex'].map({'male': 1, 'female': 0})"
    found, _, _ = found_in(tagged(HEAD, both, "X = df[['x']]", SPLIT, "y_pred = model.predict(test[['x']])"))
    assert isinstance(found, Preparation) and found.raw == "test" and found.complete


ENCODING = {
    "all columns of a type": "for c in df.columns:\n    if df[c].dtype != 'int64':\n        ENCODE",
    "columns that are written down": "for c in ['sex', 'vote']:\n    ENCODE",
    "columns that have a name": "text = ['sex', 'vote']\nfor c in text:\n    ENCODE",
    "one encoder for all": "le = LabelEncoder()\nfor c in ['sex', 'vote']:\n    df[c] = le.fit_transform(df[c])",
    "encoders that are kept": "kept = {}\nfor c in ['sex', 'vote']:\n    le = LabelEncoder()\n"
    "    df[c] = le.fit_transform(df[c])\n"
    "    kept[c] = le",
}


@pytest.mark.parametrize(
    "chosen", ["df.drop('vote', axis=1)", "df[['sex', 'kin']]", "df[[c for c in df if c != 'vote']]"]
)
@pytest.mark.parametrize("loop", ENCODING.values(), ids=ENCODING)
def test_a_loop_over_columns_does_not_ask_for_the_target(loop: str, chosen: str, folder: Path) -> None:
    table = (
        "df['vote'] = np.where(df['y'] == 1, 'yes', 'no')\ndf[['sex', 'kin', 'vote']].to_csv('v.csv', index=False)\n"
    )
    loop = loop.replace("ENCODE", "df[c] = LabelEncoder().fit_transform(df[c])")
    read = f"df = pd.read_csv('v.csv')\n{loop}\nX, y = {chosen}, df['vote']"
    check(HEAD, table + read, SPLIT, ASK, folder=folder, target=("vote",))


@pytest.mark.parametrize(
    ("const", "prepared"),
    [("", 0), ("df['one'] = 1\n", 1)],
    ids=["values of the request", "what other tables get as well"],
)
def test_values_written_into_a_request_are_the_clients(const: str, prepared: int) -> None:
    cell = f"{const}df['size'] = df['fare'].apply(lambda f: 'big' if f > 9 else 'small')\nX = pd.get_dummies(df)"
    new = "new = pd.DataFrame({'fare': [3.0], 'kin': [1]})\nnew['size'] = 'small'\nnew['one'] = 1"
    found, _, _ = found_in(tagged(HEAD, cell, SPLIT, new, "sample = new[:20]\nmodel.predict(sample)"))
    assert (found.function.count("new[") if isinstance(found, Preparation) else 0) == prepared
    assert found_in(tagged(HEAD, cell, SPLIT, f"{new}\nmodel.predict(new)"))[0] is None


@pytest.mark.parametrize(
    ("made", "remedy"),
    [
        ("['fare'].shift(1)", "the rows before it"),
        ("['fare'].transform(lambda s: s.shift(1).rolling(3).mean())", "the rows before it"),
        ("['fare'].transform(lambda s: s - s.mean())", "another statistic"),
    ],
)
def test_lags_and_statistics_of_groups_have_remedies_of_their_own(made: str, remedy: str) -> None:
    cell = f"df['x'] = df.groupby('town'){made}\nX = df[['x', 'fare']]"
    found, _, _ = found_in(tagged(HEAD, cell, SPLIT, ASK))
    assert isinstance(found, NotSplit)
    assert remedy in found.remedy


REMEDIES = {
    "a function that is not known": (
        "from scipy.signal import detrend\ndf['x'] = detrend(df['fare'])",
        "`column.apply(lambda value: ...)`",
        "from scipy.signal import detrend\ndf['x'] = df['fare'].apply(lambda v: detrend([v, v])[0])",
    ),
    "a part of the rows that is filled at once": (
        """for s in ['male', 'female']:
    part = df[df['sex'] == s]['age']
    df.loc[df['age'].isnull() & (df['sex'] == s), 'age'] = part.median()""",
        "a loop of its own, before",
        """middle = {}
for s in ['male', 'female']:
    middle[s] = df[df['sex'] == s]['age'].median()
for s in ['male', 'female']:
    df.loc[df['age'].isnull() & (df['sex'] == s), 'age'] = middle[s]""",
    ),
    "what a loop learns from what it has changed": (
        """for c in ['age', 'fare']:
    df.loc[df[c] > 50, c] = 50
    df[c] = df[c] / df[c].max()""",
        "two loops of it",
        """for c in ['age', 'fare']:
    df.loc[df[c] > 50, c] = 50
for c in ['age', 'fare']:
    df[c] = df[c] / df[c].max()""",
    ),
    "what a loop over tables learns from what it has changed": (
        """test = df.copy()
for d in [test, df]:
    d.loc[d['age'] > 50, 'age'] = 50
    d['age'] = d['age'] / d['age'].max()""",
        "two loops of it",
        """test = df.copy()
for d in [test, df]:
    d.loc[d['age'] > 50, 'age'] = 50
for d in [test, df]:
    d['age'] = d['age'] / d['age'].max()""",
    ),
    "columns changed by what they hold, inside an expression": (
        "df = pd.concat([df, df[['fare', 'class']].apply(lambda c: c / c.max()).add_suffix('_')], axis=1)",
        "a name in a line of its own",
        """table = df[['fare', 'class']].apply(lambda c: c / c.max())
df = pd.concat([df, table.add_suffix('_')], axis=1)""",
    ),
    "a value under a condition": (
        """for c in ['age', 'fare']:
    if df[c].max() > 40:
        top = df[c].max()
    df[c] = df[c].clip(upper=top)""",
        "before the `if`",
        """for c in ['age', 'fare']:
    top = 40
    if df[c].max() > 40:
        top = df[c].max()
    df[c] = df[c].clip(upper=top)""",
    ),
    "one tool for many columns": (
        """tool = StandardScaler()
for c in ['fare', 'kin']:
    tool.partial_fit(df[[c]])
    df[c] = tool.transform(df[[c]])""",
        "`tools[column] = ...`",
        """tools = {}
for c in ['fare', 'kin']:
    tools[c] = StandardScaler()
    tools[c].partial_fit(df[[c]])
    df[c] = tools[c].transform(df[[c]])""",
    ),
}


@pytest.mark.parametrize(("cell", "remedy", "followed"), REMEDIES.values(), ids=REMEDIES)
def test_a_remedy_that_is_followed_helps(cell: str, remedy: str, followed: str, folder: Path) -> None:
    ask = "\nX = df.select_dtypes('number').drop(columns='y')"
    found, _, _ = found_in(tagged(HEAD, cell + ask, SPLIT, ASK))
    assert isinstance(found, NotSplit)
    assert remedy in found.remedy
    assert found.where.startswith("cell [2], line")
    check(HEAD, followed + ask, SPLIT, ASK, folder=folder, target=("y",))


@pytest.mark.parametrize(("given", "width"), [("", "width"), (", maxlen=20", "20"), (", 20", "20")])
def test_texts_are_padded_as_wide_as_in_training(given: str, width: str) -> None:
    texts = "from tensorflow.keras.preprocessing.text import Tokenizer\n"
    texts += "from tensorflow.keras.preprocessing.sequence import pad_sequences\ntokens = Tokenizer()\n"
    texts += f"tokens.fit_on_texts(df['name'])\nX = pad_sequences(tokens.texts_to_sequences(df['name']){given})"
    found, _, _ = found_in(tagged(HEAD, texts, SPLIT, ASK))
    assert isinstance(found, Preparation)
    assert f"{width})" in found.function
    assert [one.name for one in found.learned if one.name == "width"] == (["width"] if width == "width" else [])


def test_rows_in_batches_are_to_be_asked_about_before() -> None:
    batches = "from torch.utils.data import DataLoader, TensorDataset\nimport torch\nfrom torch import nn\n"
    batches += "x = torch.tensor(df[['fare']].values / 9)\nloader = DataLoader(TensorDataset(x), batch_size=9)"
    loop = "for (xb,) in loader:\n    model = DummyClassifier().fit(xb, xb)"
    found, _, _ = found_in(tagged(HEAD, batches, loop, "sample = xb[:5]\nanswer = model.predict(sample)"))
    assert isinstance(found, NotSplit)
    assert (found.where, found.remedy.rpartition(": ")[2]) == ("cell [2], line 5", "`rows = x`")
    assert isinstance(found_in(tagged(HEAD, batches, loop, "rows = x\nanswer = model.predict(rows)"))[0], Preparation)
