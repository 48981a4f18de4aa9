"""Cells that notebooks which go on with what their models say are put together from."""

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
