"""What learning is made of: splits, fits, answers, scores, and which rows they are of."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.learning.model import Fault, Harm, How, Kind, Learning, Part, Trace
from nb2prod.analysis.learning.reading import Reader, read_learning
from nb2prod.analysis.learning.values import Data, Rows
from nb2prod.notebook.read import draft_of
from tests.making import as_notebook

IMPORTS = """
import numpy as np, pandas as pd

from sklearn.model_selection import train_test_split, cross_val_score, GridSearchCV, KFold, TimeSeriesSplit, GroupKFold
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression, LassoCV
from sklearn.metrics import accuracy_score
from sklearn.pipeline import make_pipeline
df = pd.read_csv("d.csv")
X, y = df.drop(columns=["price"]), df["price"]
"""
FIT = "model = LogisticRegression().fit({0}train, y_train)\n"


def learning(*cells: str) -> Learning:
    notebook = draft_of(as_notebook([(None, cell) for cell in (IMPORTS, *cells)]), Path("n.ipynb"))
    return read_learning(notebook, analyse(notebook))


ASKED = "model = LogisticRegression().fit(this[['a']], this['price'])\nmodel.score(that[['a']], that['price'])"
SPLIT = "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)"


def test_a_split_has_its_parts_by_name_and_says_how_it_was_made() -> None:
    found = learning(SPLIT)
    (split,) = found.splits
    assert (split.kind, split.how, split.seeded, split.stratified) == (Kind.RANDOM, "train_test_split", True, True)
    assert split.names == {Part.TRAIN: ("X_train", "y_train"), Part.TEST: ("X_test", "y_test")}
    assert [each.name for each in split.whole] == ["X", "y"]
    assert (split.place.cell, split.place.line) == (1, 1)


@pytest.mark.parametrize(
    ("cut", "kind"),
    [
        ("train, test = df[:800], df[800:]", Kind.ORDERED),
        ("n = int(len(df) * 0.8)\ntrain = df.iloc[:n]\ntest = df.iloc[n:]", Kind.ORDERED),
        ("train = df.sample(frac=0.8, random_state=1)\ntest = df.drop(train.index)", Kind.RANDOM),
        ("mask = np.random.rand(len(df)) < 0.8\ntrain, test = df[mask], df[~mask]", Kind.RANDOM),
        ("train = df[df['date'] < '2015-01-01']\ntest = df[df['date'] >= '2015-01-01']", Kind.TIME),
        ("train, test = train_test_split(df, shuffle=False)", Kind.ORDERED),
        ("idx = np.random.permutation(len(df))\ntrain, test = df.iloc[idx[:9]], df.iloc[idx[9:]]", Kind.RANDOM),
        ("for a, b in KFold(5).split(df):\n    train, test = df.iloc[a], df.iloc[b]", Kind.ORDERED),
        ("for a, b in KFold(5, shuffle=True).split(df):\n    train, test = df.iloc[a], df.iloc[b]", Kind.RANDOM),
        ("for a, b in TimeSeriesSplit().split(df):\n    train, test = df.iloc[a], df.iloc[b]", Kind.TIME),
        ("for a, b in GroupKFold().split(df, groups=df.g):\n    train, test = df.iloc[a], df.iloc[b]", Kind.GROUP),
        ("train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')", Kind.FILES),
        ("train = df.sample(frac=0.8)\ntest = df[~df.index.isin(train.index)]", Kind.RANDOM),
        ("train_index = df.sample(9).index\ntrain, test = df.loc[train_index], df.drop(train_index)", Kind.RANDOM),
        ("train, test = np.split(df, [int(0.8 * len(df))])", Kind.ORDERED),
        (
            "idx = np.arange(len(df))\nnp.random.shuffle(idx)\ntrain, test = df.iloc[idx[:9]], df.iloc[idx[9:]]",
            Kind.RANDOM,
        ),
        ("train, test = df[df.index < '2015'], df[df.index >= '2015']", Kind.TIME),
        (
            "is_test = np.isin(df.site, np.random.permutation(9)[:3])\ntrain, test = df[~is_test], df[is_test]",
            Kind.RANDOM,
        ),
        ("tr, te = train_test_split(np.arange(len(df)))\ntrain, test = df.iloc[tr], df.iloc[te]", Kind.RANDOM),
        ("tr, te = train_test_split(df.index, test_size=0.2)\ntrain, test = df.loc[tr], df.loc[te]", Kind.RANDOM),
    ],
)
def test_rows_are_parted_in_many_ways(cut: str, kind: Kind) -> None:
    body = "model = LogisticRegression().fit(train[['a']], train['price'])\nmodel.score(test[['a']], test['price'])"
    indent = "    " if cut.startswith("for") else ""
    found = learning("\n".join([cut, *(indent + line for line in body.splitlines())]))
    (split,) = found.splits
    assert split.kind == kind
    (fit,) = found.models
    assert fit.features is not None
    assert fit.features.part == Part.TRAIN
    assert [each.part for each in found.scorings] == [Part.TEST]
    assert found.roles.target_columns == ("price",)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("df[:-30]", "df[-30:]", Kind.ORDERED),
        ("df.iloc[0:n]", "df.iloc[n:len(df)]", Kind.ORDERED),
        ("df[m]", "df[~m]", Kind.ORDERED),
        ("df[df.year < 2018]", "df[df.year >= 2018]", Kind.TIME),
        ("df[df.year <= 2017]", "df[df.year == 2019]", Kind.TIME),
        ("df.iloc[idx[:n]]", "df.iloc[idx[n:]]", Kind.RANDOM),
        ("df[df.index.isin(idx[:n])]", "df[~df.index.isin(idx[:n])]", Kind.RANDOM),
    ],
)
def test_choices_that_share_no_row_are_a_split_whatever_they_are_called(one: str, other: str, kind: Kind) -> None:
    drawn = "idx, m, n = np.random.permutation(len(df)), df['a'].notna(), 5"
    found = learning(f"{drawn}\nthis = {one}\nthat = {other}\n{ASKED}")
    (split,) = found.splits
    assert (split.kind, split.place.line) == (kind, 3)
    assert [each.features.part for each in found.models if each.features] == [Part.TRAIN]
    assert [each.part for each in found.scorings] == [Part.TEST]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("df[:30]", "df[:30]"),
        ("df[:30]", "df[20:]"),
        ("df[:n]", "df[m:]"),
        ("df[m]", "df[n]"),
        ("df[df.year < 2018]", "df[df.year > 2015]"),
        ("df[df.name < 'b']", "df[df.name > 'c']"),
        ("df.sample(9)", "df.sample(9)"),
        ("df", "df.head()"),
    ],
)
def test_choices_that_may_share_rows_are_no_split(one: str, other: str) -> None:
    assert learning(f"this = {one}\nthat = {other}\n{ASKED}").splits == ()


def test_rows_chosen_by_other_places_are_never_taken_for_ones_chosen_before() -> None:
    reader, data, node = Reader(), Data(Rows()), ast.Name("places")
    chosen = {reader.rows_by_index(data, Rows(), node) for _ in range(50)}  # Places that nobody holds any more.
    assert len(chosen) == 50


def test_scores_say_how_they_are_come_by_and_on_which_rows() -> None:
    found = learning(
        SPLIT,
        FIT.format("X_") + "answers = model.predict(X_test)\naccuracy_score(y_test, answers)",
        "print((model.predict(X_train) == y_train).mean(), model.score(X_test, y_test))",
        "cross_val_score(LogisticRegression(), X, y)\nGridSearchCV(model, {}).fit(X_train, y_train)",
    )
    assert [(each.how, each.part) for each in found.scorings] == [
        (How.METRIC, Part.TEST),
        (How.METRIC, Part.TRAIN),
        (How.METHOD, Part.TEST),
        (How.CROSSED, Part.WHOLE),
        (How.SEARCHED, Part.TRAIN),
    ]
    assert [each.model.name for each in found.scorings if each.model][:3] == ["model"] * 3


def test_names_have_roles() -> None:
    roles = learning(SPLIT, FIT.format("X_"), "model.score(X_test, y_test)").roles
    assert (roles.training_features, roles.training_target) == (("X_train",), ("y_train",))
    assert (roles.test_features, roles.test_target) == (("X_test",), ("y_test",))
    assert (roles.whole_features, roles.whole_target, roles.tables) == (("X",), ("y",), ("df",))
    assert (roles.models, roles.target_columns) == (("model",), ("price",))


def test_functions_are_followed_to_where_their_code_stands() -> None:
    found = learning(
        "def train(model, A, b):\n    A_train, A_test, b_train, b_test = train_test_split(A, b)\n"
        "    model.fit(A_train, b_train)\n    return model.score(A_test, b_test)",
        "for each in [LogisticRegression(), LassoCV()]:\n    print(train(each, X, y))",
    )
    assert [(fit.model.kind, fit.place.cell, fit.place.line) for fit in found.models] == [
        ("LogisticRegression", 1, 3),
        ("LassoCV", 1, 3),
    ]
    assert Part.TEST in {each.part for each in found.scorings}
    assert all(fit.place.statement > 8 for fit in found.models)


@pytest.mark.parametrize(
    ("cells", "harm"),
    [
        (["X = StandardScaler().fit_transform(X)", SPLIT], Harm.BEFORE_SPLIT),
        (["s = StandardScaler()\ns.fit(X)\nX = s.transform(X)", SPLIT], Harm.BEFORE_SPLIT),
        (["df[['a', 'b']] = StandardScaler().fit_transform(df[['a', 'b']])\nX = df[['a']]", SPLIT], Harm.BEFORE_SPLIT),
        ([SPLIT, "s = StandardScaler().fit(X)\nX_train = s.transform(X_train)"], Harm.BEFORE_SPLIT),
        ([SPLIT, "s = StandardScaler()\nX_test = s.fit_transform(X_test)"], Harm.ON_TEST),
    ],
)  # fmt: skip
def test_what_is_learnt_from_held_out_rows_is_a_leak(cells: list[str], harm: Harm) -> None:
    found = learning(*cells, FIT.format("X_"), "model.score(X_test, y_test)")
    assert [(each.learnt.trace, each.learnt.what, each.harm) for each in found.leaks] == [
        (Trace.TOOL, "StandardScaler", harm)
    ]


@pytest.mark.parametrize(
    "cells",
    [
        [SPLIT, "s = StandardScaler().fit(X_train)\nX_train, X_test = s.transform(X_train), s.transform(X_test)"],
        ["df[['b']] = StandardScaler().fit_transform(df[['b']])\nX = df[['a']]", SPLIT],
        ["scaled = StandardScaler().fit_transform(X)", SPLIT],
        ["X = X.fillna(0).astype(float)", SPLIT],
    ],
)
def test_what_held_out_rows_do_not_reach_is_none(cells: list[str]) -> None:
    assert learning(*cells, FIT.format("X_"), "model.score(X_test, y_test)").leaks == ()


def test_numbers_in_a_row_that_settings_are_taken_from_are_no_places() -> None:
    fit = "    model = LogisticRegression(C=c).fit(X_train, y_train)\n    print(model.score(X_test, y_test))"
    found = learning(SPLIT, f"for c in 30 * np.arange(1, 10):\n{fit}")
    assert [each.fault for each in found.flaws] == [Fault.CHOSEN]


NETWORK = """import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
loader = DataLoader(TensorDataset(torch.tensor(X_train.values), torch.tensor(y_train.values)), batch_size=8)
net, criterion = nn.Sequential(nn.Linear(2, 1)).to("cpu"), nn.MSELoss()
optimizer = torch.optim.Adam(net.parameters())
"""


@pytest.mark.parametrize(
    "loop",
    [
        "    for rows, truth in loader:\n        loss = criterion(net(rows), truth)\n        loss.backward()",
        "    for i, (rows, truth) in enumerate(loader):\n        out = net(rows.to('cpu')).squeeze()\n"
        "        loss = criterion(out, truth)\n        loss.backward()\n        optimizer.step()",
        "    for batch in loader:\n        rows, truth = batch\n"
        "        nn.functional.mse_loss(net(rows), truth).backward()",
    ],
)
def test_a_loop_that_trains_a_network_is_a_fit_on_the_rows_it_was_asked_about(loop: str) -> None:
    (fit,) = learning(SPLIT, f"{NETWORK}for epoch in range(9):\n{loop}").models
    assert (fit.method, fit.model.name, fit.model.path) == ("backward", "net", "torch.nn.Sequential")
    assert fit.features is not None and fit.target is not None
    assert (fit.features.part, fit.target.part, fit.features.split) == (Part.TRAIN, Part.TRAIN, 0)


@pytest.mark.parametrize(
    "loop",
    [
        "for rows, truth in loader:\n    loss = criterion(net(rows), truth)\n    if train:\n        loss.backward()",
        "criterion(net(torch.ones(3, 2)), torch.ones(3)).backward()",
        "for rows, truth in loader:\n    print(criterion(net(rows), truth).item())",
        "rows, truth = torch.tensor(X_test.values), torch.tensor(y_test.values)\n"
        "for step in range(9):\n    criterion(net(rows), truth).backward()",
    ],
)
def test_what_may_be_no_training_is_no_fit(loop: str) -> None:
    assert learning(SPLIT, NETWORK + loop).models == ()
