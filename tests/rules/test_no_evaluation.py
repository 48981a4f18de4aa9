"""NB401, each notebook by itself: one score says enough for all of a notebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.leakage import places
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.facts import Facts
from tests.rules.examples import example_of

BEFORE = """# %%
import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import ConfusionMatrixDisplay, RocCurveDisplay, plot_confusion_matrix, roc_auc_score, log_loss
from sklearn.model_selection import KFold, train_test_split
df = pd.read_csv("d.csv")
X, y = df.drop(columns="t"), df["t"]
A, B, ya, yb = train_test_split(X, y, random_state=0)
"""
FOLDS = """for train, held in KFold(5).split(X):
    model = LogisticRegression(C=2).fit(X.iloc[train], y.iloc[train])
"""
FITTED = "model = LogisticRegression(C=0.3).fit(A, ya)\n"
ASKED = FITTED + "p = model.predict(B)\n"

MEASURED = {
    "auc of folds": "oof = np.zeros(len(y))\n"
    + FOLDS
    + "    oof[held] = model.predict_proba(X.iloc[held])[:, 1]\nprint(roc_auc_score(y, oof))",
    "log loss of folds": 'oof, sub, new = np.zeros(len(X)), 0, pd.read_csv("new.csv")\n'
    + FOLDS
    + """\
    oof[held] = model.predict_proba(X.loc[held])[:, 1]
    sub += model.predict_proba(new)[:, 1] / 5
print(log_loss(y, oof))
""",
    "accuracy of folds by hand": "oof = np.zeros(len(y))\n"
    + FOLDS
    + "    oof[held] = model.predict_proba(X.iloc[held])[:, 1]\nprint(((oof > 0.5) == y).mean())",
    "folds of an array like y": "oof = np.zeros_like(y)\n"
    + FOLDS
    + "    oof[held] = model.predict(X.iloc[held])\nprint((oof == y).mean())",
    "folds in a column": FOLDS
    + """\
    df.loc[held, "oof"] = model.predict(X.iloc[held])
print((df["oof"] == df["t"]).mean())
""",
    "confusion matrix drawn": FITTED + "ConfusionMatrixDisplay.from_estimator(model, B, yb)",
    "curve drawn": FITTED + "RocCurveDisplay.from_estimator(model, B, yb)",
    "old drawing function": FITTED + "plot_confusion_matrix(model, B, yb)",
    "hits counted": ASKED
    + """\
tp = fp = 0
for t, q in zip(yb, p):
    if t == 1 and q == 1:
        tp += 1
    elif q == 1:
        fp += 1
print(tp / (tp + fp))
""",
    "hits counted by place": ASKED
    + """\
tp = 0
for i in range(len(p)):
    if p[i] == 1 and yb.iloc[i] == 1:
        tp += 1
print(tp)
""",
    "hits counted at once": ASKED + "tp = ((p == 1) & (yb == 1)).sum()\nprint(tp / p.sum())",
    "table counted": FITTED
    + """\
table = np.zeros((2, 2))
for t, q in zip(yb, model.predict(B)):
    table[t, q] += 1
print(table)
""",
    "out of bag": """\
forest = RandomForestClassifier(random_state=0, oob_score=True).fit(X, y)
print(forest.oob_score_)
""",
    "a model without a name": """\
if len(X) > 2:
    m = Ridge(alpha=2)
else:
    m = None
m.fit(X, y)
""",
}
NOT = {
    "a look at the data": 'print(pd.crosstab(df["a"], df["b"]), (df["a"] == df["b"]).mean())\n'
    + ASKED
    + "print(p[:3])",
    "answers handed in": 'new = pd.read_csv("new.csv")\n'
    + FITTED
    + 'new["t"] = model.predict(new)\nnew.to_csv("out.csv")',
}

NETWORK = """import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
A, B, ya, yb = (torch.tensor(each.values) for each in (A, B, ya, yb))
batches, others = DataLoader(TensorDataset(A, ya), batch_size=8), DataLoader(TensorDataset(B, yb), batch_size=8)
model, criterion = nn.Sequential(nn.Linear(2, 2)), nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters())
"""
LOOP = """for epoch in range(10):
    for rows, truth in batches:
        optimizer.zero_grad()
        out = model(rows)
        loss = criterion(out, truth)
        loss.backward()
        optimizer.step()
"""
NOT["a network that only learns"] = NETWORK + LOOP + "torch.save(model.state_dict(), 'model.pt')"
NOT["a network that learns by a function"] = (
    NETWORK
    + "model = nn.Linear(2, 2)\nfor epoch in range(9):\n    loss = F.mse_loss(model(A), ya)\n    loss.backward()"
)
MEASURED |= {
    f"a network: {name}": NETWORK + text
    for name, text in {
        "right answers in a loop": LOOP
        + """with torch.no_grad():
    right = sum((torch.max(model(rows), 1)[1] == truth).sum().item() for rows, truth in others)
print(right)
""",
        "loss on other rows": LOOP + "    print(sum(criterion(model(rows), truth).item() for rows, truth in others))",
        "right answers while it learns": LOOP + "        print((out.argmax(dim=1) == truth).float().mean())",
        "a metric": LOOP + "print(log_loss(yb, model(B).detach()))",
        "a function for both": """def turn(rows, truth, learns):
    loss = criterion(model(rows), truth)
    if learns:
        loss.backward()
        optimizer.step()
    return loss.item()
for epoch in range(9):
    print(turn(A, ya, True), turn(B, yb, False))
""",
        "phases": """for phase in ["train", "val"]:
    for rows, truth in {"train": batches, "val": others}[phase]:
        with torch.set_grad_enabled(phase == "train"):
            loss = criterion(model(rows), truth)
            if phase == "train":
                loss.backward()
""",
    }.items()
}


def found(text: str) -> list[str]:
    case = example_of(BEFORE + text + "\n", Path("notebook.ipynb"))
    rules = [each for each in known_rules() if each.rule.code == "NB401"]
    return [each.finding.what for each in places(Facts(case.notebook, case.document), rules)]


@pytest.mark.parametrize("text", MEASURED.values(), ids=MEASURED)
def test_what_measures_by_hand_or_in_folds_is_not_told_that_nothing_does(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("text", NOT.values(), ids=NOT)
def test_what_only_answers_is_told(text: str) -> None:
    assert found(text) == ["`model` is trained, and nothing measures how good it is"]
