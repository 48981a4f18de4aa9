"""Notebooks that go on with what their models say, and what a service should answer for them: cells, expression."""

from __future__ import annotations

HEAD = "import numpy as np\nimport pandas as pd\ntrain = pd.read_csv('train.csv')\ntest = pd.read_csv('test.csv')"
PRICE = "features = ['area', 'rooms', 'age']\nX = train[features]\ny = np.log1p(train['price'])"
SOLD = "features = ['area', 'rooms', 'age']\nX = train[features]\ny = train['sold']"
SPLIT = (
    "from sklearn.model_selection import train_test_split\n"
    "X_train, X_val, y_train, y_val = train_test_split(X, y, random_state=0)"
)
RIDGE = "from sklearn.linear_model import Ridge\nmodel = Ridge()\nmodel.fit(X_train, y_train)"
TREE = (
    "from sklearn.tree import DecisionTreeClassifier\nmodel = DecisionTreeClassifier(max_depth=3, random_state=0)\n"
    "model.fit(X_train, y_train)"
)
REGRESSION = [HEAD, PRICE, SPLIT, RIDGE]
CLASSIFICATION = [HEAD, SOLD, SPLIT, TREE]
FOLDS = """from sklearn.model_selection import KFold
from sklearn.linear_model import Ridge
models = []
oof = np.zeros(len(X))
for tr, va in KFold(n_splits=3).split(X):
    m = Ridge()
    m.fit(X.iloc[tr], y.iloc[tr])
    oof[va] = m.predict(X.iloc[va])
    models.append(m)
print(np.sqrt(((oof - y) ** 2).mean()))"""
TWO = """from sklearn.linear_model import Ridge, Lasso
ridge = Ridge().fit(X_train, y_train)
lasso = Lasso(alpha=0.001)
lasso.fit(X_train, y_train)"""
TEXTS = """from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
texts = ['good film', 'bad film', 'great fun', 'awful bore', 'good fun', 'bad bore'] * 5
id2label = {0: 'negative', 1: 'positive'}
vec = TfidfVectorizer()
model = LogisticRegression()
model.fit(vec.fit_transform(texts), [1, 0, 1, 0, 1, 0] * 5)
samples = ['good bore', 'awful fun', 'great great film']"""
WRITE = "sub = pd.DataFrame({'Id': test['Id'], 'price': %s})\nsub.to_csv('sub.csv', index=False)"
ON_TEST = "model.predict(test[features])"

GROUPS = """from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
names = {0: 'A', 1: 'B', 2: 'C'}
X = train[['area', 'age']]
km = KMeans(3, n_init=2, random_state=0)"""
GROUPED = {
    "names for groups, fitted at once": "train['group'] = km.fit_predict(X)\nsilhouette_score(X, train.group)",
    "names for groups, of rows that were fitted": "km.fit(X)\ntrain['group'] = km.labels_",
    "names for groups, of columns beside others": "train['group'] = km.fit_predict(train[['area', 'age']])",
}
NAMED = ["train['segment'] = train['group'].map(names)", "train['segment'].value_counts()"]

TOOLS = """from sklearn.decomposition import PCA
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import LabelEncoder, StandardScaler
sc, pca, imp, best = StandardScaler(), PCA(2), SimpleImputer(), SelectKBest(k=2)"""
STEP = "X_train = {0}.fit_transform(X_train)\nX_val = {0}.transform(X_val)"
TRANSFORMED = {
    "once": STEP.format("sc"),
    "twice": "\n".join(map(STEP.format, ("imp", "sc"))),
    "three times": "\n".join(map(STEP.format, ("imp", "sc", "pca"))),
    "twice, and divided": "\n".join(
        (*map(STEP.format, ("sc", "pca")), "X_train /= 2\nX_val /= 2\nX_val = X_val * 1.0\nX_train = X_train * 1.0")
    ),
    "twice, beside others": (
        "best.fit(X_train, y_train)\nX_train = best.transform(X_train)\nX_val = best.transform(X_val)\n"
        "scaled = sc.fit_transform(X_train)\nX_val = sc.transform(X_val)\nX_train = scaled"
    ),
}
ONWARDS = [
    (
        "the scale of the target",
        [HEAD, PRICE, SPLIT, TOOLS],
        [RIDGE, "p = np.expm1(model.predict(X_val))", "sub = pd.DataFrame({'price': p})\nsub.to_csv('sub.csv')"],
        "np.expm1(model.predict(X_val))",
    ),
    (
        "names of classes",
        [HEAD, SOLD, TOOLS, "le = LabelEncoder()\ny = le.fit_transform(train['kind'])", SPLIT],
        [
            TREE,
            "from sklearn.metrics import accuracy_score\nnamed = le.inverse_transform(model.predict(X_val))\n"
            "accuracy_score(le.inverse_transform(y_val), named)",
        ],
        "le.inverse_transform(model.predict(X_val))",
    ),
]

ROWS = (
    "rows = pd.DataFrame([[120, 3, 10], [80, 2, 30]], columns=features)\n"
    "rows = sc.transform(rows)\nrows = pca.transform(rows)"
)

CHOSEN = {
    "some of the models of a loop": "p = 0\nfor each in models[:2]:\n    p = p + each.predict(X_val)\np = p / 2",
    "the best of a list of models": (
        "best = max(models, key=lambda each: each.score(X_val, y_val))\np = best.predict(X_val)"
    ),
    "the best few of a list of models": (
        "top = sorted(models, key=lambda each: each.score(X_val, y_val))[-2:]\n"
        "p = sum(each.predict(X_val) for each in top) / 2"
    ),
}

KINDS: dict[str, tuple[list[str], str]] = {
    "a logarithm undone in the submission": (
        [*REGRESSION, f"pred = {ON_TEST}", WRITE % "np.expm1(pred)"],
        f"np.expm1({ON_TEST})",
    ),
    "a logarithm undone where the submission is spelled in one cell with the answer": (
        [*REGRESSION, f"pred = {ON_TEST}\n" + WRITE % "np.expm1(pred)"],
        f"np.expm1({ON_TEST})",
    ),
    "a logarithm undone only where it is judged": (
        [
            *REGRESSION,
            "from sklearn.metrics import mean_squared_error\npred = model.predict(X_val)\n"
            "print(np.sqrt(mean_squared_error(np.expm1(y_val), np.expm1(pred))))",
        ],
        "np.expm1(model.predict(X_val))",
    ),
    "clipped and rounded into the sample submission": (
        [
            *REGRESSION,
            "sub = pd.read_csv('sample.csv')\n"
            f"sub['price'] = np.clip(np.round(np.exp({ON_TEST})), 100, 600)\nsub.to_csv('o.csv')\nsub.head()",
        ],
        f"np.clip(np.round(np.exp({ON_TEST})), 100, 600)",
    ),
    "a threshold of its own": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import f1_score\nproba = model.predict_proba(X_val)[:, 1]\n"
            "guess = (proba > 0.3).astype(int)\nprint(f1_score(y_val, guess))",
        ],
        "(model.predict_proba(X_val)[:, 1] > 0.3).astype(int)",
    ),
    "a threshold that was worked out from all answers stays what it was": (
        [
            *CLASSIFICATION,
            "proba = model.predict_proba(X_val)[:, 1]\ncut = np.median(proba)\n"
            "flagged = np.where(proba > cut, 'call', 'skip')\nprint(flagged[:5])",
        ],
        "np.where(model.predict_proba(X_val)[:, 1] > np.median(model.predict_proba(X_val)[:, 1]), 'call', 'skip')",
    ),
    "a threshold that a loop has looked for": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import f1_score\nproba = model.predict_proba(X_val)[:, 1]\ncut, best = 0.5, 0\n"
            "for t in np.arange(0.1, 0.9, 0.1):\n    f1 = f1_score(y_val, (proba >= t).astype(int))\n"
            "    if f1 > best:\n        cut, best = t, f1\nprint(cut, best)",
            "labels = np.where(model.predict_proba(test[features])[:, 1] >= cut, 'call', 'skip')\nprint(labels[:5])",
        ],
        "np.where(model.predict_proba(test[features])[:, 1] >= cut, 'call', 'skip')",
    ),
    "a threshold by the best of several scores": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import f1_score\nproba = model.predict_proba(X_val)[:, 1]\nscores = []\n"
            "cuts = np.linspace(0.1, 0.9, 9)\nfor t in cuts:\n    guess = proba > t\n"
            "    scores.append(f1_score(y_val, guess))\ncut = cuts[np.argmax(scores)]",
            "flags = (model.predict_proba(test[features])[:, 1] > cut).astype(int)\n"
            "test.assign(sold=flags)[['Id', 'sold']].to_csv('o.csv')\nprint(flags)",
        ],
        "(model.predict_proba(test[features])[:, 1] > cut).astype(int)",
    ),
    "quantiles of the answers stay what they were": (
        [
            *REGRESSION,
            f"sub = pd.read_csv('sample.csv')[:len(test)]\nsub.iloc[:, 1] = np.floor(np.expm1({ON_TEST}))\n"
            "low = sub['price'].quantile(0.05)\nhigh = sub['price'].quantile(0.95)\n"
            "sub['price'] = sub['price'].apply(lambda x: x if x > low else x * 0.77)\n"
            "sub['price'] = sub['price'].apply(lambda x: x if x < high else x * 1.1)\nsub.to_csv('o.csv')",
        ],
        f"[x * 0.77 if x <= low else x * 1.1 if x >= high else x for x in np.floor(np.expm1({ON_TEST}))]",
    ),
    "a function of a table of one row, and a number beside it": (
        [
            *CLASSIFICATION,
            "def decide(m, rows, threshold):\n    p = m.predict_proba(rows)[:, 1]\n"
            "    return np.where(p > threshold, 'offer', 'nothing')",
            "one = pd.DataFrame([[100, 3, 10]], columns=X.columns)\ndecide(model, one, 0.4)",
        ],
        "decide(model, one, 0.4)",
    ),
    "answers that are rounded to be looked at are no others": (
        [*REGRESSION, "new = test[features].head(3)\nprices = model.predict(new).clip(0, 9)\nprices.round(1)"],
        "model.predict(test[features].head(3)).clip(0, 9)",
    ),
    "a chance rounded to yes or no is a decision": (
        [*CLASSIFICATION, "new = test[features].head(3)\nprint(np.round(model.predict_proba(new)[:, 1]))"],
        "np.round(model.predict_proba(test[features].head(3))[:, 1])",
    ),
    "the answer for one row, and after it how sure it is": (
        [
            *CLASSIFICATION,
            "one = pd.DataFrame([[100, 3, 10]], columns=X.columns)\nanswer = model.predict(one)[0]\n"
            "sure = model.predict_proba(one)[0]\nprint('Answer:', answer)\n"
            "for name, p in zip(model.classes_, sure):\n    print(name, p)",
        ],
        "model.predict(one)",
    ),
    "a function of rows and of a threshold that was looked for": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import classification_report, precision_recall_curve\n"
            "proba = model.predict_proba(X_val)[:, 1]\np, r, cuts = precision_recall_curve(y_val, proba)\n"
            "f1s = 2 * p * r / (p + r + 1e-9)\ncut = cuts[np.argmax(f1s[:-1])]\nprint(cut)",
            "def decide(m, rows, at):\n    return (m.predict_proba(rows)[:, 1] > at).astype(int)\n"
            "decisions = decide(model, X_val, cut)\nprint(classification_report(y_val, decisions))\n"
            "X_val.assign(decision=decisions).head()",
        ],
        "decide(model, X_val, cut)",
    ),
    "a word for each chance, by a function with branches": (
        [
            *CLASSIFICATION,
            "def band(p):\n    if p < 0.3:\n        return 'low'\n    elif p < 0.6:\n        return 'medium'\n"
            "    return 'high'",
            "chances = model.predict_proba(test[features])[:, 1]\nbands = [band(p) for p in chances]\n"
            "out = pd.DataFrame({'Id': test['Id'], 'band': bands})\nout.to_csv('o.csv')",
        ],
        "[band(p) for p in model.predict_proba(test[features])[:, 1]]",
    ),
    "a word for each chance, by a loop with branches": (
        [
            *CLASSIFICATION,
            "words = []\nfor p in model.predict_proba(test[features])[:, 1]:\n    if p > 0.5:\n"
            "        words.append('call')\n    else:\n        words.append('skip')\nprint(words[:5])",
        ],
        "np.where(model.predict_proba(test[features])[:, 1] > 0.5, 'call', 'skip')",
    ),
    "the chance of one row, by row and column": (
        [
            *CLASSIFICATION,
            "new = {'area': 100, 'rooms': 3, 'age': 10}\nrow = pd.DataFrame([new])\n"
            "p = model.predict_proba(row)[0, 1]\nprint(f'chance {p:.1%}')\nprint('CALL' if p >= 0.4 else 'SKIP')",
        ],
        "np.where(model.predict_proba(sample)[:, 1] >= 0.4, 'CALL', 'SKIP')",
    ),
    "names beside chances, the first few": (
        [
            *CLASSIFICATION,
            "proba = model.predict_proba(X_val)\nnames = np.array(['no', 'yes'])[proba.argmax(axis=1)]\n"
            "for name, c in list(zip(names, proba.max(axis=1)))[:5]:\n    print(f'{name}: {c:.3f}')",
        ],
        "np.array(['no', 'yes'])[model.predict_proba(X_val).argmax(axis=1)]",
    ),
    "a loop that takes its rows one by one": (
        [
            *CLASSIFICATION,
            "names = {0: 'no', 1: 'yes'}\nfor i in range(5):\n    row = X_val.iloc[[i]]\n"
            "    pred = model.predict(row)[0]\n    sure = model.predict_proba(row)[0]\n"
            "    print('is', names[pred], '| was', names[y_val.iloc[i]])\n    for k, p in enumerate(sure):\n"
            "        print(names[k], round(p, 3))",
        ],
        "[names[i] for i in model.predict(X_val)]",
    ),
    "models of folds by name": (
        [
            HEAD,
            PRICE,
            "from sklearn.model_selection import KFold\nfrom sklearn.linear_model import Ridge\nmodels = {}\n"
            "for fold, (tr, va) in enumerate(KFold(3).split(X)):\n"
            "    models[f'fold_{fold}'] = Ridge().fit(X.iloc[tr], y.iloc[tr])\n"
            "    print(fold, ((y.iloc[va] - models[f'fold_{fold}'].predict(X.iloc[va])) ** 2).mean())",
            "pred = 0\nfor name in models:\n    pred += models[name].predict(test[features])\n"
            "pred = np.exp(pred / len(models))",
            "test['price'] = pred\ntest[['Id', 'price']].to_csv('o.csv', index=False)",
        ],
        "np.exp(sum(m.predict(test[features]) for m in models.values()) / 3)",
    ),
    "a blend put into an attribute of the sample submission": (
        [
            HEAD,
            PRICE,
            SPLIT,
            TWO,
            "w = [0.3, 0.7]\nboth = np.expm1(sum(a * m.predict(test[features]) for a, m in zip(w, [ridge, lasso])))\n"
            "sub = pd.read_csv('sample.csv')[:len(test)]\nsub.price = both\nsub.to_csv('o.csv')",
        ],
        "np.expm1(0.3 * ridge.predict(test[features]) + 0.7 * lasso.predict(test[features]))",
    ),
    "a blend by hand": (
        [
            HEAD,
            PRICE,
            SPLIT,
            TWO,
            "final = 0.3 * ridge.predict(test[features]) + 0.7 * lasso.predict(test[features])",
            WRITE % "np.expm1(final)",
        ],
        "np.expm1(0.3 * ridge.predict(test[features]) + 0.7 * lasso.predict(test[features]))",
    ),
    "a blend of models that see different forms of the rows": (
        [
            HEAD,
            PRICE,
            SPLIT,
            "from sklearn.preprocessing import StandardScaler\nfrom sklearn.linear_model import Ridge\n"
            "scaler = StandardScaler()\nX_train_s = scaler.fit_transform(X_train)\nX_val_s = scaler.transform(X_val)",
            "one = Ridge()\none.fit(X_train_s, y_train)\ntwo = Ridge(alpha=9)\ntwo.fit(X_train, y_train)",
            "p1 = one.predict(X_val_s)\np2 = two.predict(X_val)\nblend = (p1 + p2) / 2\n"
            "from sklearn.metrics import mean_absolute_error\n"
            "print(mean_absolute_error(np.expm1(y_val), np.expm1(blend)))",
        ],
        "np.expm1((one.predict(scaler.transform(X_val)) + two.predict(X_val)) / 2)",
    ),
    "models of folds summed up in a loop": (
        [
            HEAD,
            PRICE,
            FOLDS,
            "X_test = test[features]\npreds = np.zeros(len(X_test))\n"
            "for m in models:\n    preds += m.predict(X_test) / len(models)",
            WRITE % "np.expm1(preds)",
        ],
        "np.expm1(sum(m.predict(test[features]) for m in models) / 3)",
    ),
    "models of folds collected in a list": (
        [
            HEAD,
            PRICE,
            FOLDS,
            "all_preds = []\nfor m in models:\n    p = m.predict(test[features])\n    all_preds.append(p)",
            WRITE % "np.expm1(np.mean(all_preds, axis=0))",
        ],
        "np.expm1(sum(m.predict(test[features]) for m in models) / 3)",
    ),
    "the mean of models of folds": (
        [
            HEAD,
            PRICE,
            FOLDS,
            "mean = np.mean([m.predict(test[features]) for m in models], axis=0)\nprint(np.expm1(mean)[:5])",
        ],
        "np.expm1(sum(m.predict(test[features]) for m in models) / 3)",
    ),
    "labels decoded": (
        [
            HEAD,
            SOLD,
            "from sklearn.preprocessing import LabelEncoder\nle = LabelEncoder()\ny = le.fit_transform(train['kind'])",
            SPLIT,
            TREE,
            f"pred = {ON_TEST}\nlabels = le.inverse_transform(pred)\nprint(labels[:10])",
        ],
        f"le.inverse_transform({ON_TEST})",
    ),
    "labels mapped in a column": (
        [
            *CLASSIFICATION,
            f"out = test[['Id']].copy()\nout['sold'] = {ON_TEST}\n"
            "out['sold'] = out['sold'].map({0: 'no', 1: 'yes'})\nout.to_csv('o.csv')",
        ],
        f"pd.Series({ON_TEST}).map({{0: 'no', 1: 'yes'}})",
    ),
    "a printing loop that asks about each text": (
        [TEXTS, "for text in samples:\n    print(text, id2label[model.predict(vec.transform([text]))[0]])"],
        "[id2label[i] for i in model.predict(vec.transform(samples))]",
    ),
    "a printing loop over texts and answers": (
        [
            TEXTS,
            "preds = model.predict(vec.transform(samples))\nfor text, p in zip(samples, preds):\n"
            "    label = id2label[p]\n    print(f'{text!r} -> {label}')",
        ],
        "[id2label[i] for i in model.predict(vec.transform(samples))]",
    ),
    "names by the largest probability, for the first few rows": (
        [
            *CLASSIFICATION,
            "names = ['no', 'yes']\nprobs = model.predict_proba(X_val)\nfor i in range(5):\n"
            "    best = np.argmax(probs[i])\n    print(names[best], y_val.iloc[i])",
        ],
        "[['no', 'yes'][i] for i in model.predict_proba(X_val).argmax(axis=1)]",
    ),
    "one row that is spelled out, and its name": (
        [
            *CLASSIFICATION,
            "names = ['no', 'yes']\nsample = [[100, 3, 10]]\nprint('is', names[model.predict(sample)[0]])",
        ],
        "[names[i] for i in model.predict(sample)]",
    ),
    "one row, and a sentence for each answer": (
        [
            *CLASSIFICATION,
            "row = X_val.iloc[[0]]\nanswer = model.predict(row)\n"
            "if answer[0] == 1:\n    print('It sells')\nelse:\n    print('It stays')",
        ],
        "['It sells' if i == 1 else 'It stays' for i in model.predict(X_val.iloc[[0]])]",
    ),
    "a loop over models that judges each": (
        [
            HEAD,
            PRICE,
            SPLIT,
            "from sklearn.linear_model import Ridge\nfrom sklearn.tree import DecisionTreeRegressor\n"
            "models = {'ridge': Ridge(), 'tree': DecisionTreeRegressor(max_depth=3, random_state=0)}\n"
            "for m in models.values():\n    m.fit(X_train, y_train)",
            "from sklearn.metrics import mean_absolute_error\nfor name, m in models.items():\n"
            "    p = m.predict(X_val)\n    print(name, mean_absolute_error(np.expm1(y_val), np.expm1(p)))",
        ],
        "np.expm1(models['tree'].predict(X_val))",
    ),
    "a function of the notebook's own that judges": (
        [
            *REGRESSION,
            "from sklearn.metrics import mean_squared_error\ndef evaluate(m, rows, truth):\n"
            "    pred = m.predict(rows)\n    return np.sqrt(mean_squared_error(np.expm1(truth), np.expm1(pred)))",
            "print(evaluate(model, X_val, y_val))",
        ],
        "np.expm1(model.predict(X_val))",
    ),
    "the table of new rows, with answers put into it and some of them raised": (
        [
            *REGRESSION,
            f"test['price'] = np.expm1({ON_TEST})\ntest.loc[test['price'] > 300, 'price'] *= 1.1\n"
            "test[['price']].to_csv('o.csv')",
        ],
        "test[['price']]",
    ),
    "a label where one is sure enough, else none": (
        [
            *CLASSIFICATION,
            "chances = model.predict_proba(X_val)\n"
            "pred = np.where(chances.max(axis=1) < 0.8, -1, chances.argmax(axis=1))\n"
            "labels = np.array(['unknown'] * len(pred), dtype=object)\nnames = np.array(['no', 'yes'])\n"
            "labels[pred >= 0] = names[pred[pred >= 0]]\nprint(pd.Series(labels).value_counts())",
            "out = X_val.copy()\nout['label'] = labels\nout.to_csv('o.csv')",
        ],
        "np.where(model.predict_proba(X_val).max(axis=1) < 0.8, 'unknown', "
        "names[model.predict_proba(X_val).argmax(axis=1)])",
    ),
    "main hands the models back, and another function asks them": (
        [
            "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\n"
            "def prepared(df):\n    return df[['area', 'rooms']].assign(new=df.age < 9)\n"
            "def learn(train):\n    models = []\n    for alpha in (0.1, 10):\n        m = Ridge(alpha=alpha)\n"
            "        m.fit(prepared(train), np.log(train['price']))\n        models.append(m)\n    return models\n"
            "def answer(models, rows):\n    answers = [m.predict(prepared(rows)) for m in models]\n"
            "    return np.exp(np.mean(answers, axis=0))\n"
            "def main():\n    train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')\n"
            "    models = learn(train)\n"
            "    pd.DataFrame({'Id': test.Id, 'price': answer(models, test)}).to_csv('o.csv')\n    return models, test",
            "if __name__ == '__main__':\n    models, test = main()",
        ],
        "answer(models, test)",
    ),
    "main hands back the model alone": (
        [
            "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\n"
            "COLUMNS = ['area', 'age']\n"
            "def main():\n    train = pd.read_csv('train.csv')\n    model = Ridge()\n"
            "    model.fit(train[COLUMNS], np.log(train['price']))\n    test = pd.read_csv('test.csv')\n"
            "    preds = np.exp(model.predict(test[COLUMNS]))\n"
            "    pd.DataFrame({'Id': test.Id, 'price': preds}).to_csv('o.csv')\n    return model",
            "model = main()",
        ],
        "np.exp(model.predict(pd.read_csv('test.csv')[COLUMNS]))",
    ),
    "a function that calls another, which asks": (
        [
            *REGRESSION,
            "def ask(rows):\n    return model.predict(rows)\ndef prices(rows):\n    return np.expm1(ask(rows))",
            WRITE % "prices(test[features])",
        ],
        f"np.expm1({ON_TEST})",
    ),
    "everything in main, which returns the model and rows": (
        [
            "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\ndef main():\n"
            "    train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')\n    model = Ridge()\n"
            "    model.fit(train[['area']], np.log1p(train['price']))\n"
            "    preds = np.expm1(model.predict(test[['area']]))\n    test['price'] = preds\n"
            "    test[['Id', 'price']].to_csv('o.csv')\n    return model, test[['area']]",
            "if __name__ == '__main__':\n    model, rows = main()",
        ],
        "np.expm1(model.predict(rows))",
    ),
    "a model that is asked what other models say": (
        [
            HEAD,
            PRICE,
            SPLIT,
            TWO,
            "from sklearn.linear_model import LinearRegression\nmeta = LinearRegression()\n"
            "meta.fit(np.column_stack([ridge.predict(X_train), lasso.predict(X_train)]), y_train)",
            "S = np.column_stack([ridge.predict(X_val), lasso.predict(X_val)])\nprint(np.expm1(meta.predict(S))[:3])",
        ],
        "np.expm1(meta.predict(np.column_stack([ridge.predict(X_val), lasso.predict(X_val)])))",
    ),
    "a function of several arguments, one of which is rows": (
        [
            *CLASSIFICATION,
            "def decide(m, rows, threshold=0.5):\n    p = m.predict_proba(rows)[:, 1]\n"
            "    return np.where(p > threshold, 'call', 'skip')",
            "decisions = decide(model, test[features], 0.3)\nprint(pd.Series(decisions).value_counts())",
        ],
        "decide(model, test[features], 0.3)",
    ),
    "a function that writes the submission": (
        [
            *REGRESSION,
            "def submit(m, name):\n    p = np.expm1(m.predict(test[features]))\n"
            "    sub = pd.DataFrame({'Id': test.Id, 'price': p})\n    sub.to_csv(name)\n    return sub",
            "submit(model, 's.csv').head()",
        ],
        f"np.expm1({ON_TEST})",
    ),
    "a rule that looks at another column": (
        [*REGRESSION, f"p = {ON_TEST}\np = np.where(test['Id'] > 3, p * 1.1, p)", WRITE % "p"],
        f"np.where(test['Id'] > 3, {ON_TEST} * 1.1, {ON_TEST})",
    ),
    "cut off at what the training rows have": (
        [*REGRESSION, f"p = np.clip({ON_TEST}, y_train.min(), y_train.max())\nprint(np.expm1(p)[:3])"],
        f"np.expm1(np.clip({ON_TEST}, y_train.min(), y_train.max()))",
    ),
    "a table of answers beside the truth": (
        [
            *REGRESSION,
            "y_pred = np.exp(model.predict(X_val))\nres = pd.DataFrame({'true': y_val, 'guess': y_pred})\n"
            "res['off'] = res['true'] - res['guess']",
            "res.head()",
        ],
        "np.exp(model.predict(X_val))",
    ),
    "the name of the most likely, step by step": (
        [
            *CLASSIFICATION,
            "names = {0: 'no', 1: 'yes'}\nprobs = model.predict_proba(X_val.iloc[:1])\nbest = np.argmax(probs)\n"
            "label = names[best]\nsure = probs[0][best]\nprint(f'{label} with {sure:.2f}')",
        ],
        "[names[i] for i in model.predict_proba(X_val.iloc[:1]).argmax(axis=1)]",
    ),
    "nothing but the model, of which the first answers are shown": (
        [*REGRESSION, "print(model.predict(X_val)[:3])"],
        "model.predict(X_val)",
    ),
    "nothing but the model": (
        [*REGRESSION, "from sklearn.metrics import r2_score\nprint(r2_score(y_val, model.predict(X_val)))"],
        "model.predict(X_val)",
    ),
    **{
        kind: ([HEAD, PRICE, SPLIT, FOLDS, cell, "print(np.abs(np.expm1(p) - np.exp(y_val)).mean())"], "np.expm1(p)")
        for kind, cell in CHOSEN.items()
    },
    "rows by hand that are transformed twice under one name": (
        [
            HEAD,
            PRICE,
            SPLIT,
            TOOLS,
            STEP.format("sc"),
            STEP.format("pca"),
            RIDGE,
            f"{ROWS}\nprint(np.expm1(model.predict(rows)))",
        ],
        "np.expm1(model.predict(rows))",
    ),
    **{
        f"{kind}, of rows that are transformed {times} under one name": ([*first, transformed, *last], expected)
        for kind, first, last, expected in ONWARDS
        for times, transformed in TRANSFORMED.items()
    },
    **{kind: ([HEAD, GROUPS, cell, *NAMED], "list(train['segment'])") for kind, cell in GROUPED.items()},
}
