"""NB510 where a function answers: the network is the notebook's, whatever the function calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from tests.rules.examples import example_of

RULES = [each for each in known_rules() if each.rule.code == "NB510"]
BEFORE = """\
# %% [data]
import torch
from torch import nn
X = torch.rand(100, 4)
y = X.sum(dim=1, keepdim=True)
# %% [training]
torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.2), nn.Linear(8, 1))
optimizer = torch.optim.Adam(net.parameters())
for epoch in range(3):
    optimizer.zero_grad()
    loss = nn.functional.mse_loss(net(X), y)
    loss.backward()
    optimizer.step()
"""
LEFT_IN_TRAINING = {
    "by_its_name": """\
# %% [inference]
def predict(row):
    return net(torch.tensor(row)).argmax().item()  # NB510
predict([[1.0, 2.0, 3.0, 4.0]])
""",
    "without_gradients": """\
# %% [inference]
def predict(rows):
    with torch.no_grad():
        return net(torch.tensor(rows)).argmax(1).tolist()  # NB510
predict([[1.0, 2.0, 3.0, 4.0]])
""",
    "as_an_argument": """\
# %% [inference]
def answer(model, rows):
    return model(rows)  # NB510
def predict(rows):
    return answer(net, torch.tensor(rows)).tolist()
predict([[1.0, 2.0, 3.0, 4.0]])
""",
}
TOLD_TO_ANSWER = {
    "in_the_function": """\
# %% [inference]
def predict(rows):
    net.eval()
    with torch.no_grad():
        return net(torch.tensor(rows)).tolist()
predict([[1.0, 2.0, 3.0, 4.0]])
""",
    "by_a_function_that_measures": """\
# %% [evaluation]
def error_of(model, rows, truth):
    model.eval()
    with torch.no_grad():
        return nn.functional.mse_loss(model(rows), truth).item()
print(error_of(net, X, y))
# %% [inference]
def predict(rows):
    return net(torch.tensor(rows)).tolist()
predict([[1.0, 2.0, 3.0, 4.0]])
""",
    "a_function_that_nobody_calls_trains": """\
# %%
net.eval()
def learn(net):
    net.train()
# %% [inference]
def predict(rows):
    return net(torch.tensor(rows)).tolist()
predict([[1.0, 2.0, 3.0, 4.0]])
""",
    "another_network": """\
# %% [inference]
def predict(rows):
    net = nn.Linear(4, 1)
    return net(torch.tensor(rows)).tolist()
predict([[1.0, 2.0, 3.0, 4.0]])
""",
}


def found(after: str) -> tuple[set[tuple[int | None, int, str]], set[tuple[int, int, str]]]:
    case = example_of(BEFORE + after, Path("n.ipynb"))
    told = findings(Facts(case.notebook, case.document), RULES)
    return {(each.finding.cell, each.finding.line, each.rule.code) for each in told}, set(case.expected)


@pytest.mark.parametrize("name", LEFT_IN_TRAINING)
def test_a_network_that_a_function_asks_in_training_mode_is_told(name: str) -> None:
    told, expected = found(LEFT_IN_TRAINING[name])
    assert expected
    assert told == expected


@pytest.mark.parametrize("name", TOLD_TO_ANSWER)
def test_a_network_that_was_told_to_answer_is_not(name: str) -> None:
    assert found(TOLD_TO_ANSWER[name])[0] == set()
