"""Notebooks that do something to what their models say: to numbers, to chances, to names. Cells, expression."""

from __future__ import annotations

from tests.analysis.suggest.answer_parts import (
    CHOSEN,
    CLASSIFICATION,
    FOLDS,
    GROUPED,
    GROUPS,
    HEAD,
    NAMED,
    ON_TEST,
    ONWARDS,
    PRICE,
    REGRESSION,
    SOLD,
    SPLIT,
    TRANSFORMED,
    TREE,
    TWO,
    WRITE,
)

CHANGED: dict[str, tuple[list[str], str]] = {
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
    "a chance rounded to yes or no is a decision": (
        [*CLASSIFICATION, "new = test[features].head(3)\nprint(np.round(model.predict_proba(new)[:, 1]))"],
        "np.round(model.predict_proba(test[features].head(3))[:, 1])",
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
    "names by the largest probability, for the first few rows": (
        [
            *CLASSIFICATION,
            "names = ['no', 'yes']\nprobs = model.predict_proba(X_val)\nfor i in range(5):\n"
            "    best = np.argmax(probs[i])\n    print(names[best], y_val.iloc[i])",
        ],
        "[['no', 'yes'][i] for i in model.predict_proba(X_val).argmax(axis=1)]",
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
    **{
        kind: ([HEAD, PRICE, SPLIT, FOLDS, cell, "print(np.abs(np.expm1(p) - np.exp(y_val)).mean())"], "np.expm1(p)")
        for kind, cell in CHOSEN.items()
    },
    **{
        f"{kind}, of rows that are transformed {times} under one name": ([*first, transformed, *last], expected)
        for kind, first, last, expected in ONWARDS
        for times, transformed in TRANSFORMED.items()
    },
    **{kind: ([HEAD, GROUPS, cell, *NAMED], "list(train['segment'])") for kind, cell in GROUPED.items()},
}
