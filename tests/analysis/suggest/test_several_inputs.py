"""Networks with several inputs: all that goes with the rows is sliced with them, or no cell is built."""

from __future__ import annotations

import pytest

from tests.analysis.suggest.suggesting import sections, suggestion

DATA = "import numpy as np, pandas as pd, torch, torch.nn as nn\ndf = pd.read_csv('cars.csv')\ny = df.price"
NET = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(9, 2)
        self.lin = nn.Linear(4, 1)
    def forward(self, c, x):
        return self.lin(torch.cat([self.emb(c), x], 1))
net = Net()
optimizer = torch.optim.Adam(net.parameters())
C = torch.tensor(df.brand.values)
X = torch.tensor(df[['km', 'hp']].values.astype('float32'))
Y = torch.tensor(y.values.astype('float32')).view(-1, 1)
for epoch in range(20):
    optimizer.zero_grad()
    loss = ((net(C, X) - Y) ** 2).mean()
    loss.backward()
    optimizer.step()"""
JUDGED = (
    "from sklearn.metrics import mean_absolute_error\nwith torch.no_grad():\n"
    "    pred = %s\nprint(mean_absolute_error(y, pred))"
)
OWN = """sample = df[:20]
c = torch.tensor(sample.brand.values)
x = torch.tensor(sample[['km', 'hp']].values.astype('float32'))
with torch.no_grad():
    prediction = torch.exp(net(c, x)).numpy().ravel()
prediction"""
EXP = "torch.exp(net(C, X)).numpy().ravel()"


def test_no_cell_slices_one_input_and_keeps_the_other_whole() -> None:
    found = suggestion(DATA, NET, JUDGED % EXP)
    if found.inference is not None:
        assert "X" not in found.inference.source.replace("sample_X", "").replace("[['km', 'hp']]", "")
    else:
        assert "several things at once" in found.missing


@pytest.mark.parametrize(
    "answer", ["net(C, X).numpy()", EXP, "np.expm1(net(C, X).numpy())", "net(C, X).detach().squeeze(1).numpy()"]
)
def test_the_advice_returns_what_the_notebook_judges(answer: str) -> None:
    found = suggestion(DATA, NET, JUDGED % answer)
    assert found.inference is None
    assert f"that returns `{answer.replace('net(C, X)', 'net(c, x)')}`" in found.missing


def test_a_cell_of_the_users_that_makes_all_inputs_of_the_same_rows_goes_first() -> None:
    found = suggestion(DATA, NET, JUDGED % EXP, OWN)
    assert sections(DATA, NET, JUDGED % EXP, OWN)[-1] == "inference"
    assert found.inference is None
    assert found.missing == ""
    assert not any("prediction" in warning for warning in found.warnings)
