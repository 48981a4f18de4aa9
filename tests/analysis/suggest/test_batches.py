"""Models that the notebook asks batch by batch: the built cell asks about the rows that the batches are made of."""

from __future__ import annotations

import pytest

from tests.analysis.suggest.suggesting import suggestion

IMPORTS = (
    "import torch\nfrom torch import nn\nimport pandas as pd\nfrom torch.utils.data import DataLoader, TensorDataset\n"
    "from sklearn.model_selection import train_test_split\n"
    "device = 'cuda' if torch.cuda.is_available() else 'cpu'"
)
DATA = (
    "df = pd.read_csv('a.csv')\nX_train, X_val, y_train, y_val = train_test_split(df.drop(columns='y'), df.y)\n"
    "train_dl = DataLoader(TensorDataset(torch.tensor(X_train.values), torch.tensor(y_train.values)), batch_size=8)\n"
    "val_X = torch.tensor(X_val.values, dtype=torch.float32)\nval_ds = TensorDataset(val_X, torch.tensor(y_val))\n"
    "val_dl = DataLoader(val_ds, batch_size=8)"
)
TRAIN = (
    "model = nn.Linear(4, 2)\noptimizer = torch.optim.Adam(model.parameters())\ncriterion = nn.CrossEntropyLoss()\n"
    "for epoch in range(3):\n    for xb, yb in train_dl:\n        optimizer.zero_grad()\n"
    "        loss = criterion(model(xb), yb)\n        loss.backward()\n        optimizer.step()"
)
EVALUATE = """def evaluate(net, loader):
    net.eval()
    correct = 0
    with torch.no_grad():
        for xb, yb in loader:
            xb, yb = xb.to(device), yb.to(device)
            out = net(xb)
            _, guess = torch.max(out, 1)
            correct += (guess == yb).sum().item()
    return correct / len(loader.dataset)
print('accuracy', evaluate(model, val_dl))"""
COLLECT = """guesses, losses = [], []
model.eval()
with torch.no_grad():
    for i, (xb, yb) in enumerate(val_dl):
        out = model(xb.to(device))
        losses.append(criterion(out, yb.to(device)).item())
        guesses.extend(out.argmax(1).cpu().numpy())
from sklearn.metrics import accuracy_score
print(accuracy_score(y_val, guesses))"""


@pytest.mark.parametrize(
    ("judge", "answer"),
    [
        pytest.param(EVALUATE, "prediction = sample_guess", id="what a function sets against the truth"),
        pytest.param(COLLECT, "prediction = sample_out.argmax(1).cpu().numpy()", id="what a loop collects"),
    ],
)
def test_what_is_said_of_each_batch_is_said_of_the_rows(judge: str, answer: str) -> None:
    found = suggestion(IMPORTS, DATA, TRAIN, judge).inference
    assert found is not None
    assert "sample = X_val[:20]" in found.source
    assert "sample_xb = torch.tensor(sample.values, dtype=torch.float32)" in found.source
    assert answer in found.source
    assert "yb" not in found.source and "criterion" not in found.source


def test_a_share_of_right_answers_is_no_answer() -> None:
    judge = EVALUATE.replace("print('accuracy', evaluate(model, val_dl))", "final = evaluate(model, val_dl)\nfinal")
    found = suggestion(IMPORTS, DATA, TRAIN, judge).inference
    assert found is not None
    assert "evaluate(" not in found.source


def test_batches_whose_rows_are_nowhere_are_asked_about_as_they_come() -> None:
    data = DATA.replace("val_ds = TensorDataset(val_X, torch.tensor(y_val))", "val_ds = load_images('val')")
    found = suggestion(IMPORTS, data, TRAIN, COLLECT).inference
    assert found is not None
    assert "sample = next(iter(val_dl))[0][:20]" in found.source
    assert "prediction = sample_out.argmax(1).cpu().numpy()" in found.source
