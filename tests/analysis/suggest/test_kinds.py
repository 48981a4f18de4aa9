"""Notebooks of all kinds: what is served, which cells belong to it, and that a service can be made of the result."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.suggest.suggest import suggest
from tests.analysis.suggest.suggesting import DATA, FIT, SCORE, SPLIT, suggestion, tagged

LETTERS = {"d": "data", "t": "training", "e": "evaluation", "i": "inference", "p": "parameters", "-": None}
SVC = "from sklearn.svm import SVC"
TORCH = "import torch\nimport torch.nn as nn"
TORCH_LOOP = """for epoch in range(10):
    optimizer.zero_grad()
    loss = loss_of(net(Xt), yt)
    loss.backward()
    optimizer.step()"""
TORCH_TRAIN = """def train(model, loader, epochs):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for epoch in range(epochs):
        for xb, yb in loader:
            optimizer.zero_grad()
            nn.functional.mse_loss(model(xb), yb).backward()
            optimizer.step()"""
TORCH_EVALUATE = """def evaluate(model, loader):
    correct = 0
    with torch.no_grad():
        for xb, yb in loader:
            correct += (model(xb).argmax(1) == yb).sum().item()
    return correct"""
NET = """class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 1)

    def forward(self, x):
        return self.layer(x)"""
LOADERS = """from torch.utils.data import DataLoader, TensorDataset
dataset = TensorDataset(torch.tensor(X.values), torch.tensor(y.values))
train_loader = DataLoader(dataset, batch_size=32)
test_loader = DataLoader(dataset, batch_size=32)"""
TRAINER = """import pandas as pd
from sklearn.svm import SVC
class Trainer:
    def __init__(self, path):
        self.table = pd.read_csv(path)
        self.model = SVC()

    def train(self):
        self.model.fit(self.table[["a"]], self.table["y"])

    def predict(self, rows):
        return self.model.predict(rows)"""
OWN_MODEL = """import numpy as np
class Line:
    def fit(self, X, y):
        self.w = np.linalg.lstsq(X, y)[0]
        return self

    def predict(self, X):
        return X @ self.w"""
LOOP = """scores = {}
for name, m in models.items():
    m.fit(X_train, y_train)
    scores[name] = m.score(X_test, y_test)"""
FUNCTIONS = """import pandas as pd
from sklearn.svm import SVC
def load():
    return pd.read_csv("a.csv")

def train(X, y):
    m = SVC()
    m.fit(X, y)
    return m

def evaluate(m, X, y):
    return (m.predict(X) == y).mean()"""
GRID = """from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
pipeline = Pipeline([("scale", StandardScaler()), ("svc", SVC())])"""
SUBMISSION = """import pandas as pd
sub = pd.DataFrame({"id": test["id"], "y": pred})
sub.to_csv("submission.csv", index=False)"""

KINDS: dict[str, tuple[str, str, int, list[str]]] = {
    "a grid search whose best estimator is served": ("ddtptte", "best", 4, [
        DATA, SPLIT, GRID, "grid = {'svc__C': [1, 10], 'svc__gamma': [0.1, 1]}",
        "search = GridSearchCV(pipeline, grid, cv=5)\nsearch.fit(X_train, y_train)", "best = search.best_estimator_",
        "from sklearn.metrics import accuracy_score\nprint(accuracy_score(y_test, best.predict(X_test)))",
    ]),
    "functions that load, train and judge": ("-ddte", "model", 3, [
        FUNCTIONS, "df = load()",
        "from sklearn.model_selection import train_test_split\n"
        "X_train, X_test, y_train, y_test = train_test_split(df.drop('y', axis=1), df.y)",
        "model = train(X_train, y_train)", "print(evaluate(model, X_test, y_test))",
    ]),
    "an object of an own class that holds the model": ("-tti", "t", 2, [
        TRAINER, "t = Trainer('a.csv')", "t.train()", "t.predict([[1]])",
    ]),
    "a model written by hand": ("-ddte", "line", 3, [
        OWN_MODEL, DATA, SPLIT, "line = Line()\nline.fit(X_train, y_train)",
        "np.mean((line.predict(X_test) - y_test) ** 2)",
    ]),
    "a dictionary of models in a loop, the best by name": ("ddtt-ti", "best", 3, [
        DATA, SPLIT, f"{SVC}\nmodels = {{'one': SVC(), 'two': SVC(C=2)}}",
        LOOP, "print(scores)", "best = models[max(scores, key=scores.get)]", "best.predict(X_test)",
    ]),
    "keras layers": ("-ddtte-", "model", 4, [
        "from tensorflow import keras", DATA, SPLIT,
        "model = keras.Sequential([keras.layers.Dense(1)])\nmodel.compile(loss='mse')",
        "history = model.fit(X_train, y_train, epochs=5)", "model.evaluate(X_test, y_test)",
        "import matplotlib.pyplot as plt\nplt.plot(history.history['loss'])",
    ]),
    "a keras network trained twice goes on learning": ("-ddtttie", "model", 5, [
        "from keras.models import Sequential\nfrom keras.layers import Dense", DATA, SPLIT,
        "model = Sequential()\nmodel.add(Dense(1))\nmodel.compile(loss='mse')", "model.fit(X_train, y_train)",
        "model.fit(X_train, y_train)", "pred = model.predict(X_test)",
        "from sklearn.metrics import r2_score\nr2_score(y_test, pred)",
    ]),
    "a torch loop": ("-dd-tte", "net", 5, [
        TORCH, DATA, "Xt = torch.tensor(X.values)\nyt = torch.tensor(y.values)", NET,
        "net = Net()\noptimizer = torch.optim.Adam(net.parameters(), lr=0.01)\nloss_of = nn.MSELoss()", TORCH_LOOP,
        "with torch.no_grad():\n    print(((net(Xt) - yt) ** 2).mean())",
    ]),
    "torch in functions, with loaders": ("-ddt--te", "net", 6, [
        TORCH, DATA, LOADERS, "net = nn.Sequential(nn.Linear(3, 1))", TORCH_TRAIN, TORCH_EVALUATE,
        "train(net, train_loader, 10)", "evaluate(net, test_loader)",
    ]),
    "xgboost.train with its own containers": ("-dddpte", "booster", 5, [
        "import xgboost as xgb", DATA, SPLIT,
        "dtrain = xgb.DMatrix(X_train, label=y_train)\ndtest = xgb.DMatrix(X_test, label=y_test)",
        "settings = {'max_depth': 3, 'eta': 0.1}\nrounds = 50",
        "booster = xgb.train(settings, dtrain, rounds, evals=[(dtest, 'test')])",
        "from sklearn.metrics import roc_auc_score\nprint(roc_auc_score(y_test, booster.predict(dtest)))",
    ]),
    "lightgbm.train": ("-dddtie", "booster", 4, [
        "import lightgbm as lgb", DATA, SPLIT, "rows = lgb.Dataset(X_train, y_train)",
        "booster = lgb.train({'objective': 'binary'}, rows)", "y_pred = booster.predict(X_test)",
        "from sklearn.metrics import mean_squared_error\nmean_squared_error(y_test, y_pred) ** 0.5",
    ]),
    "a booster whose rows are all in its own containers": ("-dddt", "booster", 4, [
        "import lightgbm as lgb", DATA, SPLIT, "rows = lgb.Dataset(X_train, y_train)\n"
        "others = lgb.Dataset(X_test, label=y_test)",
        "booster = lgb.train({'objective': 'binary'}, rows, valid_sets=[others])",
    ]),
    "a function that fits and asks about the notebook's variables": ("-dt-t", "model", 4, [
        "import numpy as np", "import numpy as np\nx = np.random.RandomState(0).rand(50)\ny = np.sin(x)",
        "grid = np.linspace(0, 10, 100)",
        "from sklearn.linear_model import LinearRegression\nimport matplotlib.pyplot as plt\ndef curve(model):\n"
        "    model.fit(x[:, np.newaxis], y)\n    plt.plot(grid, model.predict(grid[:, np.newaxis]))",
        "model = LinearRegression()\ncurve(model)",
    ]),
    "numbers that a generator drew": ("dt", "gbdt", 1, [
        "import numpy as np\nrng = np.random.RandomState(0)\nX = np.c_[rng.rand(50), rng.rand(50)]\ny = X[:, 0]",
        "from sklearn.ensemble import HistGradientBoostingRegressor\ngbdt = HistGradientBoostingRegressor()\n"
        "gbdt.fit(X, y)",
    ]),
    "neighbours that are told to answer for others": ("dti", "clf", 1, [
        DATA, "from sklearn.neighbors import LocalOutlierFactor\nclf = LocalOutlierFactor(novelty=True)\nclf.fit(X)",
        "new = clf.predict([[1.0, 2.0]])",
    ]),
    "stages of a booster": ("ddte-", "ada", 2, [
        DATA, SPLIT,
        "from sklearn.ensemble import AdaBoostClassifier\nada = AdaBoostClassifier().fit(X_train, y_train)",
        "errors = [(p != y_test).mean() for p in ada.staged_predict(X_test)]", "import matplotlib.pyplot as plt\n"
        "plt.plot(errors)",
    ]),
    "a setting between the model and its fit": ("dte", "m", 1, [
        DATA, "from sklearn.svm import SVC\nm = SVC()\nm.set_output(transform='pandas').fit(X, y)", "m.score(X, y)",
    ]),
    "a data set by its name": ("dt", "result", 1, [
        "import statsmodels.api as sm\nimport statsmodels.formula.api as smf\n"
        "df = sm.datasets.get_rdataset('Guerry', 'HistData').data[['Lottery', 'Wealth']].dropna()",
        "result = smf.ols('Lottery ~ Wealth', data=df).fit()\nprint(result.params)",
    ]),
    "a statsmodels formula": ("dt-e", "result", 1, [
        "import pandas as pd\nimport statsmodels.formula.api as smf\ndf = pd.read_csv('a.csv')",
        "result = smf.ols('y ~ a + b', data=df).fit()", "result.summary()", "result.rsquared",
    ]),
    "statsmodels with a design matrix": ("-dt-i", "results", 2, [
        "import statsmodels.api as sm", DATA, "X = sm.add_constant(X)\nols = sm.OLS(y, X)\nresults = ols.fit()",
        "results.summary()", "results.predict(X)[:5]",
    ]),
    "k-means, after a search for k": ("d--t", "kmeans", 3, [
        DATA, "from sklearn.cluster import KMeans\nsums = []\n"
        "for k in range(1, 9):\n    km = KMeans(k)\n    km.fit(X)\n    sums.append(km.inertia_)",
        "import matplotlib.pyplot as plt\nplt.plot(sums)", "kmeans = KMeans(3)\ndf['cluster'] = kmeans.fit_predict(X)",
    ]),
    "a submission says which model counts": ("ddt-i-", "svc", 2, [
        "import pandas as pd\ntrain = pd.read_csv('train.csv')\ntest = pd.read_csv('test.csv')",
        "from sklearn.model_selection import train_test_split\n"
        "X_train, X_val, y_train, y_val = train_test_split(train[['a']], train['y'])",
        f"{SVC}\nsvc = SVC()\nsvc.fit(X_train, y_train)\nsvc.score(X_val, y_val)",
        "from sklearn.tree import DecisionTreeClassifier\ntree = DecisionTreeClassifier()\n"
        "tree.fit(X_train, y_train)\ntree.score(X_val, y_val)",
        "pred = svc.predict(test[['a']])", SUBMISSION,
    ]),
    "a model that is cross-validated and then fitted": ("dtt", "m", 2, [
        DATA, f"{SVC}\nfrom sklearn.model_selection import cross_val_score\nm = SVC()\ncross_val_score(m, X, y).mean()",
        "m.fit(X, y)",
    ]),
    "texts through a vectoriser": ("ddte", "nb", 2, [
        "texts = open('a.txt').read().split()\nlabels = [len(t) for t in texts]",
        "from sklearn.feature_extraction.text import TfidfVectorizer\n"
        "vec = TfidfVectorizer()\nX = vec.fit_transform(texts)",
        "from sklearn.naive_bayes import MultinomialNB\nnb = MultinomialNB().fit(X, labels)", "nb.score(X, labels)",
    ]),
    "a vote of models": ("ddtte", "vote", 3, [
        DATA, SPLIT, f"{SVC}\nfrom sklearn.ensemble import VotingClassifier\nsvc = SVC()\nsvc.fit(X_train, y_train)",
        "vote = VotingClassifier([('svc', svc)])\nvote.fit(X_train, y_train)", "vote.score(X_test, y_test)",
    ]),
    "a model on top of others": ("ddtte", "meta", 3, [
        DATA, SPLIT, f"import numpy as np\n{SVC}\na = SVC().fit(X_train, y_train)\nb = SVC(C=9).fit(X_train, y_train)",
        "S = np.column_stack([a.predict(X_test), b.predict(X_test)])\nmeta = SVC()\nmeta.fit(S, y_test)",
        "meta.score(S, y_test)",
    ]),
    "folds": ("dte", "clf", 1, [
        DATA, "from sklearn.model_selection import KFold\nimport lightgbm as lgb\nimport numpy as np\nkf = KFold(5)\n"
        "oof = np.zeros(len(X))\nfor tr, va in kf.split(X):\n    clf = lgb.LGBMClassifier()\n"
        "    clf.fit(X.iloc[tr], y.iloc[tr])\n    oof[va] = clf.predict(X.iloc[va])",
        "from sklearn.metrics import f1_score\nf1_score(y, oof)",
    ]),
    "star imports": ("-ddte", "clf", 3, [
        "from sklearn.linear_model import *\nfrom sklearn.metrics import *", DATA, SPLIT,
        "clf = LogisticRegression()\nclf.fit(X_train, y_train)", "print(accuracy_score(y_test, clf.predict(X_test)))",
    ]),
    "a function that answers for one row": ("ddte-i", "model", 2, [
        DATA, SPLIT, FIT, SCORE, "def answer(a, b):\n    return model.predict(pd.DataFrame({'a': [a], 'b': [b]}))[0]",
        "answer(1, 2)",
    ]),
    "a model from a file": ("tdi", "model", 0, [
        "import joblib\nimport pandas as pd\nmodel = joblib.load('m.joblib')", "df = pd.read_csv('a.csv')",
        "model.predict(df)",
    ]),
    "a forecast by steps": ("dti", "result", 1, [
        "import pandas as pd\nfrom statsmodels.tsa.arima.model import ARIMA\ns = pd.read_csv('a.csv')['v']",
        "arima = ARIMA(s, order=(1, 1, 1))\nresult = arima.fit()", "result.forecast(5)",
    ]),
    "a request that has to be named": ("dti", "m", 1, [
        "import pandas as pd\nfrom prophet import Prophet\ndf = pd.read_csv('a.csv')", "m = Prophet()\nm.fit(df)",
        "future = m.make_future_dataframe(periods=30)\nforecast = m.predict(future)\nforecast.tail()",
    ]),
    "answers for both parts in one cell, judged later": ("ddtie", "model", 2, [
        DATA, SPLIT, FIT, "train_pred = model.predict(X_train)\ntest_pred = model.predict(X_test)",
        "from sklearn.metrics import f1_score\nprint(f1_score(y_train, train_pred), f1_score(y_test, test_pred))",
    ]),
    "rows that a loop makes are asked about in a cell of their own": ("ddte-", "model", 2, [
        DATA, SPLIT, FIT, SCORE, "for i in range(3):\n    row = [[i, 1]]\n    print(model.predict(row))",
    ]),
    "texts that are tokenised": ("ddttti", "model", 4, [
        "import pandas as pd\nfrom keras.preprocessing.text import Tokenizer\nfrom keras import Sequential, layers\n"
        "df = pd.read_csv('a.csv')\nX, y = df['text'], df['label']", SPLIT,
        "tokenizer = Tokenizer(num_words=100)\ntokenizer.fit_on_texts(X_train)",
        "train_rows = tokenizer.texts_to_matrix(X_train)", "model = Sequential([layers.Dense(1)])\n"
        "model.compile(loss='mse')\nmodel.fit(train_rows, y_train)",
        "model.predict(tokenizer.texts_to_matrix(['good']))",
    ]),
    "a model that is written to a file and read back": ("ddte---", "model", 2, [
        DATA, SPLIT, FIT, SCORE, "import joblib\njoblib.dump(model, 'm.joblib')", "again = joblib.load('m.joblib')",
        "again.predict(X_test[:3])",
    ]),
    "a network that a trainer fits": ("-dd-te", "net", 4, [
        f"{TORCH}\nimport pytorch_lightning as pl", DATA, LOADERS, NET.replace("nn.Module", "pl.LightningModule"),
        "net = Net()\ntrainer = pl.Trainer(max_epochs=3)\ntrainer.fit(net, train_loader)",
        "trainer.test(net, test_loader)",
    ]),
    "keras with a loop of one's own": ("-d-tt", "model", 4, [
        "import tensorflow as tf", DATA, "class Line(tf.keras.Model):\n    def __init__(self):\n"
        "        super().__init__()\n        self.layer = tf.keras.layers.Dense(1)\n"
        "    def call(self, x):\n        return self.layer(x)",
        "model = Line()\noptimizer = tf.keras.optimizers.Adam()\nloss_of = tf.keras.losses.MeanSquaredError()",
        "for epoch in range(5):\n    with tf.GradientTape() as tape:\n        loss = loss_of(y, model(X))\n"
        "    g = tape.gradient(loss, model.trainable_variables)\n"
        "    optimizer.apply_gradients(zip(g, model.trainable_variables))",
    ]),
    "neighbours of a row": ("dti", "nn", 1, [
        DATA, "from sklearn.neighbors import NearestNeighbors\nnn = NearestNeighbors()\nnn.fit(X)",
        "distances, rows = nn.kneighbors(X[:1])",
    ]),
    "names of columns in a cell of their own are data": ("dddte", "model", 3, [
        "features = ['a', 'b']\ntarget = 'y'",
        "import pandas as pd\ndf = pd.read_csv('a.csv')\nX = df[features]\ny = df[target]", SPLIT, FIT, SCORE,
    ]),
    "a function that fits and judges what it is handed": ("dd-t-", "model", 3, [
        DATA, SPLIT, f"{SVC}\nfrom sklearn.metrics import accuracy_score\ndef run(m):\n    m.fit(X_train, y_train)\n"
        "    print(accuracy_score(y_test, m.predict(X_test)))",
        "model = SVC()\nrun(model)", "run(SVC(C=3))",
    ]),
    "images in folders": ("pdtte", "model", 3, [
        "SIZE = 150",
        "from keras.preprocessing.image import ImageDataGenerator\nmake = ImageDataGenerator(rescale=1 / 255)\n"
        "train_rows = make.flow_from_directory('train', target_size=(SIZE, SIZE))\n"
        "test_rows = make.flow_from_directory('test', target_size=(SIZE, SIZE))",
        "from keras import Sequential, layers\nmodel = Sequential([layers.Flatten(), layers.Dense(1)])\n"
        "model.compile(loss='mse')", "model.fit(train_rows, epochs=3)", "model.evaluate(test_rows)",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_sections_and_model(kind: str) -> None:
    letters, name, cell, sources = KINDS[kind]
    found = suggestion(*sources)
    assert found.model is not None
    assert (found.model.name, found.model.cell) == (name, cell)
    assert [each.section for each in found.cells] == [LETTERS[letter] for letter in letters]


@pytest.mark.parametrize("kind", KINDS)
def test_a_request_is_found_and_the_answer_stays(kind: str) -> None:
    sources = KINDS[kind][-1]
    found = suggestion(*sources)
    notebook = tagged(found, *sources)
    flow = analyse(notebook)
    assert find_inference(notebook, flow).inputs
    again = suggest(notebook, flow)
    assert again.inference is None
    assert [cell.section for cell in notebook.cells] == [cell.section for cell in again.cells]
    assert again.model is not None
    assert found.model is not None
    assert again.model.name == found.model.name


NOTHING = {
    "pure exploration": ("nothing here is trained", [DATA, "df.describe()", "df.hist()"]),
    "a vectoriser without a model": ("only changes the form of data", [
        "texts = ['a b', 'c']\nfrom sklearn.feature_extraction.text import CountVectorizer\n"
        "v = CountVectorizer()\nv.fit(texts)",
        "v.transform(texts)",
    ]),
    "a map that has no place for another row": ("finds places on a map", [
        DATA, "from sklearn.manifold import MDS\nmds = MDS()\nplaces = mds.fit_transform(X)",
    ]),
    "what is fitted and never asked": ("`lw` (LedoitWolf, cell [2]) is fitted, but no cell asks it", [
        DATA, "from sklearn.covariance import LedoitWolf\nlw = LedoitWolf()\nlw.fit(X)\nlw.shrinkage_",
    ]),
    "clusters that answer for no other row": ("cannot answer for another row", [
        DATA, "from sklearn.cluster import DBSCAN\nd = DBSCAN()\ndf['c'] = d.fit_predict(X)",
    ]),
    "cross-validation alone": ("throws them away", [
        DATA, f"{SVC}\nfrom sklearn.model_selection import cross_val_score\ncross_val_score(SVC(), X, y).mean()",
    ]),
    "a model that only lives inside main": ("let `main` return the model and some rows", [
        f"import pandas as pd\n{SVC}\ndef main():\n    df = pd.read_csv('a.csv')\n"
        "    m = SVC()\n    m.fit(df[['a']], df.y)",
        "if __name__ == '__main__':\n    main()",
    ]),
    "a model that a function hands to main, which drops it": ("`model, rows = main()`", [
        f"import pandas as pd\n{SVC}\ndef learn(df):\n    m = SVC()\n    m.fit(df[['a']], df.y)\n    return m\n"
        "def main():\n    m = learn(pd.read_csv('a.csv'))\n    print(m.predict([[1]]))",
        "if __name__ == '__main__':\n    main()",
    ]),
    "models of folds that a function forgets": ("collect them in a list", [
        DATA, f"{SVC}\nfrom sklearn.model_selection import KFold\ndef folds(X, y):\n    answers = []\n"
        "    for tr, va in KFold(3).split(X):\n        m = SVC()\n        m.fit(X.iloc[tr], y.iloc[tr])\n"
        "        answers.append(m.predict(X.iloc[va]))\n    return answers",
        "answers = folds(X, y)",
    ]),
}  # fmt: skip


@pytest.mark.parametrize("kind", NOTHING)
def test_where_there_is_nothing_to_serve_it_says_why(kind: str) -> None:
    words, sources = NOTHING[kind]
    found = suggestion(*sources)
    assert words in found.nothing
    assert found.model is None
    assert found.inference is None
    assert {cell.section for cell in found.cells} == {None}


def test_a_function_that_only_prints_what_it_is_answered_is_no_inference() -> None:
    shows = "def show(model, loader):\n    for xb, _ in loader:\n        print(model(xb))\n\nshow(net, loaders['val'])"
    loaders = "from torch.utils.data import DataLoader\nloaders = {k: DataLoader(sets[k]) for k in ['train', 'val']}"
    sources = (TORCH, DATA, "sets = {'train': X, 'val': X}", loaders, NET, TORCH_TRAIN, "net = Net()")
    found = suggestion(*sources, "train(net, loaders['train'], 5)", shows)
    assert found.inference is not None
    assert "sample = next(iter(loaders['val']))[0][:20]" in found.inference.source
    assert found.cells[-1].section is None


CORPUS = """corpus = []
for text in df["text"]:
    corpus.append(text.lower())"""
WORDS = "from sklearn.feature_extraction.text import CountVectorizer\ncv = CountVectorizer()"


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        ("M = cv.fit_transform(corpus).toarray()", "model.predict(cv.transform(sample).toarray())"),
        ("M = cv.fit_transform(corpus)", "model.predict(cv.transform(sample))"),
    ],
)
def test_documents_are_asked_about_and_not_their_matrix(made: str, asked: str) -> None:
    fit = "M_train, M_test = M[:80], M[80:]\nfrom sklearn.svm import SVC\nmodel = SVC().fit(M_train, y[:80])"
    sources = (DATA, CORPUS, WORDS, made, fit, "predicted = model.predict(M_test)")
    found = suggestion(*sources)
    assert found.inference is not None, found.missing
    assert f"sample = corpus[:20]\nprediction = {asked}" in found.inference.source
    assert found.cells[-1].section is None


def test_documents_that_are_bytes_are_asked_about_as_text() -> None:
    files = "from sklearn.datasets import load_files\ntest = load_files('reviews')"
    fit = "from sklearn.svm import SVC\nmodel = SVC().fit(cv.fit_transform(test.data), test.target)"
    found = suggestion(files, WORDS, fit, "model.score(cv.transform(test.data), test.target)")
    assert found.inference is not None
    assert "sample = [text.decode('utf-8', 'replace') for text in test.data[:20]]" in found.inference.source


def test_rows_inside_a_function_that_are_global_are_asked_about() -> None:
    function = "def curve(m):\n    m.fit(X, y)\n    return m.predict(X[['a']])"
    found = suggestion(DATA, "from sklearn.svm import SVC", function, "model = SVC()", "shown = curve(model)")
    assert found.inference is not None
    assert "X[['a']][:20]" in found.inference.source
