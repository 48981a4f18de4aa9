"""What is said once of several places is said of the next one where the first is ignored."""

from __future__ import annotations

import pytest

from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from tests.rules.examples import FOLDER, example_of

DRAWS = """\
# %%
import numpy as np
x = np.random.rand(3)  # 1
# %%
y = np.random.rand(3)  # 2
print(x, y)
"""
PLACES = {
    "NB201": DRAWS,
    "NB202": """\
# %%
import torch
x = torch.rand(3)  # 1
# %%
y = torch.rand(3)  # 2
print(x, y)
""",
    "NB102": """\
# %%
print(totals)  # 1
# %%
print(totals + 1)  # 2
""",
    "NB103": """\
# %%
print(totals)  # 1
# %%
print(totals + 1)  # 2
# %%
totals = 1
""",
    "NB113": """\
# %%
for row in range(3):
    print(row)
# %%
print(row)  # 1
# %%
print(row + 1)  # 2
""",
    "NB112": """\
# %%
list = [1]  # 1
# %%
list = [2]  # 2
# %%
print(list((1, 2)))
""",
    "NB108": """\
# %% [data]
rows = []
# %% [training]
rows.append(1)  # 1
rows.append(2)  # 2
print(rows)
""",
    "NB106": """\
# %% [training]
model = dict(a=1)
# %% [data]
rows = model["a"]  # 1
kept = model["a"]  # 2
print(rows, kept)
""",
    "NB208": """\
# %%
import pandas as pd
df = pd.read_csv("a.csv")
df["age"] = (
    pd.Timestamp.now().year - df.year  # 1
    + pd.Timestamp.now().year - df.month  # 2
)
print(df)
""",
    "NB402": """\
# %%
from sklearn.linear_model import LogisticRegression
model = LogisticRegression(C=2).fit(X, y)
print(model.score(X, y))  # 1
# %%
print(model.score(X, y))  # 2
""",
    "NB713": """\
# %%
a = train_test_split(p, test_size=0.3)  # 1
b, c = train_test_split(q, test_size=0.3), train_test_split(r, test_size=0.3)  # 2
print(a, b, c)
""",
    "NB712": """\
# %%
import math
x = math.pi
import os  # 1
y = math.tau
import re  # 2
print(os, re, x, y)
""",
    "NB511": """\
# %% [training]
import torch
net = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
# %% [inference]
rows = torch.tensor([[1.0, 2.0]])
first = net(rows)  # 1
answer = net(rows) + first  # 2
""",
}


def told(text: str) -> list[str]:
    case = example_of(text, FOLDER / "told.txt")
    return [each.finding.what for each in findings(Facts(case.notebook, case.document), known_rules())]


def test_what_is_ignored_is_not_counted_below() -> None:
    (what,) = (each for each in told(DRAWS) if "nothing seeds" in each)
    assert what.endswith(", and 1 more statement below")
    (what,) = (each for each in told(ignored(DRAWS, "NB201", "# 2")) if "nothing seeds" in each)
    assert what.endswith("which nothing seeds")


def lines_of(code: str, text: str) -> list[tuple[int, int]]:
    case = example_of(text, FOLDER / "told.txt")
    found = findings(Facts(case.notebook, case.document), known_rules())
    return [(each.finding.cell or 0, each.finding.line) for each in found if each.rule.code == code]


def ignored(text: str, code: str, mark: str) -> str:
    return text.replace(mark, f"# nb2prod: ignore[{code}]")


@pytest.mark.parametrize("code", PLACES)
def test_an_ignored_line_hides_no_other(code: str) -> None:
    text = PLACES[code]
    (first,) = lines_of(code, text)
    (second,) = lines_of(code, ignored(text, code, "# 1"))
    assert second > first
    assert lines_of(code, ignored(text, code, "# 2")) == [first]
    assert lines_of(code, ignored(ignored(text, code, "# 1"), code, "# 2")) == []
