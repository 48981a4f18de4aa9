"""Calls that make estimators, splits and samples to whether their result depends on a ``random_state``."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import lru_cache

from nb2prod.analysis.knowledge import load_knowledge, nearest
from nb2prod.analysis.nodes import Call, Placed
from nb2prod.rules.chance import MOST_NAMES, has_seed, is_none, literal

SILENT = frozenset(
    (
        # what draws is seeded by default, or too little to matter
        "sklearn.linear_model.Perceptron",
        "sklearn.svm.LinearSVC",
        "sklearn.svm.LinearSVR",
        "sklearn.ensemble.HistGradientBoostingClassifier",
        "sklearn.ensemble.HistGradientBoostingRegressor",
        "imblearn.combine",
        "imblearn.under_sampling",
        "imblearn.over_sampling",
    )
)
"""Of what the analysis takes to draw unless it is seeded: what has a seed by default, or draws only at times."""

ALWAYS = frozenset(
    (
        "sklearn.model_selection.HalvingRandomSearchCV",
        "sklearn.model_selection.HalvingGridSearchCV",
        "sklearn.model_selection.RepeatedStratifiedGroupKFold",
        "imblearn.over_sampling.SMOTE",
        "imblearn.over_sampling.RandomOverSampler",
        "imblearn.over_sampling.ADASYN",
        "imblearn.over_sampling.BorderlineSMOTE",
        "imblearn.over_sampling.SVMSMOTE",
        "imblearn.over_sampling.KMeansSMOTE",
        "imblearn.over_sampling.SMOTENC",
        "imblearn.over_sampling.SMOTEN",
        "imblearn.under_sampling.RandomUnderSampler",
        "imblearn.combine.SMOTEENN",
        "imblearn.combine.SMOTETomek",
        "imblearn.ensemble.BalancedRandomForestClassifier",
        "imblearn.ensemble.EasyEnsembleClassifier",
        "imblearn.ensemble.BalancedBaggingClassifier",
        "imblearn.ensemble.RUSBoostClassifier",
        "umap.UMAP",
        "skopt.BayesSearchCV",
    )
)
"""What draws besides, whatever else it is given. Boosters are not among them: xgboost, lightgbm and catboost have a
fixed seed by default, subsampling or not."""

ONLY_WITH: dict[str, tuple[str, frozenset[object]]] = {
    "sklearn.model_selection.KFold": ("shuffle", frozenset({True})),
    "sklearn.model_selection.StratifiedKFold": ("shuffle", frozenset({True})),
    "sklearn.model_selection.StratifiedGroupKFold": ("shuffle", frozenset({True})),
    "sklearn.model_selection.learning_curve": ("shuffle", frozenset({True})),
    "sklearn.svm.SVC": ("probability", frozenset({True})),
    "sklearn.svm.NuSVC": ("probability", frozenset({True})),
    "sklearn.svm.LinearSVC": ("dual", frozenset({True})),
    "sklearn.linear_model.LogisticRegression": ("solver", frozenset({"sag", "saga"})),
    "sklearn.linear_model.LogisticRegressionCV": ("solver", frozenset({"sag", "saga"})),
    "sklearn.linear_model.Ridge": ("solver", frozenset({"sag", "saga"})),
    "sklearn.linear_model.RidgeClassifier": ("solver", frozenset({"sag", "saga"})),
    "sklearn.linear_model.Lasso": ("selection", frozenset({"random"})),
    "sklearn.linear_model.ElasticNet": ("selection", frozenset({"random"})),
    "sklearn.decomposition.PCA": ("svd_solver", frozenset({"randomized"})),
    "sklearn.dummy.DummyClassifier": ("strategy", frozenset({"stratified", "uniform"})),
    "sklearn.impute.IterativeImputer": ("sample_posterior", frozenset({True})),
}
"""What draws only where an argument says so: its name, and the values that do."""

NOT_WITH: dict[str, tuple[str, object]] = {
    "sklearn.model_selection.train_test_split": ("shuffle", False),
    "sklearn.decomposition.TruncatedSVD": ("algorithm", "arpack"),
}
"""What draws unless an argument has a value."""


def draws(call: Call) -> bool:
    """Say whether a call's result depends on a ``random_state`` that it is not given."""
    path = call.path
    if path.startswith("."):
        return is_sample(call) and not call.unpacks
    if not path or not _may_draw(path) or call.unpacks or has_seed(call):
        return False
    if path in ONLY_WITH:
        name, values = ONLY_WITH[path]
        return literal(call.keyword(name)) in values
    if path in NOT_WITH and literal(call.keyword(NOT_WITH[path][0])) == NOT_WITH[path][1]:
        return call.keyword(NOT_WITH[path][0]) is None
    return True


@lru_cache(maxsize=MOST_NAMES)
def _may_draw(path: str) -> bool:
    """Say whether a library's function or class draws at all, whatever it is given: few do."""
    known = load_knowledge().draws_unless_seeded
    found = nearest(known, path)
    return path in ALWAYS or path in ONLY_WITH or (known.get(found or "") == "<numpy.random>" and found not in SILENT)


def is_sample(call: Call) -> bool:
    """Say whether a call is ``.sample(...)`` of a table: some rows at random, or all of them in another order."""
    if call.last != "sample" or has_seed(call) or "random" in call.path.split("."):
        return False
    frac, n = call.keyword("frac"), call.argument(0, "n")
    if frac is not None and not is_none(frac):
        return True
    return type(literal(n)) is int and {each.arg for each in call.node.keywords} <= {"n", "replace", "axis"}


def is_of_pandas(call: Call, calls: Sequence[Call]) -> bool:
    """Say whether a method is called of what pandas has made, or is given ``frac``, which is pandas' word."""
    made = _makers(call, calls)
    frac = call.keyword("frac") is not None and not any(each.path.startswith(OTHER_TABLES) for each in calls)
    return frac or any(each.path.startswith("pandas.") for each in made)


def is_of_another(call: Call, calls: Sequence[Call], nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> bool:
    """Say whether a method is surely not that of a table of pandas: the notebook writes one, or a class is known."""
    own = any(getattr(each.node, "name", "") == call.last for each in nodes.get(ast.FunctionDef, ()))
    made = [each for each in _makers(call, calls) if not each.path.startswith(".")]
    classes = (each.last[:1].isupper() and not each.path.startswith(TABLES) for each in made)
    return own or any(classes) or any(each.path.startswith(OTHER_TABLES) for each in made)


TABLES = ("pandas.", "dask.", "geopandas.", "modin.", "cudf.")
OTHER_TABLES = ("polars.", "pyspark.", "datasets.")
"""Libraries whose tables have a ``sample`` of their own, with other arguments."""


def _makers(call: Call, calls: Sequence[Call]) -> list[Call]:
    """Return the calls of statements above that give a value to the name of which a method is called."""
    root: ast.expr = call.node
    while isinstance(root, ast.Call | ast.Attribute | ast.Subscript):
        root = root.func if isinstance(root, ast.Call) else root.value
    name = root.id if isinstance(root, ast.Name) else ""
    above = (each for each in calls if each.statement.index < call.statement.index)
    return [each for each in above if name in each.statement.facts.definitions]


def is_only_shown(call: Call) -> bool:
    """Say whether a call is a sample of a table that is looked at, and nothing else becomes of it."""
    node = call.statement.node
    if call.last != "sample" or call.deferred or not isinstance(node, ast.Expr):
        return False
    value = node.value
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in {"print", "display"}:
        return True
    while isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        if value is call.node:
            return True
        value = value.func if isinstance(value, ast.Call) else value.value
    return False
