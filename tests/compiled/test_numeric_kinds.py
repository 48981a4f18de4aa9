"""Estimators and transformers on numbers, each held against scikit-learn's own answers."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.decomposition import PCA
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.feature_selection import SelectKBest, VarianceThreshold
from sklearn.linear_model import (
    BayesianRidge,
    ElasticNet,
    HuberRegressor,
    Lasso,
    LassoCV,
    LinearRegression,
    LogisticRegression,
    LogisticRegressionCV,
    Perceptron,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
    RidgeCV,
    SGDClassifier,
    SGDRegressor,
)
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.naive_bayes import BernoulliNB, GaussianNB
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    MaxAbsScaler,
    MinMaxScaler,
    Normalizer,
    PolynomialFeatures,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tests.compiled.agree import agree, agree_on, answer, compiled, stand_in

CANCER, IRIS, SUGAR = (load(as_frame=True, return_X_y=True) for load in (load_breast_cancer, load_iris, load_diabetes))
SCALED = [
    pd.DataFrame(StandardScaler().fit_transform(table), columns=table.columns) for table, _ in (CANCER, IRIS, SUGAR)
]
NAMED = pd.Series(np.array(["setosa", "versicolor", "virginica"])[IRIS[1]])

CLASSIFIERS = [
    LogisticRegression(),
    LogisticRegressionCV(Cs=2, cv=2, l1_ratios=(0,), use_legacy_attributes=False),
    SGDClassifier(random_state=0),
    SGDClassifier(loss="log_loss", random_state=0),
    SGDClassifier(loss="modified_huber", random_state=0),
    RidgeClassifier(),
    Perceptron(),
    LinearSVC(),
    LinearDiscriminantAnalysis(),
    GaussianNB(),
    BernoulliNB(),
    MLPClassifier((8, 5), max_iter=40, random_state=0),
    MLPClassifier((6,), activation="logistic", max_iter=40, random_state=0),
    DecisionTreeClassifier(random_state=0),
    DecisionTreeClassifier(max_depth=3, random_state=0),
    RandomForestClassifier(15, random_state=0),
    RandomForestClassifier(15, max_depth=3, random_state=0),
    ExtraTreesClassifier(15, random_state=0),
    GradientBoostingClassifier(n_estimators=15, random_state=0),
    HistGradientBoostingClassifier(max_iter=15),
    GridSearchCV(make_pipeline(PCA(4, random_state=0), LogisticRegression()), {"pca__whiten": [True]}, cv=2),
    CalibratedClassifierCV(LinearSVC(), cv=2),
    CalibratedClassifierCV(GaussianNB(), cv=2, ensemble=False),
    VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB())], voting="soft", weights=[2, 1]),
]

REGRESSORS = [
    LinearRegression(),
    Ridge(),
    RidgeCV(),
    Lasso(),
    LassoCV(cv=2),
    ElasticNet(),
    SGDRegressor(random_state=0),
    HuberRegressor(max_iter=1000),
    BayesianRidge(),
    PoissonRegressor(),
    MLPRegressor(hidden_layer_sizes=(7,), activation="tanh", max_iter=40, random_state=0),
    DecisionTreeRegressor(random_state=0),
    RandomForestRegressor(15, random_state=0),
    ExtraTreesRegressor(15, random_state=0),
    GradientBoostingRegressor(n_estimators=15, loss="huber", random_state=0),
    HistGradientBoostingRegressor(max_iter=15, loss="poisson"),
    HistGradientBoostingRegressor(max_iter=15, loss="absolute_error"),
    RandomizedSearchCV(Ridge(), {"alpha": [1.0, 10.0]}, n_iter=1, cv=2, random_state=0),
    VotingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=3, random_state=0))]),
    TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1),
    TransformedTargetRegressor(Ridge(), transformer=StandardScaler()),
    make_pipeline(PolynomialFeatures(2), StandardScaler(), Ridge()),
    make_pipeline(SelectKBest(k=4), PolynomialFeatures(2, interaction_only=True, include_bias=False), Lasso()),
]

TRANSFORMERS = [
    StandardScaler(),
    StandardScaler(with_mean=False),
    MinMaxScaler((-1, 3), clip=True),
    MinMaxScaler(),
    MaxAbsScaler(),
    RobustScaler(),
    RobustScaler(with_centering=False),
    PCA(3),
    PCA(2, whiten=True),
    PolynomialFeatures(3),
    Normalizer(),
    Normalizer("l1"),
    Normalizer("max"),
    Binarizer(threshold=0.5),
    SelectKBest(k=2),
    VarianceThreshold(0.3),
    FunctionTransformer(np.log1p),
    FunctionTransformer(),
    FeatureUnion([("few", PCA(2)), ("scaled", StandardScaler())]),
]


def fit(model: Any, table: Any, target: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return model.fit(table, target)


@pytest.mark.parametrize("model", CLASSIFIERS, ids=lambda model: str(model).replace("\n", "")[:70])
def test_classifiers_of_two_and_of_three_classes(model: Any) -> None:
    agree(fit(model, SCALED[0], CANCER[1]), SCALED[0][::25])
    agree(fit(model, SCALED[1].to_numpy(), NAMED), SCALED[1].to_numpy()[::12])


@pytest.mark.parametrize("model", REGRESSORS, ids=lambda model: str(model).replace("\n", "")[:70])
def test_regressors(model: Any) -> None:
    agree(fit(model, SCALED[2], SUGAR[1]), SCALED[2][::25])


@pytest.mark.parametrize("transformer", TRANSFORMERS, ids=lambda model: str(model)[:70])
def test_transformers(transformer: Any) -> None:
    table = IRIS[0]
    agree(transformer.fit(table, IRIS[1]), table[::10])
    agree(transformer.fit(table.to_numpy(), IRIS[1]), table.to_numpy()[::10])


@pytest.mark.parametrize("options", [{}, {"contamination": 0.1, "max_features": 0.5}], ids=str)
def test_outliers(options: dict[str, Any]) -> None:
    table = CANCER[0]
    fitted = IsolationForest(n_estimators=25, random_state=0, **options).fit(table)
    agree(fitted, table[::20], ways=["predict", "decision_function", "score_samples"])
    far = table[:1] * 1e6
    assert stand_in(fitted).predict(far.to_numpy()).tolist() == [-1] == fitted.predict(far).tolist()


def test_a_score_right_at_the_offset_is_left_to_the_original() -> None:
    fitted = IsolationForest(n_estimators=25, random_state=0).fit(IRIS[0].to_numpy())
    fitted.offset_ = fitted.score_samples(IRIS[0].to_numpy()[:1])[0]
    with pytest.raises(compiled("not_light").NotLight):
        stand_in(fitted).predict(IRIS[0].to_numpy()[:1])


ODD = [float("nan"), float("inf"), -float("inf"), 1e39, -1e308, None, True, "4.5", 2**70]


@pytest.mark.parametrize("value", ODD, ids=str)
@pytest.mark.parametrize(
    "model",
    [
        StandardScaler(),
        MinMaxScaler(clip=True),
        LogisticRegression(),
        GaussianNB(),
        RandomForestClassifier(9, random_state=0),
        DecisionTreeClassifier(max_depth=3),
        HistGradientBoostingClassifier(max_iter=9),
        GradientBoostingClassifier(n_estimators=5),
        PolynomialFeatures(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_odd_numbers_are_answered_as_by_the_original_or_not_at_all(model: Any, value: Any) -> None:
    fitted = fit(model, IRIS[0], IRIS[1])
    agree_on(stand_in(fitted), fitted, IRIS[0].iloc[70].to_dict() | {"petal length (cm)": value})


@pytest.mark.parametrize("gap", [float("nan"), None])
def test_gaps_are_answered_where_the_original_does(gap: Any) -> None:
    """Trees of scikit-learn know where missing values go."""
    table = IRIS[0].mask(np.random.default_rng(1).random(IRIS[0].shape) < 0.2)
    models = (RandomForestClassifier(9, random_state=0), HistGradientBoostingClassifier(max_iter=9))
    for model in (*models, DecisionTreeClassifier(max_depth=4, random_state=0)):
        fitted = fit(model, table, IRIS[1])
        agree(fitted, table[::8])
        for name in table.columns:
            agree_on(stand_in(fitted), fitted, IRIS[0].iloc[70].to_dict() | {name: gap}, strict=True)


def neighbours(numbers: Any) -> np.ndarray:
    """Return numbers and what is next to them in float64 and in float32."""
    exact = np.unique(np.asarray(numbers, dtype=np.float64))
    single = exact.astype(np.float32)
    found = [exact, np.nextafter(exact, np.inf), np.nextafter(exact, -np.inf), single]
    return np.concatenate([*found, np.nextafter(single, np.float32(np.inf)), np.nextafter(single, np.float32(-np.inf))])


def test_trees_at_their_thresholds_and_right_beside_them() -> None:
    table = IRIS[0].to_numpy()
    forest = RandomForestClassifier(9, random_state=0).fit(table, IRIS[1])
    boosted = HistGradientBoostingRegressor(max_iter=9).fit(table, IRIS[1])
    splits = [(tree.tree_.feature, tree.tree_.threshold) for tree in forest.estimators_]
    nodes = [tree[0].nodes for tree in boosted._predictors]
    splits += [(np.where(n["is_leaf"], -2, n["feature_idx"]), n["num_threshold"]) for n in nodes]
    features = np.concatenate([feature for feature, _ in splits])
    thresholds = np.concatenate([threshold for _, threshold in splits])
    rows = []
    for column in range(table.shape[1]):
        for value in neighbours(thresholds[features == column]):
            rows.append(table[75].copy())
            rows[-1][column] = value
    assert len(rows) > 300
    for fitted in (forest, boosted):
        own = stand_in(fitted)
        assert np.abs(own.predict(np.array(rows)) - fitted.predict(np.array(rows))).max() < 1e-9
        if fitted is forest:
            assert (own.predict_proba(np.array(rows)) == fitted.predict_proba(np.array(rows))).all()


def test_categories_of_histogram_boosting() -> None:
    random = np.random.default_rng(3)
    table = pd.DataFrame(
        {
            "kind": pd.Categorical(random.choice(list("abcdefghij"), 500)),
            "size": random.normal(size=500),
            "place": pd.Categorical(random.choice(["x", "y", None], 500)),
        }
    )
    target = table["kind"].isin(["b", "d", "j"]) * 3.0 + table["size"] + (table["place"] == "x")
    fitted = HistGradientBoostingRegressor(max_iter=20, categorical_features="from_dtype").fit(table, target)
    assert any(tree[0].nodes["is_categorical"].any() for tree in fitted._predictors)
    agree(fitted, table[::10])
    unseen = table[:2].assign(kind=pd.Categorical(["z", "a"]), place=pd.Categorical(["q", "x"]))
    agree(fitted, unseen)
    codes = np.column_stack([random.integers(0, 12, 500), random.normal(size=500)])
    fitted = HistGradientBoostingClassifier(max_iter=20, categorical_features=[0]).fit(codes, codes[:, 0] % 3 == 1)
    agree(fitted, np.vstack([codes[::10], [[99.0, 0.0], [np.nan, 1.0], [2.0, np.nan]]]))


def test_a_vote_that_is_as_good_as_even_is_left_to_the_original() -> None:
    """Shares of leaves are added up in another order: which of two classes wins may depend on the last bit."""
    table = np.array([[0.0], [0.0], [0.0], [1.0], [1.0], [1.0]])
    fitted = RandomForestClassifier(2, bootstrap=False, max_features=None).fit(table, [0, 1, 0, 1, 1, 0])
    own = stand_in(fitted)
    assert_even = np.array([[0.5 + 1e-3]])
    np.testing.assert_allclose(own.predict_proba(assert_even), fitted.predict_proba(assert_even))
    blunt = RandomForestClassifier(2, bootstrap=False).fit(np.zeros((4, 1)), [0, 1, 0, 1])
    with pytest.raises(compiled("not_light").NotLight):
        stand_in(blunt).predict(np.zeros((1, 1)))


def test_what_the_original_lacks_is_not_there_and_not_denied() -> None:
    """Code that asks whether there are probabilities must not be told what is not so."""
    own = stand_in(LinearSVC().fit(SCALED[1], IRIS[1]))
    for name in ("predict_proba", "no_such_thing"):
        with pytest.raises(compiled("not_light").NotLight):
            hasattr(own, name)
    assert isinstance(answer(own, "decision_function", SCALED[1].to_numpy()), np.ndarray)
