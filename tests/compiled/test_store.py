"""A stand-in's folder: read without scikit-learn and pandas, whole or refused."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from tests.compiled.agree import compiled
from tests.compiled.mixed import mixed
from tests.compiled.test_pipelines import MODELS

READ = """
import json, sys
from pathlib import Path

class Refused:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("sklearn", "pandas", "scipy", "onnx", "joblib"):
            raise ImportError(name)

sys.meta_path.insert(0, Refused())
from lit.compiled.row import Row
from lit.compiled.store import load

own = load(Path(sys.argv[1]))
record = json.loads(sys.argv[2])
kinds = {name: {int: "int64", float: "float64", str: "str"}[type(value)] for name, value in record.items()}
row = Row(record, kinds)
print(json.dumps([own.predict(row).tolist(), own.predict_proba(row).tolist()]))
"""


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    table, target = mixed()
    fitted = MODELS["forest"].fit(table, target)
    compiled("store").save(compiled("estimators").stand_in(fitted), folder)
    return folder


@pytest.mark.parametrize("name", MODELS)
def test_answers_where_neither_scikit_learn_nor_pandas_can_be_imported(name: str, tmp_path: Path, lit: Path) -> None:
    table, target = mixed()
    fitted = MODELS[name].fit(table, target)
    compiled("store").save(compiled("estimators").stand_in(fitted), tmp_path / "model")
    record = {key: getattr(value, "item", lambda value=value: value)() for key, value in table.iloc[3].items()}
    command = [sys.executable, "-c", READ, str(tmp_path / "model"), json.dumps(record)]
    done = subprocess.run(command, cwd=lit.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    labels, probabilities = json.loads(done.stdout)
    assert labels == fitted.predict(table.iloc[[3]]).tolist()
    np.testing.assert_allclose(probabilities, fitted.predict_proba(table.iloc[[3]]), rtol=1e-9)


def test_the_same_files_hold_the_same_numbers(saved: Path) -> None:
    files = {path.name for path in saved.iterdir()}
    assert files == {"stand_in.json", "0.onnx"}
    store = compiled("store")
    again = saved.with_name("again")
    store.save(store.load(saved), again)
    assert (again / "0.onnx").read_bytes() == (saved / "0.onnx").read_bytes()
    assert json.loads((again / "stand_in.json").read_text()) == json.loads((saved / "stand_in.json").read_text())


def test_what_was_in_the_folder_is_replaced(saved: Path) -> None:
    store = compiled("store")
    texts = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(["a bc", "de fg"], [0, 1])
    store.save(compiled("estimators").stand_in(texts), saved)
    assert {path.name for path in saved.iterdir()} == {"stand_in.json", "arrays.npz"}
    assert [path.name for path in saved.parent.iterdir()] == ["model"]
    assert store.load(saved).predict(["bc"]).tolist() == texts.predict(["bc"]).tolist()


def test_what_cannot_be_saved_leaves_the_old_folder(saved: Path) -> None:
    store = compiled("store")
    before = {path.name: path.read_bytes() for path in saved.iterdir()}
    part = compiled("estimators.functions").Function(names=[object()], width=1, function="")
    with pytest.raises(TypeError):
        store.save(part, saved)
    assert {path.name: path.read_bytes() for path in saved.iterdir()} == before
    assert [path.name for path in saved.parent.iterdir()] == ["model"]


def rewritten(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the tree."""
    path = folder / "stand_in.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def beside(folder: Path, name: str, content: bytes) -> Callable[[dict[str, Any]], None]:
    """Put another file there, and leave the tree as it is."""
    (folder / name).write_bytes(content)
    return lambda tree: None


def pickled() -> bytes:
    file = io.BytesIO()
    np.savez(file, a0=np.array([{"code": "runs"}], dtype=object))
    return file.getvalue()


def compressed() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, a0=np.zeros(10_000_000))
    return file.getvalue()


def set_in(tree: dict[str, Any], *way: Any) -> None:
    *path, last, value = way
    for key in path:
        tree = tree[key]
    tree[last] = value


def deep() -> Any:
    tree: Any = []
    for _ in range(300):
        tree = [tree]
    return tree


HOSTILE: dict[str, Callable[[Path], Callable[[dict[str, Any]], None]]] = {
    "a class that is none of ours": lambda folder: lambda tree: set_in(tree, "tree", "kind", "Popen"),
    "another format": lambda folder: lambda tree: set_in(tree, "format", 99),
    "a field too many": lambda folder: lambda tree: set_in(tree, "tree", "fields", "__class__", "x"),
    "a field too few": lambda folder: lambda tree: tree["tree"]["fields"].pop("names"),
    "a text for a number": lambda folder: lambda tree: set_in(tree, "tree", "fields", "width", "5"),
    "a bool for a number": lambda folder: lambda tree: set_in(tree, "tree", "fields", "width", True),
    "texts for parts": lambda folder: lambda tree: set_in(tree, "tree", "fields", "parts", ["a"]),
    "a tree without an end": lambda folder: lambda tree: set_in(tree, "tree", "fields", "parts", deep()),
    "an unknown tag": lambda folder: lambda tree: set_in(tree, "tree", "fields", "names", {"eval": "1"}),
    "an array that is not there": lambda folder: lambda tree: set_in(tree, "tree", "fields", "names", {"array": "a9"}),
    "a file outside": lambda folder: lambda tree: set_in(tree, "tree", "fields", "names", {"bytes": "../0.onnx"}),
    "a file of another kind": lambda folder: beside(folder, "code.py", b"x"),
    "a part that answers nothing": lambda folder: lambda tree: set_in(tree, "tree", 5),
    "pickled arrays": lambda folder: beside(folder, "arrays.npz", pickled()),
    "arrays that grow": lambda folder: beside(folder, "arrays.npz", compressed()),
    "arrays that are none": lambda folder: beside(folder, "arrays.npz", b"nothing"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_folders_are_refused(saved: Path, name: str) -> None:
    rewritten(saved, HOSTILE[name](saved))
    with pytest.raises(compiled("store").StoreError):
        compiled("store").load(saved)


def test_damaged_folders_are_refused(saved: Path) -> None:
    store = compiled("store")
    whole = (saved / "stand_in.json").read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:-20] + b"0" * 20, b"", b"\xff" + whole[1:], b"[]"):
        (saved / "stand_in.json").write_bytes(damaged)
        with pytest.raises(store.StoreError, match=r"."):
            store.load(saved)
    (saved / "stand_in.json").write_bytes(whole)
    assert store.load(saved).classes_.tolist() == ["no", "yes"]
    (saved / "0.onnx").unlink()
    with pytest.raises(store.StoreError):
        store.load(saved)
    with pytest.raises(store.StoreError):
        store.load(saved / "nowhere")


def test_too_large_a_file_is_not_read(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(compiled("store").LARGEST, ".onnx", 100)
    with pytest.raises(compiled("store").StoreError, match="too large"):
        compiled("store").load(saved)


def test_arrays_of_a_model_cannot_be_changed(saved: Path) -> None:
    forest = RandomForestClassifier(5, max_depth=2).fit(np.arange(30.0).reshape(10, 3), np.arange(10) % 3)
    store = compiled("store")
    store.save(compiled("estimators").stand_in(forest), saved)
    own = store.load(saved)
    with pytest.raises(ValueError, match="read-only"):
        own.classes_[0] = 7
    labels = own.predict(np.zeros((1, 3)))
    labels[0] = 99
    assert own.predict(np.zeros((1, 3)))[0] != 99
