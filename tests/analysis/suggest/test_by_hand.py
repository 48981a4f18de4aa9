"""What a notebook learns by code of its own: what is served, what it is asked about, what is not taken for a model."""

from __future__ import annotations

import ast

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.suggest.learning_loops import learnt_in
from tests.analysis.suggest.suggesting import suggestion, tagged

NUMPY = "import numpy as np"
TABLE = "import pandas as pd\nt = pd.read_csv('a.csv')\nX = t[['a', 'b']].values\ny = t['y'].values"
DESCENT = """def gradient_descent(X, y, theta, rate, rounds):
    for i in range(rounds):
        error = X @ theta - y
        theta = theta - rate * X.T @ error / len(y)
    return theta"""
PREDICT = "def predict(X, theta):\n    return X @ theta"
NETWORK = """def forward(X, parameters):
    return np.tanh(X @ parameters["W"] + parameters["b"])

def step(parameters, X, y, rate):
    error = forward(X, parameters) - y
    return {"W": parameters["W"] - rate * X.T @ error, "b": parameters["b"] - rate * error.mean()}

def train(X, y):
    parameters = {"W": np.zeros(2), "b": 0.0}
    for i in range(100):
        parameters = step(parameters, X, y, 0.1)
    return parameters

def predict(parameters, X):
    return forward(X, parameters) > 0.5"""
LAYERS = """np.random.seed(1)
w1 = np.random.randn(2, 4)
w2 = np.random.randn(4, 1)
for i in range(100):
    h = np.tanh(X @ w1)
    out = h @ w2
    d = out - y
    w2 -= h.T @ d
    w1 -= X.T @ ((d @ w2.T) * (1 - h ** 2))"""
TORCH = """import torch
def net(X, w, b):
    return X @ w + b

X = torch.randn(100, 2)
y = X[:, :1]"""
TORCH_LOOP = """for epoch in range(3):
    loss = ((net(X, w, b) - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        for p in [w, b]:
            p -= 0.1 * p.grad
            p.grad.zero_()"""
BAYES = """words = {}
for text, label in zip(t["text"], t["label"]):
    for word in text.split():
        words.setdefault(word, []).append(label)
prior = t["label"].mean()"""
CLASSIFY = """def classify(message):
    score = prior
    for word in message.split():
        if word in words:
            score *= np.mean(words[word])
    return "spam" if score > 0.5 else "ham\""""
LINE = """top, bottom = 0, 0
for i in range(len(X)):
    top += (X[i] - X.mean()) * (y[i] - y.mean())
    bottom += (X[i] - X.mean()) ** 2
b1 = top / bottom
b0 = y.mean() - b1 * X.mean()"""
LINE_OF = """def estimate(x, y):
    m = np.sum((x - x.mean()) * y) / np.sum((x - x.mean()) ** 2)
    c = y.mean() - m * x.mean()
    return c, m"""
NEAREST = """def knn_predict(X_train, y_train, x, k=3):
    near = np.argsort(((X_train - x) ** 2).sum(axis=1))[:k]
    return y_train[near].mean()"""
CURVE = "from scipy.optimize import curve_fit\ndef line(x, m, c):\n    return m * x + c\n\np, c = curve_fit(line, X, y)"

SERVED = {
    "the normal equation": (
        [NUMPY, TABLE, "theta = np.linalg.inv(X.T @ X) @ X.T @ y", "new = np.array([[1, 2]])\nanswer = new @ theta"],
        "theta", "new", "",
    ),
    "a polynomial": ([NUMPY, TABLE, "p = np.poly1d(np.polyfit(X, y, 2))", "print(p(X))"], "p", "sample", "p(rows)"),
    "slope and intercept": (
        [NUMPY, TABLE, "slope, intercept = np.polyfit(X, y, 1)", "fitted = slope * X + intercept"],
        "intercept", "sample", "slope * rows + intercept",
    ),
    "a function that is fitted": ([NUMPY, TABLE, CURVE, "r = line(X, *p)"], "p", "sample", "line(rows, *p)"),
    "gradient descent in a function": (
        [NUMPY, TABLE, DESCENT, "w = gradient_descent(X, y, np.zeros(2), 0.1, 50)", PREDICT, "predict(X, w)"],
        "w", "sample", "predict(rows, w)",
    ),
    "a network in a dictionary": (
        [NUMPY, TABLE, NETWORK, "parameters = train(X, y)", "print(np.mean(predict(parameters, X) == y))"],
        "parameters", "sample", "predict(parameters, rows)",
    ),
    "a loop at the top level": (
        [NUMPY, TABLE, LAYERS, "row = np.array([1, 2])\nprint(np.tanh(row @ w1) @ w2)"],
        "w1", "sample", "np.tanh(rows @ w1) @ w2",
    ),
    "tensors that follow gradients": (
        [TORCH, "w = torch.zeros(2, 1, requires_grad=True)\nb = torch.zeros(1, requires_grad=True)", TORCH_LOOP],
        "b", "sample", "net(rows, w, b)",
    ),
    "a line through the means": (
        [NUMPY, TABLE, LINE, "x = np.linspace(0, 1, 10)\nline = b0 + b1 * x"], "b0", "sample", "b0 + b1 * rows",
    ),
    "a line by a function": (
        [NUMPY, TABLE, LINE_OF, "b = estimate(X, y)", "fitted = b[0] + b[1] * X"], "b", "sample", "b[0] + b[1] * rows",
    ),
    "counts that a function looks up": ([NUMPY, TABLE, BAYES, CLASSIFY, "classify('win')"], "prior", "message", ""),
    "rows that are kept": (
        [NUMPY, TABLE, "X_train, X_test, y_train = X[:80], X[80:], y[:80]", NEAREST,
         "p = [knn_predict(X_train, y_train, x, k=5) for x in X_test]"],
        "X_train", "sample", "knn_predict(X_train, y_train, rows, k=5)",
    ),
    "a user beside tables": (
        [NUMPY, TABLE, "movies = pd.read_csv('m.csv')\nratings = t.pivot(index='a', columns='b', values='y')",
         "def recommend(ratings, user, movies, n=3):\n    return movies[ratings.loc[user].argsort()[:n]]",
         "best = recommend(ratings, 11, movies, 5)"],
        "ratings", "sample", "recommend(ratings, rows, movies, 5)",
    ),
    "a column of answers": (
        [NUMPY, TABLE, BAYES, CLASSIFY, "t['answer'] = t['text'].apply(classify)"], "prior", "sample", "classify(rows)",
    ),
}  # fmt: skip

NOTHING = {
    "statistics": [NUMPY, TABLE, "from scipy import stats\nt_value, p = stats.ttest_ind(X[:, 0], X[:, 1])\nprint(p)"],
    "a running sum": [NUMPY, TABLE, "total = 0\nfor v in y:\n    total += v\nprint(total * X)"],
    "equations of a lesson": [NUMPY, "A = np.array([[1, 2], [3, 4]])\nx = np.linalg.solve(A, [1, 2])\nprint(A @ x)"],
    "a function that only draws": [NUMPY, TABLE, "def predict_plot(X):\n    print(X)", "predict_plot(X)"],
    "a rule that has learnt nothing": ["def predict(x):\n    return x > 3", "predict(5)"],
    "numbers written down": [
        NUMPY,
        "w = np.array([1, 2])\ndef predict(x):\n    return x @ w",
        "predict(np.ones(2))",
    ],
    "scaling and back": [NUMPY, TABLE, "m, s = X.mean(), X.std()\nz = (X - m) / s", "print(z * s + m)"],
    "a window that is moved along": [TABLE, "w = [0]\nfor v in y:\n    w = w[1:] + [v]\nprint(w * X)"],
}


@pytest.mark.parametrize("case", SERVED, ids=str)
def test_what_is_learnt_by_hand_is_served(case: str) -> None:
    sources, name, asked, applied = SERVED[case]
    found = suggestion(*sources)
    assert found.model is not None, found.nothing
    assert found.model.name == name
    if applied:
        assert found.inference is not None
        assert f"return {applied}" in found.inference.source
    else:
        assert found.inference is None
    notebook = tagged(found, *sources)
    inference = find_inference(notebook, analyse(notebook))
    assert (inference.inputs == (asked,)) if not applied else inference.function == "answer_for"


@pytest.mark.parametrize("case", NOTHING, ids=str)
def test_no_model_is_made_up(case: str) -> None:
    found = suggestion(*NOTHING[case])
    assert found.model is None
    assert found.nothing
    assert not any(cell.section for cell in found.cells)


def test_one_layer_of_several_is_not_served_alone() -> None:
    layers = "h = np.tanh(X @ w1)", "out = h @ w2"
    found = suggestion(NUMPY, TABLE, LAYERS, *layers)
    assert found.model is None
    assert "learnt step by step in a loop in cell [3], but nothing here applies" in found.nothing


def test_a_library_model_goes_first() -> None:
    found = suggestion(
        NUMPY, TABLE, "p = np.polyfit(X, y, 1)\nprint(np.polyval(p, X))",
        "from sklearn.linear_model import Ridge\nm = Ridge().fit(X, y)", "m.predict(X)",
    )  # fmt: skip
    assert found.model is not None
    assert found.model.name == "m"


def test_a_function_that_only_prints_its_answer_is_named() -> None:
    found = suggestion(NUMPY, TABLE, BAYES, CLASSIFY.replace("return", "print(") + ")", "classify('win')")
    assert "the function `classify` (cell [4]) seems to answer, but it returns nothing" in found.nothing


@pytest.mark.parametrize(
    ("loop", "learnt"),
    [
        ("for i in r:\n    w = w - rate * f(w, X)", {"w"}),
        ("for i in r:\n    w -= rate * f(w, X)", {"w"}),
        ("for i in r:\n    near = closest(X, centres)\n    centres = means(X, near)", {"near", "centres"}),
        ("while True:\n    Q[s, a] = Q[s, a] + rate * (reward + max(Q[t]) - Q[s, a])", {"Q"}),
        ("for x in X:\n    total += x", set()),
        ("for x in X:\n    seen = seen + [x]", set()),
        ("for c in columns:\n    t = t.drop(c)", set()),
        ("for c in columns:\n    t[c] = t[c] - t[c].mean()", {"t"}),
        ("for x in X:\n    answers.append(f(x))", set()),
    ],
)
def test_what_a_loop_learns(loop: str, learnt: set[str]) -> None:
    assert learnt_in(ast.parse(loop), {}) == learnt
