"""Notebooks that ask their models in ways of their own: in functions, in loops, about one row. Cells, expression."""

from __future__ import annotations

from tests.analysis.suggest.answer_parts import (
    CLASSIFICATION,
    HEAD,
    ON_TEST,
    PRICE,
    REGRESSION,
    RIDGE,
    ROWS,
    SPLIT,
    STEP,
    TEXTS,
    TOOLS,
    WRITE,
)

ASKED: dict[str, tuple[list[str], str]] = {
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
    "nothing but the model, of which the first answers are shown": (
        [*REGRESSION, "print(model.predict(X_val)[:3])"],
        "model.predict(X_val)",
    ),
    "nothing but the model": (
        [*REGRESSION, "from sklearn.metrics import r2_score\nprint(r2_score(y_val, model.predict(X_val)))"],
        "model.predict(X_val)",
    ),
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
}
