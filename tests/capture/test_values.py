"""What the probe says of single values, distributions and random generators."""

from __future__ import annotations

import json
import random
import sys
from datetime import date
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from sklearn.base import BaseEstimator
from sklearn.linear_model import LinearRegression

from nb2prod.capture.probe import random_state, seeds
from nb2prod.capture.probe.distributions import _needs, _origin_problem, _top_level
from nb2prod.capture.probe.outside_world import OutsideWorld
from nb2prod.capture.probe.values import describe, save_pickled


class Mine(BaseEstimator):  # type: ignore[misc]
    pass


def function(x: int) -> int:
    return x


@pytest.mark.parametrize(
    ("value", "module", "kind_type", "kind"),
    [
        pytest.param(None, "builtins", "NoneType", "json", id="None"),
        pytest.param(True, "builtins", "bool", "json", id="a boolean"),
        pytest.param({"a": [1, (2.5, None)]}, "builtins", "dict", "json", id="nested plain data"),
        pytest.param(np.float32(0.5), "numpy", "float32", "json", id="a NumPy scalar, its dtype noted"),
        pytest.param({1: "a"}, "builtins", "dict", "json", id="a dict whose keys JSON would change"),
        pytest.param({("a", 1): 2.5}, "builtins", "dict", "json", id="a dict whose keys are pairs"),
        pytest.param({1, 2}, "builtins", "set", "json", id="a set"),
        pytest.param({"a": {date(2024, 1, 1)}}, "builtins", "dict", "json", id="dates"),
        pytest.param({"a": np.ones(3)}, "builtins", "dict", "object", id="a dict of arrays"),
        pytest.param({"a": pd.Series([1.5], index=["x"])}, "builtins", "dict", "json", id="a dict of series"),
        pytest.param([pd.Series(["a"], dtype="category")], "builtins", "list", "object", id="a list of categories"),
        pytest.param([pd.Series(pd.to_datetime(["2024"]))], "builtins", "list", "json", id="a list of dates"),
        pytest.param(pd.Timestamp("2024"), "pandas", "Timestamp", "json", id="a moment"),
        pytest.param(pd.Timestamp("2024", tz="UTC"), "pandas", "Timestamp", "object", id="a moment in a zone"),
        pytest.param(np.ones(3), "numpy", "ndarray", "numpy", id="an array"),
        pytest.param(pd.DataFrame({"a": [1]}), "pandas", "DataFrame", "pandas", id="a table"),
        pytest.param(pd.Series([1]), "pandas", "Series", "pandas", id="a series"),
        pytest.param(pd.Index([1]), "pandas", "Index", "pandas", id="an index"),
        pytest.param(LinearRegression(), "sklearn.linear_model", "LinearRegression", "sklearn", id="an estimator"),
        pytest.param(Mine(), __name__, "Mine", "sklearn", id="an estimator of one's own"),
        pytest.param(torch.nn.Linear(2, 1), "torch.nn", "Linear", "torch", id="a torch module"),
        pytest.param([torch.nn.Linear(2, 1)] * 2, "builtins", "list", "torch_whole", id="torch modules of folds"),
        pytest.param(torch.ones(2), "torch", "Tensor", "tensor", id="a tensor"),
        pytest.param(function, __name__, "function", "callable", id="a function"),
        pytest.param(np.log1p, None, None, "callable", id="a ufunc"),
        pytest.param(json, None, None, "module", id="a module"),
        pytest.param([0] * 1_000_001, None, None, "object", id="plain data that is too much"),
        pytest.param(random.Random(), "random", "Random", "object", id="anything else"),
    ],
)
def test_kinds(value: Any, module: str | None, kind_type: str | None, kind: str) -> None:
    info = describe("x", value)
    assert info["kind"] == kind
    assert module is None or (info["module"], info["type"]) == (module, kind_type)


def test_a_table_tells_its_columns() -> None:
    assert describe("x", pd.DataFrame({"a": [1], 3: [2]}))["columns"] == ["a", "3"]


def test_boosters_are_known_by_their_module() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    assert describe("x", lightgbm.LGBMClassifier())["kind"] == "lightgbm"


def test_what_cannot_be_pickled_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    info = describe("x", (value for value in ()))
    save_pickled(info, (value for value in ()), str(tmp_path))
    assert "generator" in info["problem"]
    assert "pickled" not in info
    assert not list(tmp_path.rglob("*.*"))


def test_what_only_cloudpickle_can_pickle_says_so_by_its_ending(tmp_path: Path) -> None:
    pytest.importorskip("cloudpickle")
    info = describe("x", lambda: 1)
    save_pickled(info, lambda: 1, str(tmp_path))
    assert info["pickled"] == "artifacts/x.cloudpickle"


class TestDistributions:
    def make(self, folder: Path, direct_url: Any = None, requires: tuple[str, ...] = (), record: str = "") -> Any:
        info = folder / "thing-1.0.dist-info"
        info.mkdir()
        lines = [
            "Metadata-Version: 2.1",
            "Name: thing",
            "Version: 1.0",
            *(f"Requires-Dist: {item}" for item in requires),
        ]
        info.joinpath("METADATA").write_text("\n".join(lines))
        info.joinpath("RECORD").write_text(record)
        if direct_url:
            info.joinpath("direct_url.json").write_text(json.dumps(direct_url))
        return PathDistribution(info)

    @pytest.mark.parametrize(
        ("direct_url", "words"),
        [
            pytest.param(None, "", id="from an index or a find-links folder"),
            pytest.param({"url": "file:///x", "dir_info": {"editable": True}}, "editable", id="editable"),
            pytest.param({"url": "https://x/y.git", "vcs_info": {"vcs": "git"}}, "version control", id="from git"),
            pytest.param({"url": "file:///x.whl", "archive_info": {}}, "local path", id="a local wheel"),
            pytest.param({"url": "https://x/y.whl", "archive_info": {}}, "address", id="a wheel by its address"),
        ],
    )
    def test_where_it_came_from(self, tmp_path: Path, direct_url: Any, words: str) -> None:
        problem = _origin_problem(self.make(tmp_path, direct_url))
        assert words in problem
        assert bool(problem) == bool(words)

    def test_needs_leave_extras_and_other_systems_out(self, tmp_path: Path) -> None:
        requires = ("NumPy>=1", "colorama; sys_platform == 'never'", "pytest; extra == 'test'", "my.pkg[x] (>1)")
        assert _needs(self.make(tmp_path, requires=requires)) == ["numpy", "my-pkg"]

    def test_import_names_come_from_the_files_where_no_list_is_kept(self, tmp_path: Path) -> None:
        record = "thing/__init__.py,,\nsingle.py,,\nfast.cpython-311.so,,\nthing-1.0.dist-info/METADATA,,\n../bin/t,,\n"
        assert _top_level(self.make(tmp_path, record=record)) == {"thing", "single", "fast"}


class TestOutsideWorld:
    def test_a_database_that_the_notebook_makes_is_written_not_read(self, tmp_path: Path) -> None:
        world = OutsideWorld(str(tmp_path), str(tmp_path / "evidence"))
        made, there = tmp_path / "made.db", tmp_path / "there.db"
        there.write_bytes(b"")
        world.on = True
        world._hook("sqlite3.connect", (str(made),))
        world._hook("sqlite3.connect", (f"file:{there}?mode=ro",))
        world._hook("sqlite3.connect", (":memory:",))
        world.on = False
        made.write_bytes(b"")
        assert [item["path"] for item in world.files_read()] == ["there.db"]
        assert world.files_written() == ["made.db"]

    def test_a_file_that_is_changed_counts_as_both(self, tmp_path: Path) -> None:
        path = tmp_path / "log.txt"
        path.write_text("x")
        world = OutsideWorld(str(tmp_path), str(tmp_path / "evidence"))
        world.on = True
        world._hook("open", (str(path), "r+", 0))
        assert world.files_written() == ["log.txt"]
        assert [item["path"] for item in world.files_read()] == ["log.txt"]

    def test_hosts_by_name_or_else_by_address(self, tmp_path: Path) -> None:
        world = OutsideWorld(str(tmp_path), str(tmp_path / "evidence"))
        world.on = True
        world._hook("socket.connect", (None, ("192.0.2.1", 80)))
        world._hook("socket.getaddrinfo", (b"example.org", 80, 0, 0, 0))
        world._hook("socket.connect", (None, ("192.0.2.2", 80)))
        world._hook("socket.connect", (None, "/tmp/socket"))
        world._hook("socket.getaddrinfo", ("localhost", 80, 0, 0, 0))
        assert world.hosts() == ["example.org", "192.0.2.1"]


class TestSeeds:
    def test_calls_are_noted_and_everything_is_put_back(self) -> None:
        originals = random.seed, np.random.seed, torch.manual_seed
        watch = seeds.SeedWatch()
        watch.put_on()
        try:
            random.seed(1)
            np.random.seed(seed=2)
            torch.random.manual_seed(3)
            namespace = {"seed": random.seed}
        finally:
            watch.take_off(namespace)
        assert watch.calls == ["random.seed(1)", "numpy.random.seed(seed=2)", "torch.manual_seed(3)"]
        assert (random.seed, np.random.seed, torch.manual_seed) == originals
        assert namespace["seed"] is originals[0]
        assert watch not in sys.meta_path

    def test_what_an_import_draws_is_not_the_cells_doing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        tmp_path.joinpath("nb2prod_drawing.py").write_text("import random\nrandom.random()\n")
        monkeypatch.syspath_prepend(tmp_path)
        watch = seeds.SeedWatch()
        watch.put_on()
        try:
            watch.expect()
            module = __import__("nb2prod_drawing")
            assert random_state.moved(watch.expected) == []
            assert watch.drawn == set()
            random.random()
            assert random_state.moved(watch.expected) == ["<random>"]
        finally:
            watch.take_off({})
            del sys.modules["nb2prod_drawing"]
        assert type(module.__loader__).__name__ == type(module.__spec__.loader).__name__ == "SourceFileLoader"

    def test_moved_generators_are_named(self) -> None:
        before = random_state.fingerprints()
        assert random_state.moved(before) == []
        np.random.rand()
        torch.rand(1)
        assert random_state.moved(before) == ["<numpy.random>", "<torch.random>"]


def test_an_own_object_that_holds_a_table_says_so() -> None:
    own: Any = type("Forecaster", (), {"__module__": "__main__"})()
    own.history = pd.DataFrame({"a": [1]})
    assert "`history` is a pandas.DataFrame" in describe("m", own)["obstacle"]
    own.history = own.history.to_numpy()
    assert describe("m", own)["obstacle"] == ""


class Holding:
    def __init__(self, held: Any) -> None:
        self.held = held


@pytest.mark.parametrize(
    ("held", "named"),
    [
        (pd.Series([1]), "pandas.Series"),
        (torch.ones(1), "torch.Tensor"),
        (lambda x: x, "function made where it stands"),
    ],
)
def test_what_an_object_holds_and_its_file_cannot_is_named(
    held: Any, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Holding, "__module__", "__main__")
    assert f"its attribute `held` is a {named}, which" in describe("x", Holding(held))["obstacle"]
    assert describe("x", Holding([1, np.ones(2)]))["obstacle"] == ""


def _with(**attributes: Any) -> Any:
    module = torch.nn.Linear(2, 1)
    vars(module).update(attributes)
    return module


@pytest.mark.parametrize(
    ("module", "fits"),
    [
        pytest.param(torch.nn.LSTM(2, 3), True, id="a recurrent layer"),
        pytest.param(_with(sizes=[(1, 2)], act=torch.relu, place=torch.device("cpu")), True, id="plain attributes"),
        pytest.param(_with(table=torch.ones(2)), True, id="a tensor beside its parameters"),
        pytest.param(_with(act=lambda x: x), False, id="a lambda"),
        pytest.param(_with(table=[torch.ones(2)]), False, id="a list of tensors"),
        pytest.param(_with(log=Path), False, id="a class of another library"),
        pytest.param(
            torch.nn.utils.parametrizations.weight_norm(torch.nn.Linear(2, 1)), False, id="a class made for it"
        ),
    ],
)
def test_what_a_module_holds_decides_whether_it_is_saved_whole(module: Any, fits: bool) -> None:
    assert describe("net", module)["whole"] is fits


def test_the_mode_of_a_network_is_told_where_all_of_it_is_in_one() -> None:
    network = torch.nn.Sequential(torch.nn.Linear(1, 1))
    modes = [describe("n", network)["mode"], describe("n", network.eval())["mode"]]
    network[0].train()
    assert [*modes, describe("n", network)["mode"]] == ["train", "eval", ""]
    broken: Any = torch.nn.Linear(1, 1)
    broken.training = None
    assert describe("n", broken)["mode"] == ""
