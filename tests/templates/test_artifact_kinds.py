"""Each kind gives back what it was given, byte for byte the same when saved twice."""

from __future__ import annotations

import importlib
import json
import math
import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nb2prod.render.templates import PLACES, in_order, render_templates
from tests.templates.sample import context

KINDS = (
    "json",
    "numpy",
    "pandas",
    "sklearn",
    "xgboost",
    "lightgbm",
    "statsmodels",
    "statsmodels_series",
    "keras",
    "torch",
    "torch_whole",
    "tensor",
    "pickle",
)
PACKAGE = "kinds_under_test"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make a package with every kind importable."""
    names = ("project", *(f"artifacts/{kind}" for kind in KINDS))
    folder = render_templates(
        names, context(PACKAGE, readme_tree="", trusted_modules=["torch"]), tmp_path_factory.mktemp("kinds")
    )
    (folder / f"src/{PACKAGE}/artifacts/catalog.py").write_text("CATALOG = {}\n")
    sys.path.insert(0, str(folder / "src"))
    yield
    sys.path.remove(str(folder / "src"))


Trip = Callable[..., Any]


@pytest.fixture
def trip(package: None, tmp_path: Path) -> Trip:
    """Save twice, compare the bytes, and load with details that went through JSON."""

    def there_and_back(kind: str, value: Any, build: Any = None) -> Any:
        module = kind_module(kind)
        first, second = tmp_path / "first", tmp_path / "second"
        details = module.save(value, first)
        assert module.save(value, second) == details
        assert first.read_bytes() == second.read_bytes()
        return module.load(first, json.loads(json.dumps(details)), build)

    return there_and_back


def kind_module(kind: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.artifacts.{kind}_file")


@pytest.mark.parametrize("kind", KINDS)
def test_kind_is_described(kind: str) -> None:
    folder = PLACES[1] / "artifacts" / kind
    data = tomllib.loads((folder / "kind.toml").read_text())
    assert data["extension"].startswith(".")
    assert data["description"]
    assert bool(data["loud"]) == (kind == "pickle")
    assert isinstance(data["requirements"], list)


def test_there_are_no_other_kinds() -> None:
    assert {path.name for path in (PLACES[1] / "artifacts").iterdir()} == set(KINDS)


JSON_VALUES: list[Any] = [
    None, True, 1, -(2**70), 1.5, "text", "\u2028 🎉", [], {}, [1, [2, "x"]], {"a": {"b": None}},
    (1, "a"), {"x": (1, (2,))}, {1: "int key", (2, "b"): "tuple key", None: 0}, {"type": "tuple", "value": []},
    {1, 2, 3}, frozenset({"a"}), {"nested": {1.5}}, datetime(2024, 5, 31, 12, tzinfo=UTC), date(2024, 1, 1),
    time(1, 2, 3), timedelta(days=-1, microseconds=7), Decimal("0.10"), b"\x00\xff", 1 + 2j, math.inf, -0.0,
]  # fmt: skip


@pytest.mark.parametrize("value", JSON_VALUES, ids=lambda value: repr(value)[:60])
def test_json_keeps_values_and_types(trip: Trip, value: Any) -> None:
    back = trip("json", value)
    assert back == value
    assert type(back) is type(value)
    assert repr(back) == repr(value) or isinstance(value, set | frozenset | dict)


def test_json_keeps_nan(trip: Trip) -> None:
    assert math.isnan(trip("json", {"x": float("nan")})["x"])


def test_json_keeps_numpy_numbers_and_arrays(trip: Trip) -> None:
    np = pytest.importorskip("numpy")
    values = [np.float32(0.1), np.int8(3), np.bool_(True), np.str_("x"), np.datetime64("2024-01-01", "ns")]
    values += [np.timedelta64(5, "D"), np.float64("nan"), np.complex128(1 + 2j)]
    for value in values:
        back = trip("json", {"value": value})["value"]
        assert (type(back), back.dtype, str(back)) == (type(value), value.dtype, str(value))
    for array in (np.arange(6, dtype="int16").reshape(2, 3), np.zeros((0, 4)), np.array(["a", "bc"]), np.array(1.5)):
        back = trip("json", [array])[0]
        assert back.dtype == array.dtype
        np.testing.assert_array_equal(back, array)


def test_json_keeps_moments_of_pandas(trip: Trip) -> None:
    pd = pytest.importorskip("pandas")
    for value in (
        pd.Timestamp("2024-05-06 07:08:09.123456789"),
        pd.Timestamp("2024-05-06").as_unit("s"),
        pd.Timedelta("3h"),
    ):
        back = trip("json", {"latest": value})["latest"]
        assert (type(back), back, back.unit) == (type(value), value, value.unit)
    with pytest.raises(TypeError, match="cannot be kept"):
        trip("json", pd.Timestamp("2024-05-06", tz="Europe/Berlin"))


def test_json_keeps_columns_with_their_labels(trip: Trip) -> None:
    pd = pytest.importorskip("pandas")
    series = [pd.Series([0.5, math.nan], index=["a", "b"], name="mean"), pd.Series(["x"], index=[3]), pd.Series([1, 2])]
    back = trip("json", {"one": series, ("two", 2): pd.Index([True, False], name="which")})
    for kept, value in zip(back["one"], series, strict=True):
        pd.testing.assert_series_equal(kept, value, check_index_type=False)
    pd.testing.assert_index_equal(back["two", 2], pd.Index([True, False], name="which"))


@pytest.mark.parametrize("value", [object(), print, {"x": [object()]}], ids=["object", "function", "nested"])
def test_json_refuses_what_it_cannot_keep(trip: Trip, value: Any) -> None:
    with pytest.raises(TypeError, match="cannot be kept"):
        trip("json", value)


def test_numpy_keeps_arrays(trip: Trip) -> None:
    np = pytest.importorskip("numpy")
    structured = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
    for array in (np.arange(6.0).reshape(2, 3).T, np.array(["ab", "c"]), np.array(3), np.zeros(0), structured):
        back = trip("numpy", array)
        assert back.dtype == array.dtype
        np.testing.assert_array_equal(back, array)


def test_numpy_keeps_texts_and_refuses_other_objects(trip: Trip) -> None:
    np = pytest.importorskip("numpy")
    texts = np.array(["a", "long text"], dtype=object)
    back = trip("numpy", texts)
    assert back.dtype == object
    assert back.tolist() == texts.tolist()
    with pytest.raises(TypeError, match="objects other than text"):
        trip("numpy", np.array([{}], dtype=object))


def test_pandas_keeps_tables_series_and_indexes(trip: Trip) -> None:
    pd = pytest.importorskip("pandas")
    table = pd.DataFrame(
        {"a": [1, 2], "b": ["x", None], "c": pd.Categorical(["u", "v"]), "d": pd.to_datetime(["2024-01-01", None])},
        index=pd.Index(["r1", "r2"], name="row"),
    )
    pd.testing.assert_frame_equal(trip("pandas", table), table)
    for series in (table["c"], pd.Series([1.5, None], name=3), pd.Series(["a"])):
        pd.testing.assert_series_equal(trip("pandas", series), series)
    pd.testing.assert_index_equal(trip("pandas", pd.Index(["b", "a"], name="n")), pd.Index(["b", "a"], name="n"))


def estimators() -> dict[str, Callable[[], Any]]:
    from sklearn import ensemble, linear_model, model_selection, naive_bayes, neighbors, neural_network, svm, tree

    forest = ensemble.RandomForestClassifier(n_estimators=3, random_state=0)
    return {
        "forest": lambda: forest,
        "boosting": lambda: ensemble.GradientBoostingClassifier(n_estimators=3, random_state=0),
        "histogram boosting": lambda: ensemble.HistGradientBoostingClassifier(max_iter=3, random_state=0),
        "isolation forest": lambda: ensemble.IsolationForest(n_estimators=3, random_state=0),
        "grid search": lambda: model_selection.GridSearchCV(forest, {"max_depth": [1, 2]}, cv=2),
        "perceptron": lambda: neural_network.MLPClassifier(solver="lbfgs", random_state=0),
        "neighbours": lambda: neighbors.KNeighborsClassifier(),
        "svm": lambda: svm.SVC(),
        "sgd": lambda: linear_model.SGDClassifier(random_state=0),
        "bayes": lambda: naive_bayes.GaussianNB(),
        "tree": lambda: tree.DecisionTreeClassifier(),
        "stack": lambda: ensemble.StackingClassifier([("a", tree.DecisionTreeClassifier())], cv=2),
    }


ESTIMATORS = (
    "forest", "boosting", "histogram boosting", "isolation forest", "grid search", "perceptron", "neighbours", "svm",
    "sgd", "bayes", "tree", "stack",
)  # fmt: skip


@pytest.mark.parametrize("name", ESTIMATORS)
def test_sklearn_keeps_estimators(trip: Trip, name: str) -> None:
    pytest.importorskip("sklearn")
    X, y = points()
    model = estimators()[name]().fit(X, y)
    back = trip("sklearn", model)
    assert (back.predict(X) == model.predict(X)).all()


def points() -> tuple[Any, Any]:
    np = pytest.importorskip("numpy")
    random = np.random.default_rng(0)
    X = random.normal(size=(80, 4))
    return X, (X[:, 0] > X[:, 1]).astype(int)


def test_sklearn_keeps_a_choice_of_columns_by_type(trip: Trip) -> None:
    compose = pytest.importorskip("sklearn.compose")
    columns = pytest.importorskip("pandas").DataFrame({"a": ["x"], "b": [1]}).astype({"a": object})
    chosen = trip("sklearn", compose.make_column_selector(dtype_include=object))
    assert chosen(columns) == ["a"]


def test_sklearn_keeps_the_names_of_a_data_set_and_not_its_tables(trip: Trip) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    back = trip("sklearn", datasets.load_wine(as_frame=True))
    assert list(back.target_names) == ["class_0", "class_1", "class_2"]
    assert "frame" not in back


@pytest.mark.parametrize("name", ["poly1d", "Polynomial"])
def test_sklearn_keeps_polynomials_of_numpy(trip: Trip, name: str) -> None:
    np = pytest.importorskip("numpy")
    made = {"poly1d": np.poly1d([1.0, 2.0]), "Polynomial": np.polynomial.Polynomial([1.0, 4.0, 9.0])}[name]
    assert trip("sklearn", made)(3.0) == made(3.0)


def test_sklearn_refuses_what_is_not_trusted(trip: Trip) -> None:
    preprocessing = pytest.importorskip("sklearn.preprocessing")
    error = importlib.import_module(f"{PACKAGE}.artifacts.record").ArtifactError
    with pytest.raises(error, match=r"posix\.system|os\.system"):
        trip("sklearn", preprocessing.FunctionTransformer(os.system))


def test_lightgbm_keeps_boosters_and_classes(trip: Trip) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    X, y = points()
    booster = lightgbm.train(
        {"objective": "binary", "verbose": -1, "min_data_in_leaf": 2},
        lightgbm.Dataset(X[:40], y[:40]),
        num_boost_round=60,
        valid_sets=[lightgbm.Dataset(X[40:], y[40:])],
        callbacks=[lightgbm.early_stopping(3, verbose=False)],
    )
    back = trip("lightgbm", booster)
    assert (back.predict(X) == booster.predict(X)).all()
    assert back.best_iteration == booster.best_iteration
    assert back.num_trees() == booster.num_trees()
    model = lightgbm.LGBMClassifier(n_estimators=5, verbose=-1, min_child_samples=2).fit(X, y)
    assert (trip("lightgbm", model).predict_proba(X) == model.predict_proba(X)).all()


def test_xgboost_keeps_boosters_and_classes(trip: Trip) -> None:
    xgboost = pytest.importorskip("xgboost", reason="xgboost is not installed")
    X, y = points()
    booster = xgboost.train({"objective": "binary:logistic"}, xgboost.DMatrix(X, y), 5)
    assert (trip("xgboost", booster).predict(xgboost.DMatrix(X)) == booster.predict(xgboost.DMatrix(X))).all()
    model = xgboost.XGBClassifier(n_estimators=30, early_stopping_rounds=2, missing=-1.0)
    model.fit(X[:40], y[:40], eval_set=[(X[40:], y[40:])], verbose=False)
    back = trip("xgboost", model)
    assert back.missing == -1.0
    assert (back.predict_proba(X) == model.predict_proba(X)).all()


def test_torch_whole_brings_a_module_back_without_making_it(trip: Trip) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    nn = torch.nn

    def net(dtype: Any) -> Any:
        one = nn.Linear(4, 4)
        tied = nn.Linear(4, 4, bias=False)
        tied.weight = one.weight
        parts = nn.Sequential(one, tied, nn.BatchNorm1d(4), nn.ModuleList([nn.Dropout(0.2), nn.LeakyReLU(0.1)])[1])
        parts.table = torch.arange(6).reshape(2, 3).T  # an attribute, and no buffer
        parts.register_buffer("own", torch.ones(2), persistent=False)
        return parts.to(dtype)

    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        model = net(dtype)
        model(torch.randn(8, 4, dtype=dtype))
        model.eval()
        model[2].train()
        back = trip("torch_whole", model)
        assert back[0].weight is back[1].weight and back[0].weight.requires_grad
        assert [part.training for part in back.modules()] == [part.training for part in model.modules()]
        assert torch.equal(back.table, model.table) and torch.equal(back.own, model.own)
        x = torch.randn(5, 4, dtype=dtype)
        assert torch.equal(back.eval()(x), model.eval()(x))


def test_torch_whole_takes_the_models_of_all_folds(trip: Trip) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    x = torch.randn(3, 4)
    folds = [torch.nn.Linear(4, 1) for _ in range(2)]
    for value in (folds, dict(zip("ab", folds, strict=True))):
        back = trip("torch_whole", value)
        assert type(back) is type(value)
        for fold, key in zip(folds, value if isinstance(value, dict) else range(2), strict=True):
            assert torch.equal(back[key](x), fold(x))


def test_torch_whole_takes_recurrent_and_attending_layers(trip: Trip) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    x = torch.randn(2, 3, 4)
    rnn = torch.nn.LSTM(4, 5, batch_first=True, bidirectional=True)
    assert torch.equal(trip("torch_whole", rnn)(x)[0], rnn(x)[0])
    layer = torch.nn.TransformerEncoderLayer(4, 2, batch_first=True).eval()
    assert torch.equal(trip("torch_whole", layer)(x), layer(x))


def test_torch_keeps_a_modules_state(trip: Trip) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")

    class Net(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.one = torch.nn.Linear(3, 3, bias=False)
            self.two = torch.nn.Linear(3, 3, bias=False)
            self.norm = torch.nn.BatchNorm1d(3)
            self.register_buffer("wide", torch.arange(6).reshape(2, 3).T)
            self.register_buffer("empty", torch.zeros(0))
            self.two.weight = self.one.weight

        def forward(self, x: Any) -> Any:
            return self.norm(self.two(torch.relu(self.one(x))))

    for dtype in (torch.float32, torch.float64, torch.bfloat16):
        model = Net().to(dtype)
        model(torch.randn(8, 3, dtype=dtype))
        model.eval()
        model.one.train()
        back = trip("torch", model, Net)
        x = torch.randn(5, 3, dtype=dtype)
        assert torch.equal(back(x), model(x))
        assert back.two.weight is back.one.weight
        assert [part.training for part in back.modules()] == [part.training for part in model.modules()]
        state = model.state_dict()
        assert all(torch.equal(value, state[name]) for name, value in back.state_dict().items())
        assert all(value.dtype == state[name].dtype for name, value in back.state_dict().items())


def test_tensor_keeps_tensors_and_dicts(trip: Trip) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    for tensor in (torch.arange(6).reshape(2, 3).T, torch.tensor(1.5), torch.zeros(0, 3)):
        back = trip("tensor", tensor)
        assert back.dtype == tensor.dtype
        assert torch.equal(back, tensor)
    both = {"b": torch.ones(2), "a": torch.zeros(1)}
    assert list(trip("tensor", both)) == ["b", "a"]


def test_pickle_keeps_anything(trip: Trip) -> None:
    pytest.importorskip("cloudpickle")
    assert trip("pickle", lambda x: x + 1)(2) == 3


def test_kinds_that_share_code_bring_it_along() -> None:
    assert "artifacts/sklearn" in in_order(["artifacts/lightgbm"])
